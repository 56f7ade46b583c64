"""Which reminders an account wants: all of them until it says otherwise."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey_app.store.tables import ReminderKind, ReminderOff


def turned_off(session: Session, account_id: int) -> set[ReminderKind]:
    """The kinds that an account does not want."""
    query = select(ReminderOff.kind).where(ReminderOff.account_id == account_id)
    return {ReminderKind(kind) for kind in session.scalars(query)}


def choose_reminders(session: Session, account_id: int, wanted: Iterable[ReminderKind]) -> None:
    """Let an account have these kinds and no others."""
    session.execute(delete(ReminderOff).where(ReminderOff.account_id == account_id))
    kinds = set(ReminderKind) - set(wanted)
    session.add_all([ReminderOff(account_id=account_id, kind=kind) for kind in sorted(kinds)])
    session.flush()
