"""Closes batches: one act gives results, proof that nothing changed, and no order of arrival."""

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from analysis.merkle import Frontier
from analysis.tally import Tally, tally_answers
from instruments import Instrument
from survey_app.clock import Clock, day_in
from survey_app.ledger.keys import Signer, instance_signer, record_key
from survey_app.ledger.leaves import canonical
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import Comment, Receipt, Response, Seal, Service, Survey, SurveyState

FIRST_HEAD = bytes(32)

# A survey's running tally: one cell for each (channel, service), and one for each choice of
# each profile question, as {"cells": {...}, "profile": {...}} of Tally.to_dict().
RunningTally = dict[str, dict[str, Tally]]


@dataclass(frozen=True)
class HeadContent:
    """What a head commits to and its signature covers, besides the head before it."""

    survey_key: str
    number: int
    day: date
    size: int
    total: int
    responses: int
    root: bytes
    tally_digest: bytes

    def hash_after(self, previous: bytes) -> bytes:
        """SHA-256(0x02 || previous head || canonical content)."""
        content = canonical(
            {
                "day": self.day.isoformat(),
                "number": self.number,
                "responses": self.responses,
                "root": self.root.hex(),
                "size": self.size,
                "survey": self.survey_key,
                "tally": self.tally_digest.hex(),
                "total": self.total,
            }
        )
        return hashlib.sha256(b"\x02" + previous + content.encode()).digest()


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
    the survey's row is locked and the second finds nothing left.
    """
    survey = _lock(session, survey_id)
    rows = _unsealed(session, survey_id)
    if not rows.responses or (len(rows.responses) < minimum and not is_closing):
        return None
    last = newest_seal(session, survey_id)
    instrument = Instrument.from_dict(json.loads(survey.instrument_version.document))
    leaves = sorted(
        [(row.id, row.leaf) for row in rows.responses]
        + [(row.id, row.leaf) for row in rows.comments]
    )
    frontier = _frontier(last).extended(leaf for _, leaf in leaves)
    services = dict(
        session.execute(select(Service.id, Service.code).where(Service.unit_id == survey.unit_id))
        .tuples()
        .all()
    )
    running = add_tallies(
        read_tally(last.tally if last else None),
        tally_responses(instrument, rows.responses, services),
    )
    record_key(session, signer, now)
    seal = _signed(survey, last, rows, leaves, frontier, running, signer, now)
    session.add(seal)
    session.flush()
    _mark_sealed(session, survey_id, seal.id)
    survey.updated_at = now
    return seal


def seal_waiting(store: Store, settings: Settings, clock: Clock) -> int:
    """Seal every survey in which enough answers wait, each in its own transaction."""
    signer, sealed = instance_signer(settings), 0
    with store.read() as session:
        waiting = session.execute(
            select(Response.survey_id, Survey.state)
            .join(Survey, Survey.id == Response.survey_id)
            .where(Response.seal_id.is_(None))
            .group_by(Response.survey_id, Survey.state)
        ).all()
    for survey_id, state in waiting:
        is_closing = state != SurveyState.OPEN
        with store.write() as session:
            seal = seal_survey(
                session,
                survey_id,
                signer,
                clock(),
                minimum=settings.batch_minimum,
                is_closing=is_closing,
            )
            sealed += seal is not None
    return sealed


def newest_seal(session: Session, survey_id: int) -> Seal | None:
    """The last seal of a survey."""
    return session.scalars(
        select(Seal).where(Seal.survey_id == survey_id).order_by(Seal.number.desc()).limit(1)
    ).first()


def read_tally(text: str | None) -> RunningTally:
    """The running tally that a seal stores."""
    content: dict[str, Any] = json.loads(text) if text else {}
    return {
        part: {name: Tally.from_dict(tally) for name, tally in content.get(part, {}).items()}
        for part in ("cells", "profile")
    }


def write_tally(running: RunningTally) -> str:
    """Canonical JSON of a running tally."""
    return canonical(
        {
            part: {name: tally.to_dict() for name, tally in cells.items()}
            for part, cells in running.items()
        }
    )


def add_tallies(first: RunningTally, second: RunningTally) -> RunningTally:
    """Cell by cell sum of two running tallies."""
    return {
        part: {
            name: first[part].get(name, 0) + second[part].get(name, 0)  # type: ignore[misc]
            for name in sorted({*first[part], *second[part]})
        }
        for part in ("cells", "profile")
    }


def tally_responses(
    instrument: Instrument, responses: Iterable[Response], services: dict[int, str]
) -> RunningTally:
    """The running tally of a batch alone."""
    cells: dict[str, list[dict[str, int | None]]] = defaultdict(list)
    profile: dict[str, list[dict[str, int | None]]] = defaultdict(list)
    for response in responses:
        if response.answers is None:
            continue
        answers = json.loads(response.answers)
        service = services.get(response.service_id, "") if response.service_id else ""
        cells[f"{response.channel}|{service}"].append(answers)
        for question, option in json.loads(response.profile or "{}").items():
            profile[f"{question}|{option}"].append(answers)
    return {
        "cells": {name: tally_answers(instrument, rows) for name, rows in cells.items()},
        "profile": {name: tally_answers(instrument, rows) for name, rows in profile.items()},
    }


def tally_digest(salt: bytes, tally: str) -> bytes:
    """What a head says of a tally; salted, so that a small batch cannot be guessed from it."""
    return hashlib.sha256(salt + tally.encode()).digest()


@dataclass(frozen=True)
class _Unsealed:
    responses: Sequence[Response]
    comments: Sequence[Comment]


def _lock(session: Session, survey_id: int) -> Survey:
    # FOR NO KEY UPDATE: answers keep arriving while the seal is made.
    return session.scalars(
        select(Survey)
        .where(Survey.id == survey_id)
        .options(joinedload(Survey.instrument_version))
        .with_for_update(key_share=True, of=Survey)
    ).one()


def _unsealed(session: Session, survey_id: int) -> _Unsealed:
    responses = session.scalars(
        select(Response).where(Response.survey_id == survey_id, Response.seal_id.is_(None))
    ).all()
    comments = session.scalars(
        select(Comment).where(Comment.survey_id == survey_id, Comment.seal_id.is_(None))
    ).all()
    return _Unsealed(responses, comments)


def _frontier(last: Seal | None) -> Frontier:
    return Frontier.from_bytes(last.total, last.frontier) if last else Frontier()


def _signed(
    survey: Survey,
    last: Seal | None,
    rows: _Unsealed,
    leaves: list[tuple[bytes, bytes]],
    frontier: Frontier,
    running: RunningTally,
    signer: Signer,
    now: datetime,
) -> Seal:
    salt, tally = secrets.token_bytes(32), write_tally(running)
    content = HeadContent(
        survey_key=survey.key,
        number=last.number + 1 if last else 1,
        day=day_in(survey.unit.timezone, now),
        size=len(leaves),
        total=frontier.size,
        responses=(last.responses if last else 0) + len(rows.responses),
        root=frontier.root(),
        tally_digest=tally_digest(salt, tally),
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
        tally=tally,
        tally_salt=salt,
        previous_head=previous,
        head=head,
        key_id=signer.id,
        signature=signer.sign(head),
    )


def _mark_sealed(session: Session, survey_id: int, seal_id: int) -> None:
    # On PostgreSQL a row may be committed between reading the batch and here. It was not in
    # the batch, so it is told apart by the batch's own leaves, never by time.
    seal = session.get_one(Seal, seal_id)
    identities = [seal.leaves[step : step + 16] for step in range(0, len(seal.leaves), 48)]
    for table in (Response, Comment):
        for start in range(0, len(identities), 500):
            session.execute(
                update(table)
                .where(table.id.in_(identities[start : start + 500]))
                .values(seal_id=seal_id),
                execution_options={"synchronize_session": False},
            )
    _mark_receipts(session, survey_id, seal_id, _batch_responses(session, seal))


def _batch_responses(session: Session, seal: Seal) -> int:
    return session.scalar(select(func.count()).where(Response.seal_id == seal.id)) or 0


def _mark_receipts(session: Session, survey_id: int, seal_id: int, count: int) -> None:
    """Give as many receipts to the batch as it has responses.

    Receipts share no key with responses, so which belongs to which is not known; a receipt
    whose response was committed a moment too late may name this batch and its neighbour the
    next. Oldest day first, then by hash.
    """
    waiting = session.scalars(
        select(Receipt.submission_hash)
        .where(Receipt.survey_id == survey_id, Receipt.seal_id.is_(None))
        .order_by(Receipt.day, Receipt.submission_hash)
        .limit(count)
    ).all()
    for start in range(0, len(waiting), 500):
        session.execute(
            update(Receipt)
            .where(Receipt.submission_hash.in_(waiting[start : start + 500]))
            .values(seal_id=seal_id),
            execution_options={"synchronize_session": False},
        )
