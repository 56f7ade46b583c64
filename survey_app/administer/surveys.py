"""The acts on a survey: make it, give it links, open, close. Its state only moves forward."""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

import instruments
from analysis.sampling import krejcie_morgan
from instruments import Instrument
from instruments.errors import SurveyError, Where
from survey_app.administer.periods import period_span
from survey_app.ledger.keys import Signer
from survey_app.ledger.leaves import canonical
from survey_app.ledger.seal import seal_survey
from survey_app.paper.batches import require_none_waiting
from survey_app.store.tables import (
    Channel,
    InstrumentVersion,
    Link,
    Service,
    ServicePlan,
    Survey,
    SurveyState,
    Unit,
)

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 8
_STATE_WORDS = {
    SurveyState.DRAFT: "masih rancangan",
    SurveyState.OPEN: "sedang dibuka",
    SurveyState.CLOSED: "sudah ditutup",
    SurveyState.PUBLISHED: "sudah diterbitkan",
}


class SurveyStateError(SurveyError):
    """The survey is not in the state that an act needs."""

    http_status = 409


def create_survey(
    session: Session,
    unit: Unit,
    instrument: Instrument,
    *,
    period: str,
    now: datetime,
    service_populations: Mapping[str, int] | None = None,
    population: int | None = None,
    is_demo: bool = False,
    as_new_version: bool = False,
) -> Survey:
    """A new draft: one instrument for one unit and period, with the sample it needs.

    The population is the sum over services where those are given; targets follow the
    regulation's table. A second survey of a kind in a period is made only `as_new_version`,
    and its key ends in -v2, -v3 and so on. Raises SurveyError for a period not known or a survey
    that exists.
    """
    start, end = period_span(period)
    key = _free_key(session, f"{unit.slug}-{instrument.id}-{period.lower()}", as_new_version)
    populations = dict(service_populations or {})
    total = sum(populations.values()) or population
    survey = Survey(
        key=key,
        unit_id=unit.id,
        instrument_sha256=freeze_instrument(session, instrument),
        title=instrument.title,
        period=period,
        period_start=start,
        period_end=end,
        population=total,
        target=krejcie_morgan(total) if total else None,
        is_demo=is_demo,
        updated_at=now,
    )
    session.add(survey)
    session.flush()
    _plan_services(session, survey, unit, populations)
    return survey


def _free_key(session: Session, key: str, as_new_version: bool) -> str:
    taken = set(session.scalars(select(Survey.key).where(Survey.key.startswith(key))))
    if key not in taken:
        return key
    if not as_new_version:
        raise SurveyError("survey-exists", where=Where(field="period"), key=key)
    return next(name for n in count(2) if (name := f"{key}-v{n}") not in taken)


def freeze_instrument(session: Session, instrument: Instrument) -> str:
    """Keep an instrument as it is asked now; the same content is kept once."""
    if session.get(InstrumentVersion, instrument.sha256) is None:
        session.add(
            InstrumentVersion(
                sha256=instrument.sha256,
                instrument_id=instrument.id,
                version=instrument.version,
                document=canonical(instrument.to_dict()),
            )
        )
        session.flush()
    return instrument.sha256


def custom_instruments(session: Session) -> list[Instrument]:
    """Instruments that administrators added, the newest of each name and version."""
    shipped = {one.id for one in instruments.available()}
    query = select(InstrumentVersion).order_by(
        InstrumentVersion.instrument_id, InstrumentVersion.version
    )
    return [
        Instrument.from_dict(json.loads(version.document))
        for version in session.scalars(query)
        if version.instrument_id not in shipped
    ]


def choose_instrument(session: Session, name: str) -> Instrument:
    """An instrument by its hash (one added here) or by its name in the catalogue."""
    version = session.get(InstrumentVersion, name)
    if version is not None:
        return Instrument.from_dict(json.loads(version.document))
    return instruments.load(name)


def create_link(
    session: Session,
    survey: Survey,
    *,
    service: Service | None = None,
    counter: str = "",
    channel: Channel = Channel.OPEN,
    code: str | None = None,
) -> Link:
    """A new address for posters; its code is random unless one is given.

    Raises SurveyError for a code that is taken, and where an officer would see staff answer.
    """
    if channel == Channel.ASSISTED and _is_for_staff(session, survey):
        raise SurveyError("staff-not-assisted", where=Where(field="channel"))
    chosen = code or "".join(secrets.choice(_CROCKFORD) for _ in range(CODE_LENGTH))
    if session.get(Link, chosen) is not None:
        raise SurveyError("link-taken", where=Where(field="code"), code=chosen)
    link = Link(
        code=chosen,
        survey_id=survey.id,
        service_id=service.id if service else None,
        counter=counter,
        channel=channel,
    )
    session.add(link)
    session.flush()
    return link


