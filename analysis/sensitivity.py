"""What the index would be without some of the answers, and how few would change its grade.

Evaluators act on this more than on any p: a pattern that cannot move the grade can wait.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.answers import BLANK, Integers
from analysis.index import IndexResult, compute_index
from analysis.tally import tally_matrix
from instruments.model import Instrument


@dataclass(frozen=True)
class Sensitivity:
    """The index with all answers and without the flagged ones, and the answers that decide.

    `to_change` is the number of answers whose removal would change the grade, None where no
    removal of up to half of them does.
    """

    with_all: IndexResult
    without_flagged: IndexResult
    flagged: int
    to_change: int | None


def sensitivity(
    instrument: Instrument, matrix: Integers, flagged: NDArray[np.bool_]
) -> Sensitivity:
    """Compare a (respondents, items) array with and without its flagged rows."""
    return Sensitivity(
        compute_index(tally_matrix(instrument, matrix), instrument),
        compute_index(tally_matrix(instrument, matrix[~flagged]), instrument),
        int(flagged.sum()),
        answers_to_change_grade(instrument, matrix),
    )


def answers_to_change_grade(instrument: Instrument, matrix: Integers) -> int | None:
    """How few answers, if taken away, give another grade; None where half would not do.

    Takes away those that hold the index up most, or down most, one direction at a time. Without
    blanks no smaller set exists; with blanks it is an upper bound, since who holds up most
    changes as answers go.
    """
    before = compute_index(tally_matrix(instrument, matrix), instrument)
    if before.band is None:
        return None
    order = np.argsort(_pull(instrument, matrix), kind="stable")
    found = [_fewest(instrument, matrix, way, before.band.grade) for way in (order, order[::-1])]
    return min((count for count in found if count is not None), default=None)


def _fewest(
    instrument: Instrument, matrix: Integers, order: NDArray[np.int64], grade: str
) -> int | None:
    def changes(count: int) -> bool:
        kept = np.delete(matrix, order[:count], axis=0)
        band = compute_index(tally_matrix(instrument, kept), instrument).band
        return band is not None and band.grade != grade

    low, high = 0, len(matrix) // 2
    if high < 1 or not changes(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if changes(middle) else (middle, high)
    return high


def _pull(instrument: Instrument, matrix: Integers) -> NDArray[np.float64]:
    """How far each respondent pulls the index: sum_q w_q (x_iq - m_q) / N_q over answered items."""
    answered = matrix != BLANK
    counts = np.maximum(answered.sum(axis=0), 1)
    means = np.where(answered, matrix, 0).sum(axis=0) / counts
    weights = np.array([float(instrument.weight(code)) for code in instrument.codes])
    return np.asarray((np.where(answered, matrix - means, 0.0) * (weights / counts)).sum(axis=1))
