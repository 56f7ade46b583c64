"""What a link fixes: survey, unit, service, instrument. Looked up once and kept briefly.

What can change (revoked, closed) is asked again inside the transaction that saves an answer.
"""

import base64
import hmac
import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

import survey_app.respond.messages  # noqa: F401  registers the words of the errors raised here
from instruments import Instrument
from instruments.errors import SurveyError
from survey_app.store import Store
from survey_app.store.tables import Channel, Link, Service, Survey, SurveyState

KEPT_SECONDS = 15
KEPT_LINKS = 2000


_STATE_OF_LINK = (
    select(Link.revoked_at, Survey.state, Survey.closed_at)
    .join(Survey, Survey.id == Link.survey_id)
    .where(Link.code == bindparam("code"))
)


class LinkUnknownError(SurveyError):
    """No such link."""

    http_status = 404


class LinkGoneError(SurveyError):
    """The link or its survey takes no more answers."""

    http_status = 410


@dataclass(frozen=True)
class Target:
    """Everything about a link that a form and an answer need."""

    code: str
    survey_id: int
    survey_key: str
    instrument: Instrument
    channel: str
    unit_name: str
    timezone: str
    service: tuple[int, str, str] | None
    services: tuple[tuple[int, str, str], ...]
    is_demo: bool
    asks_contact: bool

    def find_service(self, code: str) -> tuple[int, str, str] | None:
        """The service that an answer is about: the link's own, else the one chosen."""
        chosen = [service for service in self.services if service[1] == code]
        return self.service or (chosen[0] if chosen else None)


class Links:
    """Targets by code, kept for a few seconds in this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, tuple[float, Target]] = {}
        self._lock = threading.Lock()

    def find(self, code: str) -> Target:
        """The target of a link, open or not. Raises LinkUnknownError."""
        kept = self._kept.get(code)
        if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        with self._store.read() as session:
            target = _read(session, code)
        with self._lock:
            if len(self._kept) >= KEPT_LINKS:
                self._kept.clear()
            self._kept[code] = (time.monotonic(), target)
        return target

    def remembered(self, code: str) -> Target | None:
        """The target as last seen, however old: for when the database is away."""
        kept = self._kept.get(code)
        return kept[1] if kept else None


def require_open(session: Session, code: str, begun_since: datetime | None = None) -> None:
    """Raise LinkUnknownError or LinkGoneError unless a link takes answers at this moment.

    With `begun_since` the answer was begun while the link was open: it is taken where the
    link was revoked after that moment, and while a survey that closes still waits.
    """
    row = session.connection().execute(_STATE_OF_LINK, {"code": code}).first()
    if row is None:
        raise LinkUnknownError("link-unknown")
    revoked, state, closing = row
    if revoked is not None and (begun_since is None or revoked < begun_since):
        raise LinkGoneError("link-revoked")
    if state == SurveyState.DRAFT:
        raise LinkUnknownError("survey-not-open")
    if state != SurveyState.OPEN or (closing is not None and begun_since is None):
        raise LinkGoneError("survey-closed")


def begun_mark(key: bytes, survey_id: int, code: str, opened_at: datetime) -> str:
    """What a page carries to show when it was opened, and that its link was open then.

    It travels with the answer (sealed, where that waits on a phone) and is never stored.
    """
    second = int(opened_at.timestamp()).to_bytes(4, "big")
    content = b"|".join([b"begun", str(survey_id).encode(), code.encode(), second])
    tag = hmac.digest(key, content, "sha256")[:12]
    return base64.urlsafe_b64encode(second + tag).decode().rstrip("=")


def read_begun(key: bytes, survey_id: int, code: str, mark: str) -> datetime | None:
    """When a page of this link was opened, None for a mark that is not one of ours."""
    try:
        second = base64.urlsafe_b64decode(mark[:6] + "==")[:4]
    except ValueError:
        return None
    opened_at = datetime.fromtimestamp(int.from_bytes(second, "big"), UTC)
    true_mark = begun_mark(key, survey_id, code, opened_at)
    return opened_at if hmac.compare_digest(true_mark.encode(), mark.encode()) else None


def find_open_link(session: Session, target: Target) -> str | None:
    """The code of an open link for the same survey and service, else for the whole unit."""
    service = target.service[0] if target.service else None
    return session.scalars(
        select(Link.code)
        .where(
            Link.survey_id == target.survey_id,
            Link.channel == Channel.OPEN,
            Link.revoked_at.is_(None),
            or_(Link.service_id.is_(None), Link.service_id == service),
        )
        .order_by(Link.service_id.is_(None), Link.code)
        .limit(1)
    ).first()


def _read(session: Session, code: str) -> Target:
    link = session.scalars(
        select(Link)
        .where(Link.code == code)
        .options(joinedload(Link.survey).joinedload(Survey.instrument_version))
    ).first()
    if link is None:
        raise LinkUnknownError("link-unknown")
    survey = link.survey
    instrument = Instrument.from_dict(json.loads(survey.instrument_version.document))
    services = session.scalars(
        select(Service)
        .where(Service.unit_id == survey.unit_id, Service.active)
        .order_by(Service.name)
    ).all()
    # Which service somebody works for would point at them in a small unit.
    own = None if instrument.is_for_staff else link.service
    return Target(
        code=code,
        survey_id=survey.id,
        survey_key=survey.key,
        instrument=instrument,
        channel=link.channel,
        unit_name=survey.unit.name,
        timezone=survey.unit.timezone,
        service=(own.id, own.code, own.name) if own else None,
        services=()
        if own or instrument.is_for_staff
        else tuple((s.id, s.code, s.name) for s in services),
        is_demo=survey.is_demo,
        asks_contact=survey.asks_contact and not instrument.is_for_staff,
    )
