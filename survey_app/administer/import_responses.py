"""Brings in responses collected elsewhere, all of a file or nothing, and never twice."""

import base64
import hashlib
import json
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.masked import masked_columns, read_answer, read_masked
from analysis.responses import read_responses, require_columns
from instruments import Instrument
from instruments.errors import SurveyError, Where
from survey_app.clock import day_in
from survey_app.ledger.accept import Origin, Submission, record_many
from survey_app.store.tables import Channel, InstrumentVersion, Service, Survey

_CHUNK = 1000


@dataclass(frozen=True)
class Mapping:
    """Which columns hold the service and the profile, and what their values mean.

    From a TOML file: `order`, `service = "kolom"`, `[services]` value = code, and
    `[profile.pertanyaan]` with `column` and `[profile.pertanyaan.values]` value = choice.
    """

    order: str = "unsur"
    service: str | None = None
    services: dict[str, str] | None = None
    profile: dict[str, dict[str, object]] | None = None


@dataclass(frozen=True)
class ImportReport:
    """What a file held and what became of it."""

    read: int
    blank: int
    new: int
    known: int


def read_mapping(path: Path) -> Mapping:
    """A mapping file. Raises SurveyError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return Mapping(**content)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise SurveyError("map-invalid", where=Where(str(path)), reason=error) from error


def import_file(
    session: Session,
    survey: Survey,
    path: Path,
    mapping: Mapping,
    receipt_key: bytes,
    now: datetime,
) -> ImportReport:
    """Record the responses of a file, marked as imported. Raises SurveyErrors.

    A row's submission id comes from the file's content and the row's number, so the same
    file imported again adds nothing.
    """
    version = session.get_one(InstrumentVersion, survey.instrument_sha256)
    instrument = Instrument.from_dict(json.loads(version.document))
    order = "form" if mapping.order == "form" else "unsur"
    frame = read_responses(path, instrument, order)  # type: ignore[arg-type]
    read_masked(path, instrument)  # names what is neither yes nor no, before anything is kept
    columns = [mapping.service] if mapping.service else []
    columns += [str(part["column"]) for part in (mapping.profile or {}).values()]
    require_columns(frame.columns, columns, str(path))
    services = {
        service.code: service
        for service in session.scalars(select(Service).where(Service.unit_id == survey.unit_id))
    }
    digest = hashlib.sha256(path.read_bytes()).digest()
    day = day_in(survey.unit.timezone, now)
    groups: dict[str | None, list[Submission]] = {}
    blank = 0
    for number, row in enumerate(frame.to_dict("records")):
        submission = _submission(row, number, digest, instrument, mapping)
        if all(submission.answers[code] is None for code in instrument.codes):
            blank += 1
            continue
        groups.setdefault(_service_code(row, mapping, services), []).append(submission)
    new = 0
    for code, submissions in groups.items():
        service = services[code] if code else None
        origin = Origin(
            survey_id=survey.id,
            survey_key=survey.key,
            service_id=service.id if service else None,
            service_code=code,
            channel=Channel.IMPORTED,
            day=day,
            instrument_sha256=survey.instrument_sha256,
        )
        for start in range(0, len(submissions), _CHUNK):
            part = submissions[start : start + _CHUNK]
            new += record_many(session, origin, part, receipt_key)
    survey.updated_at = now
    read = len(frame)
    return ImportReport(read, blank, new, read - blank - new)


def _submission(
    row: dict[str, object],
    number: int,
    digest: bytes,
    instrument: Instrument,
    mapping: Mapping,
) -> Submission:
    identity = hashlib.sha256(digest + number.to_bytes(8, "big")).digest()[:16]
    return Submission(
        submission_id=base64.urlsafe_b64encode(identity).decode().rstrip("="),
        answers={code: _answer(row[code]) for code in instrument.codes}
        | _masked_answers(row, instrument),
        profile=_profile(row, instrument, mapping),
    )


def _answer(value: object) -> int | None:
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]


def _masked_answers(row: dict[str, object], instrument: Instrument) -> dict[str, int | None]:
    columns = masked_columns([str(name) for name in row], instrument)
    cells = list(row.values())
    return {code: read_answer(str(cells[at])) for code, at in columns.items()}


def _profile(row: dict[str, object], instrument: Instrument, mapping: Mapping) -> dict[str, str]:
    chosen = {}
    for question in instrument.profile:
        part = (mapping.profile or {}).get(question.code)
        if part is None:
            continue
        text = str(row[str(part["column"])]).strip()
        values = part.get("values")
        option = values.get(text) if isinstance(values, dict) else text.lower()
        if option in question.codes:
            chosen[question.code] = str(option)
    return chosen


def _service_code(
    row: dict[str, object], mapping: Mapping, services: dict[str, Service]
) -> str | None:
    if not mapping.service:
        return None
    text = str(row[mapping.service]).strip()
    code = (mapping.services or {}).get(text, text)
    return code if code in services else None
