"""The two entries of a batch: begun by two accounts, sheet by sheet, then complete for good.

What one account typed is given to that account alone until both are complete.
"""

import json
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from instruments import Instrument
from survey_app.accounts import audit
from survey_app.ledger.leaves import canonical
from survey_app.paper.batches import hold_open
from survey_app.paper.sheets import PaperError, Sheet, require_sound
from survey_app.store.tables import (
    Account,
    PaperBatch,
    PaperEntry,
    PaperPass,
    SheetOutcome,
    Survey,
    SurveyState,
)


def begin_entry(
    session: Session, survey: Survey, batch: PaperBatch, account: Account, now: datetime
) -> PaperPass:
    """Begin an entry of a batch, or go on with one's own. Raises PaperError.

    The database's keys decide: one entry for an account, two for a batch.
    """
    hold_open(session, batch)
    passes = session.scalars(select(PaperPass).where(PaperPass.batch_id == batch.id)).all()
    own = next((one for one in passes if one.account_id == account.id), None)
    if own is not None:
        return own
    if survey.state != SurveyState.OPEN or survey.closed_at is not None:
        raise PaperError("paper-survey-closed")
    free = {1, 2} - {one.number for one in passes}
    if not free:
        raise PaperError("paper-two-typists", code=batch.code)
    begun = PaperPass(batch_id=batch.id, account_id=account.id, number=min(free), begun_at=now)
    session.add(begun)
    session.flush()
    audit.record(session, account, "begin-paper-entry", batch.code, now)
    return begun


def record_sheet(
    session: Session,
    batch: PaperBatch,
    account: Account,
    number: int,
    sheet: Sheet,
    instrument: Instrument,
    comment_maximum: int,
) -> None:
    """Keep one sheet as an account typed it; typing it again replaces it.

    Raises PaperError for an entry that is not theirs or complete, SurveyErrors for bad input.
    """
    _hold_own(session, batch, account)
    if not 1 <= number <= batch.sheets:
        raise PaperError("paper-sheet-unknown", sheet=number, last=batch.sheets)
    require_sound(number, sheet, instrument, comment_maximum)
    row = session.get(PaperEntry, (batch.id, account.id, number)) or PaperEntry(
        batch_id=batch.id, account_id=account.id, sheet=number
    )
    row.outcome, row.content = sheet.outcome, _content(sheet)
    session.add(row)
    session.flush()


def mark_rest_unused(session: Session, batch: PaperBatch, account: Account) -> int:
    """Call every sheet not typed yet unused; returns how many. Raises PaperError."""
    _hold_own(session, batch, account)
    missing = _missing(session, batch, account)
    if missing:
        empty = {
            "batch_id": batch.id,
            "account_id": account.id,
            "outcome": SheetOutcome.UNUSED,
            "content": _content(Sheet(SheetOutcome.UNUSED)),
        }
        session.execute(insert(PaperEntry), [empty | {"sheet": number} for number in missing])
    return len(missing)


def complete_entry(session: Session, batch: PaperBatch, account: Account, now: datetime) -> None:
    """Declare one's entry complete. Raises PaperError while sheets are missing."""
    own = _hold_own(session, batch, account)
    missing = _missing(session, batch, account)
    if missing:
        raise PaperError("paper-sheets-missing", count=len(missing), first=missing[0])
    own.completed_at = now
    session.flush()
    audit.record(session, account, "complete-paper-entry", batch.code, now)


def own_sheets(session: Session, batch: PaperBatch, account: Account) -> dict[int, Sheet]:
    """The sheets that an account typed itself, by number."""
    rows = session.scalars(
        select(PaperEntry)
        .where(PaperEntry.batch_id == batch.id, PaperEntry.account_id == account.id)
        .order_by(PaperEntry.sheet)
    )
    return {row.sheet: _sheet(row) for row in rows}


def both_entries(session: Session, batch: PaperBatch) -> tuple[dict[int, Sheet], dict[int, Sheet]]:
    """Both entries of a batch. Raises PaperError unless both are complete."""
    passes = session.scalars(
        select(PaperPass).where(PaperPass.batch_id == batch.id).order_by(PaperPass.number)
    ).all()
    if len(passes) != 2 or any(one.completed_at is None for one in passes):
        raise PaperError("paper-entries-incomplete")
    first, second = (own_sheets(session, batch, one.account) for one in passes)
    return first, second


def _hold_own(session: Session, batch: PaperBatch, account: Account) -> PaperPass:
    hold_open(session, batch)
    own = session.get(PaperPass, (batch.id, account.id), populate_existing=True)
    if own is None:
        raise PaperError("paper-not-yours", code=batch.code)
    if own.completed_at is not None:
        raise PaperError("paper-entry-complete")
    return own


def _missing(session: Session, batch: PaperBatch, account: Account) -> list[int]:
    typed = own_sheets(session, batch, account)
    return [number for number in range(1, batch.sheets + 1) if number not in typed]


def _content(sheet: Sheet) -> str:
    return canonical({"values": sheet.values, "comment": sheet.comment})


def _sheet(row: PaperEntry) -> Sheet:
    content = json.loads(row.content)
    return Sheet(SheetOutcome(row.outcome), content["values"], content["comment"])
