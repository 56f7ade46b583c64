"""Writes the LKE workbook of one unit or many: every point re-derived by formulas in the sheet.

From the number of respondents who gave each answer follow the mean of each item, the index of
each survey, the mean of the months that are proposed, and the points; so that whoever doubts a
figure can follow it cell by cell.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from survey_app.zi.lke_cells import Cells, Formula, formats_of
from survey_app.zi.lke_evidence import write_months, write_rules_sheet, write_surveys
from survey_app.zi.lke_sheets import (
    COMPUTED,
    FILLED,
    HEADING_ROW,
    HEADINGS,
    ITEMS,
    LKE,
    MONTHS,
    NOTES,
    RULES,
    SURVEYS,
    YEAR_LABEL,
    Part,
    letter,
    parts_of,
)
from survey_app.zi.lke_tallies import Basis
from survey_app.zi.scores import Sheet

NOTES_TEXT = (
    "Isilah hanya kolom kuning: nilai, sumber dokumen, responden, dan galat baku.",
    "Untuk area dan capaian kinerja, nilai adalah poin; untuk IPAK dan IPKP, nilai adalah indeks "
    "survei eksternal pada skala 0-4.",
    "Sel kosong tidak mengubah apa pun saat berkas ini diimpor kembali.",
    "Indeks survei mandiri dihitung dari survei unit sendiri. Ia bukan survei eksternal dan hanya "
    "masuk ke kolom Poin perkiraan, tidak pernah ke kolom Poin.",
    "Nilai yang diketik tetap berlabel diisi manual, belum terverifikasi.",
    "Indeks yang diusulkan adalah rata-rata indeks bulan-bulan pada lembar Bulan (SE Menteri PANRB "
    "04/2023). Survei satu triwulan mewakili ketiga bulannya.",
    "Rumus pada lembar Unsur dan Survei menghitung ulang setiap indeks dari banyaknya responden "
    "pada tiap jawaban. Bundel bukti dengan sidik yang tertulis dapat diperiksa di alamatnya.",
)


def write_lke(sheets: Sequence[Sheet], bases: Sequence[Basis], public_url: str) -> bytes:
    """The workbook of units' evaluations of one year, all under the rules of each.

    `bases` are the surveys that the proposed indices rest on. The units must share their rules.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        formats = formats_of(book)
        cells = {
            name: Cells(book.add_worksheet(name), formats=formats)
            for name in (LKE, MONTHS, SURVEYS, ITEMS, RULES, NOTES)
        }
        rules = sheets[0].rules
        places = write_rules_sheet(cells[RULES], rules)
        indices = write_surveys(cells[SURVEYS], cells[ITEMS], bases, public_url)
        means = write_months(cells[MONTHS], sheets, indices)
        _write_lke(cells[LKE], sheets, means, places)
        for note in NOTES_TEXT:
            cells[NOTES].line([note])
        cells[NOTES].sheet.set_column(0, 0, 110)
    return buffer.getvalue()


def _write_lke(
    cells: Cells,
    sheets: Sequence[Sheet],
    means: Mapping[tuple[str, str], Formula],
    places: Mapping[str, str],
) -> None:
    cells.line(["Lembar Kerja Evaluasi Zona Integritas: baris survei dan nilai"], "title")
    cells.line([YEAR_LABEL, sheets[0].year])
    cells.line(HEADINGS, "head")
    for sheet in sheets:
        _write_block(cells, sheet, means, places)
    cells.sheet.set_column(0, 1, 26)
    cells.sheet.set_column(2, 2, 24)
    cells.sheet.set_column(3, 3, 52)
    cells.sheet.set_column(4, len(HEADINGS) - 1, 14)
    cells.sheet.freeze_panes(HEADING_ROW, 4)


def _write_block(
    cells: Cells,
    sheet: Sheet,
    means: Mapping[tuple[str, str], Formula],
    places: Mapping[str, str],
) -> None:
    """The rows of one unit."""
    rows: dict[str, int] = {}
    reached: dict[str, tuple[float | None, float | None]] = {}
    for part in parts_of(sheet.rules):
        row = rows[part.code] = cells.row + 1
        both = _points(part, sheet, means, places, row)
        if part.is_sum:
            both = _sums(part, rows, reached)
        reached[part.code] = (both[0].value, both[1].value)
        _write_part(cells, part, sheet, means, places, both)


def _write_part(
    cells: Cells,
    part: Part,
    sheet: Sheet,
    means: Mapping[tuple[str, str], Formula],
    places: Mapping[str, str],
    both: tuple[Formula, Formula],
) -> None:
    entry = sheet.entries.get(part.code)
    filled: tuple[Any, ...] = (None,) * len(FILLED)
    if entry:
        filled = (float(entry.value), entry.source, entry.n, entry.se)
    weight: Any = part.maximum
    if not part.is_sum:
        weight = Formula(f"={places[part.code]}", part.maximum)
    own = means.get((sheet.unit.slug, part.code))
    style = "sum" if part.is_sum else None
    start = (sheet.unit.slug, sheet.unit.name, part.code, part.label, weight)
    cells_of_row = (*start, *filled, own, *both, _note(part, sheet))
    for column, cell in enumerate(cells_of_row):
        is_filled = HEADINGS[column] in FILLED and not part.is_sum
        cells.put(column, cell, "fill" if is_filled else style)
    cells.row += 1


def _points(
    part: Part,
    sheet: Sheet,
    means: Mapping[tuple[str, str], Formula],
    places: Mapping[str, str],
    row: int,
) -> tuple[Formula, Formula]:
    """Points with what was filled, and for an index also with the unit's own survey."""
    value, own = (f"{letter(HEADINGS.index(name))}{row}" for name in (FILLED[0], COMPUTED[0]))
    entry = sheet.entries.get(part.code)
    typed = float(entry.value) if entry else None
    if not part.is_index:
        formula = Formula(f'=IF({value}="","",{value})', typed)
        return formula, formula
    rate = f"/{places['index']}*{places[part.code]}"
    most = float(sheet.rules.index_maximum)
    mean = means.get((sheet.unit.slug, part.code))
    own_value = None if mean is None or mean.value is None else mean.value / most * part.maximum
    points = None if typed is None else typed / most * part.maximum
    return (
        Formula(f'=IF({value}="","",{value}{rate})', points),
        Formula(f'=IF({own}="","",{own}{rate})', own_value),
    )


def _sums(
    part: Part, rows: Mapping[str, int], reached: Mapping[str, tuple[float | None, float | None]]
) -> tuple[Formula, Formula]:
    """The sum of rows above, blank while one of them is."""
    found = []
    for at, name in enumerate(COMPUTED[1:]):
        column = letter(HEADINGS.index(name))
        places = ",".join(f"{column}{rows[code]}" for code in part.sums)
        values = [reached[code][at] for code in part.sums]
        total = None if None in values else sum(value for value in values if value is not None)
        found.append(Formula(f'=IF(COUNT({places})<{len(part.sums)},"",SUM({places}))', total))
    return found[0], found[1]


def _note(part: Part, sheet: Sheet) -> str:
    evidence = sheet.indices.get(part.code)
    if evidence is None:
        return "Diisi manual, belum terverifikasi" if part.code in sheet.entries else ""
    if evidence.own is None:
        return evidence.missing.text() if evidence.missing else ""
    months = ", ".join(evidence.own.months)
    return f"Survei mandiri bulan {months}; kolom Nilai untuk survei eksternal"
