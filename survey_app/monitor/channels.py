"""The channels of a survey as its staff handle them, and the transactions they report."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.monitor.queries import list_links
from survey_app.store.tables import Role, TransactionReport
from survey_app.web.context import context

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


@blueprint.get("/meja/survei/<key>/saluran")
@requires(*STAFF)
def overview(key: str) -> Page:
    """Every link by its channel, with what staff do there."""
    return _page(key, TransactionForm(formdata=None))


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
    return render_template(
        "monitor/channels.html",
        survey=found,
        links=[link for link in links if link.revoked_at is None],
        form=form,
        newest=newest,
        public_url=context().settings.public_url,
    )


def _newest_report(session: Session, survey_id: int) -> TransactionReport | None:
    return session.scalars(
        select(TransactionReport)
        .where(TransactionReport.survey_id == survey_id)
        .order_by(TransactionReport.id.desc())
        .limit(1)
    ).first()
