"""Differences between the entries are settled, then the batch enters the ledger once and whole.

A person who typed none of it settles, by looking at the sheet. What they read is deleted with
the entries; who settled which question of which sheet and why stays in the audit trail, which
never holds an answer.
"""

import json
import secrets
from collections import Counter
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments import Instrument
from instruments.errors import SurveyError, SurveyErrors, Where
from survey_app.accounts import audit
from survey_app.clock import day_in
from survey_app.ledger.accept import Origin, Submission, record_many
from survey_app.paper.batches import end_batch, hold_open
from survey_app.paper.entry import both_entries
from survey_app.paper.sheets import (
    COMMENT,
    OUTCOME,
    Difference,
    PaperError,
    Sheet,
    Value,
    find_differences,
    located,
    put_together,
    require_sound,
    sheet_questions,
)
from survey_app.store.tables import (
    Account,
    BatchState,
    Channel,
    PaperBatch,
    PaperSettlement,
    PaperSheet,
    Service,
    SheetOutcome,
    Survey,
    SurveyState,
)


class Reason(StrEnum):
    """Why two people typed a field differently. None of them says what the sheet holds."""

    FIRST_SLIPPED = "first-slipped"
    SECOND_SLIPPED = "second-slipped"
    BOTH_SLIPPED = "both-slipped"
    UNCLEAR = "unclear"


def list_differences(
    session: Session, batch: PaperBatch, instrument: Instrument
) -> list[Difference]:
    """What is still to be settled. Raises PaperError unless both entries are complete."""
    first, second = both_entries(session, batch)
    return find_differences(instrument, first, second, _settled(session, batch))


def list_settled(
    session: Session, batch: PaperBatch, instrument: Instrument
) -> list[tuple[Difference, Value]]:
    """What was settled, with the value that stands. Raises PaperError as `list_differences`."""
    first, second = both_entries(session, batch)
    settled = _settled(session, batch)
    found = []
    for (number, name), value in settled.items():
        others = {place: one for place, one in settled.items() if place != (number, name)}
        for one in find_differences(instrument, first, second, others):
            if (one.sheet, one.name) == (number, name):
                found.append((one, value))
    return found


def settle_difference(
    session: Session,
    batch: PaperBatch,
    instrument: Instrument,
    number: int,
    name: str,
    value: Value,
    reason: str,
    account: Account,
    now: datetime,
) -> None:
    """Say what one field of a sheet holds. Raises PaperError, SurveyError.

    For who typed the batch it is not to settle, nor where there is no difference. Settling
    again replaces what was read before.
    """
    hold_open(session, batch)
    if account.id in {one.account_id for one in batch.passes}:
        raise PaperError("paper-own-difference")
    _require_difference(session, batch, instrument, number, name)
    if reason not in set(Reason):
        raise located(SurveyError("paper-reason"), number, name)
    _require_value(instrument, number, name, value)
    row = session.get(PaperSettlement, (batch.id, number, name)) or PaperSettlement(
        batch_id=batch.id, sheet=number, field=name
    )
    row.value, row.settled_by = json.dumps(value), account.id
    session.add(row)
    session.flush()
    thing = f"{batch.code}#{number}"
    audit.record(session, account, "settle-paper", thing, now, field=name, reason=reason)


def accept_batch(
    session: Session,
    survey: Survey,
    batch: PaperBatch,
    instrument: Instrument,
    account: Account,
    receipt_key: bytes,
    now: datetime,
    comment_maximum: int,
) -> int:
    """Bring the answered sheets into the ledger, all or none; returns how many were new.

    Raises PaperError for a batch that ended, is incomplete or unsettled, or whose survey takes no
    answers, and SurveyErrors naming sheet and question for what may not be counted.
    """
    hold_open(session, batch)
    if survey.state != SurveyState.OPEN:
        raise PaperError("paper-survey-closed")
    sheets = _agreed(session, batch, instrument)
    _require_all_sound(sheets, instrument, comment_maximum)
    submissions = _submissions(session, batch, instrument, sheets)
    new = record_many(session, _origin(session, survey, batch, now), submissions, receipt_key)
    counts = Counter(sheet.outcome for sheet in sheets.values())
    complete = {outcome: counts[outcome] for outcome in SheetOutcome}
    end_batch(session, batch, BatchState.ACCEPTED, account, now, complete)
    survey.updated_at = now
    audit.record(session, account, "accept-paper", batch.code, now, **dict(complete))
    session.flush()
    return new


