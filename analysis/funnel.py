"""Funnel limits: how far apart units lie by sampling alone, and by how much they really differ.

A ranking invites to praise and blame the smallest units, which lie farthest out by chance. The
funnel (Spiegelhalter 2005) asks instead who lies outside what the size of its sample and the
ordinary spread between units explain.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.multiplicity import benjamini_hochberg

Doubles = NDArray[np.float64]
LEAST_UNITS = 10
WINSORISED = 0.1
# Two-sided 95 % and 99.8 %, the customary inner and outer limits.
INNER, OUTER = 1.959964, 3.090232


@dataclass(frozen=True)
class UnitScore:
    """A unit's index in points of 100, its standard error and the sample behind it."""

    score: float
    se: float
    n: int
    population: int | None = None


@dataclass(frozen=True)
class Funnel:
    """Centre of the units, spread of one answer, and spread between units, all in points."""

    centre: float
    answer_sd: float
    between_sd: float

    @overload
    def limits(self, n: float, width: float) -> tuple[float, float]: ...
    @overload
    def limits(self, n: Doubles, width: float) -> tuple[Doubles, Doubles]: ...
    def limits(
        self, n: "float | Doubles", width: float
    ) -> "tuple[float | Doubles, float | Doubles]":
        """Lower and upper limit for `n` answers: centre -+ width sqrt(between^2 + answer^2/n)."""
        reach = width * np.sqrt(self.between_sd**2 + self.answer_sd**2 / n)
        return self.centre - reach, self.centre + reach


@dataclass(frozen=True)
class Standing:
    """How far a unit lies from the centre in standard deviations, and its adjusted p."""

    z: float
    p: float

    def is_outside(self, level: float = 0.05) -> bool:
        """Whether it stands out among all units; at most `level` of those so called are chance."""
        return self.p <= level


def fit_funnel(units: Sequence[UnitScore], winsorised: float = WINSORISED) -> Funnel | None:
    """The funnel of many units; None where fewer than ten have a standard error.

    Between-unit variance by moments (DerSimonian and Laird 1986) on standardised scores drawn in
    at both ends (Spiegelhalter 2005), so that the few that stand out do not widen the limits that
    they are held against. `winsorised` 0 gives DerSimonian and Laird's own.
    """
    usable = [unit for unit in units if unit.se > 0]
    if len(usable) < LEAST_UNITS:
        return None
    y, variances = np.array([[one.score, one.se**2] for one in usable]).T
    between = between_variance(y, variances, winsorised)
    weights = 1 / (variances + between)
    answer = np.array([_answer_variance(one) for one in usable])
    sizes = np.array([one.n for one in usable], dtype=float)
    return Funnel(
        float(weights @ y / weights.sum()),
        math.sqrt(float(sizes @ answer / sizes.sum())),
        math.sqrt(between),
    )


def between_variance(y: Doubles, variances: Doubles, winsorised: float = 0.0) -> float:
    """Variance of the true values: max(0, (Q - (I - 1)) / (sum w - sum w^2 / sum w)), w = 1/v.

    Q is the sum of squared standardised distances from the weighted mean. With `winsorised` the
    distances beyond that share at either end are drawn in, and Q raised by what drawing in would
    take from a normal distribution.
    """
    w = 1 / variances
    z = (y - w @ y / w.sum()) / np.sqrt(variances)
    if winsorised:
        low, high = np.quantile(z, [winsorised, 1 - winsorised])
        z = np.clip(z, low, high) / math.sqrt(_kept_variance(winsorised))
    excess = float(z @ z) - (len(y) - 1)
    return max(0.0, excess / float(w.sum() - w @ w / w.sum()))


def standings(units: Sequence[UnitScore], funnel: Funnel) -> list[Standing | None]:
    """Where each unit stands by its own standard error, chances adjusted for all (BH 1995).

    None where a unit has no standard error.
    """
    spread = [math.hypot(unit.se, funnel.between_sd) if unit.se > 0 else math.nan for unit in units]
    scores = np.array([unit.score for unit in units])
    z = (scores - funnel.centre) / np.array(spread)
    p = [None if math.isnan(one) else float(2 * special.ndtr(-abs(one))) for one in z]
    return [
        None if chance is None else Standing(float(one), chance)
        for one, chance in zip(z, benjamini_hochberg(p), strict=True)
    ]


def _answer_variance(unit: UnitScore) -> float:
    """n SE^2 without the finite population's part: (1 - n/P) would shrink it."""
    is_part = unit.population is not None and unit.population > unit.n
    left = 1 - unit.n / unit.population if is_part and unit.population else 1.0
    return unit.n * unit.se**2 / left


def _kept_variance(share: float) -> float:
    """Variance of a standard normal drawn in at both ends by a share of its mass."""
    a = float(special.ndtri(1 - share))
    density = math.exp(-a * a / 2) / math.sqrt(2 * math.pi)
    return (1 - 2 * share) - 2 * a * density + 2 * share * a * a
