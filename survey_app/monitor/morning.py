"""What the head of a counter opens every morning: which surveys want something, and why.

A fixed number of questions to the database, however many surveys there are, none of which
counts answers that are sealed already.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from analysis.disclosure import MINIMUM
from instruments import Instrument
from survey_app.clock import day_in
from survey_app.comments.waiting import count_waiting_comments
from survey_app.monitor.comparisons import frozen_part
from survey_app.monitor.follow_up import OPEN_STATES
from survey_app.store.tables import (
    FollowUp,
    InstrumentVersion,
    Publication,
    ReminderKind,
    Response,
    Seal,
    Survey,
    SurveyState,
)
from survey_app.web.pages import angka, bilangan

CLOSING_SOON_DAYS = 7
SHOWN_AT_ONCE = 40


@dataclass(frozen=True)
class Reason:
    """One thing that a survey wants: its words, the page on which to do it, and its kind.

    The kind is None for what is told on the page alone and never by e-mail.
    """

    words: str
    endpoint: str
    kind: ReminderKind | None


@dataclass(frozen=True)
class Line:
    """One survey with its answers so far and what it wants."""

    survey: Survey
    total: int
    today: int
    reasons: tuple[Reason, ...]

    @property
    def share(self) -> float | None:
        """Answers as a share of the target, at most 1; None without a target."""
        target = self.survey.target
        return min(1.0, self.total / target) if target else None


@dataclass(frozen=True)
class Morning:
    """Surveys that want something, those that run or wait quietly, and those finished."""

    urgent: list[Line]
    running: list[Line]
    finished: list[Line]
    more_urgent: int
    more_finished: int


def fetch_morning(
    session: Session,
    unit_ids: set[int] | None,
    now: datetime,
    *,
    show_all: bool = False,
    minimum: int = MINIMUM,
) -> Morning:
    """The first page for somebody who may see these units (None: all).

    Comments that wait are told from `minimum` on.
    """
    surveys = _surveys(session, unit_ids)
    days = _days(surveys, now)
    arrivals = _arrivals(session, unit_ids, days)
    due = _due_follow_ups(session, unit_ids, days)
    falls = _falls(session, unit_ids)
    waiting = count_waiting_comments(session, surveys, days, minimum)
    kept = _never_published(session, surveys)
    lines = [
        Line(
            survey,
            *arrivals.get(survey.id, (0, 0)),
            tuple(_reasons(survey, days[survey.id], arrivals, due, falls, waiting, kept)),
        )
        for survey in surveys
    ]
    urgent = sorted((line for line in lines if line.reasons), key=_urgency)
    quiet = [line for line in lines if not line.reasons]
    finished = [line for line in quiet if line.survey.state == SurveyState.PUBLISHED]
    limit = None if show_all else SHOWN_AT_ONCE
    return Morning(
        urgent=urgent[:limit],
        running=[line for line in quiet if line.survey.state != SurveyState.PUBLISHED],
        finished=finished[:limit],
        more_urgent=len(urgent) - len(urgent[:limit]),
        more_finished=len(finished) - len(finished[:limit]),
    )


def _urgency(line: Line) -> tuple[bool, int, date]:
    """What can still be mended comes first: open surveys, then those that want most."""
    return line.survey.state != SurveyState.OPEN, -len(line.reasons), line.survey.period_end


def _never_published(session: Session, surveys: Sequence[Survey]) -> set[str]:
    """Instruments of closed surveys that ask a unit's own staff, whose results stay inside."""
    asked = {one.instrument_sha256 for one in surveys if one.state == SurveyState.CLOSED}
    if not asked:
        return set()
    query = select(InstrumentVersion).where(InstrumentVersion.sha256.in_(asked))
    return {
        one.sha256
        for one in session.scalars(query)
        if Instrument.from_dict(json.loads(one.document)).is_for_staff
    }


def _reasons(
    survey: Survey,
    day: date,
    arrivals: Mapping[int, tuple[int, int]],
    due: Mapping[int, int],
    falls: Mapping[int, str],
    waiting: Mapping[int, int],
    kept: set[str],
) -> Iterable[Reason]:
    if survey.state == SurveyState.OPEN:
        yield from _running_reasons(survey, arrivals.get(survey.id, (0, 0))[0], day)
    if survey.state == SurveyState.CLOSED and survey.instrument_sha256 not in kept:
        words = _("Sudah ditutup, belum diterbitkan")
        yield Reason(words, "results.result", ReminderKind.CLOSING)
    if survey.id in falls:
        yield Reason(falls[survey.id], "results.result", ReminderKind.INDEX)
    if survey.id in due:
        words = _("%(n)s tindak lanjut jatuh tempo", n=bilangan(due[survey.id]))
        yield Reason(words, "follow_up.plans", ReminderKind.FOLLOW_UP)
    if survey.id in waiting:
        words = _("Sekitar %(n)s saran menunggu keputusan", n=bilangan(waiting[survey.id]))
        yield Reason(words, "comments.listing", None)


def _running_reasons(survey: Survey, total: int, day: date) -> Iterable[Reason]:
    left = (survey.period_end - day).days
    if left < 0:
        words = _("Periode sudah berakhir, survei masih dibuka")
        yield Reason(words, "monitor.survey", ReminderKind.CLOSING)
    elif left <= CLOSING_SOON_DAYS:
        words = _("Periode berakhir %(n)s hari lagi", n=left)
        yield Reason(words, "monitor.survey", ReminderKind.CLOSING)
    expected = expected_total(survey, total, day)
    if survey.target and expected is not None and expected < survey.target:
        words = _("Target terancam: dengan laju ini %(n)s", n=bilangan(expected))
        words += f" / {bilangan(survey.target)}"
        yield Reason(words, "monitor.survey", ReminderKind.TARGET)