def _is_for_staff(session: Session, survey: Survey) -> bool:
    version = session.get_one(InstrumentVersion, survey.instrument_sha256)
    return Instrument.from_dict(json.loads(version.document)).is_for_staff


def revoke_link(link: Link, now: datetime) -> None:
    """Make an address stop working; posters that carry it are void."""
    link.revoked_at = link.revoked_at or now


def switch_contact(survey: Survey, now: datetime) -> bool:
    """Offer citizens the contact page after their answers, or no longer; returns which."""
    survey.asks_contact, survey.updated_at = not survey.asks_contact, now
    return survey.asks_contact


def open_survey(session: Session, survey: Survey, now: datetime) -> None:
    """Start accepting answers. Raises SurveyStateError unless it is a draft."""
    _require(survey, SurveyState.DRAFT)
    survey.state, survey.opened_at, survey.updated_at = SurveyState.OPEN, now, now
    session.flush()


def begin_closing(session: Session, survey: Survey, now: datetime) -> None:
    """Let nobody begin any more; answers begun before, waiting on phones, still come in.

    To results and seals the survey stays open until `close_survey`, which `close_due` does
    after the grace: no view before it can then differ from the last by a late answer alone.
    Raises PaperError while a paper batch is being typed.
    """
    _require(survey, SurveyState.OPEN)
    require_none_waiting(session, survey.id)
    survey.closed_at = survey.closed_at or now
    survey.updated_at = now
    session.flush()


def is_closing(survey: Survey) -> bool:
    """Whether a survey only waits for answers that were begun before it closed."""
    return survey.state == SurveyState.OPEN and survey.closed_at is not None


def close_due(session: Session, signer: Signer, now: datetime, grace: timedelta) -> int:
    """Close every survey whose grace is over; returns how many."""
    due = session.scalars(
        select(Survey).where(Survey.state == SurveyState.OPEN, Survey.closed_at <= now - grace)
    ).all()
    for survey in due:
        close_survey(session, survey, signer, now)
    return len(due)


def close_survey(session: Session, survey: Survey, signer: Signer, now: datetime) -> None:
    """Stop accepting answers and seal the last of them, however few.

    Raises PaperError while a paper batch is being typed, unless closing has begun before.
    """
    _require(survey, SurveyState.OPEN)
    if survey.closed_at is None:
        require_none_waiting(session, survey.id)
    survey.state, survey.updated_at = SurveyState.CLOSED, now
    survey.closed_at = survey.closed_at or now
    session.flush()
    seal_survey(session, survey.id, signer, now, minimum=1, is_closing=True)


def require_closed(survey: Survey) -> None:
    """Raise SurveyStateError for a survey that may still get answers."""
    if survey.state not in {SurveyState.CLOSED, SurveyState.PUBLISHED}:
        words = _STATE_WORDS[SurveyState(survey.state)]
        raise SurveyStateError("survey-state", state=words)


def find_survey(session: Session, key: str) -> Survey:
    """A survey by its key. Raises SurveyError."""
    survey = session.scalars(select(Survey).where(Survey.key == key)).first()
    if survey is None:
        raise SurveyError("survey-unknown", key=key)
    return survey


def is_link_code(text: str) -> bool:
    """Whether a text could be a link's code."""
    return bool(re.fullmatch(r"[0-9a-z-]{8,32}", text))


def _plan_services(
    session: Session, survey: Survey, unit: Unit, populations: Mapping[str, int]
) -> None:
    services = session.scalars(select(Service).where(Service.unit_id == unit.id, Service.active))
    for service in services:
        size = populations.get(service.code)
        session.add(
            ServicePlan(
                survey_id=survey.id,
                service_id=service.id,
                population=size,
                target=krejcie_morgan(size) if size else None,
            )
        )
    session.flush()


def _require(survey: Survey, state: SurveyState) -> None:
    if survey.state != state:
        words = _STATE_WORDS[SurveyState(survey.state)]
        raise SurveyStateError("survey-state", state=words)
