"""What an office writes into MS-Keg itself, kept beside the passages of the survey's report."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.exchange.bps_activity import LASTING
from survey_app.store.tables import Account, ReportText, Survey

PREFIX = "ms-keg "
ANSWER_LENGTH = 500


def fetch_answers(session: Session, survey_id: int) -> dict[str, str]:
    """The lines that were filled in for a survey, by their code."""
    query = select(ReportText.passage, ReportText.text).where(
        ReportText.survey_id == survey_id, ReportText.passage.startswith(PREFIX)
    )
    rows = session.execute(query).all()
    return {passage.removeprefix(PREFIX): text for passage, text in rows if text}


def propose_answers(session: Session, survey: Survey) -> dict[str, str]:
    """What lasts of the unit's newest other survey that has any: a proposal, not yet an answer."""
    others = session.scalars(
        select(Survey.id)
        .join(ReportText, ReportText.survey_id == Survey.id)
        .where(Survey.unit_id == survey.unit_id, Survey.id != survey.id)
        .where(ReportText.passage.startswith(PREFIX))
        .order_by(Survey.period_end.desc(), Survey.id.desc())
        .limit(1)
    )
    newest = others.first()
    found = fetch_answers(session, newest) if newest is not None else {}
    return {code: text for code, text in found.items() if code.rpartition(".")[0] in LASTING}


def save_answers(
    session: Session, survey: Survey, answers: Mapping[str, str], account: Account, now: datetime
) -> None:
    """Keep the answers given by code; a blank one opens its line again."""
    for code, answer in answers.items():
        text = " ".join(answer.split())[:ANSWER_LENGTH]
        row = session.get(ReportText, (survey.id, PREFIX + code))
        if row is None:
            if not text:
                continue
            row = ReportText(survey_id=survey.id, passage=PREFIX + code)
            session.add(row)
        row.text, row.written_at, row.written_by = text, now, account.id
    session.flush()
