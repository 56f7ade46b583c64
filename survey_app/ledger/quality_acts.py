"""The book of a survey's quality evidence: what was found, replied and decided, in one chain.

Every act commits to the one before it and is signed by the instance's key, so that none can be
changed or taken out of the middle; the journal of accounts names every head as well, so that the
last one cannot be dropped either without both being rewritten.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.accounts import audit
from survey_app.ledger.heads import FIRST_HEAD
from survey_app.ledger.keys import Signer, is_signed, record_key
from survey_app.ledger.leaves import canonical
from survey_app.store.tables import Account, AuditEvent, QualityAct, Survey

JOURNAL = "quality-act"


class ActKind(StrEnum):
    """What an act is."""

    FINDINGS = "findings"
    REPLY = "reply"
    DECISION = "decision"


def record_act(
    session: Session,
    survey: Survey,
    kind: ActKind,
    content: Mapping[str, Any],
    signer: Signer,
    now: datetime,
    *,
    account: Account | None = None,
    unusual: int = 0,
) -> QualityAct:
    """Add an act to a survey's book, in the transaction of what it tells.

    Raises SurveyError where the signing key is not the one on record.
    """
    lock_book(session, survey)
    record_key(session, signer, now)
    last = session.scalars(
        select(QualityAct)
        .where(QualityAct.survey_id == survey.id)
        .order_by(QualityAct.number.desc())
        .limit(1)
    ).first()
    act = QualityAct(
        survey_id=survey.id,
        number=last.number + 1 if last else 1,
        kind=kind,
        unusual=unusual,
        at=now.astimezone(UTC),
        account_id=account.id if account else None,
        content=canonical(content),
        previous_head=last.head if last else FIRST_HEAD,
        key_id=signer.id,
    )
    act.head = head_of(survey.key, act)
    act.signature = signer.sign(act.head)
    session.add(act)
    audit.record(session, account, JOURNAL, f"{survey.key}#{act.number}", now, head=act.head.hex())
    session.flush()
    return act


def lock_book(session: Session, survey: Survey) -> None:
    """Wait for others who add to a survey's book, and hold it until the transaction ends."""
    # The survey's row orders acts that come at once; answers keep arriving meanwhile.
    session.execute(
        select(Survey.id).where(Survey.id == survey.id).with_for_update(key_share=True, of=Survey)
    )


def head_of(survey_key: str, act: QualityAct) -> bytes:
    """SHA-256(0x04 || previous head || canonical content)."""
    content = canonical(
        {
            "account": act.account_id,
            "at": act.at.isoformat(),
            "content": act.content,
            "kind": str(act.kind),
            "number": act.number,
            "survey": survey_key,
            "unusual": act.unusual,
        }
    )
    return hashlib.sha256(b"\x04" + act.previous_head + content.encode()).digest()


def list_acts(session: Session, survey_id: int) -> Sequence[QualityAct]:
    """All acts of a survey in order."""
    query = select(QualityAct).where(QualityAct.survey_id == survey_id).order_by(QualityAct.number)
    return session.scalars(query).all()


def read_content(act: QualityAct) -> dict[str, Any]:
    """What an act says."""
    content: dict[str, Any] = json.loads(act.content)
    return content


def check_acts(session: Session, survey: Survey, keys: Mapping[str, bytes]) -> Iterator[str]:
    """What is wrong with a survey's book, act by act."""
    previous = FIRST_HEAD
    for expected, act in enumerate(list_acts(session, survey.id), 1):
        place = f"catatan mutu {act.number}"
        if act.number != expected:
            yield f"{place}: seharusnya nomor {expected}; ada catatan yang hilang"
        if act.previous_head != previous:
            yield f"{place}: tidak bersambung dengan catatan sebelumnya"
        if head_of(survey.key, act) != act.head:
            yield f"{place}: isinya diubah"
        if act.key_id not in keys or not is_signed(keys[act.key_id], act.signature, act.head):
            yield f"{place}: tanda tangan tidak sah"
        previous = act.head


def check_journal(session: Session) -> Iterator[str]:
    """Acts that the journal of accounts names and the books no longer hold, or hold otherwise."""
    rows = session.execute(
        select(Survey.key, QualityAct.number, QualityAct.head).join(
            Survey, Survey.id == QualityAct.survey_id
        )
    )
    heads = {f"{key}#{number}": head.hex() for key, number, head in rows}
    events = select(AuditEvent.object, AuditEvent.detail).where(AuditEvent.action == JOURNAL)
    journal = {thing: detail.get("head") for thing, detail in session.execute(events)}
    for thing in sorted(journal.keys() | heads.keys()):
        survey, number = thing.rsplit("#", 1)
        place = f"survei {survey}: catatan mutu {number}"
        if thing not in heads:
            yield f"{place}: tercatat dalam jejak akun, sekarang tidak ada"
        elif thing not in journal:
            yield f"{place}: tidak tercatat dalam jejak akun"
        elif journal[thing] != heads[thing]:
            yield f"{place}: bukan yang tercatat dalam jejak akun"
