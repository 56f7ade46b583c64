"""Differences between two groups or two periods, of the index and of every item.

Within one sample the influence of a respondent on the difference is what it has on the one
less what it has on the other, so that groups that share strata, or windows of time that share
months, are compared with the covariance that they have.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.designs import Populations, Strata, domain_design
from analysis.index import conversion_of, item_weights, points_per_unit
from analysis.inference import (
    Change,
    Design,
    Estimate,
    Part,
    influence_sums,
    influence_weights,
    item_means,
    spread_of,
    t_interval,
    variance,
)
from instruments.model import Instrument

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """What changed from one to the other: the index in points, items on their own scale.

    None where one side has no answer; `p_value` and interval are None where the uncertainty is
    not known (a stratum with fewer than two respondents, or no spread at all).
    """

    index: Change | None
    items: Mapping[str, Change | None]


def compare_groups(
    sample: Strata,
    one: Strata,
    other: Strata,
    instrument: Instrument,
    *,
    both: Strata | None = None,
    populations: Populations = None,
    is_finite: bool = True,
    confidence: float = 0.95,
    conversion: str | None = None,
) -> Comparison:
    """`other` less `one`, two groups of one sample, by their joint influence.

    All are tallies by the same strata; `both` are those who belong to both groups (months that
    two windows share; men among KTP-el and all men), none where the groups are apart. Equal to
    R `survey` (svycontrast of svyby with covmat=TRUE), with t on the sample's degrees of
    freedom less one as `svyttest` has it. `svyttest` itself compares means of a respondent's
    own mean, which is another figure wherever somebody left a blank. Raises SurveyError as
    `domain_design` does, and for an unknown conversion.
    """
    before, after, shared = (
        domain_design(sample, {} if side is None else side, populations, is_finite=is_finite)
        for side in (one, other, both)
    )
    degrees = sum(part.n for part in before.parts) - len(before.parts) - 1

    def squared(weights: Doubles) -> float | None:
        return _joint_variance(before, after, shared, weights)

    return _comparison(before, after, instrument, squared, degrees, confidence, conversion)


def compare_samples(
    before: Design,
    after: Design,
    instrument: Instrument,
    *,
    confidence: float = 0.95,
    conversion: str | None = None,
) -> Comparison:
    """`after` less `before`, two samples drawn independently: variances add.

    t on the sum of both degrees of freedom. Raises SurveyError for an unknown conversion.
    """

    def squared(weights: Doubles) -> float | None:
        one, other = variance(before, weights), variance(after, weights)
        return None if one is None or other is None else one + other

    degrees = before.degrees_of_freedom + after.degrees_of_freedom
    return _comparison(before, after, instrument, squared, degrees, confidence, conversion)


def _joint_variance(
    before: Design, after: Design, shared: Design, weights: Doubles
) -> float | None:
    if not before.parts or any(part.n < 2 for part in before.parts):
        return None
    one, other = influence_weights(before, weights), influence_weights(after, weights)
    total = 0.0
    for first, second, cross in zip(before.parts, after.parts, shared.parts, strict=True):
        linear, square = influence_sums(first, *one)
        linear2, square2 = influence_sums(second, *other)
        together = _shared_sum(cross, one, other)
        total += spread_of(first, linear2 - linear, square + square2 - 2 * together)
    return total


def _shared_sum(part: Part, one: tuple[Doubles, Doubles], other: tuple[Doubles, Doubles]) -> float:
    """Sum of w^2 z z' over those who are in both, z and z' their influence on the one and other."""
    (c, m), (c2, m2) = one, other
    moments = (
        part.products2
        - part.sums2 * m2[None, :]
        - part.sums2.T * m[:, None]
        + part.answered2 * np.outer(m, m2)
    )
    return float(c @ moments @ c2)


def _comparison(
    before: Design,
    after: Design,
    instrument: Instrument,
    squared: Callable[[Doubles], float | None],
    degrees: int,
    confidence: float,
    conversion: str | None,
) -> Comparison:
    means, means2 = item_means(before), item_means(after)
    unit = points_per_unit(instrument, conversion_of(instrument, conversion))
    shares = item_weights(instrument, "exact")
    whole = np.array([float(shares[code]) for code in instrument.codes])

    def change(weights: Doubles, scale: float = 1.0) -> Change | None:
        used = weights > 0
        if np.isnan(means[used]).any() or np.isnan(means2[used]).any():
            return None
        value = scale * float(weights[used] @ (means2 - means)[used])
        found = squared(weights)
        se = None if found is None else scale * math.sqrt(found)
        return _tested(value, se, degrees, confidence)

    single = np.eye(len(instrument.codes))
    return Comparison(
        change(whole, unit),
        {code: change(single[q]) for q, code in enumerate(instrument.codes)},
    )


def _tested(value: float, se: float | None, degrees: int, confidence: float) -> Change:
    points = t_interval(value, se, degrees, confidence)
    if points.interval is None or se is None:
        return Change(Estimate(value, se, None, None), None)
    from scipy import special

    return Change(points, float(2 * special.stdtr(degrees, -abs(value) / se)))
