"""Files that prove something: what they are is read from their content, never from their name.

They live in the database, so that the backup covers them, and are handed out only as
downloads. Office files are opened far enough to see that they are what they claim, unpack to
a bounded size and carry no macros. Photos lose what they tell besides the picture.
"""

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from instruments.errors import Where
from survey_app.monitor.follow_up import FollowUpError, record_event
from survey_app.photos import redraw_photo
from survey_app.store.tables import Account, EvidenceFile, FollowUp, Survey
from survey_app.web.errors import NotFoundError

MAXIMUM_BYTES = 4_000_000
UNPACKED_MAXIMUM_BYTES = 60_000_000
FILES_PER_SURVEY = 60
NAME_LENGTH = 100

OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    f"{OFFICE}wordprocessingml.document": "docx",
    f"{OFFICE}spreadsheetml.sheet": "xlsx",
}
_STARTS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
_PARTS = {
    "word/document.xml": f"{OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{OFFICE}spreadsheetml.sheet",
}
_ODD = re.compile(r"[^\w .()-]+")


@dataclass(frozen=True)
class Listed:
    """A file as lists show it, without its content."""

    id: int
    follow_up_id: int | None
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime


def recognise(content: bytes) -> str:
    """The media type of a file's content.

    Raises FollowUpError for what is none of `KINDS`, too large, or unpacks to too much.
    """
    if len(content) > MAXIMUM_BYTES:
        sizes = {"size": f"{len(content):,}", "limit": f"{MAXIMUM_BYTES:,}"}
        raise _refused("evidence-too-large", **sizes)
    for start, kind in _STARTS.items():
        if content.startswith(start):
            return kind
    return _office_kind(content)


def without_metadata(content: bytes, kind: str) -> bytes:
    """A photo without its place, time and camera; any other file as it is.

    Raises FollowUpError for a photo that cannot be read.
    """
    if not kind.startswith("image/"):
        return content
    try:
        return redraw_photo(content, kind)
    except ValueError as error:
        raise _refused("evidence-photo") from error


def add_file(
    session: Session,
    survey: Survey,
    row: FollowUp | None,
    name: str,
    content: bytes,
    account: Account,
    now: datetime,
) -> EvidenceFile:
    """Keep a file for a row of the plan, or (None) for the survey's panel in the room.

    Raises FollowUpError for a file that is refused, or one too many.
    """
    kind = recognise(content)
    content = without_metadata(content, kind)
    kept = select(func.count()).where(EvidenceFile.survey_id == survey.id)
    if (session.scalar(kept) or 0) >= FILES_PER_SURVEY:
        raise _refused("evidence-too-many", limit=FILES_PER_SURVEY)
    file = EvidenceFile(
        survey_id=survey.id,
        follow_up_id=row.id if row else None,
        name=safe_name(name, kind),
        media_type=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        added_at=now,
        added_by=account.id,
    )
    session.add(file)
    session.flush()
    if row:
        record_event(session, row, {"file": [None, _entry(file)]}, account, now)
    return file


def find_file(session: Session, survey: Survey, number: int) -> EvidenceFile:
    """A file of a survey. Raises NotFoundError where it is none of it."""
    file = session.get(EvidenceFile, number)
    if file is None or file.survey_id != survey.id:
        raise NotFoundError
    return file


def remove_file(session: Session, file: EvidenceFile, account: Account, now: datetime) -> None:
    """Delete a file; its name and hash stay in the history of its row."""
    row = session.get(FollowUp, file.follow_up_id) if file.follow_up_id else None
    if row:
        record_event(session, row, {"file": [_entry(file), None]}, account, now)
    session.delete(file)


def list_files(session: Session, survey_ids: list[int]) -> list[Listed]:
    """Files of surveys in the order they came, contents unread."""
    columns = (
        *(EvidenceFile.id, EvidenceFile.follow_up_id, EvidenceFile.name),
        *(EvidenceFile.media_type, EvidenceFile.size, EvidenceFile.sha256, EvidenceFile.added_at),
    )
    query = select(*columns).where(EvidenceFile.survey_id.in_(survey_ids))
    return [Listed(*row) for row in session.execute(query.order_by(EvidenceFile.id))]


def safe_name(name: str, kind: str) -> str:
    """A plain name with the ending that belongs to the content."""
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    plain = " ".join(_ODD.sub(" ", stem).split()).strip(" .")[:NAME_LENGTH]
    return f"{plain or 'berkas'}.{KINDS[kind]}"


def _office_kind(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _refused("evidence-kind") from error
    names = {part.filename for part in parts}
    kind = next((kind for part, kind in _PARTS.items() if part in names), None)
    if kind is None or "[Content_Types].xml" not in names:
        raise _refused("evidence-kind")
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    if has_macros or sum(part.file_size for part in parts) > UNPACKED_MAXIMUM_BYTES:
        raise _refused("evidence-bomb")
    return kind


def _entry(file: EvidenceFile) -> str:
    return f"{file.name} (sha256 {file.sha256[:16]}…)"


def _refused(code: str, **values: object) -> FollowUpError:
    return FollowUpError(code, where=Where(field="file"), **values)
