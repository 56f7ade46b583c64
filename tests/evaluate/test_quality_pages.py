"""Unusual patterns on the pages: the unit replies, two evaluators decide, all of it stays."""

import re

import pytest
from sqlalchemy import select

from survey_app.accounts.people import grant_role
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.quality_acts import ActKind, read_content, record_act
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Account, Agency, QualityAct, Role, Survey, Unit
from tests.people import add_person, log_in, post
from tests.publications import publish
from tests.worlds import make_world

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

FOUND = {
    "code": "lurus",
    "n": 200,
    "observed": 0.4,
    "expected": 0.09,
    "low": 0.04,
    "high": 0.16,
    "effect": 0.31,
    "p": 1e-9,
    "adjusted": 1e-7,
}
CONTENT = {
    "method": "1",
    "seed": 0,
    "draws": 9999,
    "rate": 0.05,
    "index": "IKM",
    "period": "2026-TW4",
    "units": 30,
    "n": 200,
    "data": {"answers": "ab" * 32, "counts": "cd" * 32, "peers": "ef" * 32},
    "tested": ["lurus"],
    "untested": {},
    "withheld": ["komentar"],
    "unusual": [FOUND],
    "sensitivity": {
        "codes": ["lurus"],
        "flagged": 80,
        "all": 84.21,
        "all_grade": "B",
        "without": 76.02,
        "without_grade": "C",
        "to_change": 41,
    },
    "computed": "2026-11-24",
    "due": "2026-12-08",
}


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(30)
    publish(made)
    with store.write() as session:
        survey = session.get_one(Survey, made.survey_id)
        signer = instance_signer(settings)
        record_act(session, survey, ActKind.FINDINGS, CONTENT, signer, clock(), unusual=1)
    return made


@pytest.fixture
def people(app, world, store, clock):
    """A member of the unit's staff, two evaluators of the agency, and one of the nation."""
    with store.read() as session:
        unit = session.scalars(select(Unit)).one()
        agency = session.scalars(select(Agency)).one()
    add_person(store, clock, "unit@x.id", Role.STAFF, unit=unit)
    add_person(store, clock, "satu@x.id", Role.EVALUATOR, agency=agency)
    add_person(store, clock, "dua@x.id", Role.EVALUATOR, agency=agency)
    add_person(store, clock, "tpn@x.id", Role.EVALUATOR)
    names = ("unit", "satu", "dua", "tpn")
    return {name: log_in(app, f"{name}@x.id") for name in names}


def decide(browser, world, outcome, reason="Register layanan cocok"):
    address = f"/evaluasi/temuan/{world.key}/1/lurus"
    fields = {"lurus-outcome": outcome, "lurus-reason": reason}
    return post(browser, address, **fields)


def reply(browser, world, text="Satu rombongan sekolah mengisi bersama"):
    return post(browser, f"/meja/survei/{world.key}/temuan/1/lurus", **{"lurus-text": text})


def state(browser, world):
    page = browser.get(f"/evaluasi/temuan/{world.key}").text
    return re.findall(r'<span class="tag[^"]*">([^<]+)</span>', page)[-1]


def test_a_finding_is_shown_with_its_figures_causes_and_both_indices(people, world):
    page = people["satu"].get(f"/evaluasi/temuan/{world.key}").text
    for words in (
        "Pola tidak biasa - perlu verifikasi",
        "terlihat 40,00 %",
        "wajar 4,00 %–16,00 %",
        "84,21",
        "76,02",
        "sekitar 80 jawaban",
        "41 jawaban",
        "Responden terburu-buru karena antrean",
        "8 Desember 2026",
        "Menunggu tanggapan unit",
    ):
        assert words in page, words
    assert not re.search("curang|palsu|manipulasi", page.lower())
    assert world.key in people["tpn"].get("/evaluasi/temuan").text
    assert "1 pola perlu verifikasi" in people["satu"].get("/evaluasi/ikhtisar").text


def test_the_unit_sees_its_pattern_and_replies_but_not_the_flagged_answers(people, world):
    page = people["unit"].get(f"/meja/survei/{world.key}/temuan").text
    assert "Jawaban seragam dari atas ke bawah" in page
    assert "76,02" not in page
    assert reply(people["unit"], world).status_code == 302
    assert reply(people["unit"], world, "").status_code == 422
    assert "rombongan sekolah" in people["satu"].get(f"/evaluasi/temuan/{world.key}").text


def test_evaluators_wait_for_the_reply_or_for_its_last_day(people, world, clock):
    decide(people["satu"], world, "explained")
    assert state(people["satu"], world) == "Menunggu tanggapan unit"
    clock.advance(days=15)
    people = {name: log_in(one.application, f"{name}@x.id") for name, one in people.items()}
    decide(people["satu"], world, "explained")
    assert state(people["satu"], world) == "Menunggu evaluator kedua"
    reply(people["unit"], world)
    assert "lewat tenggat" in people["dua"].get(f"/evaluasi/temuan/{world.key}").text


def test_two_who_agree_decide_and_nothing_can_be_added(people, world, store):
    reply(people["unit"], world)
    decide(people["satu"], world, "explained")
    decide(people["satu"], world, "explained")
    assert state(people["satu"], world) == "Menunggu evaluator kedua"
    decide(people["dua"], world, "explained")
    assert state(people["satu"], world) == "Dapat dijelaskan"
    decide(people["tpn"], world, "confirmed")
    reply(people["unit"], world, "masih ada")
    with store.read() as session:
        acts = session.scalars(select(QualityAct).order_by(QualityAct.number)).all()
    assert [str(act.kind) for act in acts] == ["findings", "reply", "decision", "decision"]
    assert read_content(acts[2])["text"] == "Register layanan cocok"
    assert verify_database(store).damages == []


def test_where_two_differ_a_third_decides(people, world):
    reply(people["unit"], world)
    decide(people["satu"], world, "explained")
    decide(people["dua"], world, "confirmed")
    assert state(people["satu"], world) == "Dua putusan berbeda, menunggu evaluator ketiga"
    decide(people["tpn"], world, "confirmed")
    assert state(people["satu"], world) == "Terbukti tidak wajar"


def test_a_decision_needs_a_reason_and_the_form_keeps_what_was_chosen(people, world):
    reply(people["unit"], world)
    refused = decide(people["satu"], world, "confirmed", reason="")
    assert refused.status_code == 422
    assert re.search(r'value="confirmed"[^>]*checked|checked[^>]*value="confirmed"', refused.text)


def test_who_also_works_for_a_unit_may_not_decide(people, app, world, store, clock):
    with store.read() as session:
        unit = session.scalars(select(Unit)).one()
    add_person(store, clock, "dua-peran@x.id", Role.EVALUATOR)
    with store.write() as session:
        account = session.scalars(select(Account).where(Account.email == "dua-peran@x.id")).one()
        grant_role(session, account, Role.STAFF, unit=unit)
    both = log_in(app, "dua-peran@x.id")
    reply(people["unit"], world)
    decide(both, world, "explained")
    assert state(people["satu"], world) == "Sudah ditanggapi, menunggu putusan"


def test_the_published_index_stays_as_it_was(people, world):
    before = people["satu"].get("/hasil/unit-uji").text
    reply(people["unit"], world)
    for name in ("satu", "dua"):
        decide(people[name], world, "confirmed")
    after = people["satu"].get("/hasil/unit-uji").text
    assert "Pola tidak biasa" not in after
    assert re.findall(r"\d+,\d\d", after) == re.findall(r"\d+,\d\d", before)
