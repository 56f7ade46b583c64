"""Who reads a comment: the unit's staff or the inspectorate, always exactly one of the two.

A comment that may report bribery is the inspectorate's until a person there lets it go, also
where the list of words marks it only after an edit, and where staff hid it before. It never
goes back to staff by an edit alone, for a report that staff read cannot be taken back.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey_app.comments.bribery import WordList, word_list
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import (
    BriberyWordList,
    Comment,
    CommentReview,
    CommentState,
    Seal,
    Survey,
)

SORTED_AT_ONCE = 500
# Sealed longer ago, a comment is sorted when the inspectorate opens its page.
_SEALED_WITHIN = timedelta(days=30)
_UNREAD = (CommentState.WAITING, CommentState.HIDDEN)


def is_for_inspectorate(review: CommentReview | None, *, is_marked: bool) -> bool:
    """Whether only the inspectorate may read a comment; otherwise staff may.

    `is_marked` is what the present list says of its words. A person's word stands above the
    list's, but for what staff hid: that they alone would have read.
    """
    if review is None:
        return is_marked
    if review.state == CommentState.REFERRED:
        return True
    if review.released_by is not None or review.state == CommentState.SHOWN:
        return False
    return is_marked


def sort_new_comments(store: Store, settings: Settings, now: datetime) -> int:
    """Sort what was sealed lately, and all anew after an edit of the list; how many."""
    words = word_list(settings.instance)
    return sort_all(store, words, None, now, sealed_since=now.date() - _SEALED_WITHIN)


def sort_all(
    store: Store,
    words: WordList,
    unit_ids: set[int] | None,
    now: datetime,
    *,
    sealed_since: date | None = None,
) -> int:
    """Sort comments of these units (None: all), few in each transaction; how many."""
    done = 0
    while True:
        with store.write() as session:
            more = refer_reports(session, words, unit_ids, now, sealed_since=sealed_since)
        if not more:
            return done
        done += more


def refer_reports(
    session: Session,
    words: WordList,
    unit_ids: set[int] | None,
    now: datetime,
    *,
    sealed_since: date | None = None,
) -> int:
    """Put sealed comments, `SORTED_AT_ONCE` at most, into the hands of who may read them.

    These are comments that were never sorted, of seals since a day where one is given, and
    those that another list sorted. Returns how many there were.
    """
    list_id = _record_list(session, words, now)
    fresh = _sort_fresh(session, words, list_id, unit_ids, sealed_since)
    return fresh + _sort_anew(session, words, list_id, unit_ids)


def _record_list(session: Session, words: WordList, now: datetime) -> int:
    query = select(BriberyWordList).order_by(BriberyWordList.id.desc()).limit(1)
    last = session.scalars(query).first()
    if last is None or last.sha256 != words.sha256:
        last = BriberyWordList(sha256=words.sha256, used_from=now)
        session.add(last)
        session.flush()
    return last.id


def _sort_fresh(
    session: Session,
    words: WordList,
    list_id: int,
    unit_ids: set[int] | None,
    sealed_since: date | None,
) -> int:
    never = (CommentReview.comment_id.is_(None), Comment.seal_id.is_not(None))
    query = _comments(unit_ids, *never)
    if sealed_since is not None:
        query = query.join(Seal, Seal.id == Comment.seal_id).where(Seal.day >= sealed_since)
    rows = [
        _first_review(identity, words.marks(text or ""), list_id)
        for identity, text in session.execute(query)
    ]
    if rows:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        # Another worker, or staff who decided meanwhile, may have been first.
        session.execute(dialect.insert(CommentReview).values(rows).on_conflict_do_nothing())
    return len(rows)


def _first_review(identity: bytes, is_marked: bool, list_id: int) -> dict[str, Any]:
    return {
        "comment_id": identity,
        "state": CommentState.REFERRED if is_marked else CommentState.WAITING,
        "shown_text": "",
        "reason": "",
        "is_counted": not is_marked,
        "word_list_id": list_id,
    }


def _sort_anew(session: Session, words: WordList, list_id: int, unit_ids: set[int] | None) -> int:
    is_older = or_(CommentReview.word_list_id.is_(None), CommentReview.word_list_id < list_id)
    is_sorted = CommentReview.comment_id.is_not(None)
    rows = session.execute(_comments(unit_ids, is_sorted, is_older)).all()
    marked = [identity for identity, text in rows if words.marks(text or "")]
    # Asked again of each row: somebody may have decided since it was read.
    undecided = (CommentReview.state.in_(_UNREAD), CommentReview.released_by.is_(None))
    _change(session, marked, *undecided, state=CommentState.REFERRED, reviewed_by=None)
    _change(session, [identity for identity, _ in rows], word_list_id=list_id)
    return len(rows)


def _comments(unit_ids: set[int] | None, *where: ColumnElement[bool]) -> Select[bytes, str | None]:
    query = (
        select(Comment.id, Comment.text)
        .join(Survey, Survey.id == Comment.survey_id)
        .outerjoin(CommentReview, CommentReview.comment_id == Comment.id)
        .where(Comment.text.is_not(None), *where)
        .order_by(Comment.id)
        .limit(SORTED_AT_ONCE)
    )
    return query if unit_ids is None else query.where(Survey.unit_id.in_(unit_ids))


def _change(
    session: Session, identities: Sequence[bytes], *where: ColumnElement[bool], **values: Any
) -> None:
    if identities:
        these = update(CommentReview).where(CommentReview.comment_id.in_(identities), *where)
        session.execute(these.values(**values), execution_options={"synchronize_session": False})
