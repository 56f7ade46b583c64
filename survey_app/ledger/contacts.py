"""Names and telephones that people left with consent, so that TPN may call some of them back.

They lie apart from all answers: no key, no order, and not the day on which they were given.
They are no part of the evidence and of no seal, so that they can be erased without a trace.
"""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, insert, select
from sqlalchemy.orm import Session

import survey_app.ledger.contact_messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.store.tables import Contact, Survey

NAME_LENGTH = 200
_TELEPHONE = re.compile(r"\+?[0-9]{8,15}")


def record_contact(session: Session, survey: Survey, name: str, telephone: str) -> None:
    """Keep one contact of a survey that asks for them; the same one twice is kept once.

    Raises SurveyError where the survey does not ask, or name or number cannot be right.
    """
    if not survey.asks_contact:
        raise SurveyError("contact-not-asked")
    name, telephone = clean_name(name), clean_telephone(telephone)
    same = select(Contact.id).where(
        Contact.survey_id == survey.id, Contact.name == name, Contact.telephone == telephone
    )
    if session.scalar(same) is None:
        row = {
            "id": secrets.token_bytes(16),
            "survey_id": survey.id,
            "day": survey.period_end,
            "name": name,
            "telephone": telephone,
        }
        session.execute(insert(Contact), row)


def list_contacts(session: Session, survey_id: int) -> Sequence[Contact]:
    """Contacts of a survey in the order of their random ids, which tells nothing."""
    return session.scalars(
        select(Contact).where(Contact.survey_id == survey_id).order_by(Contact.id)
    ).all()


def count_contacts(session: Session, survey_ids: Sequence[int]) -> dict[int, int]:
    """How many contacts each survey has; surveys without any are left out."""
    rows = session.execute(
        select(Contact.survey_id, func.count())
        .where(Contact.survey_id.in_(survey_ids))
        .group_by(Contact.survey_id)
    )
    return {row[0]: row[1] for row in rows}


def erase_contact(session: Session, survey_id: int, identity: bytes) -> bool:
    """Erase one contact; whether there was such a one."""
    return _erase(session, Contact.survey_id == survey_id, Contact.id == identity) > 0


def erase_expired_contacts(session: Session, today: date, retention_days: int) -> int:
    """Erase contacts of surveys whose period ended longer ago than that; returns how many."""
    return _erase(session, Contact.day < today - timedelta(days=retention_days))


def clean_name(text: str) -> str:
    """A name on one line. Raises SurveyError for one that is empty, too long or no name."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    is_printable = all(unicodedata.category(sign)[0] != "C" for sign in name)
    if not 2 <= len(name) <= NAME_LENGTH or not is_printable or not re.search(r"[^\W\d_]", name):
        raise SurveyError("contact-name-invalid", where=Where(field="nama"))
    return name


def clean_telephone(text: str) -> str:
    """Digits, perhaps after a plus. Raises SurveyError for what is no telephone number."""
    number = re.sub(r"[\s().\-]", "", text)
    if not number.isascii() or not _TELEPHONE.fullmatch(number):
        raise SurveyError("contact-telephone-invalid", where=Where(field="telepon"))
    return number


def _erase(session: Session, *where: Any) -> int:
    done = session.execute(delete(Contact).where(*where))
    return cast("CursorResult[Any]", done).rowcount
