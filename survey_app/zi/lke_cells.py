"""Writes the cells of an LKE workbook: formulas with their values, and texts that stay texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Formula:
    """A formula and the value that it has, for programs that do not compute."""

    text: str
    value: float | None


@dataclass
class Cells:
    """A sheet being written, with the row where the next line goes."""

    sheet: Any
    row: int = 0
    formats: Mapping[str, Any] = field(default_factory=dict)

    def line(self, cells: Iterable[Any], style: str | None = None) -> int:
        """Write one row; returns its number counted from 1."""
        for column, cell in enumerate(cells):
            self.put(column, cell, style)
        self.row += 1
        return self.row

    def put(self, column: int, cell: Any, style: str | None = None) -> None:
        """Write one cell: a formula with its value, a number, or text that stays text."""
        form = self.formats.get(style or "")
        if isinstance(cell, Formula):
            value = "" if cell.value is None else cell.value
            self.sheet.write_formula(self.row, column, cell.text, form, value)
        elif cell is None:
            self.sheet.write_blank(self.row, column, None, form)
        elif isinstance(cell, bool | str):
            self.sheet.write_string(self.row, column, str(cell), form)
        else:
            self.sheet.write_number(self.row, column, float(cell), form)


def formats_of(book: Any) -> dict[str, Any]:
    """The looks of cells, by name."""
    return {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "sum": book.add_format({"bold": True, "top": 1}),
        "fill": book.add_format({"bg_color": "#FFF4C2", "border": 1, "locked": False}),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }
