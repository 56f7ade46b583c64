"""Reads for the evaluators' pages: published indices as flat records, filtered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from instruments.errors import SurveyError, Where
from survey_app.evaluate.records import IndexRecord, index_record
from survey_app.evaluate.unit_lines import index_rules
from survey_app.publish.queries import Published, list_published
from survey_app.store.tables import Publication, Survey, SurveyFigure, Unit

PAGE_SIZE = 50
INDEX_COLUMNS = tuple(IndexRecord.model_fields)


class FilterError(SurveyError):
    """A filter that cannot be understood."""

    http_status = 400


@dataclass(frozen=True)
class Filters:
    """What a list of indices is narrowed by; empty means all."""

    unit: str = ""
    index: str = ""
    period: str = ""
    updated_since: datetime | None = None


def list_indices(
    session: Session, unit_ids: set[int] | None, filters: Filters
) -> list[dict[str, Any]]:
    """Published indices of the units (None: all), one record each."""
    chosen = _filtered(session, unit_ids, filters)
    return [index_record(one).model_dump(mode="json") for one in chosen]


def page_of_published(
    session: Session, unit_ids: set[int] | None, filters: Filters, page: int
) -> tuple[list[Published], int]:
    """One page of published results by unit, newest period first, and how many pages there are.

    Which surveys stand on it is read from columns, so that only their own results are opened.
    """
    query = (
        select(Survey.id, Survey.instrument_sha256)
        .join(SurveyFigure, SurveyFigure.survey_id == Survey.id)
        .join(Publication, Publication.id == SurveyFigure.publication_id)
        .join(Unit, Unit.id == Survey.unit_id)
        .where(*_conditions(unit_ids, filters))
        .order_by(Unit.name, Survey.period_end.desc(), Survey.title, Survey.id)
    )
    rows = session.execute(query).all()
    if filters.index:
        rules = index_rules(session, {row.instrument_sha256 for row in rows})
        wanted = filters.index.upper()
        rows = [row for row in rows if rules[row.instrument_sha256][0] == wanted]
    chosen = {row.id for row in rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]}
    last = max(1, -(-len(rows) // PAGE_SIZE))
    return list_published(session, survey_ids=chosen) if chosen else [], last


def _conditions(unit_ids: set[int] | None, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if unit_ids is not None:
        found.append(Survey.unit_id.in_(unit_ids))
    if filters.unit:
        found.append(Unit.slug == filters.unit)
    if filters.period:
        found.append(Survey.period == filters.period)
    if filters.updated_since is not None:
        found.append(Publication.published_at >= filters.updated_since)
    return found


def _filtered(session: Session, unit_ids: set[int] | None, filters: Filters) -> list[Published]:
    published = list_published(session, unit_ids=unit_ids, unit_slug=filters.unit or None)
    return [
        one
        for one in published
        if (not filters.index or one.index_code == filters.index.upper())
        and (not filters.period or one.period == filters.period)
        and (filters.updated_since is None or one.published_at >= filters.updated_since)
    ]


def read_moment(text: str) -> datetime | None:
    """The moment of an `updated_since` filter. Raises FilterError."""
    if not text:
        return None
    where = Where(field="updated_since")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise FilterError("moment-invalid", where=where, text=text[:40]) from error
    if moment.tzinfo is None:
        raise FilterError("moment-invalid", where=where, text=text[:40])
    return moment
