"""The key that answers waiting on phones are sealed to, and how such an answer is opened.

A phone without a network keeps only ciphertext that it cannot reopen: ECDH of a key pair made
for one answer (X25519, or P-256 where a browser lacks it) with the instance's public key,
HKDF-SHA256 with the ephemeral public key as salt, AES-256-GCM. Each key encrypts one message,
so that the GCM nonce is all zeros. The link's code goes into the derivation: what was sealed
for one link opens for no other.
"""

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import survey_app.ledger.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError
from survey_app.settings import Settings, instance_secret

KEY_FILE = "answer.key"
SECRET_BYTES = 32
# A phone may stay in a drawer: answers sealed to the key in use or the four before it open.
KEPT_KEYS = 5
_X25519_BYTES = 32
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ZERO_NONCE = bytes(12)


class SealedAnswerError(SurveyError):
    """A sealed answer that cannot be opened with any key of the instance."""


@dataclass(frozen=True)
class AnswerKey:
    """One secret of 32 bytes, from which both private keys derive."""

    secret: bytes

    @cached_property
    def name(self) -> str:
        """Eight hex digits that say which key an answer was sealed to."""
        return hashlib.sha256(self.x25519_public).hexdigest()[:8]

    @property
    def x25519_public(self) -> bytes:
        """32 bytes (RFC 7748)."""
        return self._x25519.public_key().public_bytes_raw()

    @property
    def p256_public(self) -> bytes:
        """An uncompressed point of 65 bytes (SEC 1)."""
        public = self._p256.public_key()
        return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @cached_property
    def published(self) -> str:
        """What a page carries: name, X25519 and P-256 keys in base64, apart by spaces."""
        keys = (self.x25519_public, self.p256_public)
        return " ".join([self.name, *(base64.b64encode(key).decode() for key in keys)])

    def open(self, code: str, ephemeral: bytes, sealed: bytes) -> bytes:
        """The plain bytes of an answer sealed for a link. Raises SealedAnswerError."""
        try:
            shared = self._shared(ephemeral)
            return AESGCM(_message_key(shared, ephemeral, code)).decrypt(_ZERO_NONCE, sealed, None)
        except (ValueError, InvalidTag) as error:
            raise SealedAnswerError("sealed-unreadable") from error

    def _shared(self, ephemeral: bytes) -> bytes:
        if len(ephemeral) == _X25519_BYTES:
            return self._x25519.exchange(x25519.X25519PublicKey.from_public_bytes(ephemeral))
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ephemeral)
        return self._p256.exchange(ec.ECDH(), point)

    @cached_property
    def _x25519(self) -> x25519.X25519PrivateKey:
        return x25519.X25519PrivateKey.from_private_bytes(_derive(self.secret, b"x25519", 32))

    @cached_property
    def _p256(self) -> ec.EllipticCurvePrivateKey:
        # 48 bytes, so that the remainder is as good as uniform (FIPS 186-5 A.2.1).
        number = int.from_bytes(_derive(self.secret, b"p-256", 48), "big")
        return ec.derive_private_key(number % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def answer_keys(settings: Settings) -> list[AnswerKey]:
    """The instance's keys, the one in use first; made on first use (mode 0600)."""
    content = instance_secret(settings, KEY_FILE)
    return [
        AnswerKey(content[start : start + SECRET_BYTES])
        for start in range(0, len(content), SECRET_BYTES)
    ]


def open_answer(settings: Settings, name: str, code: str, ephemeral: bytes, sealed: bytes) -> bytes:
    """Open an answer with the key that it names. Raises SealedAnswerError."""
    key = next((key for key in answer_keys(settings) if key.name == name), None)
    if key is None:
        raise SealedAnswerError("sealed-unreadable")
    return key.open(code, ephemeral, sealed)


def rotate_answer_key(settings: Settings) -> AnswerKey:
    """Put a new key before the others and forget the oldest; returns the new one."""
    kept = instance_secret(settings, KEY_FILE)[: (KEPT_KEYS - 1) * SECRET_BYTES]
    path = settings.instance / KEY_FILE
    draft = path.with_name(f".{KEY_FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES) + kept)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return answer_keys(settings)[0]


def _derive(secret: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=b"zi-survey answer " + purpose).derive(secret)


def _message_key(shared: bytes, ephemeral: bytes, code: str) -> bytes:
    info = b"zi-survey sealed 1 " + code.encode()
    return HKDF(SHA256(), 32, salt=ephemeral, info=info).derive(shared)
