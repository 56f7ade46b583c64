"""Closes batches: one act gives results, proof that nothing changed, and no order of arrival."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, joinedload

from analysis.merkle import Frontier
from instruments import Instrument
from instruments.errors import SurveyError, SurveyErrors
from survey_app.clock import Clock, day_in
from survey_app.ledger.heads import FIRST_HEAD, HeadContent, receipts_digest
from survey_app.ledger.interim import record_step
from survey_app.ledger.keys import Signer, instance_signer, record_key
from survey_app.ledger.running import (
    add_tallies,
    read_tally,
    tally_digest,
    tally_responses,
    write_tally,
)
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import Comment, Receipt, Response, Seal, Service, Survey, SurveyState

ROWS_AT_ONCE = 500


def seal_survey(
    session: Session,
    survey_id: int,
    signer: Signer,
    now: datetime,
    *,
    minimum: int,
    is_closing: bool = False,
) -> Seal | None:
    """Seal what waits in a survey; None where nothing does, or fewer than `minimum` responses.

    A closing survey seals its last answers however few. Several processes may try at once:
    the survey's row is locked and the second finds nothing left. Raises SurveyError where a
    waiting answer cannot be read or the signing key is not the one on record.
    """
    survey = lock_survey(session, survey_id)
    batch = _waiting(session, survey_id)
    if not batch.responses or (len(batch.responses) < minimum and not is_closing):
        return None
    record_key(session, signer, now)
    last = newest_seal(session, survey_id)
    running = add_tallies(
        read_tally(last.tally if last else None),
        tally_responses(
            Instrument.from_dict(json.loads(survey.instrument_version.document)),
            batch.responses,
            _service_codes(session, survey),
        ),
    )
    seal = _signed(survey, last, batch, write_tally(running), signer, now)
    session.add(seal)
    session.flush()
    _mark_sealed(session, batch, seal.id)
    if running["cells"]:
        record_step(session, seal, running)
    survey.updated_at = now
    return seal


def seal_waiting(store: Store, settings: Settings, clock: Clock) -> int:
    """Seal every survey in which enough answers wait, each in its own transaction.

    One survey that cannot be sealed does not hold up the others; what went wrong is raised
    at the end as SurveyErrors.
    """
    signer, sealed, faults = instance_signer(settings), 0, []
    for survey_id, key, state in _surveys_that_wait(store):
        try:
            with store.write() as session:
                seal = seal_survey(
                    session,
                    survey_id,
                    signer,
                    clock(),
                    minimum=settings.batch_minimum,
                    is_closing=state != SurveyState.OPEN,
                )
        except (SurveyError, SQLAlchemyError) as error:
            faults.append(SurveyError("seal-failed", survey=key, reason=_reason(error)))
        else:
            sealed += seal is not None
    if faults:
        raise SurveyErrors(faults)
    return sealed


def newest_seal(session: Session, survey_id: int) -> Seal | None:
    """The last seal of a survey."""
    return session.scalars(
        select(Seal).where(Seal.survey_id == survey_id).order_by(Seal.number.desc()).limit(1)
    ).first()


def lock_survey(session: Session, survey_id: int) -> Survey:
    """The survey, with its instrument, locked until the transaction ends."""
    # FOR NO KEY UPDATE: answers keep arriving while the seal is made.
    return session.scalars(
        select(Survey)
        .where(Survey.id == survey_id)
        .options(joinedload(Survey.instrument_version))
        .with_for_update(key_share=True, of=Survey)
    ).one()


@dataclass(frozen=True)
class _Batch:
    responses: Sequence[Response]
    comments: Sequence[Comment]
    receipts: Sequence[Receipt]

    def leaves(self) -> list[tuple[bytes, bytes]]:
        """Ids and leaf hashes in the tree's order, which is that of the random ids."""
        leaves = [(row.id, row.leaf) for row in self.responses]
        return sorted(leaves + [(row.id, row.leaf) for row in self.comments])


