"""XLSForm: what ODK's own compiler makes of an export, and that nothing is lost on the way back."""

import io
from xml.etree import ElementTree

import pytest
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

import instruments
from instruments import SurveyErrors
from instruments.errors import SurveyError
from instruments.xlsform import write_xlsform
from instruments.xlsform_reading import read_xlsform

SKM = instruments.load("skm-2017")
SHIPPED = instruments.available()
XFORM = {"x": "http://www.w3.org/2002/xforms"}


def altered(instrument=SKM, **cells):
    """The export with cells set by `sheet!A1` (`!` and capital letters as `__`)."""
    book = load_workbook(io.BytesIO(write_xlsform(instrument)))
    for place, value in cells.items():
        sheet, cell = place.rsplit("__", 1)
        book[sheet][cell].value = value
    return saved(book)


def saved(book):
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def faults(content):
    with pytest.raises(SurveyErrors) as caught:
        read_xlsform(content, "a.xlsx")
    return [str(error) for error in caught.value.errors]


def texts(xform, language):
    tree = ElementTree.fromstring(xform)
    wanted = f".//x:translation[@lang='{language}']/x:text"
    return {
        one.get("id"): one.findtext("x:value", "", XFORM) for one in tree.iterfind(wanted, XFORM)
    }


@pytest.mark.parametrize("instrument", SHIPPED, ids=lambda one: one.id)
def test_an_instrument_comes_back_as_it_went(instrument):
    reading = read_xlsform(write_xlsform(instrument), "a.xlsx")
    assert reading.instrument == instrument
    assert reading.instrument.sha256 == instrument.sha256
    assert reading.notes == ()


def test_weights_of_a_units_own_come_back_exactly():
    weights = dict.fromkeys(SKM.codes, "1/10") | {"waktu": "1/5"}
    own = instruments.Instrument.from_dict(SKM.to_dict() | {"weights": weights})
    assert read_xlsform(write_xlsform(own), "a.xlsx").instrument == own


@pytest.mark.parametrize("instrument", SHIPPED, ids=lambda one: one.id)
def test_odk_compiles_the_export_and_asks_the_same_in_every_language(instrument):
    xform = convert(write_xlsform(instrument), file_type=".xlsx").xform
    official = texts(xform, "Indonesia (id)")
    assert [official[f"/data/{item.code}:label"] for item in instrument.items] == [
        item.question for item in instrument.items
    ]
    javanese = texts(xform, "Basa Jawa (jv)")
    for code, words in instrument.translations["jv"].items.items():
        assert javanese[f"/data/{code}:label"] == words.question
    body = ElementTree.fromstring(xform).findall(".//x:select1", XFORM)
    assert [one.get("ref").removeprefix("/data/") for one in body] == [
        *(item.code for item in instrument.form_items),
        *(question.code for question in instrument.profile),
        *instrument.masked_codes,
    ]


def test_a_text_that_looks_like_a_formula_stays_a_text():
    content = SKM.to_dict()
    content["items"][0]["question"] = "=1+1"
    evil = instruments.Instrument.from_dict(content)
    book = load_workbook(io.BytesIO(write_xlsform(evil)))
    cells = [cell for row in book["survey"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
    assert read_xlsform(write_xlsform(evil), "a.xlsx").instrument == evil


def test_every_problem_is_named_by_its_cell():
    found = faults(
        altered(
            survey__B5="Persyaratan!",
            survey__A6="select_one entah",
            survey__E7="tujuh",
            choices__B2="satu",
            settings__F2=None,
            zi_index__F2="tinggi",
        )
    )
    places = [line.split(": ")[1] for line in found]
    assert {"survey!A6", "survey!E7", "settings!F2", "zi_index!F2"} <= set(places)
    assert any(line.startswith("a.xlsx: survey!B5: ") for line in found)
    assert any("survey!A4" in line and "zi_part" in line for line in found)


def test_branching_is_refused_and_not_dropped():
    book = load_workbook(io.BytesIO(write_xlsform(SKM)))
    sheet = book["survey"]
    column = sheet.max_column + 1
    sheet.cell(1, column).value = "relevant"
    sheet.cell(6, column).value = "${persyaratan} = '1'"
    (line,) = faults(saved(book))
    assert f"survey!{sheet.cell(6, column).coordinate}" in line
    assert "relevant" in line


def test_a_half_translation_is_named_and_a_whole_one_may_be_absent():
    book = load_workbook(io.BytesIO(write_xlsform(SKM)))
    sheet = book["survey"]
    heading = next(cell for cell in sheet[1] if cell.value == "label::Basa Jawa (jv)")
    sheet.cell(4, heading.column).value = None
    (line,) = faults(saved(book))
    assert f"survey!{sheet.cell(4, heading.column).coordinate}" in line


def test_a_form_made_for_kobo_needs_only_what_the_index_needs():
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (
        ("type", "name", "label", "required"),
        ("start", "start", "", ""),
        ("note", "pengantar", "Halo.", ""),
        ("note", "pemberitahuan", "Tanpa nama.", ""),
        ("begin group", "g", "Layanan", ""),
        ("select_one puas", "waktu", "Cepatkah?", "yes"),
        ("select_one puas", "biaya", "Wajarkah?", ""),
        ("end group", "", "", ""),
        ("select_one jk or_other", "jenis_kelamin", "Jenis kelamin", ""),
    ):
        survey.append(row)
    choices = book.create_sheet("choices")
    for row in (
        ("list_name", "name", "label"),
        *(("puas", n, f"Tingkat {n}") for n in (1, 2, 3, 4)),
        ("jk", "l", "Laki-laki"),
        ("jk", "p", "Perempuan"),
    ):
        choices.append(row)
    settings = book.create_sheet("settings")
    settings.append(("form_title", "form_id", "version", "zi_short_title", "zi_regulation"))
    settings.append(("Survei kami", "survei-kami", "1", "SK", "PermenPANRB 14/2017"))
    index = book.create_sheet("zi_index")
    index.append(("code", "name", "conversion", "grade", "grade_label", "minimum"))
    index.append(("IKM", "Indeks", None, "A", "Baik", 0))
    reading = read_xlsform(saved(book), "a.xlsx")
    assert reading.instrument.codes == ("waktu", "biaya")
    assert reading.instrument.scale.maximum == 4
    assert reading.instrument.profile[0].codes == ("l", "p")
    assert [note.where.field for note in reading.notes] == ["survey!A2", "survey!D6", "survey!A9"]


@pytest.mark.parametrize("content", [b"", b"bukan", write_xlsform(SKM)[:4000]])
def test_what_is_no_workbook_is_refused_in_words(content):
    with pytest.raises(SurveyError, match="XLSX"):
        read_xlsform(content, "a.xlsx")


def test_a_workbook_without_the_sheets_says_which_are_missing():
    book = Workbook()
    book.active.title = "survey"
    found = faults(saved(book))
    assert [name for name in ("choices", "settings", "zi_index") if str(found).count(name)] == [
        *("choices", "settings", "zi_index")
    ]
