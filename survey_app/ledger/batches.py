"""Compares the rows of one seal with what it committed to, in memory that does not grow."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, String, cast, select
from sqlalchemy.orm import Session

from instruments import Instrument
from instruments.errors import SurveyError
from survey_app.ledger.heads import receipts_digest
from survey_app.ledger.leaves import comment_leaf, response_leaf
from survey_app.ledger.running import RunningTally, add_tallies, no_tally, tally_responses
from survey_app.store.tables import Comment, Receipt, Response, Seal, Survey

ROWS_AT_ONCE = 1000
LISTED_BYTES = 48
RESPONSE, COMMENT = "jawaban", "komentar"

# An id with what stands for it: a leaf of the seal's list (kind "") or a row of some kind.
Entry = tuple[bytes, str, Any]


@dataclass(frozen=True)
class Ground:
    """What the rows of a survey are checked against."""

    survey: Survey
    instrument: Instrument | None
    services: dict[int, str]
    erased: frozenset[bytes]
    destroyed: frozenset[bytes] = frozenset()


@dataclass
class Batch:
    """What the rows of one seal, or those that wait for one, turned out to be."""

    responses: int = 0
    erased: int = 0
    destroyed: int = 0
    tally: RunningTally = field(default_factory=no_tally)
    damages: list[str] = field(default_factory=list)

    @property
    def can_be_tallied(self) -> bool:
        """Whether every answer is there and as it was, so that their tally must fit."""
        return not self.erased and not self.damages


def listed_leaves(seal: Seal) -> list[tuple[bytes, bytes]]:
    """The seal's own list of ids and leaf hashes."""
    blob = seal.leaves
    return [
        (blob[step : step + 16], blob[step + 16 : step + LISTED_BYTES])
        for step in range(0, len(blob), LISTED_BYTES)
    ]


def check_batch(session: Session, ground: Ground, seal: Seal) -> Batch:
    """Compare the rows of a seal with its list of leaves, and its receipts with its digest."""
    batch = Batch()
    sound: list[Row[Any]] = []
    listed: list[Entry] = [(identity, "", leaf) for identity, leaf in listed_leaves(seal)]
    rows = _rows(session, ground.survey.id, seal.id)
    for identity, group in groupby(merge(listed, rows, key=itemgetter(0)), key=itemgetter(0)):
        members = list(group)
        leaves = [leaf for _, kind, leaf in members if not kind]
        found = [entry for entry in members if entry[1]]
        damage = _compare(ground, identity, leaves, found, batch)
        if damage:
            batch.damages.append(damage)
        sound += [row for _, kind, row in found if kind == RESPONSE and row.answers is not None]
        if len(sound) >= ROWS_AT_ONCE:
            _add_up(ground, batch, sound)
    _add_up(ground, batch, sound)
    _check_receipts(session, ground, seal, batch)
    return batch


def check_waiting(session: Session, ground: Ground) -> Batch:
    """Rows that wait for a seal must fit their own leaf, and agree with the receipts in number."""
    batch = Batch()
    for identity, kind, row in _rows(session, ground.survey.id, None):
        batch.responses += kind == RESPONSE
        if _is_gone_lawfully(ground, kind, row, batch):
            continue
        if _leaf(ground, kind, row) != row.leaf:
            batch.damages.append(f"{kind} {identity.hex()} (belum disegel) diubah")
    return batch


def _rows(session: Session, survey_id: int, seal_id: int | None) -> Iterator[Entry]:
    """Responses and comments of a batch together, ordered by id."""
    responses = _stream(
        session,
        # Days as text: a damaged one must be reported, not fail to be read.
        [
            Response.id,
            Response.service_id,
            Response.channel,
            cast(Response.day, String).label("day"),
            Response.instrument_sha256,
            Response.language,
            Response.answers,
            Response.profile,
            Response.nonce,
            Response.leaf,
        ],
        [Response.survey_id == survey_id, Response.seal_id == seal_id],
        Response.id,
    )
    comments = _stream(
        session,
        [
            Comment.id,
            cast(Comment.day, String).label("day"),
            Comment.text.label("words"),
            Comment.nonce,
            Comment.leaf,
        ],
        [Comment.survey_id == survey_id, Comment.seal_id == seal_id],
        Comment.id,
    )
    return merge(
        ((row.id, RESPONSE, row) for row in responses),
        ((row.id, COMMENT, row) for row in comments),
        key=itemgetter(0),
    )