def _surveys_that_wait(store: Store) -> list[tuple[int, str, SurveyState]]:
    # A probe of the index per survey: the cost must not grow with the answers already sealed.
    waits = exists().where(Response.survey_id == Survey.id, Response.seal_id.is_(None))
    with store.read() as session:
        found = session.execute(select(Survey.id, Survey.key, Survey.state).where(waits))
        return [(row.id, row.key, row.state) for row in found]


def _waiting(session: Session, survey_id: int) -> _Batch:
    """What is not sealed yet, with as many receipts as responses.

    Receipts share no key with responses, so which belongs to which is not known. On
    PostgreSQL a submission may be committed between these statements: its receipt may then
    name this batch and another's the next, but the numbers always agree.
    """
    responses = session.scalars(
        select(Response).where(Response.survey_id == survey_id, Response.seal_id.is_(None))
    ).all()
    comments = session.scalars(
        select(Comment).where(Comment.survey_id == survey_id, Comment.seal_id.is_(None))
    ).all()
    receipts = session.scalars(
        select(Receipt)
        .where(Receipt.survey_id == survey_id, Receipt.seal_id.is_(None))
        .order_by(Receipt.day, Receipt.submission_hash)
        .limit(len(responses))
    ).all()
    ordered = sorted(receipts, key=lambda receipt: receipt.submission_hash)
    return _Batch(responses, comments, ordered)


def _service_codes(session: Session, survey: Survey) -> dict[int, str]:
    codes = select(Service.id, Service.code).where(Service.unit_id == survey.unit_id)
    return {row[0]: row[1] for row in session.execute(codes)}


def _signed(
    survey: Survey, last: Seal | None, batch: _Batch, tally: str, signer: Signer, now: datetime
) -> Seal:
    leaves, salt = batch.leaves(), secrets.token_bytes(32)
    before = Frontier.from_bytes(last.total, last.frontier) if last else Frontier()
    frontier = before.extended(leaf for _, leaf in leaves)
    content = HeadContent(
        survey_key=survey.key,
        unit=survey.unit.slug,
        instrument_sha256=survey.instrument_sha256,
        number=last.number + 1 if last else 1,
        day=day_in(survey.unit.timezone, now),
        size=len(leaves),
        total=frontier.size,
        responses=(last.responses if last else 0) + len(batch.responses),
        root=frontier.root(),
        tally_digest=tally_digest(salt, tally),
        receipts_digest=receipts_digest(
            (row.submission_hash, row.body_mac, row.receipt_hash, row.day.isoformat())
            for row in batch.receipts
        ),
    )
    previous = last.head if last else FIRST_HEAD
    head = content.hash_after(previous)
    return Seal(
        survey_id=survey.id,
        number=content.number,
        day=content.day,
        size=content.size,
        total=content.total,
        responses=content.responses,
        root=content.root,
        frontier=frontier.to_bytes(),
        leaves=b"".join(identity + leaf for identity, leaf in leaves),
        receipts_digest=content.receipts_digest,
        tally=tally,
        tally_salt=salt,
        previous_head=previous,
        head=head,
        key_id=signer.id,
        signature=signer.sign(head),
    )


def _mark_sealed(session: Session, batch: _Batch, seal_id: int) -> None:
    # By the batch's own keys, never by "what is unsealed now": on PostgreSQL a row may have
    # been committed since the batch was read.
    _mark(session, Response.id, [row.id for row in batch.responses], seal_id)
    _mark(session, Comment.id, [row.id for row in batch.comments], seal_id)
    hashes = [row.submission_hash for row in batch.receipts]
    _mark(session, Receipt.submission_hash, hashes, seal_id)


def _mark(session: Session, column: object, keys: list[bytes], seal_id: int) -> None:
    for start in range(0, len(keys), ROWS_AT_ONCE):
        session.execute(
            update(column.class_)  # type: ignore[attr-defined]
            .where(column.in_(keys[start : start + ROWS_AT_ONCE]))  # type: ignore[attr-defined]
            .values(seal_id=seal_id),
            execution_options={"synchronize_session": False},
        )


def _reason(error: SurveyError | SQLAlchemyError) -> str:
    return error.text() if isinstance(error, SurveyError) else type(error).__name__
