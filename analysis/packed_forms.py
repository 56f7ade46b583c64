"""The tally of a Parquet file of whole numbers, as fast as sorting and multiplying go.

Each form becomes one integer, its group above its answers, each as its step on the scale (1 for
the lowest level, 0 for a blank). Sorting brings every group together. Of some rows at a time the
steps s and r (1 where answered) are laid out as rows of a matrix of floats, whose product with
itself holds every pair's sums: r r', s r' and s s'. Floats are exact there: a product sums at
most SEGMENT rows, so that no sum passes 2^24.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.answers import Integers
from analysis.tally import Tally
from instruments.model import Instrument

HELD = 6_000_000  # rows that a worker holds at a time, 8 bytes each and as much again to join them
BATCH = 1 << 17  # rows read at a time
BLOCK = 24_000  # rows laid out at a time: their matrix stays in a processor's own cache
SEGMENT = 800  # rows in one product; above it BLAS would start threads of its own
GROUPS = 100_000  # the sums of more would not fit beside the forms
WORD = 63  # bits of a signed 64-bit integer without its sign
WORKERS = 2


class UnsuitedError(Exception):
    """The file holds something else than whole numbers of the scale under few, plain keys."""


@dataclass(frozen=True)
class Sums:
    """Rows read; by group: key (g,), respondents (g,), products (g, 2q, 2q), counts (g, q, l)."""

    rows: int
    keys: Integers
    respondents: Integers
    products: Integers
    counts: Integers


class Key:
    """One column that groups rows, as numbers of `bits` bits; 0 stands for a blank."""

    def __init__(self, name: str, kind: Any, room: int) -> None:
        from pyarrow import types

        self.name, self.texts, self._lock = name, [""], Lock()
        self._places: dict[Any, int] = {None: 0}
        self.base: int | None = None
        if types.is_integer(kind) and kind.bit_width <= 16:
            signed = types.is_signed_integer(kind)
            self.base = 1 + ((1 << (kind.bit_width - 1)) if signed else 0)
            self.bits = kind.bit_width + 1
        elif types.is_integer(kind) or types.is_string(kind) or types.is_large_string(kind):
            self.bits = room
        else:
            raise UnsuitedError

    def encode(self, column: Any) -> Integers:
        """The numbers of a batch's keys. Raises UnsuitedError for more keys than bits."""
        if self.base is not None:
            blank = column.is_null().to_numpy(zero_copy_only=False) if column.null_count else None
            codes: Integers = column.fill_null(0).to_numpy().astype(np.int64) + self.base
            return codes if blank is None else np.where(blank, 0, codes)
        encoded = column.dictionary_encode()
        with self._lock:
            places = [self._place(value) for value in encoded.dictionary.to_pylist()]
        indices = encoded.indices.fill_null(len(places)).to_numpy()
        return np.asarray(np.array([*places, 0], dtype=np.int64)[indices])

    def _place(self, value: Any) -> int:
        if value not in self._places:
            self._places[value] = len(self.texts)
            self.texts.append(str(value))
            if len(self.texts) >> self.bits:
                raise UnsuitedError
        return self._places[value]

    def text(self, code: int) -> str:
        """A key as text; a blank is empty."""
        if self.base is None:
            return self.texts[code]
        return str(code - self.base) if code else ""


@dataclass(frozen=True)
class Form:
    """How a form is packed: answers from the lowest bits up, then the keys, the last one lowest."""

    columns: tuple[str, ...]
    low: int
    levels: int
    keys: tuple[Key, ...]

    @property
    def bits(self) -> int:
        """Bits for one answer."""
        return self.levels.bit_length()

    @property
    def width(self) -> int:
        """Bits for all answers."""
        return self.bits * len(self.columns)

    def pack(self, batch: Any) -> Integers:
        """One integer for each row of a batch. Raises UnsuitedError for an answer off the scale."""
        steps = [self._steps(batch.column(name)) for name in self.columns]
        forms = np.zeros(batch.num_rows, dtype=np.int64)
        for key in self.keys:
            forms <<= key.bits
            forms |= key.encode(batch.column(key.name))
        # Bytes are joined first: eight times as many fit a processor's register.
        each = 8 // self.bits
        for at in reversed(range(0, len(steps), each)):
            joined = steps[at]
            for place, more in enumerate(steps[at + 1 : at + each], 1):
                joined = joined | (more << np.uint8(self.bits * place))
            forms <<= self.bits * len(steps[at : at + each])
            forms |= joined
        return forms

    def _steps(self, column: Any) -> NDArray[np.uint8]:
        values = column.fill_null(self.low - 1).to_numpy()
        if values.dtype.itemsize > 1 or self.low != 1:
            if values.min() < self.low - 1 or values.max() > self.low - 1 + self.levels:
                raise UnsuitedError
            values = values.astype(np.int64) - (self.low - 1)
        steps: NDArray[np.uint8] = values.astype(np.uint8, copy=False)
        blanks = len(steps) - np.count_nonzero(steps)
        if blanks != column.null_count or steps.max(initial=0) > self.levels:
            raise UnsuitedError
        return steps


