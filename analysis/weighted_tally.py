"""The additive summary of respondents who carry weights of their own.

Means need sums weighted by w, variances (`analysis.inference`) sums weighted by w squared, so
both are kept. Like the integer `Tally` it adds over disjoint sets; the sums are doubles.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from analysis.answers import BLANK, Integers, answer_matrix, named
from analysis.responses import require_columns
from analysis.tally import Tally, rows_by
from instruments.errors import SurveyError, Where
from instruments.model import Instrument, UnknownItemError

if TYPE_CHECKING:
    import pandas as pd

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WeightedTally:
    """Sums over respondents i with weight w, r = 1 where an item was answered, x the answer.

    n, weight, weight2            respondents, sum of w, sum of w squared
    answered, sums, products      (items, items) as in `Tally`, each respondent counting w
    counts                        (items, levels), each respondent counting w
    respondents                   (items, levels), each respondent counting one
    answered2 … counts2           the same with w squared
    """

    items: tuple[str, ...]
    levels: tuple[int, ...]
    n: int
    weight: float
    weight2: float
    answered: Doubles = field(repr=False)
    sums: Doubles = field(repr=False)
    products: Doubles = field(repr=False)
    counts: Doubles = field(repr=False)
    answered2: Doubles = field(repr=False)
    sums2: Doubles = field(repr=False)
    products2: Doubles = field(repr=False)
    counts2: Doubles = field(repr=False)
    respondents: Integers = field(repr=False)

    @classmethod
    def of(cls, tally: Tally, weight: float = 1.0) -> Self:
        """A tally in which everybody has the same weight. Raises SurveyError for a bad one."""
        if not (np.isfinite(weight) and weight > 0):
            raise SurveyError("weight-invalid", value=weight)
        moments = (tally.answered, tally.sums, tally.products, tally.counts)
        sums: list[Any] = [tally.n, tally.n * weight, tally.n * weight**2]
        sums += [w * part.astype(float) for w in (weight, weight**2) for part in moments]
        sums.append(tally.counts)
        return cls(tally.items, tally.levels, *sums)

    def __add__(self, other: "WeightedTally | int") -> "WeightedTally":
        """Tally of two disjoint sets. Raises SurveyError for different items or scales."""
        if isinstance(other, int):
            return self  # sum() starts from 0
        if (self.items, self.levels) != (other.items, other.levels):
            raise SurveyError("tally-mismatch")
        values = {name: getattr(self, name) + getattr(other, name) for name in SUMS}
        return WeightedTally(self.items, self.levels, **values)

    __radd__ = __add__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WeightedTally) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.items, self.levels, self.n, self.products.tobytes()))

    def answered_by(self, item: str) -> int:
        """How many answered an item, whatever they weigh. Raises UnknownItemError."""
        return int(self.respondents[self.position(item)].sum())

    def position(self, item: str) -> int:
        """Row of an item in the arrays. Raises UnknownItemError."""
        if item not in self.items:
            raise UnknownItemError("item-unknown", name=item, instrument="tally")
        return self.items.index(item)

    def mean(self, item: str) -> float | None:
        """Weighted mean answer to an item over those who answered it; None where nobody did.

        Raises UnknownItemError.
        """
        q = self.position(item)
        return float(self.sums[q, q] / self.answered[q, q]) if self.answered[q, q] else None

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers for JSON; `from_dict` reads them back exactly."""
        values = {name: getattr(self, name) for name in SUMS}
        plain = {name: v.tolist() if name in ARRAYS else v for name, v in values.items()}
        return {"items": list(self.items), "levels": list(self.levels), **plain}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The tally of `to_dict`."""
        values: dict[str, Any] = {name: content[name] for name in SUMS}
        kinds = {name: np.int64 if name == "respondents" else np.float64 for name in ARRAYS}
        values |= {name: np.array(values[name], dtype=kinds[name]) for name in ARRAYS}
        return cls(tuple(content["items"]), tuple(content["levels"]), **values)


ARRAYS = tuple(one.name for one in fields(WeightedTally) if not one.repr)
SUMS = ("n", "weight", "weight2", *ARRAYS)


@overload
def weighted_tally(
    frame: "pd.DataFrame",
    instrument: Instrument,
    weights: str | Sequence[float],
    by: None = None,
) -> WeightedTally: ...


@overload
def weighted_tally(
    frame: "pd.DataFrame",
    instrument: Instrument,
    weights: str | Sequence[float],
    by: str | Sequence[str],
) -> dict[tuple[Hashable, ...], WeightedTally]: ...


def weighted_tally(
    frame: "pd.DataFrame",
    instrument: Instrument,
    weights: str | Sequence[float],
    by: str | Sequence[str] | None = None,
) -> WeightedTally | dict[tuple[Hashable, ...], WeightedTally]:
    """Tally of a frame whose respondents carry weights: a column's name, or one for each row.

    With `by` the tally of each group, as in `analysis.tally.tally`. Raises SurveyError naming
    the rows of weights that are not positive numbers, and all that `tally` raises.
    """
    matrix = answer_matrix(frame, instrument)
    numbers = _checked_weights(frame, weights)
    if by is None:
        return _tally_weighted(instrument, matrix, numbers)
    groups = rows_by(frame, [by] if isinstance(by, str) else by)
    return {
        key: _tally_weighted(instrument, matrix[rows], numbers[rows])
        for key, rows in groups.items()
    }


def _checked_weights(frame: "pd.DataFrame", weights: str | Sequence[float]) -> Doubles:
    import pandas as pd

    if isinstance(weights, str):
        require_columns(map(str, frame.columns), [weights])
        given = list(frame[weights])
    else:
        given = list(weights)
    if len(given) != len(frame):
        raise SurveyError("lists-differ", lengths=f"{len(frame)}, {len(given)}")
    numbers = np.asarray(pd.to_numeric(pd.Series(given, dtype=object), errors="coerce"), float)
    wrong = np.flatnonzero(~(np.isfinite(numbers) & (numbers > 0)))
    if wrong.size:
        where = Where(field=weights) if isinstance(weights, str) else None
        rows, value = named(list(frame.index), wrong), given[int(wrong[0])]
        raise SurveyError("weights-invalid", where=where, rows=rows, value=value)
    return numbers


def _tally_weighted(instrument: Instrument, matrix: Integers, weights: Doubles) -> WeightedTally:
    is_used = (matrix != BLANK).any(axis=1)
    matrix, weights = matrix[is_used], weights[is_used]
    answered = (matrix != BLANK).astype(float)
    values = np.where(matrix != BLANK, matrix, 0).astype(float)
    levels = instrument.scale.values
    given = np.stack([matrix == level for level in levels], axis=2).astype(float)
    squares = weights**2
    sums: list[Any] = [len(matrix), float(weights.sum()), float(squares.sum())]
    for w in (weights, squares):
        sums += [(answered * w[:, None]).T @ answered, (values * w[:, None]).T @ answered]
        sums += [(values * w[:, None]).T @ values, np.tensordot(w, given, axes=1)]
    sums.append(given.sum(axis=0).astype(np.int64))
    return WeightedTally(instrument.codes, levels, *sums)
