"""A CSV of answers from Google Forms or LimeSurvey, held in memory and never stored.

Between the steps of an import it travels in the page of the person who chose the file, without
the columns that look personal, so that the server keeps nothing of it.
"""

import base64
import binascii
import csv
import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import survey_app.exchange.messages  # noqa: F401  registers the words of the errors raised here
from analysis.responses import sniff_delimiter
from instruments.errors import SurveyError, SurveyErrors, Where
from survey_app.exchange.personal import looks_personal

ROWS_MAXIMUM, COLUMNS_MAXIMUM, CELL_MAXIMUM = 20_000, 200, 500
CARRIED_MAXIMUM = 60_000_000


@dataclass(frozen=True)
class AnswerTable:
    """Header and rows as trimmed text, the line of each row, and which columns look personal.

    The cells of personal columns are blank: they are dropped while reading.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    personal: frozenset[int]

    def column(self, at: int) -> list[str]:
        """The cells of one column."""
        return [row[at] for row in self.rows]


def read_answer_table(content: bytes, name: str) -> AnswerTable:
    """The table of a CSV, or of the one CSV in the ZIP that Google Forms hands out.

    Raises SurveyErrors naming rows that are misshapen.
    """
    if content.startswith(b"PK"):
        content = _unpacked(content, name)
    try:
        text = content.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError as error:
        raise SurveyError("table-encoding", where=Where(name)) from error
    header, rows, lines = _rows(text, name)
    if not rows:
        raise SurveyError("table-empty", where=Where(name))
    if len(rows) > ROWS_MAXIMUM or len(header) > COLUMNS_MAXIMUM:
        limits = {"rows": ROWS_MAXIMUM, "columns": COLUMNS_MAXIMUM}
        raise SurveyError("table-large", where=Where(name), **limits)
    personal = frozenset(
        at for at, title in enumerate(header) if looks_personal(title, [row[at] for row in rows])
    )
    return _without(AnswerTable(tuple(header), tuple(rows), tuple(lines), personal))


def carry(table: AnswerTable) -> str:
    """The table as text for a hidden field."""
    content = [table.header, table.rows, table.lines, sorted(table.personal)]
    return base64.b64encode(zlib.compress(json.dumps(content).encode(), 9)).decode()


def restore(text: str) -> AnswerTable:
    """The table of `carry`. Raises SurveyError for anything else."""
    try:
        packed = zlib.decompressobj()
        raw = packed.decompress(base64.b64decode(text, validate=True), CARRIED_MAXIMUM)
        header, rows, lines, personal = json.loads(raw)
        table = AnswerTable(
            tuple(map(str, header)),
            tuple(tuple(map(str, row)) for row in rows),
            tuple(map(int, lines)),
            frozenset(map(int, personal)),
        )
    except (binascii.Error, zlib.error, ValueError, TypeError) as error:
        raise SurveyError("table-stale") from error
    is_whole = len(table.rows) == len(table.lines) <= ROWS_MAXIMUM
    if not is_whole or any(len(row) != len(table.header) for row in table.rows):
        raise SurveyError("table-stale")
    return _without(table)


def _without(table: AnswerTable) -> AnswerTable:
    """The table with nothing in its personal columns."""
    if not table.personal:
        return table
    kept = [at not in table.personal for at in range(len(table.header))]
    rows = tuple(
        tuple(cell if keep else "" for cell, keep in zip(row, kept, strict=True))
        for row in table.rows
    )
    return replace(table, rows=rows)


def _unpacked(content: bytes, name: str) -> bytes:
    """The one CSV of an archive, of no more than CARRIED_MAXIMUM bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tables = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if len(tables) == 1 and tables[0].file_size <= CARRIED_MAXIMUM:
                return archive.read(tables[0])
    # Damaged, cut off, under a password, or packed in a way of its own.
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise SurveyError("table-archive", where=Where(name)) from error
    raise SurveyError("table-archive", where=Where(name))


def _rows(text: str, name: str) -> tuple[list[str], list[tuple[str, ...]], list[int]]:
    lines = text.split("\n", 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sniff_delimiter(lines[0]))
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    faults: list[SurveyError] = []
    try:
        header = [" ".join(cell.split()) for cell in next(reader, [])]
        for row in reader:
            cells = _trimmed(row)
            if not any(cells):
                continue
            if len(cells) != len(header):
                width = {"actual": len(cells), "expected": len(header)}
                where = Where(name, reader.line_num)
                faults.append(SurveyError("row-width", where=where, **width))
            rows.append(cells)
            numbers.append(reader.line_num)
    except csv.Error as error:
        raise SurveyError("table-encoding", where=Where(name, reader.line_num)) from error
    if faults:
        raise SurveyErrors(faults)
    return header, rows, numbers


def _trimmed(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(cell.split())[:CELL_MAXIMUM] for cell in row)
