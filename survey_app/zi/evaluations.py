"""One unit's evaluation of one year, which keeps the rules of the day on which it began.

It begins with the first thing that is recorded of it, and every change of it is kept with who
made it.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.zi.messages  # noqa: F401  registers the words of the errors raised here
from analysis.zi_rules import ZiRules, read_rules
from instruments.errors import SurveyError, Where
from survey_app.store.tables import Account, Unit, ZiEvaluation, ZiEvent
from survey_app.zi.rules import rules_on, write_rules

FIRST_YEAR = 2017


@dataclass(frozen=True)
class Basis:
    """What an evaluation stands on: its rules, the months proposed, the day of the proposal."""

    rules: ZiRules
    months: int
    proposed_on: date | None


@dataclass(frozen=True)
class Change:
    """One event of an evaluation's history, with who made it."""

    at: datetime
    by: str
    subject: str
    change: dict[str, Any]


def require_year(year: int, today: date) -> None:
    """Raise SurveyError for a year that no evaluation can be of."""
    if not FIRST_YEAR <= year <= today.year + 1:
        span = {"first": FIRST_YEAR, "last": today.year + 1}
        raise SurveyError("zi-year", where=Where(field="tahun"), year=year, **span)


def find_evaluation(session: Session, unit_id: int, year: int) -> ZiEvaluation | None:
    """The evaluation of a unit's year, where one has begun."""
    query = select(ZiEvaluation).where(ZiEvaluation.unit_id == unit_id, ZiEvaluation.year == year)
    return session.scalars(query).first()


def list_years(session: Session, unit_id: int) -> list[int]:
    """Years of which a unit has an evaluation, newest first."""
    query = select(ZiEvaluation.year).where(ZiEvaluation.unit_id == unit_id)
    return list(session.scalars(query.order_by(ZiEvaluation.year.desc())))


def begin_evaluation(session: Session, unit: Unit, year: int, now: datetime) -> ZiEvaluation:
    """The evaluation of a unit's year, begun now if it has not. Raises SurveyError for the year."""
    require_year(year, now.date())
    # Two who begin at once must not make two.
    session.execute(select(Unit.id).where(Unit.id == unit.id).with_for_update())
    found = find_evaluation(session, unit.id, year)
    if found is not None:
        return found
    rules = _rules_for(session, year, now.date())
    begun = ZiEvaluation(
        unit_id=unit.id,
        year=year,
        rules=write_rules(rules),
        months=rules.months_minimum,
        begun_at=now,
    )
    session.add(begun)
    session.flush()
    return begun


def basis_of(session: Session, unit_id: int, year: int, today: date) -> Basis:
    """What the evaluation stands on, or would stand on if it began today."""
    found = find_evaluation(session, unit_id, year)
    if found is None:
        rules = _rules_for(session, year, today)
        return Basis(rules, rules.months_minimum, None)
    return Basis(rules_of(found), found.months, found.proposed_on)


def rules_of(evaluation: ZiEvaluation) -> ZiRules:
    """The rules that an evaluation keeps."""
    return read_rules(json.loads(evaluation.rules))


def set_basis(
    session: Session,
    evaluation: ZiEvaluation,
    months: int,
    proposed_on: date | None,
    account: Account,
    now: datetime,
) -> None:
    """Say how many months the proposal takes and on which day it is made. Raises SurveyError."""
    minimum = rules_of(evaluation).months_minimum
    if not minimum <= months <= 12:
        raise SurveyError("zi-months-range", where=Where(field="months"), minimum=minimum)
    before = {"months": evaluation.months, "proposed_on": _day(evaluation.proposed_on)}
    after = {"months": months, "proposed_on": _day(proposed_on)}
    evaluation.months, evaluation.proposed_on = months, proposed_on
    change = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    record_change(session, evaluation, "basis", change, account, now)


def record_change(
    session: Session,
    evaluation: ZiEvaluation,
    subject: str,
    change: dict[str, Any],
    account: Account,
    now: datetime,
) -> None:
    """Add to the history what changed; nothing where nothing did."""
    if change:
        event = {"at": now, "account_id": account.id, "subject": subject, "change": change}
        session.add(ZiEvent(evaluation_id=evaluation.id, **event))
        session.flush()


def list_changes(session: Session, evaluation_id: int, subject: str = "") -> list[Change]:
    """The history of an evaluation, or of one subject and what is below it, newest first."""
    query = (
        select(ZiEvent, Account.name)
        .outerjoin(Account, Account.id == ZiEvent.account_id)
        .where(ZiEvent.evaluation_id == evaluation_id)
        .order_by(ZiEvent.id.desc())
    )
    if subject:
        query = query.where(ZiEvent.subject.startswith(subject, autoescape=True))
    rows = session.execute(query)
    return [Change(one.at, name or "–", one.subject, one.change) for one, name in rows]


def _rules_for(session: Session, year: int, today: date) -> ZiRules:
    """The rules valid today, or for a past year those valid at its end."""
    return rules_on(session, min(today, date(year, 12, 31)))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
