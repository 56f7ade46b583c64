"""Sums of packed forms by group, as fast as sorting and multiplying go.

Of some rows at a time the steps s and r (1 where answered) are laid out as rows of a matrix of
floats, whose product with itself holds every pair's sums: r r', s r' and s s'. The products are
of some hundred rows each, many in one call, which then neither waits for Python nor lets BLAS
start threads of its own. Where nothing is blank one row says so for all items: half the work.
Floats are exact: no sum passes 2^24 within a block.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from analysis.answers import Integers

BLOCK = 48 << 10  # rows laid out at a time: enough for a call, few enough for the cache
CHUNKS = range(64, 513, 64)  # rows in one product
CALL = 64  # what a product costs besides its rows, in rows
GROUPS = 100_000  # the sums of more would not fit beside the forms
PARTIAL = 1 << 62  # marks a form with a blank: such forms sort behind all others
WORKERS = 2
SAMPLE = 100_000  # forms that tell how many have blanks


class UnsuitedError(Exception):
    """The file holds something else than whole numbers of the scale under few, plain keys."""


@dataclass(frozen=True)
class Layout:
    """Where a form's answers stand: `items` steps from the lowest bits up, 0 to `levels` each.

    `marks` rows say who answered: one for each item, or one for all where nothing is blank.
    """

    items: int
    levels: int
    marks: int

    @property
    def bits(self) -> int:
        """Bits for one answer."""
        return self.levels.bit_length()

    @property
    def width(self) -> int:
        """Bits for all answers; the group's key stands above them."""
        return self.bits * self.items

    @property
    def whole(self) -> "Layout":
        """The layout of forms without blanks."""
        return replace(self, marks=1)

    @property
    def is_exact(self) -> bool:
        """Whether a block's sums of products are exact in single precision."""
        return self.levels**2 * BLOCK < 1 << 24


@dataclass(frozen=True)
class Sums:
    """By group: keys and respondents (g,), sums of r r', s r', s s' (g, q, q), counts (g, q, l)."""

    keys: Integers
    respondents: Integers
    both: Integers
    steps: Integers
    products: Integers
    counts: Integers


PARTS = ("respondents", "both", "steps", "products", "counts")


def sum_forms(forms: Integers, layout: Layout) -> Sums:
    """The sums of each group of one packed form or more, which are put in order where they are.

    Raises UnsuitedError for a form that is negative, and for more groups than memory is for.
    """
    edges = _edges(forms)
    forms.partition(edges)
    shares = [share for share in np.split(forms, edges) if len(share)]
    with ThreadPoolExecutor(len(shares)) as pool:
        return reduce(add, pool.map(lambda share: _sum_share(share, layout), shares))


