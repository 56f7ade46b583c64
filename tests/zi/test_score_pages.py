"""Score pages: what comes from surveys, what was typed, who may type it, whose rules count."""

import io
import re

import pytest
from sqlalchemy import select

from survey_app.store.tables import AuditEvent
from survey_app.web.pages import angka
from survey_app.zi.figures import poin
from survey_app.zi.imports import read_import
from survey_app.zi.scores import assemble
from tests.people import post

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

MANUAL = "entri manual, belum terverifikasi"
EXTERNAL = {"code": "ipak", "value": "3,62", "n": "150", "se": "0,03", "source": "Laporan TPN 9"}
HEADING = "unit,tahun,komponen,nilai,sumber,responden,galat_baku\n"


def sheet(place):
    with place.store.read() as session:
        return assemble(session, place.unit, 2026, place.clock().date())


def test_the_units_own_index_is_the_published_one_with_its_months(place):
    found = sheet(place)
    own = found.indices["ipak"].own
    assert float(own.index.value) == place.index["value"]
    assert own.index.se == pytest.approx(place.index["se"] / 25)
    assert (own.index.source, own.n) == ("mandiri", 60)
    assert tuple(own.months) == ("2026-10", "2026-11", "2026-12")
    assert found.scores["eksternal"].ipak is None
    page = place.staff.get(place.address).text
    assert "Bulan: 2026-10, 2026-11, 2026-12" in page
    assert "survei mandiri" in page and "Belum dientri TPI atau TPN" in page


def test_the_sample_that_would_settle_counts_what_was_asked_so_far(place):
    by_label = {one.label: one for one in sheet(place).targets[0].minimums}
    assert by_label["IPAK"].own.n == 60
    assert by_label["IPAK"].own.check.probability is not None
    assert by_label["IPKP"].own.needed is None


def test_an_external_index_never_replaces_the_own_one_and_stays_labelled(place):
    done = post(place.evaluator, f"{place.address}/isi/eksternal", **EXTERNAL)
    assert done.status_code == 302
    found = sheet(place)
    assert float(found.indices["ipak"].own.index.value) == place.index["value"]
    assert poin(found.scores["eksternal"].ipak) == "15,8375"
    page = place.staff.get(place.address).text
    assert MANUAL in page and "Laporan TPN 9" in page and "tpi@x.id" in page
    # The unit reads, and is offered no form.
    assert "Isi nilai" not in page and "Isi nilai" in place.evaluator.get(place.address).text


def test_a_document_that_is_no_document_leaves_the_figure_out_too(place):
    file = {"file": (io.BytesIO(b"MZ\x90"), "laporan.pdf")}
    refused = post(place.evaluator, f"{place.address}/isi/eksternal", **EXTERNAL, **file)
    assert refused.status_code == 422
    assert "bukan PDF" in refused.text and 'value="Laporan TPN 9"' in refused.text
    assert sheet(place).indices["ipak"].external is None
    file = {"file": (io.BytesIO(b"%PDF-1.7\n%%EOF"), "laporan <b>.pdf")}
    post(place.evaluator, f"{place.address}/isi/eksternal", **EXTERNAL, **file)
    assert "laporan b.pdf" in place.staff.get(place.address).text


def test_points_are_entered_by_area_and_half_an_area_is_no_area(place):
    form = {"pengawasan.pemenuhan": "6,5", "pengawasan.reform": "5", "sdm.reform": "4"}
    address = f"{place.address}/isi/poin"
    post(place.evaluator, address, **form, source="LKE TPI")
    areas = sheet(place).scores["mandiri"].areas
    assert {code: poin(points) for code, points in areas.items()} == {"pengawasan": "11,50"}
    wrong = post(place.evaluator, address, **form | {"sdm.reform": "5,01"})
    assert wrong.status_code == 422 and "antara 0 dan 5" in wrong.text
    # An empty field takes its figure back; another figure keeps the document it came from.
    post(place.evaluator, address, **form | {"sdm.reform": "", "pengawasan.reform": "6"})
    entries = sheet(place).entries
    assert "sdm.reform" not in entries
    assert entries["pengawasan.pemenuhan"].source == "LKE TPI"


def test_the_day_of_the_proposal_leaves_out_what_was_surveyed_after_it(place):
    address = f"{place.address}/isi/dasar"
    assert post(place.evaluator, address, months="3", proposed_on="2026-12-15").status_code == 302
    assert "Ada 0 bulan" in place.staff.get(place.address).text
    assert post(place.evaluator, address, months="2").status_code == 422


def test_a_file_is_checked_then_imported_as_a_whole(place):
    good = HEADING + "unit-uji,2026,pelayanan.reform,4.25,LKE,,\nunit-uji,2026,ipkp,,,,\n"
    bad = good + "unit-lain,2026,ipak,3.6,S,,\nunit-uji,2026,ipak,9,S,,\nunit-uji,2026,ipkp,x,S,,\n"

    def send(text, **more):
        file = {"file": (io.BytesIO(text.encode()), "lke.csv")}
        return post(place.evaluator, "/zi/impor", **file, **more)

    refused = send(bad)
    assert refused.status_code == 422
    assert "lke.csv:4: unit: Unit &#39;unit-lain&#39; tidak ada" in refused.text
    assert "lke.csv:5: ipak: Nilai 9 harus antara 0 dan 4" in refused.text
    assert "lke.csv:6: nilai:" in refused.text
    assert "1 nilai untuk 1 evaluasi" in send(good, periksa="ya").text
    assert sheet(place).entries == {}
    assert send(good).status_code == 302
    assert sheet(place).entries["pelayanan.reform"].origin == "impor lke.csv"


def test_the_example_workbook_can_be_imported_back(place):
    book = place.evaluator.get("/zi/impor/contoh.xlsx").data
    found = read_import(book, "contoh.xlsx")
    assert [line.entry.code for line in found.lines] == ["pengawasan.pemenuhan", "ipak"]
    assert found.problems == ()


def test_an_administrator_dates_new_minimums_and_begun_evaluations_keep_theirs(place):
    post(place.evaluator, f"{place.address}/isi/eksternal", **EXTERNAL)
    page = place.admin.get("/zi/aturan").text
    fields = dict(re.findall(r'name="([\w.-]+)"[^>]*? value="([^"]*)"', page))
    fields = {name: value for name, value in fields.items() if "." in name} | {
        "regulation": "PermenPANRB 1/2027",
        "effective_from": "2027-01-02",
        "source": "Naskah",
        "reason": "Naskah terbit",
        "months_minimum": "4",
        "targets.wbk.ipak": "16",
    }
    assert post(place.admin, "/zi/aturan", **fields | {"hasil.ipak": "18"}).status_code == 422
    assert post(place.admin, "/zi/aturan", **fields).status_code == 302
    kept = place.staff.get(place.address).text
    assert "PermenPANRB 5/2024" in kept and "PermenPANRB 1/2027" not in kept
    later = place.staff.get("/zi/unit-uji/2027").text
    assert "PermenPANRB 1/2027" in later and "paling sedikit 4 bulan" in later
    with place.store.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "add-zi-rules")).one()
    assert event.detail["changed"]["targets.wbk.ipak"] == ["15.75", "16"]


def test_the_list_shows_every_unit_that_one_may_see(place):
    page = place.evaluator.get("/zi?tahun=2026").text
    assert "Dinas Uji" in page and angka(place.index["value"], 4) in page
    assert "Tidak ada unit" in place.evaluator.get("/zi?cari=entah").text
    assert place.staff.get("/zi/unit-uji/2016").status_code == 404
