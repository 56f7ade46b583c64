"""The desk's addresses: surveys, one survey, its acts, its posters."""

from datetime import date
from typing import Any, Literal

from flask import (
    Blueprint,
    Flask,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from analysis.fieldwork_pictures import growth_picture
from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.administer.surveys import (
    begin_closing,
    close_survey,
    is_closing,
    open_survey,
    require_closed,
)
from survey_app.estimates import instrument_of, survey_result
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.publication import publish_result
from survey_app.monitor import (
    channels,
    comment_pages,
    fieldwork_pages,
    follow_up_pages,
    lists,
    lke_pages,
    paper_entry_pages,
    print_pages,
    quality_replies,
    report,
    results,
    visit_pages,
)
from survey_app.monitor.bands import fetch_bands, fetch_break_offs
from survey_app.monitor.fieldwork import Fieldwork, fetch_fieldwork, fetch_growth
from survey_app.monitor.findings import channel_names
from survey_app.monitor.forms import ActForm, PublishForm
from survey_app.monitor.morning import fetch_morning
from survey_app.monitor.posters import draw_poster, qr_svg
from survey_app.monitor.print_pack import poster_of
from survey_app.monitor.queries import list_links
from survey_app.monitor.tabs import survey_tabs
from survey_app.monitor.visits import response_rates
from survey_app.respond.routes import preview as preview_form
from survey_app.store.tables import Link, Role, Survey
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language
from survey_app.web.pages import tanggal

blueprint = Blueprint("monitor", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
REFRESH_SECONDS = 15


def init_app(app: Flask) -> None:
    """Register the room; its templates know the tabs of a survey."""
    app.jinja_env.globals["survey_tabs"] = survey_tabs
    app.register_blueprint(blueprint)
    app.register_blueprint(comment_pages.blueprint)
    app.register_blueprint(follow_up_pages.blueprint)
    app.register_blueprint(lke_pages.blueprint)
    app.register_blueprint(channels.blueprint)
    app.register_blueprint(results.blueprint)
    app.register_blueprint(fieldwork_pages.blueprint)
    app.register_blueprint(visit_pages.blueprint)
    app.register_blueprint(report.blueprint)
    app.register_blueprint(print_pages.blueprint)
    app.register_blueprint(quality_replies.blueprint)
    app.register_blueprint(lists.blueprint)
    paper_entry_pages.init_app(app)


@blueprint.get("/meja")
@requires(*STAFF)
def surveys() -> str:
    """Surveys of one's units, those that want something first."""
    parts = context()
    with parts.store.read() as session:
        visible = viewer().visible_unit_ids(session, *STAFF)
        show_all = request.args.get("semua") == "1"
        minimum = parts.settings.display_minimum
        morning = fetch_morning(session, visible, parts.clock(), show_all=show_all, minimum=minimum)
    return render_template("monitor/surveys.html", morning=morning)


@blueprint.get("/meja/survei/<key>")
@requires(*STAFF)
def survey(key: str) -> str:
    """One survey: fieldwork, results, links."""
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        content = _survey_content(session, found)
    return render_template("monitor/survey.html", form=ActForm(), **content)


@blueprint.post("/meja/survei/<key>/buka")
@requires(*STAFF)
def open_(key: str) -> AnyResponse:
    """Open a draft."""
    return _act(key, "open", _("Survei dibuka."), _open)


@blueprint.post("/meja/survei/<key>/tutup")
@requires(*STAFF)
def close(key: str) -> AnyResponse:
    """Close an open survey."""
    words = _("Survei ditutup. Jawaban yang sudah dimulai warga masih diterima selama masa tunggu.")
    return _act(key, "close", words, _close)


@blueprint.post("/meja/survei/<key>/terbitkan")
@requires(*STAFF)
def publish(key: str) -> AnyResponse:
    """Publish the result of a closed survey."""
    return _act(key, "publish", _("Hasil diterbitkan."), _publish)


@blueprint.get("/meja/survei/<key>/pratinjau")
@requires(*STAFF)
def preview(key: str) -> Response:
    """The form as citizens will see it, before or after the survey opens."""
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        own = [link.code for link in list_links(session, found.id) if link.revoked_at is None]
    if not own:
        raise NotFoundError
    return preview_form(own[0])


@blueprint.get("/meja/survei/<key>/poster/<code>.<any(svg, png, pdf):form>")
@requires(*STAFF)
def poster(key: str, code: str, form: Literal["svg", "png", "pdf"]) -> Response:
    """The QR code of a link as SVG, or its A4 poster as PNG or PDF."""
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        link = session.get(Link, code)
        if link is None or link.survey_id != found.id:
            raise NotFoundError
        content = poster_of(session, found, link, parts.settings.public_url)
    kinds = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
    drawn = qr_svg(content.address) if form == "svg" else draw_poster(content, form)
    response = Response(drawn, mimetype=kinds[form])
    response.headers["Content-Disposition"] = f'inline; filename="poster-{code}.{form}"'
    return response


def _survey_content(session: Session, found: Survey) -> dict[str, Any]:
    result = survey_result(session, found)
    whole = result["groups"][0]
    minimum, now = context().settings.display_minimum, context().clock()
    work, growth = fetch_fieldwork(session, found, now), fetch_growth(session, found, now)
    return {
        "survey": found,
        "is_for_staff": instrument_of(session, found).is_for_staff,
        "minimum": minimum,
        "work": work,
        "channels": channel_names(),
        "growth_picture": _growth_picture(found, work, growth),
        "bands": fetch_bands(session, found, minimum),
        "break_offs": fetch_break_offs(session, found, minimum),
        "rates": response_rates(session, found),
        "links": list_links(session, found.id),
        "whole": whole,
        "is_shown": whole["n"] >= minimum and whole["index"] is not None,
        "public_url": context().settings.public_url,
        "refresh": REFRESH_SECONDS,
    }


def _growth_picture(found: Survey, work: Fieldwork, totals: list[int]) -> Markup | str:
    if len(totals) < 2:
        return ""
    first, last, forecast = found.period_start, found.period_end, work.forecast
    reach = None
    if forecast and forecast.earliest and work.remaining:
        reach = ((forecast.earliest - first).days, ((forecast.latest or date.max) - first).days)
    title = _("Jawaban terkumpul dari hari ke hari")
    ends = (tanggal(first), tanggal(last))
    return growth_picture(totals, (last - first).days, found.target, reach, ends, title)


def _act(key: str, action: str, words: str, act: Any) -> AnyResponse:
    """Do one act in one transaction; say what happened on the survey's page."""
    parts, person = context(), viewer()
    try:
        with parts.store.write() as session:
            found = person.find_survey(session, key, *STAFF)
            act(session, found)
            audit.record(session, person.account, f"survey-{action}", key, parts.clock())
        flash(words)
    except NotFoundError:
        raise
    except SurveyError as error:
        flash(error.text(message_language()), "error")
    return redirect(url_for("monitor.survey", key=key))


def _open(session: Session, found: Survey) -> None:
    open_survey(session, found, context().clock())


def _close(session: Session, found: Survey) -> None:
    parts = context()
    if parts.settings.late_grace_hours and not is_closing(found):
        begin_closing(session, found, parts.clock())
    else:
        close_survey(session, found, instance_signer(parts.settings), parts.clock())


def _publish(session: Session, found: Survey) -> None:
    if is_closing(found):
        _close(session, found)
    require_closed(found)
    publish_result(
        session,
        found,
        survey_result(session, found),
        context().clock(),
        account=viewer().account,
        reason=PublishForm().reason.data or "",
        minimum=context().settings.display_minimum,
    )
