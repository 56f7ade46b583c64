"""The result page of one survey, and its tables to take away."""

from flask import Blueprint, Response, render_template

from survey_app.accounts.access import requires, viewer
from survey_app.monitor.findings import (
    Findings,
    find_out,
    grade_sentence,
    quadrant_names,
    reliability_sentence,
    unsur_sign,
)
from survey_app.monitor.result_tables import result_tables
from survey_app.spreadsheets import to_csv, to_xlsx
from survey_app.store.tables import Role, Survey
from survey_app.web.context import context

blueprint = Blueprint("results", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
EMPTY_SHEET = "indeks"


@blueprint.get("/meja/survei/<key>/hasil")
@requires(*STAFF)
def result(key: str) -> str:
    """The index with its uncertainty, what drives it, and whom it differs between."""
    found, findings = _find(key)
    return render_template(
        "monitor/result.html",
        survey=found,
        findings=findings,
        minimum=context().settings.display_minimum,
        grade_sentence=grade_sentence,
        reliability_sentence=reliability_sentence,
        quadrants=quadrant_names(),
        sign=unsur_sign,
    )


@blueprint.get("/meja/survei/<key>/hasil/<any(indeks, unsur, kelompok, periode):name>.csv")
@requires(*STAFF)
def table(key: str, name: str) -> Response:
    """One table of the result page as CSV."""
    _found, findings = _find(key)
    tables = result_tables(findings) if findings else {}
    header, rows = tables.get(name, ((), []))
    return _download(to_csv(header, rows), "text/csv", f"{name}-{key}.csv")


@blueprint.get("/meja/survei/<key>/hasil.xlsx")
@requires(*STAFF)
def workbook(key: str) -> Response:
    """All tables of the result page as a workbook."""
    _found, findings = _find(key)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sheets = result_tables(findings) if findings else {EMPTY_SHEET: ((), [])}
    return _download(to_xlsx(dict(sheets)), kind, f"hasil-{key}.xlsx")


def _find(key: str) -> tuple[Survey, Findings | None]:
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        return found, find_out(session, found, parts.settings.display_minimum)


def _download(content: str | bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
