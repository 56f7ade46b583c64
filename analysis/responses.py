"""Reads response files (CSV, XLSX, Parquet) into frames of checked answers.

One row a respondent; headers are item codes or U1…/P1…, in any case; a blank is an item not
answered; every other column is kept as text for grouping. All faults of a file are found in
one pass and named by line and column.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import analysis.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.model import Instrument

if TYPE_CHECKING:
    import pandas as pd

Order = Literal["unsur", "form"]
DELIMITERS = (",", ";", "\t")
_HEADER_BYTES = 100_000
_WHOLE = re.compile(r"^[+-]?\d+(\.0+)?$")


def read_responses(path: Path, instrument: Instrument, order: Order = "unsur") -> "pd.DataFrame":
    """Checked responses: item codes as float columns (NaN blank), other columns as text.

    `attrs["lines"]` of the frame has the line of each row.
    Raises SurveyErrors naming file, line (1 is the header) and column of every fault.
    """
    header, rows, lines = read_table(path)
    columns = match_columns(header, instrument, str(path), order)
    return _check_answers(header, rows, lines, columns, instrument, str(path))


def read_table(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows and their line numbers, all as text; wholly blank rows are passed over."""
    readers = {".csv": _read_csv, ".txt": _read_csv, ".tsv": _read_csv, ".xlsx": _read_xlsx}
    readers[".parquet"] = _read_parquet
    if path.suffix.lower() not in readers:
        raise SurveyError("file-kind", where=Where(str(path)), suffix=path.suffix)
    try:
        header, rows, lines = readers[path.suffix.lower()](path)
    except OSError as error:
        reason = error.strerror or error
        raise SurveyError("file-unreadable", where=Where(str(path)), reason=reason) from error
    if not rows:
        raise SurveyError("file-empty", where=Where(str(path)))
    return header, rows, lines


def match_columns(
    header: list[str], instrument: Instrument, file: str | None = None, order: Order = "unsur"
) -> dict[str, str]:
    """Item code to the header that holds it. Raises SurveyErrors for missing or repeated."""
    line = None if file is None else 1
    names = instrument.column_names(order)
    lowered = [name.strip().lower() for name in header]
    items = [names.get(name, name) for name in lowered]
    faults = [
        SurveyError("column-repeated", where=Where(file, line, header[position]))
        for position, item in enumerate(items)
        if item and item in items[:position]
    ]
    found = ", ".join(name.strip() for name in header)
    faults += [
        SurveyError("column-missing", where=Where(file, line, code), found=found[:200])
        for code in instrument.codes
        if code not in items
    ]
    if faults:
        raise SurveyErrors(faults)
    return {code: header[items.index(code)] for code in instrument.codes}


def require_columns(header: Iterable[str], wanted: Iterable[str], file: str | None = None) -> None:
    """Raise SurveyErrors for columns asked by name that the file or frame does not have."""
    present = list(header)
    faults = [
        SurveyError("column-unknown", where=Where(file), name=name, found=", ".join(present))
        for name in wanted
        if name not in present
    ]
    if faults:
        raise SurveyErrors(faults)


def sniff_delimiter(header_line: str) -> str:
    """The delimiter that splits the header most."""
    return max(DELIMITERS, key=header_line.count)


def read_header(path: Path) -> tuple[list[str], str]:
    """Header cells of a CSV file and its delimiter, without reading the rest."""
    try:
        with path.open("rb") as file:
            first = file.readline(_HEADER_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SurveyError("file-encoding", where=Where(str(path), 1)) from error
    except OSError as error:
        reason = error.strerror or error
        raise SurveyError("file-unreadable", where=Where(str(path)), reason=reason) from error
    if not first.strip():
        raise SurveyError("file-empty", where=Where(str(path)))
    delimiter = sniff_delimiter(first)
    return next(csv.reader([first], delimiter=delimiter)), delimiter


def _read_csv(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SurveyError("file-encoding", where=Where(str(path), line)) from error
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=sniff_delimiter(text.split("\n", 1)[0])
    )
    header = next(reader, [])
    rows: list[list[str]] = []
    lines: list[int] = []
    faults: list[SurveyError] = []
    for row in _rows_of(reader, str(path)):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            where = Where(str(path), reader.line_num)
            faults.append(
                SurveyError("row-width", where=where, actual=len(row), expected=len(header))
            )
        rows.append(row)
        lines.append(reader.line_num)
    if faults:
        raise SurveyErrors(faults)
    return header, rows, lines


def _rows_of(reader: Any, file: str) -> Iterator[list[str]]:
    """The rows; a cell without end (an unclosed quotation mark) is named by its line."""
    try:
        yield from reader
    except csv.Error as error:
        where = Where(file, reader.line_num)
        raise SurveyError("file-unreadable", where=where, reason=error) from error


def _read_xlsx(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    from zipfile import BadZipFile

    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError) as error:
        raise SurveyError("file-unreadable", where=Where(str(path)), reason=error) from error
    cells = [[_as_text(cell) for cell in row] for row in book.worksheets[0].values]
    header = cells[0] if cells else []
    kept = [(line, row) for line, row in enumerate(cells[1:], 2) if any(row)]
    return header, [row for _, row in kept], [line for line, _ in kept]


def _read_parquet(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
    except pa.ArrowInvalid as error:
        raise SurveyError("file-unreadable", where=Where(str(path)), reason=error) from error
    columns = [[_as_text(cell) for cell in column.to_pylist()] for column in table.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return list(table.column_names), rows, list(range(2, len(rows) + 2))


def _as_text(cell: Any) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _check_answers(
    header: list[str],
    rows: list[list[str]],
    lines: list[int],
    columns: dict[str, str],
    instrument: Instrument,
    file: str,
) -> "pd.DataFrame":
    import pandas as pd

    frame = pd.DataFrame(rows, columns=header, dtype=str)
    faults: list[tuple[int, SurveyError]] = []
    answers = {}
    for code, name in columns.items():
        texts = frame[name].str.strip()
        known = {text: _parse(text, instrument) for text in texts.unique()}
        answers[code] = texts.map(lambda text, known=known: known[text][0]).astype(float)
        wrong = {text: fault for text, (_, fault) in known.items() if fault}
        for position in texts.index[texts.isin(list(wrong))]:
            faults.append(
                (lines[position], _at(file, lines[position], name, wrong, texts[position]))
            )
    if faults:
        raise SurveyErrors([error for _, error in sorted(faults, key=lambda fault: fault[0])])
    others = frame.drop(columns=list(columns.values()))
    checked = pd.concat([pd.DataFrame(answers), others], axis=1)
    checked.attrs["lines"] = lines
    return checked


def _parse(text: str, instrument: Instrument) -> tuple[float | None, dict[str, Any] | None]:
    """The answer in a cell, or the fault of it."""
    if not text:
        return None, None
    low, high = instrument.scale.minimum, instrument.scale.maximum
    values = {"value": text[:40], "low": low, "high": high}
    if not _WHOLE.match(text):
        return None, {"code": "answer-not-integer"} | values
    answer = float(text)
    if not low <= answer <= high:
        return None, {"code": "answer-off-scale"} | values
    return answer, None


def _at(
    file: str, line: int, column: str, wrong: dict[str, dict[str, Any]], text: str
) -> SurveyError:
    values = dict(wrong[text])
    return SurveyError(values.pop("code"), where=Where(file, line, column), **values)
