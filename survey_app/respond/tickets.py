"""Where tickets lead: the address in the QR code, and the page to type the short code."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.accounts.access import public
from survey_app.ledger.tickets import TicketError, find_link_of_ticket
from survey_app.respond import limits
from survey_app.respond.sending import compressed
from survey_app.web.context import context

blueprint = Blueprint("tickets", __name__, template_folder="templates")


@blueprint.get("/t")
@public
def ask() -> Response:
    """Where the code of a ticket is typed."""
    return _door(None, 200)


@blueprint.post("/t")
@public
@limits.against_guessing
def type_() -> AnyResponse:
    """Go to the form that a typed code opens."""
    return _open(request.form.get("kode", ""))


@blueprint.get("/t/<token>")
@public
@limits.against_guessing
def scan(token: str) -> AnyResponse:
    """Go to the form that a scanned ticket opens."""
    return _open(token)


def _open(presented: str) -> AnyResponse:
    # Whether the ticket is still good is for the form to say, which knows the unit's day.
    parts = context()
    try:
        with parts.store.read() as session:
            code = find_link_of_ticket(session, presented[:40], parts.receipt_key)
    except TicketError as error:
        return _door(error, error.http_status)
    return redirect(url_for("respond.form", code=code, tiket=presented[:40].strip()), 303)


def _door(error: TicketError | None, status: int) -> Response:
    return compressed(render_template("respond/ticket.html", error=error, other=None), status)
