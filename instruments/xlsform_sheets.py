"""The cells of an XLSForm workbook: text by heading, each with its place such as `survey!C5`."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile

import instruments.xlsform_messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from instruments.xlsform import OFFICIAL, TAGS

# What a file may unpack to: far above any honest questionnaire, far below a bomb.
UNPACKED_MAXIMUM = 20_000_000
ROWS_MAXIMUM, COLUMNS_MAXIMUM = 2000, 200

_WORDED = re.compile(r"^(?P<column>[a-z_]+)::?\s*(?P<language>.+)$")
_TAG = re.compile(r"\(([A-Za-z-]+)\)\s*$")
_CODE = re.compile(r"^[a-z]{2,3}$")


@dataclass(frozen=True)
class Line:
    """One row of a sheet: its trimmed texts by heading, and where each stands."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")

    def place(self, heading: str) -> str:
        """The cell under a heading; the row alone where the sheet has no such column."""
        return f"{self.sheet}!{self.letters.get(heading, '')}{self.number}"

    def fault(self, heading: str, code: str, **values: object) -> SurveyError:
        """A fault of the cell under a heading."""
        return SurveyError(code, where=Where(field=self.place(heading)), **values)


@dataclass(frozen=True)
class Sheets:
    """The sheets of a workbook by lower-case name, and what is wrong with their headings."""

    lines: Mapping[str, list[Line]]
    faults: list[SurveyError]

    def languages(self) -> list[str]:
        """Codes of the languages that any heading names, the official one left out."""
        found = {
            heading.partition("::")[2]: None
            for lines in self.lines.values()
            for line in lines
            for heading in line.letters
            if "::" in heading
        }
        return [code for code in found if code != OFFICIAL]


def read_sheets(content: bytes) -> Sheets:
    """Every sheet of a workbook. Raises SurveyError where it is none.

    Headings of words become `label::jv`, whatever the language is called; without a language
    they are the official ones.
    """
    from openpyxl import load_workbook

    _require_small(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        tables = {
            name.strip().lower(): list(
                book[name].iter_rows(
                    values_only=True, max_row=ROWS_MAXIMUM, max_col=COLUMNS_MAXIMUM
                )
            )
            for name in book.sheetnames
        }
    except Exception as error:  # openpyxl raises whatever its XML parser met
        raise SurveyError("xlsform-unreadable", reason=type(error).__name__) from error
    faults: list[SurveyError] = []
    lines = {name: list(_lines(name, rows, faults)) for name, rows in tables.items()}
    return Sheets(lines, faults)


def _require_small(content: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except BadZipFile as error:
        raise SurveyError("xlsform-unreadable", reason="bukan XLSX") from error
    if unpacked > UNPACKED_MAXIMUM:
        raise SurveyError("xlsform-unreadable", reason="terlalu besar")


def _lines(sheet: str, rows: list[tuple[object, ...]], faults: list[SurveyError]) -> Iterator[Line]:
    headings = [_heading(_text(cell)) for cell in (rows or [()])[0]]
    letters = {name: _letter(at) for at, (name, _) in enumerate(headings) if name}
    for at, (_, unknown) in enumerate(headings):
        if unknown:
            where = Where(field=f"{sheet}!{_letter(at)}1")
            faults.append(SurveyError("xlsform-language", where=where, name=unknown))
    names = [name for name, _ in headings]
    for number, row in enumerate(rows[1:], 2):
        cells = {name: _text(cell) for name, cell in zip(names, row, strict=False) if name}
        if any(cells.values()):
            yield Line(sheet, number, cells, letters)


def _heading(text: str) -> tuple[str, str]:
    """A heading as we key it, and the language in it that we do not know."""
    lowered = text.strip().lower()
    match = _WORDED.match(lowered)
    if match is None:
        return (f"{lowered}::{OFFICIAL}" if lowered in {"label", "hint"} else lowered), ""
    tag = _TAG.search(match["language"])
    code = tag[1] if tag else match["language"].strip()
    code = {name: ours for ours, name in TAGS.items()}.get(code, code)
    if not _CODE.match(code) and code not in TAGS:
        return "", match["language"]
    return f"{match['column']}::{code}", ""


def _letter(at: int) -> str:
    """The letter of a column; 0 is A."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(at + 1))


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "date"):
        return str(cell.date())
    return str(cell).strip()
