"""What a channel asks of a citizen at the door, and again as the answer is recorded.

An open or assisted link asks nothing. A ticket is looked at when the form is opened, and spent
in the transaction that records the answer. A lobby asks for the code on its screen, and later
for a page that was opened with one. A kiosk asks for the device that staff opened.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

import survey_app.respond.entry_messages  # noqa: F401  registers the words of errors
from instruments.errors import SurveyError
from survey_app.ledger.tickets import TicketError, burn_ticket, check_ticket
from survey_app.respond.kiosk import is_kiosk_pass
from survey_app.respond.links import Target
from survey_app.respond.lobby import is_lobby_code
from survey_app.store.tables import Channel

# A citizen starts at once and needs minutes; a phone without a network gets two hours.
LOBBY_PASS = timedelta(hours=2)


class EntryError(SurveyError):
    """The channel's condition is not met."""

    http_status = 403


class LobbyCodeError(EntryError):
    """Not the code that the lobby's screen shows, or showed just before."""

    http_status = 404


REFUSALS = (TicketError, EntryError)


@dataclass(frozen=True)
class Visit:
    """The moment of a request, what its page shows of when it was opened, and its device."""

    now: datetime
    day: date
    opened_at: datetime | None
    grace: timedelta
    kiosk_pass: str = ""


def require_entry(
    session: Session, target: Target, presented: str, key: bytes, visit: Visit
) -> None:
    """Raise TicketError or EntryError where the form may not be opened like this."""
    if target.channel == Channel.TICKET:
        check_ticket(session, target.code, presented, key, visit.day)
    if target.channel == Channel.LOBBY and not is_lobby_code(
        key, target.code, presented, visit.now
    ):
        raise LobbyCodeError("lobby-code")
    _require_place(session, target, visit, key)


def admit(session: Session, target: Target, ticket: str, key: bytes, visit: Visit) -> None:
    """Take what the channel asks for, in the transaction of a new answer.

    Raises TicketError or EntryError.
    """
    if target.channel == Channel.TICKET:
        grace = visit.grace if visit.opened_at else timedelta()
        burn_ticket(session, target.code, ticket, key, visit.day, grace)
    if target.channel == Channel.LOBBY and (
        visit.opened_at is None or visit.now - visit.opened_at > LOBBY_PASS
    ):
        raise EntryError("lobby-late")
    _require_place(session, target, visit, key)


def _require_place(session: Session, target: Target, visit: Visit, key: bytes) -> None:
    if target.channel == Channel.KIOSK and not is_kiosk_pass(
        session, target.code, visit.kiosk_pass, key, visit.now
    ):
        raise EntryError("kiosk-closed")
    if target.channel in {Channel.PAPER, Channel.IMPORTED}:
        raise EntryError("link-not-for-citizens")
