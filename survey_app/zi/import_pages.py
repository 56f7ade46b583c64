"""Import of figures of many units: an example, a check that lists every problem, the import."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as AnyResponse

from instruments.errors import SurveyError, SurveyErrors
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.spreadsheets import to_xlsx
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.languages import message_language
from survey_app.zi.entries import components
from survey_app.zi.imports import (
    EXAMPLES,
    HEADINGS,
    Import,
    apply_import,
    check_import,
    read_import,
)
from survey_app.zi.rules import rules_on

blueprint = Blueprint("zi_import", __name__, template_folder="templates")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRY_RUN = "periksa"
Page = str | AnyResponse | tuple[str, int]


class ImportForm(FlaskForm):  # type: ignore[misc]
    """A file to check or to import."""

    file = FileField(__("Berkas (XLSX atau CSV)"), [FileRequired(__("Pilih berkasnya."))])


@blueprint.get("/zi/impor")
@requires(Role.EVALUATOR)
def overview() -> str:
    """What may be imported, and how."""
    return _page(ImportForm())


@blueprint.get("/zi/impor/contoh.xlsx")
@requires(Role.EVALUATOR)
def example() -> Response:
    """A workbook with the headings, two example rows, and the codes that may stand in it."""
    with context().store.read() as session:
        known = components(rules_on(session, context().clock().date()))
    codes = [
        (one.code, f"{one.label} {one.part}".strip(), float(one.maximum)) for one in known.values()
    ]
    sheets = {
        "nilai": (HEADINGS, EXAMPLES),
        "komponen": (("komponen", "nama", "paling besar"), codes),
    }
    response = Response(to_xlsx(sheets), mimetype=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="contoh-nilai-zi.xlsx"'
    return response


@blueprint.post("/zi/impor")
@requires(Role.EVALUATOR)
def import_() -> Page:
    """Check a file, or import it."""
    form, parts, person = ImportForm(), context(), viewer()
    if not form.validate_on_submit():
        return _page(form), 422
    upload = form.file.data
    try:
        found = read_import(upload.read(), (upload.filename or "impor")[:100])
        if DRY_RUN in request.form:
            return _check(form, found)
        with parts.store.write() as session:
            visible = person.visible_unit_ids(session, Role.EVALUATOR)
            count = apply_import(session, found, visible, person.account, parts.clock())
            detail = {"changed": count, "rows": len(found.lines)}
            audit.record(session, person.account, "zi-import", found.name, parts.clock(), **detail)
    except SurveyErrors as error:
        return _page(form, problems=error.errors), 422
    except SurveyError as error:
        return _page(form, problems=[error]), 422
    flash(_("Impor selesai: %(count)s nilai berubah.", count=count))
    return redirect(url_for("zi.overview"))


def _check(form: ImportForm, found: Import) -> Page:
    with context().store.read() as session:
        visible = viewer().visible_unit_ids(session, Role.EVALUATOR)
        problems = check_import(session, found, visible, context().clock().date())
    if problems:
        return _page(form, problems=problems), 422
    return _page(form, found=found)


def _page(
    form: ImportForm, problems: list[SurveyError] | None = None, found: Import | None = None
) -> str:
    lines = [one.line(message_language()) for one in problems or []]
    return render_template(
        "zi/import.html", form=form, lines=lines, found=found, headings=HEADINGS, dry_run=DRY_RUN
    )
