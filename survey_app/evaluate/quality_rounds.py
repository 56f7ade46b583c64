"""Which periods are due for a search for unusual patterns, found and done without being asked.

A period is due once it is over and none of its surveys is open any more; those that stay open
hold up the others for a week at most, and are judged among them when they close. A survey is
judged once for the answers it has, and again only where a replaced result has other ones.
"""

from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

import survey_app.evaluate.quality_messages  # noqa: F401  registers the words of errors
from instruments.errors import SurveyError, SurveyErrors
from survey_app.chores import do_apart
from survey_app.evaluate.quality_evidence import answers_digest
from survey_app.evaluate.quality_job import judge_period, newest_findings
from survey_app.evaluate.quality_measures import mark_seen
from survey_app.ledger.keys import instance_signer
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import QualityProgress, Survey, SurveyState

# Counts of arrivals are kept 90 days: whoever waits longer for the last survey loses the first.
WAIT_DAYS = 7
JUDGED = (SurveyState.CLOSED, SurveyState.PUBLISHED)

log = structlog.get_logger("survey_app")


def judge_due_apart(store: Store, settings: Settings, now: datetime) -> None:
    """`judge_due` in a process of its own, where there is anything to do."""
    with store.read() as session:
        due = due_periods(session, now.date())
    if due:
        do_apart(judge_due, settings, now)


def judge_due(store: Store, settings: Settings, now: datetime) -> int:
    """Judge what is due, period by period; how many findings were recorded.

    One period that cannot be judged does not hold up the others; what went wrong is raised at
    the end as SurveyErrors, and is due again.
    """
    with store.read() as session:
        due = due_periods(session, now.date())
    recorded, faults = 0, []
    for period in due:
        try:
            recorded += _judge(store, settings, period, now)
        except Exception as error:
            reason = error.text() if isinstance(error, SurveyError) else type(error).__name__
            faults.append(SurveyError("quality-failed", period=period, reason=reason))
    if faults:
        raise SurveyErrors(faults)
    return recorded


def due_periods(session: Session, today: date) -> list[str]:
    """Periods that are over and hold closed surveys which nobody has looked at as they are now."""
    query = _changed().where(Survey.period_end < today).with_only_columns(Survey.period).distinct()
    periods = session.scalars(query.order_by(Survey.period)).all()
    return [period for period in periods if not _waits(session, period, today)]


def _changed() -> Select[Survey]:
    looked_at = exists().where(
        QualityProgress.survey_id == Survey.id, QualityProgress.seen == Survey.updated_at
    )
    return select(Survey).where(Survey.state.in_(JUDGED), ~looked_at)


def _waits(session: Session, period: str, today: date) -> bool:
    """Whether a period's open surveys hold it up: for a week, then for the rest of each day."""
    still_open = Survey.state == SurveyState.OPEN
    end = session.scalar(
        select(func.max(Survey.period_end)).where(Survey.period == period, still_open)
    )
    if end is None:
        return False
    last = session.scalar(
        select(func.max(QualityProgress.judged_on))
        .join(Survey, Survey.id == QualityProgress.survey_id)
        .where(Survey.period == period)
    )
    return today <= end + timedelta(days=WAIT_DAYS) or last == today


def _judge(store: Store, settings: Settings, period: str, now: datetime) -> int:
    with store.read() as session:
        changed = session.scalars(_changed().where(Survey.period == period)).all()
        new = {survey.key for survey in changed if not _is_judged(session, survey)}
    recorded = 0
    if new:
        done = judge_period(store, instance_signer(settings), period, now, only=new)
        recorded = done.recorded
        log.info("quality_judged", period=period, surveys=done.judged, recorded=recorded)
    with store.write() as session:
        for survey in changed:
            mark_seen(session, survey, now.date() if new else None)
    return recorded


def _is_judged(session: Session, survey: Survey) -> bool:
    found = newest_findings(session, survey.id)
    return found is not None and found["data"]["answers"] == answers_digest(session, survey.id)
