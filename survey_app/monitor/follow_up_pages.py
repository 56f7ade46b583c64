"""Pages of the follow-up plan: the regulation's table, one row with its proof and history."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from instruments import Instrument
from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.estimates import instrument_of, survey_result
from survey_app.monitor.evidence_files import add_file, find_file, list_files, remove_file
from survey_app.monitor.follow_up import (
    Plan,
    change_follow_up,
    file_counts,
    find_follow_up,
    horizon,
    list_events,
    list_follow_ups,
    plan_follow_up,
)
from survey_app.monitor.follow_up_effect import (
    measure_effects,
    published_result,
    share_followed_up,
)
from survey_app.monitor.proposals import propose
from survey_app.store.tables import (
    EvidenceFile,
    FollowUp,
    FollowUpState,
    Role,
    Survey,
    SurveyState,
)
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("follow_up", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
READERS = (*STAFF, Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)
REQUIRED = InputRequired(__("Wajib diisi."))
STATES = [
    (FollowUpState.PLANNED, __("Direncanakan")),
    (FollowUpState.RUNNING, __("Sedang berjalan")),
    (FollowUpState.DONE, __("Selesai")),
    (FollowUpState.DROPPED, __("Dihentikan")),
]
Page = str | AnyResponse | tuple[str, int]


class PlanForm(FlaskForm):  # type: ignore[misc]
    """A row of the regulation's table."""

    unsur = SelectField(__("Prioritas unsur"))
    programme = TextAreaField(__("Program/kegiatan"), [REQUIRED, Length(max=1000)])
    due = DateField(__("Waktu (selesai paling lambat)"), [REQUIRED])
    responsible = StringField(
        __("Penanggung jawab"),
        [REQUIRED, Length(max=200)],
        description=__("Jabatan, misalnya Kepala Bidang Pelayanan. Tampil untuk umum."),
    )

    def plan(self) -> Plan:
        """What was filled in."""
        return Plan(
            self.unsur.data,
            self.programme.data.strip(),
            self.due.data,
            self.responsible.data.strip(),
        )


class ChangeForm(PlanForm):
    """A row with how far it has come."""

    state = SelectField(__("Keadaan"), choices=STATES)
    evidence = TextAreaField(
        __("Hasil yang dicapai"),
        [Length(max=2000)],
        description=__("Wajib untuk keadaan Selesai, kecuali ada berkas bukti."),
    )
    reason = TextAreaField(__("Alasan dihentikan"), [Length(max=1000)])


class FileForm(FlaskForm):  # type: ignore[misc]
    """A file as proof."""

    file = FileField(
        __("Berkas"),
        [FileRequired(__("Pilih berkas."))],
        description=__("PDF, PNG, JPEG, DOCX, atau XLSX, paling besar 4 MB."),
    )


@blueprint.get("/meja/survei/<key>/tindak-lanjut")
@requires(*STAFF)
def plans(key: str) -> Page:
    """The plan of one survey, with proposals for what is not planned yet."""
    return _list_page(key, None)


@blueprint.post("/meja/survei/<key>/tindak-lanjut")
@requires(*STAFF)
def plan(key: str) -> Page:
    """Add a row."""
    form = PlanForm()

    def add(session: Session, found: Survey) -> None:
        plan_follow_up(session, found, form.plan(), viewer().account, context().clock())

    if _saved(key, "plan-follow-up", form, add):
        flash(_("Rencana ditambahkan."))
        return redirect(url_for("follow_up.plans", key=key))
    return _list_page(key, form), 422


@blueprint.get("/meja/survei/<key>/tindak-lanjut/<int:number>")
@requires(*STAFF)
def row(key: str, number: int) -> Page:
    """One row: its fields, proof and history."""
    return _row_page(key, number, None, None)


@blueprint.post("/meja/survei/<key>/tindak-lanjut/<int:number>")
@requires(*STAFF)
def change(key: str, number: int) -> Page:
    """Change a row."""
    form = ChangeForm()

    def save(session: Session, found: Survey) -> None:
        change_follow_up(
            session,
            found,
            find_follow_up(session, found, number),
            form.plan(),
            FollowUpState(form.state.data),
            form.evidence.data or "",
            form.reason.data or "",
            viewer().account,
            context().clock(),
        )

    if _saved(key, "change-follow-up", form, save):
        flash(_("Perubahan disimpan."))
        return redirect(url_for("follow_up.plans", key=key))
    return _row_page(key, number, form, None), 422


