"""Reads a filled LKE workbook: every problem by its cell, then all of it or nothing."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.zi.lke_messages  # noqa: F401  registers the words of the errors raised here
from analysis.zi_rules import ZiRules
from instruments.errors import SurveyError, SurveyErrors, Where
from survey_app.monitor.evidence_files import recognise
from survey_app.store.tables import Account, Unit
from survey_app.zi.entries import (
    Component,
    NewEntry,
    check_entries,
    components,
    read_value,
    record_entries,
)
from survey_app.zi.evaluations import basis_of, require_year
from survey_app.zi.lke_sheets import (
    CODE,
    COMPUTED,
    ERROR,
    FILLED,
    HEADING_ROW,
    HEADINGS,
    LKE,
    RESPONDENTS,
    SOURCE,
    UNIT,
    VALUE,
    WEIGHT,
    YEAR_LABEL,
    Part,
    letter,
    parts_of,
)

ROWS_MAXIMUM = 30_000
# A fault of an entry names the part of it that is wrong.
COLUMN_OF_PART = {"source": SOURCE, "n": RESPONDENTS, "se": ERROR}
CLOSE = 1e-6


@dataclass(frozen=True)
class Row:
    """One component of one unit as the workbook has it, with the number of its row."""

    number: int
    cells: Mapping[str, Any]
    formulas: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A cell as text, empty for nothing."""
        value = self.cells[name]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def place(self, name: str) -> Where:
        """The cell as people call it: `LKE!F7`."""
        return Where(cell_of(name, self.number))


@dataclass(frozen=True)
class Filled:
    """A workbook that was read: its year, the figures of each unit, what is wrong so far."""

    name: str
    year: int
    rows: tuple[Row, ...]
    problems: tuple[SurveyError, ...]

    @property
    def units(self) -> list[str]:
        """Codes of the units in it, in order."""
        return list(dict.fromkeys(row.text(UNIT) for row in self.rows))


@dataclass(frozen=True)
class Plan:
    """What an import would record, by unit, and everything that stands against it."""

    year: int
    entries: Mapping[str, Sequence[NewEntry]]
    problems: tuple[SurveyError, ...]

    @property
    def count(self) -> int:
        """How many figures would be recorded or confirmed."""
        return sum(len(entries) for entries in self.entries.values())


def cell_of(name: str, row: int) -> str:
    """The name of a cell on the first sheet."""
    return f"{LKE}!{letter(HEADINGS.index(name))}{row}"


def read_workbook(content: bytes, name: str) -> Filled:
    """The rows of a filled workbook. Raises SurveyError where it is none of ours."""
    values, formulas = _grid(content, name)
    _require_headings(values)
    year = _year(values)
    rows, problems = [], []
    for number in range(HEADING_ROW + 1, len(values) + 1):
        cells = dict(zip(HEADINGS, values[number - 1], strict=False))
        if all(cells.get(heading) in (None, "") for heading in (UNIT, CODE, *FILLED)):
            continue
        row = Row(number, cells, dict(zip(HEADINGS, formulas[number - 1], strict=False)))
        rows.append(row)
        problems += list(_untouched(row))
    if not rows:
        raise SurveyError("lke-empty", where=Where(cell_of(UNIT, HEADING_ROW + 1)))
    return Filled(name, year, tuple(rows), tuple(problems))


def plan_import(session: Session, filled: Filled, unit_ids: set[int] | None, today: date) -> Plan:
    """What would be recorded for the units that one may enter figures for; changes nothing."""
    problems = list(filled.problems)
    try:
        require_year(filled.year, today)
    except SurveyError as error:
        problems.append(_at(error, f"{LKE}!B2"))
        return Plan(filled.year, {}, tuple(problems))
    units = _units(session, filled, unit_ids)
    entries: dict[str, list[NewEntry]] = {}
    for slug in filled.units:
        rows = [row for row in filled.rows if row.text(UNIT) == slug]
        if slug not in units:
            problems.append(SurveyError("lke-unit", where=rows[0].place(UNIT), slug=slug))
            continue
        rules = basis_of(session, units[slug].id, filled.year, today).rules
        found, faults = _entries(rows, rules)
        entries[slug] = found
        problems += faults
    return Plan(filled.year, entries, tuple(sorted(problems, key=_order)))


def apply_plan(
    session: Session,
    plan: Plan,
    name: str,
    unit_ids: set[int] | None,
    account: Account,
    now: datetime,
) -> int:
    """Record a plan's figures, all or none; returns how many differ. Raises SurveyErrors."""
    if plan.problems:
        raise SurveyErrors(list(plan.problems))
    query = select(Unit).where(Unit.slug.in_(list(plan.entries)))
    units = [one for one in session.scalars(query) if unit_ids is None or one.id in unit_ids]
    origin = f"impor {name}"
    count = 0
    for unit in units:
        entries = plan.entries[unit.slug]
        count += record_entries(session, unit, plan.year, entries, account, now, origin=origin)
    return count


