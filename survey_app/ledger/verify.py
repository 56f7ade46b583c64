"""Checks the whole database against its own commitments and says exactly what is damaged."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from analysis.merkle import Frontier
from instruments import Instrument
from survey_app.ledger.leaves import comment_leaf, response_leaf
from survey_app.ledger.seal import (
    FIRST_HEAD,
    HeadContent,
    RunningTally,
    add_tallies,
    read_tally,
    tally_digest,
    tally_responses,
    write_tally,
)
from survey_app.store import Store
from survey_app.store.tables import Comment, Receipt, Response, Seal, Service, SigningKey, Survey


@dataclass
class Report:
    """What was checked, and every damage found with its place."""

    surveys: int = 0
    seals: int = 0
    responses: int = 0
    erased: int = 0
    damages: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damages


def verify_database(store: Store) -> Report:
    """Recompute every leaf, tree, tally, head and signature of every survey."""
    report = Report()
    with store.read() as session:
        keys = {key.id: key.public_key for key in session.scalars(select(SigningKey))}
        surveys = session.scalars(
            select(Survey).options(joinedload(Survey.instrument_version)).order_by(Survey.id)
        ).all()
        for survey in surveys:
            report.surveys += 1
            report.damages += [
                f"survei {survey.key}: {damage}"
                for damage in _verify_survey(session, survey, keys, report)
            ]
    return report


def _verify_survey(
    session: Session, survey: Survey, keys: dict[str, bytes], report: Report
) -> Iterator[str]:
    instrument = Instrument.from_dict(json.loads(survey.instrument_version.document))
    if instrument.sha256 != survey.instrument_sha256:
        yield "instrumen tidak sesuai dengan sidik jarinya"
    services = dict(
        session.execute(select(Service.id, Service.code).where(Service.unit_id == survey.unit_id))
        .tuples()
        .all()
    )
    previous, frontier, responses = FIRST_HEAD, Frontier(), 0
    running: RunningTally = {"cells": {}, "profile": {}}
    seals = session.scalars(
        select(Seal).where(Seal.survey_id == survey.id).order_by(Seal.number)
    ).all()
    for expected, seal in enumerate(seals, 1):
        place = f"segel {seal.number}"
        if seal.number != expected:
            yield f"{place}: seharusnya nomor {expected}; ada segel yang hilang"
        rows = session.scalars(select(Response).where(Response.seal_id == seal.id)).all()
        comments = session.scalars(select(Comment).where(Comment.seal_id == seal.id)).all()
        for damage in _verify_rows(survey, seal, rows, comments, services):
            yield f"{place}: {damage}"
        report.erased += sum(row.answers is None for row in rows)
        responses += len(rows)
        frontier = frontier.extended(leaf for _, leaf in _listed(seal))
        if any(row.answers is None for row in rows):
            running = read_tally(seal.tally)  # erased answers can no longer be added up
        else:
            running = add_tallies(running, tally_responses(instrument, rows, services))
        for damage in _verify_seal(survey, seal, previous, frontier, responses, running, keys):
            yield f"{place}: {damage}"
        previous = seal.head
        report.seals += 1
    report.responses += responses
    yield from _verify_waiting(session, survey, services, report)


def _listed(seal: Seal) -> list[tuple[bytes, bytes]]:
    return [
        (seal.leaves[step : step + 16], seal.leaves[step + 16 : step + 48])
        for step in range(0, len(seal.leaves), 48)
    ]


def _verify_rows(
    survey: Survey,
    seal: Seal,
    rows: Sequence[Response],
    comments: Sequence[Comment],
    services: dict[int, str],
) -> Iterator[str]:
    listed = dict(_listed(seal))
    found: dict[bytes, tuple[str, bytes, bytes | None]] = {
        row.id: ("jawaban", row.leaf, _leaf_of(survey, row, services)) for row in rows
    }
    found |= {row.id: ("komentar", row.leaf, _comment_leaf_of(survey, row)) for row in comments}
    for identity, leaf in listed.items():
        if identity not in found:
            yield f"baris {identity.hex()} dihapus"
            continue
        kind, stored, computed = found[identity]
        if computed is not None and computed != leaf:
            yield f"{kind} {identity.hex()} diubah"
        elif stored != leaf:
            yield f"{kind} {identity.hex()}: sidik jarinya diganti"
    for identity in found.keys() - listed.keys():
        yield f"{found[identity][0]} {identity.hex()} disisipkan"


def _leaf_of(survey: Survey, row: Response, services: dict[int, str]) -> bytes | None:
    """The leaf recomputed from content; None where the content was lawfully erased."""
    if row.nonce is None and row.answers is None:
        return None
    return response_leaf(
        nonce=row.nonce or b"",
        identity=row.id,
        survey_key=survey.key,
        service=services.get(row.service_id) if row.service_id else None,
        channel=row.channel,
        day=row.day.isoformat(),
        instrument_sha256=row.instrument_sha256,
        language=row.language,
        answers=row.answers or "",
        profile=row.profile or "",
    )


def _comment_leaf_of(survey: Survey, row: Comment) -> bytes | None:
    if row.nonce is None and row.text is None:
        return None
    return comment_leaf(
        nonce=row.nonce or b"",
        identity=row.id,
        survey_key=survey.key,
        day=row.day.isoformat(),
        text=row.text or "",
    )


def _verify_seal(
    survey: Survey,
    seal: Seal,
    previous: bytes,
    frontier: Frontier,
    responses: int,
    running: RunningTally,
    keys: dict[str, bytes],
) -> Iterator[str]:
    if seal.previous_head != previous:
        yield "tidak bersambung dengan segel sebelumnya"
    if (seal.total, seal.root, seal.frontier) != (
        frontier.size,
        frontier.root(),
        frontier.to_bytes(),
    ):
        yield "akar pohon tidak cocok dengan isinya"
    if seal.responses != responses:
        yield f"menyebut {seal.responses} jawaban, ada {responses}"
    if write_tally(running) != seal.tally:
        yield "rekapitulasi tidak cocok dengan jawaban"
    content = HeadContent(
        survey_key=survey.key,
        number=seal.number,
        day=seal.day,
        size=seal.size,
        total=seal.total,
        responses=seal.responses,
        root=seal.root,
        tally_digest=tally_digest(seal.tally_salt, seal.tally),
    )
    if seal.size * 48 != len(seal.leaves) or content.hash_after(seal.previous_head) != seal.head:
        yield "kepala segel tidak cocok dengan isinya"
    if seal.key_id not in keys or not _is_signed(keys[seal.key_id], seal):
        yield "tanda tangan tidak sah"


def _is_signed(public_key: bytes, seal: Seal) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(seal.signature, seal.head)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify_waiting(
    session: Session, survey: Survey, services: dict[int, str], report: Report
) -> Iterator[str]:
    """Rows not sealed yet must still fit their own leaf, and receipts their number."""
    waiting = session.scalars(
        select(Response).where(Response.survey_id == survey.id, Response.seal_id.is_(None))
    )
    for row in waiting:
        report.responses += 1
        if _leaf_of(survey, row, services) != row.leaf:
            yield f"jawaban {row.id.hex()} (belum disegel) diubah"
    counts = [
        session.scalar(select(func.count()).where(table.survey_id == survey.id)) or 0
        for table in (Response, Receipt)
    ]
    if counts[0] != counts[1]:
        yield f"ada {counts[0]} jawaban untuk {counts[1]} tanda terima"