def tally_parquet(
    path: Path, instrument: Instrument, columns: dict[str, str], by: Sequence[str] = ()
) -> tuple[int, dict[tuple[str, ...], Tally]]:
    """Rows read and the tally of each group, sorted by key; `columns` names each item's column.

    Raises UnsuitedError for a file whose answers are no whole numbers of the scale, or whose
    keys are neither whole numbers nor text: such a file takes the slower road.
    """
    from pyarrow import parquet

    with parquet.ParquetFile(path, memory_map=True) as file:
        form = _form(file.schema_arrow, instrument, columns, by)
        workers = min(WORKERS, os.cpu_count() or 1)
        groups = range(file.metadata.num_row_groups)
        shares = _shares([file.metadata.row_group(at).num_rows for at in groups], workers)
    if not shares:
        return 0, {}
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(lambda share: _sum_share(path, form, share), shares)
        sums = reduce(_added, found)
    return sums.rows, _tallies(sums, form, instrument)


def _form(schema: Any, instrument: Instrument, columns: dict[str, str], by: Sequence[str]) -> Form:
    """How the file's forms are packed. Raises UnsuitedError where they do not fit one integer."""
    from pyarrow import types

    scale = instrument.scale
    levels, names = len(scale.values), tuple(columns[code] for code in instrument.codes)
    is_plain = levels < 1 << 8 and scale.values == tuple(range(scale.minimum, scale.maximum + 1))
    if not is_plain or not all(types.is_integer(schema.field(one).type) for one in names):
        raise UnsuitedError
    left = WORD - levels.bit_length() * len(names)
    keys = tuple(Key(name, schema.field(name).type, left // len(by)) for name in by)
    if sum(key.bits for key in keys) > left or levels**2 * SEGMENT >= 1 << 24:
        raise UnsuitedError
    return Form(names, scale.minimum, levels, keys)


def _shares(rows: Sequence[int], workers: int) -> list[list[int]]:
    """Row groups that are held together: as many rows for each worker, and never too many."""
    most = min(HELD, -(-sum(rows) // workers))
    shares: list[list[int]] = []
    held = most + 1
    for place, more in enumerate(rows):
        if held + more > most:
            shares.append([])
            held = 0
        if more:
            shares[-1].append(place)
        held += more
    return [share for share in shares if share]


def _sum_share(path: Path, form: Form, row_groups: list[int]) -> Sums:
    """The sums of the groups in some row groups of the file."""
    own = _read(path, form, row_groups)
    own.sort()
    starts = _segments(own >> form.width)
    ends = np.append(starts[1:], len(own))
    size = len(form.columns)
    products = np.zeros((len(starts), 2 * size, 2 * size), dtype=np.float32)
    counts = np.zeros((len(starts), size, form.levels), dtype=np.int64)
    at = 0
    while at < len(starts):
        until = max(at + 1, int(np.searchsorted(ends, starts[at] + BLOCK, "right")))
        block = slice(at, until)
        _sum_block(own, form, starts[block], ends[block], products[block], counts[block])
        at = until
    return _by_group(own, form, starts, products, counts)


def _read(path: Path, form: Form, row_groups: list[int]) -> Integers:
    """The packed forms of some row groups."""
    from pyarrow import parquet

    names = list(dict.fromkeys([*form.columns, *(key.name for key in form.keys)]))
    with parquet.ParquetFile(path, memory_map=True) as file:
        batches = file.iter_batches(BATCH, row_groups, names, use_threads=False)
        packed = [form.pack(batch) for batch in batches]
    return np.concatenate(packed)


def _segments(groups: Integers) -> Integers:
    """Where segments start: at each group, and within a long one every SEGMENT rows."""
    starts = np.append(0, np.flatnonzero(groups[1:] != groups[:-1]) + 1)
    pieces = -(-np.diff(np.append(starts, len(groups))) // SEGMENT)
    before = np.repeat(np.cumsum(pieces) - pieces, pieces)
    return np.asarray(np.repeat(starts, pieces) + SEGMENT * (np.arange(pieces.sum()) - before))


def _sum_block(
    own: Integers,
    form: Form,
    starts: Integers,
    ends: Integers,
    products: NDArray[np.float32],
    counts: Integers,
) -> None:
    """Fill in the products of some segments, and the counts of their levels above the third."""
    size, offset = len(form.columns), starts[0]
    answers = own[offset : ends[-1]] & ((1 << form.width) - 1)
    if form.width < 32:
        answers = answers.astype(np.int32)
    matrix = np.empty((2 * size, len(answers)), dtype=np.float32)
    places = starts - offset
    for q in range(size):
        steps = (answers >> (form.bits * q)).astype(np.uint8) & np.uint8((1 << form.bits) - 1)
        matrix[q] = steps
        matrix[size + q] = steps > 0
        for level in range(4, form.levels + 1):
            is_level = (steps == level).astype(np.float32)
            counts[:, q, level - 1] = np.add.reduceat(is_level, places)
    for place, (start, end) in enumerate(
        zip(places.tolist(), (ends - offset).tolist(), strict=True)
    ):
        segment = matrix[:, start:end]
        np.matmul(segment, segment.T, out=products[place])


def _by_group(
    own: Integers,
    form: Form,
    starts: Integers,
    products: NDArray[np.float32],
    counts: Integers,
) -> Sums:
    """Segments added up by group, the counts of the lowest three levels, and respondents."""
    keys = own[starts] >> form.width
    heads = _heads(keys)
    # A blank form sorts first in its group.
    first = starts[heads]
    blank = np.searchsorted(own, (keys[heads] << form.width) + 1) - first
    respondents = np.diff(np.append(first, len(own))) - blank
    summed, levels = products.astype(np.int64), counts
    if len(heads) < len(starts):
        summed, levels = (np.add.reduceat(parts, heads, axis=0) for parts in (summed, levels))
    _count_lowest(summed, levels)
    return Sums(len(own), keys[heads], respondents, summed, levels)


def _heads(sorted_keys: Integers) -> Integers:
    """Where each key stands first. Raises UnsuitedError for more of them than memory is for."""
    heads = np.flatnonzero(np.diff(sorted_keys, prepend=sorted_keys[0] - 1))
    if len(heads) > GROUPS:
        raise UnsuitedError
    return heads


def _added(one: Sums, other: Sums) -> Sums:
    """The sums of disjoint rows added up by group."""
    keys = np.union1d(one.keys, other.keys)
    _heads(keys)
    added = [
        np.zeros((len(keys), *part.shape[1:]), dtype=np.int64)
        for part in (one.respondents, one.products, one.counts)
    ]
    for sums in (one, other):
        places = np.searchsorted(keys, sums.keys)
        whole = slice(None) if len(places) == len(keys) else places  # a slice copies nothing
        for total, part in zip(added, (sums.respondents, sums.products, sums.counts), strict=True):
            total[whole] += part
    return Sums(one.rows + other.rows, keys, *added)


def _count_lowest(products: Integers, counts: Integers) -> None:
    """Fill in how many took steps 1, 2 and 3: those left of r, s and s^2 tell all three."""
    size, levels = counts.shape[1:]
    own = np.arange(size)
    left = [products[:, size + own, size + own], products[:, own, size + own]]
    left.append(products[:, own, own])
    steps = np.arange(4, levels + 1)
    r, s, squares = (one - counts[:, :, 3:] @ steps**power for power, one in enumerate(left))
    lowest = [
        (squares - 5 * s + 6 * r) // 2,
        4 * s - squares - 3 * r,
        (squares - 3 * s + 2 * r) // 2,
    ]
    for at, count in enumerate(lowest[:levels]):
        counts[:, :, at] = count


def _tallies(sums: Sums, form: Form, instrument: Instrument) -> dict[tuple[str, ...], Tally]:
    """Tallies by key in the order of its texts, from steps back to the scale's own values."""
    size, below = len(form.columns), form.low - 1
    s_s, s_r = sums.products[:, :size, :size], sums.products[:, :size, size:]
    r_r = sums.products[:, size:, size:]
    totals = s_r + below * r_r
    products = s_s + below * (s_r + s_r.transpose(0, 2, 1)) + below**2 * r_r
    groups: dict[tuple[str, ...], Tally] = {}
    parts = zip(sums.respondents.tolist(), r_r, totals, products, sums.counts, strict=True)
    for key, part in sorted(zip(_names(sums.keys, form), parts, strict=True), key=itemgetter(0)):
        tally = Tally(instrument.codes, instrument.scale.values, *part)
        # A blank key and an empty text are two keys of the file, and one group.
        groups[key] = groups[key] + tally if key in groups else tally
    return groups


def _names(keys: Integers, form: Form) -> list[tuple[str, ...]]:
    """The texts of packed keys."""
    columns, left = [], keys
    for key in reversed(form.keys):
        codes = (left & ((1 << key.bits) - 1)).tolist()
        columns.append([key.text(code) for code in codes])
        left = left >> key.bits
    return list(zip(*reversed(columns), strict=True)) if columns else [()] * len(keys)
