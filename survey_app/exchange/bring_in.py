"""Records the rows of a mapped table as imported answers: all of them or none, and each once.

A row is known again by its marks (response number, time of day) where it has any, so that next
month's export of the same form adds only what is new; without marks by the whole table and its
place in it, so that alike answers of two people both count. Either way a secret of the instance
makes the id, which tells nothing of the row.
"""

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.bundle_heads import canonical
from instruments.errors import SurveyError
from survey_app.administer.import_responses import ImportReport
from survey_app.clock import day_in
from survey_app.estimates import instrument_of
from survey_app.exchange.mapping import Checked, Frame, MappedRow
from survey_app.ledger.accept import Origin, Submission, record_many
from survey_app.store.tables import Channel, Service, Survey, SurveyState

_CHUNK = 1000


def frame_of(session: Session, survey: Survey, now: datetime) -> Frame:
    """What rows of an import into a survey are read against. Raises SurveyError if not open."""
    if survey.state != SurveyState.OPEN:
        raise SurveyError("import-not-open")
    services = session.scalars(
        select(Service).where(Service.unit_id == survey.unit_id).order_by(Service.name)
    )
    today = day_in(survey.unit.timezone, now)
    return Frame(
        instrument_of(session, survey),
        {service.code: service.name for service in services},
        survey.period_start,
        min(survey.period_end, today),
    )


def record_rows(
    session: Session, survey: Survey, checked: Checked, receipt_key: bytes, now: datetime
) -> ImportReport:
    """Record every row; what is known already is passed over."""
    today = day_in(survey.unit.timezone, now)
    ids = _identities(survey.key, checked.rows, receipt_key)
    groups: dict[tuple[str | None, date], list[Submission]] = {}
    for identity, row in zip(ids, checked.rows, strict=True):
        submission = Submission(identity, row.answers, row.profile)
        groups.setdefault((row.service, row.day or today), []).append(submission)
    found = select(Service.code, Service.id).where(Service.unit_id == survey.unit_id)
    known = dict(session.execute(found).all())
    new = 0
    for (service, day), submissions in groups.items():
        origin = Origin(
            survey_id=survey.id,
            survey_key=survey.key,
            service_id=known[service] if service else None,
            service_code=service,
            channel=Channel.IMPORTED,
            day=day,
            instrument_sha256=survey.instrument_sha256,
        )
        for start in range(0, len(submissions), _CHUNK):
            new += record_many(session, origin, submissions[start : start + _CHUNK], receipt_key)
    survey.updated_at = now
    total = len(checked.rows)
    return ImportReport(total + checked.blank, checked.blank, new, total - new)


def _identities(key: str, rows: Sequence[MappedRow], secret: bytes) -> list[str]:
    """A submission id for each row, the same whenever the same row comes."""
    has_marks = bool(rows) and all(any(row.marks) for row in rows)
    whole = hashlib.sha256(canonical([row.cells for row in rows])).hexdigest()
    seen: Counter[str] = Counter()
    identities = []
    for place, row in enumerate(rows):
        text = canonical([*row.marks, *row.cells]).decode()
        # Two rows that agree in everything, the time included, are two.
        mark = f"{seen[text]}|{text}" if has_marks else f"{place}|{whole}"
        seen[text] += 1
        message = f"import|{key}|{mark}".encode()
        identity = hmac.digest(secret, message, "sha256")[:16]
        identities.append(base64.urlsafe_b64encode(identity).decode().rstrip("="))
    return identities
