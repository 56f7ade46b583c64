"""What anybody may keep a copy of: the heads of all seals and the keys that signed them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.store.tables import Seal, SigningKey, Survey


def public_heads(session: Session) -> list[dict[str, Any]]:
    """Every head, oldest first within its survey."""
    rows = session.execute(
        select(
            Survey.key,
            Seal.number,
            Seal.day,
            Seal.size,
            Seal.total,
            Seal.root,
            Seal.previous_head,
            Seal.head,
            Seal.key_id,
            Seal.signature,
        )
        .join(Survey, Survey.id == Seal.survey_id)
        .order_by(Survey.key, Seal.number)
    )
    return [
        {
            "survey": row.key,
            "number": row.number,
            "day": row.day.isoformat(),
            "size": row.size,
            "total": row.total,
            "root": row.root.hex(),
            "previous": row.previous_head.hex(),
            "head": row.head.hex(),
            "key": row.key_id,
            "signature": row.signature.hex(),
        }
        for row in rows
    ]


def public_keys(session: Session) -> list[dict[str, Any]]:
    """Every key that has signed, with its time of service."""
    return [
        {
            "id": key.id,
            "algorithm": "Ed25519",
            "public_key": key.public_key.hex(),
            "created_at": key.created_at.isoformat(),
            "retired_at": key.retired_at.isoformat() if key.retired_at else None,
        }
        for key in session.scalars(select(SigningKey).order_by(SigningKey.created_at))
    ]
