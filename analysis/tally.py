"""The exact additive summary of a set of responses, from which everything else follows.

Tallies add: services to a unit, weeks to a quarter, machines to a cluster. Nothing here
divides, so nothing is ever an average of averages.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from analysis.answers import BLANK, Integers, answer_matrix, matrix_of
from analysis.responses import require_columns
from instruments.errors import SurveyError
from instruments.model import Instrument, UnknownItemError

if TYPE_CHECKING:
    import pandas as pd


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
    """Tally of responses given as item code to answer (None or absent: blank).

    Raises UnknownItemError for a code of another instrument, SurveyErrors for answers that are
    no whole number of the scale.
    """
    return tally_matrix(instrument, matrix_of(instrument, answers))


@overload
def tally(frame: "pd.DataFrame", instrument: Instrument, by: None = None) -> Tally: ...


@overload
def tally(
    frame: "pd.DataFrame", instrument: Instrument, by: str | Sequence[str]
) -> dict[tuple[Hashable, ...], Tally]: ...


def tally(
    frame: "pd.DataFrame", instrument: Instrument, by: str | Sequence[str] | None = None
) -> Tally | dict[tuple[Hashable, ...], Tally]:
    """Tally of a frame, one row a respondent, or with `by` of each group of its rows.

    Columns are item codes or U1…/P1…; NaN, NA, None and empty text are blank. Raises
    SurveyErrors naming column and rows of answers that are no whole number of the scale, and
    columns that are not there.

    >>> import instruments, pandas as pd
    >>> spak = instruments.load("spak-2023")
    >>> rows = {code: [6, 5, None] for code in spak.codes} | {"loket": ["A", "A", "B"]}
    >>> tally(pd.DataFrame(rows), spak)
    Tally(items=('diskriminasi', 'kecurangan', 'imbalan', 'pungli', 'percaloan'), \
levels=(1, 2, 3, 4, 5, 6), n=2)
    >>> {key: part.n for key, part in tally(pd.DataFrame(rows), spak, by="loket").items()}
    {('A',): 2, ('B',): 0}
    """
    if by is None:
        return tally_matrix(instrument, answer_matrix(frame, instrument))
    return tally_by(frame, instrument, [by] if isinstance(by, str) else by)


def tally_by(
    frame: "pd.DataFrame", instrument: Instrument, by: Sequence[str]
) -> dict[tuple[Hashable, ...], Tally]:
    """Tallies of the groups that the columns `by` make, sorted; blanks group as ''."""
    matrix = answer_matrix(frame, instrument)
    return {key: tally_matrix(instrument, matrix[rows]) for key, rows in rows_by(frame, by).items()}


def rows_by(
    frame: "pd.DataFrame", by: Sequence[str]
) -> dict[tuple[Hashable, ...], NDArray[np.intp]]:
    """Positions of the rows of each group, sorted by key; a blank is the key ''.

    Raises SurveyErrors for columns that the frame does not have.
    """
    require_columns(map(str, frame.columns), by)
    keys = frame[list(by)].astype(object)
    groups = keys.where(keys.notna(), "").groupby(list(by), sort=True).indices
    return {key if isinstance(key, tuple) else (key,): rows for key, rows in groups.items()}
