"""Whether the items hang together: Cronbach's alpha from a tally."""

import numpy as np
from numpy.typing import NDArray

from analysis.tally import Tally


def covariance(tally: Tally) -> NDArray[np.float64]:
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
    k = len(tally.items)
    if k < 2 or tally.n < 2:
        return None
    matrix = covariance(tally)
    total = matrix.sum()
    if not np.isfinite(total) or total <= 0:
        return None
    return float(k / (k - 1) * (1 - np.trace(matrix) / total))
