"""The book of quality evidence: added to, never rewritten, and verify names what is wrong."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from survey_app.ledger.keys import instance_signer
from survey_app.ledger.quality_acts import ActKind, record_act
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import QualityAct, Survey
from tests.worlds import make_world


@pytest.fixture
def book(store, settings, clock):
    """A world whose survey has three acts."""
    world = make_world(store, settings, clock)
    signer = instance_signer(settings)
    with store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        for kind, words in (
            (ActKind.FINDINGS, "lurus"),
            (ActKind.REPLY, "rombongan"),
            (ActKind.DECISION, "terjelaskan"),
        ):
            record_act(session, survey, kind, {"text": words}, signer, clock.advance(hours=1))
    return world


def tamper(store, change, *tables):
    """Change a row as one who owns the database can: the guards are taken away first."""
    with store.write() as session:
        for table in tables:
            for act in ("update", "delete"):
                on = "" if store.is_sqlite else f" ON {table}"
                session.execute(text(f"DROP TRIGGER {table}_keeps_{act}{on}"))
        session.execute(text(change))


def test_acts_are_numbered_chained_and_verify_green(book, store):
    with store.read() as session:
        acts = session.scalars(select(QualityAct).order_by(QualityAct.number)).all()
    assert [act.number for act in acts] == [1, 2, 3]
    assert [act.previous_head for act in acts[1:]] == [act.head for act in acts[:-1]]
    assert verify_database(store).damages == []


@pytest.mark.parametrize(
    "change", ["UPDATE quality_act SET content = '{}'", "DELETE FROM quality_act WHERE number = 2"]
)
def test_the_database_refuses_to_change_an_act(book, store, change):
    with pytest.raises(DBAPIError, match="stay as they are"), store.write() as session:
        session.execute(text(change))


CHANGED = {
    'UPDATE quality_act SET content = \'{"text":"x"}\' WHERE number = 3': "3: isinya diubah",
    "UPDATE quality_act SET unusual = 0 + 7 WHERE number = 1": "1: isinya diubah",
    "UPDATE quality_act SET number = 9 WHERE number = 3": "ada catatan yang hilang",
    "DELETE FROM quality_act WHERE number = 2": "ada catatan yang hilang",
    "DELETE FROM quality_act WHERE number = 3": "3: tercatat dalam jejak akun, sekarang tidak ada",
}


@pytest.mark.parametrize("change", CHANGED)
def test_verify_names_an_act_that_was_changed_or_taken_away(book, store, change):
    tamper(store, change, "quality_act")
    damages = verify_database(store).damages
    assert any(CHANGED[change] in damage for damage in damages), damages
    assert all(book.key in damage for damage in damages)


def test_an_act_that_the_journal_does_not_name_is_seen(book, store):
    tamper(store, "DELETE FROM audit_event WHERE object LIKE '%#3'", "audit_event")
    assert verify_database(store).damages == [
        f"survei {book.key}: catatan mutu 3: tidak tercatat dalam jejak akun"
    ]
