"""What signals are computed from: one closed survey, its answers and counts, fingerprinted.

Nothing read here is shown or stored; `quality_job` keeps only what the signals say.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from analysis.answers import Integers, matrix_of
from analysis.quality_comments import count_repeated
from analysis.quality_units import TOGETHER, UnitEvidence
from instruments import Instrument
from survey_app.ledger.leaves import canonical
from survey_app.store.tables import (
    Channel,
    Comment,
    IngestStats,
    Response,
    Service,
    Survey,
    TransactionReport,
    VisitCount,
)

# Filled in by the citizen's own hand, so that haste and hours say something.
OWN_HAND = (Channel.OPEN, Channel.TICKET, Channel.KIOSK, Channel.LOBBY)
OFFICE_HOURS = range(7, 17)
WORKDAYS = range(5)
WEEK_HOURS = 7 * 24


@dataclass(frozen=True)
class Ground:
    """A survey to be judged, its evidence, and the fingerprints of what that was made of.

    `answers` is SHA-256 over the leaves of the responses in order, `counts` over all else.
    """

    survey: Survey
    instrument: Instrument
    evidence: UnitEvidence
    answers: str
    counts: str


@dataclass(frozen=True)
class Before:
    """What earlier surveys of the same unit and index give: profiles and (answers, services)."""

    survey: Survey | None
    history: tuple[tuple[int, int], ...]


def read_ground(
    session: Session,
    survey: Survey,
    instrument: Instrument,
    rhythm: Sequence[float],
    before: Before,
) -> Ground:
    """All evidence of one survey; `rhythm` is how usual each hour of a week is among its peers."""
    rows = session.execute(
        select(
            *(Response.answers, Response.profile, Response.channel),
            *(Response.service_id, Response.day, Response.leaf),
        )
        .where(*_judged(survey.id))
        .order_by(Response.id)
    ).all()
    given = [json.loads(row.answers) for row in rows]
    codes = instrument.codes
    arrivals = list(session.scalars(select(IngestStats).where(IngestStats.survey_id == survey.id)))
    own = [row for row in arrivals if row.channel in OWN_HAND]
    zone = ZoneInfo(survey.unit.timezone)
    before_profile = _profile_before(session, before.survey, instrument)
    services = _service_codes(session, survey.unit_id)
    evidence = UnitEvidence(
        matrix=matrix_of(instrument, [{code: one.get(code) for code in codes} for one in given]),
        highest=instrument.scale.maximum,
        days=np.array([row.day.toordinal() for row in rows], dtype=np.int64),
        channels=[row.channel for row in rows],
        services=[services.get(row.service_id, "") for row in rows],
        profile=_profile(instrument, [row.profile for row in rows]),
        profile_before=before_profile,
        arrivals=_by_hour(own, survey, zone, rhythm) if own else None,
        fast=(sum(row.n_fast for row in own), sum(row.n for row in own)) if own else None,
        outside_hours=_outside_hours(own, zone) if own else None,
        repeated=count_repeated(_comments(session, survey.id)),
        transactions=services_given(session, survey.id),
        history=before.history,
    )
    answers = _leaves_digest(row.leaf for row in rows)
    return Ground(survey, instrument, evidence, answers, _counts_digest(evidence))


def answers_digest(session: Session, survey_id: int) -> str:
    """`Ground.answers` of a survey, without reading what they say."""
    return _leaves_digest(
        session.scalars(select(Response.leaf).where(*_judged(survey_id)).order_by(Response.id))
    )


def week_rhythm(session: Session, surveys: Sequence[Survey]) -> list[float]:
    """Answers by hour of the week (Monday 0.00 first) of many surveys, at each unit's own time."""
    zones = {survey.id: ZoneInfo(survey.unit.timezone) for survey in surveys}
    hours = np.ones(WEEK_HOURS)
    query = select(IngestStats.survey_id, IngestStats.bucket, func.sum(IngestStats.n)).where(
        IngestStats.channel.in_(OWN_HAND)
    )
    for survey_id, bucket, n in session.execute(
        query.group_by(IngestStats.survey_id, IngestStats.bucket)
    ):
        if survey_id in zones:
            hours[_week_hour(bucket.astimezone(zones[survey_id]))] += n
    return [float(n) for n in hours]


