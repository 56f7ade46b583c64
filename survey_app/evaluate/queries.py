"""Reads for evaluators: published indices as flat records, filtered and in pages."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.errors import SurveyError, Where
from survey_app.publish.queries import Published, list_published
from survey_app.store.tables import Agency, Survey, Unit

PAGE_SIZE = 100
PAGE_MAXIMUM = 1000

INDEX_COLUMNS = (
    *("unit", "unit_name", "agency", "survey", "title", "period", "index", "value", "score100"),
    *("se", "ci_low", "ci_high", "grade", "label", "resolved", "raw_mean", "n", "population"),
    *("method", "conversion", "variance", "instrument", "head", "source", "updated_at", "demo"),
)


class FilterError(SurveyError):
    """A filter or cursor that cannot be understood."""

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
    return [_record(one) for one in _filtered(session, unit_ids, filters)]


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


def list_units(session: Session, unit_ids: set[int] | None) -> list[dict[str, Any]]:
    """Units by code, with their agency and parent."""
    query = select(Unit, Agency.slug).join(Agency, Agency.id == Unit.agency_id).order_by(Unit.slug)
    rows = session.execute(query).all()
    slugs = {unit.id: unit.slug for unit, _ in rows}
    return [
        {
            "unit": unit.slug,
            "name": unit.name,
            "agency": agency,
            "parent": slugs.get(unit.parent_id) if unit.parent_id else None,
            "timezone": unit.timezone,
        }
        for unit, agency in rows
        if unit_ids is None or unit.id in unit_ids
    ]


def list_surveys(session: Session, unit_ids: set[int] | None) -> list[dict[str, Any]]:
    """Surveys that are no longer drafts, by key."""
    query = select(Survey).where(Survey.state != "draft").order_by(Survey.key)
    return [
        {
            "survey": survey.key,
            "unit": survey.unit.slug,
            "title": survey.title,
            "period": survey.period,
            "period_start": survey.period_start.isoformat(),
            "period_end": survey.period_end.isoformat(),
            "state": survey.state,
            "instrument_sha256": survey.instrument_sha256,
            "population": survey.population,
            "target": survey.target,
            "demo": survey.is_demo,
            "updated_at": survey.updated_at.isoformat(),
        }
        for survey in session.scalars(query)
        if unit_ids is None or survey.unit_id in unit_ids
    ]


def page_of(
    records: list[dict[str, Any]], key: str, cursor: str, size: int = PAGE_SIZE
) -> tuple[list[dict[str, Any]], str | None]:
    """One page after a cursor, and the cursor of the next. Raises FilterError.

    The cursor names the last record seen, so that new records do not shift the pages.
    """
    ordered = sorted(records, key=lambda record: str(record[key]))
    after = _read_cursor(cursor)
    rest = [record for record in ordered if not after or str(record[key]) > after]
    page = rest[:size]
    following = _write_cursor(str(page[-1][key])) if len(rest) > size else None
    return page, following


def read_limit(text: str) -> int:
    """The size of a page that was asked for, at most 1000. Raises FilterError."""
    if not text:
        return PAGE_SIZE
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= PAGE_MAXIMUM):
        raise FilterError("limit-invalid", where=Where(field="limit"), maximum=PAGE_MAXIMUM)
    return int(text)


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


def _write_cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    try:
        return base64.b64decode(
            cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        ).decode()
    except (binascii.Error, ValueError) as error:
        raise FilterError("cursor-invalid", where=Where(field="cursor")) from error


def _record(one: Published) -> dict[str, Any]:
    index, method = one.index, one.result["method"]
    low, high = index.get("ci") or (None, None)
    return {
        "unit": one.unit_slug,
        "unit_name": one.unit_name,
        "agency": one.agency_name,
        "survey": one.survey_key,
        "title": one.title,
        "period": one.period,
        "index": one.index_code,
        "value": index.get("value"),
        "score100": index.get("score100"),
        "se": index.get("se"),
        "ci_low": low,
        "ci_high": high,
        "grade": index.get("grade"),
        "label": index.get("label"),
        "resolved": index.get("resolved", False),
        "raw_mean": index.get("raw_mean"),
        "n": one.whole["n"],
        "population": one.whole["population"],
        "method": method["weights"],
        "conversion": method["conversion"],
        "variance": method["variance"],
        "instrument": one.result["instrument"]["sha256"],
        "head": one.result["head"],
        # The LKE rows read "survei eksternal": a unit's own survey must say that it is not.
        "source": "survei mandiri",
        "updated_at": one.published_at.isoformat(),
        "demo": one.is_demo,
    }
