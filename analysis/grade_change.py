"""What would change a grade, and how many more answers would settle it.

A grade hangs on an index rounded once to two decimals, so its true edge lies half a hundredth
below the band's printed minimum (PermenPANRB 14/2017, Tabel II).
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from analysis.index import compute_index, conversion_of, item_weights, to_scale4
from analysis.tally import Tally
from instruments.model import GradeBand, Instrument

HALF_HUNDREDTH = Fraction(1, 200)


@dataclass(frozen=True)
class UnsurChange:
    """What one unsur alone would have to do for the index to cross an edge.

    `mean` is needed on the item's own scale, None where even its end is not enough; `answers`
    is how many of its answers, each moved by one level, make up the difference.
    """

    code: str
    mean: float | None
    answers: int


@dataclass(frozen=True)
class GradeChange:
    """The way to another grade: its band, the distance in points of 100, unsur by unsur."""

    band: GradeBand
    points: float
    unsur: tuple[UnsurChange, ...]

    @property
    def fewest_answers(self) -> int:
        """The smallest number of answers, moved by one level, that changes the grade."""
        return min(change.answers for change in self.unsur)


def grade_above(tally: Tally, instrument: Instrument) -> GradeChange | None:
    """What reaches the next grade; None at the top and where there is no index."""
    found = _place(tally, instrument)
    if found is None:
        return None
    points, bands, at = found
    if at + 1 == len(bands):
        return None
    gap = edge_of(bands[at + 1].minimum) - points
    return _change(tally, instrument, bands[at + 1], gap)


def grade_below(tally: Tally, instrument: Instrument) -> GradeChange | None:
    """What loses the present grade; None at the bottom and where there is no index."""
    found = _place(tally, instrument)
    if found is None:
        return None
    points, bands, at = found
    if at == 0:
        return None
    return _change(tally, instrument, bands[at - 1], edge_of(bands[at].minimum) - points)


def answers_to_settle(
    score: float,
    interval: tuple[float, float],
    instrument: Instrument,
    n: int,
    population: int | None = None,
) -> int | None:
    """How many more answers take the edges of all grades out of the interval.

    Both ends shrink toward `score` by sqrt(1/n - 1/P) if the mean and spread stay as they
    are: with h the distance to an edge and H to the end beyond it, the n' needed follows from
    1/n' - 1/P = (h/H)^2 (1/n - 1/P). 0 where no edge is crossed, None where `score` lies on
    one.
    """
    rest = 1 / population if population else 0.0
    needed = [float(n)]
    for band in instrument.index.bands:
        edge = float(edge_of(band.minimum))
        low, high = interval
        if not low < edge <= high:
            continue
        ratio = (edge - score) / ((high if edge > score else low) - score) if edge != score else 0.0
        wanted = ratio**2 * (1 / n - rest) + rest
        if wanted <= 0:
            return None
        needed.append(1 / wanted)
    # The edge itself belongs to the grade above it.
    if len(needed) == 1:
        return 0
    enough = math.floor(max(needed) + 1e-9) + 1
    return (min(enough, population) if population else enough) - n


def edge_of(minimum: Decimal) -> Fraction:
    """The lowest unrounded index, in points of 100, that rounds up to a band's minimum."""
    return Fraction(minimum) - HALF_HUNDREDTH


def _place(tally: Tally, instrument: Instrument) -> tuple[Fraction, list[GradeBand], int] | None:
    result = compute_index(tally, instrument)
    if result.value is None or result.band is None:
        return None
    bands = sorted(instrument.index.bands, key=lambda band: band.minimum)
    return result.value * 25, bands, bands.index(result.band)


def _change(tally: Tally, instrument: Instrument, band: GradeBand, gap: Fraction) -> GradeChange:
    changes = [_unsur_change(tally, instrument, code, gap) for code in instrument.codes]
    return GradeChange(band, float(gap), tuple(changes))


def _unsur_change(tally: Tally, instrument: Instrument, code: str, gap: Fraction) -> UnsurChange:
    rule = conversion_of(instrument)
    one = to_scale4(Fraction(1), instrument, rule) - to_scale4(Fraction(0), instrument, rule)
    step = gap / (one * 25 * item_weights(instrument, "exact")[code])
    mean = (tally.mean(code) or Fraction(0)) + step
    answers = abs(step) * tally.answered_by(code)
    # A fall must go below the edge, a rise only reach it.
    count = math.ceil(answers) if gap >= 0 else math.floor(answers) + 1
    is_possible = instrument.scale.minimum <= mean <= instrument.scale.maximum
    return UnsurChange(code, float(mean) if is_possible else None, count)
