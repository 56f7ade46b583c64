"""Indices that were imported with their evidence, as the API gives them after our own."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.evaluate.records import SELF_SURVEY, Chosen, IndexRecord
from survey_app.ledger.foreign import newest_of_each
from survey_app.store.tables import Agency, ForeignBundle, Installation, Unit

Row = tuple[ForeignBundle, Unit, str, str]


def foreign_indices(
    session: Session, visible: set[int] | None, chosen: Chosen, after: int, size: int
) -> list[tuple[int, IndexRecord]]:
    """At most `size` imported indices after a row, with the id of each."""
    query = (
        select(ForeignBundle, Unit, Agency.name, Installation.name)
        .join(Unit, Unit.id == ForeignBundle.unit_id)
        .join(Agency, Agency.id == Unit.agency_id)
        .join(Installation, Installation.id == ForeignBundle.installation_id)
        .where(newest_of_each(), ForeignBundle.id > after, *_conditions(visible, chosen))
        .order_by(ForeignBundle.id)
        .limit(size)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return [(row[0].id, _record(*row)) for row in rows]


def _conditions(visible: set[int] | None, chosen: Chosen) -> list[Any]:
    found: list[Any] = [] if visible is None else [ForeignBundle.unit_id.in_(visible)]
    if chosen.unit:
        found.append(Unit.slug == chosen.unit)
    if chosen.agency:
        found.append(Agency.slug == chosen.agency)
    if chosen.index:
        found.append(ForeignBundle.index_code == chosen.index.upper())
    if chosen.period:
        found.append(ForeignBundle.period == chosen.period)
    if chosen.year:
        found.append(ForeignBundle.period.startswith(str(chosen.year)))
    if chosen.updated_since:
        found.append(ForeignBundle.imported_at >= chosen.updated_since)
    return found


def _record(bundle: ForeignBundle, unit: Unit, agency: str, installation: str) -> IndexRecord:
    figures = json.loads(bundle.record)
    same = ("value", "score100", "se", "ci_low", "ci_high", "grade", "raw_mean", "n", "population")
    return IndexRecord(
        unit=unit.slug,
        unit_name=unit.name,
        agency=agency,
        survey=bundle.survey,
        title=figures.get("title", bundle.survey),
        period=bundle.period,
        index=bundle.index_code,
        **{name: figures[name] for name in same},
        label=figures.get("label"),
        resolved=bool(figures["resolved"]),
        method=figures.get("method", "exact"),
        conversion=figures.get("conversion"),
        variance=figures.get("variance", ""),
        instrument=figures.get("instrument", ""),
        head=bundle.head,
        source=SELF_SURVEY,
        origin=installation,
        updated_at=bundle.imported_at,
        demo=False,
    )