def _grid(content: bytes, name: str) -> tuple[list[Sequence[Any]], list[Sequence[Any]]]:
    """Values and formulas of the first sheet, row by row."""
    from openpyxl import load_workbook

    try:
        recognise(content)  # refuses what unpacks without bound before it is unpacked
        found: list[list[Sequence[Any]]] = []
        for data_only in (True, False):
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
            if LKE not in book.sheetnames:
                raise SurveyError("lke-sheet", where=Where(name), sheet=LKE)
            limits = {"max_row": ROWS_MAXIMUM, "max_col": len(HEADINGS)}
            rows = book[LKE].iter_rows(values_only=True, **limits)
            blanks = [None] * len(HEADINGS)
            found.append([[*row, *blanks][: len(HEADINGS)] for row in rows])
        return found[0], found[1]
    except SurveyError:
        raise
    except Exception as error:  # openpyxl raises whatever its XML parser met
        reason = type(error).__name__
        raise SurveyError("lke-unreadable", where=Where(name), reason=reason) from error


def _require_headings(values: Sequence[Sequence[Any]]) -> None:
    found = values[HEADING_ROW - 1] if len(values) >= HEADING_ROW else ()
    faults = [
        SurveyError("lke-heading", where=Where(cell_of(wanted, HEADING_ROW)), wanted=wanted)
        for at, wanted in enumerate(HEADINGS)
        if str((found[at] if at < len(found) else None) or "").strip() != wanted
    ]
    if faults:
        raise SurveyErrors(faults)


def _year(values: Sequence[Sequence[Any]]) -> int:
    label, year = values[1][0], values[1][1]
    is_whole = isinstance(year, int | float) and not isinstance(year, bool) and year == int(year)
    if str(label or "").strip() != YEAR_LABEL or not is_whole:
        raise SurveyError("lke-year", where=Where(f"{LKE}!B2"))
    return int(year)


def _untouched(row: Row) -> Iterator[SurveyError]:
    """Faults of cells that are computed, and of formulas that nobody has computed."""
    for name in COMPUTED:
        formula = row.formulas[name]
        if formula not in (None, "") and not str(formula).startswith("="):
            yield SurveyError("lke-computed", where=row.place(name))
    for name in FILLED:
        if str(row.formulas[name] or "").startswith("=") and row.cells[name] is None:
            yield SurveyError("lke-not-computed", where=row.place(name))


def _units(session: Session, filled: Filled, unit_ids: set[int] | None) -> dict[str, Unit]:
    units = session.scalars(select(Unit).where(Unit.slug.in_(filled.units)))
    return {one.slug: one for one in units if unit_ids is None or one.id in unit_ids}


def _entries(rows: Sequence[Row], rules: ZiRules) -> tuple[list[NewEntry], list[SurveyError]]:
    """The figures of one unit, and what is wrong with them, each by its cell."""
    parts, known = {part.code: part for part in parts_of(rules)}, components(rules)
    entries: list[NewEntry] = []
    problems: list[SurveyError] = []
    numbers: dict[str, int] = {}
    for row in rows:
        part = parts.get(row.text(CODE))
        if part is None:
            problems.append(SurveyError("lke-code", where=row.place(CODE), code=row.text(CODE)))
        elif part.code in numbers:
            first = cell_of(CODE, numbers[part.code])
            problems.append(SurveyError("lke-twice", where=row.place(CODE), first=first))
        else:
            numbers[part.code] = row.number
            problems += list(_wrong_weight(row, part))
            found, faults = _entry(row, part)
            entries += found
            problems += faults or list(_checked(row, found, known))
    return entries, problems


def _wrong_weight(row: Row, part: Part) -> Iterator[SurveyError]:
    weight = row.cells[WEIGHT]
    is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
    if weight is not None and not (is_number and abs(weight - part.maximum) < CLOSE):
        shown = f"{part.maximum:g}"
        yield SurveyError("lke-weight", where=row.place(WEIGHT), found=weight, wanted=shown)


def _entry(row: Row, part: Part) -> tuple[list[NewEntry], list[SurveyError]]:
    """The figure that a row holds, none where nothing is filled."""
    filled = [name for name in FILLED if row.text(name)]
    if part.is_sum:
        return [], [SurveyError("lke-sum", where=row.place(name)) for name in filled]
    if not filled:
        return [], []
    if not row.text(VALUE):
        return [], [SurveyError("lke-value-missing", where=row.place(VALUE))]
    faults: list[SurveyError] = []
    numbers = {}
    for name in (VALUE, ERROR):
        try:
            numbers[name] = read_value(row.text(name), row.place(name))
        except SurveyError as error:
            faults.append(error)
    size = row.text(RESPONDENTS)
    if size and not (size.isascii() and size.isdigit() and len(size) < 10):
        faults.append(SurveyError("lke-respondents", where=row.place(RESPONDENTS)))
    if faults:
        return [], faults
    count = int(size) if size else None
    entry = NewEntry(
        part.code, numbers[VALUE], row.text(SOURCE), numbers[ERROR], count, Where(LKE, row.number)
    )
    return [entry], []


def _checked(
    row: Row, entries: Sequence[NewEntry], known: Mapping[str, Component]
) -> Iterator[SurveyError]:
    """What the entries' own rules say against a row, at the cell that it is about."""
    for fault in check_entries(known, entries):
        part = (fault.where.field or "").rpartition(":")[2]
        yield _at(fault, cell_of(COLUMN_OF_PART.get(part, VALUE), row.number))


def _at(error: SurveyError, cell: str) -> SurveyError:
    error.where = Where(cell)
    return error


def _order(error: SurveyError) -> tuple[int, str]:
    digits = "".join(letter for letter in (error.where.file or "") if letter.isdigit())
    return int(digits or 0), error.where.file or ""