def services_given(session: Session, survey_id: int) -> int | None:
    """Services that the unit says it finished in the period; None where nobody counted."""
    reported = session.scalar(
        select(TransactionReport.transactions)
        .where(TransactionReport.survey_id == survey_id)
        .order_by(TransactionReport.id.desc())
        .limit(1)
    )
    if reported is not None:
        return reported
    return session.scalar(
        select(func.sum(VisitCount.visits)).where(VisitCount.survey_id == survey_id)
    )


def _judged(survey_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Response.survey_id == survey_id,
        Response.seal_id.is_not(None),
        Response.answers.is_not(None),
    )


def _leaves_digest(leaves: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(leaves)).hexdigest()


def _service_codes(session: Session, unit_id: int) -> dict[int | None, str]:
    rows = session.execute(select(Service.id, Service.code).where(Service.unit_id == unit_id))
    return {identity: code for identity, code in rows}  # noqa: C416  rows are no plain pairs


def _profile(instrument: Instrument, profiles: Sequence[str | None]) -> Integers:
    """(respondents, questions) of places among the options; -1 where no choice was made."""
    places = [
        {option.code: place for place, option in enumerate(question.options)}
        for question in instrument.profile
    ]
    matrix = np.full((len(profiles), len(places)), -1, dtype=np.int64)
    for row, text in enumerate(profiles):
        chosen: Mapping[str, str] = json.loads(text or "{}")
        for column, question in enumerate(instrument.profile):
            matrix[row, column] = places[column].get(chosen.get(question.code, ""), -1)
    return matrix


def _profile_before(
    session: Session, survey: Survey | None, instrument: Instrument
) -> Integers | None:
    if survey is None:
        return None
    rows = session.scalars(
        select(Response.profile)
        .where(Response.survey_id == survey.id, Response.answers.is_not(None))
        .order_by(Response.id)
    ).all()
    return _profile(instrument, rows)


def _by_hour(
    rows: Sequence[IngestStats], survey: Survey, zone: ZoneInfo, rhythm: Sequence[float]
) -> tuple[list[int], list[float]]:
    """Fives of answers and the usual weight for each hour of the period, at the unit's time."""
    counts: Counter[tuple[date, int]] = Counter()
    for row in rows:
        local = row.bucket.astimezone(zone)
        counts[local.date(), local.hour] += row.n // TOGETHER
    days = (survey.period_end - survey.period_start).days + 1
    hours = [
        datetime.combine(survey.period_start + timedelta(days=day), time(hour))
        for day in range(days)
        for hour in range(24)
    ]
    return (
        [counts[hour.date(), hour.hour] for hour in hours],
        [rhythm[_week_hour(hour)] for hour in hours],
    )


def _week_hour(moment: datetime) -> int:
    return 24 * moment.weekday() + moment.hour


def _outside_hours(rows: Sequence[IngestStats], zone: ZoneInfo) -> tuple[int, int]:
    late = 0
    for row in rows:
        local = row.bucket.astimezone(zone)
        if local.hour not in OFFICE_HOURS or local.weekday() not in WORKDAYS:
            late += row.n
    return late, sum(row.n for row in rows)


def _comments(session: Session, survey_id: int) -> list[str]:
    query = (
        select(Comment.text)
        .where(Comment.survey_id == survey_id, Comment.text.is_not(None))
        .order_by(Comment.id)
    )
    return [text for text in session.scalars(query) if text]


def _counts_digest(evidence: UnitEvidence) -> str:
    before = evidence.profile_before
    told: dict[str, Any] = {
        "arrivals": _told(evidence.arrivals),
        "fast": evidence.fast,
        "outside_hours": evidence.outside_hours,
        "repeated": evidence.repeated,
        "transactions": evidence.transactions,
        "history": [list(pair) for pair in evidence.history],
        "before": None if before is None else _matrix_digest(before),
    }
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def _told(arrivals: tuple[Sequence[int], Sequence[float]] | None) -> list[list[float]] | None:
    return None if arrivals is None else [list(arrivals[0]), list(arrivals[1])]


def _matrix_digest(matrix: NDArray[np.int64]) -> str:
    return hashlib.sha256(np.ascontiguousarray(matrix, dtype="<i8").tobytes()).hexdigest()
