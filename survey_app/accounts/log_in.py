"""Checks who logs in, slows down guessing, and says nothing about which part was wrong."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from instruments.errors import SurveyError
from survey_app.accounts.passwords import is_password
from survey_app.store import Store
from survey_app.store.tables import Account, LoginFailure

WINDOW = timedelta(minutes=15)
FAILURES_ALLOWED = 8


class LogInRefusedError(SurveyError):
    """Wrong address or password; which one is not said."""

    http_status = 422


class LogInThrottledError(SurveyError):
    """Too many failures for this address; the right password waits too."""

    http_status = 429


def check_credentials(store: Store, email: str, password: str, now: datetime) -> Account | None:
    """The account, or None (recorded as a failure). Raises LogInThrottledError.

    The slow part, hashing, runs outside any transaction: it must not hold up answers.
    """
    address = email.strip().lower()
    email_hash = hashlib.sha256(address.encode()).digest()
    with store.read() as session:
        recent = LoginFailure.at >= now - WINDOW
        failures = session.scalar(
            select(func.count()).where(LoginFailure.email_hash == email_hash, recent)
        )
        account = session.scalars(select(Account).where(Account.email == address)).first()
    if (failures or 0) >= FAILURES_ALLOWED:
        raise LogInThrottledError("log-in-throttled", minutes=WINDOW.seconds // 60)
    is_right = is_password(account.password_hash if account else None, password)
    accepted = account if is_right and account and account.disabled_at is None else None
    with store.write() as session:
        session.execute(delete(LoginFailure).where(LoginFailure.at < now - WINDOW))
        if accepted is None:
            session.add(LoginFailure(email_hash=email_hash, at=now))
        else:
            session.execute(delete(LoginFailure).where(LoginFailure.email_hash == email_hash))
    return accepted
