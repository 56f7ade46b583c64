"""Lists of the API, a page at a time from the database, in an order that never shifts.

A cursor names the last record seen, so that new records move no page; a page costs the same
wherever it lies.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

import survey_app.evaluate.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import Where
from survey_app.evaluate.foreign_listing import foreign_indices
from survey_app.evaluate.records import (
    Chosen,
    IndexPage,
    IndexQuery,
    IndexRecord,
    PageQuery,
    SurveyPage,
    SurveyQuery,
    UnitPage,
    index_record,
    survey_record,
    unit_record,
)
from survey_app.publish.queries import list_published
from survey_app.store.tables import (
    Agency,
    InstrumentVersion,
    Publication,
    Survey,
    SurveyState,
    Unit,
)
from survey_app.web.described import QueryError

CHUNK = 200
# A cursor among imported results; keys of surveys have no slash.
FOREIGN = "impor/"

Row = TypeVar("Row")
Visible = set[int] | None


def page_of_units(session: Session, visible: Visible, query: PageQuery) -> UnitPage:
    """Units by code, with their agency and parent. Raises QueryError for a bad cursor."""
    parent = aliased(Unit)
    rows: Select[*tuple[Any, ...]] = (
        select(Unit, Agency.slug, parent.slug)
        .join(Agency, Agency.id == Unit.agency_id)
        .outerjoin(parent, parent.id == Unit.parent_id)
        .where(*_within(Unit.id, visible))
    )
    found = _page(session, rows, Unit.slug, query)
    page, following = _cut(found, query.limit, lambda row: str(row[0].slug))
    return UnitPage(items=[unit_record(*row) for row in page], next=following)


def page_of_surveys(session: Session, visible: Visible, query: SurveyQuery) -> SurveyPage:
    """Surveys that are no longer drafts, by key. Raises QueryError for a bad cursor."""
    rows = select(Survey).join(Unit, Unit.id == Survey.unit_id)
    rows = rows.where(Survey.state != SurveyState.DRAFT, *_within(Survey.unit_id, visible))
    if query.unit:
        rows = rows.where(Unit.slug == query.unit)
    if query.period:
        rows = rows.where(Survey.period == query.period)
    if query.updated_since:
        rows = rows.where(Survey.updated_at >= query.updated_since)
    found = _page(session, rows, Survey.key, query)
    page, following = _cut(found, query.limit, lambda row: str(row[0].key))
    return SurveyPage(items=[survey_record(row[0]) for row in page], next=following)


def page_of_indices(session: Session, visible: Visible, query: IndexQuery) -> IndexPage:
    """Published indices by survey, then imported ones. Raises QueryError for a bad cursor."""
    after = _read_cursor(query.cursor)
    if after.startswith(FOREIGN):
        return _foreign_page(session, visible, query, [], _number(after))
    rows = _chosen(session, visible, query, Survey.id, Survey.key)
    found = _page(session, rows, Survey.key, query)
    page, following = _cut(found, query.limit, lambda row: str(row[1]))
    records = _records(session, [row[0] for row in page])
    if following:
        return IndexPage(items=records, next=following)
    return _foreign_page(session, visible, query, records, 0)


def _foreign_page(
    session: Session, visible: Visible, query: IndexQuery, own: list[IndexRecord], after: int
) -> IndexPage:
    """Own records, filled up to a page with imported ones after an id."""
    room = query.limit - len(own)
    found = foreign_indices(session, visible, query, after, room + 1)
    page = found[:room]
    last = page[-1][0] if page else after
    following = _write_cursor(f"{FOREIGN}{last}") if len(found) > room else None
    return IndexPage(items=[*own, *(record for _, record in page)], next=following)


def _number(cursor: str) -> int:
    digits = cursor.removeprefix(FOREIGN)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise QueryError("cursor-invalid", where=Where(field="cursor"))
    return int(digits)


def all_indices(session: Session, visible: Visible, chosen: Chosen) -> Iterator[IndexRecord]:
    """Every index that is chosen, in the same order, a few at a time."""
    rows = _chosen(session, visible, chosen, Survey.id).order_by(Survey.key)
    ids = list(session.scalars(rows))
    for start in range(0, len(ids), CHUNK):
        yield from _records(session, ids[start : start + CHUNK])
    after = 0
    while found := foreign_indices(session, visible, chosen, after, CHUNK):
        yield from (record for _, record in found)
        after = found[-1][0]


def chosen_publications(session: Session, visible: Visible, chosen: Chosen) -> list[int]:
    """Ids of the standing publications that are chosen, in order of their surveys."""
    rows = _chosen(session, visible, chosen, Publication.id).order_by(Survey.key)
    return list(session.scalars(rows))


def _records(session: Session, survey_ids: Sequence[int]) -> list[IndexRecord]:
    found = list_published(session, survey_ids=set(survey_ids)) if survey_ids else []
    by_survey = {one.survey_id: one for one in found}
    return [index_record(by_survey[identity]) for identity in survey_ids if identity in by_survey]


def _chosen(session: Session, visible: Visible, chosen: Chosen, *columns: Any) -> Select[Any]:
    newer = aliased(Publication)
    rows = (
        select(*columns)
        .select_from(Publication)
        .join(Survey, Survey.id == Publication.survey_id)
        .join(Unit, Unit.id == Survey.unit_id)
        .join(Agency, Agency.id == Unit.agency_id)
        .where(~select(newer.id).where(newer.replaces_id == Publication.id).exists())
        .where(*_within(Survey.unit_id, visible))
    )
    if chosen.unit:
        rows = rows.where(Unit.slug == chosen.unit)
    if chosen.agency:
        rows = rows.where(Agency.slug == chosen.agency)
    if chosen.period:
        rows = rows.where(Survey.period == chosen.period)
    if chosen.year:
        span = date(chosen.year, 1, 1), date(chosen.year, 12, 31)
        rows = rows.where(Survey.period_end.between(*span))
    if chosen.updated_since:
        rows = rows.where(Publication.published_at >= chosen.updated_since)
    if chosen.index:
        rows = rows.where(Survey.instrument_sha256.in_(_instruments(session, chosen.index)))
    return rows


def _instruments(session: Session, index: str) -> list[str]:
    """The instruments whose index has this code; there are few of them."""
    rows = session.execute(select(InstrumentVersion.sha256, InstrumentVersion.document)).all()
    return [sha256 for sha256, text in rows if json.loads(text)["index"]["code"] == index.upper()]


def _page(
    session: Session, rows: Select[*tuple[Any, ...]], order: Any, query: PageQuery
) -> Sequence[Any]:
    after = _read_cursor(query.cursor)
    if after:
        rows = rows.where(order > after)
    return session.execute(rows.order_by(order).limit(query.limit + 1)).all()


def _cut(
    rows: Sequence[Row], size: int, name: Callable[[Row], str]
) -> tuple[Sequence[Row], str | None]:
    page = rows[:size]
    return page, _write_cursor(name(page[-1])) if len(rows) > size else None


def _within(column: Any, visible: Visible) -> list[ColumnElement[bool]]:
    return [] if visible is None else [column.in_(visible)]


def _write_cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    try:
        text = base64.b64decode(
            cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        ).decode()
    except (binascii.Error, ValueError) as error:
        raise QueryError("cursor-invalid", where=Where(field="cursor")) from error
    if not text.isprintable():
        raise QueryError("cursor-invalid", where=Where(field="cursor"))
    return text
