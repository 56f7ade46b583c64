"""The LKE workbook's pages: download with live formulas, check a filled one, import it."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

import survey_app.zi.lke_messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, SurveyErrors
from survey_app.accounts import audit
from survey_app.accounts.access import Viewer, requires, viewer
from survey_app.publish.queries import Published
from survey_app.store.tables import Agency, Role, Unit
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language
from survey_app.zi.evaluations import FIRST_YEAR
from survey_app.zi.lke_export import write_lke
from survey_app.zi.lke_import import Plan, apply_plan, plan_import, read_workbook
from survey_app.zi.lke_tallies import fetch_basis
from survey_app.zi.scores import Sheet, assemble_many

blueprint = Blueprint("lke_workbook", __name__, template_folder="templates")

READERS = (Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRY_RUN = "periksa"
UNITS_MAXIMUM = 500
Page = str | AnyResponse | tuple[str, int]


class WorkbookForm(FlaskForm):  # type: ignore[misc]
    """A filled workbook to check or to import."""

    file = FileField(__("Buku kerja LKE (XLSX)"), [FileRequired(__("Pilih berkasnya."))])


@blueprint.get("/zi/lke")
@requires(*READERS)
def overview() -> Page:
    """What can be downloaded, and where a filled one goes."""
    return _page(WorkbookForm(formdata=None))


@blueprint.get("/zi/lke.xlsx")
@requires(*READERS)
def download() -> Response:
    """The workbook of one unit, an agency's, or all that one may see."""
    parts, person = context(), viewer()
    today = parts.clock().date()
    year = request.args.get("tahun", today.year, type=int)
    if not FIRST_YEAR <= year <= today.year + 1:
        raise NotFoundError
    with parts.store.read() as session:
        units = _units(session, person)
        sheets = assemble_many(session, units, year, today)
        if any(sheet.rules != sheets[0].rules for sheet in sheets):
            raise SurveyError("lke-rules-differ")
        bases = fetch_basis(session, _published(sheets))
        content = write_lke(sheets, bases, parts.settings.public_url)
    response = Response(content, mimetype=XLSX)
    name = units[0].slug if len(units) == 1 else "unit"
    response.headers["Content-Disposition"] = f'attachment; filename="lke-{name}-{year}.xlsx"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/zi/lke")
@requires(Role.EVALUATOR)
def import_() -> Page:
    """Check a filled workbook, or record its figures: all of them or none."""
    form, parts, person = WorkbookForm(), context(), viewer()
    if not form.validate_on_submit():
        return _page(form), 422
    upload = form.file.data
    name, now = (upload.filename or "lke.xlsx")[:100], parts.clock()
    try:
        filled = read_workbook(upload.read(), name)
        with parts.store.write() as session:
            visible = person.visible_unit_ids(session, Role.EVALUATOR)
            plan = plan_import(session, filled, visible, now.date())
            if plan.problems or DRY_RUN in request.form:
                return _page(form, plan, list(plan.problems)), 422 if plan.problems else 200
            count = apply_plan(session, plan, name, visible, person.account, now)
            detail = {"changed": count, "rows": plan.count, "year": plan.year}
            audit.record(session, person.account, "lke-import", name, now, **detail)
    except SurveyError as error:
        faults = error.errors if isinstance(error, SurveyErrors) else [error]
        return _page(form, None, faults), 422
    flash(_("Impor selesai: %(count)s nilai berubah.", count=count))
    return redirect(url_for("lke_workbook.overview"))


def _units(session: Session, person: Viewer) -> list[Unit]:
    """The units that are asked for. Raises NotFoundError, or SurveyError for too many."""
    slug, agency = request.args.get("unit", ""), request.args.get("instansi", "")
    if slug:
        return [person.find_unit(session, slug[:80], *READERS)]
    query = select(Unit).join(Agency, Agency.id == Unit.agency_id)
    visible = person.visible_unit_ids(session, *READERS)
    if visible is not None:
        query = query.where(Unit.id.in_(visible))
    if agency:
        query = query.where(Agency.slug == agency[:80])
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if not count:
        raise NotFoundError
    if count > UNITS_MAXIMUM:
        raise SurveyError("lke-many", count=count, maximum=UNITS_MAXIMUM)
    return list(session.scalars(query.order_by(Unit.name, Unit.id)))


def _published(sheets: Sequence[Sheet]) -> list[Published]:
    """The surveys that the proposed indices of these evaluations rest on."""
    return [
        sheet.published[survey.key]
        for sheet in sheets
        for evidence in sheet.indices.values()
        if evidence.own
        for survey in evidence.own.surveys
    ]


def _page(
    form: WorkbookForm, plan: Plan | None = None, problems: Sequence[SurveyError] = ()
) -> str:
    language, person = message_language(), viewer()
    with context().store.read() as session:
        visible = person.visible_unit_ids(session, *READERS)
        query = select(Agency.slug, Agency.name).order_by(Agency.name)
        if visible is not None:
            query = query.where(Agency.id.in_(select(Unit.agency_id).where(Unit.id.in_(visible))))
        agencies = session.execute(query).all()
    year = context().clock().date().year
    return render_template(
        "zi/lke.html",
        form=form,
        plan=plan,
        lines=[one.line(language) for one in problems],
        agencies=agencies,
        years=range(year + 1, year - 3, -1),
        year=year,
        may_import=person.has(Role.EVALUATOR),
        dry_run=DRY_RUN,
    )