@blueprint.post("/meja/survei/<key>/tindak-lanjut/<int:number>/berkas")
@requires(*STAFF)
def upload(key: str, number: int) -> Page:
    """Add a file to a row."""
    form = FileForm()

    def keep(session: Session, found: Survey) -> None:
        target = find_follow_up(session, found, number)
        name, content = form.file.data.filename or "", form.file.data.read()
        add_file(session, found, target, name, content, viewer().account, context().clock())

    if _saved(key, "add-evidence", form, keep):
        flash(_("Bukti disimpan."))
        return redirect(url_for("follow_up.row", key=key, number=number))
    return _row_page(key, number, None, form), 422


@blueprint.get("/meja/survei/<key>/berkas/<int:number>")
@requires(*READERS)
def download(key: str, number: int) -> Response:
    """A file of the survey, always as a download."""
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *READERS)
        file = find_file(session, found, number)
        return file_response(file)


@blueprint.post("/meja/survei/<key>/berkas/<int:number>/hapus")
@requires(*STAFF)
def remove(key: str, number: int) -> AnyResponse:
    """Delete a file; its name stays in the history."""
    parts, person = context(), viewer()
    with parts.store.write() as session:
        found = person.find_survey(session, key, *STAFF)
        file = find_file(session, found, number)
        target = file.follow_up_id
        remove_file(session, file, person.account, parts.clock())
        audit.record(session, person.account, "remove-evidence", key, parts.clock(), file=file.name)
        unit = found.unit.slug
    flash(_("Berkas dihapus; catatannya tetap ada dalam riwayat."))
    if target is None:
        return redirect(url_for("follow_up.plans", key=key, unit=unit))
    return redirect(url_for("follow_up.row", key=key, number=target))


def file_response(file: EvidenceFile) -> Response:
    """A file's content as a download that no browser opens in our name."""
    response = Response(file.content, mimetype=file.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    return response


def _saved(key: str, action: str, form: FlaskForm, act: Callable[[Session, Survey], None]) -> bool:
    """Do an act that a form asks for, in one transaction; faults go into the form."""
    parts, person = context(), viewer()
    try:
        with parts.store.write() as session:
            found = person.find_survey(session, key, *STAFF)
            if isinstance(form, PlanForm):
                form.unsur.choices = _choices(instrument_of(session, found))
            if not form.validate_on_submit():
                return False
            act(session, found)
            audit.record(session, person.account, action, key, parts.clock())
    except NotFoundError:
        raise
    except SurveyError as error:
        words = error.text(message_language())
        field = error.where.field
        if field and field in form:
            form[field].errors = [*form[field].errors, words]
        else:
            form.form_errors.append(words)
        return False
    return True


def _list_page(key: str, form: PlanForm | None) -> str:
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        content = _list_content(session, found)
        if form is None:
            form = _new_form(content, request.args.get("unsur", ""))
    return render_template("monitor/follow_up.html", form=form, **content)


def _list_content(session: Session, found: Survey) -> dict[str, Any]:
    rows = list_follow_ups(session, found.id)
    result = published_result(session, found)
    is_over = found.state in {SurveyState.CLOSED, SurveyState.PUBLISHED}
    if result is None and is_over:
        result = survey_result(session, found)
        if result["groups"][0]["n"] < context().settings.display_minimum:
            result = None
    return {
        "survey": found,
        "instrument": instrument_of(session, found),
        "rows": rows,
        "horizons": {row.id: horizon(found.period_end, row.due) for row in rows},
        "files": file_counts(session, rows),
        "effects": measure_effects(session, found),
        "share": share_followed_up(rows, result),
        "proposals": propose(result, {row.unsur for row in rows}),
        "states": dict(STATES),
        "is_over": is_over,
    }


def _new_form(content: dict[str, Any], unsur: str) -> PlanForm:
    form = PlanForm(formdata=None)
    form.unsur.choices = _choices(content["instrument"])
    asked = [one for one in content["proposals"] if one.code == unsur]
    for one in asked or content["proposals"][:1]:
        form.unsur.data = one.code
        form.programme.data = one.programmes[0] if one.programmes else ""
    return form


def _row_page(key: str, number: int, form: ChangeForm | None, file: FileForm | None) -> str:
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        target = find_follow_up(session, found, number)
        instrument = instrument_of(session, found)
        if form is None:
            form = _filled(target, instrument)
        return render_template(
            "monitor/follow_up_row.html",
            survey=found,
            row=target,
            form=form,
            file_form=file or FileForm(formdata=None),
            item=instrument.item(target.unsur),
            files=[f for f in list_files(session, [found.id]) if f.follow_up_id == number],
            events=list_events(session, target),
            states=dict(STATES),
        )


def _filled(target: FollowUp, instrument: Instrument) -> ChangeForm:
    form = ChangeForm(formdata=None, obj=target)
    form.unsur.choices = _choices(instrument)
    return form


def _choices(instrument: Instrument) -> list[tuple[str, str]]:
    return [(item.code, f"U{item.number} {item.label}") for item in instrument.items]
