"""Where a file of a bundle was edited: marks of every row, column and leaf, in the manifest.

A file's SHA-256 tells that it was changed; these short marks, signed along with it, tell where.
An edit of one cell changes the mark of its row and that of its column. Marks are for finding
only: what vouches for the content is the SHA-256 beside them.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.bundle_heads import canonical

MARK = 8  # hexadecimal digits; a missed place in four thousand million edits
PLACES_SHOWN = 20
# What is raised by content that is neither table nor JSON.
NEITHER = (ValueError, RecursionError, csv.Error)

Place = tuple[int | None, str | None]
Marks = Mapping[str, Any]


def marks_of(name: str, content: bytes) -> dict[str, Any]:
    """The marks of a table (by row and column) or of a JSON file (by leaf); else none."""
    try:
        if name.endswith(".csv"):
            rows = _rows(content)
            return {"columns": _columns(rows), "rows": "".join(map(_mark_of_row, rows))}
        leaves = _leaves("", json.loads(content))
        return {"leaves": "".join(_mark(f"{place}\0{text}") for place, text in leaves)}
    except NEITHER:
        return {}


def edited_places(name: str, content: bytes, marks: Marks) -> Iterator[Place]:
    """Line and column, or the path of a leaf, of what is not as the marks say.

    Gives at most 20 places, and none where the file is no table or JSON any more.
    """
    try:
        if name.endswith(".csv"):
            yield from _edited_cells(_rows(content), marks)
        else:
            yield from _edited_leaves(json.loads(content), marks)
    except (*NEITHER, KeyError, TypeError):
        return


def _edited_cells(rows: list[list[str]], marks: Marks) -> Iterator[Place]:
    found = list(map(_mark_of_row, rows))
    known = _split(marks["rows"])
    wrong = _differing(found, known)
    if len(found) != len(known):
        yield from ((place + 1, None) for place in wrong[:1])
        return
    columns, now = dict(marks["columns"]), _columns(rows)
    names = ", ".join(name for name in now if now[name] != columns.get(name))
    yield from ((place + 1, names or None) for place in wrong[:PLACES_SHOWN])


def _edited_leaves(content: Any, marks: Marks) -> Iterator[Place]:
    leaves = list(_leaves("", content))
    found = [_mark(f"{place}\0{text}") for place, text in leaves]
    known = _split(marks["leaves"])
    wrong = _differing(found, known)
    if len(found) != len(known):
        wrong = wrong[:1]
    for place in wrong[:PLACES_SHOWN]:
        yield None, leaves[min(place, len(leaves) - 1)][0] or "/"


def _differing(found: Sequence[str], known: Sequence[str]) -> list[int]:
    """Positions that differ; where one is longer, its first surplus position too."""
    pairs = zip(found, known, strict=False)
    wrong = [place for place, (now, before) in enumerate(pairs) if now != before]
    return wrong if len(found) == len(known) else [*wrong, min(len(found), len(known))]


def _rows(content: bytes) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    if len({len(row) for row in rows}) > 1:
        # A row of another length has no columns to speak of.
        return [["\0".join(row)] for row in rows]
    return rows


def _leaves(place: str, content: Any) -> Iterator[tuple[str, str]]:
    """Path (RFC 6901) and canonical text of every value that holds no other."""
    if isinstance(content, dict) and content:
        for name in sorted(content):
            yield from _leaves(f"{place}/{_escaped(name)}", content[name])
    elif isinstance(content, list) and content:
        for number, one in enumerate(content):
            yield from _leaves(f"{place}/{number}", one)
    else:
        yield place, canonical(content).decode()


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _columns(rows: list[list[str]]) -> dict[str, str]:
    return {cells[0]: _mark("\n".join(cells[1:])) for cells in zip(*rows, strict=True)}


def _mark_of_row(row: list[str]) -> str:
    return _mark("\0".join(row))


def _split(marks: str) -> list[str]:
    return [marks[start : start + MARK] for start in range(0, len(marks), MARK)]


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:MARK]
