"""The LKE workbook re-derives every point by formulas, and comes back filled cell by cell."""

import io
import subprocess

import openpyxl
import pytest
from sqlalchemy import select

from survey_app.administer.places import find_unit
from survey_app.store.tables import AuditEvent, Role, Unit, ZiEntry
from survey_app.zi.entries import fetch_entries
from survey_app.zi.evaluations import find_evaluation
from survey_app.zi.lke_import import plan_import, read_workbook
from survey_app.zi.lke_sheets import HEADINGS
from survey_app.zi.scores import assemble
from tests.people import add_person, csrf_token, log_in
from tests.publications import publish
from tests.worlds import make_world

YEAR = 2026
REFERER = {"Referer": "https://localhost/"}
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
COLUMN = {name: at for at, name in enumerate(HEADINGS)}


@pytest.fixture
def units(store, settings, clock):
    """One unit with a quarter of SPAK, one with a quarter of SPKP, seen in January."""
    worlds = []
    for seed, (slug, name) in enumerate((("unit-a", "spak-2023"), ("unit-b", "spkp-2023"))):
        world = make_world(store, settings, clock, name, slug)
        world.fill(40, seed)
        world.seal()
        worlds.append(world)
    clock.advance(days=50)
    for world in worlds:
        publish(world)
    return worlds


@pytest.fixture
def evaluator(app, store, clock, units):
    return log_in(app, add_person(store, clock, "tpn@x.id", Role.EVALUATOR))


def downloaded(browser, **query):
    reply = browser.get("/zi/lke.xlsx", query_string={"tahun": YEAR, **query})
    assert reply.status_code == 200, reply.text
    return reply.data


def recomputed(content, folder):
    """The workbook as LibreOffice computes it anew, whatever values stand in it."""
    profile = folder / "profile"
    settings = profile / "user/registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(ALWAYS_RECOMPUTE)
    source = folder / "lke.xlsx"
    source.write_bytes(content)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder / "out", source]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return openpyxl.load_workbook(folder / "out/lke.xlsx", data_only=True)


ALWAYS_RECOMPUTE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def without_values(content):
    """The same formulas with no values beside them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    target = io.BytesIO()
    book.save(target)  # openpyxl keeps formulas and drops the values they had
    return target.getvalue()


def rows_of(book, slug):
    return {
        row[COLUMN["Kode"]]: row
        for row in book["LKE"].iter_rows(min_row=4, values_only=True)
        if row[COLUMN["Kode unit"]] == slug
    }


@SQLITE
def test_libreoffice_computes_the_same_points_from_the_answers_alone(
    evaluator, store, clock, tmp_path
):
    fill = {"perubahan.pemenuhan": 3.5, "ipak": 3.6, "capaian-kinerja": 5}
    assert imported(evaluator, filled(downloaded(evaluator), "unit-a", fill)).status_code == 302
    content = downloaded(evaluator)
    book = recomputed(without_values(content), tmp_path)
    stored = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    differing = [
        (sheet.title, cell.coordinate, cell.value, stored[sheet.title][cell.coordinate].value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if not same(cell.value, stored[sheet.title][cell.coordinate].value)
    ]
    assert differing == []
    with store.read() as session:
        unit = find_unit(session, "unit-a")
        sheet = assemble(session, unit, YEAR, clock().date())
    rows = rows_of(book, "unit-a")
    own, points, estimate = (
        COLUMN["Indeks survei mandiri"],
        COLUMN["Poin"],
        COLUMN["Poin perkiraan"],
    )
    assert rows["ipak"][own] == pytest.approx(float(sheet.indices["ipak"].own.index.value))
    assert rows["ipak"][points] == pytest.approx(15.75)
    assert rows["ipak"][estimate] == pytest.approx(float(sheet.scores["mandiri"].ipak))
    assert rows["jumlah.bersih"][points] == pytest.approx(20.75)
    # A sum says nothing while one of its parts is missing.
    assert rows["jumlah.total"][points] in (None, "")
    assert rows["ipkp"][points] in (None, "")
    assert rows_of(book, "unit-b")["ipkp"][estimate] > 0


def same(one, other):
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == pytest.approx(other, rel=1e-12, abs=1e-12)
    return (one or "") == (other or "")


@SQLITE
def test_sources_and_months_stand_beside_every_index(evaluator, units):
    book = openpyxl.load_workbook(io.BytesIO(downloaded(evaluator, unit="unit-a")), data_only=True)
    headings, survey = list(book["Survei"].iter_rows(values_only=True))
    row = dict(zip(headings, survey, strict=True))
    assert row["Survei"] == units[0].key
    assert row["Asal"] == "survei mandiri"
    assert len(row["Sidik bundel (SHA-256)"]) == 64
    assert row["Alamat periksa"] == "https://localhost/verifikasi"
    assert row["Selisih"] == pytest.approx(0, abs=1e-12)
    months = [one[2] for one in book["Bulan"].iter_rows(min_row=2, values_only=True)]
    assert months == ["2026-10", "2026-11", "2026-12"]


def filled(content, slug, values, **others):
    """The workbook with figures typed into a unit's rows; documents for external indices."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["LKE"]
    for row in sheet.iter_rows(min_row=4):
        code = row[COLUMN["Kode"]].value
        if row[COLUMN["Kode unit"]].value == slug and code in values:
            row[COLUMN["Nilai"]].value = values[code]
            row[COLUMN["Sumber dokumen"]].value = "Laporan TPN 12/2026"
    for cell, value in others.items():
        sheet[cell].value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def imported(browser, content, **fields):
    token = csrf_token(browser.get("/zi/lke").text)
    data = {"csrf_token": token, "file": (io.BytesIO(content), "lke.xlsx"), **fields}
    return browser.post("/zi/lke", data=data, headers=REFERER)


