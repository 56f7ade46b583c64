"""Mails new heads to the witness: a copy outside our reach is what makes rewriting visible.

Sending happens outside any transaction, for a slow mail server must not hold up answers. A
head is claimed first, so that of several workers one sends it; a claim whose worker died is
taken over after an hour, so a letter may come twice but never not at all.
"""

import json
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey_app.ledger.transparency import public_heads
from survey_app.mail import send_letter
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import HeadLetter, Seal

HEADS_IN_LETTER = 500
CLAIM_LASTS = timedelta(hours=1)


def mail_heads(store: Store, settings: Settings, now: datetime) -> int:
    """Send the heads that the witness has not had; how many were sent.

    Does nothing unless both `witness_email` and `smtp_url` are set. Raises OSError (which
    smtplib's errors are) where the mail server cannot be had; the heads wait.
    """
    if not (settings.witness_email and settings.smtp_url):
        return 0
    with store.write() as session:
        claimed = _claim(session, now)
    if not claimed:
        return 0
    try:
        with store.read() as session:
            heads = public_heads(session, seal_ids=claimed)
        send_letter(settings, _letter(settings, heads))
    except Exception:
        with store.write() as session:
            session.execute(delete(HeadLetter).where(HeadLetter.seal_id.in_(claimed)))
        raise
    with store.write() as session:
        mailed = update(HeadLetter).where(HeadLetter.seal_id.in_(claimed))
        session.execute(mailed.values(sent_at=now))
    return len(claimed)


def _claim(session: Session, now: datetime) -> list[int]:
    session.execute(
        delete(HeadLetter).where(
            HeadLetter.sent_at.is_(None), HeadLetter.claimed_at < now - CLAIM_LASTS
        )
    )
    waiting = session.scalars(
        select(Seal.id)
        .outerjoin(HeadLetter, HeadLetter.seal_id == Seal.id)
        .where(HeadLetter.seal_id.is_(None))
        .order_by(Seal.id)
        .limit(HEADS_IN_LETTER)
    ).all()
    if not waiting:
        return []
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    rows = [{"seal_id": identity, "claimed_at": now} for identity in waiting]
    claim = dialect.insert(HeadLetter).values(rows).on_conflict_do_nothing()
    return list(session.scalars(claim.returning(HeadLetter.seal_id)))


def _letter(settings: Settings, heads: list[dict[str, Any]]) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = f"Segel survei: {len(heads)} kepala segel baru"
    letter["From"] = settings.witness_email
    letter["To"] = settings.witness_email
    lines = [f"{head['survey']} segel {head['number']}: {head['head']}" for head in heads]
    letter.set_content(
        "Simpan surat ini. Bila kelak segel lama diganti, surat ini membuktikannya:\n"
        "zi-survey verify --database --witness heads.json\n\n" + "\n".join(lines) + "\n"
    )
    content = json.dumps({"heads": heads}, indent=1).encode()
    letter.add_attachment(content, maintype="application", subtype="json", filename="heads.json")
    return letter
