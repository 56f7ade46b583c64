"""The citizen's addresses: the form, its JSON twin, the thank-you page, the receipt."""

import gzip
import hmac
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
from survey_app.respond import limits
from survey_app.respond.limits import limiter
from survey_app.respond.links import (
    LinkGoneError,
    Links,
    LinkUnknownError,
    Target,
    begun_mark,
    require_open,
)
from survey_app.respond.sealed import read_sealed
from survey_app.respond.submission import AS_IT_IS, Draft, read_form, read_json
from survey_app.respond.terse import terse
from survey_app.store import StoreUnavailableError
from survey_app.web.context import context
from survey_app.web.errors import RETRY_AFTER_SECONDS

blueprint = Blueprint("respond", __name__, template_folder="templates")

COMPRESS_ABOVE_BYTES = 500


def init_app(app: Flask) -> None:
    """Register the room; its posts carry no cookie, so they need no anti-forgery token."""
    from survey_app.web.application import csrf

    parts = app.extensions["zi_survey"]
    app.extensions["links"] = Links(parts.store)
    limits.init_app(app, is_enabled=parts.settings.ratelimit == "on")
    csrf.exempt(blueprint)
    app.jinja_env.globals["terse"] = terse
    app.register_blueprint(blueprint)


@blueprint.get("/s/<code>")
@public
def form(code: str) -> Response:
    """The form of one link, in one document."""
    try:
        target = _links().find(code)
        _require_open(code)
    except (LinkGoneError, LinkUnknownError) as error:
        # Not the common error page: answers begun earlier may wait on this very phone.
        page = render_template("respond/gone.html", error=error)
        return _compressed(page, error.http_status)
    return _page(target, Draft(submission_id=secrets.token_urlsafe(16)))


@blueprint.post("/s/<code>")
@public
@limiter.limit(limits.LINK_CEILING, key_func=limits.link_key)
@limiter.limit(limits.ADDRESS_CEILING)
def submit(code: str) -> AnyResponse:
    """Accept a filled form: 303 to thanks once it is on disk, else the form with all kept."""
    try:
        target = _links().find(code)
        draft = read_form(request.form, target, context().settings.comment_maximum)
        must_ask = draft.unanswered and AS_IT_IS not in request.form
        if draft.faults or must_ask:
            _require_open(code, _begun_since(target, draft))
            return _page(target, draft, status=422)
        accepted = _record(target, draft)
    except StoreUnavailableError as error:
        return _unavailable(code, error)
    return redirect(_thanks_address(code, accepted), 303)


@blueprint.post("/api/v1/links/<code>/responses")
@public
@limiter.limit(limits.LINK_CEILING, key_func=limits.link_key)
@limiter.limit(limits.ADDRESS_CEILING)
def submit_json(code: str) -> tuple[Response, int]:
    """Accept a response as JSON: 201 first, 200 for the same again."""
    target = _links().find(code)
    draft = read_json(request.get_data(), target, context().settings.comment_maximum)
    draft.submission()
    accepted = _record(target, draft)
    return _acknowledge(accepted)


@blueprint.post("/api/v1/links/<code>/sealed")
@public
@limiter.limit(limits.LINK_CEILING, key_func=limits.link_key)
@limiter.limit(limits.ADDRESS_CEILING)
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
    response = Response(terse("respond/worker.js"), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return _compress(response)


@blueprint.get("/s/<code>/terima-kasih")
@public
def thanks(code: str) -> Response:
    """Thank the citizen and show the receipt, which proves counting and no content."""
    page = render_template(
        "respond/thanks.html",
        code=code,
        receipt=request.args.get("struk", "")[:40],
        is_masked="disamarkan" in request.args,
    )
    return _compressed(page, 200)


@blueprint.get("/struk")
@public
def ask_receipt() -> AnyResponse:
    """Ask for a receipt code, or go to the one that was typed."""
    code = request.args.get("kode", "").strip()
    if code:
        return redirect(url_for("respond.receipt", receipt=code), 303)
    return _compressed(render_template("respond/receipt.html", receipt="", status=None), 200)


@blueprint.get("/struk/<receipt>")
@public
@limiter.limit(limits.LOOKUP_CEILING)
def receipt(receipt: str) -> Response:
    """Whether a receipt was counted, on which day and in which batch."""
    with context().store.read() as session:
        status = find_receipt(session, receipt[:40])
    page = render_template("respond/receipt.html", receipt=receipt[:40], status=status)
    return _compressed(page, 200 if status else 404)


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
        return record_prepared(session, rows)


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
    parts = context()
    mark = begun_mark(parts.receipt_key, target.survey_id, target.code)
    if not hmac.compare_digest(draft.begun.encode(), mark.encode()):
        return None
    return parts.clock() - timedelta(hours=parts.settings.late_grace_hours)


def _require_open(code: str, begun_since: datetime | None = None) -> None:
    with context().store.read() as session:
        require_open(session, code, begun_since)


def _page(target: Target, draft: Draft, status: int = 200, *, is_away: bool = False) -> Response:
    page = render_template(
        "respond/form.html",
        target=target,
        instrument=target.instrument,
        draft=draft,
        is_repeat=status != 200,
        is_away=is_away,
        as_it_is=AS_IT_IS,
        begun=begun_mark(context().receipt_key, target.survey_id, target.code),
        answer_key=answer_keys(context().settings)[0].published,
        comment_maximum=context().settings.comment_maximum,
    )
    response = _compressed(page, status)
    if is_away:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _unavailable(code: str, error: StoreUnavailableError) -> Response:
    """The database is away: say so honestly and give every answer back."""
    target = _links().remembered(code)
    if target is None:
        raise error
    draft = read_form(request.form, target, context().settings.comment_maximum)
    return _page(target, draft, status=503, is_away=True)


def _links() -> Links:

    return cast(Links, current_app.extensions["links"])


def _compressed(page: str, status: int) -> Response:
    """A page of this room: never kept by anyone, and small on a slow network."""
    response = Response(page, status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return _compress(response)


def _compress(response: Response) -> Response:
    content = response.get_data()
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0 and len(content) > COMPRESS_ABOVE_BYTES:
        response.set_data(gzip.compress(content, 9, mtime=0))
        response.content_encoding = "gzip"
    return response
