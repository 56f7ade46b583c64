"""Lawful erasure in the browser: one asks, another decides, the ledger stays whole."""

import pytest
from sqlalchemy import select

from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Agency, Comment, Role
from tests.people import add_person, log_in, post
from tests.worlds import make_world

ADDRESS = "/evaluasi/penghapusan"


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(12)
    made.seal()
    return made


@pytest.fixture
def guardians(app, store, clock, world):
    with store.read() as session:
        agency = session.scalars(select(Agency)).one()
    emails = [
        add_person(store, clock, f"{role}@x.id", role, agency=agency)
        for role in (Role.INSPECTOR, Role.AUDITOR)
    ]
    return [log_in(app, email) for email in emails]


@pytest.fixture
def comment(store, world):
    with store.read() as session:
        return session.scalars(select(Comment)).first().id


def ask(browser, target):
    return post(browser, ADDRESS, kind="comment", target=target.hex(), reason="Memuat nama")


def text_of(store, identity):
    with store.read() as session:
        return session.get_one(Comment, identity).text


def test_two_people_erase_and_verify_stays_green(guardians, store, comment):
    asker, decider = guardians
    assert ask(asker, comment).status_code == 302
    assert text_of(store, comment) is not None
    post(decider, f"{ADDRESS}/1/setuju")
    assert text_of(store, comment) is None
    report = verify_database(store)
    assert report.is_good
    assert report.erased == 1


def test_nobody_approves_their_own_request(guardians, store, comment):
    ask(guardians[0], comment)
    post(guardians[0], f"{ADDRESS}/1/setuju")
    assert text_of(store, comment) is not None


def test_a_refused_request_leaves_the_content(guardians, store, comment):
    ask(guardians[0], comment)
    post(guardians[1], f"{ADDRESS}/1/tolak")
    assert text_of(store, comment) is not None


def test_rows_of_other_agencies_are_unknown(app, store, clock, comment, world):
    with store.write() as session:
        other = Agency(slug="lain", name="Lain")
        session.add(other)
    foreign = log_in(app, add_person(store, clock, "jauh@x.id", Role.INSPECTOR, agency=other))
    assert ask(foreign, comment).status_code == 422
