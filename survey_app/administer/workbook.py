"""Reads the workbook in which agencies, units, services and accounts come in bulk.

Every problem is found in one pass and named by sheet and row; nothing here knows a database.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zipfile import BadZipFile, ZipFile

import survey_app.administer.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where

# What a file may unpack to: far above any honest workbook, far below a bomb.
UNPACKED_MAXIMUM = 50_000_000
ROWS_MAXIMUM = 20_000

SHEETS: Mapping[str, tuple[str, ...]] = {
    "instansi": ("kode", "nama"),
    "unit": ("kode", "nama", "instansi", "induk", "alamat", "zona waktu"),
    "layanan": ("unit", "kode", "nama"),
    "akun": ("surel", "nama", "peran", "unit"),
}
OPTIONAL = frozenset({"induk", "alamat", "zona waktu"})
EXAMPLES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "instansi": (("kota-contoh", "Pemerintah Kota Contoh"),),
    "unit": (
        ("disdukcapil", "Dinas Dukcapil", "kota-contoh", "", "Jl. Merdeka 1", "Asia/Jakarta"),
    ),
    "layanan": (("disdukcapil", "ktp", "KTP elektronik"),),
    "akun": (("petugas@contoh.go.id", "Nama Petugas", "staff", "disdukcapil"),),
}

_CODE = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_CODED = frozenset({"kode", "instansi", "induk", "unit"})
_LENGTHS = {"nama": 200, "kode": 80, "alamat": 300, "surel": 254}


@dataclass(frozen=True)
class Line:
    """One row of a sheet: its number there and its cells by heading, as trimmed text."""

    sheet: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")

    def problem(self, heading: str, code: str, **values: object) -> SurveyError:
        """A fault of one cell, which names sheet, row and heading."""
        return SurveyError(code, where=Where(self.sheet, self.number, heading), **values)


@dataclass
class Sheets:
    """The rows of a workbook by sheet, and what is wrong with them by themselves."""

    lines: dict[str, list[Line]] = field(default_factory=lambda: {name: [] for name in SHEETS})
    problems: list[SurveyError] = field(default_factory=list)


def read_workbook(content: bytes, name: str) -> Sheets:
    """The sheets of an XLSX file. Raises SurveyError where it is no workbook of ours at all."""
    import openpyxl

    _require_small(content, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its XML parser met
        raise SurveyError(
            "workbook-unreadable", where=Where(name), reason=type(error).__name__
        ) from error
    found = Sheets()
    present = [sheet for sheet in book.sheetnames if sheet.strip().lower() in SHEETS]
    if not present:
        raise SurveyError("workbook-sheets", where=Where(name), known=", ".join(SHEETS))
    for title in present:
        sheet = title.strip().lower()
        rows = book[title].iter_rows(values_only=True, max_row=ROWS_MAXIMUM + 1)
        _read_sheet(sheet, rows, found)
    return found


def _require_small(content: bytes, name: str) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except BadZipFile as error:
        raise SurveyError("workbook-unreadable", where=Where(name), reason="bukan XLSX") from error
    if unpacked > UNPACKED_MAXIMUM:
        raise SurveyError("workbook-unreadable", where=Where(name), reason="terlalu besar")


def _read_sheet(sheet: str, rows: Iterator[tuple[object, ...]], found: Sheets) -> None:
    headings = [_text(cell).lower() for cell in next(rows, ())]
    missing = [one for one in SHEETS[sheet] if one not in headings and one not in OPTIONAL]
    if missing:
        where = Where(sheet, 1)
        found.problems.append(
            SurveyError("workbook-headings", where=where, names=", ".join(missing))
        )
        return
    for number, row in enumerate(rows, 2):
        cells = {
            heading: _text(cell)
            for heading, cell in zip(headings, row, strict=False)
            if heading in SHEETS[sheet]
        }
        if any(cells.values()):
            line = Line(sheet, number, cells)
            found.lines[sheet].append(line)
            found.problems += _faults(line)


def _text(cell: object) -> str:
    """A cell as text; whole numbers, as spreadsheets like to make of codes, without a point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _faults(line: Line) -> Iterator[SurveyError]:
    for heading in SHEETS[line.sheet]:
        text = line[heading]
        if not text:
            if heading not in OPTIONAL:
                yield line.problem(heading, "cell-empty")
        elif heading in _CODED and not _CODE.match(text):
            yield line.problem(heading, "slug-invalid", slug=text)
        elif heading == "surel" and not _EMAIL.match(text):
            yield line.problem(heading, "email-malformed", email=text)
        elif len(text) > _LENGTHS.get(heading, 200):
            yield line.problem(heading, "cell-long", maximum=_LENGTHS.get(heading, 200))
