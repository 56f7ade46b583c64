"""Evidence of other installations: whose keys are trusted, and what was imported of theirs."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base, Moment


class Installation(Base):
    """Another installation, known by a public key whose fingerprint an administrator confirmed.

    A revoked one brings in nothing new; what it brought stays, labelled with its name.
    """

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    registered_at: Mapped[datetime] = mapped_column(Moment)
    registered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ForeignBundle(Base):
    """One survey's bundle of another installation as it was imported: whole, only added.

    `survey`, `foreign_unit` and `period` are names in that installation, `unit_id` is our unit.
    `seals` and `head` are the end of its chain, which a newer bundle must extend; of those of
    one survey the newest counts. `record` is the figures of its index as JSON.
    """

    __tablename__ = "foreign_bundle"
    __table_args__ = (
        UniqueConstraint("installation_id", "manifest_sha256"),
        Index(None, "installation_id", "survey"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    installation_id: Mapped[int] = mapped_column(ForeignKey("installation.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    foreign_unit: Mapped[str] = mapped_column(String(80))
    survey: Mapped[str] = mapped_column(String(120))
    period: Mapped[str] = mapped_column(String(20))
    index_code: Mapped[str] = mapped_column(String(20))
    publication: Mapped[int]
    seals: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Moment)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    record: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
