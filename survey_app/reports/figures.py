"""Everything that a report may say of a survey, gathered once, under disclosure control.

A published survey speaks with its frozen publication and the seal below it, whatever came
later. While a survey is open its newest seal is held back, and nothing finer than the whole is
told: two reports must never differ by one person's answers.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import survey_app.reports.messages  # noqa: F401  registers the words of the errors raised here
from analysis.differencing import remainder
from analysis.disclosure import presentable
from analysis.tally import Tally
from instruments import Instrument
from instruments.errors import SurveyError
from survey_app.clock import day_in
from survey_app.estimates import instrument_of, survey_result
from survey_app.ledger.publication import newest_publication
from survey_app.ledger.results import SurveyTallies, tallies_of
from survey_app.ledger.seal import newest_seal
from survey_app.ledger.verification import verification_code
from survey_app.monitor.follow_up import list_follow_ups
from survey_app.publish.queries import service_names
from survey_app.reports.passages import list_passages
from survey_app.reports.wording import period_kind
from survey_app.store.tables import (
    Contact,
    FollowUp,
    FollowUpState,
    Publication,
    Seal,
    Service,
    ServicePlan,
    Survey,
    SurveyState,
)

EARLIER_PERIODS = 2


class ReportError(SurveyError):
    """A report of a survey that nobody was asked yet."""

    http_status = 409


@dataclass(frozen=True)
class Period:
    """The published result of an earlier period."""

    name: str
    n: int
    index: dict[str, Any]
    conversion: str | None
    instrument_sha256: str


@dataclass(frozen=True)
class PlannedService:
    """One service of the survey's plan: its users in the period, the sample it would need."""

    name: str
    population: int | None
    target: int | None


@dataclass(frozen=True)
class Figures:
    """One survey as its report tells it. `tallies` is None while the survey is open."""

    survey: Survey
    instrument: Instrument
    result: dict[str, Any]
    tallies: SurveyTallies | None
    seal: Seal | None
    publication: Publication | None
    earlier: tuple[Period, ...]
    services: tuple[PlannedService, ...]
    service_names: dict[str, str]
    plan: tuple[FollowUp, ...]
    passages: dict[str, str]
    contacts: int
    minimum: int
    today: date

    @property
    def whole(self) -> dict[str, Any]:
        """The group of all respondents."""
        group: dict[str, Any] = self.result["groups"][0]
        return group

    @property
    def index(self) -> dict[str, Any] | None:
        """The index of all respondents; None where it is undefined or too few answered."""
        index: dict[str, Any] | None = self.whole["index"]
        return index if self.whole["n"] >= self.minimum else None

    @property
    def is_open(self) -> bool:
        """Whether answers may still come in."""
        return self.survey.state == SurveyState.OPEN

    @property
    def is_published(self) -> bool:
        """Whether the figures are those of a publication."""
        return self.publication is not None

    @property
    def code(self) -> str:
        """The verification code; empty where nothing is sealed."""
        if self.publication is not None:
            return verification_code(self.publication.bundle_sha256)
        return verification_code(self.seal.head.hex()) if self.seal else ""

    def ranked(self) -> list[dict[str, Any]]:
        """Items from the lowest score up; those that nobody answered are left out."""
        known = [item for item in self.whole["items"] if item["score100"] is not None]
        return sorted(known, key=lambda item: item["mean"])

    def day(self, moment: datetime | None) -> date | None:
        """The day of a moment where the unit is."""
        return day_in(self.survey.unit.timezone, moment) if moment else None


