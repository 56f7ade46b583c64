"""The index of all units with published results: searched, filtered and in pages."""

import json
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from instruments import Instrument
from survey_app.publish.queries import Published, list_published
from survey_app.store.tables import Agency, InstrumentVersion, Publication, Survey, Unit

PAGE_SIZE = 24


@dataclass(frozen=True)
class Filters:
    """What a reader looks for: part of a name, an agency's slug, an index code, a page."""

    text: str = ""
    agency: str = ""
    index: str = ""
    page: int = 1


@dataclass(frozen=True)
class Entry:
    """One unit with the newest result of each index."""

    slug: str
    name: str
    agency: str
    results: tuple[Published, ...]


@dataclass(frozen=True)
class Directory:
    """One page of units, and how many there are in all."""

    entries: tuple[Entry, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def list_directory(session: Session, filters: Filters) -> Directory:
    """Units by name; reads only the results of the units on the page."""
    units = _matching(session, filters)
    total = session.scalar(select(func.count()).select_from(units.subquery())) or 0
    last = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, filters.page), last)
    rows = session.execute(
        units.order_by(Unit.name, Unit.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    results = _newest(session, {row.id for row in rows}, filters.index)
    entries = [Entry(row.slug, row.name, row.agency, results.get(row.id, ())) for row in rows]
    return Directory(tuple(entries), total, page)


def list_newest(session: Session, count: int) -> tuple[Entry, ...]:
    """Units that published last, newest first."""
    newest = (
        select(Survey.unit_id, func.max(Publication.id).label("last"))
        .join(Publication, Publication.survey_id == Survey.id)
        .group_by(Survey.unit_id)
        .subquery()
    )
    rows = session.execute(
        select(Unit.id, Unit.slug, Unit.name, Agency.name.label("agency"))
        .join(Agency, Agency.id == Unit.agency_id)
        .join(newest, newest.c.unit_id == Unit.id)
        .order_by(newest.c.last.desc())
        .limit(count)
    ).all()
    results = _newest(session, {row.id for row in rows}, "")
    return tuple(Entry(row.slug, row.name, row.agency, results.get(row.id, ())) for row in rows)


def list_agencies(session: Session) -> list[tuple[str, str]]:
    """Agencies with a published result, as slug and name."""
    published = (
        select(Publication.id)
        .join(Survey, Survey.id == Publication.survey_id)
        .join(Unit, Unit.id == Survey.unit_id)
        .where(Unit.agency_id == Agency.id)
    )
    query = select(Agency.slug, Agency.name).where(published.exists()).order_by(Agency.name)
    return [(slug, name) for slug, name in session.execute(query)]


def _matching(session: Session, filters: Filters) -> Select[int, str, str, str]:
    published = (
        select(Publication.id)
        .join(Survey, Survey.id == Publication.survey_id)
        .where(Survey.unit_id == Unit.id)
    )
    if filters.index:
        published = published.where(
            Survey.instrument_sha256.in_(_versions_of(session, filters.index))
        )
    query = (
        select(Unit.id, Unit.slug, Unit.name, Agency.name.label("agency"))
        .join(Agency, Agency.id == Unit.agency_id)
        .where(published.exists())
    )
    if filters.text:
        query = query.where(func.lower(Unit.name).contains(filters.text.lower(), autoescape=True))
    if filters.agency:
        query = query.where(Agency.slug == filters.agency)
    return query


def _newest(session: Session, unit_ids: set[int], index: str) -> dict[int, tuple[Published, ...]]:
    """For each unit the newest standing result of each index (or of one index)."""
    wanted = _newest_surveys(session, unit_ids)
    found: dict[int, list[Published]] = {}
    for one in list_published(session, unit_ids=unit_ids, survey_ids=wanted):
        listed = found.setdefault(one.unit_id, [])
        is_asked = index in {"", one.index_code}
        if is_asked and one.index_code not in {known.index_code for known in listed}:
            listed.append(one)
    return {unit: tuple(listed) for unit, listed in found.items()}


def _newest_surveys(session: Session, unit_ids: set[int]) -> set[int]:
    """The newest published survey of each questionnaire of each unit, results unread."""
    later = aliased(Survey)
    known = select(Publication.survey_id)
    newer = select(later.id).where(
        later.unit_id == Survey.unit_id,
        later.instrument_sha256 == Survey.instrument_sha256,
        later.period_end > Survey.period_end,
        later.id.in_(known),
    )
    query = select(Survey.id).where(
        Survey.unit_id.in_(unit_ids), Survey.id.in_(known), ~newer.exists()
    )
    return set(session.scalars(query))


def _versions_of(session: Session, index: str) -> list[str]:
    rows = session.execute(select(InstrumentVersion.sha256, InstrumentVersion.document))
    return [sha256 for sha256, document in rows if _index_code(document) == index]


@lru_cache(maxsize=1000)
def _index_code(document: str) -> str:
    return Instrument.from_dict(json.loads(document)).index.code
