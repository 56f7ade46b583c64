"""Bulk pages: an example workbook, a dry run that lists every problem, the import, the export."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as AnyResponse

from instruments.errors import SurveyError, SurveyErrors
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.administer.bulk import (
    FirstPassword,
    Plan,
    apply_import,
    make_passwords,
    plan_import,
)
from survey_app.administer.bulk_export import list_places
from survey_app.administer.workbook import EXAMPLES, SHEETS, Sheets, read_workbook
from survey_app.spreadsheets import to_xlsx
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.languages import message_language

blueprint = Blueprint("bulk", __name__, template_folder="templates")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRY_RUN = "periksa"
Page = str | AnyResponse | tuple[str, int]


class WorkbookForm(FlaskForm):  # type: ignore[misc]
    """A workbook to check or to import."""

    file = FileField(__("Buku kerja (XLSX)"), [FileRequired(__("Pilih berkasnya."))])


@blueprint.get("/kelola/massal")
@requires(Role.SUPERADMIN)
def overview() -> str:
    """What can be imported and exported in bulk."""
    return _page(WorkbookForm())


@blueprint.get("/kelola/massal/contoh.xlsx")
@requires(Role.SUPERADMIN)
def example() -> Response:
    """An empty workbook with its headings and one example row a sheet."""
    sheets = {name: (headings, EXAMPLES[name]) for name, headings in SHEETS.items()}
    return _download(to_xlsx(sheets), "contoh-impor.xlsx")


@blueprint.get("/kelola/massal/daftar.xlsx")
@requires(Role.ADMIN)
def export() -> Response:
    """Everything one may administer, in the shape that the import reads."""
    with context().store.read() as session:
        visible = viewer().visible_unit_ids(session, Role.ADMIN)
        sheets = list_places(session, visible)
    return _download(to_xlsx(sheets), "daftar.xlsx")


@blueprint.post("/kelola/massal")
@requires(Role.SUPERADMIN)
def import_() -> Page:
    """Check a workbook, or import it and hand over the first passwords."""
    form = WorkbookForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        upload = form.file.data
        sheets = read_workbook(upload.read(), upload.filename or "impor.xlsx")
    except SurveyError as error:
        form.file.errors = [error.text(message_language())]
        return _page(form), 422
    with context().store.read() as session:
        plan = plan_import(session, sheets)
    if plan.problems:
        return _page(form, plan), 422
    if DRY_RUN in request.form:
        return _page(form, plan)
    return _import(form, sheets, make_passwords(plan))


def _import(form: WorkbookForm, sheets: Sheets, passwords: list[FirstPassword]) -> Page:
    parts, person = context(), viewer()
    try:
        with parts.store.write() as session:
            plan = apply_import(session, sheets, passwords, parts.clock())
            counts = {sheet: plan.count(sheet) for sheet in SHEETS}
            audit.record(session, person.account, "import-places", "impor", parts.clock(), **counts)
    except SurveyErrors as error:
        return _page(form, Plan(problems=error.errors)), 422
    if not plan.count("akun"):
        flash(_("Impor selesai."))
        return redirect(url_for("administer.overview"))
    rows = [(one.email, one.name, one.password) for one in passwords]
    header = ("surel", "nama", "kata sandi pertama")
    return _download(to_xlsx({"akun baru": (header, rows)}), "akun-baru.xlsx")


def _page(form: WorkbookForm, plan: Plan | None = None) -> str:
    lines = [problem.line(message_language()) for problem in plan.problems] if plan else []
    return render_template(
        "administer/bulk.html", form=form, plan=plan, lines=lines, sheets=SHEETS, dry_run=DRY_RUN
    )


def _download(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
