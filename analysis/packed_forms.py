"""A Parquet file of whole numbers as packed forms, one integer for each respondent.

The group stands above the answers, each as its step on the scale (1 for the lowest level, 0 for
a blank), so that sorting brings every group together; `packed_products` sums them up. Polars
reads and packs, in all its threads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

from analysis.answers import Integers
from analysis.packed_products import GROUPS, PARTIAL, Layout, Sums, UnsuitedError, add, sum_forms
from analysis.tally import Tally
from instruments.model import Instrument

HELD = 12_000_000  # rows held at a time, 8 bytes each and as much again to sort them
WORD = 62  # bits of a signed 64-bit integer without its sign and the mark of a blank
FAULTY = -1  # what `sum_forms` refuses


@dataclass(frozen=True)
class Key:
    """One column that groups rows, as numbers of `bits` bits; 0 stands for a blank.

    Small whole numbers stand for themselves, `base` above; others for their place in `values`.
    """

    name: str
    bits: int
    base: int = 0
    values: Sequence[Any] = field(default=(), repr=False)

    def expression(self, kind: Any) -> Any:
        """The numbers as a column of whole numbers of that kind."""
        import polars as pl

        column = pl.col(self.name)
        if self.base:
            return (column.cast(kind) + self.base).fill_null(0)
        places = range(1, len(self.values) + 1)
        return column.replace_strict(self.values, places, default=0, return_dtype=kind).fill_null(0)

    def text(self, code: int) -> str:
        """A key as text; a blank is empty."""
        if not code:
            return ""
        return str(code - self.base if self.base else self.values[code - 1])


@dataclass(frozen=True)
class Form:
    """How a form is packed: answers from the lowest bits up, then the keys, the last one lowest."""

    columns: tuple[str, ...]
    low: int
    levels: int
    keys: tuple[Key, ...]

    @property
    def layout(self) -> Layout:
        """Where the answers stand."""
        return Layout(len(self.columns), self.levels, len(self.columns))

    def expression(self) -> Any:
        """The packed forms as a column; FAULTY where an answer is off the scale."""
        import polars as pl

        answers = [pl.col(name).reinterpret(signed=False) for name in self.columns]
        steps = [
            (one.cast(pl.UInt8, wrap_numerical=True) - (self.low - 1)).fill_null(0)
            for one in answers
        ]
        form = _joined(steps, self.layout.bits)
        if self.keys:
            form = form + self._groups().cast(pl.Int64) * (1 << self.layout.width)
        blank = pl.any_horizontal([one.is_null() for one in answers])
        form = form + blank.cast(pl.Int64) * PARTIAL
        # Without a sign what is below the scale is above it.
        off = pl.any_horizontal([(one - self.low) > self.levels - 1 for one in answers])
        return pl.when(off.fill_null(False)).then(FAULTY).otherwise(form)

    def _groups(self) -> Any:
        """The keys side by side in one column."""
        import polars as pl

        kind = pl.Int32 if sum(key.bits for key in self.keys) < 32 else pl.Int64
        group = self.keys[0].expression(kind)
        for key in self.keys[1:]:
            group = group * (1 << key.bits) + key.expression(kind)
        return group


def _joined(steps: list[Any], bits: int) -> Any:
    """Columns of bytes side by side in one of integers, the first lowest.

    They are joined two by two into words just wide enough: the narrower, the quicker.
    """
    import polars as pl

    words = [(8, pl.UInt8), (16, pl.UInt16), (32, pl.UInt32), (64, pl.Int64)]
    while len(steps) > 1:
        bits *= 2
        kind = next(kind for width, kind in words if bits <= width)
        steps = [one.cast(kind) for one in steps]
        steps = [
            one + more[0] * (1 << (bits // 2)) if more else one
            for one, *more in (steps[at : at + 2] for at in range(0, len(steps), 2))
        ]
    return steps[0].cast(pl.Int64)


def read_names(path: Path) -> list[str]:
    """The names of a Parquet file's columns. Raises UnsuitedError where it cannot be read."""
    import polars as pl

    try:
        return list(pl.read_parquet_schema(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnsuitedError from error


def tally_parquet(
    path: Path, instrument: Instrument, columns: dict[str, str], by: Sequence[str] = ()
) -> tuple[int, dict[tuple[str, ...], Tally]]:
    """Rows read and the tally of each group, sorted by key; `columns` names each item's column.

    Raises UnsuitedError for a file whose answers are no whole numbers of the scale, or whose
    keys are neither whole numbers nor text, or which cannot be read: such a file takes the
    slower road.
    """
    import polars as pl

    try:
        file = pl.scan_parquet(path)
        form = _form(file, instrument, columns, by)
        rows = int(file.select(pl.len()).collect().item())
        parts = [_sum_rows(file.slice(at, HELD), form) for at in range(0, rows, HELD)]
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnsuitedError from error
    return (rows, _tallies(reduce(add, parts), form, instrument)) if parts else (0, {})


def _form(file: Any, instrument: Instrument, columns: dict[str, str], by: Sequence[str]) -> Form:
    """How the file's forms are packed. Raises UnsuitedError where they do not fit one integer."""
    schema, scale = file.collect_schema(), instrument.scale
    levels, names = len(scale.values), tuple(columns[code] for code in instrument.codes)
    is_plain = levels < 1 << 8 and scale.values == tuple(range(scale.minimum, scale.maximum + 1))
    if not is_plain or not all(schema[name].is_integer() for name in names):
        raise UnsuitedError
    layout = Layout(len(names), levels, len(names))
    left = WORD - layout.width
    keys = tuple(_key(file, name, schema[name], left // len(by)) for name in by)
    if sum(key.bits for key in keys) > left or not layout.is_exact:
        raise UnsuitedError
    return Form(names, scale.minimum, levels, keys)


def _key(file: Any, name: str, kind: Any, room: int) -> Key:
    """How a column that groups rows is packed. Raises UnsuitedError where it does not fit."""
    import polars as pl

    width = {pl.Int8: 8, pl.UInt8: 8, pl.Int16: 16, pl.UInt16: 16}.get(kind)
    if width:
        return Key(name, width + 1, 1 + ((1 << (width - 1)) if kind.is_signed_integer() else 0))
    if not kind.is_integer() and kind != pl.String:
        raise UnsuitedError
    values = file.select(pl.col(name).drop_nulls().unique()).collect(engine="streaming")
    if len(values) > GROUPS or len(values) >> max(room, 0):
        raise UnsuitedError
    return Key(name, len(values).bit_length(), values=values[name].to_list())


def _sum_rows(file: Any, form: Form) -> Sums:
    """The sums of some rows of the file. Raises UnsuitedError for an answer off the scale."""
    column = file.select(form.expression().alias("form")).collect(engine="streaming")["form"]
    forms: Integers = column.to_numpy(writable=True)
    del column
    return sum_forms(forms, form.layout)


def _tallies(sums: Sums, form: Form, instrument: Instrument) -> dict[tuple[str, ...], Tally]:
    """Tallies by key in the order of its texts, from steps back to the scale's own values."""
    levels, below = instrument.scale.values, form.low - 1
    r_r, s_r, s_s = sums.both, sums.steps, sums.products
    if below:
        s_s = s_s + below * (s_r + s_r.transpose(0, 2, 1)) + below**2 * r_r
        s_r = s_r + below * r_r
    parts = list(zip(sums.respondents.tolist(), r_r, s_r, s_s, sums.counts, strict=True))
    names = _names(sums.keys, form)
    groups: dict[tuple[str, ...], Tally] = {}
    for place in sorted(range(len(names)), key=names.__getitem__):
        key, tally = names[place], Tally(instrument.codes, levels, *parts[place])
        # A blank key and an empty text are two keys of the file, and one group.
        groups[key] = groups[key] + tally if key in groups else tally
    return groups


def _names(keys: Integers, form: Form) -> list[tuple[str, ...]]:
    """The texts of packed keys."""
    columns, left = [], keys
    for key in reversed(form.keys):
        codes = (left & ((1 << key.bits) - 1)).tolist()
        texts = {code: key.text(code) for code in set(codes)}
        columns.append([texts[code] for code in codes])
        left = left >> key.bits
    return list(zip(*reversed(columns), strict=True)) if columns else [()] * len(keys)
