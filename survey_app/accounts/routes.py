"""Log-in, log-out, and one's own account."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from instruments.errors import SurveyError
from survey_app.accounts import audit, sessions
from survey_app.accounts.access import (
    SESSION_TOKEN,
    Viewer,
    challenge,
    public,
    requires,
    viewer,
)
from survey_app.accounts.forms import LogInForm, PasswordForm, TokenForm
from survey_app.accounts.log_in import LogInThrottledError, check_credentials
from survey_app.accounts.navigation import desk_links
from survey_app.accounts.passwords import is_password
from survey_app.accounts.people import change_password
from survey_app.accounts.reminder_choices import choose_reminders, turned_off
from survey_app.accounts.tokens import issue_token
from survey_app.store.tables import Account, ReminderKind, Role
from survey_app.web.context import context
from survey_app.web.languages import message_language

blueprint = Blueprint("accounts", __name__, template_folder="templates")

REMINDED = (Role.STAFF, Role.ADMIN)
READERS = (Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)


def init_app(app: Flask) -> None:
    """Register the room."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["desk_links"] = desk_links
    app.after_request(challenge)


@blueprint.route("/masuk", methods=["GET", "POST"])
@public
def log_in() -> str | Response | tuple[str, int]:
    """Log in; a session that was open before is replaced by a new one."""
    form = LogInForm(data={"lanjut": request.args.get("lanjut", "")})
    status = 200
    if form.validate_on_submit():
        parts = context()
        try:
            account = check_credentials(
                parts.store, form.email.data, form.password.data, parts.clock()
            )
            if account is not None:
                with parts.store.write() as database:
                    token = sessions.open_session(database, account, parts.clock())
                    audit.record(database, account, "log-in", account.email, parts.clock())
                session.clear()
                session[SESSION_TOKEN] = token
                return redirect(_local(form.lanjut.data) or _front_door(account))
            form.form_errors.append(SurveyError("log-in-refused").text(message_language()))
            status = 422
        except LogInThrottledError as error:
            form.form_errors.append(error.text(message_language()))
            status = error.http_status
    elif form.is_submitted():
        status = 422
    return render_template("accounts/log_in.html", form=form), status


@blueprint.post("/keluar")
@requires()
def log_out() -> Response:
    """Log out."""
    with context().store.write() as database:
        sessions.close_session(database, session.get(SESSION_TOKEN, ""))
    session.clear()
    return redirect(url_for("accounts.log_in"))


@blueprint.get("/akun")
@requires()
def own() -> str:
    """One's own account."""
    return _own_page(PasswordForm())


@blueprint.post("/akun/kata-sandi")
@requires()
def new_password() -> str | Response | tuple[str, int]:
    """Change one's password; every session ends and one logs in anew."""
    form, parts = PasswordForm(), context()
    account = viewer().account
    if form.validate_on_submit():
        try:
            with parts.store.write() as database:
                kept = database.get_one(Account, account.id)
                if not is_password(kept.password_hash, form.current.data):
                    form.current.errors = [_("Kata sandi sekarang tidak cocok.")]
                    return _own_page(form), 422
                change_password(database, kept, form.password.data)
                audit.record(database, kept, "change-password", kept.email, parts.clock())
        except SurveyError as error:
            form.password.errors = [error.text(message_language())]
            return _own_page(form), 422
        session.clear()
        return redirect(url_for("accounts.log_in"))
    return _own_page(form), 422


@blueprint.post("/akun/token")
@requires(*READERS)
def new_token() -> str | Response:
    """Issue a bearer token and show it this once."""
    form, parts = TokenForm(), context()
    if not form.validate_on_submit():
        return redirect(url_for("accounts.own"))
    account = viewer().account
    with parts.store.write() as database:
        token = issue_token(database, account, "evaluate", parts.clock())
        audit.record(database, account, "issue-token", "evaluate", parts.clock())
    flash(_("Token dibuat. Salin sekarang; token tidak ditampilkan lagi."))
    return _own_page(PasswordForm(), token)


@blueprint.post("/akun/pengingat")
@requires(*REMINDED)
def new_reminders() -> Response:
    """Choose which reminders one gets."""
    parts, account = context(), viewer().account
    asked = {kind for kind in ReminderKind if kind.value in request.form.getlist("pengingat")}
    with parts.store.write() as database:
        choose_reminders(database, account.id, asked)
    flash(_("Pilihan pengingat disimpan."))
    return redirect(url_for("accounts.own"))


def _own_page(form: PasswordForm, token: str = "") -> str:
    account = viewer().account
    with context().store.read() as database:
        off = turned_off(database, account.id)
    return render_template(
        "accounts/own.html",
        form=form,
        account=account,
        token=token,
        can_read=viewer().has(*READERS),
        reminders=_reminder_choices(off) if viewer().has(*REMINDED) else [],
    )


def _reminder_choices(off: set[ReminderKind]) -> list[tuple[ReminderKind, str, bool]]:
    words = {
        ReminderKind.TARGET: _("Target responden terancam tidak tercapai"),
        ReminderKind.INDEX: _("Indeks turun lebih dari kebetulan"),
        ReminderKind.FOLLOW_UP: _("Tindak lanjut jatuh tempo"),
        ReminderKind.CLOSING: _("Survei akan atau sudah berakhir"),
    }
    return [(kind, label, kind not in off) for kind, label in words.items()]


def _local(address: str | None) -> str | None:
    """An address inside this application, or None: no open redirect."""
    inside = address and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside else None


def _front_door(account: Account) -> str:
    person = Viewer(account)
    if person.has(Role.ADMIN) and not any(g.role == Role.STAFF for g in account.grants):
        return url_for("administer.overview")
    if person.has(Role.STAFF):
        return url_for("monitor.surveys")
    return url_for("evaluate.overview")