def _stream(
    session: Session, columns: Sequence[Any], where: Sequence[ColumnElement[bool]], order: Any
) -> Iterable[Row[Any]]:
    statement = select(*columns).where(*where).order_by(order)
    return session.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE})


def _compare(
    ground: Ground, identity: bytes, leaves: list[bytes], found: list[Entry], batch: Batch
) -> str:
    """What is wrong with one id, in words; empty where all is well."""
    if not found:
        return f"baris {identity.hex()} dihapus"
    _, kind, row = found[0]
    name = f"{kind} {identity.hex()}"
    batch.responses += sum(kind == RESPONSE for _, kind, _ in found)
    if not leaves:
        return f"{name} disisipkan"
    if len(leaves) > 1 or len(found) > 1:
        return f"{name} tercatat lebih dari sekali"
    if _is_gone_lawfully(ground, kind, row, batch):
        return "" if row.leaf == leaves[0] else f"{name}: sidik jarinya diganti"
    if identity in ground.destroyed:
        return f"{name} tercatat dimusnahkan, padahal masih ada"
    return _compare_content(name, row, leaves[0], _leaf(ground, kind, row))


def _compare_content(name: str, row: Row[Any], listed: bytes, computed: bytes | None) -> str:
    if computed == listed:
        return "" if row.leaf == listed else f"{name}: sidik jarinya diganti"
    if computed == row.leaf:
        return f"{name} tidak cocok dengan daftar segelnya"
    if row.nonce is None:
        return f"{name} dikosongkan tanpa persetujuan dua orang"
    return f"{name} diubah"


def _is_gone_lawfully(ground: Ground, kind: str, row: Row[Any], batch: Batch) -> bool:
    """Whether the content is gone because two accounts agreed, or its time was over."""
    content = (row.answers, row.profile) if kind == RESPONSE else (row.words,)
    if row.nonce is not None or any(part is not None for part in content):
        return False
    if row.id in ground.erased:
        batch.erased += 1
        return True
    is_destroyed = kind == COMMENT and row.id in ground.destroyed
    batch.destroyed += is_destroyed
    return is_destroyed


def _leaf(ground: Ground, kind: str, row: Row[Any]) -> bytes | None:
    """The leaf hash recomputed from content; None where the content cannot be one."""
    try:
        if kind == COMMENT:
            return comment_leaf(
                nonce=row.nonce,
                identity=row.id,
                survey_key=ground.survey.key,
                day=row.day,
                text=row.words,
            )
        service = None if row.service_id is None else ground.services[row.service_id]
        return response_leaf(
            nonce=row.nonce,
            identity=row.id,
            survey_key=ground.survey.key,
            service=service,
            channel=row.channel,
            day=row.day,
            instrument_sha256=row.instrument_sha256,
            language=row.language,
            answers=row.answers,
            profile=row.profile,
        )
    except (TypeError, KeyError, UnicodeEncodeError):
        return None


def _add_up(ground: Ground, batch: Batch, rows: list[Row[Any]]) -> None:
    if ground.instrument is not None and not batch.damages:
        try:
            more = tally_responses(ground.instrument, rows, ground.services)
        except (SurveyError, ValueError, TypeError, AttributeError) as error:
            batch.damages.append(f"jawaban tidak dapat direkap: {error}")
        else:
            batch.tally = add_tallies(batch.tally, more)
    rows.clear()


def _check_receipts(session: Session, ground: Ground, seal: Seal, batch: Batch) -> None:
    columns = [
        Receipt.submission_hash,
        Receipt.body_mac,
        Receipt.receipt_hash,
        cast(Receipt.day, String).label("day"),
    ]
    where = [Receipt.survey_id == ground.survey.id, Receipt.seal_id == seal.id]
    rows = _stream(session, columns, where, Receipt.submission_hash)
    count = 0

    def counted() -> Iterator[tuple[bytes, bytes, bytes, str]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row.submission_hash, row.body_mac, row.receipt_hash, row.day

    if receipts_digest(counted()) != seal.receipts_digest:
        batch.damages.append("tanda terima diubah, dihapus, atau disisipkan")
    elif count != batch.responses and not batch.damages:
        batch.damages.append(f"ada {batch.responses} jawaban untuk {count} tanda terima")
