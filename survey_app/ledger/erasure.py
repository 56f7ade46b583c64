"""Destroys what must go by law: two accounts agree, the content goes, its leaf stays.

The nonce goes with the content, so that the leaf can no longer be matched against guesses.
The database itself lets no content be emptied without the agreement. What older backups
hold goes when they are overwritten; the sealed tally keeps counting what was counted.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import survey_app.ledger.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError
from survey_app.store.tables import (
    Account,
    Comment,
    CommentReview,
    Erasure,
    ErasureState,
    Response,
)


class ErasureKind(StrEnum):
    """What can be erased."""

    RESPONSE = "response"
    COMMENT = "comment"


class ErasureError(SurveyError):
    """An erasure that may not be asked for or decided like this."""

    http_status = 409


def ask_erasure(
    session: Session, kind: ErasureKind, target_id: bytes, reason: str, account: Account
) -> Erasure:
    """Ask for one response or comment to be erased; somebody else decides.

    Raises ErasureError where there is no such content, no reason, or an open request.
    """
    if not reason.strip():
        raise ErasureError("erasure-needs-reason")
    table = Response if kind == ErasureKind.RESPONSE else Comment
    if session.scalar(select(table.nonce).where(table.id == target_id)) is None:
        raise ErasureError("erasure-target-unknown")
    asked = select(Erasure.id).where(
        Erasure.kind == kind,
        Erasure.target_id == target_id,
        Erasure.state == ErasureState.ASKED,
    )
    if session.scalar(asked) is not None:
        raise ErasureError("erasure-asked-already")
    erasure = Erasure(
        kind=kind,
        target_id=target_id,
        state=ErasureState.ASKED,
        reason=reason.strip(),
        asked_by=account.id,
    )
    session.add(erasure)
    session.flush()
    return erasure


def approve_erasure(session: Session, erasure: Erasure, account: Account, now: datetime) -> None:
    """Agree, and destroy the content at once. Raises ErasureError for the one who asked."""
    _decide(session, erasure, account, now, ErasureState.DONE)
    if erasure.kind == ErasureKind.RESPONSE:
        session.execute(
            update(Response)
            .where(Response.id == erasure.target_id)
            .values(answers=None, profile=None, nonce=None)
        )
        return
    session.execute(
        update(CommentReview)
        .where(CommentReview.comment_id == erasure.target_id)
        .values(shown_text="")
    )
    session.execute(
        update(Comment).where(Comment.id == erasure.target_id).values(text=None, nonce=None)
    )


def refuse_erasure(session: Session, erasure: Erasure, account: Account, now: datetime) -> None:
    """Decline; the content stays. Raises ErasureError for the one who asked."""
    _decide(session, erasure, account, now, ErasureState.REFUSED)


def _decide(
    session: Session, erasure: Erasure, account: Account, now: datetime, state: ErasureState
) -> None:
    if erasure.state != ErasureState.ASKED:
        raise ErasureError("erasure-decided-already")
    if erasure.asked_by == account.id:
        raise ErasureError("erasure-needs-another")
    erasure.state, erasure.decided_by, erasure.decided_at = state, account.id, now
    session.flush()
