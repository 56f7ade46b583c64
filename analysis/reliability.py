"""Whether the items hang together: alpha and omega with what each item adds, from a tally.

Where respondents left blanks, all is from pairwise covariances, and says so (`basis`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import analysis.messages  # noqa: F401  registers the words of the errors raised here
from analysis.tally import Tally
from instruments.errors import SurveyError

Doubles = NDArray[np.float64]
ROUNDS = 5000
SETTLED = 1e-13


@dataclass(frozen=True)
class ItemReliability:
    """What one item adds to the sum of all; None where it has no spread.

    `item_total`       correlation with the sum of the other items (corrected)
    `alpha_if_dropped` alpha of the other items
    `loading`          correlation with the one common factor, None where there is no such fit
    """

    item_total: float | None
    alpha_if_dropped: float | None
    loading: float | None


@dataclass(frozen=True)
class Reliability:
    """Alpha with its interval, omega total, and the items.

    `basis` is `complete` where everybody answered everything, else `pairwise`. `answers` is
    what the interval counts on: respondents, or the fewest who answered a pair.
    """

    basis: Literal["complete", "pairwise"]
    answers: int
    alpha: float | None
    alpha_se: float | None
    alpha_low: float | None
    alpha_high: float | None
    omega: float | None
    items: Mapping[str, ItemReliability]


def assess_reliability(tally: Tally, confidence: float = 0.95) -> Reliability:
    """All of it. Figures are None where they are undefined: one item, one respondent, no spread.

    Equal to R `psych::alpha` (raw_alpha, ase, r.drop, alpha.drop) and `psych::omega` with one
    factor; of incomplete answers omega differs by little, for R's pairwise correlations take
    each pair's own deviations, which a tally does not keep, and psych counts every respondent
    for `ase` where this counts the fewest of a pair. Raises SurveyError for a confidence
    outside 0-1.
    """
    matrix, k = covariance(tally), len(tally.items)
    answers = int(tally.answered.min()) if k else 0
    basis: Literal["complete", "pairwise"] = "complete" if answers == tally.n else "pairwise"
    alpha = cronbach_alpha(tally)
    ends = (None, None) if alpha is None else alpha_interval(alpha, answers, k, confidence)
    se = None if alpha is None else alpha_standard_error(matrix, answers)
    loadings = one_factor(matrix)
    omega = None if loadings is None else omega_total(matrix, loadings)
    return Reliability(basis, answers, alpha, se, *ends, omega, _items(tally, matrix, loadings))


def covariance(tally: Tally) -> Doubles:
    """Pairwise covariance of the items: each pair over those who answered both.

    Divides by pairs less one, as R's cov(use = "pairwise.complete.obs") does.
    """
    both = tally.answered.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        means_product = tally.sums * tally.sums.T / both
        return np.asarray((tally.products - means_product) / (both - 1))


def cronbach_alpha(tally: Tally) -> float | None:
    """Raw alpha, k/(k-1) (1 - trace/total), from pairwise covariances (Cronbach 1951).

    None where it is undefined: one item, fewer than two respondents, or no spread.
    """
    return None if tally.n < 2 else _alpha(covariance(tally))


def _alpha(matrix: Doubles) -> float | None:
    k, total = len(matrix), matrix.sum()
    if k < 2 or not np.isfinite(total) or total <= 0:
        return None
    return float(k / (k - 1) * (1 - np.trace(matrix) / total))


def alpha_interval(
    alpha: float, n: int, k: int, confidence: float = 0.95
) -> tuple[float | None, float | None]:
    """Interval of alpha of k items and n respondents: 1 - (1 - alpha) F on n-1, (n-1)(k-1).

    Feldt (1965), exact for items of equal covariance; `psych::alpha.ci`. (None, None) for
    fewer than two respondents. Raises SurveyError for a confidence outside 0-1.

    >>> [round(end, 4) for end in alpha_interval(0.8546127, 384, 9)]
    [0.8318, 0.8755]
    """
    if not 0 < confidence < 1:
        raise SurveyError("confidence-range", value=confidence)
    if n < 2 or k < 2:
        return None, None
    from scipy import special

    tails = ((1 + confidence) / 2, (1 - confidence) / 2)
    low, high = (
        1 - (1 - alpha) * float(special.fdtri(n - 1, (n - 1) * (k - 1), tail)) for tail in tails
    )
    return low, high


def alpha_standard_error(matrix: Doubles, n: int) -> float | None:
    """Standard error of alpha from the items' covariance and n (Duhachek and Iacobucci 2004).

    V(alpha) = 2 k^2 / (n (k-1)^2 s^3) (s (tr C^2 + tr^2 C) - 2 tr C 1'C^2 1), s the sum of C.
    None where alpha is undefined.
    """
    k, total, trace = len(matrix), float(matrix.sum()), float(np.trace(matrix))
    if k < 2 or n < 2 or not np.isfinite(total) or total <= 0:
        return None
    square = matrix @ matrix
    spread = total * (np.trace(square) + trace**2) - 2 * trace * square.sum()
    return math.sqrt(2 * k**2 / (k - 1) ** 2 / total**3 * max(0.0, float(spread)) / n)


def one_factor(matrix: Doubles) -> Doubles | None:
    """Loadings of the items on one common factor, as correlations, from their covariance.

    Principal axes from squared multiple correlations until they settle, which is the least
    squares (minres) fit (Harman and Jones 1966; `psych::fa(fm = "minres")`). None for fewer
    than three items, an item without spread, or where no such factor exists (an item would
    have more in common than it has: Heywood).
    """
    deviations = np.sqrt(np.diag(matrix))
    if len(matrix) < 3 or not np.isfinite(matrix).all() or not (deviations > 0).all():
        return None
    correlations = matrix / np.outer(deviations, deviations)
    if np.linalg.eigvalsh(correlations).min() <= 1e-10:
        return None
    common = 1 - 1 / np.diag(np.linalg.inv(correlations))
    for _ in range(ROUNDS):
        reduced = correlations - np.diag(1 - common)
        values, vectors = np.linalg.eigh(reduced)
        loadings = vectors[:, -1] * math.sqrt(max(0.0, values[-1]))
        change = np.abs(loadings**2 - common).max()
        common = loadings**2
        if common.max() >= 1:
            return None
        if change < SETTLED:
            return np.asarray(loadings * (1 if loadings.sum() >= 0 else -1))
    return None


def omega_total(matrix: Doubles, loadings: Doubles) -> float:
    """Omega total of standardised items, 1 - sum(1 - loading^2) / sum(R) (McDonald 1999).

    The share of the sum's variance that is common to the items; R are their correlations.
    """
    deviations = np.sqrt(np.diag(matrix))
    correlations = matrix / np.outer(deviations, deviations)
    return float(1 - (1 - loadings**2).sum() / correlations.sum())


def _items(tally: Tally, matrix: Doubles, loadings: Doubles | None) -> dict[str, ItemReliability]:
    own, rows, total = np.diag(matrix), matrix.sum(axis=1), matrix.sum()
    found = {}
    for q, code in enumerate(tally.items):
        rest = total - 2 * rows[q] + own[q]
        is_known = tally.n >= 2 and np.isfinite(rest) and rest > 0 and own[q] > 0
        others = np.delete(np.delete(matrix, q, axis=0), q, axis=1)
        found[code] = ItemReliability(
            float((rows[q] - own[q]) / math.sqrt(own[q] * rest)) if is_known else None,
            _alpha(others) if tally.n >= 2 else None,
            None if loadings is None else float(loadings[q]),
        )
    return found
