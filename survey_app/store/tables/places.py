"""Agencies, their tree of units, and the services that units give."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.store.tables.base import Base, Moment


class Agency(Base):
    """A ministry, institution or local government."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    units: Mapped[list["Unit"]] = relationship(back_populates="agency", lazy="raise")


class AgencyLogo(Base):
    """The logo of an agency as it was drawn anew from what was uploaded: a PNG."""

    __tablename__ = "agency_logo"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    png: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Unit(Base):
    """A unit of an agency; `parent` makes the tree. `timezone` decides what day it is there."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")
    agency: Mapped[Agency] = relationship(back_populates="units", lazy="joined")
    services: Mapped[list["Service"]] = relationship(back_populates="unit", lazy="raise")


class Service(Base):
    """A service that a unit gives to the public."""

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("unit_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    unit: Mapped[Unit] = relationship(back_populates="services", lazy="raise")