def _edges(forms: Integers) -> list[int]:
    """Where sorted forms part into shares of as much work; a form with blanks makes twice it."""
    workers, some = min(WORKERS, os.cpu_count() or 1), forms[:: 1 + len(forms) // SAMPLE]
    partial = len(forms) * int(np.count_nonzero(some >= PARTIAL)) // len(some)
    whole, work = len(forms) - partial, len(forms) + partial
    done = [work * at // workers for at in range(1, workers)]
    return [min(one, whole) + max(0, one - whole) // 2 for one in done]


def _sum_share(own: Integers, layout: Layout) -> Sums:
    """The sums of the groups of some forms, those with blanks apart from the others."""
    own.sort()
    if own[0] < 0:
        raise UnsuitedError
    whole, partial = np.split(own, [np.searchsorted(own, PARTIAL)])
    partial -= PARTIAL
    parts = [(whole, layout.whole), (partial, layout)]
    return reduce(add, (_sum_sorted(forms, own) for forms, own in parts if len(forms)))


def _sum_sorted(own: Integers, layout: Layout) -> Sums:
    """The sums of the groups of some sorted forms. Raises UnsuitedError for too many of them."""
    starts = _few(_segments(own, layout.width))
    lengths = np.diff(np.append(starts, len(own)))
    bench = Bench(layout, _chunk(lengths))
    rows = layout.items + layout.marks
    products = np.zeros((len(starts), rows, rows), dtype=np.float32)
    counts = np.zeros((len(starts), layout.items, layout.levels), dtype=np.int64)
    ends = np.cumsum(-(-lengths // bench.chunk))
    at = done = 0
    while at < len(starts):
        until = int(np.searchsorted(ends, done + bench.most, "right"))
        block, done = slice(at, until), ends[until - 1]
        forms = own[starts[at] : starts[until - 1] + lengths[until - 1]]
        bench.sum_block(forms, lengths[block], products[block], counts[block])
        at = until
    return _by_group(own, layout, starts, products, counts)


def _chunk(lengths: Integers) -> int:
    """The rows of one product that suit segments of such lengths, blanks behind each counted."""
    return min(CHUNKS, key=lambda rows: int((-(-lengths // rows)).sum()) * (rows + CALL))


class Bench:
    """Where a block is laid out, kept for the next one: memory fresh from the system is slow."""

    def __init__(self, layout: Layout, chunk: int) -> None:
        self.layout, self.chunk = layout, chunk
        self.most = most = -(-BLOCK // chunk)
        items, rows = layout.items, layout.items + layout.marks
        self._kind = np.int32 if layout.width < 32 else np.int64
        self._shifts = (layout.bits * np.arange(items, dtype=self._kind))[:, None, None]
        self._answers = np.empty((most, chunk), dtype=self._kind)
        self._shifted = np.empty((items, most, chunk), dtype=self._kind)
        self._steps = np.empty((items, most, chunk), dtype=np.uint8)
        self._matrix = np.empty((rows, most, chunk), dtype=np.float32)
        self._products = np.empty((most, rows, rows), dtype=np.float32)

    def sum_block(
        self, forms: Integers, lengths: Integers, products: NDArray[np.float32], counts: Integers
    ) -> None:
        """Fill in the products of some segments, and the counts of their levels above the third."""
        heads, used = self._lay(forms, lengths)
        items, marks = self.layout.items, self.layout.marks
        steps, matrix = self._steps[:, :used], self._matrix[:, :used]
        matrix[:items] = steps
        matrix[items:] = steps[:marks] > 0
        for level in range(4, self.layout.levels + 1):
            words = np.packbits(steps == level, axis=2).view(np.uint64)
            found = np.bitwise_count(words).sum(axis=2, dtype=np.int64)
            counts[:, :, level - 1] = np.add.reduceat(found, heads, axis=1).T
        chunks, each = matrix.transpose(1, 0, 2), self._products[:used]
        np.matmul(chunks, chunks.transpose(0, 2, 1), out=each)
        np.add.reduceat(each, heads, axis=0, out=products)

    def _lay(self, forms: Integers, lengths: Integers) -> tuple[Integers, int]:
        """Lay out the steps of segments, blanks behind each; the chunk that each starts with."""
        chunks = -(-lengths // self.chunk)
        heads, used = np.cumsum(chunks) - chunks, int(chunks.sum())
        filled = np.full(used, self.chunk)
        filled[heads + chunks - 1] = lengths - (chunks - 1) * self.chunk
        answers, shifted = self._answers[:used], self._shifted[:, :used]
        answers.fill(0)
        answers[np.arange(self.chunk) < filled[:, None]] = forms & ((1 << self.layout.width) - 1)
        np.right_shift(answers, self._shifts, out=shifted)
        steps = self._steps[:, :used]
        steps[:] = shifted
        steps &= np.uint8((1 << self.layout.bits) - 1)
        return heads, used


def _segments(own: Integers, width: int) -> Integers:
    """Where segments start: at each group, and within a long one every BLOCK rows."""
    starts = _heads(own, width)
    pieces = -(-np.diff(np.append(starts, len(own))) // BLOCK)
    before = np.repeat(np.cumsum(pieces) - pieces, pieces)
    return np.asarray(np.repeat(starts, pieces) + BLOCK * (np.arange(pieces.sum()) - before))


def _heads(own: Integers, width: int) -> Integers:
    """Where each number that stands above `width` bits of sorted ones is first."""
    heads = [np.zeros(1, dtype=np.int64)]
    for at in range(0, len(own) - 1, BLOCK):
        groups = own[at : at + BLOCK + 1] >> width
        heads.append(np.flatnonzero(groups[1:] != groups[:-1]) + (at + 1))
    return np.concatenate(heads)


def _by_group(
    own: Integers,
    layout: Layout,
    starts: Integers,
    products: NDArray[np.float32],
    counts: Integers,
) -> Sums:
    """Segments added up by group, the counts of the lowest three levels, and respondents."""
    keys = own[starts] >> layout.width
    heads = _heads(keys, 0)
    # A blank form sorts first in its group.
    first = starts[heads]
    blank = np.searchsorted(own, (keys[heads] << layout.width) + 1) - first
    respondents = np.diff(np.append(first, len(own))) - blank
    summed, levels = products.astype(np.int64), counts
    if len(heads) < len(starts):
        summed, levels = (np.add.reduceat(parts, heads, axis=0) for parts in (summed, levels))
    steps = np.arange(layout.items)
    answered = layout.items + steps % layout.marks
    both, totals, squares = (
        summed[:, one[:, None], other]
        for one, other in ((answered, answered), (steps, answered), (steps, steps))
    )
    _count_lowest(both, totals, squares, levels)
    return Sums(keys[heads], respondents, both, totals, squares, levels)


def _few(groups: Integers) -> Integers:
    if len(groups) > GROUPS:
        raise UnsuitedError
    return groups


def _count_lowest(both: Integers, steps: Integers, products: Integers, counts: Integers) -> None:
    """Fill in how many took steps 1, 2 and 3: those left of r, s and s^2 tell all three."""
    own, top = np.arange(both.shape[1]), counts.shape[2]
    left = [part[:, own, own] for part in (both, steps, products)]
    above = np.arange(4, top + 1)
    r, s, squares = (one - counts[:, :, 3:] @ above**power for power, one in enumerate(left))
    lowest = [
        (squares - 5 * s + 6 * r) // 2,
        4 * s - squares - 3 * r,
        (squares - 3 * s + 2 * r) // 2,
    ]
    for at, count in enumerate(lowest[:top]):
        counts[:, :, at] = count


def add(one: Sums, other: Sums) -> Sums:
    """The sums of disjoint rows added up by group, which uses up both.

    Raises UnsuitedError for too many groups.
    """
    keys = _few(np.union1d(one.keys, other.keys))
    less, more = (one, other) if len(one.keys) < len(other.keys) else (other, one)
    total = _with_room(more, keys)
    places = _places(keys, less.keys)
    for name in PARTS:
        getattr(total, name)[places] += getattr(less, name)
    return total


def _with_room(sums: Sums, keys: Integers) -> Sums:
    """The same sums with a place for each of some more groups."""
    if len(keys) == len(sums.keys):
        return sums
    places, spread = _places(keys, sums.keys), []
    for name in PARTS:
        part = getattr(sums, name)
        spread.append(np.zeros((len(keys), *part.shape[1:]), dtype=np.int64))
        spread[-1][places] = part
    return Sums(keys, *spread)


def _places(keys: Integers, some: Integers) -> Integers | slice:
    """Where some of the keys stand: a slice where they are neighbours, for that is quicker."""
    places = np.searchsorted(keys, some)
    first, last = int(places[0]), int(places[-1]) + 1
    return slice(first, last) if last - first == len(some) else np.asarray(places)
