"""One structured line per request, without anything that could point at a person.

A line holds the endpoint (not the path, which may carry a receipt), method, status and
duration. Addresses, user agents, answers and query strings are never logged; citizens'
requests are not logged at all, for even their times would tell.
"""

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

from survey_app.web.context import context

SILENT_ROOMS = frozenset({"respond", "tickets", "contacts", "kiosk"})

log = structlog.get_logger("survey_app")


def init_app(app: Flask) -> None:
    """Log each request of staff and machines once it is answered."""
    app.before_request(_start)
    app.after_request(_finish)


def configure(level: str) -> None:
    """Set up JSON lines on standard error for the whole process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.getLogger("werkzeug").disabled = True


def _start() -> None:
    g.started = time.monotonic()


def _finish(response: Response) -> Response:
    if request.blueprint not in SILENT_ROOMS and request.endpoint != "static":
        log.info(
            "request",
            endpoint=request.endpoint,
            method=request.method,
            status=response.status_code,
            milliseconds=round((time.monotonic() - g.started) * 1000),
            instance=context().settings.instance.name,
        )
    return response
