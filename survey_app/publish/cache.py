"""Public pages are rendered once for all their readers, until something public changes.

Each worker keeps what it rendered with a stamp of everything the public pages are made of:
the newest publication, change of a follow-up plan and shown comment. A reader costs one look
at the stamp; only the first after a change costs a rendering. Public pages are the same for
everybody, so the language and the arguments that a page names are all that tell them apart.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec

from flask import Flask, Response, current_app, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.store.tables import CommentReview, CommentState, FollowUpEvent, Publication
from survey_app.web.context import context
from survey_app.web.languages import page_language

MAX_AGE_SECONDS = 300
ENTRIES = 400
LONGEST_KEPT_BYTES = 500_000
EXTENSION = "zi_survey_public_pages"

Args = ParamSpec("Args")
Key = tuple[str, ...]
Stamp = tuple[int, ...]


@dataclass(frozen=True)
class Rendered:
    """One answer as it was rendered: what it is made of, and until when it may stand."""

    stamp: Stamp
    until: datetime
    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str


@dataclass
class PageCache:
    """The newest renderings of one worker; the least recently read leave first."""

    entries: OrderedDict[Key, Rendered] = field(default_factory=OrderedDict)
    making: dict[Key, threading.Lock] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    renderings: int = 0

    def fetch(
        self, key: Key, stamp: Stamp, now: datetime, render: Callable[[], Response]
    ) -> Rendered:
        """What was rendered under this stamp, or a new rendering; one at a time for each key."""
        found = self._known(key, stamp, now)
        if found is not None:
            return found
        with self.lock:
            turn = self.making.setdefault(key, threading.Lock())
        with turn:
            found = self._known(key, stamp, now)
            if found is None:
                found = _frozen(render(), stamp, now)
                self._keep(key, found)
        return found

    def _known(self, key: Key, stamp: Stamp, now: datetime) -> Rendered | None:
        with self.lock:
            found = self.entries.get(key)
            if found is None or found.stamp != stamp or now >= found.until:
                return None
            self.entries.move_to_end(key)
            return found

    def _keep(self, key: Key, rendered: Rendered) -> None:
        with self.lock:
            self.renderings += 1
            self.making.pop(key, None)
            if len(rendered.body) > LONGEST_KEPT_BYTES:
                return
            self.entries[key] = rendered
            self.entries.move_to_end(key)
            while len(self.entries) > ENTRIES:
                self.entries.popitem(last=False)


def init_app(app: Flask) -> None:
    """Give the application its own empty cache."""
    app.extensions[EXTENSION] = PageCache()


def rendered_once(
    *arguments: str,
) -> Callable[[Callable[Args, Response]], Callable[Args, Response]]:
    """A public view whose answer depends on its path, its language and these arguments alone."""

    def decorate(view: Callable[Args, Response]) -> Callable[Args, Response]:
        @wraps(view)
        def answer(*args: Args.args, **kwargs: Args.kwargs) -> Response:
            parts = context()
            with parts.store.read() as session:
                stamp = public_stamp(session)
            asked = (request.args.get(name, "") for name in arguments)
            key = (request.path, page_language(), *asked)
            cache: PageCache = current_app.extensions[EXTENSION]
            found = cache.fetch(key, stamp, parts.clock(), lambda: view(*args, **kwargs))
            return _answer(found)

        return answer

    return decorate


def public_stamp(session: Session) -> Stamp:
    """What changes whenever anything on a public page does, at the cost of one small query.

    Names of units and services may be shown late by `MAX_AGE_SECONDS`.
    """
    shown = select(func.count()).where(CommentReview.state == CommentState.SHOWN)
    ends = (
        select(func.max(Publication.id)).scalar_subquery(),
        select(func.max(FollowUpEvent.id)).scalar_subquery(),
        shown.scalar_subquery(),
    )
    return tuple(value or 0 for value in session.execute(select(*ends)).one())


def _frozen(response: Response, stamp: Stamp, now: datetime) -> Rendered:
    body = response.get_data()
    response.add_etag()
    kept = ("Content-Type", "Content-Disposition", "Cross-Origin-Resource-Policy")
    headers = tuple((name, response.headers[name]) for name in kept if name in response.headers)
    until = now + timedelta(seconds=MAX_AGE_SECONDS)
    return Rendered(stamp, until, body, headers, response.get_etag()[0] or "")


def _answer(rendered: Rendered) -> Response:
    response = Response(rendered.body, headers=dict(rendered.headers))
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    response.set_etag(rendered.etag)
    response.make_conditional(request)
    return response
