"""The exact additive summary of a set of responses, from which everything else follows.

Tallies add: services to a unit, weeks to a quarter, machines to a cluster. Nothing here
divides, so nothing is ever an average of averages.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

import analysis.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError
from instruments.model import Instrument, UnknownItemError

if TYPE_CHECKING:
    import pandas as pd

Integers = NDArray[np.int64]
BLANK = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Tally:
    """Integer sums over respondents i, with r = 1 where an item was answered and x the answer.

    n         respondents
    answered  (items, items)   sum of r_q r_k: how many answered both
    sums      (items, items)   sum of x_q r_k: total of q among those who answered k too
    products  (items, items)   sum of x_q x_k
    counts    (items, levels)  answers at each level of the scale
    """

    items: tuple[str, ...]
    levels: tuple[int, ...]
    n: int
    answered: Integers = field(repr=False)
    sums: Integers = field(repr=False)
    products: Integers = field(repr=False)
    counts: Integers = field(repr=False)

    @classmethod
    def empty(cls, items: Sequence[str], levels: Sequence[int]) -> Self:
        """The tally of nobody: the zero of addition."""
        q = len(items)
        square = np.zeros((q, q), dtype=np.int64)
        counts = np.zeros((q, len(levels)), dtype=np.int64)
        return cls(tuple(items), tuple(levels), 0, square, square, square, counts)

    def __add__(self, other: "Tally | int") -> "Tally":
        """Tally of two disjoint sets. Raises SurveyError for different items or scales."""
        if isinstance(other, int):
            return self  # sum() starts from 0
        if (self.items, self.levels) != (other.items, other.levels):
            raise SurveyError("tally-mismatch")
        return Tally(
            self.items,
            self.levels,
            self.n + other.n,
            self.answered + other.answered,
            self.sums + other.sums,
            self.products + other.products,
            self.counts + other.counts,
        )

    __radd__ = __add__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.items, self.levels, self.n, self.products.tobytes()))

    def position(self, item: str) -> int:
        """Row of an item in the arrays. Raises UnknownItemError."""
        if item not in self.items:
            raise UnknownItemError("item-unknown", name=item, instrument="tally")
        return self.items.index(item)

    def answered_by(self, item: str) -> int:
        """How many answered an item."""
        q = self.position(item)
        return int(self.answered[q, q])

    def total(self, item: str) -> int:
        """Sum of the answers to an item."""
        q = self.position(item)
        return int(self.sums[q, q])

    def mean(self, item: str) -> Fraction | None:
        """Mean answer (NRR unsur), exact; None where nobody answered.

        Divides by those who answered the item (PermenPANRB 14/2017 Bab V.B).
        """
        answered = self.answered_by(item)
        return Fraction(self.total(item), answered) if answered else None

    def level_counts(self, item: str) -> dict[int, int]:
        """How many gave each answer to an item."""
        row = self.counts[self.position(item)]
        return {level: int(count) for level, count in zip(self.levels, row, strict=True)}

    def to_dict(self) -> dict[str, Any]:
        """Plain integers for JSON; `from_dict` reads them back exactly."""
        return {
            "items": list(self.items),
            "levels": list(self.levels),
            "n": self.n,
            "answered": self.answered.tolist(),
            "sums": self.sums.tolist(),
            "products": self.products.tolist(),
            "counts": self.counts.tolist(),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The tally of `to_dict`."""
        arrays = (content[name] for name in ("answered", "sums", "products", "counts"))
        answered, sums, products, counts = (np.array(array, dtype=np.int64) for array in arrays)
        names, levels = tuple(content["items"]), tuple(content["levels"])
        return cls(names, levels, int(content["n"]), answered, sums, products, counts)


def tally_matrix(instrument: Instrument, matrix: Integers) -> Tally:
    """Tally of a (respondents, items) array in `instrument.codes` order, BLANK unanswered.

    The answers must lie on the scale already; respondents who answered nothing do not count.
    """
    matrix = matrix[(matrix != BLANK).any(axis=1)]
    answered = (matrix != BLANK).astype(np.int64)
    values = np.where(answered == 1, matrix, 0)
    levels = instrument.scale.values
    return Tally(
        instrument.codes,
        levels,
        len(matrix),
        answered.T @ answered,
        values.T @ answered,
        values.T @ values,
        np.stack([(matrix == level).sum(axis=0) for level in levels], axis=1).astype(np.int64),
    )


def tally_answers(instrument: Instrument, answers: Iterable[Mapping[str, int | None]]) -> Tally:
    """Tally of responses given as item code to answer (None or absent: blank)."""
    rows = [[_or_blank(response.get(code)) for code in instrument.codes] for response in answers]
    shape = (len(rows), len(instrument.codes))
    return tally_matrix(instrument, np.array(rows, dtype=np.int64).reshape(shape))


def _or_blank(answer: int | None) -> int:
    return BLANK if answer is None else answer


def tally(frame: "pd.DataFrame", instrument: Instrument) -> Tally:
    """Tally of a frame of checked answers, one row a respondent, item codes as columns."""
    return tally_matrix(instrument, answer_matrix(frame, instrument))


def tally_by(
    frame: "pd.DataFrame", instrument: Instrument, by: Sequence[str]
) -> dict[tuple[Hashable, ...], Tally]:
    """Tallies of the groups that the columns `by` make, sorted; blanks group as ''."""
    keys = frame[list(by)].fillna("")
    groups = keys.groupby(list(by), sort=True, observed=True).indices
    matrix = answer_matrix(frame, instrument)
    return {
        key if isinstance(key, tuple) else (key,): tally_matrix(instrument, matrix[rows])
        for key, rows in groups.items()
    }


def answer_matrix(frame: "pd.DataFrame", instrument: Instrument) -> Integers:
    """The frame's answers as integers in `instrument.codes` order, BLANK for missing."""
    values = frame[list(instrument.codes)].to_numpy(dtype="float64", na_value=np.nan)
    return np.where(np.isnan(values), BLANK, np.nan_to_num(values)).astype(np.int64)
