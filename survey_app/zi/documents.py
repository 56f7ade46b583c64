"""Documents of an evaluation, checked by their content and handed out as downloads only."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import survey_app.zi.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.monitor.evidence_files import recognise, safe_name, without_metadata
from survey_app.store.tables import Account, Unit, ZiDocument, ZiEvaluation
from survey_app.web.errors import NotFoundError
from survey_app.zi.evaluations import record_change

DOCUMENTS_MAXIMUM = 150


@dataclass(frozen=True)
class Listed:
    """A document as lists show it, without its content."""

    id: int
    subject: str
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    by: str


def keep_document(
    session: Session,
    evaluation: ZiEvaluation,
    subject: str,
    name: str,
    content: bytes,
    account: Account,
    now: datetime,
) -> ZiDocument:
    """Keep a document of an evaluation's subject. Raises SurveyError for one that is refused."""
    kind = recognise(content)
    content = without_metadata(content, kind)
    kept = select(func.count()).where(ZiDocument.evaluation_id == evaluation.id)
    if (session.scalar(kept) or 0) >= DOCUMENTS_MAXIMUM:
        where = Where(field="file")
        raise SurveyError("zi-documents-many", where=where, limit=DOCUMENTS_MAXIMUM)
    document = ZiDocument(
        evaluation_id=evaluation.id,
        subject=subject,
        name=safe_name(name, kind),
        media_type=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        added_at=now,
        added_by=account.id,
    )
    session.add(document)
    session.flush()
    record_change(session, evaluation, subject, {"file": [None, _told(document)]}, account, now)
    return document


def list_documents(session: Session, evaluation_id: int) -> dict[str, list[Listed]]:
    """Documents by subject in the order they came, contents unread."""
    columns = (
        *(ZiDocument.id, ZiDocument.subject, ZiDocument.name, ZiDocument.media_type),
        *(
            ZiDocument.size,
            ZiDocument.sha256,
            ZiDocument.added_at,
            func.coalesce(Account.name, "–"),
        ),
    )
    query = (
        select(*columns)
        .outerjoin(Account, Account.id == ZiDocument.added_by)
        .where(ZiDocument.evaluation_id == evaluation_id)
        .order_by(ZiDocument.id)
    )
    found: dict[str, list[Listed]] = {}
    for row in session.execute(query):
        found.setdefault(row[1], []).append(Listed(*row))
    return found


def find_document(session: Session, unit: Unit, year: int, number: int) -> ZiDocument:
    """A document of a unit's year. Raises NotFoundError where it is none of it."""
    document = session.get(ZiDocument, number)
    owner = session.get(ZiEvaluation, document.evaluation_id) if document else None
    if document is None or owner is None or (owner.unit_id, owner.year) != (unit.id, year):
        raise NotFoundError
    return document


def remove_document(
    session: Session, document: ZiDocument, account: Account, now: datetime
) -> None:
    """Delete a document; its name and hash stay in the history."""
    evaluation = session.get_one(ZiEvaluation, document.evaluation_id)
    change = {"file": [_told(document), None]}
    record_change(session, evaluation, document.subject, change, account, now)
    session.delete(document)


def _told(document: ZiDocument) -> str:
    return f"{document.name} (sha256 {document.sha256[:16]}…)"
