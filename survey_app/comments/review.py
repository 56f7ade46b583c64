"""What reviewers decide about a comment: show it, hide it, refer it, or let it go to staff.

The comment itself stays as it was written. What the public reads is a copy from which parts
may be left out, never one in which words were changed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.comments.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.ledger.masking import mask
from survey_app.store.tables import (
    Account,
    Comment,
    CommentReview,
    CommentState,
    Survey,
)
from survey_app.web.errors import NotFoundError

LEFT_OUT = "[…]"
_GAP = re.compile(r"\s*\[(?:…|\.\.\.)\]\s*")


class ReviewError(SurveyError):
    """A decision that may not be made like this."""


@dataclass(frozen=True)
class Report:
    """A comment before the inspectorate: the words as kept, and where it came from."""

    id: bytes
    text: str
    note: str
    survey: Survey


def show_comment(
    session: Session, comment: Comment, shown_text: str, account: Account
) -> CommentReview:
    """Let the public read a comment, whole or with parts left out.

    Raises ReviewError where `shown_text` holds anything that the citizen did not write.
    """
    shown = " ".join(shown_text.split())
    pieces = [piece for piece in _GAP.split(shown) if piece]
    if not pieces:
        raise ReviewError("comment-text-empty", where=Where(field="shown_text"))
    if not _stand_in_order(pieces, readable(comment.text)):
        raise ReviewError("comment-text-changed", where=Where(field="shown_text"))
    tidy = _GAP.sub(f" {LEFT_OUT} ", shown).strip()
    return _decide(session, comment, CommentState.SHOWN, account, shown_text=tidy)


def hide_comment(
    session: Session, comment: Comment, reason: str, account: Account
) -> CommentReview:
    """Keep a comment from the public. Raises ReviewError without a reason."""
    return _decide(session, comment, CommentState.HIDDEN, account, reason=_required(reason))


def refer_comment(
    session: Session, comment: Comment, reason: str, account: Account
) -> CommentReview:
    """Hand a comment to the inspectorate alone; staff no longer see it."""
    return _decide(session, comment, CommentState.REFERRED, account, reason=reason.strip())


def release_comment(
    session: Session, comment: Comment, reason: str, account: Account
) -> CommentReview:
    """Let staff see what only the inspectorate saw. Raises ReviewError without a reason."""
    reason = _required(reason)
    review = _decide(session, comment, CommentState.WAITING, account, reason=reason)
    review.released_by = account.id
    session.flush()
    return review


def readable(text: str | None) -> str:
    """A comment's words without personal data, on one line."""
    return " ".join(mask(text or "").text.split())


def find_comment(session: Session, survey: Survey, identity: bytes) -> Comment:
    """A sealed comment of a survey. Raises NotFoundError where there is none, or it is erased."""
    comment = session.get(Comment, identity)
    if comment is None or comment.survey_id != survey.id or not comment.text:
        raise NotFoundError
    if comment.seal_id is None:
        raise NotFoundError
    return comment


def list_shown(session: Session, survey_id: int) -> list[str]:
    """What the public reads of a survey's comments, in the order of random ids."""
    query = (
        select(CommentReview.shown_text)
        .join(Comment, Comment.id == CommentReview.comment_id)
        .where(Comment.survey_id == survey_id, CommentReview.state == CommentState.SHOWN)
        .order_by(Comment.id)
    )
    return [text for text in session.scalars(query) if text]


def list_reports(session: Session, unit_ids: set[int] | None) -> list[Report]:
    """Comments before the inspectorate, in the order of random ids."""
    query = (
        select(Comment, CommentReview, Survey)
        .join(CommentReview, CommentReview.comment_id == Comment.id)
        .join(Survey, Survey.id == Comment.survey_id)
        .where(CommentReview.state == CommentState.REFERRED, Comment.text.is_not(None))
        .order_by(Comment.id)
    )
    if unit_ids is not None:
        query = query.where(Survey.unit_id.in_(unit_ids))
    return [
        Report(comment.id, readable(comment.text), review.reason, survey)
        for comment, review, survey in session.execute(query)
    ]


def find_referred(session: Session, identity: str, unit_ids: set[int] | None) -> Comment:
    """A referred comment of the units by its id in hex. Raises NotFoundError for any other."""
    query = (
        select(Comment)
        .join(CommentReview, CommentReview.comment_id == Comment.id)
        .join(Survey, Survey.id == Comment.survey_id)
        .where(CommentReview.state == CommentState.REFERRED, Comment.text.is_not(None))
    )
    if unit_ids is not None:
        query = query.where(Survey.unit_id.in_(unit_ids))
    try:
        found = session.scalars(query.where(Comment.id == bytes.fromhex(identity))).first()
    except ValueError as error:
        raise NotFoundError from error
    if found is None:
        raise NotFoundError
    return found


def _decide(
    session: Session,
    comment: Comment,
    state: CommentState,
    account: Account,
    *,
    shown_text: str = "",
    reason: str = "",
) -> CommentReview:
    review = session.get(CommentReview, comment.id) or CommentReview(comment_id=comment.id)
    review.state, review.shown_text, review.reason = state, shown_text, reason
    review.reviewed_by = account.id
    session.add(review)
    session.flush()
    return review


def _required(reason: str) -> str:
    if not reason.strip():
        raise ReviewError("comment-needs-reason", where=Where(field="reason"))
    return reason.strip()


def _stand_in_order(pieces: Sequence[str], text: str) -> bool:
    """Whether whole words of the text, in the text's own order, make up the pieces."""
    position = 0
    for piece in pieces:
        match = re.compile(rf"(?<!\w){re.escape(piece)}(?!\w)").search(text, position)
        if match is None:
            return False
        position = match.end()
    return True
