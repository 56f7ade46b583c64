"""Sets a survey up in one sitting: what is asked, of whom, how many are needed, through what.

Figures come from the last survey of the same kind where there is one, so that a new period is a
matter of checking. A survey that has answers is never edited: it gets a new version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from analysis.sampling import krejcie_morgan
from instruments import Instrument
from instruments.errors import SurveyError, Where
from survey_app.administer.periods import next_period, quarter_of
from survey_app.administer.surveys import SurveyStateError, create_link, create_survey
from survey_app.store.tables import (
    Channel,
    InstrumentVersion,
    Receipt,
    Service,
    ServicePlan,
    Survey,
    SurveyState,
    Unit,
)

POPULATION_MAXIMUM = 1_000_000_000


@dataclass(frozen=True)
class ServiceNeed:
    """One service: users in the period as typed or copied, and the answers it would need."""

    code: str
    name: str
    population: int | None
    target: int | None


@dataclass(frozen=True)
class Need:
    """All services with their sizes, and what the unit needs as a whole.

    `total` is the sum over services, else the figure given for the unit; `target` follows the
    regulation's table for that total, which is less than the services' own targets together.
    """

    services: tuple[ServiceNeed, ...]
    total: int | None
    target: int | None

    @property
    def services_target(self) -> int:
        """Answers needed if every service is to be judged by itself."""
        return sum(service.target or 0 for service in self.services)


def work_out_need(
    services: list[Service], populations: Mapping[str, int], population: int | None
) -> Need:
    """Required respondents by PermenPANRB 14/2017 Lampiran II, by service and in all."""
    rows = tuple(
        ServiceNeed(one.code, one.name, size, krejcie_morgan(size) if size else None)
        for one in services
        for size in (populations.get(one.code),)
    )
    total = sum(populations.get(one.code, 0) for one in services) or population
    return Need(rows, total, krejcie_morgan(total) if total else None)


def read_populations(fields: Mapping[str, str], services: list[Service]) -> dict[str, int]:
    """Users by service code from the fields `populasi-KODE`; blanks are left out.

    Raises SurveyError naming the service whose figure is no whole number from 1.
    """
    found = {}
    for service in services:
        text = fields.get(f"populasi-{service.code}", "").strip().replace(".", "")
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= POPULATION_MAXIMUM):
            where = Where(field=service.name)
            raise SurveyError("population-not-number", where=where, value=text[:20])
        found[service.code] = int(text)
    return found


def last_surveys(session: Session, unit_id: int) -> list[Survey]:
    """The newest survey of each kind at a unit, newest first: what a new one may copy."""
    query = (
        select(Survey, InstrumentVersion.instrument_id)
        .join(InstrumentVersion, InstrumentVersion.sha256 == Survey.instrument_sha256)
        .where(Survey.unit_id == unit_id)
        .order_by(Survey.period_end.desc(), Survey.id.desc())
    )
    newest: dict[str, Survey] = {}
    for survey, instrument in session.execute(query):
        newest.setdefault(instrument, survey)
    return list(newest.values())


def copied_populations(session: Session, survey: Survey) -> dict[str, int]:
    """Users by service code as an earlier survey had them."""
    rows = session.execute(
        select(Service.code, ServicePlan.population)
        .join(Service, Service.id == ServicePlan.service_id)
        .where(ServicePlan.survey_id == survey.id, ServicePlan.population.is_not(None))
    )
    return {code: population for code, population in rows if population}


def proposed_period(copied: Survey | None, today: date) -> str:
    """The period after the one copied, else the quarter that it is now."""
    return next_period(copied.period) if copied else quarter_of(today)


def set_up_survey(
    session: Session,
    unit: Unit,
    instrument: Instrument,
    *,
    period: str,
    populations: Mapping[str, int],
    population: int | None,
    channels: set[Channel],
    per_service: bool,
    as_new_version: bool,
    now: datetime,
) -> Survey:
    """A draft with its plan and its links: one for the unit and, if asked, one a service.

    Raises SurveyError for a survey that exists, unless a new version is asked for.
    """
    survey = create_survey(
        session,
        unit,
        instrument,
        period=period,
        service_populations=populations,
        population=population,
        now=now,
        as_new_version=as_new_version,
    )
    for channel in sorted(channels | {Channel.OPEN}):
        create_link(session, survey, channel=channel)
    if per_service:
        own = select(Service).where(Service.unit_id == unit.id, Service.active)
        for service in session.scalars(own.order_by(Service.name)):
            create_link(session, survey, service=service)
    return survey


def has_answers(session: Session, survey: Survey) -> bool:
    """Whether a survey got any answer; from then on it is never edited."""
    return bool(session.scalar(select(exists().where(Receipt.survey_id == survey.id))))


def change_plan(
    session: Session,
    survey: Survey,
    populations: Mapping[str, int],
    population: int | None,
    now: datetime,
) -> None:
    """Give a survey other populations and so other targets, while nobody has answered.

    Raises SurveyStateError once there are answers or it has closed.
    """
    if survey.state not in {SurveyState.DRAFT, SurveyState.OPEN} or has_answers(session, survey):
        raise SurveyStateError("survey-answered")
    query = select(ServicePlan).where(ServicePlan.survey_id == survey.id)
    plans = session.scalars(query).all()
    for plan in plans:
        plan.population = populations.get(plan.service.code)
        plan.target = krejcie_morgan(plan.population) if plan.population else None
    survey.population = sum(plan.population or 0 for plan in plans) or population
    survey.target = krejcie_morgan(survey.population) if survey.population else None
    survey.updated_at = now
    session.flush()
