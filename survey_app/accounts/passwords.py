"""Passwords by Argon2id: long rather than complicated, and none of the common ones."""

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

import survey_app.accounts.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where

MINIMUM_LENGTH = 12
_PIN = re.compile(r"[0-9]{6,12}")

# RFC 9106's second recommended option: 64 MiB, 3 passes.
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)


def hash_password(password: str) -> str:
    """The Argon2id hash of an acceptable password. Raises SurveyError for a weak one."""
    where = Where(field="password")
    if len(password) < MINIMUM_LENGTH:
        raise SurveyError("password-short", where=where, minimum=MINIMUM_LENGTH)
    if _plain(password) in _common():
        raise SurveyError("password-common", where=where)
    return _hasher.hash(password)


def hash_pin(pin: str) -> str:
    """The Argon2id hash of a PIN of 6 to 12 digits. Raises SurveyError for one easily guessed.

    Guessing it is slowed down where it is asked for; it opens a screen, not an account.
    """
    steps = {(int(second) - int(first)) % 10 for first, second in pairwise(pin) if pin.isdigit()}
    if not _PIN.fullmatch(pin) or (len(steps) == 1 and steps <= {0, 1, 9}):
        raise SurveyError("pin-weak", where=Where(field="pin"))
    return _hasher.hash(pin)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether a password is the right one; takes as long where there is no such account."""
    try:
        return _hasher.verify(password_hash or _decoy(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return _hasher.hash("no account has this password")


@cache
def _common() -> frozenset[str]:
    text = (files("survey_app.accounts") / "data" / "common-passwords.txt").read_text("utf-8")
    return frozenset(text.split())


def _plain(password: str) -> str:
    """Lower case without the digits and signs that people append."""
    return password.lower().rstrip("0123456789!@#$%^&*._-")
