"""Takes one submission exactly once, whatever races, retries or crashes there are.

The UNIQUE key of the receipt decides; nothing is looked up first, for two requests that both
look see nothing. The receipt code is derived from the submission id with a secret of the
instance, so that a retry is shown the same code while the database holds only its hash.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

import survey_app.ledger.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError
from survey_app.ledger.leaves import canonical, comment_leaf, response_leaf
from survey_app.ledger.masking import Personal, mask
from survey_app.store.tables import Comment, Receipt, Response

RECEIPT_BYTES = 10
_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")


class SubmissionConflictError(SurveyError):
    """The same submission id came with another body."""

    http_status = 409


@dataclass(frozen=True)
class Submission:
    """What one citizen sent, already validated against the instrument."""

    submission_id: str
    answers: dict[str, int | None]
    profile: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    language: str = "id"


@dataclass(frozen=True)
class Origin:
    """Where submissions belong: everything that the link fixed, and the day at the unit."""

    survey_id: int
    survey_key: str
    service_id: int | None
    service_code: str | None
    channel: str
    day: date
    instrument_sha256: str


@dataclass(frozen=True)
class PreparedRows:
    """The rows of one submission, and the receipt code to show once they are on disk."""

    receipt: str
    receipt_row: dict[str, Any]
    response_row: dict[str, Any]
    comment_row: dict[str, Any] | None
    masked: tuple[Personal, ...] = ()


@dataclass(frozen=True)
class Acceptance:
    """The citizen's receipt code, whether it was new, and what was hidden in the comment."""

    receipt: str
    is_new: bool
    masked: tuple[Personal, ...] = ()


# Built once: these statements run for every answer that arrives.
_INSERT_RESPONSE = insert(Response)
_INSERT_COMMENT = insert(Comment)
# Whichever unique key meets its twin first: naming one of them, PostgreSQL would raise on the
# other where the same submission arrives twice in the same moment. Asked for by RETURNING:
# the count of rows is not dependable on every driver.
_INSERT_RECEIPT = {
    dialect: module.insert(Receipt.__table__)
    .on_conflict_do_nothing()
    .returning(Receipt.__table__.c.survey_id)
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}


def record_response(
    session: Session, origin: Origin, submission: Submission, receipt_key: bytes
) -> Acceptance:
    """Record a submission, or recognise it. Raises SubmissionConflictError.

    Nothing is acknowledged until the caller's transaction has committed.
    """
    return record_prepared(session, prepare_rows(origin, submission, receipt_key))


def prepare_rows(origin: Origin, submission: Submission, receipt_key: bytes) -> PreparedRows:
    """Hash and canonicalise a submission, before any lock of the database is held."""
    receipt = receipt_code(receipt_key, origin.survey_id, submission.submission_id)
    return PreparedRows(
        receipt=receipt,
        receipt_row=_receipt_row(origin, submission, receipt),
        response_row=_response_row(origin, submission),
        comment_row=_comment_row(origin, submission) if submission.comment else None,
        masked=mask(submission.comment).kinds,
    )


def record_prepared(session: Session, rows: PreparedRows) -> Acceptance:
    """Record prepared rows, or recognise them. Raises SubmissionConflictError."""
    if _insert_receipt(session, rows.receipt_row):
        connection = session.connection()
        connection.execute(_INSERT_RESPONSE, rows.response_row)
        if rows.comment_row:
            connection.execute(_INSERT_COMMENT, rows.comment_row)
        return Acceptance(rows.receipt, is_new=True, masked=rows.masked)
    if not is_recorded(session, rows):
        raise SubmissionConflictError("submission-conflict")
    return Acceptance(rows.receipt, is_new=False, masked=rows.masked)


def is_recorded(session: Session, rows: PreparedRows) -> bool:
    """Whether this very submission, with this very body, was recorded before."""
    known = session.get(Receipt, rows.receipt_row["submission_hash"])
    return known is not None and hmac.compare_digest(known.body_mac, rows.receipt_row["body_mac"])


