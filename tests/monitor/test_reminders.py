"""Staff are reminded by a real mail server, once an occasion, of what they have not turned off."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from survey_app.monitor.follow_up import Plan, plan_follow_up
from survey_app.monitor.reminders import HourlyReminders, list_reminders, send_reminders
from survey_app.store.tables import (
    Account,
    ReminderKind,
    ReminderOff,
    ReminderSent,
    Role,
    Survey,
    Unit,
)
from tests.monitor.test_morning import published
from tests.people import add_person, log_in, post


@pytest.fixture
def posted(make_settings, unused_port):
    return make_settings(mail_from="survei@kota.go.id", smtp_url=f"smtp://127.0.0.1:{unused_port}")


@pytest.fixture
def staff(world, store, clock):
    with store.read() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == "unit-uji")).one()
    add_person(store, clock, "jauh@x.id", Role.EVALUATOR)
    return add_person(store, clock, "petugas@x.id", Role.STAFF, unit=unit)


def kinds(store, clock):
    with store.read() as session:
        return {(one.email, one.reason.kind.value) for one in list_reminders(session, clock())}


def test_a_target_at_risk_is_told_once_a_week_to_the_units_staff_alone(
    world, staff, store, posted, mailbox, clock
):
    world.fill(20)
    assert send_reminders(store, posted, clock()) == 1
    clock.advance(hours=3)
    assert send_reminders(store, posted, clock()) == 0
    clock.advance(days=7)
    assert send_reminders(store, posted, clock()) == 1
    assert {letter["To"] for letter in mailbox.letters} == {"petugas@x.id"}
    text = mailbox.letters[0].get_payload(decode=True).decode()
    assert "Target terancam" in text
    assert f"https://localhost/meja/survei/{world.key}" in text


def test_an_end_that_is_near_and_one_that_has_passed_are_two_occasions(
    world, staff, store, clock, posted, mailbox
):
    with store.write() as session:
        session.get_one(Survey, world.survey_id).target = None
    assert kinds(store, clock) == set()
    clock.advance(days=32)
    assert kinds(store, clock) == {("petugas@x.id", "closing")}
    assert send_reminders(store, posted, clock()) == 1
    clock.advance(days=2)
    assert send_reminders(store, posted, clock()) == 0
    clock.advance(days=7)
    assert send_reminders(store, posted, clock()) == 1
    assert "sudah berakhir" in mailbox.letters[1].get_payload(decode=True).decode()


def test_a_follow_up_that_is_due_is_told(world, staff, store, clock):
    world.fill(30)
    world.close()
    with store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        account = session.scalars(select(Account).where(Account.email == staff)).one()
        plan = Plan("waktu", "Tambah loket", date(2027, 1, 10), "Kepala seksi")
        plan_follow_up(session, survey, plan, account, clock())
    assert ("petugas@x.id", "follow-up") not in kinds(store, clock)
    clock.advance(days=60)
    assert ("petugas@x.id", "follow-up") in kinds(store, clock)


def test_a_kind_that_is_turned_off_is_not_sent(world, staff, store, clock, app):
    world.fill(20)
    clock.advance(days=32)
    assert {kind for _email, kind in kinds(store, clock)} == {"target", "closing"}
    browser = log_in(app, staff)
    assert post(browser, "/akun/pengingat", pengingat="closing").status_code == 302
    assert {kind for _email, kind in kinds(store, clock)} == {"closing"}
    page = browser.get("/akun").text
    assert 'value="closing" checked' in page
    assert 'value="target" checked' not in page


def test_what_a_dead_mail_server_missed_is_sent_when_it_is_back(
    world, staff, store, clock, posted, unused_port, request
):
    world.fill(20)
    with pytest.raises(OSError, match="refused"):
        send_reminders(store, posted, clock())
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ReminderSent)) == 0
    box = request.getfixturevalue("mailbox")
    assert send_reminders(store, posted, clock()) == 1
    assert len(box.letters) == 1


def test_without_a_mail_server_nothing_is_done(world, staff, store, settings, clock):
    world.fill(20)
    assert send_reminders(store, settings, clock()) == 0


def test_the_loop_looks_once_an_hour(world, staff, store, posted, clock, mailbox):
    world.fill(20)
    hourly = HourlyReminders()
    assert hourly(store, posted, clock()) == 1
    with store.write() as session:
        session.query(ReminderSent).delete()
    clock.advance(minutes=30)
    assert hourly(store, posted, clock()) == 0
    clock.advance(minutes=31)
    assert hourly(store, posted, clock()) == 1


def test_an_index_that_fell_beyond_noise_is_told_once_by_mail(
    world, desk, store, clock, posted, mailbox
):
    for period, level in (("2026-TW1", 4), ("2026-TW2", 3)):
        own = published(world, period, level, clock)
        post(desk, f"/meja/survei/{own.key}/terbitkan")
    assert ("petugas@x.id", "index") in kinds(store, clock)
    assert send_reminders(store, posted, clock()) == 1
    assert "Mutu turun dari A ke" in mailbox.letters[0].get_payload(decode=True).decode()
    clock.advance(hours=2)
    assert send_reminders(store, posted, clock()) == 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_each_kind_can_be_turned_off(world, desk, store, clock):
    offered = set(re.findall(r'name="pengingat" value="([a-z-]+)"', desk.get("/akun").text))
    assert offered == {str(kind) for kind in ReminderKind}
    post(desk, "/akun/pengingat")
    with store.read() as session:
        assert set(session.scalars(select(ReminderOff.kind))) == set(ReminderKind)
