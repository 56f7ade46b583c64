"""Other installations whose evidence is trusted: registered by key, confirmed by fingerprint."""

import hashlib
import re
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.ledger.foreign_messages  # noqa: F401  registers the words of errors
from instruments.errors import SurveyError, Where
from survey_app.store.tables import Account, Installation, SigningKey

NAME_LENGTH = 200
_DIGITS, _GROUP = 32, 4


def fingerprint(public_key: bytes) -> str:
    """What two people compare over another road: 128 bits of the key's SHA-256, in fours."""
    digits = hashlib.sha256(public_key).hexdigest()[:_DIGITS]
    return " ".join(digits[start : start + _GROUP] for start in range(0, _DIGITS, _GROUP))


def register_installation(
    session: Session, name: str, key_text: str, confirmed: str, account: Account, now: datetime
) -> Installation:
    """Trust another installation's key from now on.

    `key_text` is its public key in hex, from its `/transparansi/kunci.json`; `confirmed` is the
    fingerprint as the other side read it out. Raises SurveyError naming the field: no key, our
    own key, one that is known, a fingerprint of another key.
    """
    public = _read_key(key_text)
    if not name.strip() or len(name.strip()) > NAME_LENGTH:
        raise _fault("installation-name", "name", maximum=NAME_LENGTH)
    if session.scalars(select(SigningKey).where(SigningKey.public_key == public)).first():
        raise _fault("installation-own", "public_key")
    known = session.scalars(select(Installation).where(Installation.public_key == public)).first()
    if known is not None:
        raise _fault("installation-known", "public_key", name=known.name)
    if _digits(confirmed) != _digits(fingerprint(public)):
        raise _fault("installation-fingerprint", "fingerprint")
    made = Installation(
        name=name.strip(), public_key=public, registered_at=now, registered_by=account.id
    )
    session.add(made)
    session.flush()
    return made


def revoke_installation(installation: Installation, account: Account, now: datetime) -> None:
    """Take nothing more from an installation; once is enough."""
    if installation.revoked_at is None:
        installation.revoked_at, installation.revoked_by = now, account.id


def list_installations(session: Session) -> list[Installation]:
    """All that were ever registered, by name."""
    return list(session.scalars(select(Installation).order_by(Installation.name, Installation.id)))


def _read_key(text: str) -> bytes:
    try:
        public = bytes.fromhex("".join(text.split()))
        Ed25519PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise _fault("installation-key", "public_key") from error
    return public


def _digits(text: str) -> str:
    return re.sub(r"[\s:-]", "", text).lower()


def _fault(code: str, field: str, **values: object) -> SurveyError:
    return SurveyError(code, where=Where(field=field), **values)
