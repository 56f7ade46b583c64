"""One line a unit and index for a whole period: published figures, changes, and who is missing.

Reads columns alone (`survey_figure`), in as many statements for five units as for five thousand.
Only published figures are here; of a survey that is not published the state is all that is told.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scipy import special
from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from analysis.funnel import Funnel, Standing, UnitScore, fit_funnel, standings
from analysis.multiplicity import benjamini_hochberg
from instruments.model import GradeBand
from survey_app.administer.periods import period_before
from survey_app.store.tables import (
    Agency,
    InstrumentVersion,
    Service,
    Survey,
    SurveyFigure,
    SurveyState,
    Unit,
)

NOT_SURVEYED = "none"
LEVEL = 0.05


@dataclass(frozen=True)
class Line:
    """A unit in a period, with its survey where there is one and figures where published.

    `change` is the score less that of the period before, `is_real_change` whether it is more
    than noise with all units of the list looked at; `standing` is the place in the funnel.
    """

    unit: str
    unit_name: str
    agency: str
    agency_name: str
    state: str
    survey: str | None = None
    title: str | None = None
    is_demo: bool = False
    target: int | None = None
    n: int | None = None
    population: int | None = None
    value: float | None = None
    score100: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    grade: str | None = None
    is_resolved: bool | None = None
    change: float | None = None
    is_real_change: bool = False
    standing: Standing | None = None

    @property
    def is_below_target(self) -> bool:
        """Whether fewer answered than the plan asked for."""
        return self.n is not None and self.target is not None and self.n < self.target

    @property
    def is_outside(self) -> bool:
        """Whether the unit stands out among its peers."""
        return self.standing is not None and self.standing.is_outside()


@dataclass(frozen=True)
class Panorama:
    """All units of a period and index, and what they are held against."""

    lines: list[Line]
    funnel: Funnel | None
    bands: tuple[GradeBand, ...]
    before: str


@dataclass(frozen=True)
class _Kinds:
    """Which instrument versions make an index, and its grades."""

    versions: set[str]
    bands: tuple[GradeBand, ...]


_RULES: dict[str, tuple[str, tuple[GradeBand, ...]]] = {}


def list_periods(session: Session) -> list[str]:
    """Periods that have surveys, the newest first."""
    query = select(Survey.period).distinct().where(Survey.state != SurveyState.DRAFT)
    return sorted(session.scalars(query), key=_newest_first)


def first_period(session: Session) -> str | None:
    """The period to begin with: the newest in which half as many published as in the fullest.

    Early in a quarter a single result would else hide thousands of the quarter before.
    """
    published = (
        select(Survey.period, func.count())
        .join(SurveyFigure, SurveyFigure.survey_id == Survey.id)
        .group_by(Survey.period)
    )
    counts = {row[0]: row[1] for row in session.execute(published)}
    enough = max(counts.values(), default=0) / 2
    full = [period for period, count in counts.items() if count >= enough]
    return min(full, key=_newest_first, default=None)


def list_index_codes(session: Session, period: str) -> list[str]:
    """The indices that surveys of a period make."""
    used = select(Survey.instrument_sha256).distinct().where(Survey.period == period)
    return sorted({code for code, _bands in index_rules(session, session.scalars(used)).values()})


def read_panorama(
    session: Session, unit_ids: set[int] | None, period: str, index_code: str
) -> Panorama:
    """Every unit that serves the public (or was surveyed), for one index and period."""
    kinds = _kinds(session, period, index_code)
    before = period_before(period)
    earlier = _kinds(session, before, index_code)
    rows = session.execute(_select(unit_ids, period, kinds.versions)).all()
    past = _past_scores(session, unit_ids, before, earlier.versions)
    lines = [_line(row) for row in rows]
    lines = _with_changes(lines, past)
    return _with_funnel(lines, kinds.bands, before)


def _select(unit_ids: set[int] | None, period: str, versions: set[str]) -> Any:
    surveyed = and_(
        Survey.unit_id == Unit.id,
        Survey.period == period,
        Survey.instrument_sha256.in_(versions),
    )
    serves = exists().where(Service.unit_id == Unit.id, Service.active)
    query = (
        select(
            *(Unit.slug, Unit.name, Agency.slug, Agency.name),
            *(Survey.key, Survey.title, Survey.state, Survey.is_demo, Survey.target),
            *(SurveyFigure.n, SurveyFigure.population, SurveyFigure.value),
            *(SurveyFigure.score100, SurveyFigure.se, SurveyFigure.ci_low, SurveyFigure.ci_high),
            *(SurveyFigure.grade, SurveyFigure.resolved),
        )
        .join(Agency, Agency.id == Unit.agency_id)
        .outerjoin(Survey, surveyed)
        .outerjoin(SurveyFigure, SurveyFigure.survey_id == Survey.id)
        .where(or_(Survey.id.is_not(None), serves))
        .order_by(Unit.name, Survey.key)
    )
    return query if unit_ids is None else query.where(Unit.id.in_(unit_ids))


def _past_scores(
    session: Session, unit_ids: set[int] | None, period: str, versions: set[str]
) -> dict[str, tuple[float, float | None]]:
    query = (
        select(Unit.slug, SurveyFigure.score100, SurveyFigure.se)
        .join(Survey, Survey.unit_id == Unit.id)
        .join(SurveyFigure, SurveyFigure.survey_id == Survey.id)
        .where(
            Survey.period == period,
            Survey.instrument_sha256.in_(versions),
            SurveyFigure.score100.is_not(None),
        )
    )
    if unit_ids is not None:
        query = query.where(Unit.id.in_(unit_ids))
    rows = session.execute(query).all()
    return {slug: (score, se) for slug, score, se in rows if score is not None}


def _line(row: Sequence[Any]) -> Line:
    unit, unit_name, agency, agency_name, key, title, state, is_demo, target, *figures = row
    state = str(state) if key else NOT_SURVEYED
    return Line(
        *(unit, unit_name, agency, agency_name, state, key, title, bool(is_demo), target),
        *figures,
    )


def _with_changes(lines: list[Line], past: dict[str, tuple[float, float | None]]) -> list[Line]:
    changes = [_change(line, past.get(line.unit)) for line in lines]
    adjusted = benjamini_hochberg([p for _change, p in changes])
    return [
        replace(line, change=change, is_real_change=p is not None and p <= LEVEL)
        if change is not None
        else line
        for line, (change, _p), p in zip(lines, changes, adjusted, strict=True)
    ]


def _change(
    line: Line, before: tuple[float, float | None] | None
) -> tuple[float | None, float | None]:
    """The difference of two independent samples and its two-sided p, where errors are known."""
    if line.score100 is None or before is None:
        return None, None
    change = round(line.score100 - before[0], 2)
    if not line.se or not before[1]:
        return change, None
    return change, float(2 * special.ndtr(-abs(change) / math.hypot(line.se, before[1])))


def _with_funnel(lines: list[Line], bands: tuple[GradeBand, ...], before: str) -> Panorama:
    places = [at for at, line in enumerate(lines) if line.score100 is not None]
    scores = [_score(lines[at]) for at in places]
    funnel = fit_funnel(scores)
    if funnel is not None:
        for at, standing in zip(places, standings(scores, funnel), strict=True):
            lines[at] = replace(lines[at], standing=standing)
    return Panorama(lines, funnel, bands, before)


def _score(line: Line) -> UnitScore:
    return UnitScore(line.score100 or 0.0, line.se or 0.0, line.n or 0, line.population)


def _kinds(session: Session, period: str, index_code: str) -> _Kinds:
    used = session.scalars(
        select(Survey.instrument_sha256).distinct().where(Survey.period == period)
    )
    found = {
        sha: bands
        for sha, (code, bands) in index_rules(session, used).items()
        if code == index_code
    }
    return _Kinds(set(found), next(iter(found.values()), ()))


def index_rules(
    session: Session, versions: Iterable[str]
) -> dict[str, tuple[str, tuple[GradeBand, ...]]]:
    """Index code and grades of instrument versions, which never change once they are stored."""
    wanted = list(versions)
    unknown = [sha for sha in wanted if sha not in _RULES]
    for part in _parts(unknown):
        query = select(InstrumentVersion.sha256, InstrumentVersion.document)
        for sha, document in session.execute(query.where(InstrumentVersion.sha256.in_(part))):
            rule = json.loads(document)["index"]
            _RULES[sha] = rule["code"], tuple(GradeBand(**band) for band in rule["bands"])
    return {sha: _RULES[sha] for sha in wanted if sha in _RULES}


def _parts(names: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    return (names[at : at + size] for at in range(0, len(names), size))


def _newest_first(period: str) -> tuple[int, str]:
    return -int(period[:4]), "".join(chr(255 - ord(letter)) for letter in period[4:])
