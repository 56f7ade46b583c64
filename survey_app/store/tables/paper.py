"""Printed questionnaires in batches, typed in twice, until the batch enters the ledger.

What was typed lives here only while the two entries are compared. Once the batch is accepted
or given up, sheets, entries and settlements are deleted and the batch keeps its counts: nothing
then leads from a sheet to a response.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.store.tables.accounts import Account
from survey_app.store.tables.base import Base, Moment
from survey_app.store.tables.places import Service


class BatchState(StrEnum):
    """Where a batch stands; accepted and given up are for ever."""

    OPEN = "open"
    ACCEPTED = "accepted"
    GIVEN_UP = "given-up"


class SheetOutcome(StrEnum):
    """What became of one printed sheet."""

    ANSWERED = "answered"
    BLANK = "blank"
    SPOILED = "spoiled"
    UNUSED = "unused"


class PaperBatch(Base):
    """A number of printed questionnaires for one survey, service and counter.

    The four counts are filled as the batch ends and then add up to `sheets`; of a batch that
    was given up they are empty, and `typed` says how many answered sheets had been typed.
    """

    __tablename__ = "paper_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    counter: Mapped[str] = mapped_column(String(80), default="")
    sheets: Mapped[int]
    state: Mapped[BatchState] = mapped_column(String(10), default=BatchState.OPEN)
    prepared_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    prepared_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    answered: Mapped[int | None]
    blank: Mapped[int | None]
    spoiled: Mapped[int | None]
    unused: Mapped[int | None]
    typed: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    service: Mapped[Service | None] = relationship(lazy="joined")
    passes: Mapped[list["PaperPass"]] = relationship(lazy="selectin", order_by="PaperPass.number")


class PaperSheet(Base):
    """The submission id that one sheet will be accepted under; deleted with the entries."""

    __tablename__ = "paper_sheet"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(String(22))


class PaperPass(Base):
    """One of the two entries of a batch and whose it is: never the same account twice."""

    __tablename__ = "paper_pass"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        CheckConstraint("number IN (1, 2)", name="number"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    number: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(Moment)
    completed_at: Mapped[datetime | None] = mapped_column(Moment)
    account: Mapped[Account] = relationship(lazy="joined")


class PaperEntry(Base):
    """One sheet as one account typed it; `content` is canonical JSON."""

    __tablename__ = "paper_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["batch_id", "account_id"], ["paper_pass.batch_id", "paper_pass.account_id"]
        ),
        {"sqlite_with_rowid": False},
    )

    batch_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[SheetOutcome] = mapped_column(String(10))
    content: Mapped[str] = mapped_column(Text)


class PaperSettlement(Base):
    """What a third person read on a sheet where the two entries differ; `value` is JSON."""

    __tablename__ = "paper_settlement"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"), primary_key=True)
    sheet: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    settled_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
