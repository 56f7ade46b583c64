"""Figures of many units from one XLSX or CSV: every problem by row, then all of it or nothing."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.zi.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, SurveyErrors, Where
from survey_app.store.tables import Account, Unit
from survey_app.zi.entries import NewEntry, check_entries, components, read_value, record_entries
from survey_app.zi.evaluations import basis_of, require_year

HEADINGS = ("unit", "tahun", "komponen", "nilai", "sumber", "responden", "galat_baku")
EXAMPLES = (
    ("disdukcapil-contoh", 2026, "pengawasan.pemenuhan", 6.5, "LKE 2026", "", ""),
    ("disdukcapil-contoh", 2026, "ipak", 3.65, "Laporan survei TPN 12/2026", 120, 0.04),
)
VALUE = HEADINGS.index("nilai")
ROWS_MAXIMUM = 5000


@dataclass(frozen=True)
class Line:
    """One row: whose figure, of which year, and the figure."""

    unit: str
    year: int
    entry: NewEntry


@dataclass(frozen=True)
class Import:
    """What a file holds, and what is wrong with it."""

    name: str
    lines: tuple[Line, ...]
    problems: tuple[SurveyError, ...]

    @property
    def groups(self) -> dict[tuple[str, int], list[NewEntry]]:
        """Figures by unit and year."""
        found: dict[tuple[str, int], list[NewEntry]] = {}
        for line in self.lines:
            found.setdefault((line.unit, line.year), []).append(line.entry)
        return found


def read_import(content: bytes, name: str) -> Import:
    """The rows of a file, with every row that cannot be read among the problems.

    Raises SurveyError where it is no table with the right headings.
    """
    rows = list(_rows(content, name))
    heading = tuple(str(cell or "").strip().lower() for cell in rows[0]) if rows else ()
    if heading[: len(HEADINGS)] != HEADINGS:
        raise SurveyError("zi-import-heading", where=Where(name, 1), wanted=", ".join(HEADINGS))
    if len(rows) > ROWS_MAXIMUM + 1:
        raise SurveyError("zi-import-large", where=Where(name), limit=ROWS_MAXIMUM)
    lines, problems = [], []
    for number, row in enumerate(rows[1:], 2):
        cells = [_text(cell) for cell in [*row, *[None] * len(HEADINGS)][: len(HEADINGS)]]
        if not cells[VALUE]:
            continue  # a row of the example that nobody filled in
        try:
            lines.append(_line(cells, Where(name, number)))
        except SurveyError as error:
            problems.append(error)
    if not lines and not problems:
        raise SurveyError("zi-import-empty", where=Where(name))
    return Import(name, tuple(lines), tuple(problems))


def check_import(
    session: Session, found: Import, unit_ids: set[int] | None, today: date
) -> list[SurveyError]:
    """Every problem of a file, in the order of its rows; changes nothing."""
    units = _units(session, found, unit_ids)
    problems = list(found.problems)
    for (slug, year), entries in found.groups.items():
        place = Where(entries[0].where.file, entries[0].where.line, "unit")
        if slug not in units:
            problems.append(SurveyError("zi-import-unit", where=place, slug=slug))
            continue
        try:
            require_year(year, today)
        except SurveyError as error:
            error.where = Where(place.file, place.line, "tahun")
            problems.append(error)
            continue
        basis = basis_of(session, units[slug].id, year, today)
        problems += check_entries(components(basis.rules), entries)
    return sorted(problems, key=lambda one: one.where.line or 0)


def apply_import(
    session: Session, found: Import, unit_ids: set[int] | None, account: Account, now: datetime
) -> int:
    """Record a file's figures, all or none; returns how many differ. Raises SurveyErrors."""
    problems = check_import(session, found, unit_ids, now.date())
    if problems:
        raise SurveyErrors(problems)
    units = _units(session, found, unit_ids)
    return sum(
        record_entries(
            session, units[slug], year, entries, account, now, origin=f"impor {found.name}"
        )
        for (slug, year), entries in found.groups.items()
    )


def _units(session: Session, found: Import, unit_ids: set[int] | None) -> dict[str, Unit]:
    wanted = {line.unit for line in found.lines}
    units = session.scalars(select(Unit).where(Unit.slug.in_(wanted)))
    return {one.slug: one for one in units if unit_ids is None or one.id in unit_ids}


def _rows(content: bytes, name: str) -> Iterable[Sequence[Any]]:
    try:
        if content.startswith(b"PK"):
            return _sheet_rows(content, name)
        text = content.decode("utf-8-sig")
        dialect = ";" if ";" in text.split("\n", 1)[0] else ","
        return list(csv.reader(io.StringIO(text), delimiter=dialect))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SurveyError("zi-import-unreadable", where=Where(name), reason=error) from error


def _sheet_rows(content: bytes, name: str) -> list[Sequence[Any]]:
    from openpyxl import load_workbook

    from survey_app.monitor.evidence_files import recognise

    recognise(content)  # refuses what unpacks without bound before it is unpacked
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        return list(sheet.iter_rows(values_only=True, max_row=ROWS_MAXIMUM + 2))
    except Exception as error:  # openpyxl raises whatever its XML parser met
        reason = type(error).__name__
        raise SurveyError("zi-import-unreadable", where=Where(name), reason=reason) from error


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _line(cells: list[str], where: Where) -> Line:
    unit, year, code, value, source, n, se = cells

    def at(field: str) -> Where:
        return Where(where.file, where.line, field)

    if not year.isdigit() or len(year) != 4:
        raise SurveyError("zi-not-number", where=at("tahun"), value=year)
    if n and not (n.isdigit() and len(n) < 10):
        raise SurveyError("zi-respondents", where=at("responden"))
    entry = NewEntry(
        code=code.lower(),
        value=read_value(value, at("nilai")),
        source=source,
        se=read_value(se, at("galat_baku")),
        n=int(n) if n else None,
        where=at(code.lower()),
    )
    return Line(unit, int(year), entry)
