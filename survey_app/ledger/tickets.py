"""One-time tickets: issued in lots, spent in the transaction that records the answer.

A ticket is two secrets, a token of 128 bits in its QR code and a code of 60 bits to type.
Both leave the server once, on the printed sheet; the database holds hashes. Nothing says which
ticket brought which answer, and no time of spending is kept.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, case, func, insert, select, update
from sqlalchemy.orm import Session

import survey_app.ledger.ticket_messages  # noqa: F401  registers the words of errors
from instruments.errors import SurveyError, Where
from survey_app.store.tables import Channel, Link, Ticket, TicketLot

TOKEN_BYTES = 16
CODE_LENGTH = 12
LARGEST_LOT = 2000
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_CODE = re.compile(rf"[{_CROCKFORD}]{{{CODE_LENGTH}}}")
_ROWS_AT_ONCE = 500


class TicketError(SurveyError):
    """A ticket that admits nobody (any more), or not here."""

    http_status = 409


class TicketUnknownError(TicketError):
    """No such ticket."""

    http_status = 404


class TicketGoneError(TicketError):
    """A ticket whose lot was revoked or whose days are over or still to come."""

    http_status = 410


@dataclass(frozen=True)
class TicketSecret:
    """What is printed on one ticket and kept nowhere."""

    token: str
    code: str


@dataclass(frozen=True)
class LotCount:
    """A lot with the number of its tickets that were spent."""

    lot: TicketLot
    spent: int


def issue_lot(
    session: Session, link: Link, size: int, valid_from: date, valid_to: date, key: bytes
) -> tuple[TicketLot, list[TicketSecret]]:
    """A new lot for one link, with its secrets in random order: the only time they are had.

    Raises SurveyError for a link of another channel, an odd size, or days the wrong way round.
    """
    if link.channel != Channel.TICKET or link.revoked_at is not None:
        raise SurveyError("lot-link", where=Where(field="link"))
    if not 1 <= size <= LARGEST_LOT:
        raise SurveyError("lot-size", where=Where(field="size"), maximum=LARGEST_LOT)
    if valid_to < valid_from:
        raise SurveyError("lot-days", where=Where(field="valid_to"))
    lot = TicketLot(link_code=link.code, size=size, valid_from=valid_from, valid_to=valid_to)
    session.add(lot)
    session.flush()
    made = [TicketSecret(_new_token(), _new_code()) for _ in range(size)]
    # Stored in the order of their hashes, so that not even the table's pages know the order
    # of the sheet.
    rows = [
        {
            "ticket_hash": _token_hash(one.token),
            "code_hash": code_hash(one.code, key),
            "lot_id": lot.id,
            "spent": False,
        }
        for one in sorted(made, key=lambda one: _token_hash(one.token))
    ]
    for start in range(0, size, _ROWS_AT_ONCE):
        session.execute(insert(Ticket), rows[start : start + _ROWS_AT_ONCE])
    return lot, made


def revoke_lot(lot: TicketLot, now: datetime) -> None:
    """Void every ticket of a lot that is not spent, at once."""
    lot.revoked_at = lot.revoked_at or now


def find_link_of_ticket(session: Session, presented: str, key: bytes) -> str:
    """The code of the link that a ticket is for, good or not. Raises TicketUnknownError."""
    return _find(session, presented, key)[1].link_code


def check_ticket(session: Session, link_code: str, presented: str, key: bytes, day: date) -> None:
    """Raise TicketError unless a ticket opens this link today."""
    ticket, lot = _find(session, presented, key)
    if lot.link_code != link_code:
        raise TicketError("ticket-elsewhere")
    _require_good(ticket, lot, day)


def burn_ticket(
    session: Session, link_code: str, presented: str, key: bytes, day: date, grace: timedelta
) -> None:
    """Spend a ticket at a link, in the transaction of its answer. Raises TicketError.

    The update decides: of any number of requests at once it changes a row for one. `grace`
    is how long past its last day a ticket is taken whose form was opened in time.
    """
    valid = select(TicketLot.id).where(
        TicketLot.link_code == link_code,
        TicketLot.revoked_at.is_(None),
        TicketLot.valid_from <= day,
        TicketLot.valid_to >= day - grace,
    )
    spend = (
        update(Ticket)
        .where(_is(presented, key), Ticket.spent.is_(False), Ticket.lot_id.in_(valid))
        .values(spent=True)
        .returning(Ticket.lot_id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(spend).first() is not None:
        return
    ticket, lot = _find(session, presented, key)
    if lot.link_code != link_code:
        raise TicketError("ticket-elsewhere")
    _require_good(ticket, lot, day - grace if day > lot.valid_to else day)
    raise TicketError("ticket-spent")


def list_lots(session: Session, survey_id: int) -> list[LotCount]:
    """The lots of a survey with what was spent of them, newest first."""
    spent = func.sum(case((Ticket.spent, 1), else_=0))
    rows = session.execute(
        select(TicketLot, spent)
        .join(Link, Link.code == TicketLot.link_code)
        .join(Ticket, Ticket.lot_id == TicketLot.id)
        .where(Link.survey_id == survey_id)
        .group_by(TicketLot.id)
        .order_by(TicketLot.id.desc())
    )
    return [LotCount(lot, int(n)) for lot, n in rows]


def code_hash(code: str, key: bytes) -> bytes:
    """What the database knows of a typed code; reads what people type (case, O for 0, I for 1)."""
    return hmac.digest(key, b"ticket|" + _plain(code).encode(), "sha256")


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _plain(code: str) -> str:
    kept = code.upper().replace("-", "").replace(" ", "")
    return kept.translate(str.maketrans("OIL", "011"))


def _new_token() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("=")


def _new_code() -> str:
    code = "".join(secrets.choice(_CROCKFORD) for _ in range(CODE_LENGTH))
    return "-".join(code[step : step + 4] for step in range(0, CODE_LENGTH, 4))


def _is(presented: str, key: bytes) -> ColumnElement[bool]:
    text = presented.strip()
    if _TOKEN.fullmatch(text):
        return Ticket.ticket_hash == _token_hash(text)
    if _CODE.fullmatch(_plain(text)):
        return Ticket.code_hash == code_hash(text, key)
    raise TicketUnknownError("ticket-unknown")


def _find(session: Session, presented: str, key: bytes) -> tuple[Ticket, TicketLot]:
    query = select(Ticket, TicketLot).join(TicketLot, TicketLot.id == Ticket.lot_id)
    found = session.execute(query.where(_is(presented, key))).first()
    if found is None:
        raise TicketUnknownError("ticket-unknown")
    return found[0], found[1]


def _require_good(ticket: Ticket, lot: TicketLot, day: date) -> None:
    if ticket.spent:
        raise TicketError("ticket-spent")
    if lot.revoked_at is not None:
        raise TicketGoneError("ticket-revoked")
    if day > lot.valid_to:
        raise TicketGoneError("ticket-expired", day=lot.valid_to.strftime("%d-%m-%Y"))
    if day < lot.valid_from:
        raise TicketGoneError("ticket-early", day=lot.valid_from.strftime("%d-%m-%Y"))