def record_many(
    session: Session, origin: Origin, submissions: Sequence[Submission], receipt_key: bytes
) -> int:
    """Record imported submissions; those recorded before are passed over. Returns the new."""
    new = []
    for submission in submissions:
        receipt = receipt_code(receipt_key, origin.survey_id, submission.submission_id)
        if _insert_receipt(session, _receipt_row(origin, submission, receipt)):
            new.append(submission)
    # Written in the order of their random ids, so that not even the tables' pages tell which
    # comment came with which answers, or in what order they were handed over.
    responses = [_response_row(origin, one) for one in new]
    if responses:
        session.execute(insert(Response), sorted(responses, key=_by_id))
    comments = [_comment_row(origin, one) for one in new if one.comment]
    if comments:
        session.execute(insert(Comment), sorted(comments, key=_by_id))
    return len(new)


def _by_id(row: Mapping[str, Any]) -> bytes:
    return bytes(row["id"])


def receipt_code(receipt_key: bytes, survey_id: int, submission_id: str) -> str:
    """80 bits in Crockford base32, in groups of four."""
    message = f"{survey_id}|{submission_id}".encode()
    digest = hmac.digest(receipt_key, message, "sha256")[:RECEIPT_BYTES]
    code = base64.b32encode(digest).decode().translate(_CROCKFORD)
    return "-".join(code[step : step + 4] for step in range(0, len(code), 4))


def receipt_hash(code: str) -> bytes:
    """What the database knows of a receipt; reads what people type (case, O for 0, I for 1)."""
    plain = code.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))
    return hashlib.sha256(plain.encode()).digest()


def _insert_receipt(session: Session, row: dict[str, Any]) -> bool:
    connection = session.connection()
    inserted = connection.execute(_INSERT_RECEIPT[connection.dialect.name], row)
    return inserted.first() is not None


def _receipt_row(origin: Origin, submission: Submission, receipt: str) -> dict[str, Any]:
    identity = submission.submission_id.encode()
    return {
        "submission_hash": hashlib.sha256(f"{origin.survey_id}|".encode() + identity).digest(),
        "survey_id": origin.survey_id,
        "body_mac": _body_mac(submission),
        "receipt_hash": receipt_hash(receipt),
        "day": origin.day,
        "seal_id": None,
    }


def _body_mac(submission: Submission) -> bytes:
    # Keyed by the submission id, which only the citizen's page knows: without it the tag
    # says nothing about the answers. Over the comment as it was sent: masking may learn, and a
    # retry must stay the same submission.
    body = canonical([submission.answers, submission.profile, submission.comment])
    return hmac.digest(submission.submission_id.encode(), body.encode(), "sha256")


def _response_row(origin: Origin, submission: Submission) -> dict[str, Any]:
    identity, nonce = secrets.token_bytes(16), secrets.token_bytes(32)
    answers, profile = canonical(submission.answers), canonical(submission.profile)
    leaf = response_leaf(
        nonce=nonce,
        identity=identity,
        survey_key=origin.survey_key,
        service=origin.service_code,
        channel=origin.channel,
        day=origin.day.isoformat(),
        instrument_sha256=origin.instrument_sha256,
        language=submission.language,
        answers=answers,
        profile=profile,
    )
    return {
        "id": identity,
        "survey_id": origin.survey_id,
        "service_id": origin.service_id,
        "channel": origin.channel,
        "day": origin.day,
        "instrument_sha256": origin.instrument_sha256,
        "language": submission.language,
        "answers": answers,
        "profile": profile,
        "nonce": nonce,
        "leaf": leaf,
        "seal_id": None,
    }


def _comment_row(origin: Origin, submission: Submission) -> dict[str, Any]:
    identity, nonce = secrets.token_bytes(16), secrets.token_bytes(32)
    # Before the leaf: what names a person is never stored, not even until a review.
    text = mask(submission.comment).text
    leaf = comment_leaf(
        nonce=nonce,
        identity=identity,
        survey_key=origin.survey_key,
        day=origin.day.isoformat(),
        text=text,
    )
    return {
        "id": identity,
        "survey_id": origin.survey_id,
        "day": origin.day,
        "text": text,
        "nonce": nonce,
        "leaf": leaf,
        "seal_id": None,
    }
