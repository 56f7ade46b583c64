"""Makes and finds agencies, units and services."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.administer.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.store.tables import Agency, Service, Unit

_SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


def create_agency(session: Session, *, slug: str, name: str) -> Agency:
    """A new agency. Raises SurveyError for a code that is taken or malformed."""
    _require_free(session, Agency.slug, slug)
    agency = Agency(slug=slug, name=name)
    session.add(agency)
    session.flush()
    return agency


def create_unit(
    session: Session,
    agency: Agency,
    *,
    slug: str,
    name: str,
    parent: Unit | None = None,
    address: str = "",
    timezone: str = "Asia/Jakarta",
) -> Unit:
    """A new unit, below `parent` or on top of its agency's tree."""
    _require_free(session, Unit.slug, slug)
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        where = Where(field="timezone")
        raise SurveyError("timezone-unknown", where=where, name=timezone) from error
    unit = Unit(
        agency_id=agency.id,
        parent_id=parent.id if parent else None,
        slug=slug,
        name=name,
        address=address,
        timezone=timezone,
    )
    session.add(unit)
    session.flush()
    return unit


def create_service(session: Session, unit: Unit, *, code: str, name: str) -> Service:
    """A new service of a unit; its code is unique there."""
    _require_slug(code)
    taken = select(Service).where(Service.unit_id == unit.id, Service.code == code)
    if session.scalars(taken).first():
        raise SurveyError("name-taken", where=Where(field="code"), slug=code)
    service = Service(unit_id=unit.id, code=code, name=name)
    session.add(service)
    session.flush()
    return service


def find_agency(session: Session, slug: str) -> Agency:
    """An agency by its code. Raises SurveyError."""
    agency = session.scalars(select(Agency).where(Agency.slug == slug)).first()
    if agency is None:
        raise SurveyError("place-unknown", slug=slug)
    return agency


def find_unit(session: Session, slug: str) -> Unit:
    """A unit by its code. Raises SurveyError."""
    unit = session.scalars(select(Unit).where(Unit.slug == slug)).first()
    if unit is None:
        raise SurveyError("place-unknown", slug=slug)
    return unit


def _require_slug(slug: str) -> None:
    if not _SLUG.match(slug):
        raise SurveyError("slug-invalid", where=Where(field="slug"), slug=slug)


def _require_free(session: Session, column: object, slug: str) -> None:
    _require_slug(slug)
    if session.scalars(select(column).where(column == slug)).first():  # type: ignore[call-overload]
        raise SurveyError("name-taken", where=Where(field="slug"), slug=slug)
