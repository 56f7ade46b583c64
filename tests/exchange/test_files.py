"""Files for other programs: a library that did not write each reads the same figures in it."""

import io
import json
import zipfile
from pathlib import Path

import frictionless
import pytest
from lxml import etree
from openpyxl import load_workbook
from polars_readstat import ScanReadstat

import instruments
from survey_app.administer.surveys import create_survey
from survey_app.exchange.bps_answers import fetch_answers, propose_answers
from survey_app.exchange.bps_form import NO_PROBABILITY, SKIPPED, TO_FILL
from survey_app.ledger.bundles import bundle_survey
from survey_app.ledger.keys import instance_signer
from survey_app.store.tables import Role, Survey, Unit
from tests.people import add_person, log_in, post
from tests.publications import publish
from tests.worlds import make_world, submissions

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
CODEBOOK = etree.XMLSchema(
    etree.parse(Path(__file__).parent.parent / "cases/ddi-codebook-2.5-part.xsd")
)
DDI = {"d": "ddi:codebook:2_5"}


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(90)
    return made


@pytest.fixture
def staff(world, app, store, clock):
    with store.read() as session:
        unit = session.get_one(Unit, session.get_one(Survey, world.survey_id).unit_id)
    return log_in(app, add_person(store, clock, "staf@x.id", Role.STAFF, unit=unit))


def fetch(client, world, name):
    reply = client.get(f"/meja/survei/{world.key}/pertukaran/{name}")
    assert reply.status_code == 200
    return reply.data


def read_sav(content, tmp_path):
    """Rows and variables as an SPSS reader written in Rust finds them."""
    path = tmp_path / "a.sav"
    path.write_bytes(content)
    scan = ScanReadstat(path=str(path))
    variables = {one["name"]: one for one in scan.metadata["variables"]}
    return scan.df.collect(), variables


def package_of(content, tmp_path):
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    return frictionless.Package(str(tmp_path / "datapackage.json"))


def test_weighted_spss_rows_give_the_published_counts_and_means(world, staff, tmp_path):
    result = publish(world)
    frame, variables = read_sav(fetch(staff, world, "responden.sav"), tmp_path)
    for item in result["groups"][0]["items"]:
        column = frame.drop_nulls(item["code"])
        counts = dict(zip(column[item["code"]], column["FREQ"], strict=True))
        given = {float(level): n for level, n in item["counts"].items() if n}
        assert {level: n for level, n in counts.items() if level != 9} == given
        total = sum(level * n for level, n in given.items())
        assert total / sum(given.values()) == pytest.approx(item["mean"], rel=1e-12)
    asked = variables["biaya"]
    assert asked["label"] == world.instrument.item("biaya").question
    assert asked["value_labels"]["1"] == "Sangat mahal"
    assert (asked["missing_doubles"], asked["measure"]) == ([9.0], "Ordinal")
    assert variables["FREQ"]["measure"] == "Scale"


def test_spss_rows_of_services_stand_apart_and_hold_no_small_service(world, staff, tmp_path, store):
    result = publish(world)
    shown = [group["key"]["layanan"] for group in result["groups"] if group["key"]]
    frame, variables = read_sav(fetch(staff, world, "layanan.sav"), tmp_path)
    assert list(variables["layanan"]["value_labels"].values()) == [one.upper() for one in shown]
    for number, group in enumerate(result["groups"][1:], 1):
        rows = frame.filter(frame["layanan"] == number)
        assert rows["FREQ"].sum() == group["n"] * len(world.instrument.items)


def test_what_everybody_answered_alike_is_in_no_file(world, store, settings, clock, app, tmp_path):
    other = make_world(store, settings, clock, slug="unit-lain")
    alike = [
        one.__class__(one.submission_id, one.answers | {"waktu": 4})
        for one in submissions(other.instrument, 40, seed=7)
    ]
    for one in alike:
        other.accept(one)
    result = publish(other)
    kept = result["groups"][0]["kept_back"]
    assert "waktu" in kept
    client = log_in(app, add_person(store, clock, "s@x.id", Role.SUPERADMIN))
    frame, _variables = read_sav(fetch(client, other, "responden.sav"), tmp_path)
    assert all(frame[code].drop_nulls().is_empty() for code in kept)
    package = package_of(fetch(client, other, "paket.zip"), tmp_path)
    rows = package.get_resource("frekuensi").read_rows()
    assert not {row["unsur"] for row in rows} & set(kept)
    tree = etree.fromstring(fetch(client, other, "kodebuku.xml"))
    assert not tree.findall(".//d:var[@name='waktu']//d:catStat", DDI)


