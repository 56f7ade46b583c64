"""Tallies as tables: tidy frames to look into, Arrow tables to keep many by their groups.

Both are lossless, so that what was tallied on one machine can be added up on another.
"""

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from analysis.tally import Tally
from analysis.weighted_tally import ARRAYS, SUMS, WeightedTally
from instruments.errors import SurveyError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

AnyTally = Tally | WeightedTally
One = TypeVar("One", Tally, WeightedTally)
Key = tuple[Hashable, ...]
Entry = tuple[str, str, str]

MOMENTS = ("moment", "item", "with", "value")
# Column of the Arrow schema's metadata that says what the numbers are.
_SCHEMA = b"zi-survey tally"
_INTEGER = ("answered", "sums", "products", "counts")


def tally_entries(tally: AnyTally) -> Iterator[tuple[Entry, Any]]:
    """Each number of a tally as ((moment, item, with), value); of symmetric sums one half.

    `with` is the other item of a pair, or the level of a count.
    """
    is_weighted = isinstance(tally, WeightedTally)
    for name in SUMS if is_weighted else ("n", *_INTEGER):
        values = getattr(tally, name)
        if not isinstance(values, np.ndarray):
            yield (name, "", ""), values
            continue
        others = [str(level) for level in tally.levels] if _is_by_level(name) else tally.items
        for q, item in enumerate(tally.items):
            for k, other in enumerate(others):
                if k >= q or not _is_symmetric(name):
                    yield (name, item, other), values[q, k].item()


def tally_from_entries(
    kind: type[One], items: Sequence[str], levels: Sequence[int], values: Mapping[Entry, Any]
) -> One:
    """The tally of `tally_entries`. Raises KeyError for a number that is not there."""
    content: dict[str, Any] = {"items": items, "levels": levels}
    for name in SUMS if kind is WeightedTally else ("n", *_INTEGER):
        if name not in ARRAYS:
            content[name] = values[name, "", ""]
            continue
        others = [str(level) for level in levels] if _is_by_level(name) else list(items)
        content[name] = [
            [values[_half(name, q, k, items, others)] for k in range(len(others))]
            for q in range(len(items))
        ]
    return kind.from_dict(content)


def _is_symmetric(name: str) -> bool:
    return name.startswith(("answered", "products"))


def _is_by_level(name: str) -> bool:
    return name.startswith(("counts", "respondents"))


def _half(name: str, q: int, k: int, items: Sequence[str], others: Sequence[str]) -> Entry:
    """Where a number of an array stands among the entries."""
    is_mirrored = _is_symmetric(name) and k < q
    return (name, items[k], items[q]) if is_mirrored else (name, items[q], others[k])


def to_frame(tallies: Mapping[Key, AnyTally] | AnyTally, by: Sequence[str] = ()) -> "pd.DataFrame":
    """A tidy frame with the columns `by`, moment, item, with, value: one number a row.

    >>> import instruments
    >>> from analysis.tally import tally_answers
    >>> skm = instruments.load("skm-2017")
    >>> to_frame(tally_answers(skm, [{"waktu": 4}])).query("item == 'waktu' and value > 0")
           moment   item   with  value
    18   answered  waktu  waktu      1
    66       sums  waktu  waktu      4
    144  products  waktu  waktu     16
    183    counts  waktu      4      1
    """
    import pandas as pd

    rows = [
        (*key, *entry, value)
        for key, tally in _grouped(tallies, by).items()
        for entry, value in tally_entries(tally)
    ]
    return pd.DataFrame(rows, columns=[*by, *MOMENTS])


def from_frame(frame: "pd.DataFrame", by: Sequence[str] = ()) -> dict[Key, AnyTally]:
    """The tallies of `to_frame` by their groups; () is the key of one alone.

    Items and levels come in the order in which they stand in the frame. Raises SurveyError
    for a frame in which some number is missing or there twice.
    """
    groups: dict[Key, dict[Entry, Any]] = {}
    for row in frame[[*by, *MOMENTS]].itertuples(index=False, name=None):
        values = groups.setdefault(row[: len(by)], {})
        entry = row[len(by) : len(by) + 3]
        if entry in values:
            raise SurveyError("tally-table-broken", entry=" ".join(map(str, entry)))
        values[entry] = row[-1]
    return {key: _from_values(values) for key, values in groups.items()}


