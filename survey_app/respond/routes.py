"""The citizen's addresses: the form, its JSON twin, the thank-you page, the receipt."""

import secrets
from datetime import datetime, timedelta
from typing import cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from survey_app.accounts.access import public
from survey_app.clock import day_in
from survey_app.ledger.accept import (
    Acceptance,
    Origin,
    is_recorded,
    prepare_rows,
    record_prepared,
)
from survey_app.ledger.answer_keys import answer_keys
from survey_app.ledger.receipts import find_receipt
from survey_app.ledger.tickets import TicketError
from survey_app.respond import contacts, limits, tickets, wording
from survey_app.respond.entry import Visit, admit, require_entry
from survey_app.respond.limits import limiter
from survey_app.respond.links import (
    LinkGoneError,
    Links,
    LinkUnknownError,
    Target,
    begun_mark,
    find_open_link,
    read_begun,
    require_open,
)
from survey_app.respond.sealed import read_sealed
from survey_app.respond.sending import compressed, even, script
from survey_app.respond.submission import AS_IT_IS, SWITCHING, Draft, read_form, read_json
from survey_app.respond.terse import terse
from survey_app.store import StoreUnavailableError
from survey_app.web.context import context
from survey_app.web.errors import RETRY_AFTER_SECONDS

blueprint = Blueprint("respond", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Register the room; its posts carry no cookie, so they need no anti-forgery token."""
    from survey_app.web.application import csrf

    parts = app.extensions["zi_survey"]
    app.extensions["links"] = Links(parts.store)
    limits.init_app(app, is_enabled=parts.settings.ratelimit == "on")
    app.jinja_env.globals["terse"] = terse
    wording.init_app(app)
    for part in (blueprint, contacts.blueprint, tickets.blueprint):
        csrf.exempt(part)
        app.register_blueprint(part)


@blueprint.get("/s/<code>")
@public
@limits.against_guessing
def form(code: str) -> Response:
    """The form of one link, in one document."""
    try:
        target = _links().find(code)
        _require_open(code)
    except (LinkGoneError, LinkUnknownError) as error:
        # Not the common error page: answers begun earlier may wait on this very phone.
        page = render_template("respond/gone.html", error=error)
        return compressed(page, error.http_status)
    presented = request.args.get("tiket", "")[:40]
    try:
        _require_entry(target, presented)
    except TicketError as error:
        return _door(target, error if presented else None)
    draft = Draft(submission_id=secrets.token_urlsafe(16), ticket=presented)
    return _page(target, draft, is_fresh=True)


@blueprint.post("/s/<code>")
@public
@limits.against_flooding
def submit(code: str) -> AnyResponse:
    """Accept a filled form: 303 to thanks once it is on disk, else the form with all kept."""
    try:
        target = _links().find(code)
        draft = read_form(request.form, target, context().settings.comment_maximum)
        if SWITCHING in request.form:
            _require_open(code, _begun_since(target, draft))
            return _page(target, draft)
        must_ask = draft.unanswered and AS_IT_IS not in request.form
        if draft.faults or must_ask:
            _require_open(code, _begun_since(target, draft))
            return _page(target, draft, status=422)
        accepted = _record(target, draft)
    except StoreUnavailableError as error:
        return _unavailable(code, error)
    except TicketError as error:
        draft.refuse(error.code, "ticket", **error.values)
        return _page(target, draft, status=error.http_status, other=_other_way(target))
    return redirect(_thanks_address(code, accepted), 303)


@blueprint.post("/api/v1/links/<code>/responses")
@public
@limits.against_flooding
def submit_json(code: str) -> tuple[Response, int]:
    """Accept a response as JSON: 201 first, 200 for the same again."""
    target = _links().find(code)
    draft = read_json(request.get_data(), target, context().settings.comment_maximum)
    draft.submission()
    accepted = _record(target, draft)
    return _acknowledge(accepted)


@blueprint.post("/api/v1/links/<code>/sealed")
@public
@limits.against_flooding
def submit_sealed(code: str) -> tuple[Response, int]:
    """Accept a form that waited on a phone, sealed: 201 first, 200 for the same again."""
    settings, target = context().settings, _links().find(code)
    fields = read_sealed(request.get_data(), code, settings)
    accepted = _record(target, read_form(fields, target, settings.comment_maximum))
    return _acknowledge(accepted)


@blueprint.get("/s/sw.js")
@public
def worker() -> Response:
    """The service worker, whose scope is every form of this site."""
    return script("respond/worker.js")


@blueprint.get("/s/baca.js")
@public
def reader() -> Response:
    """The script that reads aloud, fetched by those who ask for it."""
    return script("respond/reader.js")


@blueprint.get("/s/<code>/terima-kasih")
@public
def thanks(code: str) -> Response:
    """Thank the citizen and show the receipt, which proves counting and no content."""
    page = render_template(
        "respond/thanks.html",
        code=code,
        receipt=request.args.get("struk", "")[:40],
        is_masked="disamarkan" in request.args,
        asks_contact=contacts.asks_contact(code),
    )
    return compressed(page, 200)


@blueprint.get("/struk")
@public
def ask_receipt() -> AnyResponse:
    """Ask for a receipt code, or go to the one that was typed."""
    code = request.args.get("kode", "").strip()
    if code:
        return redirect(url_for("respond.receipt", receipt=code), 303)
    return compressed(render_template("respond/receipt.html", receipt="", status=None), 200)


@blueprint.get("/struk/<receipt>")
@public
@limiter.limit(limits.LOOKUP_CEILING)
def receipt(receipt: str) -> Response:
    """Whether a receipt was counted, on which day and in which batch."""
    with context().store.read() as session:
        status = find_receipt(session, receipt[:40])
    page = render_template("respond/receipt.html", receipt=receipt[:40], status=status)
    return even(page, 200 if status else 404)


def _record(target: Target, draft: Draft) -> Acceptance:
    parts = context()
    service = target.find_service(draft.service)
    origin = Origin(
        survey_id=target.survey_id,
        survey_key=target.survey_key,
        service_id=service[0] if service else None,
        service_code=service[1] if service else None,
        channel=target.channel,
        day=day_in(target.timezone, parts.clock()),
        instrument_sha256=target.instrument.sha256,
    )
    rows = prepare_rows(origin, draft.submission(), parts.receipt_key)
    with parts.store.write() as session:
        try:
            require_open(session, target.code, _begun_since(target, draft))
        except LinkGoneError:
            # The answer may have been counted before closing and only its reply lost.
            if is_recorded(session, rows):
                return Acceptance(rows.receipt, is_new=False, masked=rows.masked)
            raise
        accepted = record_prepared(session, rows)
        if accepted.is_new:
            admit(session, target, draft.ticket, parts.receipt_key, _visit(target, draft))
        return accepted


def _visit(target: Target, draft: Draft) -> Visit:
    parts = context()
    return Visit(
        now=parts.clock(),
        day=day_in(target.timezone, parts.clock()),
        opened_at=read_begun(parts.receipt_key, target.survey_id, target.code, draft.begun),
        grace=timedelta(hours=parts.settings.late_grace_hours),
    )


def _acknowledge(accepted: Acceptance) -> tuple[Response, int]:
    """The receipt for a program, and which kinds of personal data the comment has lost."""
    masked = {"masked": [str(kind) for kind in accepted.masked]} if accepted.masked else {}
    return jsonify(receipt=accepted.receipt, **masked), 201 if accepted.is_new else 200


def _thanks_address(code: str, accepted: Acceptance) -> str:
    # That something was hidden, not what: the address stays in the browser's history.
    masked = "ya" if accepted.masked else None
    return url_for("respond.thanks", code=code, struk=accepted.receipt, disamarkan=masked)


def _begun_since(target: Target, draft: Draft) -> datetime | None:
    """How long ago an answer may have been begun; None where its page does not vouch for it."""
    visit = _visit(target, draft)
    return visit.now - visit.grace if visit.opened_at else None


def _require_entry(target: Target, presented: str) -> None:
    parts = context()
    with parts.store.read() as session:
        day = day_in(target.timezone, parts.clock())
        require_entry(session, target, presented, parts.receipt_key, day)


def _other_way(target: Target) -> str | None:
    with context().store.read() as session:
        return find_open_link(session, target)


def _door(target: Target, error: TicketError | None) -> Response:
    """The page that asks for a ticket, or says what is wrong with one."""
    page = render_template("respond/ticket.html", error=error, other=_other_way(target))
    return compressed(page, error.http_status if error else 200)


def _require_open(code: str, begun_since: datetime | None = None) -> None:
    with context().store.read() as session:
        require_open(session, code, begun_since)


def _page(
    target: Target,
    draft: Draft,
    status: int = 200,
    *,
    is_fresh: bool = False,
    is_away: bool = False,
    is_preview: bool = False,
    other: str | None = None,
) -> Response:
    page = render_template(
        "respond/form.html",
        target=target,
        instrument=target.instrument,
        draft=draft,
        is_fresh=is_fresh,
        is_repeat=status != 200,
        is_away=is_away,
        is_preview=is_preview,
        other=other,
        as_it_is=AS_IT_IS,
        switching=SWITCHING,
        begun=draft.begun if _visit(target, draft).opened_at else _begun(target),
        answer_key=answer_keys(context().settings)[0].published,
        comment_maximum=context().settings.comment_maximum,
    )
    response = compressed(page, status)
    if is_away:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def preview(code: str) -> Response:
    """The form of a link as citizens see it, open or not; nothing of it can be sent.

    Raises LinkUnknownError.
    """
    draft = Draft(submission_id=secrets.token_urlsafe(16))
    return _page(_links().find(code), draft, is_preview=True)


def _begun(target: Target) -> str:
    parts = context()
    return begun_mark(parts.receipt_key, target.survey_id, target.code, parts.clock())


def _unavailable(code: str, error: StoreUnavailableError) -> Response:
    """The database is away: say so honestly and give every answer back."""
    target = _links().remembered(code)
    if target is None:
        raise error
    draft = read_form(request.form, target, context().settings.comment_maximum)
    return _page(target, draft, status=503, is_away=True)


def _links() -> Links:

    return cast(Links, current_app.extensions["links"])
