"""Reads of published results. Drafts, open surveys and unpublished ones never appear here."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from instruments import Instrument
from survey_app.store.tables import (
    Agency,
    FollowUp,
    InstrumentVersion,
    Publication,
    Service,
    Survey,
    Unit,
)
from survey_app.web.errors import NotFoundError

INDICES = ("IKM", "IPAK", "IPKP")


@dataclass(frozen=True)
class Published:
    """One published result: where, when, and the frozen figures."""

    unit_id: int
    unit_slug: str
    unit_name: str
    agency_name: str
    survey_id: int
    survey_key: str
    title: str
    period: str
    index_code: str
    is_demo: bool
    published_at: datetime
    result: dict[str, Any]
    instrument: Instrument
    reason: str
    number: int
    seal_id: int
    period_start: date
    period_end: date
    bundle_sha256: str

    @property
    def whole(self) -> dict[str, Any]:
        """The group of all respondents."""
        group: dict[str, Any] = self.result["groups"][0]
        return group

    @property
    def index(self) -> dict[str, Any]:
        """The index of all respondents, empty where it is undefined."""
        return self.whole["index"] or {}


def list_published(
    session: Session,
    *,
    unit_ids: set[int] | None = None,
    unit_slug: str | None = None,
    text: str = "",
    survey_ids: set[int] | None = None,
) -> list[Published]:
    """Standing publications, newest period first; a replaced one is history and left out."""
    newer = aliased(Publication)
    query = (
        select(Publication, Survey, Unit, Agency.name, InstrumentVersion)
        .join(Survey, Survey.id == Publication.survey_id)
        .join(Unit, Unit.id == Survey.unit_id)
        .join(Agency, Agency.id == Unit.agency_id)
        .join(InstrumentVersion, InstrumentVersion.sha256 == Survey.instrument_sha256)
        .where(~select(newer.id).where(newer.replaces_id == Publication.id).exists())
        .order_by(Unit.name, Survey.period_end.desc(), Survey.title)
    )
    if unit_ids is not None:
        query = query.where(Unit.id.in_(unit_ids))
    if unit_slug is not None:
        query = query.where(Unit.slug == unit_slug)
    if survey_ids is not None:
        query = query.where(Survey.id.in_(survey_ids))
    if text:
        query = query.where(func.lower(Unit.name).contains(text.lower(), autoescape=True))
    rows = session.execute(query).all()
    # There are few instruments and many results: each is read once.
    documents = {row[4].sha256: row[4].document for row in rows}
    instruments = {
        sha256: Instrument.from_dict(json.loads(text)) for sha256, text in documents.items()
    }
    return [
        _published(publication, survey, unit, agency, instruments[version.sha256])
        for publication, survey, unit, agency, version in rows
    ]


def by_index(published: list[Published]) -> list[list[Published]]:
    """For each index its results, newest first."""
    groups: dict[str, list[Published]] = {}
    for one in published:
        groups.setdefault(one.index_code, []).append(one)
    return list(groups.values())


def newest_of(published: list[Published], index: str = "") -> Published | None:
    """The newest result of an index; without one named, of the first in `INDICES` there is."""
    newest = {history[0].index_code: history[0] for history in by_index(published)}
    if index:
        return newest.get(index)
    ranked = sorted(newest, key=lambda code: INDICES.index(code) if code in INDICES else 9)
    return newest[ranked[0]] if ranked else None


def fetch_unit(session: Session, slug: str) -> Unit:
    """A unit by its slug. Raises NotFoundError."""
    unit = session.scalars(select(Unit).where(Unit.slug == slug)).first()
    if unit is None:
        raise NotFoundError
    return unit


def service_names(session: Session, unit_id: int) -> dict[str, str]:
    """Names of a unit's services by code."""
    rows = session.execute(select(Service.code, Service.name).where(Service.unit_id == unit_id))
    return dict(rows.all())


def follow_ups(session: Session, survey_id: int) -> list[FollowUp]:
    """The follow-up plan of a survey, soonest first."""
    query = select(FollowUp).where(FollowUp.survey_id == survey_id).order_by(FollowUp.due)
    return list(session.scalars(query))


def _published(
    publication: Publication, survey: Survey, unit: Unit, agency: str, instrument: Instrument
) -> Published:
    return Published(
        unit_id=unit.id,
        unit_slug=unit.slug,
        unit_name=unit.name,
        agency_name=agency,
        survey_id=survey.id,
        survey_key=survey.key,
        title=survey.title,
        period=survey.period,
        index_code=instrument.index.code,
        is_demo=survey.is_demo,
        published_at=publication.published_at,
        result=json.loads(publication.result),
        instrument=instrument,
        reason=publication.reason,
        number=publication.number,
        seal_id=publication.seal_id,
        period_start=survey.period_start,
        period_end=survey.period_end,
        bundle_sha256=publication.bundle_sha256,
    )
