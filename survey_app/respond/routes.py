"""The citizen's addresses: the form, its JSON twin, the thank-you page, the receipt."""

import secrets
from datetime import datetime
from typing import cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from instruments.errors import SurveyError
from survey_app.accounts.access import public
from survey_app.ledger.accept import (
    Acceptance,
)
from survey_app.ledger.answer_keys import answer_keys
from survey_app.ledger.arrivals import OpenedForms
from survey_app.ledger.receipts import find_receipt
from survey_app.respond import contacts, kiosk_pages, limits, tickets, wording
from survey_app.respond.bodies import Acknowledged, Sealed, Submission, submission_described
from survey_app.respond.effort import HEADER, EffortError, PostRates
from survey_app.respond.entry import REFUSALS, require_entry
from survey_app.respond.limits import limiter
from survey_app.respond.links import (
    LinkGoneError,
    Links,
    LinkUnknownError,
    Target,
    begun_mark,
    find_open_link,
    require_open,
)
from survey_app.respond.recording import begun_since, record_answer, visit_of
from survey_app.respond.sealed import read_sealed, read_work
from survey_app.respond.sending import compressed, even, script
from survey_app.respond.submission import AS_IT_IS, SWITCHING, Draft, read_form, read_json
from survey_app.respond.terse import terse
from survey_app.store import StoreUnavailableError
from survey_app.store.tables import Channel
from survey_app.web.context import context
from survey_app.web.described import answer, described
from survey_app.web.errors import RETRY_AFTER_SECONDS, problem

blueprint = Blueprint("respond", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Register the room; its posts carry no cookie, so they need no anti-forgery token."""
    from survey_app.web.application import csrf

    parts = app.extensions["zi_survey"]
    app.extensions["links"] = Links(parts.store)
    app.extensions["opened_forms"] = OpenedForms()
    app.extensions["post_rates"] = PostRates()
    app.register_error_handler(EffortError, _show_effort)
    limits.init_app(app, is_enabled=parts.settings.ratelimit == "on")
    app.jinja_env.globals["terse"] = terse
    wording.init_app(app)
    for part in (blueprint, contacts.blueprint, tickets.blueprint):
        csrf.exempt(part)
        app.register_blueprint(part)
    app.register_blueprint(kiosk_pages.blueprint)


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
    presented = request.args.get("tiket", request.args.get("kode", ""))[:40]
    try:
        _require_entry(target, presented)
    except REFUSALS as error:
        return _door(target, presented, error)
    current_app.extensions["opened_forms"].note(target.survey_id, target.channel)
    return _page(target, _new_draft(target, presented), is_fresh=True)


@blueprint.post("/s/<code>")
@public
@limits.against_flooding
def submit(code: str) -> AnyResponse:
    """Accept a filled form: 303 to thanks once it is on disk, else the form with all kept."""
    try:
        target = _links().find(code)
        draft = read_form(request.form, target, context().settings.comment_maximum)
        if SWITCHING in request.form:
            _require_open(code, begun_since(target, draft))
            return _page(target, draft)
        must_ask = draft.unanswered and AS_IT_IS not in request.form
        if draft.faults or must_ask:
            _require_open(code, begun_since(target, draft))
            return _page(target, draft, status=422)
        accepted = record_answer(target, draft)
    except StoreUnavailableError as error:
        return _unavailable(code, error)
    except EffortError as error:
        return _page(target, draft, status=error.http_status, bits=error.bits)
    except REFUSALS as error:
        draft.refuse(error.code, "ticket", **error.values)
        return _page(target, draft, status=error.http_status, other=_other_way(target))
    return redirect(_thanks_address(target, accepted), 303)


@blueprint.post("/api/v1/links/<code>/responses")
@public
@limits.against_flooding
@described(submission_described("Kirim satu jawaban; aman diulang", Submission))
def submit_json(code: str) -> Response:
    """Accept a response as JSON: 201 first, 200 for the same again."""
    target = _links().find(code)
    draft = read_json(request.get_data(), target, context().settings.comment_maximum)
    draft.submission()
    accepted = record_answer(target, draft)
    return _acknowledge(accepted)


@blueprint.post("/api/v1/links/<code>/sealed")
@public
@limits.against_flooding
@described(submission_described("Kirim satu formulir yang menunggu di ponsel, tersegel", Sealed))
def submit_sealed(code: str) -> Response:
    """Accept a form that waited on a phone, sealed: 201 first, 200 for the same again."""
    settings, target = context().settings, _links().find(code)
    fields = read_sealed(request.get_data(), code, settings)
    draft = read_form(fields, target, settings.comment_maximum)
    accepted = record_answer(target, draft, *read_work(request.get_data()))
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


@blueprint.get("/s/usaha.js")
@public
def effort_script() -> Response:
    """What a device runs for a link under attack, asked for then alone."""
    return script("respond/effort.js")


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


def _show_effort(error: EffortError) -> Response:
    return problem(error, error.http_status, {HEADER: str(error.bits)})


def _acknowledge(accepted: Acceptance) -> Response:
    """The receipt for a program, and which kinds of personal data the comment has lost."""
    masked = {"masked": list(accepted.masked)} if accepted.masked else {}
    body = Acknowledged(receipt=accepted.receipt, **masked)
    return answer(body, 201 if accepted.is_new else 200)


def _thanks_address(target: Target, accepted: Acceptance) -> str:
    if target.channel == Channel.KIOSK:
        return url_for("kiosk.thanks", code=target.code)
    # That something was hidden, not what: the address stays in the browser's history.
    masked = "ya" if accepted.masked else None
    return url_for("respond.thanks", code=target.code, struk=accepted.receipt, disamarkan=masked)


def _require_entry(target: Target, presented: str) -> None:
    parts = context()
    visit = visit_of(target, Draft())
    with parts.store.read() as session:
        require_entry(session, target, presented, parts.receipt_key, visit)


def _other_way(target: Target) -> str | None:
    with context().store.read() as session:
        return find_open_link(session, target)


def _new_draft(target: Target, presented: str) -> Draft:
    ticket = presented if target.channel == Channel.TICKET else ""
    return Draft(submission_id=secrets.token_urlsafe(16), ticket=ticket)


def _door(target: Target, presented: str, error: SurveyError) -> Response:
    """The page that asks for ticket or lobby code, or says why there is no way in."""
    name = {Channel.TICKET: "respond/ticket.html", Channel.LOBBY: "respond/lobby.html"}
    asks = target.channel in name and not presented
    page = render_template(
        name.get(Channel(target.channel), "respond/gone.html"),
        target=target,
        error=None if asks else error,
        other=_other_way(target),
    )
    return compressed(page, 200 if asks else error.http_status)


def _require_open(code: str, since: datetime | None = None) -> None:
    with context().store.read() as session:
        require_open(session, code, since)


def _page(
    target: Target,
    draft: Draft,
    status: int = 200,
    *,
    is_fresh: bool = False,
    is_away: bool = False,
    is_preview: bool = False,
    other: str | None = None,
    bits: int = 0,
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
        bits=bits,
        as_it_is=AS_IT_IS,
        switching=SWITCHING,
        begun=_begun(target, draft, is_fresh=is_fresh),
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


def _begun(target: Target, draft: Draft, *, is_fresh: bool) -> str:
    parts = context()
    if visit_of(target, draft).opened_at:
        return draft.begun
    # A lobby's mark is its pass: only who came in by the code of the screen gets one.
    if target.channel == Channel.LOBBY and not is_fresh:
        return ""
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
