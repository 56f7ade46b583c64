"""The paper desk of a survey: batches are prepared, printed, watched, accepted or given up."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from instruments.errors import SurveyError, SurveyErrors
from survey_app.accounts.access import requires, viewer
from survey_app.administer.logos import logo_of
from survey_app.estimates import instrument_of
from survey_app.paper.acceptance import accept_batch, list_differences
from survey_app.paper.batches import (
    LARGEST_BATCH,
    fetch_standing,
    find_batch,
    give_up_batch,
    list_batches,
    prepare_batch,
)
from survey_app.paper.questionnaire import Questionnaire, draw_questionnaires, shown_code
from survey_app.store.tables import BatchState, PaperBatch, Role, Service, Survey, SurveyState
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("paper", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
SETTLERS = (Role.ADMIN,)
USUAL_SHEETS = 50
Page = str | AnyResponse | tuple[str, int]


class BatchForm(FlaskForm):  # type: ignore[misc]
    """A new batch."""

    service = SelectField(__("Layanan"))
    counter = StringField(__("Loket atau tempat"), [Length(max=80)])
    sheets = IntegerField(
        __("Jumlah lembar"),
        [InputRequired(__("Wajib diisi.")), NumberRange(1, LARGEST_BATCH)],
        description=__("Paling banyak 200 lembar sekali cetak."),
    )


class GiveUpForm(FlaskForm):  # type: ignore[misc]
    """Why a batch is given up."""

    reason = StringField(__("Mengapa berkas ini dibatalkan"), [Length(max=300)])


@blueprint.get("/meja/survei/<key>/kertas")
@requires(*STAFF)
def overview(key: str) -> Page:
    """All batches with how far they are, and the form for a new one."""
    form = BatchForm(formdata=None)
    form.sheets.data = USUAL_SHEETS
    if code := request.args.get("kode", "").strip():
        return redirect(url_for("paper.batch", key=key, code=code[:20]))
    return _overview(key, form)


@blueprint.post("/meja/survei/<key>/kertas")
@requires(*STAFF)
def prepare(key: str) -> Page:
    """Prepare a batch."""
    form, parts, person = BatchForm(), context(), viewer()
    with parts.store.read() as session:
        form.service.choices = _choices(session, person.find_survey(session, key, *STAFF))
    if not form.validate_on_submit():
        return _overview(key, form), 422
    try:
        with parts.store.write() as session:
            survey = person.find_survey(session, key, *STAFF)
            made = prepare_batch(
                session,
                survey,
                form.sheets.data,
                person.account,
                parts.clock(),
                service=_service(session, survey, form.service.data),
                counter=form.counter.data or "",
            )
    except SurveyError as error:
        form.form_errors.append(error.text(message_language()))
        return _overview(key, form), 422
    flash(_("Berkas disiapkan. Cetak lembarnya dari halaman ini."))
    return redirect(url_for("paper.batch", key=key, code=made.code))


@blueprint.get("/meja/survei/<key>/kertas/<code>")
@requires(*STAFF)
def batch(key: str, code: str) -> str:
    """One batch: its sheets, its two entries, what is left to do."""
    person = viewer()
    with context().store.read() as session:
        survey, found = find(session, key, code)
        standing = fetch_standing(session, found)
        is_compared = standing.is_typed_twice and found.state == BatchState.OPEN
        instrument = instrument_of(session, survey)
        left = len(list_differences(session, found, instrument)) if is_compared else None
    return render_template(
        "monitor/paper_batch.html",
        survey=survey,
        standing=standing,
        batch=found,
        shown=shown_code(found.code),
        own=standing.entry_of(person.account),
        left=left,
        may_settle=person.has(*SETTLERS),
        form=GiveUpForm(formdata=None),
        open_state=BatchState.OPEN,
        is_taking=survey.state == SurveyState.OPEN and survey.closed_at is None,
    )


@blueprint.get("/meja/survei/<key>/kertas/<code>/kuesioner.pdf")
@requires(*STAFF)
def sheets(key: str, code: str) -> Response:
    """All sheets of a batch, to print."""
    with context().store.read() as session:
        survey, found = find(session, key, code)
        paper = questionnaire_of(session, survey, found)
    response = Response(draw_questionnaires(paper)[0], mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="kuesioner-{found.code}.pdf"'
    return response


@blueprint.post("/meja/survei/<key>/kertas/<code>/terima")
@requires(*SETTLERS)
def accept(key: str, code: str) -> AnyResponse:
    """Bring the answered sheets into the ledger."""
    parts, account = context(), viewer().account

    def bring_in(session: Session, survey: Survey, found: PaperBatch) -> str:
        count = accept_batch(
            session,
            survey,
            found,
            instrument_of(session, survey),
            account,
            parts.receipt_key,
            parts.clock(),
            parts.settings.comment_maximum,
        )
        return str(_("%(n)s jawaban kertas diterima. Entri lembar dihapus.", n=count))

    return act(key, code, bring_in, SETTLERS)


@blueprint.post("/meja/survei/<key>/kertas/<code>/batal")
@requires(*SETTLERS)
def give_up(key: str, code: str) -> AnyResponse:
    """Give a batch up."""
    form, parts, account = GiveUpForm(), context(), viewer().account

    def end(session: Session, _survey: Survey, found: PaperBatch) -> str:
        give_up_batch(session, found, form.reason.data or "", account, parts.clock())
        return str(_("Berkas dibatalkan. Tidak satu pun lembarnya dihitung."))

    return act(key, code, end, SETTLERS)


def act(
    key: str,
    code: str,
    do: Callable[[Session, Survey, PaperBatch], str],
    roles: tuple[Role, ...] = STAFF,
    follow: Callable[[], str] | None = None,
) -> AnyResponse:
    """Do one act on a batch in one transaction and say what came of it.

    Goes on to `follow` where all went well, else to the page of the batch.
    """
    here = url_for("paper.batch", key=key, code=code)
    try:
        with context().store.write() as session:
            words = do(session, *find(session, key, code, *roles))
    except NotFoundError:
        raise
    except SurveyError as error:
        for part in error.errors if isinstance(error, SurveyErrors) else [error]:
            flash(part.line(message_language()), "error")
        return redirect(here)
    if words:
        flash(words)
    return redirect(follow() if follow else here)


def find(session: Session, key: str, code: str, *roles: Role) -> tuple[Survey, PaperBatch]:
    """A survey of one's own and a batch of it. Raises NotFoundError."""
    survey = viewer().find_survey(session, key, *(roles or STAFF))
    return survey, find_batch(session, survey, code)