def expected_total(survey: Survey, total: int, day: date) -> int | None:
    """Answers at the end of the period at the mean pace so far; None in the first week."""
    passed = (day - survey.period_start).days
    if passed < 7:
        return None
    length = (survey.period_end - survey.period_start).days + 1
    return round(total / min(passed, length) * length)


def _surveys(session: Session, unit_ids: set[int] | None) -> Sequence[Survey]:
    query = select(Survey).order_by(
        (Survey.state == SurveyState.OPEN).desc(), Survey.period_end.desc(), Survey.key
    )
    return session.scalars(_of_units(query, unit_ids)).all()


def _of_units(query: Any, unit_ids: set[int] | None) -> Any:
    return query if unit_ids is None else query.where(Survey.unit_id.in_(unit_ids))


def _days(surveys: Sequence[Survey], now: datetime) -> dict[int, date]:
    """What day it is for each survey, by its unit's zone."""
    zones = {survey.unit.timezone for survey in surveys}
    today = {zone: day_in(zone, now) for zone in zones}
    return {survey.id: today[survey.unit.timezone] for survey in surveys}


def _arrivals(
    session: Session, unit_ids: set[int] | None, days: Mapping[int, date]
) -> dict[int, tuple[int, int]]:
    """Answers in all and of today by survey; sealed ones are read from the newest seal."""
    sealed = (
        select(Seal.responses)
        .where(Seal.survey_id == Survey.id)
        .order_by(Seal.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    waiting = _count(Response.survey_id == Survey.id, Response.seal_id.is_(None))
    totals = _of_units(select(Survey.id, sealed, waiting), unit_ids)
    found = {key: ((done or 0) + more, 0) for key, done, more in session.execute(totals)}
    for day in set(days.values()):
        batches = select(Seal.id).where(Seal.survey_id == Survey.id, Seal.day >= day)
        mine = (Response.survey_id == Survey.id, Response.day == day)
        today = select(
            Survey.id,
            _count(*mine, Response.seal_id.is_(None)),
            _count(*mine, Response.seal_id.in_(batches)),
        ).where(Survey.state == SurveyState.OPEN)
        for key, fresh, done in session.execute(_of_units(today, unit_ids)):
            if days.get(key) == day:
                found[key] = (found[key][0], fresh + done)
    return found


def _count(*conditions: ColumnElement[bool]) -> Any:
    query = select(func.count()).select_from(Response).where(*conditions)
    return query.correlate(Survey).scalar_subquery()


def _due_follow_ups(
    session: Session, unit_ids: set[int] | None, days: Mapping[int, date]
) -> dict[int, int]:
    if not days:
        return {}
    query = (
        select(FollowUp.survey_id, func.count())
        .join(Survey, Survey.id == FollowUp.survey_id)
        .where(FollowUp.due <= max(days.values()), FollowUp.state.in_(OPEN_STATES))
        .group_by(FollowUp.survey_id)
    )
    return {row[0]: row[1] for row in session.execute(_of_units(query, unit_ids))}


def _falls(session: Session, unit_ids: set[int] | None) -> dict[int, str]:
    """Of each unit and questionnaire, the newest result if it fell beyond noise (5 %)."""
    newer = aliased(Publication)
    series = (Survey.unit_id, InstrumentVersion.instrument_id)
    age = func.row_number().over(partition_by=series, order_by=Survey.period_end.desc())
    parts = [frozen_part(session, "0", "index", name) for name in ("score100", "se", "grade")]
    ranked = _of_units(
        select(Survey.id, *series, *parts, age.label("age"))
        .select_from(Publication)
        .join(Survey, Survey.id == Publication.survey_id)
        .join(InstrumentVersion, InstrumentVersion.sha256 == Survey.instrument_sha256)
        .where(~select(newer.id).where(newer.replaces_id == Publication.id).exists()),
        unit_ids,
    ).subquery()
    columns = list(ranked.c)
    query = select(ranked).where(columns[-1] <= 2).order_by(columns[1], columns[2], columns[-1])
    falls, last = {}, None
    for row in session.execute(query):
        _key, unit, instrument, score, se, grade, place = row
        if place == 1:
            last = row
        elif last is not None and (last[1], last[2]) == (unit, instrument):
            words = _fall(score, se, grade, last[3], last[4], last[5])
            if words:
                falls[last[0]] = words
    return falls


def _fall(
    before: float | None,
    se_before: float | None,
    grade_before: str,
    after: float | None,
    se_after: float | None,
    grade: str,
) -> str:
    if None in {before, after} or not (se_before and se_after):
        return ""
    drop = float(before or 0) - float(after or 0)
    if drop <= 1.96 * math.hypot(float(se_before), float(se_after)):
        return ""
    if grade != grade_before:
        words = _("Mutu turun dari %(a)s ke %(b)s (−%(d)s)", a=grade_before, b=grade, d=angka(drop))
    else:
        words = _("Indeks turun %(d)s poin, lebih dari kebetulan", d=angka(drop))
    return str(words)
