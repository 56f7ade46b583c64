"""What a unit writes into its reports beside the figures."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base, Moment


class ReportText(Base):
    """One passage of a survey's report: its causes, its team, its advice. Never a figure."""

    __tablename__ = "report_text"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    passage: Mapped[str] = mapped_column(String(20), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