def entered(store, slug="unit-a"):
    with store.read() as session:
        unit = find_unit(session, slug)
        evaluation = find_evaluation(session, unit.id, YEAR)
        found = fetch_entries(session, evaluation.id if evaluation else None)
        return {code: (float(one.value), one.origin) for code, one in found.items()}


def test_a_filled_workbook_is_checked_first_and_then_recorded_whole(evaluator, store):
    content = filled(downloaded(evaluator), "unit-a", {"sdm.reform": 4.25, "ipak": 3.7})
    dry = imported(evaluator, content, periksa="1")
    assert (dry.status_code, "2 nilai untuk" in dry.text) == (200, True)
    assert entered(store) == {}
    assert imported(evaluator, content).status_code == 302
    assert entered(store) == {
        "sdm.reform": (4.25, "impor lke.xlsx"),
        "ipak": (3.7, "impor lke.xlsx"),
    }
    # The same file again, and the same figures downloaded and sent back, change nothing.
    assert imported(evaluator, content).status_code == 302
    assert imported(evaluator, downloaded(evaluator)).status_code == 302
    with store.read() as session:
        assert len(list(session.scalars(select(ZiEntry)))) == 2
        assert "lke-import" in list(session.scalars(select(AuditEvent.action)))


FAULTS = {
    "F4": ("tinggi", "F4"),
    "F5": (9, "F5"),
    "F7": ("=1+1", "F7"),
    "G4": ("tanpa nilai", "F4"),
    "H4": ("banyak", None),
    "A8": ("tidak-ada", "A8"),
    "C4": ("entah", "C4"),
    "C5": ("perubahan.pemenuhan", "C5"),
    "E4": (99, "E4"),
    "J23": (3.99, "J23"),
    "B2": ("kapan", "B2"),
    "B2 ": (1999, "B2"),
    "F3": ("Skor", "F3"),
    "F6": (1, "F6"),
}


@SQLITE
@pytest.mark.parametrize("cell", FAULTS)
def test_every_problem_is_named_by_its_cell_and_nothing_is_saved(evaluator, store, cell):
    value, place = FAULTS[cell]
    others = {cell.strip(): value}
    if cell == "H4":
        others["F4"] = 2
    content = filled(downloaded(evaluator, unit="unit-a"), "unit-a", {"sdm.reform": 4}, **others)
    refused = imported(evaluator, content)
    assert refused.status_code == 422
    assert f"LKE!{place or cell}: " in refused.text
    assert entered(store) == {}


@SQLITE
def test_several_problems_come_together_in_the_order_of_the_rows(evaluator, store, clock):
    content = filled(downloaded(evaluator, unit="unit-a"), "", {}, F4=99, F5="x", F23=3.6)
    with store.read() as session:
        plan = plan_import(session, read_workbook(content, "x.xlsx"), None, clock().date())
    # The external index lacks its document: that is said at the cell for it.
    assert [one.where.file for one in plan.problems] == ["LKE!F4", "LKE!F5", "LKE!G23"]


@SQLITE
def test_units_of_others_and_wrong_files_are_refused(evaluator, app, store, clock):
    content = filled(downloaded(evaluator), "unit-a", {"sdm.reform": 4})
    with store.read() as session:
        other = session.get_one(Unit, find_unit(session, "unit-b").id).agency
    stranger = log_in(app, add_person(store, clock, "b@x.id", Role.EVALUATOR, agency=other))
    refused = imported(stranger, content)
    assert (refused.status_code, "LKE!A4: " in refused.text) == (422, True)
    assert entered(store) == {}
    for junk in (b"", b"PK\x03\x04", b"<html>", stranger.get("/evaluasi/indeks.xlsx").data):
        assert imported(stranger, junk).status_code == 422
    assert stranger.get("/zi/lke.xlsx?unit=unit-a").status_code == 404


@SQLITE
def test_texts_that_look_like_formulas_stay_texts(evaluator, store):
    with store.write() as session:
        find_unit(session, "unit-a").name = "=1+1"
    book = openpyxl.load_workbook(io.BytesIO(downloaded(evaluator)))
    cell = book["LKE"]["B4"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
