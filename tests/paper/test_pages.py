"""The paper desk as its people use it: print, type twice, settle, accept; and who may not."""

import csv
import io
import json
import re

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select

import instruments
from survey_app.administer.places import create_agency, create_unit
from survey_app.administer.surveys import find_survey
from survey_app.paper.batches import prepare_batch
from survey_app.paper.questionnaire import Questionnaire, draw_questionnaires
from survey_app.store.tables import Agency, PaperBatch, PaperEntry, PaperPass, Response, Role
from tests.paper.conftest import answered
from tests.people import add_person, csrf_token, log_in, post
from tests.publications import publish

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def people(app, world):
    """Browsers of everybody who handles paper."""
    return {name: log_in(app, f"{name}@x.id") for name in ("ani", "budi", "cici", "dewi")}


@pytest.fixture
def at(desk, world):
    """Addresses below the batch."""
    return lambda path="": f"/meja/survei/{world.key}/kertas/{desk.code}{path}"


def digits(world, digit=3, **changed):
    """What somebody types for a sheet with one answer everywhere."""
    typed = dict.fromkeys(world.instrument.codes, str(digit)) | {"jenis_kelamin": "2"}
    return typed | changed | {"@outcome": "answered"}


def type_all(client, at, world, sheets):
    post(client, at("/entri"))
    for number, typed in sheets.items():
        assert post(client, at(f"/entri/{number}"), **typed).status_code == 302
    post(client, at("/entri/sisa"))
    return post(client, at("/entri/selesai"))


def count(store, table):
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_batch_is_prepared_and_listed_and_found_by_the_code_on_its_sheets(people, world, store):
    address = f"/meja/survei/{world.key}/kertas"
    sent = post(people["ani"], address, service="ktp", counter="Loket 9", sheets="40")
    assert sent.status_code == 302
    with store.read() as session:
        batch = session.scalars(select(PaperBatch).where(PaperBatch.sheets == 40)).one()
    assert "Loket 9" in people["budi"].get(address).text
    typed = f"{batch.code[:4].lower()}-{batch.code[4:].lower()}"
    page = people["budi"].get(f"{address}?kode={typed}", follow_redirects=True)
    assert "40 lembar" in page.text
    assert "membaca jawaban warga" in page.text
    refused = post(people["ani"], address, service="", counter="", sheets="201")
    assert refused.status_code == 422


def test_sheets_carry_the_legal_wording_their_number_and_a_code_that_scans(people, at, desk, world):
    pdf = PdfReader(io.BytesIO(people["ani"].get(at("/kuesioner.pdf")).data))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for item in world.instrument.items:
        assert item.question in text
    assert all(f"Lembar {number} dari 6" in text for number in range(1, 7))
    assert "Petugas yang memasukkan data ke sistem membaca lembar ini" in text
    assert "petugas tidak dapat melihat jawaban" not in text
    # Each sheet begins on a page of its own leaf, also where both sides are printed.
    assert len(pdf.pages) == 12


@pytest.mark.parametrize("name", ["skm-2017", "spak-2023-suap", "spkp-2023", "spkp-2023-skala4"])
def test_every_questionnaire_is_one_leaf_with_a_code_that_survives_folding(database_kind, name):
    instrument = instruments.load(name)
    long = "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu Kabupaten Kepulauan Siau"
    paper = Questionnaire(
        "K7QF3M2X", 9, "Kota Uji", long, "Loket", instrument.title, "2026-TW4", instrument
    )
    pages = draw_questionnaires(paper, "png", [7])
    assert len(pages) == 2
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(pages[0])))
    assert [one.text for one in found] == ["K7QF3M2X"]
    assert found[0].ec_level in {"Q", "H"}


def test_the_print_pack_offers_the_questionnaires(people, desk, world):
    page = people["ani"].get(f"/meja/survei/{world.key}/cetak").text
    assert f"{desk.code}/kuesioner.pdf" in page


def test_typed_twice_settled_and_accepted(people, at, world, store):
    first = {number: digits(world, number % 4 + 1) for number in (1, 2, 3)}
    type_all(people["ani"], at, world, first)
    type_all(people["budi"], at, world, first | {2: digits(world, 3, waktu="1")})
    page = people["dewi"].get(at()).text
    assert "1 perbedaan menunggu putusan" in page
    assert "Terima ke dalam hasil" not in page
    shown = people["dewi"].get(at("/beda")).text
    assert "Lembar 2" in shown
    assert "3 Cepat" in shown
    assert "1 Tidak cepat" in shown
    post(people["dewi"], at("/beda/2"), **{"isi-waktu": "3", "alasan-waktu": "second-slipped"})
    assert "Terima ke dalam hasil" in people["dewi"].get(at()).text
    post(people["dewi"], at("/terima"))
    page = people["ani"].get(at()).text
    assert re.search(r"Terisi, dihitung dalam hasil</dt><dd>3<", page)
    assert re.search(r"Tidak dibagikan atau tidak kembali</dt><dd>3<", page)
    assert count(store, Response) == 3
    post(people["dewi"], at("/terima"))
    assert count(store, Response) == 3


def test_what_is_wrong_on_a_sheet_is_named_and_everything_typed_is_given_back(people, at, world):
    post(people["ani"], at("/entri"))
    reply = post(people["ani"], at("/entri/4"), **digits(world, 3, waktu="7", comment="Antre lama"))
    assert reply.status_code == 422
    assert "lembar 4: Waktu Penyelesaian" in reply.text
    assert 'value="7"' in reply.text
    assert "Antre lama" in reply.text


