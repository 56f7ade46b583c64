"""Log-in sessions kept by the server: log-out, a new password or a disabled account ends them."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import Account, LoginSession

_SEEN_RESOLUTION = timedelta(minutes=1)


def open_session(database: Session, account: Account, now: datetime) -> str:
    """A new session's token; the database keeps only its hash."""
    token = secrets.token_urlsafe(32)
    database.add(
        LoginSession(token_hash=_hash(token), account_id=account.id, created_at=now, seen_at=now)
    )
    return token


def account_of_session(
    database: Session, token: str, settings: Settings, now: datetime
) -> Account | None:
    """The account of a session that is still good: not idle, not too old, not disabled."""
    found = database.get(LoginSession, _hash(token))
    if found is None:
        return None
    idle = now - found.seen_at > timedelta(seconds=settings.session_idle_seconds)
    old = now - found.created_at > timedelta(seconds=settings.session_absolute_seconds)
    account = database.get(Account, found.account_id)
    if idle or old or account is None or account.disabled_at is not None:
        return None
    return account


def touch_session(store: Store, token: str, now: datetime) -> None:
    """Note that a session is in use, at most once a minute: readers should not be writers."""
    with store.read() as database:
        found = database.get(LoginSession, _hash(token))
        is_fresh = found is None or now - found.seen_at <= _SEEN_RESOLUTION
    if not is_fresh:
        with store.write() as database:
            database.execute(
                update(LoginSession)
                .where(LoginSession.token_hash == _hash(token))
                .values(seen_at=now)
            )


def close_session(database: Session, token: str) -> None:
    """Log out."""
    database.execute(delete(LoginSession).where(LoginSession.token_hash == _hash(token)))


def close_all_sessions(database: Session, account: Account) -> None:
    """End every session of an account."""
    database.execute(delete(LoginSession).where(LoginSession.account_id == account.id))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
