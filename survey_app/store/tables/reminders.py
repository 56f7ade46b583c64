"""Which reminders an account does not want, and which it has had."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base, Moment


class ReminderKind(StrEnum):
    """What a reminder is about; each can be turned off by itself."""

    TARGET = "target"
    INDEX = "index"
    FOLLOW_UP = "follow-up"
    CLOSING = "closing"


class ReminderOff(Base):
    """That an account does not want a kind of reminder; no row means that it does."""

    __tablename__ = "reminder_off"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    kind: Mapped[ReminderKind] = mapped_column(String(10), primary_key=True)


class ReminderSent(Base):
    """That an account was reminded of a survey; `occasion` tells one occasion from the next."""

    __tablename__ = "reminder_sent"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    kind: Mapped[ReminderKind] = mapped_column(String(10), primary_key=True)
    occasion: Mapped[str] = mapped_column(String(20), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(Moment, index=True)
