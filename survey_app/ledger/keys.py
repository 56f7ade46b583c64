"""The Ed25519 key that signs heads: kept in the instance, its public half in the database."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

import survey_app.ledger.messages  # noqa: F401  registers the words of the errors raised here
from survey_app.settings import Settings, instance_secret
from survey_app.store.tables import SigningKey

KEY_FILE = "signing.key"


@dataclass(frozen=True)
class Signer:
    """A signing key and its short name: the first 8 bytes of the public key's SHA-256."""

    private: Ed25519PrivateKey

    @property
    def public_key(self) -> bytes:
        """The 32 bytes to check signatures with."""
        return self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> str:
        """The key's name in heads."""
        return hashlib.sha256(self.public_key).hexdigest()[:16]

    def sign(self, content: bytes) -> bytes:
        """An Ed25519 signature (RFC 8032)."""
        return self.private.sign(content)


def instance_signer(settings: Settings) -> Signer:
    """The instance's signer, made on first use (mode 0600)."""
    return Signer(Ed25519PrivateKey.from_private_bytes(instance_secret(settings, KEY_FILE)))


def record_key(session: Session, signer: Signer, now: datetime) -> None:
    """Put the public key on record so that old heads stay checkable."""
    if session.get(SigningKey, signer.id) is None:
        session.add(SigningKey(id=signer.id, public_key=signer.public_key, created_at=now))
        session.flush()
