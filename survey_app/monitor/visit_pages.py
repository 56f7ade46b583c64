"""Where a unit enters how many people its services served each week."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.clock import day_in
from survey_app.monitor.visits import (
    list_visits,
    plan_services,
    record_visits,
    response_rates,
    survey_weeks,
)
from survey_app.spreadsheets import to_csv
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.languages import message_language

blueprint = Blueprint("visits", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
Page = str | AnyResponse | tuple[str, int]


class VisitForm(FlaskForm):  # type: ignore[misc]
    """One week's visits; its fields are the survey's services, read one by one."""


@blueprint.get("/meja/survei/<key>/kunjungan")
@requires(*STAFF)
def overview(key: str) -> Page:
    """Visits so far with the rates, and the form for a week."""
    return _page(key, request.args.get("minggu", ""))


@blueprint.post("/meja/survei/<key>/kunjungan")
@requires(*STAFF)
def record(key: str) -> Page:
    """Record or correct the visits of one week."""
    parts, person, sent = context(), viewer(), request.form
    if not VisitForm().validate_on_submit():
        return _page(key, ""), 422
    try:
        week = _read_week(sent.get("week", ""))
        with parts.store.write() as session:
            found = person.find_survey(session, key, *STAFF)
            codes = [code for _id, code, _name in plan_services(session, found.id)]
            visits = {code: _read_count(code, sent.get(f"visits-{code}", "")) for code in codes}
            day = day_in(found.unit.timezone, parts.clock())
            record_visits(session, found, week, visits, person.account, parts.clock(), day)
            audit.record(session, person.account, "record-visits", key, parts.clock())
    except SurveyError as error:
        flash(error.text(message_language()), "error")
        return _page(key, sent.get("week", "")), 422
    flash(_("Kunjungan dicatat."))
    return redirect(url_for("visits.overview", key=key))


@blueprint.get("/meja/survei/<key>/kunjungan.csv")
@requires(*STAFF)
def download(key: str) -> Response:
    """Visits by week and service as CSV."""
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        names = {identity: name for identity, _code, name in plan_services(session, found.id)}
        visits = list_visits(session, found.id)
    rows = [
        (week.isoformat(), names.get(service, ""), count)
        for (service, week), count in sorted(visits.items(), key=lambda one: (one[0][1], one[0][0]))
    ]
    text = to_csv(("minggu_mulai", "layanan", "kunjungan"), rows)
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="kunjungan-{key}.csv"'
    return response


def _page(key: str, asked: str) -> str:
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        weeks = survey_weeks(found, day_in(found.unit.timezone, parts.clock()))
        chosen = next((week for week in weeks if week.isoformat() == asked), None)
        return render_template(
            "monitor/visits.html",
            survey=found,
            form=VisitForm(),
            weeks=weeks,
            chosen=chosen or (weeks[0] if weeks else None),
            services=plan_services(session, found.id),
            visits=list_visits(session, found.id),
            rates=response_rates(session, found),
        )


def _read_week(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SurveyError("visit-week-unknown", week=text[:20]) from error


def _read_count(code: str, text: str) -> int | None:
    clean = text.strip().replace(".", "")
    if not clean:
        return None
    if not clean.isascii() or not clean.isdigit() or len(clean) > 7:
        raise SurveyError("visit-count-invalid", code=code, value=text[:20])
    return int(clean)
