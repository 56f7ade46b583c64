"""Whether a receipt was counted: the day and the batch, never an answer."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.ledger.accept import receipt_hash
from survey_app.store.tables import Receipt, Seal


@dataclass(frozen=True)
class ReceiptStatus:
    """The day a submission was counted, and its sealed batch once there is one."""

    day: date
    batch: int | None


def find_receipt(session: Session, code: str) -> ReceiptStatus | None:
    """Look a receipt code up; None where it is not known."""
    row = session.execute(
        select(Receipt.day, Seal.number)
        .outerjoin(Seal, Seal.id == Receipt.seal_id)
        .where(Receipt.receipt_hash == receipt_hash(code))
    ).first()
    return ReceiptStatus(row[0], row[1]) if row else None
