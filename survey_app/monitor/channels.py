"""The channels of a survey as its staff handle them, and the transactions they report."""

import base64

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import IntegerField, PasswordField
from wtforms.validators import InputRequired, Length, NumberRange

from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.estimates import survey_result
from survey_app.monitor.posters import qr_svg
from survey_app.monitor.queries import list_links
from survey_app.respond.kiosk import set_pin
from survey_app.respond.lobby import lobby_code, seconds_left
from survey_app.store.tables import Channel, Link, Role, TransactionReport
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("channels", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
Page = str | AnyResponse | tuple[str, int]


class TransactionForm(FlaskForm):  # type: ignore[misc]
    """How many services were finished in the survey's period so far."""

    transactions = IntegerField(
        __("Layanan selesai dalam periode ini"),
        [InputRequired(__("Wajib diisi.")), NumberRange(0, 1_000_000_000)],
        description=__("Dari buku register atau sistem antrean; inspektorat membandingkannya."),
    )


class PinForm(FlaskForm):  # type: ignore[misc]
    """A new PIN for a kiosk."""

    pin = PasswordField(__("PIN baru"), [InputRequired(__("Wajib diisi.")), Length(max=12)])


@blueprint.get("/meja/survei/<key>/saluran")
@requires(*STAFF)
def overview(key: str) -> Page:
    """Every link by its channel, with what staff do there."""
    return _page(key, TransactionForm(formdata=None))


@blueprint.post("/meja/survei/<key>/kios/<code>/pin")
@requires(*STAFF)
def kiosk_pin(key: str, code: str) -> AnyResponse:
    """Give a kiosk a PIN; kiosks opened with the old one end."""
    form, parts, person = PinForm(), context(), viewer()
    try:
        with parts.store.write() as session:
            link = _find_link(session, key, code, Channel.KIOSK)
            set_pin(session, link.code, form.pin.data or "")
            audit.record(session, person.account, "set-kiosk-pin", code, parts.clock())
        flash(_("PIN kios diatur. Kios yang dibuka dengan PIN lama berakhir."))
    except NotFoundError:
        raise
    except SurveyError as error:
        flash(error.text(message_language()), "error")
    return redirect(url_for("channels.overview", key=key))


@blueprint.get("/meja/survei/<key>/layar/<code>")
@requires(*STAFF)
def lobby_screen(key: str, code: str) -> str:
    """The screen of a lobby: the code of these five minutes, large, and as a QR code."""
    parts = context()
    now = parts.clock()
    with parts.store.read() as session:
        link = _find_link(session, key, code, Channel.LOBBY)
        survey = viewer().find_survey(session, key, *STAFF)
    shown = lobby_code(parts.receipt_key, code, now)
    address = f"{parts.settings.public_url}/s/{code}"
    qr = base64.b64encode(qr_svg(f"{address}?kode={shown}")).decode()
    return render_template(
        "monitor/lobby_screen.html",
        survey=survey,
        link=link,
        code=shown,
        address=address.split("://", 1)[1],
        qr=f"data:image/svg+xml;base64,{qr}",
        seconds=seconds_left(now) + 1,
    )


@blueprint.post("/meja/survei/<key>/saluran/layanan-selesai")
@requires(*STAFF)
def report(key: str) -> Page:
    """Report the transactions; earlier reports stay on record."""
    form, parts, person = TransactionForm(), context(), viewer()
    if not form.validate_on_submit():
        return _page(key, form), 422
    with parts.store.write() as session:
        found = person.find_survey(session, key, *STAFF)
        session.add(
            TransactionReport(
                survey_id=found.id,
                transactions=form.transactions.data,
                reported_at=parts.clock(),
                reported_by=person.account.id,
            )
        )
        audit.record(session, person.account, "report-transactions", key, parts.clock())
    flash(_("Jumlah layanan selesai dicatat."))
    return redirect(url_for("channels.overview", key=key))


def _page(key: str, form: TransactionForm) -> str:
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        links = list_links(session, found.id)
        newest = _newest_report(session, found.id)
        rows = survey_result(session, found)["by_channel"]
    return render_template(
        "monitor/channels.html",
        survey=found,
        links=[link for link in links if link.revoked_at is None],
        form=form,
        pin_form=PinForm(formdata=None),
        newest=newest,
        rows=rows,
        public_url=context().settings.public_url,
    )


def _find_link(session: Session, key: str, code: str, channel: Channel) -> Link:
    survey = viewer().find_survey(session, key, *STAFF)
    link = session.get(Link, code)
    if link is None or link.survey_id != survey.id or link.channel != channel:
        raise NotFoundError
    return link


def _newest_report(session: Session, survey_id: int) -> TransactionReport | None:
    return session.scalars(
        select(TransactionReport)
        .where(TransactionReport.survey_id == survey_id)
        .order_by(TransactionReport.id.desc())
        .limit(1)
    ).first()
