"""Whether results move over time or between ordered groups, or only wobble.

The difference of two periods is `analysis.inference.change_between`; here are trends over
three or more.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import analysis.statistics_messages  # noqa: F401  registers the words of the errors raised here
from analysis.inference import Estimate
from instruments.errors import SurveyError


@dataclass(frozen=True)
class Slope:
    """Change per unit of time with its uncertainty, and how well a line fits at all.

    `misfit_p_value` is small where the periods scatter about the line by more than their own
    standard errors; `per_time.se` has then been widened by that scatter.
    """

    per_time: Estimate
    p_value: float
    misfit_p_value: float | None

    def is_change(self, level: float = 0.05) -> bool:
        """Whether the slope is more than noise at a level of significance."""
        return self.p_value < level


def fit_slope(
    times: Sequence[float], estimates: Sequence[Estimate], confidence: float = 0.95
) -> Slope | None:
    """Straight line through independent estimates, each weighted by 1/SE^2.

    b = sum g (t - tm) y / sum g (t - tm)^2, SE = 1/sqrt(sum g (t - tm)^2), widened by the
    Birge ratio max(1, sqrt(Q/(k-2))) with Q the weighted residual sum of squares (Birge 1932;
    Cochran 1954). Periods whose SE is unknown or 0 are left out; None where fewer than two
    remain. Raises SurveyError for times that are not numbers or all alike.

    >>> points = [Estimate(80.0 + 2 * t, 0.5, None, None) for t in range(4)]
    >>> round(fit_slope([0, 1, 2, 3], points).per_time.value, 6)
    2.0
    """
    _check_lengths(times, estimates)
    if not 0 < confidence < 1:
        raise SurveyError("confidence-range", value=confidence)
    usable = [(t, e.value, e.se) for t, e in zip(times, estimates, strict=True) if e.se]
    if len(usable) < 2:
        return None
    t, y, se = np.array(usable, dtype=float).T
    _check_times(t)
    precision = se**-2
    centred = t - np.average(t, weights=precision)
    leverage = float(precision @ centred**2)
    slope = float(precision * centred @ y) / leverage
    residuals = y - np.average(y, weights=precision) - slope * centred
    return _with_misfit(slope, leverage, float(precision @ residuals**2), len(t), confidence)


def _with_misfit(
    slope: float, leverage: float, scatter: float, periods: int, confidence: float
) -> Slope:
    from scipy import special

    df = periods - 2
    birge = max(1.0, math.sqrt(scatter / df)) if df else 1.0
    se = birge / math.sqrt(leverage)
    half = float(special.ndtri((1 + confidence) / 2)) * se
    per_time = Estimate(slope, se, slope - half, slope + half)
    misfit = float(special.chdtrc(df, scatter)) if df else None
    return Slope(per_time, float(2 * special.ndtr(-abs(slope) / se)), misfit)


@dataclass(frozen=True)
class ProportionTrend:
    """Chi-square with one degree of freedom for a linear trend in proportions."""

    chi_square: float
    p_value: float


def proportion_trend(
    counts: Sequence[int], sizes: Sequence[int], scores: Sequence[float] | None = None
) -> ProportionTrend | None:
    """Trend of a proportion over ordered groups (Cochran 1954, Armitage 1955).

    Chi^2 = (sum s (x - n p))^2 / (p (1-p) sum n (s - sm)^2) with p the overall share and
    scores s = 1, 2, ...; R's `prop.trend.test`. None where everybody or nobody counts.
    Raises SurveyError for impossible counts or scores all alike.

    >>> round(proportion_trend([83, 90, 129, 70], [86, 93, 136, 82]).chi_square, 4)
    8.2249
    """
    _check_lengths(counts, sizes)
    x, n = np.array(counts, dtype=float), np.array(sizes, dtype=float)
    if len(x) < 2 or not ((x >= 0) & (x <= n) & (n > 0) & np.isfinite(n)).all():
        raise SurveyError("trend-counts")
    s = np.arange(1.0, len(x) + 1) if scores is None else np.array(scores, dtype=float)
    _check_lengths(s.tolist(), sizes)
    _check_times(s)
    p = x.sum() / n.sum()
    if p in (0, 1):
        return None
    from scipy import special

    centred = s - np.average(s, weights=n)
    chi = float((s @ (x - n * p)) ** 2 / (p * (1 - p) * (n @ centred**2)))
    return ProportionTrend(chi, float(special.chdtrc(1, chi)))


def _check_lengths(one: Sequence[object], other: Sequence[object]) -> None:
    if len(one) != len(other):
        raise SurveyError("lists-differ", lengths=f"{len(one)}, {len(other)}")


def _check_times(times: NDArray[np.float64]) -> None:
    if not np.isfinite(times).all() or np.ptp(times) == 0:
        raise SurveyError("trend-times")
