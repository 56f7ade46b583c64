"""Answers held in memory as one checked table of integers, from a DataFrame or from mappings.

A blank is None, NaN, NA or an empty text. Anything else must be a whole number on the
instrument's scale; all faults are found in one pass and named by column and row.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import analysis.messages
import analysis.statistics_messages  # noqa: F401  both register the words of the errors raised here
from analysis.responses import match_columns
from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.model import Instrument, UnknownItemError

if TYPE_CHECKING:
    import pandas as pd

Integers = NDArray[np.int64]
BLANK = np.iinfo(np.int64).min
ROWS_NAMED = 5


def answer_matrix(frame: "pd.DataFrame", instrument: Instrument) -> Integers:
    """A frame's answers as (respondents, items) in `instrument.codes` order, BLANK for missing.

    Headers are item codes or U1…/P1…, as in a response file. Raises SurveyErrors for a column
    that is missing or there twice, and for answers that are no whole number of the scale; rows
    are named by the frame's index.
    """
    columns = match_columns([str(name) for name in frame.columns], instrument)
    by_text = dict(zip(map(str, frame.columns), frame.columns, strict=True))
    series = [frame[by_text[columns[code]]] for code in instrument.codes]
    return _checked(
        [(str(one.name), _numbers(one.array), one.array) for one in series],
        list(frame.index),
        instrument,
    )


def matrix_of(instrument: Instrument, responses: Iterable[Mapping[str, int | None]]) -> Integers:
    """Responses given as item code to answer (None or absent: blank), as `answer_matrix`.

    Raises UnknownItemError for a code that the instrument does not have, else as above; rows
    count from 0.
    """
    rows = list(responses)
    known = frozenset(instrument.codes)
    for at, response in enumerate(rows):
        if not known.issuperset(response):
            name = sorted(map(str, response.keys() - known))[0]
            where = Where(field=str(at))
            raise UnknownItemError("item-unknown", where=where, name=name, instrument=instrument.id)
    columns = [(code, [response.get(code) for response in rows]) for code in instrument.codes]
    return _checked(
        [(code, _numbers(cells), cells) for code, cells in columns], range(len(rows)), instrument
    )


def _numbers(cells: Any) -> NDArray[np.float64]:
    """Cells as doubles, NaN where blank; what cannot be a number becomes infinite."""
    try:
        # A masked or Arrow column knows how to say where it is blank.
        if hasattr(cells, "to_numpy"):
            return np.asarray(cells.to_numpy(dtype="float64", na_value=np.nan))
        return np.array(cells, dtype="float64")
    except (ValueError, TypeError):
        return np.array([_number(cell) for cell in cells], dtype="float64")


def _number(cell: Any) -> float:
    if cell is None or str(cell).strip() in {"", "nan", "<NA>", "NaT"}:
        return float("nan")
    try:
        return float(cell)
    except (ValueError, TypeError):
        return float("inf")


def _checked(
    columns: Sequence[tuple[str, NDArray[np.float64], Any]],
    labels: Sequence[Any],
    instrument: Instrument,
) -> Integers:
    low, high = instrument.scale.minimum, instrument.scale.maximum
    matrix = np.full((len(labels), len(columns)), BLANK, dtype=np.int64)
    faults: list[SurveyError] = []
    for q, (name, numbers, cells) in enumerate(columns):
        given = ~np.isnan(numbers)
        is_whole = given & (np.floor(numbers) == numbers) & np.isfinite(numbers)
        is_good = is_whole & (numbers >= low) & (numbers <= high)
        matrix[is_good, q] = numbers[is_good].astype(np.int64)
        for code, wrong in (
            ("answers-not-integer", given & ~is_whole),
            ("answers-off-scale", is_whole & ~is_good),
        ):
            if wrong.any():
                faults.append(_fault(code, name, np.flatnonzero(wrong), cells, labels, low, high))
    if faults:
        raise SurveyErrors(faults)
    return matrix


def _fault(
    code: str,
    column: str,
    rows: NDArray[np.intp],
    cells: Any,
    labels: Sequence[Any],
    low: int,
    high: int,
) -> SurveyError:
    value = cells[int(rows[0])]
    return SurveyError(
        code,
        where=Where(field=column),
        value=value.item() if hasattr(value, "item") else value,
        rows=named(labels, rows),
        low=low,
        high=high,
    )


def named(labels: Sequence[Any], rows: NDArray[np.intp]) -> str:
    """The first few of the rows at fault by their labels, and how many more there are."""
    first = ", ".join(str(labels[int(row)]) for row in rows[:ROWS_NAMED])
    more = len(rows) - ROWS_NAMED
    return first + (f" (+{more})" if more > 0 else "")
