"""Codes printed on paper that lead back to the very publication or seal they speak of."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.store.tables import Publication, Seal, Survey

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# People read O for 0, I and L for 1.
_READ_AS = str.maketrans("OIL", "011")
_BITS = 80
_LENGTH = _BITS // 5


@dataclass(frozen=True)
class Verified:
    """What a code stands for: a seal, and the publication where the code names one.

    `replaced_by` is the number of the publication that stands now, where it is another.
    """

    survey: Survey
    seal: Seal
    publication: Publication | None
    replaced_by: int | None


def verification_code(sha256: str) -> str:
    """The first 80 bits of a hash in hex as Crockford base32, in groups of four.

    A publication's code is that of its bundle's hash, which commits to every figure; before
    there is one, a seal's code is that of its head.

    >>> verification_code("00443214c74254b635cf" + 44 * "0")
    '0123-4567-89AB-CDEF'
    """
    number = int(sha256[: _BITS // 4], 16)
    digits = [_CROCKFORD[number >> shift & 31] for shift in range(_BITS - 5, -1, -5)]
    return "-".join("".join(digits[at : at + 4]) for at in range(0, _LENGTH, 4))


def find_verified(session: Session, code: str) -> Verified | None:
    """What a code, typed in any spelling, stands for; None where it stands for nothing."""
    start = _as_hex(code)
    if start is None:
        return None
    return _published(session, start) or _sealed(session, bytes.fromhex(start))


def _as_hex(code: str) -> str | None:
    typed = re.sub(r"[\s-]", "", code).upper().translate(_READ_AS)
    if len(typed) != _LENGTH or any(letter not in _CROCKFORD for letter in typed):
        return None
    number = 0
    for letter in typed:
        number = number << 5 | _CROCKFORD.index(letter)
    return f"{number:0{_BITS // 4}x}"


def _published(session: Session, start: str) -> Verified | None:
    row = session.execute(
        select(Publication, Seal, Survey)
        .join(Seal, Seal.id == Publication.seal_id)
        .join(Survey, Survey.id == Publication.survey_id)
        .where(Publication.bundle_sha256.between(start, start + 44 * "f"))
    ).first()
    if row is None:
        return None
    publication, seal, survey = row
    newest = session.scalar(
        select(Publication.number)
        .where(Publication.survey_id == survey.id)
        .order_by(Publication.number.desc())
        .limit(1)
    )
    return Verified(survey, seal, publication, newest if newest != publication.number else None)


def _sealed(session: Session, start: bytes) -> Verified | None:
    row = session.execute(
        select(Seal, Survey)
        .join(Survey, Survey.id == Seal.survey_id)
        .where(Seal.head.between(start, start + 22 * b"\xff"))
    ).first()
    return Verified(row[1], row[0], None, None) if row else None
