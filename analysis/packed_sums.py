"""Many small sums in one: the sums of a tally packed into few 64-bit aggregates.

One product of packed answers, summed, holds four sums of a pair of items side by side, each in
bits of its own. That holds for groups of up to `limit` rows; the caller counts them. The
expressions are plain SQL that DuckDB and Spark both accept.
"""

from dataclasses import dataclass

import numpy as np

from analysis.answers import Integers
from analysis.tally import Tally
from instruments.model import Instrument

BITS = 62  # of a signed 64-bit integer, with one to spare


@dataclass(frozen=True)
class Packing:
    """Bits for a count of rows, for a sum of answers, and for a sum of products of answers.

    With p bits for products and s for sums, a packed pair of items i and k is
    (x_i + 2^p r_i) (x_k + 2^(p+s) r_k) = x_i x_k + 2^p r_i x_k + 2^(p+s) x_i r_k
    + 2^(2p+s) r_i r_k.
    """

    count: int
    sum: int
    product: int
    levels: tuple[int, ...]

    @classmethod
    def of(cls, instrument: Instrument) -> "Packing | None":
        """The packing for the largest groups; None where a scale does not lend itself."""
        levels, top = instrument.scale.values, instrument.scale.maximum
        if instrument.scale.minimum < 0:
            return None
        for count in range(20, 7, -1):
            most = (1 << count) - 1
            packing = cls(count, (top * most).bit_length(), (top * top * most).bit_length(), levels)
            if packing.width <= BITS:
                return packing
        return None

    @property
    def limit(self) -> int:
        """Rows that a group may have."""
        return (1 << self.count) - 1

    @property
    def width(self) -> int:
        """Bits of a packed pair: products, sums of one, then (past its own room) of both."""
        return 2 * self.product + self.sum + self.count

    @property
    def chunks(self) -> list[tuple[int, ...]]:
        """Levels whose counts fit side by side in one aggregate."""
        size = BITS // self.count
        return [self.levels[at : at + size] for at in range(0, len(self.levels), size)]

    def columns(self, q: int) -> list[str]:
        """What each row holds of item q, from its answer x (null where blank)."""
        first, second = 1 << self.product, 1 << (self.product + self.sum)
        counts = []
        for n, chunk in enumerate(self.chunks):
            whens = (f"WHEN {v} THEN {1 << (self.count * i)}" for i, v in enumerate(chunk))
            counts.append(f"CASE x{q} {' '.join(whens)} ELSE 0 END AS v{q}_{n}")
        return [
            f"COALESCE(CAST(x{q} AS BIGINT) + {first}, 0) AS y{q}",
            f"COALESCE(CAST(x{q} AS BIGINT) + {second}, 0) AS z{q}",
            *counts,
        ]

    def aggregates(self, size: int) -> list[str]:
        """The sums of `size` items: counts of levels, then every pair."""
        places = [(q, n) for q in range(size) for n in range(len(self.chunks))]
        sums = [f"SUM(CAST(v{q}_{n} AS BIGINT))" for q, n in places]
        sums += [f"SUM(y{i} * z{k})" for i, k in pairs(size)]
        # Engines widen a sum of 64-bit integers; within the limit it needs no more.
        return [f"CAST({one} AS BIGINT)" for one in sums]

    def unpack(self, n: Integers, sums: Integers, instrument: Instrument) -> list[Tally]:
        """The tally of each group from its respondents and its row of `aggregates`."""
        size, levels = len(instrument.codes), np.array(self.levels, dtype=np.int64)
        counts = self._level_counts(sums[:, : size * len(self.chunks)], size)
        shape = (len(sums), size, size)
        answered, totals, products = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        own = np.arange(size)
        answered[:, own, own] = counts.sum(axis=2)
        totals[:, own, own] = counts @ levels
        products[:, own, own] = counts @ levels**2
        for (i, k), packed in zip(pairs(size), sums[:, size * len(self.chunks) :].T, strict=True):
            answered[:, i, k] = answered[:, k, i] = packed >> (2 * self.product + self.sum)
            totals[:, k, i] = _bits(packed, self.product, self.sum)
            totals[:, i, k] = _bits(packed, self.product + self.sum, self.product)
            products[:, i, k] = products[:, k, i] = _bits(packed, 0, self.product)
        parts = zip(n.tolist(), answered, totals, products, counts, strict=True)
        return [Tally(instrument.codes, self.levels, *part) for part in parts]

    def _level_counts(self, packed: Integers, size: int) -> Integers:
        """Counts (groups, items, levels) of the first aggregates."""
        columns = [
            _bits(packed[:, q * len(self.chunks) + n], self.count * place, self.count)
            for q in range(size)
            for n, chunk in enumerate(self.chunks)
            for place in range(len(chunk))
        ]
        return np.stack(columns, axis=1).reshape(len(packed), size, len(self.levels))


def _bits(packed: Integers, start: int, width: int) -> Integers:
    return (packed >> start) & ((1 << width) - 1)


def pairs(size: int) -> list[tuple[int, int]]:
    """Pairs of items in the order that aggregates have."""
    return [(i, k) for i in range(size) for k in range(i + 1, size)]
