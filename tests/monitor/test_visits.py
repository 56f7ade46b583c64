"""Visits week by week, and the share of visitors who answered."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import select

from survey_app.monitor.visits import response_rates, survey_weeks
from survey_app.store.tables import AuditEvent, Survey
from tests.people import log_in, post
from tests.worlds import submissions

THIS_WEEK = "2026-11-23"


def record(desk, world, week=THIS_WEEK, **visits):
    fields = {f"visits-{code}": number for code, number in visits.items()}
    return post(desk, f"/meja/survei/{world.key}/kunjungan", week=week, **fields)


def rates(world):
    with world.store.read() as session:
        found = response_rates(session, session.get_one(Survey, world.survey_id))
    return {rate.name: rate for rate in found}


def answer(world, count, seed, service):
    for one in submissions(world.instrument, count, seed):
        world.accept(one, service=service)
    world.seal()


def test_the_rate_is_answers_over_visits_of_the_same_week(desk, world, clock):
    answer(world, 30, 1, "ktp")
    clock.advance(days=7)
    answer(world, 12, 2, "ktp")
    desk = log_in(desk.application, "petugas@x.id")
    assert record(desk, world, week="2026-11-30", ktp="48").status_code == 302
    rate = rates(world)["KTP"]
    assert (rate.answers, rate.visits, rate.share) == (12, 48, 0.25)
    assert "25,0%" in desk.get(f"/meja/survei/{world.key}/kunjungan").text
    assert "25,0%" in desk.get(f"/meja/survei/{world.key}").text


def test_more_answers_than_visits_are_called_impossible(desk, world):
    answer(world, 30, 1, "ktp")
    record(desk, world, ktp="20")
    assert rates(world)["KTP"].is_impossible
    assert "Tidak mungkin" in desk.get(f"/meja/survei/{world.key}/kunjungan").text


def test_services_add_up_to_the_whole_and_only_where_visits_are_known(desk, world):
    answer(world, 10, 1, "ktp")
    answer(world, 6, 2, "akta")
    record(desk, world, ktp="40")
    assert set(rates(world)) == {"KTP"}
    record(desk, world, ktp="40", akta="1.000")
    whole = rates(world)[""]
    assert (whole.answers, whole.visits) == (16, 1040)


def test_a_number_can_be_corrected_and_taken_back_and_each_time_is_on_record(desk, world, store):
    record(desk, world, ktp="40")
    record(desk, world, ktp="45")
    assert rates(world)["KTP"].visits == 45
    record(desk, world, ktp="")
    assert rates(world) == {}
    with store.read() as session:
        acts = session.scalars(select(AuditEvent.action)).all()
    assert acts.count("record-visits") == 3


@pytest.mark.parametrize("number", ["-4", "empat", "4,5", "12345678", "٤"])
def test_what_is_no_number_of_people_is_refused_with_words(desk, world, number):
    reply = record(desk, world, ktp=number)
    assert reply.status_code == 422
    assert "bukan jumlah orang" in reply.text
    assert rates(world) == {}


@pytest.mark.parametrize("week", ["2026-11-24", "2026-12-07", "2026-09-21", "kemarin", ""])
def test_a_week_that_is_not_the_surveys_is_refused(desk, world, week):
    reply = record(desk, world, week=week, ktp="40")
    assert reply.status_code == 422
    assert "tidak termasuk masa survei" in reply.text


def test_a_surveys_weeks_begin_on_mondays_and_end_today(world, store):
    with store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
    weeks = survey_weeks(survey, date(2026, 10, 14))
    assert weeks == [date(2026, 10, 12), date(2026, 10, 5), date(2026, 9, 28)]
    assert survey_weeks(survey, date(2026, 9, 1)) == []
    assert survey_weeks(survey, date(2027, 9, 1))[0] == date(2026, 12, 28)


def test_visits_can_be_taken_away(desk, world):
    record(desk, world, ktp="40", akta="7")
    reply = desk.get(f"/meja/survei/{world.key}/kunjungan.csv")
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert {(row["layanan"], row["kunjungan"]) for row in rows} == {("KTP", "40"), ("AKTA", "7")}
