"""The codebook of a questionnaire, against the standard's schema by two validators."""

import io
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

import instruments
from instruments.ddi import DataFile, Frequencies, Study, write_ddi

PART = str(Path(__file__).parent.parent / "cases/ddi-codebook-2.5-part.xsd")
# One checks with libxml2; the other is written in Python and follows references by ID as well.
LIBXML, PYTHON = etree.XMLSchema(file=PART), xmlschema.XMLSchema10(PART)
DDI = {"d": "ddi:codebook:2_5"}
SKM = instruments.load("skm-2017")


@pytest.fixture
def codebook():
    """The codebook of a published survey, with every element that we ever write."""
    found = {code: Frequencies({1: 2, 2: 3, 3: 10, 4: 25}, 1, 3.45) for code in SKM.codes}
    names = {code: code for code in SKM.codes}
    study = Study(
        **{"id": "s1", "title": "SKM", "agency": "Kota", "unit": "Dinas", "n": 41},
        **{"start": "2026-01-01", "end": "2026-03-31", "published_on": "2026-04-05"},
        **{"population": 600, "target": 234, "modes": ("CAWI", "CAPI")},
        **{"precision": "IKM 86", "protection": "Bukan data perorangan.", "address": "https://x"},
        **{"file": DataFile("a.sav", 45, 10, "FREQ", 9, names), "frequencies": found},
    )
    return etree.fromstring(write_ddi(SKM, study))


def verdicts(tree):
    python = not [*PYTHON.iter_errors(io.BytesIO(etree.tostring(tree)))]
    return LIBXML.validate(tree), python


@pytest.mark.parametrize("instrument", instruments.available(), ids=lambda one: one.id)
def test_every_questionnaire_makes_a_valid_codebook_that_says_what_is_asked(instrument):
    tree = etree.fromstring(write_ddi(instrument))
    assert verdicts(tree) == (True, True)
    asked = [one.text for one in tree.iterfind(".//d:qstnLit", DDI)]
    assert asked[: len(instrument.items)] == [item.question for item in instrument.form_items]
    for item in instrument.items:
        labels = tree.findall(f".//d:var[@name='{item.code}']/d:catgry/d:labl", DDI)
        assert [one.text for one in labels] == [option.label for option in item.options]


def test_a_published_survey_makes_a_valid_codebook_that_anybody_may_use(codebook):
    assert verdicts(codebook) == (True, True)
    # Where the attribute is missing the standard reads that a declaration must be signed.
    assert codebook.find(".//d:confDec", DDI).get("required") == "no"
    index = codebook.find(".//d:varGrp[@type='analysis']", DDI)
    assert index.get("var").split() == [f"V_{code}" for code in SKM.codes]


def move_format_first(tree):
    variable = tree.find(".//d:var", DDI)
    variable.insert(0, variable.find("d:varFormat", DDI))


def repeat(path):
    def mend(tree):
        found = tree.find(path, DDI)
        found.addnext(etree.fromstring(etree.tostring(found)))

    return mend


def set_to(path, name, value):
    return lambda tree: tree.find(path, DDI).set(name, value)


def drop(path, name):
    return lambda tree: tree.find(path, DDI).attrib.pop(name)


def add(path, name):
    return lambda tree: etree.SubElement(tree.find(path, DDI), f"{{{DDI['d']}}}{name}")


def write_into(path, text):
    return lambda tree: setattr(tree.find(path, DDI), "text", text)


@pytest.mark.parametrize(
    "breaking",
    [
        pytest.param(move_format_first, id="a format before its label"),
        pytest.param(repeat(".//d:titlStmt"), id="two title statements"),
        pytest.param(repeat(".//d:sampleSize"), id="two sizes of one sample"),
        pytest.param(repeat(".//d:stdyDscr/d:method/d:anlyInfo"), id="two appraisals"),
        pytest.param(add(".//d:var", "qstnr"), id="an element that the standard does not know"),
        pytest.param(set_to(".//d:var", "unit", "x"), id="an attribute that it does not know"),
        pytest.param(drop(".//d:var", "name"), id="a variable without a name"),
        pytest.param(drop(".//d:invalrng/d:item", "VALUE"), id="a missing value that says nothing"),
        pytest.param(drop(".//d:sumStat", "type"), id="a statistic of no kind"),
        pytest.param(set_to(".//d:IDNo", "level", "survey"), id="a level that is not in its list"),
        pytest.param(set_to(".//d:varGrp", "type", "index"), id="a kind of group not in its list"),
        pytest.param(set_to(".//d:confDec", "required", "N"), id="a yes or no in other words"),
        pytest.param(set_to(".", "version", "2.6"), id="another version of the standard"),
        pytest.param(set_to(".//d:var", "ID", "1st"), id="an ID that begins with a digit"),
        pytest.param(repeat(".//d:var"), id="two variables of one ID"),
        pytest.param(write_into(".//d:sampleSize", "banyak"), id="a sample size in words"),
        pytest.param(write_into(".//d:catgry", "teks"), id="text where only elements belong"),
    ],
)
def test_the_schema_refuses(codebook, breaking):
    breaking(codebook)
    assert verdicts(codebook) == (False, False)


def test_the_schema_refuses_a_group_of_a_variable_that_is_not_there(codebook):
    codebook.find(".//d:varGrp", DDI).set("var", "V_persyaratan V_tiada")
    _libxml, python = verdicts(codebook)
    assert not python


def test_signs_that_xml_cannot_hold_are_left_out():
    skm = SKM.model_copy(update={"title": "SKM \x00<&\x0b>"})
    tree = etree.fromstring(write_ddi(skm))
    assert tree.findtext(".//d:titl", "", DDI) == "SKM <&>"
