"""One mapping from faults to what a person or a machine is told.

People get a page in their language, machines `application/problem+json` (RFC 9457) with a
stable `type`. What went wrong inside is logged and never shown.
"""

from http import HTTPStatus

import structlog
from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from instruments.errors import SurveyError, SurveyErrors
from survey_app.web.described import PROBLEM, answer
from survey_app.web.languages import message_language
from survey_app.web.problems import FieldFault, Problem

RETRY_AFTER_SECONDS = 10

_CODES = {
    400: "bad-request",
    401: "not-found",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    410: "not-found",
    413: "too-large",
    429: "too-many-requests",
}

log = structlog.get_logger("survey_app")


class NotFoundError(SurveyError):
    """What is asked for does not exist, or is not this account's to see: no difference."""

    http_status = 404

    def __init__(self) -> None:
        super().__init__("not-found")


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.before_request(_refuse_nul)
    app.register_error_handler(SurveyError, _show_survey_error)
    app.register_error_handler(CSRFError, _show_csrf_error)
    app.register_error_handler(HTTPException, _show_http_exception)
    app.register_error_handler(Exception, _show_internal_error)


def wants_problem() -> bool:
    """Whether the client is a machine: the JSON address space, or one that asks for JSON."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and request.accept_mimetypes["text/html"] == 0


def problem(error: SurveyError, status: int, headers: dict[str, str] | None = None) -> Response:
    """An RFC 9457 answer for one error or several."""
    language = message_language()
    parts = error.errors if isinstance(error, SurveyErrors) else [error]
    fields = [
        FieldFault(field=part.where.field, detail=part.text(language))
        for part in parts
        if part.where.field
    ]
    body = Problem(
        type=f"urn:zi-survey:{error.code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=error.text(language),
        **({"errors": fields} if fields else {}),
    )
    response = answer(body, status, PROBLEM)
    response.headers.update(headers or {})
    return response


def show_error(error: SurveyError, status: int, headers: dict[str, str] | None = None) -> Response:
    """The error as a page or as a problem, whichever the client reads."""
    if wants_problem():
        return problem(error, status, headers)
    page = render_template("error.html", error=error, status=status, language=message_language())
    return Response(page, status, headers or {})


def _refuse_nul() -> None:
    """Nothing is at an address with NUL, and PostgreSQL would not even take the question."""
    if "\0" in request.path:
        raise NotFoundError


def _show_survey_error(error: SurveyError) -> Response:
    headers = {}
    if error.http_status == HTTPStatus.SERVICE_UNAVAILABLE:
        log.error("unavailable", code=error.code)
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return show_error(error, error.http_status, headers)


def _show_csrf_error(_error: CSRFError) -> Response:
    return show_error(SurveyError("form-expired"), 400)


def _show_http_exception(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    code = _CODES.get(status, "bad-request" if status < 500 else "internal")
    limit = f"{request.max_content_length or 0:,} bytes".replace(",", ".")
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status in {429, 503} else {}
    return show_error(SurveyError(code, limit=limit), status, headers)


def _show_internal_error(error: Exception) -> Response:
    # The message of an exception may quote an answer; its kind and place never do.
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_qualname}:{frame.tb_lineno}" if frame else ""
    log.error("internal_error", kind=type(error).__name__, place=place, endpoint=request.endpoint)
    return show_error(SurveyError("internal"), 500)
