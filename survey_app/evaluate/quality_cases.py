"""A survey's unusual patterns with what the unit replied and evaluators decided about each.

Read from the book of acts (`ledger.quality_acts`); nothing here is stored a second time.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from analysis.quality import Signal, Words, signal_words
from survey_app.ledger.quality_acts import ActKind, list_acts, read_content
from survey_app.store.tables import Account, QualityAct, Survey

AGREEING = 2
DECIDING_MOST = 3


class Outcome(StrEnum):
    """What an evaluator may say of a pattern."""

    CONFIRMED = "confirmed"
    EXPLAINED = "explained"
    UNSETTLED = "unsettled"


class CaseState(StrEnum):
    """How far a pattern has come."""

    WAITING = "waiting"
    REPLIED = "replied"
    SECOND = "second"
    THIRD = "third"
    DECIDED = "decided"


@dataclass(frozen=True)
class Said:
    """A reply or a decision: who, when, and in which words."""

    by: str
    account_id: int | None
    at: datetime
    text: str
    outcome: Outcome | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Case:
    """One pattern of a survey's newest findings."""

    number: int
    code: str
    signal: Signal
    adjusted: float | None
    due: date
    replies: list[Said] = field(default_factory=list)
    decisions: list[Said] = field(default_factory=list)

    @property
    def words(self) -> Words:
        """What the signal says to a reader."""
        return signal_words()[self.code]

    @property
    def outcome(self) -> Outcome | None:
        """What was decided; None while it is open."""
        return settle([one.outcome for one in self.decisions if one.outcome])

    @property
    def state(self) -> CaseState:
        """How far it has come."""
        if self.outcome is not None:
            return CaseState.DECIDED
        if self.decisions:
            return CaseState.SECOND if len(self.decisions) < AGREEING else CaseState.THIRD
        return CaseState.REPLIED if self.replies else CaseState.WAITING

    def may_be_decided(self, today: date) -> bool:
        """Whether the unit has replied, or its time to reply is over."""
        return bool(self.replies) or today > self.due


@dataclass(frozen=True)
class Examination:
    """A survey's newest findings."""

    survey: Survey
    number: int
    at: datetime
    content: dict[str, Any]
    cases: list[Case]

    @property
    def due(self) -> date:
        """Until when the unit is asked to reply."""
        return date.fromisoformat(self.content["due"])


@dataclass(frozen=True)
class Summary:
    """A survey that has findings, for a list."""

    survey: Survey
    at: datetime
    due: date
    states: Counter[str]


def settle(outcomes: Sequence[Outcome]) -> Outcome | None:
    """Two that agree decide; three that all differ leave the pattern unsettled.

    >>> settle([Outcome.CONFIRMED, Outcome.EXPLAINED, Outcome.EXPLAINED])
    <Outcome.EXPLAINED: 'explained'>
    >>> settle([Outcome.CONFIRMED, Outcome.EXPLAINED]) is None, settle(list(Outcome))
    (True, <Outcome.UNSETTLED: 'unsettled'>)
    """
    counts = Counter(outcomes)
    agreed = [outcome for outcome, count in counts.items() if count >= AGREEING]
    if agreed:
        return agreed[0]
    return Outcome.UNSETTLED if len(outcomes) >= DECIDING_MOST else None


def read_examination(session: Session, survey: Survey) -> Examination | None:
    """A survey's newest findings with all that was said about them; None where it has none."""
    acts = list_acts(session, survey.id)
    findings = [act for act in acts if act.kind == ActKind.FINDINGS]
    if not findings:
        return None
    newest = findings[-1]
    content = read_content(newest)
    names = _names(session, acts)
    due = date.fromisoformat(content["due"])
    cases = [_case(newest.number, one, due) for one in content["unusual"]]
    by_code = {case.code: case for case in cases}
    for act in acts:
        said = read_content(act)
        if act.kind == ActKind.FINDINGS or said["findings"] != newest.number:
            continue
        case = by_code[said["code"]]
        part = case.replies if act.kind == ActKind.REPLY else case.decisions
        part.append(_said(act, said, names, due))
    return Examination(survey, newest.number, newest.at, content, cases)


def list_summaries(session: Session, unit_ids: set[int] | None) -> list[Summary]:
    """Surveys whose newest findings ask for a look, those with most left to do first."""
    newest = (
        select(QualityAct.survey_id, func.max(QualityAct.number).label("number"))
        .where(QualityAct.kind == ActKind.FINDINGS)
        .group_by(QualityAct.survey_id)
        .subquery()
    )
    act = aliased(QualityAct)
    query = (
        select(Survey)
        .join(newest, newest.c.survey_id == Survey.id)
        .join(act, (act.survey_id == Survey.id) & (act.number == newest.c.number))
        .where(act.unusual > 0)
        .order_by(Survey.period_end.desc(), Survey.key)
    )
    if unit_ids is not None:
        query = query.where(Survey.unit_id.in_(unit_ids))
    read = [read_examination(session, survey) for survey in session.scalars(query)]
    found = [_summary(one) for one in read if one is not None]
    return sorted(found, key=lambda one: one.states[CaseState.DECIDED] == one.states.total())


def count_unusual(session: Session, survey_keys: Sequence[str]) -> dict[str, int]:
    """Patterns that ask for verification in the newest findings of some surveys."""
    newest = (
        select(Survey.key, func.max(QualityAct.number))
        .join(Survey, Survey.id == QualityAct.survey_id)
        .where(QualityAct.kind == ActKind.FINDINGS, Survey.key.in_(survey_keys))
        .group_by(Survey.key)
    )
    places = {(row[0], row[1]) for row in session.execute(newest)}
    rows = session.execute(
        select(Survey.key, QualityAct.number, QualityAct.unusual)
        .join(Survey, Survey.id == QualityAct.survey_id)
        .where(Survey.key.in_(survey_keys), QualityAct.unusual > 0)
    )
    return {key: unusual for key, number, unusual in rows if (key, number) in places}


def _case(number: int, one: dict[str, Any], due: date) -> Case:
    figures = {name: one[name] for name in ("observed", "expected", "low", "high", "effect", "p")}
    return Case(number, one["code"], Signal(one["code"], one["n"], **figures), one["adjusted"], due)


def _said(act: QualityAct, said: dict[str, Any], names: dict[int | None, str], due: date) -> Said:
    outcome = Outcome(said["outcome"]) if "outcome" in said else None
    is_late = act.kind == ActKind.REPLY and act.at.date() > due
    name = names.get(act.account_id, "")
    return Said(name, act.account_id, act.at, said["text"], outcome, is_late)


def _names(session: Session, acts: Sequence[QualityAct]) -> dict[int | None, str]:
    ids = {act.account_id for act in acts if act.account_id}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _summary(one: Examination) -> Summary:
    states = Counter(str(case.state) for case in one.cases)
    return Summary(one.survey, one.at, one.due, states)
