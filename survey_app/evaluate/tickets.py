"""Ticket lots: the inspectorate issues and revokes them, and sets them against the transactions.

The unit cannot make tickets; it only hands out what the inspectorate printed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as AnyResponse
from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.evaluate.ticket_sheets import Sheet, draw_tickets
from survey_app.ledger.tickets import LARGEST_LOT, LotCount, issue_lot, list_lots, revoke_lot
from survey_app.store.tables import Channel, Link, Role, Survey, TicketLot, TransactionReport
from survey_app.store.tables import Response as ResponseRow
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("tickets_issued", __name__, template_folder="templates")

ISSUERS = (Role.INSPECTOR,)
USUAL_DAYS = 92
Page = str | AnyResponse | tuple[str, int]


class LotForm(FlaskForm):  # type: ignore[misc]
    """A new lot."""

    link = SelectField(__("Untuk tautan"), [InputRequired(__("Pilih tautan."))])
    size = IntegerField(
        __("Jumlah tiket"),
        [InputRequired(__("Wajib diisi.")), NumberRange(1, LARGEST_LOT)],
        description=__("Paling banyak 2.000 sekali cetak; 14 tiket tiap lembar A4."),
    )
    valid_from = DateField(__("Berlaku mulai"), [InputRequired(__("Wajib diisi."))])
    valid_to = DateField(__("Berlaku sampai"), [InputRequired(__("Wajib diisi."))])


@dataclass(frozen=True)
class Reconciliation:
    """One survey's tickets against what its unit says it did and what came in."""

    survey: Survey
    links: list[Link]
    lots: list[LotCount]
    transactions: int | None
    answers: int

    @property
    def issued(self) -> int:
        """Tickets of all lots."""
        return sum(one.lot.size for one in self.lots)

    @property
    def spent(self) -> int:
        """Tickets that brought an answer."""
        return sum(one.spent for one in self.lots)

    @property
    def is_impossible(self) -> bool:
        """More tickets spent than services finished: evidence by itself."""
        return self.transactions is not None and self.spent > self.transactions


@blueprint.get("/evaluasi/tiket")
@requires(*ISSUERS)
def overview() -> Page:
    """Lots so far against transactions and answers, and the form for a new lot."""
    form = LotForm(formdata=None)
    form.valid_from.data = context().clock().date()
    form.valid_to.data = form.valid_from.data + timedelta(days=USUAL_DAYS)
    return _page(form)


@blueprint.post("/evaluasi/tiket")
@requires(*ISSUERS)
def issue() -> Page:
    """Make a lot and hand out its sheets, this once."""
    form, parts, person = LotForm(), context(), viewer()
    with parts.store.read() as session:
        links = {link.code: link for one in list_reconciliations(session) for link in one.links}
    form.link.choices = [(code, code) for code in links]
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with parts.store.write() as session:
            link = session.get_one(Link, form.link.data, options=[joinedload(Link.survey)])
            valid_from, valid_to = form.valid_from.data, form.valid_to.data
            lot, secrets = issue_lot(
                session, link, form.size.data, valid_from, valid_to, parts.receipt_key
            )
            sheet = _sheet(link, lot.id, valid_to)
            thing = f"{link.code}#{lot.id}"
            audit.record(
                session, person.account, "issue-tickets", thing, parts.clock(), size=lot.size
            )
    except SurveyError as error:
        form.form_errors.append(error.text(message_language()))
        return _page(form), 422
    # Drawn after the commit: a large lot takes seconds, and answers must not wait for it.
    response = Response(draw_tickets(sheet, secrets)[0], mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="tiket-{lot.id}.pdf"'
    return response


@blueprint.post("/evaluasi/tiket/<int:number>/cabut")
@requires(*ISSUERS)
def revoke(number: int) -> AnyResponse:
    """Void what is left of a lot, at once."""
    parts, person = context(), viewer()
    with parts.store.write() as session:
        lot = session.get(TicketLot, number)
        if lot is None:
            raise NotFoundError
        survey = session.get_one(Link, lot.link_code, options=[joinedload(Link.survey)]).survey
        person.find_survey(session, survey.key, *ISSUERS)
        revoke_lot(lot, parts.clock())
        thing = f"{lot.link_code}#{lot.id}"
        audit.record(session, person.account, "revoke-tickets", thing, parts.clock())
    flash(_("Tiket yang belum dipakai dari lot itu tidak berlaku lagi."))
    return redirect(url_for("tickets_issued.overview"))


def list_reconciliations(session: Session) -> list[Reconciliation]:
    """Surveys with ticket links that this account may see, newest period first."""
    query = (
        select(Link)
        .join(Survey, Survey.id == Link.survey_id)
        .where(Link.channel == Channel.TICKET)
        .options(joinedload(Link.survey))
        .order_by(Survey.period_end.desc(), Survey.key, Link.code)
    )
    visible = viewer().visible_unit_ids(session, *ISSUERS)
    surveys: dict[int, list[Link]] = {}
    for link in session.scalars(query):
        if visible is None or link.survey.unit_id in visible:
            surveys.setdefault(link.survey_id, []).append(link)
    return [_reconcile(session, links) for links in surveys.values()]


def _page(form: LotForm) -> str:
    with context().store.read() as session:
        found = list_reconciliations(session)
    form.link.choices = [
        (link.code, _label(one.survey, link))
        for one in found
        for link in one.links
        if link.revoked_at is None
    ]
    return render_template("evaluate/tickets.html", form=form, found=found)


def _label(survey: Survey, link: Link) -> str:
    place = link.service.name if link.service else _("Seluruh unit")
    parts = (survey.unit.name, survey.title, survey.period, place, link.counter)
    return " · ".join(part for part in parts if part)


def _sheet(link: Link, number: int, valid_to: date) -> Sheet:
    survey = link.survey
    return Sheet(
        lot=f"Lot {number} / {link.code}",
        unit=survey.unit.name,
        service=link.service.name if link.service else "",
        public_url=context().settings.public_url,
        valid_to=valid_to,
        note="DATA PERAGA" if survey.is_demo else "",
    )


def _reconcile(session: Session, links: list[Link]) -> Reconciliation:
    survey = links[0].survey
    transactions = session.scalars(
        select(TransactionReport.transactions)
        .where(TransactionReport.survey_id == survey.id)
        .order_by(TransactionReport.id.desc())
        .limit(1)
    ).first()
    answers = session.scalar(
        select(func.count()).where(
            ResponseRow.survey_id == survey.id, ResponseRow.channel == Channel.TICKET
        )
    )
    return Reconciliation(survey, links, list_lots(session, survey.id), transactions, answers or 0)
