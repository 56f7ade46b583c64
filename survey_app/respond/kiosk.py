"""A kiosk: a shared screen that staff open and end with a PIN, and the pass its browser holds.

The pass names the link and the PIN it was opened with, so that a new PIN ends every kiosk of
the old one. It says which device may answer, and is not stored with any answer.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

import survey_app.respond.entry_messages  # noqa: F401  registers the words of errors
from instruments.errors import SurveyError, Where
from survey_app.accounts.passwords import hash_pin, is_password
from survey_app.store import Store
from survey_app.store.tables import KioskPin, LoginFailure

PASS_HOURS = 24
WINDOW = timedelta(minutes=15)
FAILURES_ALLOWED = 8


class PinRefusedError(SurveyError):
    """A wrong PIN, or none that could be right."""


class PinThrottledError(SurveyError):
    """Too many wrong PINs at this kiosk; the right one waits too."""

    http_status = 429


def set_pin(session: Session, link_code: str, pin: str) -> None:
    """Give a kiosk a PIN; those opened with another end. Raises SurveyError for a weak one."""
    session.merge(KioskPin(link_code=link_code, pin_hash=hash_pin(pin)))


def check_pin(store: Store, link_code: str, pin: str, now: datetime) -> None:
    """Raise PinRefusedError or PinThrottledError unless the PIN is right.

    The slow part, hashing, runs outside any transaction: it must not hold up answers.
    """
    # A kiosk has no e-mail address; its failures are kept beside those of accounts.
    place = hashlib.sha256(f"kios|{link_code}".encode()).digest()
    mine = LoginFailure.email_hash == place
    with store.read() as session:
        recent = LoginFailure.at >= now - WINDOW
        failures = session.scalar(select(func.count()).where(mine, recent)) or 0
        known = session.get(KioskPin, link_code)
    if known is None:
        raise PinRefusedError("kiosk-without-pin", where=Where(field="pin"))
    if failures >= FAILURES_ALLOWED:
        raise PinThrottledError("kiosk-throttled", minutes=WINDOW.seconds // 60)
    is_right = is_password(known.pin_hash, pin)
    with store.write() as session:
        if is_right:
            session.execute(delete(LoginFailure).where(mine))
        else:
            session.add(LoginFailure(email_hash=place, at=now))
    if not is_right:
        raise PinRefusedError("kiosk-pin-wrong", where=Where(field="pin"))


def issue_pass(session: Session, link_code: str, key: bytes, now: datetime) -> str:
    """What the browser of an opened kiosk holds, good for a day."""
    until = int((now + timedelta(hours=PASS_HOURS)).timestamp())
    return f"{until}.{_tag(session, link_code, key, until)}"


def is_kiosk_pass(
    session: Session, link_code: str, presented: str, key: bytes, now: datetime
) -> bool:
    """Whether a browser's pass opens this kiosk now."""
    until, _, tag = presented.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 12):
        return False
    if int(until) < now.timestamp():
        return False
    return hmac.compare_digest(_tag(session, link_code, key, int(until)).encode(), tag.encode())


def _tag(session: Session, link_code: str, key: bytes, until: int) -> str:
    known = session.get(KioskPin, link_code)
    pin_hash = known.pin_hash if known else ""
    return hmac.digest(key, f"kiosk|{link_code}|{pin_hash}|{until}".encode(), "sha256").hex()
