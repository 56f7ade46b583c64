"""After the answers: a page of its own where a citizen may leave a name and a telephone.

It knows nothing of the answers: it is reached by the link alone, carries no receipt, and what
is left there shares no key, order or day with any response.
"""

from typing import cast

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from instruments.errors import SurveyError, Where
from survey_app.accounts.access import public
from survey_app.ledger.contacts import clean_name, clean_telephone, record_contact
from survey_app.respond.limits import against_flooding
from survey_app.respond.links import Links, Target
from survey_app.respond.sending import compressed
from survey_app.store.tables import Channel, Survey
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError

blueprint = Blueprint("contacts", __name__, template_folder="templates")

HONEYPOT = "website"
# Not where an officer helps or the next in line stands: a name would be read there.
OWN_PHONE = frozenset({Channel.OPEN, Channel.TICKET, Channel.LOBBY})


@blueprint.get("/s/<code>/kontak")
@public
def form(code: str) -> Response:
    """The page that asks, or the word that it is kept."""
    target = _target(code)
    return _page(target, {}, [], 200, is_kept="tersimpan" in request.args)


@blueprint.post("/s/<code>/kontak")
@public
@against_flooding
def submit(code: str) -> AnyResponse:
    """Keep a contact that was given with consent; else the page again with what is missing."""
    target = _target(code)
    given = {name: request.form.get(name, "")[:300] for name in ("nama", "telepon", "setuju")}
    faults = _faults(given)
    if faults:
        return _page(target, given, faults, 422)
    with context().store.write() as session:
        record_contact(session, _survey(session, target), given["nama"], given["telepon"])
    return redirect(url_for("contacts.form", code=code, tersimpan="ya"), 303)


def asks_contact(code: str) -> bool:
    """Whether the survey of a link offers the page; never stands in the way of a thank-you."""
    try:
        return _is_asked(_links().find(code))
    except SurveyError:
        return False


def _is_asked(target: Target) -> bool:
    return target.asks_contact and target.channel in OWN_PHONE


def _faults(given: dict[str, str]) -> list[SurveyError]:
    faults = []
    if request.form.get(HONEYPOT):
        faults.append(SurveyError("robot", where=Where(field=HONEYPOT)))
    for name, check in (("nama", clean_name), ("telepon", clean_telephone)):
        try:
            check(given[name])
        except SurveyError as error:
            faults.append(error)
    if given["setuju"] != "ya":
        faults.append(SurveyError("contact-needs-consent", where=Where(field="setuju")))
    return faults


def _target(code: str) -> Target:
    target = _links().find(code)
    if not _is_asked(target):
        raise NotFoundError
    return target


def _survey(session: Session, target: Target) -> Survey:
    return session.get_one(Survey, target.survey_id)


def _page(
    target: Target,
    given: dict[str, str],
    faults: list[SurveyError],
    status: int,
    *,
    is_kept: bool = False,
) -> Response:
    page = render_template(
        "respond/contact.html",
        target=target,
        given=given,
        faults={fault.where.field: fault for fault in faults},
        is_kept=is_kept,
        retention_days=context().settings.contact_retention_days,
    )
    return compressed(page, status)


def _links() -> Links:
    return cast(Links, current_app.extensions["links"])
