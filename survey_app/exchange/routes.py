"""The desk's page of exchange files: what a published survey gives to other programs."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from instruments.xlsform import write_xlsform
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.estimates import instrument_of
from survey_app.exchange import import_pages
from survey_app.exchange.bps import write_metadata
from survey_app.exchange.bps_activity import describe_activity
from survey_app.exchange.bps_answers import (
    ANSWER_LENGTH,
    fetch_answers,
    propose_answers,
    save_answers,
)
from survey_app.exchange.bps_form import Entry, fill_in
from survey_app.exchange.codebook import write_codebook
from survey_app.exchange.material import Material, fetch_material, has_result, kept_back
from survey_app.exchange.package import write_package
from survey_app.exchange.spss import write_sav
from survey_app.store.tables import Role, Survey, SurveyState
from survey_app.web.context import context

blueprint = Blueprint("exchange", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
READERS = (*STAFF, Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "zip": "application/zip",
    "sav": "application/x-spss-sav",
    "xml": "application/xml",
    "json": "application/json",
    "xlsx": XLSX,
}
QUESTIONNAIRE = "kuesioner.xlsx"


@dataclass(frozen=True)
class File:
    """One file to take away: its name in the address, its kind in words, what it is for."""

    name: str
    kind: str
    purpose: str


class MetadataForm(FlaskForm):  # type: ignore[misc]
    """The lines of MS-Keg that only the office knows."""


def init_app(app: Flask) -> None:
    """Register the room."""
    app.register_blueprint(blueprint)
    app.register_blueprint(import_pages.blueprint)


@blueprint.get("/meja/survei/<key>/pertukaran")
@requires(*READERS)
def overview(key: str) -> str:
    """Every file of a survey, and what each is for."""
    person = viewer()
    with context().store.read() as session:
        survey = person.find_survey(session, key, *READERS)
        desk = person.visible_unit_ids(session, *STAFF)
        material = _material(session, survey) if has_result(session, survey) else None
        answers = fetch_answers(session, survey.id)
        proposed = answers or propose_answers(session, survey)
    lines = _office_lines(material, answers) if material else []
    return render_template(
        "exchange/overview.html",
        survey=survey,
        files=_files(material),
        questionnaire=QUESTIONNAIRE,
        kept=kept_back(material) if material else [],
        lines=lines,
        waiting=sum(line.code not in answers for line in lines),
        answers=proposed,
        form=MetadataForm(formdata=None),
        length=ANSWER_LENGTH,
        is_proposed=bool(proposed) and not answers,
        is_desk=desk is None or survey.unit_id in desk,
        may_import=survey.state == SurveyState.OPEN and _administers(session, survey),
    )


@blueprint.get("/meja/survei/<key>/pertukaran/kuesioner.xlsx")
@requires(*READERS)
def questionnaire(key: str) -> Response:
    """The survey's questionnaire as an XLSForm, published or not."""
    with context().store.read() as session:
        survey = viewer().find_survey(session, key, *READERS)
        content = write_xlsform(instrument_of(session, survey))
    return _download(content, f"kuesioner-{key}.xlsx")


@blueprint.get(
    "/meja/survei/<key>/pertukaran/"
    "<any('paket.zip', 'responden.sav', 'layanan.sav', 'kodebuku.xml', 'metadata.xlsx', "
    "'metadata.json'):name>"
)
@requires(*READERS)
def download(key: str, name: str) -> Response:
    """One file of a published survey."""
    settings = context().settings
    with context().store.read() as session:
        material = _material(session, viewer().find_survey(session, key, *READERS))
        answers = fetch_answers(session, material.survey.id)
    stem, _dot, ending = name.partition(".")
    if stem == "paket":
        content = write_package(material, settings.open_data_licence)
    elif stem == "metadata":
        content = write_metadata(material, ending, answers)
    elif stem == "kodebuku":
        content = write_codebook(material, f"responden-{key}.sav")
    else:
        content = write_sav(material, by_service=stem == "layanan")
    return _download(content, f"{stem}-{key}.{ending}")


@blueprint.post("/meja/survei/<key>/pertukaran/metadata")
@requires(*STAFF)
def save_metadata(key: str) -> AnyResponse:
    """Keep the lines of MS-Keg that only the office knows."""
    parts, person = context(), viewer()
    with parts.store.write() as session:
        survey = person.find_survey(session, key, *STAFF)
        lines = describe_activity(_material(session, survey))
        answers = {
            line.code: request.form[field]
            for line in lines
            # What the form passed over was not on the page, and keeps its answer.
            if line.is_open and (field := f"isian-{line.code}") in request.form
        }
        save_answers(session, survey, answers, person.account, parts.clock())
        audit.record(session, person.account, "fill-metadata", key, parts.clock())
    flash(_("Isian metadata disimpan; berkas metadata sudah memuatnya."))
    return redirect(url_for("exchange.overview", key=key))


def _office_lines(material: Material, answers: Mapping[str, str]) -> list[Entry]:
    """The lines of MS-Keg that only the office knows, without those that the form passes over."""
    lines = describe_activity(material)
    filled = fill_in(lines, answers)
    return [
        line for line, now in zip(lines, filled, strict=True) if line.is_open and not now.is_skipped
    ]


def _administers(session: Session, survey: Survey) -> bool:
    visible = viewer().visible_unit_ids(session, Role.ADMIN)
    return viewer().has(Role.ADMIN) and (visible is None or survey.unit_id in visible)


def _material(session: Session, survey: Survey) -> Material:
    return fetch_material(session, survey, context().settings.public_url)


def _files(material: Material | None) -> list[File]:
    if material is None:
        return []
    files = [
        File("paket.zip", "Frictionless Data Package", _("Statistikawan dan portal data terbuka")),
        File("responden.sav", "SPSS", _("Seluruh responden, dengan label dan bobot FREQ")),
        File("layanan.sav", "SPSS", _("Tiap layanan yang cukup besar, dengan bobot FREQ")),
        File("kodebuku.xml", "DDI-Codebook 2.5", _("Arsip data dan katalog NADA")),
        File("metadata.xlsx", "BPS MS-Keg, MS-Var, MS-Ind", _("Satu Data Indonesia")),
        File("metadata.json", "BPS MS-Keg, MS-Var, MS-Ind (JSON)", _("Portal yang membaca mesin")),
    ]
    has_services = len(material.groups) > 1
    return [one for one in files if has_services or one.name != "layanan.sav"]


def _download(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=KINDS[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
