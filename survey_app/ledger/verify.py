"""Checks the whole database against its own commitments and says exactly what is damaged."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from analysis.merkle import Frontier
from instruments import Instrument
from survey_app.ledger.batches import (
    LISTED_BYTES,
    Batch,
    Ground,
    check_batch,
    check_waiting,
    listed_leaves,
)
from survey_app.ledger.destruction import check_destructions
from survey_app.ledger.heads import FIRST_HEAD, HeadContent
from survey_app.ledger.keys import check_keys, is_signed
from survey_app.ledger.quality_acts import check_acts, check_journal
from survey_app.ledger.running import (
    RunningTally,
    add_tallies,
    no_tally,
    read_tally,
    tally_digest,
    write_tally,
)
from survey_app.ledger.survey_figures import check_figures
from survey_app.store import Store
from survey_app.store.tables import (
    Comment,
    Erasure,
    ErasureState,
    Receipt,
    Response,
    Seal,
    Service,
    SigningKey,
    Survey,
)

NAMED_AT_MOST = 20


@dataclass
class Report:
    """What was checked, and every damage found with its place."""

    surveys: int = 0
    seals: int = 0
    responses: int = 0
    erased: int = 0
    destroyed: int = 0
    witnessed: int = 0
    damages: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damages


def verify_database(
    store: Store,
    *,
    trusted_key: bytes | None = None,
    witness: Sequence[Mapping[str, Any]] = (),
) -> Report:
    """Recompute every leaf, tree, tally, head and signature of every survey.

    `trusted_key` is the public key that the instance holds. `witness` are heads that somebody
    outside kept, as `/transparansi/heads.json` gave them: only they can show that the end was
    cut off, or that someone with the signing key wrote history anew.
    """
    report = Report()
    with store.read() as session:
        if store.is_sqlite is False:
            # One moment for the whole check, while answers keep arriving.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        keys = session.scalars(select(SigningKey).order_by(SigningKey.created_at)).all()
        report.damages += check_keys(keys, trusted_key)
        public_keys = {key.id: key.public_key for key in keys}
        erased = _lawfully_erased(session)
        surveys = session.scalars(
            select(Survey).options(joinedload(Survey.instrument_version)).order_by(Survey.id)
        ).all()
        for survey in surveys:
            report.surveys += 1
            damages = _verify_survey(session, survey, public_keys, erased, report)
            report.damages += [f"survei {survey.key}: {damage}" for damage in damages]
        report.damages += _find_strays(session)
        report.damages += check_figures(session)
        report.damages += check_journal(session)
        report.damages += _compare_witness(session, witness, report)
    return report


def _lawfully_erased(session: Session) -> frozenset[bytes]:
    agreed = select(Erasure.target_id).where(
        Erasure.state == ErasureState.DONE, Erasure.decided_by != Erasure.asked_by
    )
    return frozenset(session.scalars(agreed))


def _verify_survey(
    session: Session,
    survey: Survey,
    keys: dict[str, bytes],
    erased: frozenset[bytes],
    report: Report,
) -> Iterator[str]:
    instrument = _instrument_of(survey)
    if instrument is None:
        yield "instrumen tidak sesuai dengan sidik jarinya"
    codes = select(Service.id, Service.code).where(Service.unit_id == survey.unit_id)
    services = {row[0]: row[1] for row in session.execute(codes)}
    destroyed, damages = check_destructions(session, survey, keys)
    yield from damages
    ground = Ground(survey, instrument, services, erased, destroyed)
    previous, frontier, responses, running = FIRST_HEAD, Frontier(), 0, no_tally()
    # Keys hand over in order: what a later key signed, an earlier one may not follow.
    rank, signed_by = {key: place for place, key in enumerate(keys)}, 0
    numbers = session.scalars(
        select(Seal.id).where(Seal.survey_id == survey.id).order_by(Seal.number)
    ).all()
    for expected, seal_id in enumerate(numbers, 1):
        seal = session.get_one(Seal, seal_id)
        place = f"segel {seal.number}"
        if seal.number != expected:
            yield f"{place}: seharusnya nomor {expected}; ada segel yang hilang"
        batch = check_batch(session, ground, seal)
        yield from (f"{place}: {damage}" for damage in batch.damages)
        responses += batch.responses
        frontier = frontier.extended(leaf for _, leaf in listed_leaves(seal))
        running, damage = _next_tally(ground, seal, running, batch)
        if damage:
            yield f"{place}: {damage}"
        if seal.responses != responses and not batch.damages:
            yield f"{place}: menyebut {seal.responses} jawaban, ada {responses}"
        responses = seal.responses
        for damage in _verify_seal(survey, seal, previous, frontier, keys):
            yield f"{place}: {damage}"
        if rank.get(seal.key_id, signed_by) < signed_by:
            yield f"{place}: ditandatangani kunci yang sudah digantikan"
        signed_by = rank.get(seal.key_id, signed_by)
        previous = seal.head
        _count(report, batch)
        report.seals += 1
        session.expunge(seal)
    waiting = check_waiting(session, ground)
    _count(report, waiting)
    yield from waiting.damages
    yield from _compare_counts(session, survey)
    yield from check_acts(session, survey, keys)


def _instrument_of(survey: Survey) -> Instrument | None:
    """The survey's frozen instrument; None where its document is not what its hash says."""
    try:
        instrument = Instrument.from_dict(json.loads(survey.instrument_version.document))
    except (ValueError, TypeError, AttributeError):
        return None
    return instrument if instrument.sha256 == survey.instrument_sha256 else None


