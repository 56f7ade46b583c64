"""Shares of a sensitive trait from answers that tell nothing about one respondent.

Randomised response (Warner, forced response, unrelated question) and the item count.
Each takes counts alone. The estimate may fall outside 0-1 by chance and is not cut, so
that estimates of parts stay comparable; intervals are cut to 0-1.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

import analysis.statistics_messages  # noqa: F401  registers the words of the errors raised here
from analysis.inference import Estimate
from instruments.errors import SurveyError


def warner(yes: int, n: int, chance: float, confidence: float = 0.95) -> Estimate:
    """Share with the trait when a device asks "have it" or "have it not" (Warner 1965).

    `chance` is that of the first question. With l = yes/n: (l + p - 1) / (2p - 1), variance
    l (1 - l) / ((n - 1) (2p - 1)^2). Raises SurveyError for a chance of 0.5 or outside 0-1,
    or impossible counts.

    >>> round(warner(750, 1000, 1 / 6).value, 6)
    0.125
    """
    _check_chance(chance)
    if chance == 0.5:
        raise SurveyError("sensitive-chance", value=chance)
    return _from_share(yes, n, 1 - chance, 2 * chance - 1, confidence)


def forced_response(
    yes: int, n: int, truth: float, forced_yes: float, confidence: float = 0.95
) -> Estimate:
    """Share with the trait when a device says answer truly, "yes" or "no" (Boruch 1971).

    `truth` and `forced_yes` are the chances of the first two; forced "no" has the rest. With
    l = yes/n: (l - forced_yes) / truth, variance l (1 - l) / ((n - 1) truth^2). Raises
    SurveyError for chances that do not fit or impossible counts.
    """
    _check_chance(truth)
    _check_chance(forced_yes)
    if truth == 0 or truth + forced_yes > 1 + 1e-12:
        raise SurveyError("sensitive-chance", value=truth)
    return _from_share(yes, n, forced_yes, truth, confidence)


def unrelated_question(
    yes: int, n: int, chance: float, unrelated_share: float, confidence: float = 0.95
) -> Estimate:
    """Share with the trait when a device asks it or a harmless question of known share.

    `chance` is that of the sensitive question. With l = yes/n and u the known share:
    (l - (1 - p) u) / p, variance l (1 - l) / ((n - 1) p^2) (Greenberg et al. 1969). Raises
    SurveyError for chances that do not fit or impossible counts.
    """
    _check_chance(chance)
    _check_chance(unrelated_share)
    if chance == 0:
        raise SurveyError("sensitive-chance", value=chance)
    return _from_share(yes, n, (1 - chance) * unrelated_share, chance, confidence)


def _from_share(yes: int, n: int, offset: float, slope: float, confidence: float) -> Estimate:
    """(l - offset) / slope, the interval being Wilson's for l carried over.

    Wilson (1927) keeps its coverage for few respondents and shares near the ends, where the
    symmetric interval fails.
    """
    if n < 2 or not 0 <= yes <= n:
        raise SurveyError("sensitive-count", yes=yes, n=n)
    z = _quantile(confidence)
    share = yes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    ends = [(end - offset) / slope for end in (centre - half, centre + half)]
    se = math.sqrt(share * (1 - share) / (n - 1)) / abs(slope)
    return Estimate((share - offset) / slope, se, _cut(min(ends)), _cut(max(ends)))


def item_count(
    treated: Sequence[int], control: Sequence[int], harmless: int, confidence: float = 0.95
) -> Estimate:
    """Share with the trait as the difference of mean counts (Raghavarao and Federer 1979).

    `treated` are counts among `harmless` + 1 items, the sensitive one included, `control`
    among the harmless alone, from respondents divided at random. Variance s1^2/n1 + s0^2/n0,
    t interval on Welch's degrees of freedom. Raises SurveyError for counts off the list or
    fewer than two respondents in a group.

    >>> round(item_count([1, 2, 3, 2], [1, 1, 2, 2], 3).value, 6)
    0.5
    """
    groups = [_counts(treated, harmless + 1), _counts(control, harmless)]
    means = [float(group.mean()) for group in groups]
    parts = [float(group.var(ddof=1)) / len(group) for group in groups]
    value, total = means[0] - means[1], sum(parts)
    _quantile(confidence)
    if total == 0:
        return Estimate(value, 0.0, None, None)
    from scipy import special

    df = total**2 / sum(
        part**2 / (len(group) - 1) for part, group in zip(parts, groups, strict=True)
    )
    half = float(special.stdtrit(df, (1 + confidence) / 2)) * math.sqrt(total)
    return Estimate(value, math.sqrt(total), _cut(value - half), _cut(value + half))


def _counts(values: Sequence[int], top: int) -> NDArray[np.float64]:
    if len(values) < 2:
        raise SurveyError("sensitive-count", yes=0, n=len(values))
    for value in values:
        if not (0 <= value <= top and value == int(value)):
            raise SurveyError("sensitive-list", value=value, top=top)
    return np.array(values, dtype=float)


def _check_chance(value: float) -> None:
    if not 0 <= value <= 1:
        raise SurveyError("sensitive-chance", value=value)


def _quantile(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise SurveyError("confidence-range", value=confidence)
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _cut(value: float) -> float:
    return min(1.0, max(0.0, value))
