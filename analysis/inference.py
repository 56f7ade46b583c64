"""How certain a mean or an index is: linearised standard errors and intervals from tallies.

The influence of respondent i on the index is z_i = sum_q c_q r_iq (x_iq - m_q) with
c_q = w_q / N_q, so every variance needs only the sums in tallies. Equal to R `survey`
(svyratio and svycontrast, Lumley 2004) for simple, stratified and weighted designs; so is the
interval named `t`. How the default keeps to the scale is in `analysis.intervals`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from analysis.answers import named
from analysis.index import (
    conversion_of,
    grade_of,
    item_weights,
    points_per_unit,
    round_half_up,
    to_scale4,
)
from analysis.intervals import (
    LOGIT,
    NOTHING,
    PLAIN,
    Ends,
    logit_ends,
    require_method,
    t_ends,
    t_quantile,
    unanimous_ends,
)
from analysis.tally import Tally
from instruments.errors import SurveyError
from instruments.model import Instrument

Doubles = NDArray[np.float64]
# How many items an unseen respondent may have answered one step lower: chosen by simulation.
UNSEEN_ANSWERS = 2


@dataclass(frozen=True)
class Part:
    """One stratum of a sample (or all of a simple one): sums weighted by w and by w squared.

    `n` respondents were drawn from `population` (None: unknown, no correction). For equal
    weights within the part both sets of sums are multiples of the tally. `analysis.designs`
    cuts parts down to a domain, with `members` of the n in it, and centres the sums for the
    spread on post-strata, with what is left of answers and totals about their means.
    """

    n: int
    population: int | None
    answered: Doubles  # sum of w r_q
    totals: Doubles  # sum of w x_q
    answered2: Doubles  # sums weighted by w squared, item by item
    sums2: Doubles
    products2: Doubles
    members: int | None = None
    answered_left: Doubles | None = None
    totals_left: Doubles | None = None

    @classmethod
    def of(cls, tally: Tally, weight: float = 1.0, population: int | None = None) -> "Part":
        """A part in which every respondent has the same weight."""
        if population is not None and population < tally.n:
            raise SurveyError("population-too-small", population=population, n=tally.n)
        return cls(
            tally.n,
            population,
            weight * np.diag(tally.answered).astype(float),
            weight * np.diag(tally.sums).astype(float),
            weight * weight * tally.answered.astype(float),
            weight * weight * tally.sums.astype(float),
            weight * weight * tally.products.astype(float),
        )


@dataclass(frozen=True)
class Design:
    """How the respondents came to be: the parts that an estimate sums over."""

    parts: tuple[Part, ...]

    @property
    def degrees_of_freedom(self) -> int:
        """Respondents less strata (`survey::degf`); of a domain, those that it has."""
        sizes = [_asked(part) for part in self.parts]
        return sum(sizes) - sum(size > 0 for size in sizes)


@dataclass(frozen=True)
class Estimate:
    """A value, its standard error and interval; None where they cannot be known."""

    value: float
    se: float | None
    low: float | None
    high: float | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends, or None."""
        return None if self.low is None or self.high is None else (self.low, self.high)


def simple_design(tally: Tally, population: int | None = None) -> Design:
    """A simple random sample, from a finite population where its size is known."""
    return Design((Part.of(tally, 1.0, population),))


def stratified_design(tallies: Mapping[str, Tally], populations: Mapping[str, int]) -> Design:
    """A sample stratified by (for instance) service, each drawn from a known population.

    Strata without a respondent cannot be represented and are left out. Raises SurveyError
    for a stratum whose population is not given or smaller than its sample.
    """
    parts = []
    for name, tally in tallies.items():
        if name not in populations:
            raise SurveyError("stratum-without-population", name=name)
        if tally.n:
            weight = populations[name] / tally.n
            parts.append(Part.of(tally, weight, populations[name]))
    return Design(tuple(parts))


def weighted_design(matrix: Doubles, weights: Doubles, strata: Sequence[str] = ()) -> Design:
    """A sample with a weight for each respondent (with-replacement variance, as R's default).

    `matrix` is (respondents, items) with NaN for blanks. Raises SurveyError for a weight
    that is not a positive number.
    """
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))
    if wrong.size:
        rows = named(range(len(weights)), wrong)
        raise SurveyError("weights-invalid", rows=rows, value=float(weights[wrong[0]]))
    names = np.asarray(strata) if len(strata) else np.zeros(len(weights))
    return Design(
        tuple(_weighted_part(matrix[names == h], weights[names == h]) for h in np.unique(names))
    )


