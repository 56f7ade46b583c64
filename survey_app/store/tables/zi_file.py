"""A unit's ZI file: requirements, risks and programmes, monitoring, steps of the assessment,
and values of outcome series by hand."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base, Moment


class RequirementState(StrEnum):
    """What somebody says of a requirement to be proposed."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    NOT_ASKED = "not-asked"


class ZiRequirement(Base):
    """What the unit, or an evaluator, says of a requirement; the newest of each counts."""

    __tablename__ = "zi_requirement"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("zi_evaluation.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    is_evaluator: Mapped[bool]
    state: Mapped[RequirementState] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class PlanState(StrEnum):
    """How far a programme has come."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"


class ZiPlan(Base):
    """A risk in an area and the programme against it. Rows are never deleted, only dropped."""

    __tablename__ = "zi_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("zi_evaluation.id"), index=True)
    area: Mapped[str] = mapped_column(String(40))
    risk: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(String(10))
    programme: Mapped[str] = mapped_column(Text)
    due: Mapped[date]
    responsible: Mapped[str] = mapped_column(String(200))
    state: Mapped[PlanState] = mapped_column(String(10), default=PlanState.PLANNED)
    progress: Mapped[str] = mapped_column(Text, default="")


class ZiMonitoring(Base):
    """The minutes of one periodic monitoring: progress, obstacles, what was agreed. Only added."""

    __tablename__ = "zi_monitoring"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("zi_evaluation.id"), index=True)
    period: Mapped[str] = mapped_column(String(40))
    held_on: Mapped[date]
    progress: Mapped[str] = mapped_column(Text)
    obstacles: Mapped[str] = mapped_column(Text)
    agreed: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ZiStep(Base):
    """That an evaluation came to a stage, on which day and through whom. Only added."""

    __tablename__ = "zi_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("zi_evaluation.id"), index=True)
    stage: Mapped[str] = mapped_column(String(30))
    day: Mapped[date]
    target: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ZiOutcome(Base):
    """A value of an outcome series by hand; the newest of a day counts, none takes it back."""

    __tablename__ = "zi_outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    benefit: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    value: Mapped[str | None] = mapped_column(String(40))
    se: Mapped[str | None] = mapped_column(String(40))
    is_higher_better: Mapped[bool]
    source: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(Moment)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
