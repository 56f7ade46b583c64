"""The code on a lobby's screen: it changes every five minutes and shows that one is there."""

import base64
import hmac
from datetime import datetime

SLOT_SECONDS = 300
CODE_LENGTH = 6
_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def lobby_code(key: bytes, link_code: str, now: datetime) -> str:
    """The code of a link at a moment: 30 bits of an HMAC over link and five-minute slot."""
    return _code(key, link_code, _slot(now))


def is_lobby_code(key: bytes, link_code: str, typed: str, now: datetime) -> bool:
    """Whether a code is that of this slot or of the one before it."""
    plain = typed.upper().replace(" ", "").replace("-", "").translate(str.maketrans("OIL", "011"))
    good = [_code(key, link_code, _slot(now) - back) for back in (0, 1)]
    return any(hmac.compare_digest(plain.encode(), code.encode()) for code in good)


def seconds_left(now: datetime) -> int:
    """Until the code changes."""
    return SLOT_SECONDS - int(now.timestamp()) % SLOT_SECONDS


def _slot(now: datetime) -> int:
    return int(now.timestamp()) // SLOT_SECONDS


def _code(key: bytes, link_code: str, slot: int) -> str:
    digest = hmac.digest(key, f"lobby|{link_code}|{slot}".encode(), "sha256")
    return base64.b32encode(digest[:5]).decode().translate(_CROCKFORD)[:CODE_LENGTH]
