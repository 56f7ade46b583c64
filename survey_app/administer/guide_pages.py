"""The guided path to a survey: set up, change the plan, look at the form before it opens."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.administer.forms import SurveyForm, show_error
from survey_app.administer.guide import (
    Need,
    change_plan,
    copied_populations,
    has_answers,
    last_surveys,
    proposed_period,
    read_populations,
    set_up_survey,
    work_out_need,
)
from survey_app.administer.queries import list_services
from survey_app.administer.surveys import choose_instrument, custom_instruments
from survey_app.clock import day_in
from survey_app.store.tables import Channel, InstrumentVersion, Role, Service, Survey, Unit
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("guide", __name__, template_folder="templates")

COUNT = "hitung"
OFFERED = (Channel.KIOSK, Channel.ASSISTED)
Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Plan:
    """What the page shows of a plan: the services' needs and what was typed wrongly."""

    unit: Unit
    need: Need
    problem: str = ""


@blueprint.get("/kelola/unit/<slug>/survei")
@requires(Role.ADMIN)
def new(slug: str) -> str:
    """The path for a new survey, filled from the one that is copied."""
    with context().store.read() as session:
        place = viewer().find_unit(session, slug, Role.ADMIN)
        return _new_page(session, place, _form_of(session, place))


@blueprint.post("/kelola/unit/<slug>/survei")
@requires(Role.ADMIN)
def create(slug: str) -> Page:
    """Work out the sample once more, or make the draft with its links."""
    parts, person = context(), viewer()
    with parts.store.read() as session:
        place = person.find_unit(session, slug, Role.ADMIN)
        form = SurveyForm().offer(custom_instruments(session))
        is_good = form.validate_on_submit()
        if COUNT in request.form or not is_good:
            page = _new_page(session, place, form)
            return page if COUNT in request.form else (page, 422)
    try:
        with parts.store.write() as session:
            survey = _create(session, person.find_unit(session, slug, Role.ADMIN), form)
            audit.record(session, person.account, "create-survey", survey.key, parts.clock())
            return redirect(url_for("monitor.survey", key=survey.key))
    except SurveyError as error:
        show_error(form, error)
    with parts.store.read() as session:
        place = person.find_unit(session, slug, Role.ADMIN)
        return _new_page(session, place, form), 422


@blueprint.route("/kelola/survei/<key>/rencana", methods=["GET", "POST"])
@requires(Role.ADMIN)
def plan(key: str) -> Page:
    """Change the plan of a survey that nobody has answered yet."""
    parts, person = context(), viewer()
    problem = ""
    if request.method == "POST" and COUNT not in request.form:
        try:
            with parts.store.write() as session:
                survey = person.find_survey(session, key, Role.ADMIN)
                services = _active_services(session, survey.unit_id)
                typed = read_populations(request.form, services)
                change_plan(session, survey, typed, _whole(), parts.clock())
                audit.record(session, person.account, "change-plan", key, parts.clock())
            flash(_("Rencana diubah."))
            return redirect(url_for("monitor.survey", key=key))
        except NotFoundError:
            raise
        except SurveyError as error:
            problem = error.line(message_language())
    with parts.store.read() as session:
        survey = person.find_survey(session, key, Role.ADMIN)
        page = _plan_page(session, survey, problem)
    return (page, 422) if problem else page


def _create(session: Session, place: Unit, form: SurveyForm) -> Survey:
    return set_up_survey(
        session,
        place,
        choose_instrument(session, form.instrument.data),
        period=form.period.data.strip().upper(),
        populations=read_populations(request.form, _active_services(session, place.id)),
        population=form.population.data,
        channels={channel for channel in OFFERED if channel in request.form.getlist("saluran")},
        per_service="tautan-layanan" in request.form or "saluran-diisi" not in request.form,
        as_new_version="versi-baru" in request.form,
        now=context().clock(),
    )


def _form_of(session: Session, place: Unit) -> SurveyForm:
    """The form as it opens: the kind asked for, and the period after the last of that kind."""
    copied = _copied(session, place)
    today = day_in(place.timezone, context().clock())
    form = SurveyForm(formdata=None).offer(custom_instruments(session))
    form.period.data = proposed_period(copied, today)
    if copied is not None:
        version = session.get_one(InstrumentVersion, copied.instrument_sha256)
        names = {name for name, _label in form.instrument.choices}
        is_own = version.sha256 in names
        form.instrument.data = version.sha256 if is_own else version.instrument_id
        form.population.data = copied.population
    return form


def _new_page(session: Session, place: Unit, form: Any) -> str:
    copied = _copied(session, place)
    old = copied_populations(session, copied) if copied and not request.form else {}
    shown = _plan_of(session, place, old, form.population.data)
    if shown.problem:
        form.form_errors.append(shown.problem)
    return render_template(
        "administer/guide.html",
        unit=place,
        form=form,
        need=shown.need,
        copied=copied,
        earlier=last_surveys(session, place.id),
        offered=OFFERED,
        chosen=request.form.getlist("saluran"),
        per_service="tautan-layanan" in request.form or not request.form,
        count=COUNT,
    )


def _plan_page(session: Session, survey: Survey, problem: str) -> str:
    old = {} if request.form else copied_populations(session, survey)
    shown = _plan_of(session, survey.unit, old, survey.population)
    return render_template(
        "administer/plan.html",
        survey=survey,
        need=shown.need,
        problem=problem or shown.problem,
        is_fixed=has_answers(session, survey),
        count=COUNT,
    )


def _plan_of(
    session: Session, place: Unit, populations: dict[str, int], population: int | None
) -> Plan:
    """The needs for what was typed, else for the figures given."""
    services = _active_services(session, place.id)
    problem = ""
    if request.form:
        try:
            populations = read_populations(request.form, services)
            population = _whole() or population
        except SurveyError as error:
            populations, problem = {}, error.line(message_language())
    return Plan(place, work_out_need(services, populations, population), problem)


def _active_services(session: Session, unit_id: int) -> list[Service]:
    return [one for one in list_services(session, unit_id) if one.active]


def _copied(session: Session, place: Unit) -> Survey | None:
    """The survey named by `salin`, if it is one of this unit, else the newest there is."""
    key = request.args.get("salin", "")
    own = select(Survey).where(Survey.unit_id == place.id)
    if key:
        return session.scalars(own.where(Survey.key == key)).first()
    return next(iter(last_surveys(session, place.id)), None)


def _whole() -> int | None:
    text = request.form.get("population", "").strip().replace(".", "")
    return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else None