def _from_values(values: Mapping[Entry, Any]) -> AnyTally:
    items = list(dict.fromkeys(item for name, item, _ in values if name == "counts"))
    levels = list(dict.fromkeys(int(level) for name, _, level in values if name == "counts"))
    is_weighted = ("weight", "", "") in values
    try:
        if is_weighted:
            # A frame holds one column of doubles, so that the number of respondents is one too.
            whole = {**values, ("n", "", ""): int(values["n", "", ""])}
            return tally_from_entries(WeightedTally, items, levels, whole)
        return tally_from_entries(Tally, items, levels, values)
    except KeyError as error:
        entry = " ".join(map(str, error.args[0]))
        raise SurveyError("tally-table-broken", entry=entry) from error


def to_arrow(tallies: Mapping[Key, AnyTally] | AnyTally, by: Sequence[str] = ()) -> "pa.Table":
    """One row for each group: the columns `by`, n, and each array as a list, row by row.

    All tallies must be of the same items, levels and kind; raises SurveyError where they are
    not. Works for Parquet, Feather and Flight as any Arrow table does.
    """
    import pyarrow as pa

    grouped = _grouped(tallies, by)
    shapes = {(type(one), one.items, one.levels) for one in grouped.values()}
    if len(shapes) != 1:
        raise SurveyError("tally-mismatch")
    kind, items, levels = shapes.pop()
    keys = list(zip(*grouped, strict=True)) if by else []
    columns = {name: pa.array(list(values)) for name, values in zip(by, keys, strict=True)}
    number = pa.float64() if kind is WeightedTally else pa.int64()
    for name in SUMS if kind is WeightedTally else ("n", *_INTEGER):
        values = [getattr(one, name) for one in grouped.values()]
        if name in ARRAYS:
            flat = [array.ravel() for array in values]
            whole = pa.int64() if name == "respondents" else number
            columns[name] = pa.array(flat, pa.list_(whole, len(flat[0])))
        else:
            columns[name] = pa.array(values, pa.int64() if name == "n" else number)
    about = {"items": items, "levels": levels, "by": list(by), "kind": kind.__name__}
    table = pa.table(columns)
    return table.replace_schema_metadata({_SCHEMA: json.dumps(about).encode()})


def from_arrow(table: "pa.Table") -> dict[Key, AnyTally]:
    """The tallies of `to_arrow` by their groups. Raises SurveyError for any other table."""
    about = json.loads((table.schema.metadata or {}).get(_SCHEMA, b"null"))
    if about is None:
        raise SurveyError("tally-table-broken", entry="schema")
    items, levels = about["items"], about["levels"]
    kind: type[Tally] | type[WeightedTally] = (
        WeightedTally if about["kind"] == "WeightedTally" else Tally
    )
    found: dict[Key, AnyTally] = {}
    for row in table.to_pylist():
        shaped = {
            name: np.array(value).reshape(len(items), -1) if name in ARRAYS else value
            for name, value in row.items()
        }
        content = {"items": items, "levels": levels, **shaped}
        found[tuple(row[name] for name in about["by"])] = kind.from_dict(content)
    return found


def _grouped(
    tallies: Mapping[Key, AnyTally] | AnyTally, by: Sequence[str]
) -> Mapping[Key, AnyTally]:
    grouped: Mapping[Key, AnyTally] = (
        {(): tallies} if isinstance(tallies, Tally | WeightedTally) else tallies
    )
    for key in grouped:
        if len(key) != len(by):
            raise SurveyError("lists-differ", lengths=f"{len(by)}, {len(key)}")
    return grouped
