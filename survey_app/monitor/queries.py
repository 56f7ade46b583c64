"""Reads for the desk: surveys with their progress, and one survey's fieldwork by service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.clock import day_in
from survey_app.store.tables import Link, Receipt, Response, Service, ServicePlan, Survey


@dataclass(frozen=True)
class Progress:
    """A survey with the number of answers so far, against the sample it needs."""

    survey: Survey
    total: int
    today: int

    @property
    def share(self) -> float | None:
        """Answers as a share of the target, at most 1; None without a target."""
        target = self.survey.target
        return min(1.0, self.total / target) if target else None


@dataclass(frozen=True)
class ServiceProgress:
    """One service: answers so far, population and target."""

    name: str
    n: int
    population: int | None
    target: int | None


def list_progress(session: Session, unit_ids: set[int] | None, now: datetime) -> list[Progress]:
    """Surveys of the units (None: all), the open ones first, then newest period first."""
    query = select(Survey).order_by(
        (Survey.state == "open").desc(), Survey.period_end.desc(), Survey.key
    )
    if unit_ids is not None:
        query = query.where(Survey.unit_id.in_(unit_ids))
    surveys = session.scalars(query).all()
    totals = dict(
        session.execute(select(Receipt.survey_id, func.count()).group_by(Receipt.survey_id)).all()
    )
    today = _today_counts(session, surveys, now)
    return [Progress(s, totals.get(s.id, 0), today.get(s.id, 0)) for s in surveys]


def fetch_progress(session: Session, survey: Survey, now: datetime) -> Progress:
    """One survey with its counts."""
    day = day_in(survey.unit.timezone, now)
    total, today = session.execute(
        select(func.count(), func.count().filter(Receipt.day == day)).where(
            Receipt.survey_id == survey.id
        )
    ).one()
    return Progress(survey, total, today)


def list_services(session: Session, survey: Survey) -> list[ServiceProgress]:
    """The services of a survey's plan with their answers so far."""
    counts = dict(
        session.execute(
            select(Response.service_id, func.count())
            .where(Response.survey_id == survey.id)
            .group_by(Response.service_id)
        ).all()
    )
    rows = session.execute(
        select(Service.id, Service.name, ServicePlan.population, ServicePlan.target)
        .join(ServicePlan, ServicePlan.service_id == Service.id)
        .where(ServicePlan.survey_id == survey.id)
        .order_by(Service.name)
    )
    listed = [
        ServiceProgress(name, counts.get(identity, 0), population, target)
        for identity, name, population, target in rows
    ]
    unnamed = counts.get(None, 0)
    return [
        *listed,
        *([ServiceProgress("(tidak disebutkan)", unnamed, None, None)] * bool(unnamed)),
    ]


def list_links(session: Session, survey_id: int) -> list[Link]:
    """Links of a survey, those in use first."""
    query = (
        select(Link)
        .where(Link.survey_id == survey_id)
        .order_by(Link.revoked_at.is_not(None), Link.counter, Link.code)
    )
    return list(session.scalars(query))


def _today_counts(session: Session, surveys: Sequence[Survey], now: datetime) -> dict[int, int]:
    """Answers of today by survey; what day it is depends on the unit's zone."""
    days: dict[date, list[int]] = {}
    for survey in surveys:
        days.setdefault(day_in(survey.unit.timezone, now), []).append(survey.id)
    counts: dict[int, int] = {}
    for day, identities in days.items():
        rows = session.execute(
            select(Receipt.survey_id, func.count())
            .where(Receipt.day == day, Receipt.survey_id.in_(identities))
            .group_by(Receipt.survey_id)
        )
        counts |= dict(rows.all())
    return counts
