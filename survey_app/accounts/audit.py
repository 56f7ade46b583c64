"""What accounts did, append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey_app.store.tables import Account, AuditEvent


def record(
    session: Session,
    account: Account | None,
    action: str,
    thing: str,
    now: datetime,
    **detail: Any,
) -> None:
    """Add an event, in the transaction of what it tells."""
    session.add(
        AuditEvent(
            at=now,
            account_id=account.id if account else None,
            action=action,
            object=thing,
            detail=detail,
        )
    )
