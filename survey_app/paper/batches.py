"""Batches of printed questionnaires: prepared, found, counted, given up."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

import survey_app.paper.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.accounts import audit
from survey_app.paper.sheets import PaperError
from survey_app.store.tables import (
    Account,
    BatchState,
    PaperBatch,
    PaperEntry,
    PaperPass,
    PaperSettlement,
    PaperSheet,
    Service,
    SheetOutcome,
    Survey,
    SurveyState,
)
from survey_app.web.errors import NotFoundError

LARGEST_BATCH = 200
CODE_LENGTH = 8
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Progress:
    """How far one of a batch's two entries is."""

    name: str
    account_id: int
    sheets: int
    is_complete: bool


@dataclass(frozen=True)
class Standing:
    """A batch with its entries so far, in the order in which they were begun."""

    batch: PaperBatch
    entries: tuple[Progress, ...]

    @property
    def is_typed_twice(self) -> bool:
        """Whether both entries are complete, so that they may be compared."""
        return len(self.entries) == 2 and all(entry.is_complete for entry in self.entries)

    def entry_of(self, account: Account) -> Progress | None:
        """The entry of one account."""
        return next((one for one in self.entries if one.account_id == account.id), None)


def prepare_batch(
    session: Session,
    survey: Survey,
    sheets: int,
    account: Account,
    now: datetime,
    *,
    service: Service | None = None,
    counter: str = "",
) -> PaperBatch:
    """A new batch to print for an open survey, with a secret submission id for each sheet.

    Raises PaperError for a survey that takes no answers, SurveyError for an odd number.
    """
    if survey.state not in {SurveyState.DRAFT, SurveyState.OPEN} or survey.closed_at is not None:
        raise PaperError("paper-survey-closed")
    if not 1 <= sheets <= LARGEST_BATCH:
        raise SurveyError("paper-sheets", where=Where(field="sheets"), maximum=LARGEST_BATCH)
    batch = PaperBatch(
        code="".join(secrets.choice(_CROCKFORD) for _ in range(CODE_LENGTH)),
        survey_id=survey.id,
        service_id=service.id if service else None,
        counter=counter,
        sheets=sheets,
        prepared_by=account.id,
        prepared_at=now,
    )
    session.add(batch)
    session.flush()
    rows = [
        {"batch_id": batch.id, "number": number, "submission_id": secrets.token_urlsafe(16)}
        for number in range(1, sheets + 1)
    ]
    session.execute(insert(PaperSheet), rows)
    audit.record(session, account, "prepare-paper", batch.code, now, sheets=sheets)
    return batch


def find_batch(session: Session, survey: Survey, code: str) -> PaperBatch:
    """A batch of a survey by its code, however it is typed. Raises NotFoundError."""
    plain = code.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))
    batch = session.scalars(
        select(PaperBatch).where(PaperBatch.survey_id == survey.id, PaperBatch.code == plain)
    ).first()
    if batch is None:
        raise NotFoundError
    return batch


def hold_open(session: Session, batch: PaperBatch) -> None:
    """Keep a batch from changing under this transaction. Raises PaperError if it has ended."""
    # The state is read anew under the lock: what the caller saw may be over.
    state = session.scalar(
        select(PaperBatch.state).where(PaperBatch.id == batch.id).with_for_update()
    )
    if state != BatchState.OPEN:
        raise PaperError("paper-ended", code=batch.code)


def list_batches(session: Session, survey_id: int) -> list[Standing]:
    """The batches of a survey with how far they are, newest first."""
    batches = session.scalars(
        select(PaperBatch).where(PaperBatch.survey_id == survey_id).order_by(PaperBatch.id.desc())
    ).all()
    return _standings(session, batches)


def fetch_standing(session: Session, batch: PaperBatch) -> Standing:
    """One batch with how far it is."""
    return _standings(session, [batch])[0]


def give_up_batch(
    session: Session, batch: PaperBatch, reason: str, account: Account, now: datetime
) -> None:
    """End a batch without counting any of it; what was typed is deleted, that it was stays.

    Raises PaperError for a batch that has ended, SurveyError without a reason.
    """
    words = " ".join(reason.split())
    if not words:
        raise SurveyError("paper-give-up-reason", where=Where(field="reason"))
    hold_open(session, batch)
    typed = _most_answered(session, batch.id)
    end_batch(session, batch, BatchState.GIVEN_UP, account, now, {})
    batch.reason, batch.typed = words[:300], typed
    audit.record(
        session, account, "give-up-paper", batch.code, now, typed=typed, reason=batch.reason
    )


def end_batch(
    session: Session,
    batch: PaperBatch,
    state: BatchState,
    account: Account,
    now: datetime,
    counts: Mapping[SheetOutcome, int],
) -> None:
    """Set how a batch ended and delete all that was typed of it."""
    for table in (PaperSettlement, PaperEntry, PaperSheet):
        session.execute(delete(table).where(table.batch_id == batch.id))
    batch.state, batch.ended_by, batch.ended_at = state, account.id, now
    for outcome, count in counts.items():
        setattr(batch, outcome, count)


def require_none_waiting(session: Session, survey_id: int) -> None:
    """Raise PaperError where a batch is being typed: closing now would lose its answers."""
    codes = session.scalars(
        select(PaperBatch.code)
        .where(PaperBatch.survey_id == survey_id, PaperBatch.state == BatchState.OPEN)
        .where(PaperBatch.passes.any())
        .order_by(PaperBatch.code)
    ).all()
    if codes:
        raise PaperError("paper-waiting", codes=", ".join(codes))


def _standings(session: Session, batches: Sequence[PaperBatch]) -> list[Standing]:
    typed = {
        (batch_id, account_id): count
        for batch_id, account_id, count in session.execute(
            select(PaperEntry.batch_id, PaperEntry.account_id, func.count())
            .where(PaperEntry.batch_id.in_([batch.id for batch in batches]))
            .group_by(PaperEntry.batch_id, PaperEntry.account_id)
        )
    }
    return [
        Standing(batch, tuple(_progress(one, typed, batch) for one in batch.passes))
        for batch in batches
    ]


def _progress(one: PaperPass, typed: Mapping[tuple[int, int], int], batch: PaperBatch) -> Progress:
    is_complete = one.completed_at is not None
    # Entries are gone once the batch has ended.
    done = batch.sheets if is_complete else typed.get((batch.id, one.account_id), 0)
    return Progress(one.account.name, one.account_id, done, is_complete)


def _most_answered(session: Session, batch_id: int) -> int:
    counts = session.scalars(
        select(func.count())
        .where(PaperEntry.batch_id == batch_id, PaperEntry.outcome == SheetOutcome.ANSWERED)
        .group_by(PaperEntry.account_id)
    ).all()
    return max(counts, default=0)
