"""Bearer tokens of machines: shown once, stored hashed, bound to a scope."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.store.tables import Account, ApiToken

PREFIX = "zis_"
LIFETIME = timedelta(days=365)
SCOPES = ("evaluate",)


def issue_token(database: Session, account: Account, scope: str, now: datetime) -> str:
    """A new token of an account, good for a year."""
    token = PREFIX + secrets.token_urlsafe(32)
    database.add(
        ApiToken(
            account_id=account.id,
            token_hash=_hash(token),
            scope=scope,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    return token


def account_of_token(database: Session, token: str, scope: str, now: datetime) -> Account | None:
    """The account behind a token that is good for a scope now."""
    found = database.scalars(
        select(ApiToken).where(ApiToken.token_hash == _hash(token), ApiToken.scope == scope)
    ).first()
    if found is None or found.revoked_at or (found.expires_at and found.expires_at < now):
        return None
    account = database.get(Account, found.account_id)
    return account if account and account.disabled_at is None else None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
