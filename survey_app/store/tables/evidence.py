"""Seals, the keys that sign them, publications, erasures, and the follow-up plan."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base, Moment


class SigningKey(Base):
    """A public key that signed heads; each later key is vouched for by the one before it."""

    __tablename__ = "signing_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)
    vouched_by: Mapped[str | None] = mapped_column(ForeignKey("signing_key.id"))
    voucher: Mapped[bytes | None] = mapped_column(LargeBinary(64))


class Seal(Base):
    """One closed batch of a survey.

    `number` counts from 1 within the survey, `size` leaves are in this batch and `total` in
    the tree so far, whose RFC 6962 root is `root`. `leaves` lists the batch as id and leaf
    hash pairs ordered by id. `tally` is the survey's running tally, canonical JSON, and the
    head commits to it through a salted digest; `receipts_digest` commits to the receipts.
    """

    __tablename__ = "seal"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    number: Mapped[int]
    day: Mapped[date]
    size: Mapped[int]
    total: Mapped[int]
    responses: Mapped[int]
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
    receipts_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    tally: Mapped[str] = mapped_column(Text)
    tally_salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    previous_head: Mapped[bytes] = mapped_column(LargeBinary(32))
    head: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_key.id"))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))


class InterimStep(Base):
    """A seal that results may be read from while its survey is open (`ledger.interim`)."""

    __tablename__ = "interim_step"

    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)


class HeadLetter(Base):
    """That a head was mailed to the witness: claimed by one worker, then sent."""

    __tablename__ = "head_letter"

    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"), primary_key=True)
    claimed_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)


class Publication(Base):
    """A frozen result of a survey, and the seal that vouches for it.

    A correction is a new publication that names the one it replaces and says why.
    `bundle_sha256` is that of its evidence bundle's manifest, whoever signs it.
    """

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    number: Mapped[int]
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"))
    published_at: Mapped[datetime] = mapped_column(Moment, index=True)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    result: Mapped[str] = mapped_column(Text)
    bundle_sha256: Mapped[str] = mapped_column(String(64), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class SurveyFigure(Base):
    """The index of a survey's standing publication in columns, for lists of thousands of units.

    A copy to sort and filter by; the publication is the truth, and `verify` compares the two.
    """

    __tablename__ = "survey_figure"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    n: Mapped[int]
    population: Mapped[int | None]
    value: Mapped[float | None]
    score100: Mapped[float | None]
    se: Mapped[float | None]
    ci_low: Mapped[float | None]
    ci_high: Mapped[float | None]
    grade: Mapped[str | None] = mapped_column(String(4))
    resolved: Mapped[bool]


class QualityAct(Base):
    """One act in a survey's book of quality evidence: findings, a reply, a decision.

    Only ever added; each commits to the one before it and is signed like a seal
    (`ledger.quality_acts`). `unusual` counts the patterns of findings that ask for a look.
    """

    __tablename__ = "quality_act"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    unusual: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(Moment)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    content: Mapped[str] = mapped_column(Text)
    previous_head: Mapped[bytes] = mapped_column(LargeBinary(32))
    head: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_key.id"))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))


class QualityProgress(Base):
    """How far the search for unusual patterns has come with a closed survey.

    `seen` is its `updated_at` when it was last judged or found unchanged, `judged_on` the day of
    its last findings. `measured` is kept only while a search runs, so that one which was stopped
    goes on where it was: aggregates made of the data with the fingerprint `basis`.
    """

    __tablename__ = "quality_progress"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    seen: Mapped[datetime | None] = mapped_column(Moment)
    judged_on: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(64), default="")
    measured: Mapped[str] = mapped_column(Text, default="")


class ErasureState(StrEnum):
    """Two people must agree before content is destroyed."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


class Erasure(Base):
    """A lawful erasure of one response or comment: asked by one account, done by another."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    target_id: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    state: Mapped[ErasureState] = mapped_column(String(10), default=ErasureState.ASKED)
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class CommentDestruction(Base):
    """That comments of a survey were destroyed because their time was over, signed.

    `comments` are their ids one after another, 16 bytes each; all came in before the day
    `before`, which lies at least `months` before `day`, the day of the destruction.
    """

    __tablename__ = "comment_destruction"
    __table_args__ = (CheckConstraint("before < day", name="past"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    day: Mapped[date]
    before: Mapped[date]
    months: Mapped[int]
    basis: Mapped[str] = mapped_column(Text)
    comments: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_key.id"))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))


class FollowUpState(StrEnum):
    """How far a row of the follow-up plan has come."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"


class FollowUp(Base):
    """A row of the follow-up plan (RTL) that PermenPANRB 14/2017 asks for.

    `evidence` tells what was done, `reason` why a row was dropped. Rows are never deleted.
    """

    __tablename__ = "follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    unsur: Mapped[str] = mapped_column(String(40))
    programme: Mapped[str] = mapped_column(Text)
    due: Mapped[date]
    responsible: Mapped[str] = mapped_column(String(200))
    state: Mapped[FollowUpState] = mapped_column(String(10), default=FollowUpState.PLANNED)
    evidence: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class FollowUpEvent(Base):
    """What an account changed in a row of the plan: `{field: [before, after]}`, only added."""

    __tablename__ = "follow_up_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    change: Mapped[dict[str, Any]] = mapped_column(JSON)


class EvidenceFile(Base):
    """A file that proves a follow-up, or (with none named) the panel in the service room.

    `media_type` is what the content was found to be, never what the sender called it. The
    content is read by whoever names it, and not with every list.
    """

    __tablename__ = "evidence_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_up.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
