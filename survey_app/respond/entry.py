"""What a channel asks of a citizen at the door, and again as the answer is recorded.

An open or assisted link asks nothing. A ticket is looked at when the form is opened, and spent
in the transaction that records the answer.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from survey_app.ledger.tickets import burn_ticket, check_ticket
from survey_app.respond.links import Target
from survey_app.store.tables import Channel


@dataclass(frozen=True)
class Visit:
    """The moment of a request, and what its page shows of when it was opened."""

    now: datetime
    day: date
    opened_at: datetime | None
    grace: timedelta


def require_entry(session: Session, target: Target, presented: str, key: bytes, day: date) -> None:
    """Raise TicketError where the form may not be opened with what was presented."""
    if target.channel == Channel.TICKET:
        check_ticket(session, target.code, presented, key, day)


def admit(session: Session, target: Target, ticket: str, key: bytes, visit: Visit) -> None:
    """Spend what the channel asks for, in the transaction of a new answer. Raises TicketError."""
    if target.channel == Channel.TICKET:
        grace = visit.grace if visit.opened_at else timedelta()
        burn_ticket(session, target.code, ticket, key, visit.day, grace)
