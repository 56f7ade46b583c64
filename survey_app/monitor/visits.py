"""Visits that a unit counts week by week, and the share of visitors who answered.

A rate compares the answers of exactly the weeks whose visits are known. Above one it is
impossible: some visits were not counted, or some answers came from nobody served.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import survey_app.monitor.visit_messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.ledger.running import read_tally
from survey_app.store.tables import Account, Seal, Service, ServicePlan, Survey, VisitCount

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Rate:
    """Answers out of visits in the weeks recorded, for one service or all of them."""

    name: str
    weeks: int
    visits: int
    answers: int

    @property
    def share(self) -> float | None:
        """Answers for each visit; None without visits."""
        return self.answers / self.visits if self.visits else None

    @property
    def is_impossible(self) -> bool:
        """Whether more answered than came."""
        return self.answers > self.visits


def survey_weeks(survey: Survey, day: date) -> list[date]:
    """Mondays of the survey's weeks so far, newest first."""
    first = survey.period_start - timedelta(days=survey.period_start.weekday())
    last = min(day, survey.period_end)
    weeks = range(max(0, (last - first).days // 7 + 1))
    return [first + n * WEEK for n in reversed(weeks)]


def plan_services(session: Session, survey_id: int) -> list[tuple[int, str, str]]:
    """Id, code and name of the services that a survey is about, by name."""
    rows = session.execute(
        select(Service.id, Service.code, Service.name)
        .join(ServicePlan, ServicePlan.service_id == Service.id)
        .where(ServicePlan.survey_id == survey_id)
        .order_by(Service.name)
    )
    return [(identity, code, name) for identity, code, name in rows]


def list_visits(session: Session, survey_id: int) -> dict[tuple[int, date], int]:
    """Visits recorded, by service and week."""
    rows = session.scalars(select(VisitCount).where(VisitCount.survey_id == survey_id))
    return {(row.service_id, row.week): row.visits for row in rows}


def record_visits(
    session: Session,
    survey: Survey,
    week: date,
    visits: Mapping[str, int | None],
    account: Account,
    now: datetime,
    day: date,
) -> None:
    """Record or correct one week's visits by service code; None takes a number back.

    Raises SurveyError for a week outside the survey so far or a number that is none.
    """
    if week not in survey_weeks(survey, day):
        raise SurveyError("visit-week-unknown", where=Where(field="week"), week=week.isoformat())
    for identity, code, _name in plan_services(session, survey.id):
        count = visits.get(code)
        known = session.get(VisitCount, (survey.id, identity, week))
        if count is None:
            if known is not None:
                session.delete(known)
            continue
        if count < 0:
            raise SurveyError("visit-count-negative", where=Where(field=code))
        row = known or VisitCount(survey_id=survey.id, service_id=identity, week=week)
        row.visits, row.recorded_by, row.recorded_at = count, account.id, now
        session.add(row)


def response_rates(session: Session, survey: Survey) -> list[Rate]:
    """The rate of each service with visits recorded, then of all of them together."""
    visits = list_visits(session, survey.id)
    if not visits:
        return []
    grown = _weekly_answers(session, survey.id, sorted({week for _, week in visits}))
    rates = []
    for identity, code, name in plan_services(session, survey.id):
        weeks = [week for service, week in visits if service == identity]
        if weeks:
            served = sum(visits[identity, week] for week in weeks)
            answers = sum(grown[week].get(code, 0) for week in weeks)
            rates.append(Rate(name, len(weeks), served, answers))
    total = Rate("", max(rate.weeks for rate in rates), *_sums(rates))
    return [*rates, total] if len(rates) > 1 else rates


def _sums(rates: Sequence[Rate]) -> tuple[int, int]:
    return sum(rate.visits for rate in rates), sum(rate.answers for rate in rates)


def _weekly_answers(
    session: Session, survey_id: int, weeks: Sequence[date]
) -> dict[date, dict[str, int]]:
    """Answers sealed in each week by service code: what the running tally grew by."""
    days = session.execute(
        select(Seal.day, func.max(Seal.number))
        .where(Seal.survey_id == survey_id)
        .group_by(Seal.day)
        .order_by(Seal.day)
    ).all()

    def number_before(edge: date) -> int:
        return max((number for day, number in days if day < edge), default=0)

    edges = {edge: number_before(edge) for week in weeks for edge in (week, week + WEEK)}
    wanted = set(edges.values())
    query = select(Seal.number, Seal.tally).where(
        Seal.survey_id == survey_id, Seal.number.in_(wanted)
    )
    totals = {number: _by_service(tally) for number, tally in session.execute(query)}
    totals[0] = {}
    grown = {}
    for week in weeks:
        before, after = totals[edges[week]], totals[edges[week + WEEK]]
        grown[week] = {code: n - before.get(code, 0) for code, n in after.items()}
    return grown


def _by_service(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, tally in read_tally(text)["cells"].items():
        code = name.split("|", 1)[1]
        counts[code] = counts.get(code, 0) + tally.n
    return counts
