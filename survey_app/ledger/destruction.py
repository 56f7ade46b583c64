"""Destroys comments whose time is over, and signs which: that is what tells it from damage.

The leaves stay in their seals. What is destroyed is named by its random ids in a record that
is signed with the ledger's key and never changed; the database empties no comment without
one, and `verify` calls every comment that is gone otherwise damaged. What older backups hold
goes when they are overwritten.
"""

import calendar
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, cast, select, update
from sqlalchemy.orm import Session

from survey_app.ledger.keys import Signer, is_signed, record_key
from survey_app.ledger.leaves import canonical
from survey_app.store.tables import Comment, CommentDestruction, CommentReview, Survey

DESTROYED_AT_ONCE = 500
_ID_BYTES = 16


def destroy_comments(
    session: Session, survey: Survey, months: int, basis: str, signer: Signer, now: datetime
) -> int:
    """Destroy sealed comments of a survey that are older than so many months; how many.

    At most `DESTROYED_AT_ONCE`, so call again until it returns 0. Copies shown to the public
    and reviewers' reasons, which may repeat the words, go too. Raises SurveyError where the
    signing key is not the one on record.
    """
    record = CommentDestruction(
        survey_id=survey.id,
        day=now.date(),
        before=months_before(now.date(), months),
        months=months,
        basis=basis,
        key_id=signer.id,
    )
    identities = session.scalars(
        select(Comment.id)
        .where(
            Comment.survey_id == survey.id,
            Comment.day < record.before,
            Comment.text.is_not(None),
            Comment.seal_id.is_not(None),
        )
        .order_by(Comment.id)
        .limit(DESTROYED_AT_ONCE)
    ).all()
    if not identities:
        return 0
    record_key(session, signer, now)
    record.comments = b"".join(identities)
    days = record.day.isoformat(), record.before.isoformat()
    record.signature = signer.sign(_content(survey.key, record, *days))
    session.add(record)
    # The database's guard asks for the record before it lets the words go.
    session.flush()
    _empty(session, identities)
    return len(identities)


def months_before(day: date, months: int) -> date:
    """The same day so many months before, or the last of that month.

    >>> months_before(date(2026, 3, 31), 1), months_before(date(2026, 1, 15), 12)
    (datetime.date(2026, 2, 28), datetime.date(2025, 1, 15))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def check_destructions(
    session: Session, survey: Survey, keys: Mapping[str, bytes]
) -> tuple[frozenset[bytes], list[str]]:
    """Ids of comments that were destroyed when their time was over, and faulty records."""
    destroyed: set[bytes] = set()
    damages = []
    for record in _records(session, survey.id):
        place = f"pemusnahan saran {record.id}"
        if not _is_sound(survey.key, record, keys):
            damages.append(f"{place}: tanda tangan tidak sah")
        elif not _is_due(record):
            damages.append(f"{place}: sebelum masa simpan berakhir")
        else:
            destroyed.update(_identities(record.comments))
    return frozenset(destroyed), damages


def _records(session: Session, survey_id: int) -> list[Any]:
    """Records of a survey; days as text: a damaged one must be reported, not fail to be read."""
    kept = CommentDestruction
    found = session.execute(
        select(
            *(kept.id, kept.months, kept.basis, kept.comments, kept.key_id, kept.signature),
            cast(kept.day, String).label("day"),
            cast(kept.before, String).label("before"),
        )
        .where(kept.survey_id == survey_id)
        .order_by(kept.id)
    )
    return list(found)


def _is_sound(survey_key: str, record: Any, keys: Mapping[str, bytes]) -> bool:
    try:
        content = _content(survey_key, record, record.day, record.before)
        return is_signed(keys[record.key_id], record.signature, content)
    except (KeyError, TypeError, AttributeError):
        return False


def _is_due(record: Any) -> bool:
    day, before = date.fromisoformat(record.day), date.fromisoformat(record.before)
    return before <= months_before(day, record.months)


def _content(survey_key: str, record: Any, day: str, before: str) -> bytes:
    content = {
        "basis": record.basis,
        "before": before,
        "comments": hashlib.sha256(record.comments).hexdigest(),
        "day": day,
        "months": record.months,
        "survey": survey_key,
    }
    return b"zi-survey comments destroyed\x00" + canonical(content).encode()


def _identities(blob: bytes) -> Iterator[bytes]:
    return (blob[step : step + _ID_BYTES] for step in range(0, len(blob), _ID_BYTES))


def _empty(session: Session, identities: Sequence[bytes]) -> None:
    plain = {"synchronize_session": False}
    session.execute(
        update(CommentReview)
        .where(CommentReview.comment_id.in_(identities))
        .values(shown_text="", reason=""),
        execution_options=plain,
    )
    session.execute(
        update(Comment).where(Comment.id.in_(identities)).values(text=None, nonce=None),
        execution_options=plain,
    )
