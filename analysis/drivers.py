"""What moves the index: how each unsur performs and how closely the index follows it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.index import conversion_of, item_weights, points_per_unit
from analysis.reliability import covariance
from analysis.tally import Tally
from instruments.model import Instrument

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Driver:
    """One unsur: its mean, its importance, and what raising it is worth.

    `performance`     mean answer on the item's own scale, None where nobody answered
    `importance`      correlation with the index, -1 to 1, None without spread
    `relative_weight` share of the index's variance, the shares summing to 1
    `gain_points`     points of 100 that the index gains if this mean rises by one
    """

    code: str
    performance: float | None
    importance: float | None
    relative_weight: float | None
    gain_points: float


def find_drivers(
    tally: Tally, instrument: Instrument, conversion: str | None = None
) -> list[Driver]:
    """Every unsur, lowest mean first (Bab V.B: the lowest unsur take priority).

    Correlations are of pairwise moments; the index is part of what it is correlated with, so
    they describe and do not prove a cause. Items without answers come last. Raises
    SurveyError for an unknown conversion.
    """
    shares = item_weights(instrument, "exact")
    weights = np.array([float(shares[code]) for code in instrument.codes])
    unit = points_per_unit(instrument, conversion_of(instrument, conversion))
    matrix = covariance(tally)
    importance = importances(matrix, weights)
    relative = relative_weights(matrix, weights)
    drivers = [
        Driver(
            code,
            None if (mean := tally.mean(code)) is None else float(mean),
            importance[q],
            relative[q],
            unit * float(weights[q]),
        )
        for q, code in enumerate(instrument.codes)
    ]
    return sorted(drivers, key=lambda d: (d.performance is None, d.performance or 0.0))


def importances(matrix: Doubles, weights: Doubles) -> list[float | None]:
    """Correlation of each item with the weighted sum of all, from their covariance.

    cov(x_q, I) = sum_k w_k C_qk and V(I) = w'Cw. None for an item without spread, and for
    all where the index has none or a pair was never answered together.

    >>> importances(np.eye(2), np.array([0.5, 0.5]))
    [0.7071067811865475, 0.7071067811865475]
    """
    spread = float(weights @ matrix @ weights)
    if not np.isfinite(spread) or spread <= 0:
        return [None] * len(weights)
    with_index = matrix @ weights
    return [
        float(with_index[q] / np.sqrt(matrix[q, q] * spread)) if matrix[q, q] > 0 else None
        for q in range(len(weights))
    ]


def relative_weights(matrix: Doubles, weights: Doubles) -> list[float | None]:
    """Share of the index's variance that belongs to each item (Johnson 2000).

    With R = V D V' the correlations of the items, L = V sqrt(D) V' and r the correlations
    with the index: b = L^-1 r, and the weights are L^2 b^2 with squares entrywise. Correlated
    items share what they explain together. An item without spread explains nothing (None);
    all are None where the correlations are not of full rank.

    >>> relative_weights(np.eye(2), np.array([0.5, 0.5]))
    [0.5, 0.5]
    """
    r = importances(matrix, weights)
    kept = [q for q, value in enumerate(r) if value is not None]
    result: list[float | None] = [None] * len(weights)
    if not kept:
        return result
    shares = _johnson(matrix[np.ix_(kept, kept)], np.array([r[q] for q in kept], dtype=float))
    for q, share in zip(kept, shares, strict=True):
        result[q] = share
    return result


def _johnson(matrix: Doubles, r: Doubles) -> Sequence[float | None]:
    deviations = np.sqrt(np.diag(matrix))
    values, vectors = np.linalg.eigh(matrix / np.outer(deviations, deviations))
    if values.min() <= 1e-10:
        return [None] * len(r)
    root = vectors * np.sqrt(values) @ vectors.T
    shares = root**2 @ np.linalg.solve(root, r) ** 2
    return [float(share) for share in shares / shares.sum()]


def item_correlations(tally: Tally) -> list[list[float | None]]:
    """Pearson correlation of every pair of items, the regulation's bivariate analysis.

    r = C_qk / sqrt(C_qq C_kk) with C the pairwise covariance, so equal to R's `cor` where all
    answered everything; with blanks the spread of an item is that of all who answered it. None
    for an item without spread or a pair that fewer than two answered together.
    """
    matrix = covariance(tally)
    with np.errstate(invalid="ignore", divide="ignore"):
        correlations = matrix / np.sqrt(np.outer(np.diag(matrix), np.diag(matrix)))
    return [
        [float(np.clip(r, -1.0, 1.0)) if np.isfinite(r) else None for r in row]
        for row in correlations
    ]