def _weighted_part(matrix: Doubles, weights: Doubles) -> Part:
    answered = (~np.isnan(matrix)).astype(float)
    values = np.nan_to_num(matrix)
    squared = answered * (weights**2)[:, None]
    return Part(
        len(weights),
        None,
        weights @ answered,
        weights @ values,
        squared.T @ answered,
        (values * (weights**2)[:, None]).T @ answered,
        (values * (weights**2)[:, None]).T @ values,
    )


def item_means(design: Design) -> Doubles:
    """Design-weighted mean of every item; NaN where nobody answered."""
    answered = np.sum([part.answered for part in design.parts], axis=0)
    totals = np.sum([part.totals for part in design.parts], axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(totals / answered)


def variance(design: Design, weights: Doubles) -> float | None:
    """Variance of sum_q w_q m_q; None where a stratum has fewer than two respondents."""
    if not design.parts or any(part.n < 2 for part in design.parts):
        return None
    c, means = influence_weights(design, weights)
    return sum(_part_variance(part, c, means) for part in design.parts)


def influence_weights(design: Design, weights: Doubles) -> tuple[Doubles, Doubles]:
    """c_q = w_q / N_q, and the means m_q about which it counts; 0 where nobody answered."""
    answered = np.sum([part.answered for part in design.parts], axis=0)
    c = np.divide(weights, answered, out=np.zeros_like(answered), where=answered > 0)
    return c, np.nan_to_num(item_means(design))


def influence_sums(part: Part, c: Doubles, means: Doubles) -> tuple[float, float]:
    """Sum of w z and of w^2 z^2 over a part's respondents."""
    totals = part.totals if part.totals_left is None else part.totals_left
    answered = part.answered if part.answered_left is None else part.answered_left
    linear = float(c @ (totals - means * answered))
    moments = (
        part.products2
        - part.sums2 * means[None, :]
        - part.sums2.T * means[:, None]
        + part.answered2 * np.outer(means, means)
    )
    return linear, float(c @ moments @ c)


def _part_variance(part: Part, c: Doubles, means: Doubles) -> float:
    linear, square = influence_sums(part, c, means)
    return spread_of(part, linear, square)


def spread_of(part: Part, linear: float, square: float) -> float:
    """A part's share of a variance: f n/(n-1) (sum z^2 - (sum z)^2 / n)."""
    # Rounding may leave a hair below zero where everybody answered alike.
    spread = max(0.0, square - linear**2 / part.n)
    return remaining(part) * part.n / (part.n - 1) * spread


def remaining(part: Part) -> float:
    """The finite-population correction: the share that was not asked."""
    return 1 - part.n / part.population if part.population else 1.0


def t_interval(value: float, se: float | None, df: int, confidence: float) -> Estimate:
    """A value with its symmetric interval on t quantiles.

    No spread at all is no certainty: a standard error of 0 gives no interval.
    """
    t_quantile(1, confidence)
    low, high = t_ends(value, se, df, confidence) or (None, None)
    return Estimate(value, se, low, high)


def estimate_item(
    design: Design,
    instrument: Instrument,
    code: str,
    confidence: float = 0.95,
    interval: str = LOGIT,
) -> Estimate | None:
    """Mean of one item on its own scale; None where nobody answered it.

    `interval` names the method (`analysis.intervals`). Raises SurveyError for one not known.
    """
    position = instrument.codes.index(code)
    value = item_means(design)[position]
    if np.isnan(value):
        return None
    one = np.zeros(len(instrument.codes))
    one[position] = 1
    scale = (float(instrument.scale.minimum), float(instrument.scale.maximum))
    se = _root(variance(design, one))
    return _bounded(design, one, float(value), se, scale, 0.0, confidence, interval)


@dataclass(frozen=True)
class IndexEstimate:
    """An index in points of 100 with its uncertainty, and whether that settles the grade."""

    points: Estimate
    is_resolved: bool


def estimate_index(
    design: Design,
    instrument: Instrument,
    confidence: float = 0.95,
    conversion: str | None = None,
    method: str = "exact",
    interval: str = LOGIT,
) -> IndexEstimate | None:
    """The design-weighted index under a method's weights; None where some item has no answer.

    `interval` names how its ends are found (`analysis.intervals`). A grade is resolved only if
    the whole interval lies in one band. Raises SurveyError for names that are not known.
    """
    means = item_means(design) if design.parts else np.array([np.nan])
    if np.isnan(means).any():
        return None
    rule = conversion_of(instrument, conversion)
    shares = item_weights(instrument, method)
    weights = np.array([float(shares[code]) for code in instrument.codes])
    scale = points_per_unit(instrument, rule)
    zero = 25.0 * (1 - instrument.scale.minimum * scale / 25) if rule == "linear" else 0.0
    se = _root(variance(design, weights))
    total = sum(shares.values(), Fraction(0))
    low, high = (
        float(to_scale4(total * end, instrument, rule) * 25)
        for end in (instrument.scale.minimum, instrument.scale.maximum)
    )
    points = _bounded(
        design,
        weights,
        zero + scale * float(weights @ means),
        None if se is None else scale * se,
        (low, high),
        scale * float(np.sort(weights)[-UNSEEN_ANSWERS:].sum()),
        confidence,
        interval,
    )
    return IndexEstimate(points, _is_resolved(points, instrument))


def _bounded(
    design: Design,
    weights: Doubles,
    value: float,
    se: float | None,
    scale: Ends,
    unseen: float,
    confidence: float,
    interval: str,
) -> Estimate:
    """A value on a bounded scale with its interval by a named method.

    `unseen` is how far below the mean one more respondent may stand: see `_guarded`.
    """
    require_method(interval)
    if interval == PLAIN or se is None:
        return t_interval(value, se, design.degrees_of_freedom, confidence)
    if all(part.population == part.n for part in design.parts):
        return Estimate(value, se, value, value)  # everybody was asked
    if se < NOTHING:
        ends = _unanimous(design, weights, value, scale, confidence)
    else:
        wide = _guarded(design, se, unseen)
        ends = logit_ends(value, wide, design.degrees_of_freedom, confidence, scale)
    if ends is None:
        return Estimate(value, se, None, None)
    return Estimate(value, se, max(ends[0], scale[0]), min(ends[1], scale[1]))


def _guarded(design: Design, se: float, unseen: float) -> float:
    """A standard error that allows for one more respondent who stands `unseen` off the mean.

    Near the ceiling a small sample may by chance hold none of the few who are less pleased;
    its standard error is then far too small. The addition is of the order 1/n^2 to the
    variance and vanishes beside it as n grows.
    """
    n = sum(_asked(part) for part in design.parts)
    total = sum(float(part.answered.max()) for part in design.parts)
    squares = sum(remaining(part) * _squares(part) for part in design.parts)
    return math.hypot(se, unseen * math.sqrt(squares / n) / total)


def _asked(part: Part) -> int:
    return part.n if part.members is None else part.members


def _squares(part: Part) -> float:
    """Sum of w squared over those who answered; of post-strata as if all weighed the same."""
    if part.answered_left is not None:
        return float(part.answered.max()) ** 2 / part.n
    return float(np.diag(part.answered2).max())


def _unanimous(
    design: Design, weights: Doubles, value: float, scale: Ends, confidence: float
) -> Ends | None:
    """Ends where all agreed, counting only those who must have answered every item asked."""
    (part, *others) = design.parts
    if others or part.answered_left is not None or part.members is not None:
        return None  # who thinks otherwise may all be in one stratum, or in a small group
    asked = weights > 0
    counts = part.answered[asked] ** 2 / np.diag(part.answered2)[asked]
    sure = part.n - float((part.n - counts).sum())
    return unanimous_ends(value, math.floor(sure + 1e-6), part.population, confidence, scale)


def _is_resolved(points: Estimate, instrument: Instrument) -> bool:
    if points.interval is None:
        return False
    ends: list[Fraction] = [Fraction(min(100.0, max(0.0, end))) for end in points.interval]
    low, high = (grade_of(round_half_up(end), instrument) for end in ends)
    return low == high


@dataclass(frozen=True)
class Change:
    """The difference between two independent results, in points, with its t test."""

    points: Estimate
    p_value: float | None


def change_between(before: Estimate, after: Estimate, df: int, confidence: float = 0.95) -> Change:
    """Difference of two independent samples (two periods): variances add."""
    if before.se is None or after.se is None:
        return Change(Estimate(after.value - before.value, None, None, None), None)
    from scipy import special

    se = math.hypot(before.se, after.se)
    points = t_interval(after.value - before.value, se, df, confidence)
    if se < 1e-12:
        return Change(points, None)
    return Change(points, float(2 * special.stdtr(df, -abs(points.value) / se)))


def _root(value: float | None) -> float | None:
    return None if value is None else math.sqrt(value)
