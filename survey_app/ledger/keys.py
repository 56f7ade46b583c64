"""The Ed25519 key that signs heads: kept in the instance, its public half in the database."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.ledger.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError
from survey_app.settings import Settings, instance_secret
from survey_app.store.tables import SigningKey

KEY_FILE = "signing.key"


@dataclass(frozen=True)
class Signer:
    """A signing key and its short name: the first 8 bytes of the public key's SHA-256."""

    private: Ed25519PrivateKey
    path: Path = Path(KEY_FILE)

    @property
    def public_key(self) -> bytes:
        """The 32 bytes to check signatures with."""
        return self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> str:
        """The key's name in heads."""
        return key_id(self.public_key)

    def sign(self, content: bytes) -> bytes:
        """An Ed25519 signature (RFC 8032)."""
        return self.private.sign(content)


def instance_signer(settings: Settings) -> Signer:
    """The instance's signer, made on first use (mode 0600)."""
    secret = instance_secret(settings, KEY_FILE)
    return Signer(Ed25519PrivateKey.from_private_bytes(secret), settings.instance / KEY_FILE)


def instance_public_key(settings: Settings) -> bytes | None:
    """The public half of the instance's key; None where it has not been made yet."""
    if not (settings.instance / KEY_FILE).exists():
        return None
    return instance_signer(settings).public_key


def key_id(public_key: bytes) -> str:
    """The short name of a key."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def record_key(session: Session, signer: Signer, now: datetime) -> None:
    """Put the first key on record, or see that the signer is the one on record.

    Raises SurveyError for a stranger, since heads signed by a key that no earlier key vouches
    for would convince nobody, and for a key that has handed over to the next.
    """
    known = {key.id: key.retired_at for key in session.scalars(select(SigningKey))}
    if known and signer.id not in known:
        raise SurveyError("key-missing", path=signer.path)
    if known.get(signer.id) is not None:
        raise SurveyError("key-retired", path=signer.path)
    if known:
        return
    session.add(SigningKey(id=signer.id, public_key=signer.public_key, created_at=now))
    session.flush()


def voucher_content(public_key: bytes) -> bytes:
    """What the key before signs to hand over to a new one."""
    return b"zi-survey signing key\x00" + public_key


def is_signed(public_key: bytes, signature: bytes, content: bytes) -> bool:
    """Whether a signature over `content` is good."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def check_keys(keys: Sequence[SigningKey], trusted: bytes | None) -> Iterator[str]:
    """What is wrong with the chain of custody: one first key, each later one vouched for.

    `trusted` is the public key that the instance itself holds, which must be on record.
    """
    by_id = {key.id: key for key in keys}
    first = [key for key in keys if key.vouched_by is None]
    for key in keys:
        if key.id != key_id(key.public_key):
            yield f"kunci {key.id}: isinya diganti"
    if len(first) > 1:
        names = ", ".join(sorted(key.id for key in first))
        yield f"kunci {names}: lebih dari satu yang tidak dijamin kunci sebelumnya"
    for key in keys:
        if key.vouched_by is None:
            continue
        before = by_id.get(key.vouched_by)
        content = voucher_content(key.public_key)
        if before is None or not is_signed(before.public_key, key.voucher or b"", content):
            yield f"kunci {key.id}: jaminan kunci sebelumnya tidak sah"
    if trusted is not None and keys and key_id(trusted) not in by_id:
        yield f"kunci {key_id(trusted)} milik instance tidak tercatat; penanda tangan diganti"