def test_a_typist_sees_progress_but_no_answer_of_the_other(people, at, world):
    type_all(people["ani"], at, world, {1: digits(world, 4, comment="Rahasia warga")})
    post(people["budi"], at("/entri"))
    for path in ("", "/entri", "/entri?lembar=1", "/beda"):
        page = people["budi"].get(at(path)).text
        assert "Rahasia warga" not in page
        assert 'value="4"' not in page
    assert "6 dari 6" not in people["budi"].get(at("/entri")).text


def test_the_same_account_cannot_make_both_entries_or_type_after_it_is_complete(
    people, at, world, store
):
    type_all(people["ani"], at, world, {1: digits(world)})
    post(people["ani"], at("/entri"))
    post(people["ani"], at("/entri/1"), **digits(world, 1))
    assert count(store, PaperPass) == 1
    with store.read() as session:
        entry = session.scalars(select(PaperEntry).where(PaperEntry.sheet == 1)).one()
    assert '"waktu":3' in entry.content


def test_nothing_can_be_typed_settled_or_accepted_after_acceptance(people, at, world, store):
    for name in ("ani", "budi"):
        type_all(people[name], at, world, {1: digits(world)})
    post(people["dewi"], at("/terima"))
    attempts = [
        ("ani", "/entri", {}),
        ("cici", "/entri", {}),
        ("ani", "/entri/1", digits(world, 1)),
        ("dewi", "/beda/1", {"isi-waktu": "1", "alasan-waktu": "unclear"}),
        ("dewi", "/terima", {}),
        ("dewi", "/batal", {"reason": "Tidak suka hasilnya"}),
    ]
    for name, path, fields in attempts:
        page = "/akun"
        post(people[name], at(path), page=page, **fields)
        assert "sudah selesai" in people[name].get(at()).text, path
    assert count(store, Response) == 1
    assert count(store, PaperEntry) == 0


def test_staff_do_not_settle_accept_or_give_up(people, at, world, store):
    for name in ("ani", "budi"):
        type_all(people[name], at, world, {1: digits(world)})
    for path in ("/beda/1", "/terima", "/batal"):
        assert post(people["cici"], at(path), reason="x").status_code == 404
    assert people["cici"].get(at("/beda")).status_code == 404
    assert count(store, Response) == 0


def test_officers_of_another_unit_or_survey_do_not_find_the_batch(app, store, clock, at, world):
    with store.write() as session:
        agency = create_agency(session, slug="lain", name="Lain")
        unit = create_unit(session, agency, slug="unit-lain", name="Unit Lain")
    stranger = log_in(app, add_person(store, clock, "asing@x.id", Role.ADMIN, unit=unit))
    for path in ("", "/entri", "/beda", "/kuesioner.pdf"):
        assert stranger.get(at(path)).status_code == 404
    for path in ("/entri", "/entri/1", "/entri/selesai", "/terima", "/batal"):
        assert post(stranger, at(path)).status_code == 404
    assert count(store, PaperPass) == 0


def test_an_administrator_who_typed_does_not_settle(people, at, world):
    type_all(people["dewi"], at, world, {1: digits(world)})
    type_all(people["ani"], at, world, {1: digits(world, 2)})
    page = people["dewi"].get(at("/beda"), follow_redirects=True)
    assert "orang ketiga" in page.text
    post(people["dewi"], at("/beda/1"), **{"isi-waktu": "3", "alasan-waktu": "unclear"})
    assert "10 perbedaan" not in people["dewi"].get(at()).text
    assert "9 perbedaan menunggu" in people["dewi"].get(at()).text


def test_every_act_needs_its_token(people, at):
    reply = people["ani"].post(at("/entri"), headers={"Referer": "https://localhost/"})
    assert reply.status_code == 400
    assert csrf_token(people["ani"].get(at()).text)


def test_the_inspectorate_sees_what_became_of_every_sheet(app, people, at, world, store, clock):
    with store.read() as session:
        agency = session.scalars(select(Agency)).one()
    inspector = log_in(app, add_person(store, clock, "i@x.id", Role.INSPECTOR, agency=agency))
    assert world.key in inspector.get("/evaluasi/kedatangan").text
    type_all(people["ani"], at, world, {1: digits(world), 2: digits(world)})
    post(people["dewi"], at("/batal"), reason="Lembar basah")
    page = inspector.get(f"/evaluasi/kedatangan/{world.key}").text
    assert "2 lembar terisi sudah dimasukkan. Lembar basah" in page
    assert "Perlu diperiksa" in page


def test_paper_stands_apart_wherever_results_do(people, at, desk, world, client):
    """In fieldwork, the public table of channels, and open data."""
    sheets = {n: answered(world, n % 4 + 1, biaya=n // 2 % 4 + 1) for n in range(1, 21)}
    with world.store.write() as session:
        ani, survey = desk.account(session, "ani"), find_survey(session, world.key)
        desk.code = prepare_batch(session, survey, 20, ani, world.clock()).code
    for name in ("ani", "budi"):
        desk.type(name, sheets)
    world.fill(60)
    world.seal()
    desk.accept()
    fieldwork = people["ani"].get(f"/meja/survei/{world.key}").text
    assert re.search(r'<th scope="row">Kertas</th>', fieldwork)
    publish(world)
    page = client.get("/hasil/unit-uji").text
    assert "kertas 20 (25 persen)" in page
    row = next(csv.DictReader(io.StringIO(client.get("/hasil/unit-uji/data.csv").text)))
    assert json.loads(row["saluran"])["paper"] == 20