def _next_tally(
    ground: Ground, seal: Seal, running: RunningTally, batch: Batch
) -> tuple[RunningTally, str]:
    """The running tally after a seal, and what is wrong with the one that it stores.

    Where answers were erased or damaged their tally cannot be made again; the stored one,
    which the head vouches for, is then taken on trust for what follows.
    """
    if batch.can_be_tallied and ground.instrument is not None:
        running = add_tallies(running, batch.tally)
        is_same = write_tally(running) == seal.tally
        return running, "" if is_same else "rekapitulasi tidak cocok dengan jawaban"
    try:
        return read_tally(seal.tally), ""
    except (ValueError, KeyError, TypeError, AttributeError):
        return running, "rekapitulasi tidak dapat dibaca"


def _verify_seal(
    survey: Survey, seal: Seal, previous: bytes, frontier: Frontier, keys: dict[str, bytes]
) -> Iterator[str]:
    if seal.previous_head != previous:
        yield "tidak bersambung dengan segel sebelumnya"
    stored = (seal.total, seal.root, seal.frontier)
    if stored != (frontier.size, frontier.root(), frontier.to_bytes()):
        yield "akar pohon tidak cocok dengan isinya"
    content = HeadContent(
        survey_key=survey.key,
        unit=survey.unit.slug,
        instrument_sha256=survey.instrument_sha256,
        number=seal.number,
        day=seal.day,
        size=seal.size,
        total=seal.total,
        responses=seal.responses,
        root=seal.root,
        tally_digest=tally_digest(seal.tally_salt, seal.tally),
        receipts_digest=seal.receipts_digest,
    )
    is_listed = seal.size * LISTED_BYTES == len(seal.leaves)
    if not is_listed or content.hash_after(seal.previous_head) != seal.head:
        yield "kepala segel tidak cocok dengan isinya"
    if seal.key_id not in keys or not is_signed(keys[seal.key_id], seal.signature, seal.head):
        yield "tanda tangan tidak sah"


def _count(report: Report, batch: Batch) -> None:
    report.responses += batch.responses
    report.erased += batch.erased
    report.destroyed += batch.destroyed


def _compare_counts(session: Session, survey: Survey) -> Iterator[str]:
    """Every response came with one receipt; which is whose, nobody knows."""
    counts = [
        session.scalar(
            select(func.count()).where(table.survey_id == survey.id, table.seal_id.is_(None))
        )
        for table in (Response, Receipt)
    ]
    if counts[0] != counts[1]:
        yield f"belum disegel: ada {counts[0]} jawaban untuk {counts[1]} tanda terima"


def _find_strays(session: Session) -> Iterator[str]:
    """Rows that name a seal of another survey, or one that does not exist."""
    for table, key, kind in (
        (Response, Response.id, "jawaban"),
        (Comment, Comment.id, "komentar"),
        (Receipt, Receipt.submission_hash, "tanda terima"),
    ):
        own = select(Seal.id).where(Seal.id == table.seal_id, Seal.survey_id == table.survey_id)
        stray = select(key).where(table.seal_id.is_not(None), ~own.exists()).limit(NAMED_AT_MOST)
        for identity in session.scalars(stray):
            yield f"{kind} {identity.hex()} menunjuk segel yang bukan miliknya"


def _compare_witness(
    session: Session, witness: Sequence[Mapping[str, Any]], report: Report
) -> Iterator[str]:
    heads = {
        (row.key, row.number): row.head.hex()
        for row in session.execute(
            select(Survey.key, Seal.number, Seal.head).join(Seal, Seal.survey_id == Survey.id)
        )
    }
    for seen in witness:
        place = f"survei {seen['survey']}: segel {seen['number']}"
        head = heads.get((seen["survey"], seen["number"]))
        report.witnessed += 1
        if head is None:
            yield f"{place}: pernah dilihat saksi, sekarang tidak ada"
        elif head != seen["head"]:
            yield f"{place}: bukan yang dilihat saksi; riwayat ditulis ulang"