def _agreed(session: Session, batch: PaperBatch, instrument: Instrument) -> dict[int, Sheet]:
    first, second = both_entries(session, batch)
    settled = _settled(session, batch)
    left = find_differences(instrument, first, second, settled)
    if left:
        raise PaperError("paper-differences-left", count=len(left), sheet=left[0].sheet)
    return put_together(first, second, settled)


def _require_all_sound(
    sheets: dict[int, Sheet], instrument: Instrument, comment_maximum: int
) -> None:
    faults: list[SurveyError] = []
    for number, sheet in sheets.items():
        try:
            require_sound(number, sheet, instrument, comment_maximum)
        except SurveyErrors as error:
            faults += error.errors
    if faults:
        raise SurveyErrors(faults)


def _submissions(
    session: Session, batch: PaperBatch, instrument: Instrument, sheets: dict[int, Sheet]
) -> list[Submission]:
    """The answered sheets as submissions, in an order that has nothing to do with the numbers."""
    identities = {
        row.number: row.submission_id
        for row in session.scalars(select(PaperSheet).where(PaperSheet.batch_id == batch.id))
    }
    submissions = [
        _submission(identities[number], instrument, sheet)
        for number, sheet in sheets.items()
        if sheet.outcome == SheetOutcome.ANSWERED
    ]
    secrets.SystemRandom().shuffle(submissions)
    return submissions


def _submission(identity: str, instrument: Instrument, sheet: Sheet) -> Submission:
    codes = (*instrument.codes, *instrument.masked_codes)
    answers = {code: sheet.values.get(code) for code in codes}
    chosen = {question.code: sheet.values.get(question.code) for question in instrument.profile}
    return Submission(
        submission_id=identity,
        answers={code: None if value is None else int(value) for code, value in answers.items()},
        profile={code: str(value) for code, value in chosen.items() if value is not None},
        comment=sheet.comment,
    )


def _origin(session: Session, survey: Survey, batch: PaperBatch, now: datetime) -> Origin:
    service = session.get_one(Service, batch.service_id) if batch.service_id else None
    return Origin(
        survey_id=survey.id,
        survey_key=survey.key,
        service_id=service.id if service else None,
        service_code=service.code if service else None,
        channel=Channel.PAPER,
        day=day_in(survey.unit.timezone, now),
        instrument_sha256=survey.instrument_sha256,
    )


def _settled(session: Session, batch: PaperBatch) -> dict[tuple[int, str], Value]:
    rows = session.scalars(select(PaperSettlement).where(PaperSettlement.batch_id == batch.id))
    return {(row.sheet, row.field): json.loads(row.value) for row in rows}


def _require_difference(
    session: Session, batch: PaperBatch, instrument: Instrument, number: int, name: str
) -> None:
    first, second = both_entries(session, batch)
    settled = _settled(session, batch)
    settled.pop((number, name), None)
    found = find_differences(instrument, first, second, settled)
    if (number, name) not in {(one.sheet, one.name) for one in found}:
        raise PaperError("paper-no-difference", sheet=number)


def _require_value(instrument: Instrument, number: int, name: str, value: Value) -> None:
    if name == COMMENT:
        return
    if name == OUTCOME:
        if value not in set(SheetOutcome):
            raise SurveyError("paper-outcome", where=Where(field=f"lembar {number}"))
        return
    question = next(one for one in sheet_questions(instrument) if one.code == name)
    if value is not None and value not in [one for _digit, _words, one in question.boxes]:
        digits = " / ".join(str(digit) for digit, _words, _value in question.boxes)
        error = SurveyError("paper-value", allowed=digits, value=str(value)[:20])
        raise located(error, number, question.label)
