"""Surveys of a unit in a period, the frozen instruments they ask, and the links to them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.store.tables.base import Base, Moment
from survey_app.store.tables.places import Service, Unit


class SurveyState(StrEnum):
    """Where a survey stands; it only moves forward."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


class Channel(StrEnum):
    """How an answer reached us; results are never mixed silently across channels."""

    OPEN = "open"
    TICKET = "ticket"
    KIOSK = "kiosk"
    LOBBY = "lobby"
    ASSISTED = "assisted"
    PAPER = "paper"
    IMPORTED = "imported"


class InstrumentVersion(Base):
    """An instrument as it was asked: frozen, addressed by the hash of its content."""

    __tablename__ = "instrument_version"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    instrument_id: Mapped[str] = mapped_column(String(80), index=True)
    version: Mapped[str] = mapped_column(String(20))
    document: Mapped[str] = mapped_column(Text)


class Survey(Base):
    """One instrument asked by one unit over one period.

    `key` is its name in addresses, commands and bundles. `population` and `target` are
    users of the service in the period and the answers needed from them. `asks_contact` offers
    a page for a name and telephone, with consent, after the answers.
    """

    __tablename__ = "survey"
    __table_args__ = (CheckConstraint("period_end >= period_start", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    instrument_sha256: Mapped[str] = mapped_column(ForeignKey("instrument_version.sha256"))
    title: Mapped[str] = mapped_column(String(200))
    period: Mapped[str] = mapped_column(String(20), index=True)
    period_start: Mapped[date]
    period_end: Mapped[date]
    state: Mapped[SurveyState] = mapped_column(String(10), default=SurveyState.DRAFT, index=True)
    population: Mapped[int | None]
    target: Mapped[int | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    asks_contact: Mapped[bool] = mapped_column(default=False, server_default=false())
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment, index=True)
    unit: Mapped[Unit] = relationship(lazy="joined")
    instrument_version: Mapped[InstrumentVersion] = relationship(lazy="raise")
    service_plans: Mapped[list["ServicePlan"]] = relationship(lazy="raise")
    links: Mapped[list["Link"]] = relationship(back_populates="survey", lazy="raise")


class ServicePlan(Base):
    """The population of one service in a survey's period and the answers wanted from it."""

    __tablename__ = "service_plan"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    population: Mapped[int | None]
    target: Mapped[int | None]
    service: Mapped[Service] = relationship(lazy="joined")


class Link(Base):
    """An address on a poster: it fixes survey, service, counter and channel. Revocable."""

    __tablename__ = "link"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)
    counter: Mapped[str] = mapped_column(String(80), default="")
    channel: Mapped[Channel] = mapped_column(String(10), default=Channel.OPEN)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    survey: Mapped[Survey] = relationship(back_populates="links", lazy="raise")
    service: Mapped[Service | None] = relationship(lazy="joined")


class KioskPin(Base):
    """The Argon2id hash of the PIN with which staff open and end a kiosk."""

    __tablename__ = "kiosk_pin"

    link_code: Mapped[str] = mapped_column(ForeignKey("link.code"), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
