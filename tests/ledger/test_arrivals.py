"""Arrivals are counted for the inspectorate, and no count tells when anybody answered."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from survey_app.ledger.arrivals import (
    KIOSK_PER_HOUR,
    TOGETHER,
    Arrival,
    OpenedForms,
    count_arrival,
    describe_arrival,
    forget_arrivals,
    list_arrivals,
    mark_kiosk_hours,
    slot_of,
)
from survey_app.store.tables import IngestStats, IngestWaiting
from tests.worlds import make_world


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


def arrive(world, count, channel="open", score=300, **step):
    """So many answers, the clock moving on by a step after each."""
    for _ in range(count):
        with world.store.write() as session:
            arrival = Arrival(world.survey_id, channel, False, score == 400, score)
            count_arrival(session, arrival, world.clock())
        world.clock.advance(**step)


def buckets(world):
    with world.store.read() as session:
        return list_arrivals(session, world.survey_id)


def test_fewer_than_five_answers_leave_no_time_at_all(world):
    arrive(world, 4, minutes=1)
    assert buckets(world) == []
    with world.store.read() as session:
        kinds = {str(column.type) for column in IngestWaiting.__table__.c}
        assert session.scalars(select(IngestWaiting.n)).one() == 4
    assert not any("DATE" in kind.upper() or "TIME" in kind.upper() for kind in kinds)


def test_five_go_together_to_the_ten_minutes_of_the_fifth(world):
    arrive(world, 5, score=400, minutes=7)
    (row,) = buckets(world)
    assert row.bucket == datetime(2026, 11, 24, 3, 20, tzinfo=UTC)
    assert (row.n, row.n_fast, row.n_straight, row.score_sum) == (5, 0, 5, 2000)


def test_a_rush_of_twenty_three_is_told_as_twenty(world):
    arrive(world, 23)
    assert [row.n for row in buckets(world)] == [20]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    drawn=st.lists(
        st.tuples(
            st.sampled_from(["open", "ticket", "kiosk"]),
            st.integers(100, 400),
            st.integers(0, 40),
        ),
        max_size=40,
    )
)
def test_every_moment_stands_for_at_least_five_and_nothing_is_lost(world, drawn):
    with world.store.write() as session:
        session.execute(delete(IngestStats))
        session.execute(delete(IngestWaiting))
        now = world.clock()
        for channel, score, minutes in drawn:
            now += timedelta(minutes=minutes)
            count_arrival(session, Arrival(world.survey_id, channel, True, False, score), now)
        rows = list_arrivals(session, world.survey_id)
        waiting = session.execute(
            select(func.sum(IngestWaiting.n), func.sum(IngestWaiting.score_sum))
        ).one()
    assert all(row.n % TOGETHER == 0 and row.n >= TOGETHER for row in rows)
    assert all(row.n_fast == row.n for row in rows)
    assert sum(row.n for row in rows) + (waiting[0] or 0) == len(drawn)
    total = sum(score for _, score, _ in drawn)
    assert sum(row.score_sum for row in rows) + (waiting[1] or 0) == total


def test_counts_are_forgotten_after_ninety_days(world):
    arrive(world, 5)
    world.clock.advance(days=90)
    with world.store.write() as session:
        assert forget_arrivals(session, world.clock()) == 0
    world.clock.advance(minutes=10)
    with world.store.write() as session:
        assert forget_arrivals(session, world.clock()) == 1
    assert buckets(world) == []


def test_opened_forms_are_written_in_fives_and_the_rest_waits(world):
    opened = OpenedForms()
    for _ in range(9):
        opened.note(world.survey_id, "open")
    for expected in ([5], [5]):
        with world.store.write() as session:
            opened.write(session, world.clock())
        assert [row.opened for row in buckets(world)] == expected
    opened.note(world.survey_id, "open")
    arrive(world, 5)
    with world.store.write() as session:
        opened.write(session, world.clock())
    assert [(row.n, row.opened) for row in buckets(world)] == [(5, 10)]


def test_fast_and_straight_are_what_a_person_cannot_or_hardly_does():
    opened = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    nine = {f"u{place}": 3 for place in range(9)}

    def seen(answers, seconds):
        return describe_arrival(1, "open", answers, opened, opened + timedelta(seconds=seconds))

    assert seen(nine, 26).is_fast
    assert not seen(nine, 27).is_fast
    assert not describe_arrival(1, "open", nine, None, opened).is_fast
    assert seen(nine, 60).is_straight
    assert not seen(nine | {"u1": 4}, 60).is_straight
    assert not seen({"u1": 3, "u2": 3, "u3": 3, "u4": None}, 60).is_straight
    assert seen(nine | {"u1": None, "u2": 4}, 60).score == 312


def test_a_kiosk_hour_beyond_what_people_can_do_is_marked(world):
    arrive(world, KIOSK_PER_HOUR, "kiosk")
    assert mark_kiosk_hours(buckets(world), 1) == []
    arrive(world, TOGETHER, "kiosk")
    (mark,) = mark_kiosk_hours(buckets(world), 1)
    assert (mark.hour, mark.n) == (slot_of(world.clock()), KIOSK_PER_HOUR + TOGETHER)
    assert mark_kiosk_hours(buckets(world), 2) == []


def test_the_sealers_chore_writes_opened_forms_and_forgets_old_counts(world):
    arrive(world, 5)
    world.clock.advance(days=91)
    opened = OpenedForms()
    for _ in range(5):
        opened.note(world.survey_id, "open")
    opened(world.store, world.settings, world.clock())
    assert [(row.n, row.opened) for row in buckets(world)] == [(0, 5)]
