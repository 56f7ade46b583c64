"""A closed period is searched for patterns without anybody asking, once for the same answers."""

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from instruments.errors import SurveyErrors
from survey_app.administer.surveys import close_survey, create_survey, open_survey
from survey_app.chores import Chore, start_chores
from survey_app.evaluate import quality_measures
from survey_app.evaluate.quality_job import check_period
from survey_app.evaluate.quality_rounds import due_periods, judge_due, judge_due_apart
from survey_app.ledger.keys import instance_signer
from survey_app.store.tables import QualityAct, QualityProgress, Survey, Unit
from tests.evaluate.test_quality_job import PERIOD, SKM, add_surveys
from tests.ledger.test_sealer import wait_for

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

FIRST = f"unit-0-skm-2017-{PERIOD}".lower()
END = date(2026, 9, 30)


@pytest.fixture
def period(store, settings, clock):
    """Twelve closed surveys of one period; only the first is large enough for simulations."""
    add_surveys(store, settings, clock, n=6, copies=30)
    return store


def acts(store):
    """How many findings each survey has."""
    with store.read() as session:
        keys = select(Survey.key).join(QualityAct, QualityAct.survey_id == Survey.id)
        return Counter(session.scalars(keys))


def due(store, day):
    with store.read() as session:
        return due_periods(session, day)


def touch(store, clock, change=None):
    """The first survey's result is replaced, after `change` where there is one."""
    clock.advance(hours=1)
    with store.write() as session:
        if change:
            session.execute(text("DROP TRIGGER response_keeps_update"))
            session.execute(text(change))
        survey = session.scalars(select(Survey).where(Survey.key == FIRST)).one()
        survey.updated_at = clock()


def test_a_servers_rounds_judge_a_closed_period_exactly_once(period, make_settings, clock):
    settings = make_settings(seal_interval_seconds=5)
    object.__setattr__(settings, "seal_interval_seconds", 0.05)
    quality = [Chore("quality", judge_due_apart)]
    workers = [start_chores(period, settings, clock, quality) for _ in range(2)]
    wait_for(lambda: due(period, clock().date()) == [], seconds=60)
    for stopping in workers:
        stopping.set()
    for thread in threading.enumerate():
        if thread.name == "chore quality":
            thread.join(60)
    assert len(acts(period)) == 12
    assert set(acts(period).values()) == {1}
    assert judge_due(period, settings, clock.advance(days=1)) == 0
    assert list(check_period(period, PERIOD)) == []


def test_a_search_that_was_stopped_goes_on_where_it_was(period, settings, clock, monkeypatch):
    measured, measure = [], quality_measures.measure_unit

    def power_cut(name, *asked, **more):
        if len(measured) == 5:
            raise RuntimeError("power cut")
        measured.append(name)
        return measure(name, *asked, **more)

    monkeypatch.setattr(quality_measures, "measure_unit", power_cut)
    with pytest.raises(SurveyErrors, match="RuntimeError"):
        judge_due(period, settings, clock())
    assert len(acts(period)) == 0
    monkeypatch.setattr(quality_measures, "measure_unit", measure)
    again = []
    monkeypatch.setattr(
        quality_measures,
        "measure_unit",
        lambda name, *a, **k: again.append(name) or measure(name, *a, **k),
    )
    assert judge_due(period, settings, clock()) == 12
    assert sorted(measured + again) == sorted(acts(period))
    assert list(check_period(period, PERIOD)) == []
    with period.read() as session:
        assert set(session.scalars(select(QualityProgress.measured))) == {""}


def test_a_replaced_result_is_judged_again_where_its_answers_are_others(period, settings, clock):
    assert judge_due(period, settings, clock()) == 12
    touch(period, clock)
    assert due(period, clock().date()) == [PERIOD]
    assert judge_due(period, settings, clock()) == 0
    assert due(period, clock().date()) == []
    touch(period, clock, "UPDATE response SET leaf = randomblob(32) WHERE survey_id = 1")
    assert judge_due(period, settings, clock()) == 1
    assert {key for key, count in acts(period).items() if count > 1} == {FIRST}


def test_a_survey_still_open_holds_its_period_up_for_a_week(period, settings, clock):
    with period.write() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == "unit-0")).one()
        late = create_survey(session, unit, SKM, period=PERIOD, now=clock(), as_new_version=True)
        open_survey(session, late, clock())
        key = late.key
    assert due(period, END + timedelta(days=7)) == []
    assert due(period, END + timedelta(days=8)) == [PERIOD]
    assert judge_due(period, settings, clock()) == 12
    touch(period, clock)
    # Once a day is enough for what comes late.
    assert due(period, clock().date()) == []
    assert due(period, clock().date() + timedelta(days=1)) == [PERIOD]
    with period.write() as session:
        late = session.scalars(select(Survey).where(Survey.key == key)).one()
        close_survey(session, late, instance_signer(settings), clock())
    assert due(period, clock().date()) == [PERIOD]


def test_a_period_is_not_due_before_it_is_over(period):
    assert due(period, END) == []
    assert due(period, END + timedelta(days=1)) == [PERIOD]
