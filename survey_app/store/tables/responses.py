"""What citizens gave. Nothing here says who, or when more finely than the day.

A response, its comment and its receipt are three rows that share no key: who holds the
receipt, or the whole table, still cannot tell which answers or which comment go with it.
The tables have no row number either (`WITHOUT ROWID`), for that would tell the order.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base, Moment


class Receipt(Base):
    """That a submission was counted; it is what makes a retry harmless.

    `submission_hash` is SHA-256 over survey and submission id, `body_mac` an HMAC of the
    body keyed by the submission id (so that it says nothing without the id), and
    `receipt_hash` SHA-256 of the code that the citizen was shown.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        Index("ix_receipt_unsealed", "survey_id", "seal_id"),
        {"sqlite_with_rowid": False},
    )

    submission_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    body_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    day: Mapped[date]
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("seal.id"))


class Response(Base):
    """One citizen's answers, committed to by `leaf`; `answers` and `profile` are canonical JSON.

    After a lawful erasure `answers`, `profile` and `nonce` are null and the leaf stays.
    """

    __tablename__ = "response"
    __table_args__ = (
        Index("ix_response_unsealed", "survey_id", "seal_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    channel: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    instrument_sha256: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    answers: Mapped[str | None] = mapped_column(Text)
    profile: Mapped[str | None] = mapped_column(Text)
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("seal.id"))


class CommentState(StrEnum):
    """What reviewers decided about a comment."""

    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"
    REFERRED = "referred"


class Comment(Base):
    """Free words, apart from the answers they came with, with a leaf of their own."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_unsealed", "survey_id", "seal_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    day: Mapped[date]
    text: Mapped[str | None] = mapped_column(Text)
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("seal.id"))


class CommentReview(Base):
    """Who may read one comment and what was decided about it; the comment is never edited.

    `is_counted` says whether the first list found it harmless, so that it makes up the ten
    that staff see at once; it never changes, or an edit of the list would move the groups'
    borders. `released_by` is the inspector who let staff have it, `word_list_id` the list
    under which it was last sorted.
    """

    __tablename__ = "comment_review"

    comment_id: Mapped[bytes] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    state: Mapped[CommentState] = mapped_column(String(10), default=CommentState.WAITING)
    shown_text: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    is_counted: Mapped[bool] = mapped_column(default=True)
    released_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    word_list_id: Mapped[int | None] = mapped_column(ForeignKey("bribery_word_list.id"), index=True)


class BriberyWordList(Base):
    """That from a moment on comments were sorted by another list of words."""

    __tablename__ = "bribery_word_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    used_from: Mapped[datetime] = mapped_column(Moment)


class Contact(Base):
    """Name and telephone given with consent for call-back, with no key to any response.

    `day` is the last of the survey's period, from which retention counts, and not the day on
    which it was given: on a quiet day that alone would point at an answer.
    """

    __tablename__ = "contact"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(200))
    telephone: Mapped[str] = mapped_column(String(40))


class IngestStats(Base):
    """Counts per ten minutes without any response id, for the inspectorate, kept 90 days.

    Answers are written in fives (see `survey_app.ledger.arrivals`); `score_sum` adds up their
    mean answers in hundredths, `opened` counts forms opened.
    """

    __tablename__ = "ingest_stats"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    bucket: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
    n_fast: Mapped[int] = mapped_column(default=0)
    n_straight: Mapped[int] = mapped_column(default=0)
    score_sum: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)


class IngestWaiting(Base):
    """One to four answers of a survey and channel that wait for a fifth, without a time."""

    __tablename__ = "ingest_waiting"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
    n_fast: Mapped[int] = mapped_column(default=0)
    n_straight: Mapped[int] = mapped_column(default=0)
    score_sum: Mapped[int] = mapped_column(default=0)


class VisitCount(Base):
    """How many people a service served in one week, counted by the unit itself."""

    __tablename__ = "visit_count"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    visits: Mapped[int]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class TicketLot(Base):
    """A lot of one-time tickets, issued by the inspectorate and not by the unit."""

    __tablename__ = "ticket_lot"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_code: Mapped[str] = mapped_column(ForeignKey("link.code"), index=True)
    size: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class Ticket(Base):
    """The hashes of one ticket and whether it is spent; no key leads to a response.

    `ticket_hash` is SHA-256 of the token in its QR code, `code_hash` an HMAC of the code that
    is typed, which is too short to be safe behind a hash that needs no key.
    """

    __tablename__ = "ticket"
    __table_args__ = ({"sqlite_with_rowid": False},)

    ticket_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("ticket_lot.id"), index=True)
    spent: Mapped[bool] = mapped_column(default=False)


class TransactionReport(Base):
    """How many services a unit says it finished in a survey's period; the newest stands.

    Set against tickets issued and spent: more spent than transactions is evidence by itself.
    """

    __tablename__ = "transaction_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    transactions: Mapped[int]
    reported_at: Mapped[datetime] = mapped_column(Moment)
    reported_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
