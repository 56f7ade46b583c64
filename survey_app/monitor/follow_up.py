"""The follow-up plan (RTL) of PermenPANRB 14/2017: what is planned, changed, done, and when.

A row is never deleted: what will not be done is dropped with a reason, and every change is
kept with who made it. Proof in files is `evidence_files`, what came of it `follow_up_effect`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import survey_app.monitor.follow_up_messages  # noqa: F401  registers the words of the errors
from instruments.errors import SurveyError, Where
from survey_app.estimates import instrument_of
from survey_app.store.tables import (
    Account,
    EvidenceFile,
    FollowUp,
    FollowUpEvent,
    FollowUpState,
    Survey,
    SurveyState,
)
from survey_app.web.errors import NotFoundError

OPEN_STATES = (FollowUpState.PLANNED, FollowUpState.RUNNING)
SHORT_MONTHS, MIDDLE_MONTHS = 12, 24


class FollowUpError(SurveyError):
    """A plan, change or file that may not be had like this."""


class Horizon(StrEnum):
    """How far ahead a row reaches (Bab VI): under 12 months, 12 to 24, over 24."""

    SHORT = "pendek"
    MIDDLE = "menengah"
    LONG = "panjang"


@dataclass(frozen=True)
class Plan:
    """The columns of the regulation's table, as somebody fills them in."""

    unsur: str
    programme: str
    due: date
    responsible: str


@dataclass(frozen=True)
class Event:
    """One change of a row: when, by whom, and each field before and after."""

    at: datetime
    by: str
    change: dict[str, Any]


def horizon(start: date, due: date) -> Horizon:
    """The horizon of a row due on `due`, counted in whole months from `start`.

    >>> horizon(date(2026, 9, 30), date(2027, 9, 29)), horizon(date(2026, 9, 30), date(2028, 9, 30))
    (<Horizon.SHORT: 'pendek'>, <Horizon.MIDDLE: 'menengah'>)
    """
    months = 12 * (due.year - start.year) + due.month - start.month - (due.day < start.day)
    if months < SHORT_MONTHS:
        return Horizon.SHORT
    is_exact = months == MIDDLE_MONTHS and due.day == start.day
    return Horizon.MIDDLE if months < MIDDLE_MONTHS or is_exact else Horizon.LONG


def list_follow_ups(session: Session, survey_id: int) -> list[FollowUp]:
    """The plan of a survey, soonest first."""
    query = select(FollowUp).where(FollowUp.survey_id == survey_id)
    return list(session.scalars(query.order_by(FollowUp.due, FollowUp.id)))


def list_due_follow_ups(session: Session, day: date) -> list[FollowUp]:
    """Rows of all surveys that should be finished by `day` and are neither done nor dropped."""
    query = select(FollowUp).where(FollowUp.due <= day, FollowUp.state.in_(OPEN_STATES))
    return list(session.scalars(query.order_by(FollowUp.due, FollowUp.id)))


def find_follow_up(session: Session, survey: Survey, number: int) -> FollowUp:
    """A row of a survey's plan. Raises NotFoundError where it is none of it."""
    row = session.get(FollowUp, number)
    if row is None or row.survey_id != survey.id:
        raise NotFoundError
    return row


def list_events(session: Session, row: FollowUp) -> list[Event]:
    """The history of a row, newest first."""
    query = (
        select(FollowUpEvent, Account.name)
        .outerjoin(Account, Account.id == FollowUpEvent.account_id)
        .where(FollowUpEvent.follow_up_id == row.id)
        .order_by(FollowUpEvent.id.desc())
    )
    return [Event(one.at, by or "–", one.change) for one, by in session.execute(query)]


def plan_follow_up(
    session: Session, survey: Survey, plan: Plan, account: Account, now: datetime
) -> FollowUp:
    """Add a row to the plan of a closed survey.

    Raises FollowUpError where answers still come in, for an unsur that the survey does not
    ask, and for a day before the survey's period was over.
    """
    _require_result(survey)
    _check(session, survey, plan)
    row = FollowUp(survey_id=survey.id, **asdict(plan))
    session.add(row)
    session.flush()
    record_event(session, row, {"state": [None, str(FollowUpState.PLANNED)]}, account, now)
    return row


def change_follow_up(
    session: Session,
    survey: Survey,
    row: FollowUp,
    plan: Plan,
    state: FollowUpState,
    evidence: str,
    reason: str,
    account: Account,
    now: datetime,
) -> bool:
    """Change a row and keep what it was; returns whether anything changed.

    Raises FollowUpError where "done" has nothing to show for it or "dropped" no reason.
    """
    _check(session, survey, plan)
    after = asdict(plan) | {"state": state, "evidence": evidence.strip(), "reason": reason.strip()}
    if state == FollowUpState.DONE and not (after["evidence"] or _has_file(session, row)):
        raise FollowUpError("follow-up-needs-evidence", where=Where(field="evidence"))
    if state == FollowUpState.DROPPED and not after["reason"]:
        raise FollowUpError("follow-up-needs-reason", where=Where(field="reason"))
    change = {
        name: [_plain(getattr(row, name)), _plain(value)]
        for name, value in after.items()
        if getattr(row, name) != value
    }
    for name, value in after.items():
        setattr(row, name, value)
    if change:
        record_event(session, row, change, account, now)
    return bool(change)


def record_event(
    session: Session, row: FollowUp, change: dict[str, Any], account: Account, now: datetime
) -> None:
    """Keep a change in the row's history, in the transaction that makes it."""
    session.add(FollowUpEvent(follow_up_id=row.id, at=now, account_id=account.id, change=change))


def file_counts(session: Session, rows: Sequence[FollowUp]) -> dict[int, int]:
    """How many evidence files each row has."""
    query = (
        select(EvidenceFile.follow_up_id, func.count())
        .where(EvidenceFile.follow_up_id.in_([row.id for row in rows]))
        .group_by(EvidenceFile.follow_up_id)
    )
    return {number: count for number, count in session.execute(query) if number is not None}


def _require_result(survey: Survey) -> None:
    if survey.state not in {SurveyState.CLOSED, SurveyState.PUBLISHED}:
        raise FollowUpError("follow-up-too-early")


def _check(session: Session, survey: Survey, plan: Plan) -> None:
    if plan.unsur not in instrument_of(session, survey).codes:
        raise FollowUpError("follow-up-unsur", where=Where(field="unsur"), unsur=plan.unsur)
    if not (plan.programme.strip() and plan.responsible.strip()):
        raise FollowUpError("follow-up-empty")
    if plan.due < survey.period_end:
        raise FollowUpError("follow-up-due", where=Where(field="due"), day=survey.period_end)


def _has_file(session: Session, row: FollowUp) -> bool:
    return bool(file_counts(session, [row]))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
