"""The four benefits that Zona Integritas claims, as series of a unit: from surveys, and by hand.

Survey series come from published results, on 0-100, one for each questionnaire, so that a new
questionnaire never looks like a change. Series by hand (complaints, days to serve) keep their
source and their label. What is called a change is more than noise, over all steps of a series.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.zi.file_messages  # noqa: F401  registers the words of the errors raised here
from analysis.inference import Estimate
from analysis.monotone import Step, step_changes
from analysis.trend import Slope, fit_slope
from instruments import Instrument
from instruments.errors import SurveyError, Where
from survey_app.publish.queries import Published
from survey_app.store.tables import Account, Unit, ZiOutcome

YEAR_DAYS = 365.25
_LONGEST = 200
# Respondents of a value whose standard error a document gives: as if it were known.
_KNOWN = 100_000


class Benefit(StrEnum):
    """One of the four benefits."""

    TRUST = "kepercayaan"
    CORRUPTION = "korupsi"
    EFFICIENCY = "efisiensi"
    QUALITY = "kualitas"


# Which index, or which statements of it, a benefit is read from.
SOURCES: dict[Benefit, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Benefit.TRUST: (("IPAK", ()),),
    Benefit.CORRUPTION: (("IPAK", ("imbalan", "pungli", "percaloan")),),
    Benefit.EFFICIENCY: (("IKM", ("waktu", "biaya")),),
    Benefit.QUALITY: (("IKM", ()), ("IPKP", ())),
}


@dataclass(frozen=True)
class Point:
    """One value of a series with its uncertainty, where known, and where it comes from."""

    label: str
    day: date
    estimate: Estimate
    n: int | None
    source: str
    by: str = ""


@dataclass(frozen=True)
class Series:
    """Values of one thing over time, oldest first, with the steps and the slope per year."""

    benefit: Benefit
    name: str
    unit: str
    is_manual: bool
    points: tuple[Point, ...]
    is_higher_better: bool = True

    @property
    def steps(self) -> list[Step]:
        """Each step from point to point; chances adjusted for their number."""
        sizes = [one.n or _KNOWN for one in self.points]
        return step_changes([one.estimate for one in self.points], sizes)

    @property
    def slope(self) -> Slope | None:
        """The straight course per year over three points or more whose errors are known."""
        if len(self.points) < 3:
            return None
        times = [one.day.toordinal() / YEAR_DAYS for one in self.points]
        return fit_slope(times, [one.estimate for one in self.points])

    @property
    def is_on_hundred(self) -> bool:
        """Whether the values can be drawn on the scale of 0 to 100."""
        return all(0 <= one.estimate.value <= 100 for one in self.points)


@dataclass(frozen=True)
class NewOutcome:
    """A value of a series by hand, as somebody fills it in; None takes it back."""

    benefit: Benefit
    name: str
    unit: str
    day: date
    value: Decimal | None
    se: Decimal | None
    source: str
    is_higher_better: bool = True


def list_series(
    session: Session, unit: Unit, published: Sequence[Published]
) -> dict[Benefit, list[Series]]:
    """All series of a unit by benefit: those of surveys, then those by hand."""
    by_hand = _manual(session, unit.id)
    return {
        benefit: [
            *(
                series
                for index, items in SOURCES[benefit]
                for series in _survey_series(benefit, published, index, items)
            ),
            *(series for series in by_hand if series.benefit == benefit),
        ]
        for benefit in Benefit
    }


def record_outcome(
    session: Session, unit: Unit, entry: NewOutcome, account: Account, now: datetime
) -> None:
    """Add a value of a series by hand. Raises SurveyError."""
    for name in ("name", "source"):
        if not getattr(entry, name).strip():
            raise SurveyError("zi-plan-empty", where=Where(field=name))
    if entry.se is not None and not entry.se > 0:
        raise SurveyError("zi-outcome-error", where=Where(field="se"))
    if (entry.day - now.date()).days > 1:
        raise SurveyError("zi-step-future", where=Where(field="day"))
    session.add(
        ZiOutcome(
            unit_id=unit.id,
            benefit=entry.benefit,
            name=entry.name.strip()[:_LONGEST],
            unit=entry.unit.strip(),
            day=entry.day,
            value=None if entry.value is None else format(entry.value, "f"),
            se=None if entry.se is None else format(entry.se, "f"),
            is_higher_better=entry.is_higher_better,
            source=entry.source.strip(),
            at=now,
            account_id=account.id,
        )
    )
    session.flush()


def score_factor(instrument: Instrument) -> float:
    """Points of 100 that one step of an instrument's scale is worth."""
    low, high = instrument.scale.minimum, instrument.scale.maximum
    worst = 25.0 if instrument.index.conversion == "linear" else 100.0 * low / high
    return (100.0 - worst) / (high - low)