def test_the_data_package_is_valid_and_typed(world, staff, tmp_path):
    result = publish(world)
    package = package_of(fetch(staff, world, "paket.zip"), tmp_path)
    report = package.validate()
    assert report.valid, report.flatten(["message"])
    assert package.licenses[0]["name"] == "CC-BY-4.0"
    (index,) = package.get_resource("indeks").read_rows()
    assert float(index["nilai"]) == result["groups"][0]["index"]["score100"]
    rows = package.get_resource("frekuensi").read_rows()
    whole = sum(row["jumlah"] for row in rows if row["layanan"] is None)
    assert whole == 90 * len(world.instrument.items)


def test_frictionless_finds_a_figure_that_was_put_out_of_its_bounds(world, staff, tmp_path):
    publish(world)
    package_of(fetch(staff, world, "paket.zip"), tmp_path)
    file = tmp_path / "unsur.csv"
    lines = file.read_text().splitlines()
    cells = lines[1].split(",")
    cells[9] = "101"
    file.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]))
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert [one[0] for one in report.flatten(["fieldName"])] == ["nilai_unsur"]


def test_evidence_bundles_and_open_data_are_data_packages_too(world, client, tmp_path):
    publish(world)
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        bundle = bundle_survey(session, survey, instance_signer(world.settings))
    assert package_of(bundle, tmp_path).validate().valid
    open_data = tmp_path / "terbuka"
    open_data.mkdir()
    for name in ("datapackage.json", "data.csv", "unsur.csv"):
        (open_data / name).write_bytes(client.get(f"/hasil/unit-uji/{name}").data)
    report = frictionless.Package(str(open_data / "datapackage.json")).validate()
    assert report.valid, report.flatten(["message"])


def test_the_codebook_is_valid_and_has_the_published_frequencies(world, staff):
    result = publish(world)
    tree = etree.fromstring(fetch(staff, world, "kodebuku.xml"))
    CODEBOOK.assertValid(tree)
    for item in result["groups"][0]["items"]:
        variable = tree.find(f".//d:var[@name='{item['code']}']", DDI)
        found = {
            one.findtext("d:catValu", "", DDI): int(one.findtext("d:catStat", "", DDI))
            for one in variable.iterfind("d:catgry", DDI)
            if one.get("missing") != "Y"
        }
        assert found == item["counts"]
        assert float(variable.findtext("d:sumStat[@type='mean']", "", DDI)) == item["mean"]


def test_bps_metadata_has_what_the_survey_knows_and_leaves_the_rest_open(world, staff):
    publish(world)
    book = load_workbook(io.BytesIO(fetch(staff, world, "metadata.xlsx")))
    assert book.sheetnames == ["MS-Keg", "MS-Var", "MS-Ind"]
    lines = {row[2]: row[3] for row in book["MS-Keg"].iter_rows(min_row=2, values_only=True)}
    assert lines["Instansi penyelenggara"] == "Kota Uji"
    assert lines["Frekuensi penyelenggaraan"] == "Triwulanan - 4"
    assert lines["Fraksi sampel keseluruhan"] == "90 dari 600"
    assert lines["Sektor kegiatan"] == TO_FILL
    # Everybody answered on a screen of their own: the form asks nothing of collectors.
    assert lines["Sarana pengumpulan data"] == "Computer Aided Web Interviewing (CAWI) - 8"
    assert lines["Petugas pengumpulan data"] == lines["Rencana rilis data mikro"] == SKIPPED
    variables = list(book["MS-Var"].iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in variables[:9]] == [one.code for one in world.instrument.form_items]
    indicators = list(book["MS-Ind"].iter_rows(min_row=2, values_only=True))
    assert "A (Sangat baik) mulai 88,31" in indicators[0][4]
    # A composite indicator names indicators in (11) and (12), any other variables in (13) to (15).
    filled = [[bool(cell) for cell in row[10:15]] for row in indicators]
    assert filled == [[True, True, False, False, False], *9 * [[False, False, True, True, True]]]
    assert [len(row) for row in (variables[0], indicators[0])] == [12, 17]
    content = json.loads(fetch(staff, world, "metadata.json"))
    assert [len(content[name]) for name in book.sheetnames] == [
        book[name].max_row - 1 for name in book.sheetnames
    ]