def questionnaire_of(session: Session, survey: Survey, found: PaperBatch) -> Questionnaire:
    """What the sheets of a batch say."""
    service = found.service.name if found.service else ""
    return Questionnaire(
        code=found.code,
        sheets=found.sheets,
        agency=survey.unit.agency.name,
        unit=survey.unit.name,
        place=" · ".join(part for part in (service, found.counter) if part),
        title=survey.title,
        period=survey.period,
        instrument=instrument_of(session, survey),
        note=_("Data peraga") if survey.is_demo else "",
        logo=logo_of(session, survey.unit.agency_id),
    )


def _overview(key: str, form: BatchForm) -> str:
    with context().store.read() as session:
        survey = viewer().find_survey(session, key, *STAFF)
        form.service.choices = _choices(session, survey)
        standings = list_batches(session, survey.id)
    return render_template(
        "monitor/paper.html",
        survey=survey,
        standings=standings,
        form=form,
        shown_code=shown_code,
        is_taking=survey.state in {SurveyState.DRAFT, SurveyState.OPEN} and not survey.closed_at,
    )


def _choices(session: Session, survey: Survey) -> list[tuple[str, Any]]:
    services = session.scalars(
        select(Service)
        .where(Service.unit_id == survey.unit_id, Service.active)
        .order_by(Service.name)
    )
    return [("", _("Seluruh unit")), *((one.code, one.name) for one in services)]


def _service(session: Session, survey: Survey, code: str) -> Service | None:
    query = select(Service).where(Service.unit_id == survey.unit_id, Service.code == code)
    return session.scalars(query).first() if code else None
