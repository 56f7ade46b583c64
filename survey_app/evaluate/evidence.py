"""Evidence of results: downloaded for many surveys at once, imported from other installations."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from instruments.errors import SurveyError, SurveyErrors
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.evaluate.api import READERS, bundles_zip
from survey_app.evaluate.listing import chosen_publications
from survey_app.evaluate.records import Chosen
from survey_app.ledger.foreign import Expected, Imported, import_bundle, list_foreign
from survey_app.publish.directory import list_agencies
from survey_app.store.tables import ForeignBundle, Role, Unit
from survey_app.web.context import context
from survey_app.web.described import read_query
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("evidence", __name__, template_folder="templates")

IMPORTERS = (Role.EVALUATOR,)
Page = str | AnyResponse | tuple[str, int]


class ImportForm(FlaskForm):  # type: ignore[misc]
    """A bundle, and what the evaluator says it is of."""

    file = FileField(__("Bundel bukti (ZIP)"), [FileRequired(__("Pilih berkasnya."))])
    unit = SelectField(__("Unit di sini"), [InputRequired(__("Pilih unit."))])
    foreign_unit = StringField(
        __("Kode unit di instalasi asal"),
        [Length(max=80)],
        description=__("Kosongkan bila sama dengan kode unit di sini."),
    )
    period = StringField(
        __("Periode"),
        [InputRequired(__("Wajib diisi.")), Length(max=20)],
        description=__("Seperti tertulis di instalasi asal, misalnya 2026-TW3."),
    )


@blueprint.get("/evaluasi/bukti")
@requires(*READERS)
def overview() -> Page:
    """Downloads, and what was imported."""
    return _page(ImportForm(formdata=None))


@blueprint.get("/evaluasi/bukti.zip")
@requires(*READERS)
def download() -> Response:
    """The evidence of all results that are chosen, in one ZIP."""
    chosen = read_query(Chosen)
    with context().store.read() as session:
        visible = viewer().visible_unit_ids(session, *READERS)
        publications = chosen_publications(session, visible, chosen)
    return bundles_zip(publications)


@blueprint.post("/evaluasi/bukti")
@requires(*IMPORTERS)
def import_() -> Page:
    """Import a bundle, or say where it fails and import nothing."""
    form, parts, person = ImportForm(), context(), viewer()
    with parts.store.read() as session:
        form.unit.choices = _units(session)
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with parts.store.write() as session:
            unit = person.find_unit(session, form.unit.data, *IMPORTERS)
            code = (form.foreign_unit.data or "").strip() or unit.slug
            expected = Expected(unit, code, form.period.data.strip())
            content = form.file.data.read()
            done = import_bundle(session, content, expected, person.account, parts.clock())
            for one in done:
                thing = f"{one.bundle.installation_id}:{one.bundle.survey}"
                mark = {"manifest": one.bundle.manifest_sha256, "is_new": one.is_new}
                audit.record(session, person.account, "import-bundle", thing, parts.clock(), **mark)
    except SurveyError as error:
        return _page(form, error), 422
    flash(_said(done))
    return redirect(url_for("evidence.overview"))


@blueprint.get("/evaluasi/bukti/<int:number>.zip")
@requires(*READERS)
def original(number: int) -> Response:
    """An imported bundle, byte for byte as it was signed."""
    with context().store.read() as session:
        bundle = session.get(ForeignBundle, number)
        visible = viewer().visible_unit_ids(session, *READERS)
        if bundle is None or (visible is not None and bundle.unit_id not in visible):
            raise NotFoundError
        response = Response(bundle.content, mimetype="application/zip")
    # What a survey is called elsewhere is no name for a file of ours.
    response.headers["Content-Disposition"] = f'attachment; filename="bukti-{number}.zip"'
    return response


def _said(done: list[Imported]) -> str:
    new = sum(one.is_new for one in done)
    if not new:
        return str(_("Bundel ini sudah pernah diimpor; tidak ada yang berubah."))
    return str(ngettext("%(num)s survei diimpor.", "%(num)s survei diimpor.", new))


def _page(form: ImportForm, error: SurveyError | None = None) -> str:
    language = message_language()
    faults = error.errors if isinstance(error, SurveyErrors) else [error] if error else []
    person = viewer()
    with context().store.read() as session:
        form.unit.choices = _units(session)
        imported = list_foreign(session, person.visible_unit_ids(session, *READERS))
        agencies = list_agencies(session)
    return render_template(
        "evaluate/evidence.html",
        form=form,
        faults=faults,
        imported=imported,
        agencies=agencies,
        language=language,
        may_import=person.has(*IMPORTERS),
        chosen=request.args,
    )


def _units(session: Session) -> list[tuple[str, str]]:
    visible = viewer().visible_unit_ids(session, *IMPORTERS)
    query = select(Unit.slug, Unit.name).order_by(Unit.name)
    if visible is not None:
        query = query.where(Unit.id.in_(visible))
    return [(slug, f"{name} ({slug})") for slug, name in session.execute(query)]
