"""A list to take away, the same way from every page that shows one: as CSV or as XLSX.

Whoever opens the page may have its file, and the file holds what the page shows and no more.
"""

from collections.abc import Iterable

from flask import Response

from survey_app.spreadsheets import Row, to_csv, to_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_file(name: str, form: str, header: Row, rows: Iterable[Row]) -> Response:
    """A table as a file called `name`; `form` is csv or xlsx. No cell is run as a formula."""
    if form == "csv":
        response = Response(to_csv(header, rows), mimetype="text/csv")
    else:
        response = Response(to_xlsx({name: (header, rows)}), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
