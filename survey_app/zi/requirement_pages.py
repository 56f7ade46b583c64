"""The checklist of requirements to be proposed: the list, one requirement, its proof."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.store.tables import RequirementState, Unit, ZiEvaluation
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.zi.documents import find_document, keep_document, remove_document
from survey_app.zi.evaluations import basis_of, find_evaluation
from survey_app.zi.requirements import (
    find_requirement,
    list_requirements,
    record_requirement,
    subject_of,
)
from survey_app.zi.saving import READERS, WRITERS, actors_of, find_place, save
from survey_app.zi.steps import Actor

blueprint = Blueprint("zi_requirements", __name__, template_folder="templates")

Page = str | Response | tuple[str, int]
STATES = [
    (RequirementState.OPEN, __("Belum dinilai")),
    (RequirementState.MET, __("Terpenuhi")),
    (RequirementState.MISSED, __("Belum terpenuhi")),
    (RequirementState.NOT_ASKED, __("Tidak berlaku")),
]


class StatementForm(FlaskForm):  # type: ignore[misc]
    """How a requirement stands, with a note and perhaps a file."""

    state = RadioField(__("Keadaan"), [InputRequired(__("Pilih keadaannya."))], choices=STATES)
    note = TextAreaField(
        __("Catatan"),
        [Length(max=1000)],
        description=__("Nilai, nomor, dan tanggal dokumennya, atau apa yang masih kurang."),
    )
    file = FileField(
        __("Berkas bukti"), description=__("PDF, PNG, JPEG, DOCX, atau XLSX, paling besar 4 MB.")
    )


@blueprint.get("/zi/<slug>/<int:year>/syarat")
@requires(*READERS)
def overview(slug: str, year: int) -> str:
    """All requirements with what the unit and evaluators say."""
    with context().store.read() as session:
        unit = find_place(session, slug, year, *READERS)
        rules = basis_of(session, unit.id, year, context().clock().date()).rules
        rows = list_requirements(session, find_evaluation(session, unit.id, year), rules)
        return render_template(
            "zi/requirements.html",
            unit=unit,
            year=year,
            rules=rules,
            rows=rows,
            states=dict(STATES),
            may_write=bool(actors_of(session, viewer(), unit)),
        )


@blueprint.get("/zi/<slug>/<int:year>/syarat/<code>")
@requires(*READERS)
def row(slug: str, year: int, code: str) -> str:
    """One requirement: form, proof, everything said so far."""
    return _page(slug, year, code, None)


@blueprint.post("/zi/<slug>/<int:year>/syarat/<code>")
@requires(*WRITERS)
def record(slug: str, year: int, code: str) -> Page:
    """Say how it stands, and keep the file that proves it."""
    form = StatementForm()

    def act(session: Session, unit: Unit, evaluation: ZiEvaluation) -> None:
        person, now = viewer(), context().clock()
        upload = form.file.data
        if upload and upload.filename:
            name, content = upload.filename, upload.read()
            subject = subject_of(code)
            keep_document(session, evaluation, subject, name, content, person.account, now)
        is_evaluator = Actor.EVALUATOR in actors_of(session, person, unit)
        state = RequirementState(form.state.data)
        note = form.note.data or ""
        record_requirement(
            session,
            evaluation,
            code,
            state,
            note,
            person.account,
            now,
            is_evaluator=is_evaluator,
        )

    if save(slug, year, WRITERS, "zi-requirement", form, act):
        flash(_("Keadaan syarat disimpan."))
        return redirect(url_for("zi_requirements.overview", slug=slug, year=year))
    return _page(slug, year, code, form), 422


@blueprint.post("/zi/<slug>/<int:year>/dokumen/<int:number>/hapus")
@requires(*WRITERS)
def remove(slug: str, year: int, number: int) -> Response:
    """Delete a document that the same side added; its name and hash stay in the history."""
    parts, person = context(), viewer()
    with parts.store.write() as session:
        unit = find_place(session, slug, year, *WRITERS)
        document = find_document(session, unit, year, number)
        if document.added_by != person.account.id:
            raise NotFoundError
        name, place = document.name, f"{slug}/{year}"
        remove_document(session, document, person.account, parts.clock())
        audit.record(session, person.account, "zi-remove-document", place, parts.clock(), file=name)
    flash(_("Berkas dihapus; catatannya tetap ada dalam riwayat."))
    return redirect(url_for("zi_requirements.overview", slug=slug, year=year))


def _page(slug: str, year: int, code: str, form: StatementForm | None) -> str:
    person = viewer()
    with context().store.read() as session:
        unit = find_place(session, slug, year, *READERS)
        rules = basis_of(session, unit.id, year, context().clock().date()).rules
        wanted = find_requirement(rules, code)
        rows = list_requirements(session, find_evaluation(session, unit.id, year), rules)
        found = next(one for one in rows if one.requirement == wanted)
        actors = actors_of(session, person, unit)
        said = found.evaluator if Actor.EVALUATOR in actors else found.unit
        if form is None:
            form = StatementForm(formdata=None)
            form.state.data = said.state if said else RequirementState.OPEN
            form.note.data = said.note if said else ""
        return render_template(
            "zi/requirement.html",
            unit=unit,
            year=year,
            rules=rules,
            row=found,
            form=form if actors else None,
            is_evaluator=Actor.EVALUATOR in actors,
            own=person.account.name,
            states=dict(STATES),
        )