def gather_figures(session: Session, survey: Survey, *, minimum: int, now: datetime) -> Figures:
    """The figures of an open, closed or published survey. Raises ReportError for a draft."""
    if survey.state == SurveyState.DRAFT:
        raise ReportError("report-of-draft")
    instrument = instrument_of(session, survey)
    is_published = survey.state == SurveyState.PUBLISHED
    publication = newest_publication(session, survey.id) if is_published else None
    result = json.loads(publication.result) if publication else survey_result(session, survey)
    seal = _seal_of(session, survey, publication, result)
    return Figures(
        survey=survey,
        instrument=instrument,
        result=result,
        tallies=None if survey.state == SurveyState.OPEN else tallies_of(seal, instrument),
        seal=seal,
        publication=publication,
        earlier=_earlier(session, survey, instrument),
        services=_services(session, survey.id),
        service_names=service_names(session, survey.unit_id),
        plan=_plan(session, survey.id),
        passages=list_passages(session, survey.id),
        contacts=_count_contacts(session, survey.id),
        minimum=minimum,
        today=day_in(survey.unit.timezone, now),
    )


def shown_options(figures: Figures, question: str) -> tuple[dict[str, Tally], dict[str, str]]:
    """Answers to a profile question that may be told, and those kept back with the reason.

    Who did not answer the question is a group too (the empty code): it could be had by
    subtraction.
    """
    if figures.tallies is None:
        return {}, {}
    options = figures.tallies.by_profile.get(question, {})
    groups = {**options, "": remainder(figures.tallies.whole, options.values())}
    told = presentable(groups, figures.minimum)
    return dict(told.shown), dict(told.hidden)


def shown_channels(figures: Figures) -> tuple[dict[str, int], list[str]]:
    """Channels with their answers, and the channels whose number is kept back."""
    if figures.tallies is None:
        return {}, sorted(figures.result["channels"])
    told = presentable(figures.tallies.by_channel, figures.minimum)
    return {name: tally.n for name, tally in told.shown.items()}, sorted(told.hidden)


def _plan(session: Session, survey_id: int) -> tuple[FollowUp, ...]:
    """The rows of the plan that stand; those dropped for a reason are history."""
    rows = list_follow_ups(session, survey_id)
    return tuple(row for row in rows if row.state != FollowUpState.DROPPED)


def _seal_of(
    session: Session, survey: Survey, publication: Publication | None, result: dict[str, Any]
) -> Seal | None:
    """The seal that the figures come from."""
    if publication is not None:
        return session.get_one(Seal, publication.seal_id)
    if survey.state != SurveyState.OPEN:
        return newest_seal(session, survey.id)
    head = bytes.fromhex(result["head"])
    return session.scalars(select(Seal).where(Seal.head == head)).first() if head else None


def _earlier(session: Session, survey: Survey, instrument: Instrument) -> tuple[Period, ...]:
    """Published results of the same index over earlier periods of the same length."""
    query = (
        select(Survey)
        .where(Survey.unit_id == survey.unit_id, Survey.state == SurveyState.PUBLISHED)
        .where(Survey.period_end < survey.period_start, Survey.is_demo == survey.is_demo)
        .order_by(Survey.period_end.desc())
    )
    found = []
    for past in session.scalars(query):
        is_alike = period_kind(past.period) == period_kind(survey.period)
        if is_alike and instrument_of(session, past).index.code == instrument.index.code:
            found += _period(past, newest_publication(session, past.id))
        if len(found) == EARLIER_PERIODS:
            break
    return tuple(found)


def _period(survey: Survey, publication: Publication | None) -> list[Period]:
    if publication is None:
        return []
    result = json.loads(publication.result)
    whole = result["groups"][0]
    if whole["index"] is None:
        return []
    conversion, sha256 = result["method"]["conversion"], survey.instrument_sha256
    return [Period(survey.period, whole["n"], whole["index"], conversion, sha256)]


def _services(session: Session, survey_id: int) -> tuple[PlannedService, ...]:
    rows = session.execute(
        select(Service.name, ServicePlan.population, ServicePlan.target)
        .join(ServicePlan, ServicePlan.service_id == Service.id)
        .where(ServicePlan.survey_id == survey_id)
        .order_by(Service.name)
    )
    return tuple(PlannedService(*row) for row in rows)


def _count_contacts(session: Session, survey_id: int) -> int:
    query = select(func.count()).select_from(Contact).where(Contact.survey_id == survey_id)
    return session.scalar(query) or 0
