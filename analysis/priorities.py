"""Importance against performance: which unsur to mend first (Martilla and James 1977).

The lines between the quadrants are the means over the unsur, as is usual, so the sorting is
relative to the unit itself: it says where to begin, not whether a unit is good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.drivers import Driver


class Quadrant(StrEnum):
    """Where an unsur stands; importance is named first."""

    MEND = "mend"  # important, below the unit's own mean
    KEEP = "keep"  # important and good
    LATER = "later"  # less important, below the mean
    ENOUGH = "enough"  # less important and good


@dataclass(frozen=True)
class Priority:
    """One unsur in its quadrant; `performance` and `importance` as in `Driver`."""

    code: str
    performance: float
    importance: float
    quadrant: Quadrant


@dataclass(frozen=True)
class Priorities:
    """All unsur that can be placed, most urgent first, and the lines that part them."""

    unsur: tuple[Priority, ...]
    performance_line: float
    importance_line: float


def find_priorities(drivers: Sequence[Driver]) -> Priorities | None:
    """Sort unsur into quadrants; None where fewer than two have both figures.

    Within a quadrant the lowest performance comes first (Bab V.B: mend the lowest first).
    """
    placed = [
        (driver.code, driver.performance, driver.importance)
        for driver in drivers
        if driver.performance is not None and driver.importance is not None
    ]
    if len(placed) < 2:
        return None
    across = sum(performance for _, performance, _ in placed) / len(placed)
    up = sum(importance for *_, importance in placed) / len(placed)
    found = [
        Priority(code, performance, importance, _quadrant(performance < across, importance >= up))
        for code, performance, importance in placed
    ]
    order = list(Quadrant)
    found.sort(key=lambda one: (order.index(one.quadrant), one.performance))
    return Priorities(tuple(found), across, up)


def _quadrant(is_low: bool, is_important: bool) -> Quadrant:
    if is_important:
        return Quadrant.MEND if is_low else Quadrant.KEEP
    return Quadrant.LATER if is_low else Quadrant.ENOUGH
