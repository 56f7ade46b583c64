"""Answers as honest respondents would have given them: same margins, same correlations.

The null model of every signal in `quality`: a Gaussian copula (Nelsen 2006, section 2.3). Columns
shuffled one by one would lack the correlation that any real questionnaire has, and would call
every unit suspicious; see `tests/benchmarks/quality_errors.py` for the error rates.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.answers import BLANK, Integers

Doubles = NDArray[np.float64]
_STEPS = 40


@dataclass(frozen=True)
class HonestModel:
    """What honest answers keep of the ones seen.

    answers      for each item the answers seen, sorted: its exact margin
    answered     (respondents, items) who left what blank
    correlation  (items, items) latent correlation that gives the covariance seen
    """

    answers: tuple[Integers, ...]
    answered: NDArray[np.bool_]
    correlation: Doubles


def fit_honest(matrix: Integers) -> HonestModel:
    """The model of a (respondents, items) array of answers, BLANK where not answered.

    The latent correlation of each pair is the one whose discretised answers have the covariance
    seen, so that coarse scales and ceilings do not weaken it. An item that everybody answered
    alike has no correlation.
    """
    answered = matrix != BLANK
    answers = tuple(
        np.sort(column[kept]) for column, kept in zip(matrix.T, answered.T, strict=True)
    )
    q = matrix.shape[1]
    correlation = np.eye(q)
    for a in range(q):
        for b in range(a):
            both = answered[:, a] & answered[:, b]
            correlation[a, b] = correlation[b, a] = latent_correlation(
                matrix[both, a], matrix[both, b]
            )
    return HonestModel(answers, answered, nearest_correlation(correlation))


def latent_correlation(x: Integers, y: Integers) -> float:
    """The correlation of two standard normals whose discretised values have cov(x, y).

    Found by bisection: E[xy] of the discretised pair rises with the correlation. 0 where one
    of the two does not vary.
    """
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    cuts_x, steps_x = _cuts(x)
    cuts_y, steps_y = _cuts(y)
    wanted = float(np.mean(x * y) - np.mean(x) * np.mean(y))
    tails = np.outer(special.ndtr(-cuts_x), special.ndtr(-cuts_y))
    weight = np.outer(steps_x, steps_y)
    low, high = -0.999, 0.999
    for _ in range(_STEPS):
        rho = (low + high) / 2
        both = _both_above(cuts_x[:, None], cuts_y[None, :], rho)
        low, high = (rho, high) if float((weight * (both - tails)).sum()) < wanted else (low, rho)
    return (low + high) / 2


def draw_honest(model: HonestModel, draws: int, seed: int) -> Iterator[Integers]:
    """Arrays like the one fitted: each item's margin exactly, blanks in the patterns seen."""
    random = np.random.default_rng(seed)
    root = np.linalg.cholesky(model.correlation)
    n, q = model.answered.shape
    for _ in range(draws):
        latent = random.standard_normal((n, q)) @ root.T
        answered = model.answered[random.permutation(n)]
        drawn = np.full((n, q), BLANK, dtype=np.int64)
        for item, answers in enumerate(model.answers):
            rows = np.flatnonzero(answered[:, item])
            drawn[rows[np.argsort(latent[rows, item])], item] = answers
        yield drawn


def _cuts(x: Integers) -> tuple[Doubles, Doubles]:
    """Thresholds on the normal scale between the values seen, and how far apart those are."""
    values, counts = np.unique(x, return_counts=True)
    below = np.cumsum(counts)[:-1] / len(x)
    return special.ndtri(below), np.diff(values).astype(float)


def _both_above(h: Doubles, k: Doubles, rho: float) -> Doubles:
    """P(X > h, Y > k) of a standard bivariate normal, by Owen's T function (Owen 1956)."""
    h, k = np.broadcast_arrays(-h, -k)
    root = np.sqrt(1 - rho**2)
    # Owen's formula divides by h and k; a hair off zero changes nothing that shows.
    h = np.where(h == 0, 1e-12, h)
    k = np.where(k == 0, 1e-12, k)
    signs = np.where(h * k > 0, 0.0, 0.5)
    return np.asarray(
        (special.ndtr(h) + special.ndtr(k)) / 2
        - special.owens_t(h, (k - rho * h) / (h * root))
        - special.owens_t(k, (h - rho * k) / (k * root))
        - signs
    )


def nearest_correlation(matrix: Doubles) -> Doubles:
    """The matrix itself where it is positive definite, else with its eigenvalues raised to be."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] > 1e-6:
        return matrix
    raised = vectors @ np.diag(np.maximum(values, 1e-6)) @ vectors.T
    scale = np.sqrt(np.diag(raised))
    return np.asarray(raised / np.outer(scale, scale))
