"""Tables as CSV and XLSX that no spreadsheet program will run as formulas."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# A cell that starts so is evaluated by spreadsheet programs (OWASP, CSV injection).
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")

Row = Sequence[Any]


def safe_cell(value: Any) -> Any:
    """A value for a CSV cell: text that could be a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return "'" + value
    return value


def to_csv(header: Row, rows: Iterable[Row]) -> str:
    """A table as CSV text."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([safe_cell(cell) for cell in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def to_xlsx(sheets: Mapping[str, tuple[Row, Iterable[Row]]]) -> bytes:
    """A workbook of named sheets, each a header and rows; text is always stored as text."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        for name, (header, rows) in sheets.items():
            sheet = book.add_worksheet(name[:31])
            sheet.write_row(0, 0, header, bold)
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    _write(sheet, number, column, value)
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))
