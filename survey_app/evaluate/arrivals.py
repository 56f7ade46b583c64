"""Arrivals hour by hour, for the inspectorate: where to look, never a verdict."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from sqlalchemy import func, or_, select

from survey_app.accounts.access import requires, viewer
from survey_app.ledger.arrivals import KIOSK_PER_HOUR, list_arrivals, mark_kiosk_hours
from survey_app.paper.batches import list_batches
from survey_app.paper.questionnaire import shown_code
from survey_app.store.tables import Channel, IngestStats, Link, PaperBatch, Role, Survey
from survey_app.web.context import context

blueprint = Blueprint("arrivals", __name__, template_folder="templates")

READERS = (Role.INSPECTOR,)


@dataclass(frozen=True)
class Hour:
    """What came in an hour through one channel, at the unit's own time."""

    start: datetime
    channel: str
    opened: int
    n: int
    n_fast: int
    n_straight: int
    is_marked: bool


@blueprint.get("/evaluasi/kedatangan")
@requires(*READERS)
def overview() -> str:
    """The surveys that have counts or paper."""
    return render_template("evaluate/arrivals.html", surveys=list_counted())


@blueprint.get("/evaluasi/kedatangan/<key>")
@requires(*READERS)
def survey(key: str) -> str:
    """One survey's counts by hour and channel, and what became of its printed sheets.

    Hours too busy for a kiosk are marked. Paper has no arrivals: it comes in batches.
    """
    found, hours = list_hours(key)
    with context().store.read() as session:
        standings = list_batches(session, found.id)
    return render_template(
        "evaluate/arrivals_of_survey.html",
        survey=found,
        hours=hours,
        kiosk_limit=KIOSK_PER_HOUR,
        standings=standings,
        shown_code=shown_code,
    )


def list_counted() -> list[Survey]:
    """Surveys with counts or paper that the viewer may see, newest period first."""
    query = (
        select(Survey)
        .where(
            or_(
                Survey.id.in_(select(IngestStats.survey_id)),
                Survey.id.in_(select(PaperBatch.survey_id)),
            )
        )
        .order_by(Survey.period_end.desc(), Survey.key)
    )
    with context().store.read() as session:
        visible = viewer().visible_unit_ids(session, *READERS)
        return [
            survey
            for survey in session.scalars(query)
            if visible is None or survey.unit_id in visible
        ]


def list_hours(key: str) -> tuple[Survey, list[Hour]]:
    """A survey that the viewer may see with its hours. Raises NotFoundError for others."""
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *READERS)
        rows = list_arrivals(session, found.id)
        kiosks = session.scalar(
            select(func.count()).where(
                Link.survey_id == found.id,
                Link.channel == Channel.KIOSK,
                Link.revoked_at.is_(None),
            )
        )
    marked = {mark.hour for mark in mark_kiosk_hours(rows, kiosks or 0)}
    return found, _by_hour(rows, marked, ZoneInfo(found.unit.timezone))


def _by_hour(rows: list[IngestStats], marked: set[datetime], zone: ZoneInfo) -> list[Hour]:
    places: dict[tuple[datetime, str], list[IngestStats]] = defaultdict(list)
    for row in rows:
        places[row.bucket.replace(minute=0), row.channel].append(row)
    return [
        Hour(
            start=start.astimezone(zone),
            channel=channel,
            opened=sum(row.opened for row in part),
            n=sum(row.n for row in part),
            n_fast=sum(row.n_fast for row in part),
            n_straight=sum(row.n_straight for row in part),
            is_marked=channel == Channel.KIOSK and start in marked,
        )
        for (start, channel), part in sorted(places.items(), reverse=True)
    ]
