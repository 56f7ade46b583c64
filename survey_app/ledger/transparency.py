"""What anybody may keep a copy of: the heads of all seals and the keys that signed them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.ledger.running import tally_digest
from survey_app.store.tables import Seal, SigningKey, Survey, Unit


def public_heads(session: Session, seal_ids: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """Heads with all that they commit to, oldest first within their survey.

    All of them, or those of some seals.
    """
    columns = (
        Survey.key,
        Survey.instrument_sha256,
        Unit.slug,
        Seal.number,
        Seal.day,
        Seal.size,
        Seal.total,
        Seal.responses,
        Seal.root,
        Seal.receipts_digest,
        Seal.tally,
        Seal.tally_salt,
        Seal.previous_head,
        Seal.head,
        Seal.key_id,
        Seal.signature,
    )
    query = (
        select(*columns)
        .join(Survey, Survey.id == Seal.survey_id)
        .join(Unit, Unit.id == Survey.unit_id)
        .order_by(Survey.key, Seal.number)
        .execution_options(yield_per=200)
    )
    if seal_ids is not None:
        query = query.where(Seal.id.in_(seal_ids))
    rows = session.execute(query)
    return [
        {
            "survey": row.key,
            "unit": row.slug,
            "instrument": row.instrument_sha256,
            "number": row.number,
            "day": row.day.isoformat(),
            "size": row.size,
            "total": row.total,
            "responses": row.responses,
            "root": row.root.hex(),
            "receipts": row.receipts_digest.hex(),
            "tally": tally_digest(row.tally_salt, row.tally).hex(),
            "previous": row.previous_head.hex(),
            "head": row.head.hex(),
            "key": row.key_id,
            "signature": row.signature.hex(),
        }
        for row in rows
    ]


def public_keys(session: Session) -> list[dict[str, Any]]:
    """Every key that has signed, with its time of service and who vouched for it."""
    return [
        {
            "id": key.id,
            "algorithm": "Ed25519",
            "public_key": key.public_key.hex(),
            "created_at": key.created_at.isoformat(),
            "retired_at": key.retired_at.isoformat() if key.retired_at else None,
            "vouched_by": key.vouched_by,
            "voucher": key.voucher.hex() if key.voucher else None,
        }
        for key in session.scalars(select(SigningKey).order_by(SigningKey.created_at))
    ]
