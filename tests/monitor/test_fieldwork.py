"""The page of the fieldwork: counts that are right, cheap to ask for, and tell on nobody."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from survey_app.monitor.bands import fetch_bands, fetch_break_offs
from survey_app.monitor.fieldwork import Count, fetch_fieldwork, fetch_growth
from survey_app.store.tables import IngestStats, Survey
from tests.people import log_in
from tests.worlds import submissions


def work(world):
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        return fetch_fieldwork(session, survey, world.clock())


def fill(world, count, seed, **origin):
    for one in submissions(world.instrument, count, seed):
        world.accept(one, **origin)


def services(found):
    return {line.name: line.count for line in found.services}


def test_sealed_and_waiting_answers_are_counted_alike(world):
    fill(world, 7, 1, service="ktp")
    fill(world, 3, 2, service="akta", channel="kiosk")
    before = work(world)
    world.seal()
    after = work(world)
    assert before.whole == after.whole == Count(10, 10, 10)
    assert services(before) == services(after)
    assert services(after) == {"KTP": Count(7, 7, 7), "AKTA": Count(3, 3, 3)}
    assert dict(after.channels) == {"open": Count(7, 7, 7), "kiosk": Count(3, 3, 3)}


def test_today_and_this_week_begin_at_the_units_own_midnight(world, clock):
    fill(world, 4, 1)  # Tuesday
    world.seal()
    clock.now = datetime(2026, 11, 24, 16, 59, tzinfo=UTC)  # still Tuesday in Jakarta
    assert work(world).whole == Count(4, 4, 4)
    clock.advance(minutes=2)
    fill(world, 2, 2)
    assert work(world).whole == Count(2, 6, 6)
    world.seal()
    assert work(world).whole == Count(2, 6, 6)
    clock.advance(days=5)  # Monday
    assert work(world).whole == Count(0, 0, 6)


def test_answers_about_no_service_have_a_line_of_their_own(world):
    fill(world, 3, 1, service=None)
    world.seal()
    fill(world, 2, 2, service=None)
    assert services(work(world))[""] == Count(5, 5, 5)


def test_the_forecast_needs_whole_days_and_then_names_a_day(world, clock):
    assert work(world).forecast is None
    for day in range(10):
        fill(world, 12, seed=day)
        world.seal()
        clock.advance(days=1)
    found = work(world)
    left = (234 - 120) / 12
    assert found.forecast.earliest <= found.day + timedelta(days=left) <= found.forecast.latest
    assert not found.is_late
    clock.advance(days=120)
    assert work(world).is_late


def test_the_forecast_is_on_the_page(desk, world, clock):
    for day in range(5):
        fill(world, 12, seed=day)
        world.seal()
        clock.advance(days=1)
    page = log_in(desk.application, "petugas@x.id").get(f"/meja/survei/{world.key}").text
    assert "terpenuhi sekitar" in page
    assert "Jawaban terkumpul dari hari ke hari" in page


def test_the_growth_ends_at_what_has_come_and_never_falls(world, clock):
    for day in range(6):
        fill(world, 2 + day, seed=day)
        world.seal()
        clock.advance(days=1)
    fill(world, 3, seed=77)
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        totals = fetch_growth(session, survey, clock())
    assert totals[-1] == 2 + 3 + 4 + 5 + 6 + 7 + 3
    assert totals == sorted(totals)
    assert len(totals) == (date(2026, 11, 30) - date(2026, 10, 1)).days + 1


def test_an_idle_look_costs_a_304_and_no_count(desk, world, store):
    fill(world, 12, seed=1)
    first = desk.get(f"/meja/survei/{world.key}/lapangan")
    assert first.status_code == 200
    statements = []
    listen = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(store.engine, "after_cursor_execute", listen)
    mark = {"If-None-Match": first.headers["ETag"]}
    again = desk.get(f"/meja/survei/{world.key}/lapangan", headers=mark)
    event.remove(store.engine, "after_cursor_execute", listen)
    assert (again.status_code, again.data) == (304, b"")
    assert not any("seal.tally" in text for text in statements)
    assert len(statements) <= 12


def test_a_new_answer_or_a_new_day_ends_the_304(desk, world, clock):
    address = f"/meja/survei/{world.key}/lapangan"
    mark = {"If-None-Match": desk.get(address).headers["ETag"]}
    fill(world, 1, seed=1)
    fresh = desk.get(address, headers=mark)
    assert fresh.status_code == 200
    assert "<b>1</b>" in fresh.text
    clock.advance(minutes=20 * 60)
    mark = {"If-None-Match": fresh.headers["ETag"]}
    desk = log_in(desk.application, "petugas@x.id")
    assert desk.get(address, headers=mark).status_code == 200


def test_a_page_that_refreshes_itself_keeps_no_session_alive(desk, world, clock, settings):
    address = f"/meja/survei/{world.key}/lapangan"
    for _ in range(4):
        clock.advance(seconds=settings.session_idle_seconds / 3)
        reply = desk.get(address, headers={"X-Background": "1"})
    assert reply.status_code == 302


def rows_read(world):
    """Rows that the database hands over for the fieldwork of a survey."""
    handed = []
    listen = lambda *args: handed.append(1)  # noqa: E731
    event.listen(world.store.engine, "after_cursor_execute", listen)
    work(world)
    event.remove(world.store.engine, "after_cursor_execute", listen)
    return len(handed)


def test_the_questions_asked_do_not_grow_with_history(world, clock):
    fill(world, 10, seed=1)
    world.seal()
    early = rows_read(world)
    for week in range(6):
        clock.advance(days=7)
        world.fill(30, seed=week)
        world.seal()
    assert rows_read(world) == early


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_part_of_the_fieldwork_reads_answers_sealed_before_this_week(world, clock, store):
    world.fill(60, seed=1)
    world.seal()
    clock.advance(days=14)
    fill(world, 5, seed=2)
    statements = []
    listen = lambda *args: statements.append((args[2], args[3]))  # noqa: E731
    event.listen(store.engine, "after_cursor_execute", listen)
    work(world)
    event.remove(store.engine, "after_cursor_execute", listen)
    plans = []
    with store.engine.connect() as connection:
        for text, values in statements:
            if "FROM response" in text:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
                plans += [row[-1] for row in plan]
    assert plans
    assert not [step for step in plans if step.startswith("SCAN response")]
    assert all("seal_id" in step for step in plans if "SEARCH response" in step)


def test_bands_of_hours_and_days_are_told_only_where_they_hold_enough(world, store):
    arrivals = {
        datetime(2026, 11, 24, 2, 0, tzinfo=UTC): 14,  # Tuesday 09.00 in Jakarta
        datetime(2026, 11, 24, 7, 30, tzinfo=UTC): 12,  # 14.30
        datetime(2026, 11, 25, 5, 10, tzinfo=UTC): 3,  # Wednesday, lunch
    }
    with store.write() as session:
        for bucket, n in arrivals.items():
            session.add(IngestStats(survey_id=world.survey_id, channel="open", bucket=bucket, n=n))
    with store.read() as session:
        bands = fetch_bands(session, session.get_one(Survey, world.survey_id), 10)
    assert [(band.name, band.n) for band in bands.hours] == [
        ("Pagi 08.00–12.00", 14),
        ("Siang 13.00–17.00", 12),
        ("Di luar jam itu", None),
    ]
    assert [(band.name, band.n) for band in bands.weekdays] == [("Selasa", 26), ("Rabu", None)]


def test_few_arrivals_have_no_bands_at_all(world, store):
    with store.write() as session:
        at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
        session.add(IngestStats(survey_id=world.survey_id, channel="open", bucket=at, n=9))
    with store.read() as session:
        assert fetch_bands(session, session.get_one(Survey, world.survey_id), 10) is None


def test_the_counts_can_be_taken_away(desk, world):
    fill(world, 7, 1, service="ktp")
    reply = desk.get(f"/meja/survei/{world.key}/lapangan.csv")
    rows = {(row["menurut"], row["nama"]): row for row in csv.DictReader(io.StringIO(reply.text))}
    assert rows["seluruhnya", ""]["diperlukan"] == "234"
    assert rows["layanan", "KTP"]["hari_ini"] == "7"
    assert rows["saluran", "Tautan terbuka"]["seluruhnya"] == "7"


def open_and_send(world, opened, sent):
    with world.store.write() as session:
        bucket = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
        values = {"survey_id": world.survey_id, "channel": "open", "bucket": bucket}
        session.add(IngestStats(**values, n=sent, opened=opened))


@pytest.mark.parametrize(
    ("opened", "sent", "share"),
    [
        (5, 0, None),
        (10, 10, "kurang dari 10 persen"),
        (100, 90, "10 sampai 25 persen"),
        (100, 55, "25 sampai 50 persen"),
        (20, 5, "50 persen atau lebih"),
        (20, 40, ""),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_break_offs_are_told_as_a_band_and_from_ten_forms_up(app, world, opened, sent, share):
    open_and_send(world, opened, sent)
    with app.test_request_context(), world.store.read() as session:
        found = fetch_break_offs(session, session.get_one(Survey, world.survey_id), 10)
    assert (None if found is None else found.share) == share


def test_the_page_says_what_opened_and_sent_forms_are(desk, world):
    address = f"/meja/survei/{world.key}"
    assert "Formulir yang tidak dikirim" not in desk.get(address).text
    open_and_send(world, 40, 20)
    text = desk.get(address).text
    assert "50 persen atau lebih" in text
    assert "Satu orang dapat membuka formulir lebih dari sekali" in text
