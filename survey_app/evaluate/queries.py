"""Reads for the evaluators' pages: published indices as flat records, filtered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from instruments.errors import SurveyError, Where
from survey_app.evaluate.records import IndexRecord, index_record
from survey_app.publish.queries import Published, list_published

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


def list_masked(session: Session, unit_ids: set[int] | None, filters: Filters) -> list[Published]:
    """Published results of the units that hold masked questions."""
    return [one for one in _filtered(session, unit_ids, filters) if "sensitive" in one.result]


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
