"""The desk's page of proof for the LKE, the upload of the panel's photo, and the pack."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.clock import day_in
from survey_app.ledger.keys import instance_signer
from survey_app.monitor.evidence_files import add_file
from survey_app.monitor.follow_up_pages import FileForm
from survey_app.monitor.lke import Evidence, gather_evidence, years_with_results
from survey_app.monitor.lke_pack import pack_evidence
from survey_app.publish.queries import list_published
from survey_app.publish.routes import unit_page
from survey_app.reports.build import report_pdf
from survey_app.store.tables import Role, Survey, Unit
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("lke", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
READERS = (*STAFF, Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)
Page = str | AnyResponse | tuple[str, int]


@blueprint.get("/meja/unit/<slug>/bukti-lke")
@requires(*READERS)
def overview(slug: str) -> Page:
    """The answers for a year with what each rests on."""
    return _page(slug, FileForm(formdata=None))


@blueprint.post("/meja/unit/<slug>/bukti-lke")
@requires(*STAFF)
def upload(slug: str) -> Page:
    """Add a photo of the panel in the service room."""
    form, parts, person = FileForm(), context(), viewer()
    try:
        with parts.store.write() as session:
            unit = person.find_unit(session, slug, *STAFF)
            evidence = _evidence(session, unit)
            if not evidence.published:
                raise NotFoundError
            if form.validate_on_submit():
                survey = session.get_one(Survey, evidence.published[-1].survey_id)
                name, content = form.file.data.filename or "", form.file.data.read()
                add_file(session, survey, None, name, content, person.account, parts.clock())
                audit.record(session, person.account, "add-panel-photo", slug, parts.clock())
                flash(_("Bukti panel disimpan."))
                return redirect(url_for("lke.overview", slug=slug, tahun=evidence.year))
    except NotFoundError:
        raise
    except SurveyError as error:
        form.file.errors = [error.text(message_language())]
    return _page(slug, form), 422


@blueprint.get("/meja/unit/<slug>/bukti-lke.zip")
@requires(*READERS)
def download(slug: str) -> Response:
    """The pack."""
    parts = context()
    with parts.store.read() as session:
        unit = viewer().find_unit(session, slug, *READERS)
        evidence = _evidence(session, unit)
        content = pack_evidence(
            session,
            evidence,
            instance_signer(parts.settings),
            parts.settings.public_url,
            unit_page(slug),
            _reports(session, evidence),
        )
    response = Response(content, mimetype="application/zip")
    name = f"bukti-lke-{slug}-{evidence.year}.zip"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _reports(session: Session, evidence: Evidence) -> dict[str, bytes]:
    """Each survey's report as PDF, by the survey's key."""
    parts = context()
    return {
        one.survey_key: report_pdf(
            session,
            session.get_one(Survey, one.survey_id),
            public_url=parts.settings.public_url,
            minimum=parts.settings.display_minimum,
            now=parts.clock(),
        )
        for one in evidence.published
    }


def _page(slug: str, form: FileForm) -> str:
    person = viewer()
    with context().store.read() as session:
        unit = person.find_unit(session, slug, *READERS)
        evidence = _evidence(session, unit)
        years = years_with_results(list_published(session, unit_slug=slug))
    return render_template(
        "monitor/lke.html",
        unit=unit,
        evidence=evidence,
        years=years,
        keys={one.survey_id: one.survey_key for one in evidence.published},
        form=form,
        may_upload=person.has(*STAFF),
    )


def _evidence(session: Session, unit: Unit) -> Evidence:
    this_year = day_in(unit.timezone, context().clock()).year
    return gather_evidence(session, unit, request.args.get("tahun", this_year, type=int))
