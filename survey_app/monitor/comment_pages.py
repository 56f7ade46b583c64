"""The desk's page of comments: grouped, searched, and decided upon one by one."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from analysis.disclosure import round_count
from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.clock import day_in
from survey_app.comments.bribery import word_list
from survey_app.comments.release import Sealed, released_comments
from survey_app.comments.retention import kept_months
from survey_app.comments.review import (
    find_comment,
    hide_comment,
    readable,
    refer_comment,
    show_comment,
)
from survey_app.comments.topics import OTHER, Topic, has_words, sort_comments
from survey_app.estimates import instrument_of
from survey_app.store.tables import Comment, CommentState, Role, Survey
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("comments", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
PAGE_SIZE = 40
ACTS = {"tampilkan": show_comment, "sembunyikan": hide_comment, "teruskan": refer_comment}


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """A decision about one comment."""

    shown_text = TextAreaField(validators=[Length(max=5000)])
    reason = StringField(validators=[Length(max=500)])


@dataclass(frozen=True)
class Line:
    """One comment as the page shows it."""

    key: str
    text: str
    state: CommentState
    shown_text: str
    reason: str


@dataclass(frozen=True)
class Heap:
    """Comments of one unsur that say nearly the same."""

    topic: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Asked:
    """What the reader looks for."""

    text: str
    topic: str | None
    state: str
    page: int


@blueprint.get("/meja/survei/<key>/komentar")
@requires(*STAFF)
def listing(key: str) -> str:
    """Comments that staff may see, by unsur and similar wording."""
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        content = _content(session, found, _asked())
    return render_template("monitor/comments.html", survey=found, form=ReviewForm(), **content)


@blueprint.post(
    "/meja/survei/<key>/komentar/<identity>/<any(tampilkan, sembunyikan, teruskan):decision>"
)
@requires(*STAFF)
def decide(key: str, identity: str, decision: str) -> AnyResponse:
    """Show, hide or refer one comment."""
    parts, person, form = context(), viewer(), ReviewForm()
    act = ACTS[decision]
    words = form.shown_text.data if decision == "tampilkan" else form.reason.data
    try:
        with parts.store.write() as session:
            found = person.find_survey(session, key, *STAFF)
            comment = _visible(session, found, identity)
            act(session, comment, words or "", person.account)
            now = parts.clock()
            audit.record(session, person.account, f"comment-{decision}", key, now, id=identity)
        flash(_("Keputusan disimpan."))
    except NotFoundError:
        raise
    except SurveyError as error:
        flash(error.text(message_language()), "error")
    return redirect(url_for("comments.listing", key=key, _anchor=f"s{identity}"))


def visible_lines(session: Session, found: Survey) -> list[tuple[str, Line]]:
    """Comments that staff may see now, each with its unsur, in the order of unsur."""
    lines = {one.id: _line(one) for one in _released(session, found)}
    texts = {key: line.text for key, line in lines.items()}
    return [
        (topic.code, lines[key])
        for topic in sort_comments(texts, instrument_of(session, found).codes)
        for key in sorted(key for cluster in topic.clusters for key in cluster.keys)
    ]


def _visible(session: Session, found: Survey, identity: str) -> Comment:
    """A comment that staff may see now. Raises NotFoundError for every other."""
    if identity not in {one.id.hex() for one in _released(session, found)}:
        raise NotFoundError
    return find_comment(session, found, bytes.fromhex(identity))


def _released(session: Session, found: Survey) -> list[Sealed]:
    parts = context()
    return released_comments(
        session,
        found,
        day_in(found.unit.timezone, parts.clock()),
        word_list(parts.settings.instance),
        parts.settings.display_minimum,
    )


def _asked() -> Asked:
    topic = request.args.get("unsur", "semua")[:40]
    return Asked(
        text=request.args.get("cari", "")[:80].strip(),
        topic=None if topic == "semua" else topic,
        state=request.args.get("keadaan", "")[:10],
        page=max(1, request.args.get("halaman", 1, type=int)),
    )


def _content(session: Session, found: Survey, asked: Asked) -> dict[str, Any]:
    instrument = instrument_of(session, found)
    lines = {one.id: _line(one) for one in _released(session, found)}
    topics = sort_comments({key: line.text for key, line in lines.items()}, instrument.codes)
    heaps = [heap for topic in topics for heap in _heaps(topic, lines, asked)]
    pages = max(1, -(-len(heaps) // PAGE_SIZE))
    page = min(asked.page, pages)
    names = {item.code: item.label for item in instrument.items} | {OTHER: _("Hal lain")}
    return {
        "asked": asked,
        "heaps": heaps[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        "page": page,
        "pages": pages,
        "names": names,
        "sizes": [(topic.code, round_count(topic.size)) for topic in topics],
        "has_comments": bool(lines),
        "found": round_count(sum(len(heap.lines) for heap in heaps)),
        "minimum": context().settings.display_minimum,
        "months": kept_months(context().settings, context().clock()),
    }


def _line(one: Sealed) -> Line:
    review = one.review
    return Line(
        key=one.id.hex(),
        text=readable(one.text),
        state=CommentState(review.state) if review else CommentState.WAITING,
        shown_text=review.shown_text if review else "",
        reason=review.reason if review else "",
    )


def _heaps(topic: Topic, lines: dict[bytes, Line], asked: Asked) -> list[Heap]:
    if asked.topic is not None and topic.code != asked.topic:
        return []
    kept = [
        Heap(topic.code, tuple(line for key in cluster.keys if _fits(line := lines[key], asked)))
        for cluster in topic.clusters
    ]
    return [heap for heap in kept if heap.lines]


def _fits(line: Line, asked: Asked) -> bool:
    is_state = asked.state in {"", line.state}
    return is_state and (not asked.text or has_words(line.text, asked.text))
