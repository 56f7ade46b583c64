"""The kiosk's own pages: its PIN, the start between two citizens, and the thanks."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from instruments.errors import SurveyError
from survey_app.accounts.access import public
from survey_app.respond.kiosk import PASS_HOURS, check_pin, is_kiosk_pass, issue_pass
from survey_app.respond.links import Target
from survey_app.respond.sending import compressed
from survey_app.store.tables import Channel
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError

blueprint = Blueprint("kiosk", __name__, template_folder="templates")

COOKIE = "__Host-kios"
THANKS_SECONDS = 5


class PinForm(FlaskForm):  # type: ignore[misc]
    """The PIN of a kiosk."""

    pin = PasswordField(_("PIN petugas"), [InputRequired(_("Wajib diisi.")), Length(max=12)])


@blueprint.get("/kios/<code>")
@public
def start(code: str) -> Response:
    """Where every citizen begins; the PIN page on a device that is no kiosk yet."""
    target = _kiosk(code)
    if not is_open(code):
        return _pin_page(target, PinForm(), "kiosk.enter")
    return compressed(render_template("respond/kiosk_start.html", target=target), 200)


@blueprint.post("/kios/<code>")
@public
def enter(code: str) -> AnyResponse:
    """Make this device a kiosk."""
    target, form, parts = _kiosk(code), PinForm(), context()
    if refusal := _refuse(target, form, "kiosk.enter"):
        return refusal
    with parts.store.read() as session:
        token = issue_pass(session, code, parts.receipt_key, parts.clock())
    response = redirect(url_for("kiosk.start", code=code), 303)
    response.set_cookie(
        COOKIE, token, PASS_HOURS * 3600, secure=True, httponly=True, samesite="Strict"
    )
    return response


@blueprint.get("/kios/<code>/keluar")
@public
def leaving(code: str) -> AnyResponse:
    """Ask for the PIN that ends the kiosk."""
    target = _kiosk(code)
    if not is_open(code):
        return redirect(url_for("kiosk.start", code=code))
    return _pin_page(target, PinForm(), "kiosk.leave")


@blueprint.post("/kios/<code>/keluar")
@public
def leave(code: str) -> AnyResponse:
    """End the kiosk on this device."""
    target, form = _kiosk(code), PinForm()
    if refusal := _refuse(target, form, "kiosk.leave"):
        return refusal
    response = redirect(url_for("monitor.surveys"), 303)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict")
    return response


@blueprint.get("/kios/<code>/terima-kasih")
@public
def thanks(code: str) -> Response:
    """Thank for five seconds, without a receipt that the next one could read."""
    page = render_template("respond/kiosk_thanks.html", target=_kiosk(code), seconds=THANKS_SECONDS)
    return compressed(page, 200)


def is_open(code: str) -> bool:
    """Whether the device of this request is an open kiosk of the link."""
    parts = context()
    with parts.store.read() as session:
        return is_kiosk_pass(session, code, presented_pass(), parts.receipt_key, parts.clock())


def presented_pass() -> str:
    """The pass that this request's device holds, if any."""
    return request.cookies.get(COOKIE, "")[:120]


def _kiosk(code: str) -> Target:
    target: Target = current_app.extensions["links"].find(code)
    if target.channel != Channel.KIOSK:
        raise NotFoundError
    return target


def _refuse(target: Target, form: PinForm, act: str) -> Response | None:
    """The PIN page again where the PIN is not right; None where it is."""
    parts = context()
    if not form.validate_on_submit():
        return _pin_page(target, form, act, 422)
    try:
        check_pin(parts.store, target.code, form.pin.data, parts.clock())
    except SurveyError as error:
        form.pin.errors = [error.text()]
        return _pin_page(target, form, act, error.http_status)
    return None


def _pin_page(target: Target, form: PinForm, act: str, status: int = 200) -> Response:
    page = render_template("respond/kiosk_staff.html", target=target, form=form, act=act)
    return compressed(page, status)