def test_what_the_office_types_is_kept_and_stays_text(world, staff, clock):
    publish(world)
    page = f"/meja/survei/{world.key}/pertukaran"
    fields = {"isian-0.5.1": "=1+1", "isian-0.1.1": "Judul lain", "isian-3.3.1": "Mei"}
    assert post(staff, f"{page}/metadata", page=page, **fields).status_code == 302
    sheet = load_workbook(io.BytesIO(fetch(staff, world, "metadata.xlsx")))["MS-Keg"]
    lines = {row[2].value: row[3] for row in sheet.iter_rows(min_row=2)}
    sector = lines["Sektor kegiatan"]
    assert (sector.value, sector.data_type) == ("=1+1", "s")
    assert lines["Judul kegiatan"].value == "Survei Kepuasan Masyarakat Dinas Uji"
    with world.store.write() as session:
        first = session.get_one(Survey, world.survey_id)
        spak = instruments.load("spak-2023")
        later = create_survey(session, first.unit, spak, period="2027-TW1", now=clock())
        # What lasts is proposed for the unit's next survey; a schedule of the past is not.
        assert propose_answers(session, later) == {"0.5.1": "=1+1"}
        assert fetch_answers(session, later.id) == {}


def test_the_form_passes_over_what_an_answer_rules_out(world, staff):
    for one in submissions(world.instrument, 20, seed=9):
        world.accept(one, channel="assisted")
    publish(world)
    page = f"/meja/survei/{world.key}/pertukaran"
    assert 'name="isian-5.4.1"' in staff.get(page).text
    fields = {"isian-5.4.1": "List Frame - 1", "isian-5.2.1": NO_PROBABILITY}
    assert post(staff, f"{page}/metadata", page=page, **fields).status_code == 302
    # What is no longer asked is off the page; saving the rest does not lose what was typed.
    assert 'name="isian-5.4.1"' not in staff.get(page).text
    assert post(staff, f"{page}/metadata", page=page, **{"isian-5.3.1": "x"}).status_code == 302
    lines = json.loads(fetch(staff, world, "metadata.json"))["MS-Keg"]
    found = {one["pertanyaan"]: one["isian"] for one in lines}
    assert found["Kerangka sampel tahap terakhir"] == SKIPPED
    assert found["Fraksi sampel keseluruhan"] == SKIPPED
    assert found["Petugas pengumpulan data"] == TO_FILL
    assert found["Metode pengumpulan data"].endswith("(swacacah) - 2 (isian kotak: 3)")
    post(staff, f"{page}/metadata", page=page, **{"isian-5.2.1": ""})
    again = json.loads(fetch(staff, world, "metadata.json"))["MS-Keg"]
    assert "List Frame - 1" in [one["isian"] for one in again]


def test_nothing_but_the_questionnaire_leaves_before_publication(world, staff):
    world.close()
    page = staff.get(f"/meja/survei/{world.key}/pertukaran").text
    assert "setelah hasil survei ini diterbitkan" in page
    for name in ("paket.zip", "responden.sav", "layanan.sav", "kodebuku.xml", "metadata.json"):
        assert staff.get(f"/meja/survei/{world.key}/pertukaran/{name}").status_code == 404
    assert (
        load_workbook(io.BytesIO(fetch(staff, world, "kuesioner.xlsx"))).sheetnames[0] == "survey"
    )