def _survey_series(
    benefit: Benefit, published: Sequence[Published], index: str, items: tuple[str, ...]
) -> list[Series]:
    found: dict[tuple[str, str], list[Point]] = {}
    readers: list[tuple[str, Callable[[Published], dict[str, Any] | None]]] = [
        (code, _item_reader(code)) for code in items
    ] or [("", _whole_index)]
    for one in sorted(published, key=lambda one: (one.period_end, one.survey_key)):
        if one.index_code != index:
            continue
        for code, read in readers:
            value = read(one)
            if value is not None:
                key = (one.instrument.id, code)
                found.setdefault(key, []).append(_point(one, value, is_item=bool(code)))
    return [
        Series(benefit, _series_name(published, index, key), "0–100", False, tuple(points))
        for key, points in found.items()
    ]


def _whole_index(one: Published) -> dict[str, Any] | None:
    return one.index or None


def _item_reader(code: str) -> Callable[[Published], dict[str, Any] | None]:
    def read(one: Published) -> dict[str, Any] | None:
        known = {item["code"]: item for item in one.whole["items"]}
        item = known.get(code)
        return item if item and item["mean"] is not None else None

    return read


def _point(one: Published, value: dict[str, Any], *, is_item: bool) -> Point:
    factor = score_factor(one.instrument) if is_item else 1.0
    score, centre = value["score100"], value["mean"] if is_item else value["score100"]
    se = value["se"] * factor if value["se"] else None
    ends = [score + factor * (end - centre) for end in value["ci"]] if value["ci"] else [None] * 2
    n = value["n"] if is_item else one.whole["n"]
    return Point(one.period, one.period_end, Estimate(score, se, *ends), n, one.title)


def _series_name(published: Sequence[Published], index: str, key: tuple[str, str]) -> str:
    instrument = next(one.instrument for one in published if one.instrument.id == key[0])
    label = instrument.item(key[1]).label if key[1] else index
    return f"{label} ({instrument.short_title}, {instrument.id})"


def _manual(session: Session, unit_id: int) -> list[Series]:
    query = (
        select(ZiOutcome, Account.name)
        .outerjoin(Account, Account.id == ZiOutcome.account_id)
        .where(ZiOutcome.unit_id == unit_id)
        .order_by(ZiOutcome.id)
    )
    newest: dict[tuple[str, str], dict[date, tuple[ZiOutcome, str]]] = {}
    for row, name in session.execute(query):
        newest.setdefault((row.benefit, row.name), {})[row.day] = (row, name or "–")
    series = []
    for (benefit, name), days in newest.items():
        kept = [days[day] for day in sorted(days) if days[day][0].value is not None]
        if kept:
            last = kept[-1][0]
            points = tuple(_manual_point(row, by) for row, by in kept)
            series.append(
                Series(Benefit(benefit), name, last.unit, True, points, last.is_higher_better)
            )
    return series


def _manual_point(row: ZiOutcome, by: str) -> Point:
    value, se = float(row.value or 0), float(row.se) if row.se else None
    ends = (value - 1.96 * se, value + 1.96 * se) if se else (None, None)
    return Point(row.day.isoformat(), row.day, Estimate(value, se, *ends), None, row.source, by)
