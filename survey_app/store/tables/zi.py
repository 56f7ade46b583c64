"""Zona Integritas: dated rules, a unit's evaluation of a year, what was entered, documents."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base, Moment


class ZiRuleSet(Base):
    """A version of weights, minimums and requirements, valid from a day; only added.

    `document` is `ZiRules.to_dict` as JSON. The version that comes with the package has no row.
    """

    __tablename__ = "zi_rule_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(index=True)
    document: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ZiEvaluation(Base):
    """One unit's evaluation of one year, with the rules as they were when it began.

    `months` is how many last months the proposed index is the mean of, `proposed_on` the day
    of the proposal, after which no survey counts.
    """

    __tablename__ = "zi_evaluation"
    __table_args__ = (UniqueConstraint("unit_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    year: Mapped[int]
    rules: Mapped[str] = mapped_column(Text)
    months: Mapped[int]
    proposed_on: Mapped[date | None]
    begun_at: Mapped[datetime] = mapped_column(Moment)


class ZiEntry(Base):
    """A figure that a person entered: points of the worksheet, or an external survey's index.

    `value` is exact decimal text; none takes the figure back. The newest of a code counts,
    earlier ones stay. `origin` is `form` or the file and cell it came from.
    """

    __tablename__ = "zi_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("zi_evaluation.id"), index=True)
    code: Mapped[str] = mapped_column(String(60))
    value: Mapped[str | None] = mapped_column(String(40))
    se: Mapped[str | None] = mapped_column(String(40))
    n: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(300), default="")
    origin: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ZiDocument(Base):
    """A document of an evaluation: what it proves is `subject`, such as `entry:ipak`.

    `media_type` is what the content was found to be. The content is read by whoever names it,
    and not with every list.
    """

    __tablename__ = "zi_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("zi_evaluation.id"), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ZiEvent(Base):
    """What somebody changed in an evaluation: `{field: [before, after]}`, only added."""

    __tablename__ = "zi_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("zi_evaluation.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    subject: Mapped[str] = mapped_column(String(80))
    change: Mapped[dict[str, Any]] = mapped_column(JSON)
