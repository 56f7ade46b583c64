"""A unit's ZI file with its four stages: risks and plan, progress, monitoring, assessment."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from analysis.zi_rules import ZiRules
from survey_app.accounts.access import requires, viewer
from survey_app.clock import day_in
from survey_app.publish.queries import list_published
from survey_app.store.tables import PlanState, Unit, ZiEvaluation
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.zi.documents import keep_document, list_documents
from survey_app.zi.evaluations import basis_of, find_evaluation, list_changes, rules_of
from survey_app.zi.feed import hint_risks, results_of_year
from survey_app.zi.plans import (
    LEVELS,
    Minutes,
    Programme,
    change_programme,
    find_plan,
    list_monitoring,
    list_plans,
    plan_programme,
    record_monitoring,
)
from survey_app.zi.saving import READERS, STAFF, WRITERS, actors_of, find_place, save
from survey_app.zi.steps import Actor, Stage, list_steps, open_steps, stage_of, take_step

blueprint = Blueprint("zi_file", __name__, template_folder="templates")

Page = str | Response | tuple[str, int]
REQUIRED = InputRequired(__("Wajib diisi."))
STAGES = {
    Stage.PREPARING: __("Persiapan"),
    Stage.RUNNING: __("Pelaksanaan"),
    Stage.MONITORING: __("Monitoring dan evaluasi"),
    Stage.PROPOSED: __("Diusulkan"),
    Stage.NOT_SELECTED: __("Tidak lolos seleksi administrasi"),
    Stage.OBJECTED: __("Sanggah diajukan"),
    Stage.SELECTED: __("Lolos seleksi administrasi"),
    Stage.DOCUMENTS: __("Analisis dokumen"),
    Stage.INTERVIEW: __("Wawancara"),
    Stage.VISIT: __("Verifikasi lapangan"),
    Stage.PANEL: __("Panel"),
    Stage.CONFERRED: __("Predikat ditetapkan"),
    Stage.REFUSED: __("Predikat tidak ditetapkan"),
    Stage.REVOKED: __("Predikat dicabut"),
}
STATES = [
    (PlanState.PLANNED, __("Direncanakan")),
    (PlanState.RUNNING, __("Sedang berjalan")),
    (PlanState.DONE, __("Selesai")),
    (PlanState.DROPPED, __("Dihentikan")),
]
PARTS = {
    "persiapan": __("Persiapan"),
    "pelaksanaan": __("Pelaksanaan"),
    "monev": __("Monitoring dan evaluasi"),
    "penilaian": __("Penilaian dan penghargaan"),
}
_LEVELS = {"tinggi": __("Tinggi"), "sedang": __("Sedang"), "rendah": __("Rendah")}


class PlanForm(FlaskForm):  # type: ignore[misc]
    """A risk with the programme against it."""

    area = SelectField(__("Area perubahan"))
    risk = TextAreaField(__("Risiko"), [REQUIRED, Length(max=1000)])
    level = SelectField(__("Tingkat risiko"), choices=[(one, _LEVELS[one]) for one in LEVELS])
    programme = TextAreaField(__("Rencana aksi"), [REQUIRED, Length(max=1000)])
    due = DateField(__("Selesai paling lambat"), [REQUIRED])
    responsible = StringField(__("Penanggung jawab (jabatan)"), [REQUIRED, Length(max=200)])

    def plan(self, **more: Any) -> Programme:
        """What was filled in."""
        return Programme(
            self.area.data,
            self.risk.data.strip(),
            self.level.data,
            self.programme.data.strip(),
            self.due.data,
            self.responsible.data.strip(),
            **more,
        )


class ProgressForm(PlanForm):
    """A row with how far its programme has come."""

    state = SelectField(__("Keadaan"), choices=STATES)
    progress = TextAreaField(__("Kemajuan, hasil, atau alasan dihentikan"), [Length(max=2000)])


class MonitoringForm(FlaskForm):  # type: ignore[misc]
    """The minutes of one monitoring."""

    period = StringField(
        __("Periode"), [REQUIRED, Length(max=40)], description=__("Misalnya Triwulan III 2026.")
    )
    held_on = DateField(__("Tanggal rapat"), [REQUIRED])
    progress = TextAreaField(__("Kemajuan"), [REQUIRED, Length(max=3000)])
    obstacles = TextAreaField(__("Hambatan"), [REQUIRED, Length(max=3000)])
    agreed = TextAreaField(__("Kesepakatan tindak lanjut"), [REQUIRED, Length(max=3000)])


class StepForm(FlaskForm):  # type: ignore[misc]
    """The next stage of the file."""

    to = SelectField(__("Tahap berikutnya"))
    target = SelectField(
        __("Predikat yang diusulkan"),
        [Optional()],
        description=__("Hanya dibaca saat mengusulkan."),
    )
    day = DateField(__("Tanggal"), [REQUIRED])
    note = TextAreaField(
        __("Catatan atau alasan"),
        [Length(max=2000)],
        description=__("Nomor surat; untuk sanggah dan penolakan, alasannya."),
    )


class DocumentForm(FlaskForm):  # type: ignore[misc]
    """A document of one of the four stages."""

    part = SelectField(__("Tahap"), choices=list(PARTS.items()))
    file = FileField(
        __("Berkas"),
        [FileRequired(__("Pilih berkas."))],
        description=__("PDF, PNG, JPEG, DOCX, atau XLSX, paling besar 4 MB."),
    )


@blueprint.get("/zi/<slug>/<int:year>/berkas")
@requires(*READERS)
def overview(slug: str, year: int) -> str:
    """The whole file."""
    return _page(slug, year)


@blueprint.post("/zi/<slug>/<int:year>/berkas/rencana")
@requires(*STAFF)
def plan(slug: str, year: int) -> Page:
    """Add a risk with its programme."""
    form = PlanForm()
    form.area.choices = _areas(_rules(slug, year))

    def act(session: Session, _unit: Unit, evaluation: ZiEvaluation) -> None:
        plan_programme(session, evaluation, form.plan(), viewer().account, context().clock())

    return _done(slug, year, save(slug, year, STAFF, "zi-plan", form, act), plan=form)


@blueprint.get("/zi/<slug>/<int:year>/berkas/rencana/<int:number>")
@requires(*STAFF)
def row(slug: str, year: int, number: int) -> str:
    """One risk with its programme, to be changed."""
    return _row_page(slug, year, number, None)


@blueprint.post("/zi/<slug>/<int:year>/berkas/rencana/<int:number>")
@requires(*STAFF)
def change(slug: str, year: int, number: int) -> Page:
    """Change a row."""
    form = ProgressForm()
    form.area.choices = _areas(_rules(slug, year))

    def act(session: Session, _unit: Unit, evaluation: ZiEvaluation) -> None:
        words = {
            "state": PlanState(form.state.data),
            "progress": (form.progress.data or "").strip(),
        }
        found = find_plan(session, evaluation, number)
        account, now = viewer().account, context().clock()
        change_programme(session, evaluation, found, form.plan(**words), account, now)

    if save(slug, year, STAFF, "zi-plan", form, act):
        flash(_("Perubahan disimpan."))
        return redirect(url_for("zi_file.overview", slug=slug, year=year))
    return _row_page(slug, year, number, form), 422


@blueprint.post("/zi/<slug>/<int:year>/berkas/monev")
@requires(*STAFF)
def monitor(slug: str, year: int) -> Page:
    """Add the minutes of a monitoring."""
    form = MonitoringForm()

    def act(session: Session, _unit: Unit, evaluation: ZiEvaluation) -> None:
        names = ("period", "held_on", "progress", "obstacles", "agreed")
        minutes = Minutes(*(form[name].data for name in names))
        record_monitoring(session, evaluation, minutes, viewer().account, context().clock())

    return _done(slug, year, save(slug, year, STAFF, "zi-monitoring", form, act), monitoring=form)


@blueprint.post("/zi/<slug>/<int:year>/berkas/tahap")
@requires(*WRITERS)
def step(slug: str, year: int) -> Page:
    """Move the file to its next stage."""
    form = StepForm()
    form.to.choices = list(STAGES.items())
    form.target.choices = _targets(_rules(slug, year))

    def act(session: Session, unit: Unit, evaluation: ZiEvaluation) -> None:
        take_step(
            session,
            evaluation,
            Stage(form.to.data),
            form.day.data,
            form.note.data or "",
            actors_of(session, viewer(), unit),
            viewer().account,
            context().clock(),
            target=form.target.data or "",
        )

    return _done(slug, year, save(slug, year, WRITERS, "zi-step", form, act), step=form)


@blueprint.post("/zi/<slug>/<int:year>/berkas/dokumen")
@requires(*WRITERS)
def upload(slug: str, year: int) -> Page:
    """Keep a document of a stage."""
    form = DocumentForm()

    def act(session: Session, _unit: Unit, evaluation: ZiEvaluation) -> None:
        name, content = form.file.data.filename or "", form.file.data.read()
        subject, account = f"part:{form.part.data}", viewer().account
        keep_document(session, evaluation, subject, name, content, account, context().clock())

    return _done(slug, year, save(slug, year, WRITERS, "zi-document", form, act), document=form)


def _done(slug: str, year: int, is_saved: bool, **forms: FlaskForm) -> Page:
    if is_saved:
        flash(_("Berkas ZI diperbarui."))
        return redirect(url_for("zi_file.overview", slug=slug, year=year))
    return _page(slug, year, **forms), 422


def _page(slug: str, year: int, **forms: FlaskForm) -> str:
    with context().store.read() as session:
        unit = find_place(session, slug, year, *READERS)
        rules = basis_of(session, unit.id, year, context().clock().date()).rules
        begun = find_evaluation(session, unit.id, year)
        steps = list_steps(session, begun.id) if begun else []
        actors = actors_of(session, viewer(), unit)
        published = list_published(session, unit_slug=slug)
        hints = hint_risks(published, {area.code for area in rules.areas})
        return render_template(
            "zi/file.html",
            unit=unit,
            year=year,
            rules=rules,
            areas={area.code: area.label for area in rules.areas},
            steps=steps,
            stage=stage_of(steps),
            stages=STAGES,
            states=dict(STATES),
            levels=_LEVELS,
            parts=PARTS,
            plans=list_plans(session, begun.id) if begun else [],
            monitoring=list_monitoring(session, begun.id) if begun else [],
            documents=list_documents(session, begun.id) if begun else {},
            changes=list_changes(session, begun.id) if begun else [],
            hints=hints,
            results=results_of_year(published, year),
            is_unit=Actor.UNIT in actors,
            may_write=bool(actors),
            forms=_forms(forms, rules, unit, open_steps(stage_of(steps), actors), hints),
        )


def _forms(
    given: dict[str, FlaskForm], rules: ZiRules, unit: Unit, following: list[Stage], hints: Any
) -> dict[str, FlaskForm | None]:
    """Every form of the page: those that were sent, the others fresh."""
    fresh = PlanForm(formdata=None)
    fresh.area.choices = _areas(rules)
    for hint in hints:
        if hint.key == request.args.get("risiko"):
            fresh.area.data, fresh.risk.data = hint.area, hint.words
    step_form = given.get("step") or StepForm(formdata=None)
    step_form.to.choices = [(one, STAGES[one]) for one in following]
    step_form.target.choices = _targets(rules)
    if step_form.day.data is None:
        step_form.day.data = day_in(unit.timezone, context().clock())
    return {
        "plan": given.get("plan") or fresh,
        "monitoring": given.get("monitoring") or MonitoringForm(formdata=None),
        "document": given.get("document") or DocumentForm(formdata=None),
        "step": step_form if following or "step" in given else None,
    }


def _row_page(slug: str, year: int, number: int, form: ProgressForm | None) -> str:
    with context().store.read() as session:
        unit = find_place(session, slug, year, *STAFF)
        begun = find_evaluation(session, unit.id, year)
        if begun is None:
            raise NotFoundError
        found = find_plan(session, begun, number)
        if form is None:
            form = ProgressForm(formdata=None, obj=found)
            form.area.choices = _areas(rules_of(begun))
        changes = list_changes(session, begun.id, f"plan:{number}")
        return render_template(
            "zi/plan.html",
            unit=unit,
            year=year,
            row=found,
            form=form,
            changes=[one for one in changes if one.subject == f"plan:{number}"],
        )


def _rules(slug: str, year: int) -> ZiRules:
    with context().store.read() as session:
        unit = find_place(session, slug, year, *WRITERS)
        return basis_of(session, unit.id, year, context().clock().date()).rules


def _areas(rules: ZiRules) -> list[tuple[str, str]]:
    return [(area.code, area.label) for area in rules.areas]


def _targets(rules: ZiRules) -> list[tuple[str, str]]:
    return [(code, minimums.label) for code, minimums in rules.targets.items()]
