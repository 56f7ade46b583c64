"""A result beside the unit's own earlier periods and beside other units of its agency.

Only what is published is compared with: nothing here reads anybody else's open survey.
"""

from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import JSON, ColumnElement, cast, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from analysis.inference import Estimate, change_between
from survey_app.store.tables import InstrumentVersion, Publication, Survey, Unit

PERIODS = 8
MINIMUM_UNITS = 5


@dataclass(frozen=True)
class Period:
    """One published period; `change` is the present result less this one, in points."""

    key: str
    period: str
    n: int
    index: dict[str, Any]
    change: Estimate | None
    p_value: float | None

    @property
    def is_noise(self) -> bool:
        """Whether the difference may well be chance (5 %)."""
        return self.p_value is None or self.p_value >= 0.05


@dataclass(frozen=True)
class Agency:
    """Newest published indices of the agency's other units."""

    name: str
    scores: tuple[float, ...]

    @property
    def is_shown(self) -> bool:
        """Whether there are enough units for a distribution to mean something."""
        return len(self.scores) >= MINIMUM_UNITS

    @property
    def median(self) -> float:
        """The middle unit's index."""
        return median(self.scores)

    def below(self, score: float) -> int:
        """How many units have a lower index."""
        return sum(other < score for other in self.scores)


def list_periods(session: Session, survey: Survey, whole: dict[str, Any]) -> list[Period]:
    """Earlier published periods of the same unit and instrument, newest first."""
    query = (
        _standing(survey)
        .where(Survey.unit_id == survey.unit_id, Survey.period_end < survey.period_end)
        .order_by(Survey.period_end.desc())
        .limit(PERIODS)
        .with_only_columns(Survey.key, Survey.period, frozen_part(session, "0"))
    )
    groups = [(row[0], row[1], row[2]) for row in session.execute(query)]
    return [
        _period(key, period, group, whole)
        for key, period, group in groups
        if group and group.get("index")
    ]


def fetch_agency(session: Session, survey: Survey) -> Agency:
    """Other units of the agency by their newest published result up to this period."""
    row = (
        func.row_number()
        .over(partition_by=Survey.unit_id, order_by=Survey.period_end.desc())
        .label("age")
    )
    score = frozen_part(session, "0", "index", "score100").label("score")
    newest = (
        _standing(survey)
        .where(
            Unit.agency_id == survey.unit.agency_id,
            Unit.id != survey.unit_id,
            Survey.period_end <= survey.period_end,
        )
        .with_only_columns(score, row)
        .subquery()
    )
    found = session.scalars(select(newest.c.score).where(newest.c.age == 1))
    scores = sorted(float(value) for value in found if value is not None)
    return Agency(survey.unit.agency.name, tuple(scores))


def _standing(survey: Survey) -> Any:
    """Publications that stand, of the same questionnaire in whatever version."""
    newer, own = aliased(Publication), aliased(InstrumentVersion)
    same = select(own.instrument_id).where(own.sha256 == survey.instrument_sha256)
    return (
        select(Publication)
        .join(Survey, Survey.id == Publication.survey_id)
        .join(Unit, Unit.id == Survey.unit_id)
        .join(InstrumentVersion, InstrumentVersion.sha256 == Survey.instrument_sha256)
        .where(
            InstrumentVersion.instrument_id == same.scalar_subquery(),
            ~select(newer.id).where(newer.replaces_id == Publication.id).exists(),
        )
    )


def frozen_part(session: Session, *path: str) -> ColumnElement[Any]:
    """A part of a publication's groups, such as ("0", "index"): the database reads it, for
    frozen results are long.
    """
    steps = ("groups", *(int(step) if step.isdigit() else step for step in path))
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    document = (
        type_coerce(Publication.result, JSON) if is_sqlite else cast(Publication.result, JSON)
    )
    return document[steps]


def _period(key: str, period: str, group: dict[str, Any], whole: dict[str, Any]) -> Period:
    index, now = group["index"], whole["index"]
    if not now:
        return Period(key, period, group["n"], index, None, None)
    change = change_between(
        Estimate(index["score100"], index["se"], None, None),
        Estimate(now["score100"], now["se"], None, None),
        max(1, group["n"] + whole["n"] - 2),
    )
    return Period(key, period, group["n"], index, change.points, change.p_value)
