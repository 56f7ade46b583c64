"""How many comments wait for whom: counts that tell no more than the pages they lead to."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from analysis.disclosure import round_count
from survey_app.comments.release import DELAY
from survey_app.store.tables import (
    Comment,
    CommentReview,
    CommentState,
    Seal,
    Survey,
    SurveyState,
)

_ENDED_WITHIN = timedelta(days=120)
_OVER = {SurveyState.CLOSED, SurveyState.PUBLISHED}


def count_waiting_comments(
    session: Session, surveys: Sequence[Survey], days: Mapping[int, date], minimum: int
) -> dict[int, int]:
    """Comments that staff may see and did not decide on, by survey, rounded to 5.

    Told from `minimum` on, and of surveys that are over, where nothing more can come: a count
    that grows while answers come in would say when. Only of the last four months, so that the
    cost has a bound.
    """
    asked = {
        survey.id: days[survey.id]
        for survey in surveys
        if survey.state in _OVER and days[survey.id] - survey.period_end <= _ENDED_WITHIN
    }
    found = {}
    for survey_id, last, counted, waiting in _sums(session, list(asked)):
        # All groups are seen together once the last seal is old enough.
        is_seen = counted >= minimum and last + DELAY <= asked[survey_id]
        if is_seen and waiting >= minimum:
            found[survey_id] = round_count(waiting)
    return found


def count_reports(session: Session, unit_ids: set[int] | None) -> int:
    """Comments before the inspectorate on which nobody there has made a note."""
    query = (
        select(func.count())
        .select_from(CommentReview)
        .join(Comment, Comment.id == CommentReview.comment_id)
        .join(Survey, Survey.id == Comment.survey_id)
        .where(
            CommentReview.state == CommentState.REFERRED,
            CommentReview.reason == "",
            Comment.text.is_not(None),
        )
    )
    if unit_ids is not None:
        query = query.where(Survey.unit_id.in_(unit_ids))
    return session.scalar(query) or 0


def _sums(session: Session, survey_ids: Sequence[int]) -> Sequence[tuple[int, date, int, int]]:
    """Of each survey: the day of its last seal with a comment, counted ones, waiting ones."""
    is_waiting = and_(CommentReview.state == CommentState.WAITING, Comment.text.is_not(None))
    query = (
        select(
            Comment.survey_id,
            func.max(Seal.day),
            func.sum(case((CommentReview.is_counted, 1), else_=0)),
            func.sum(case((is_waiting, 1), else_=0)),
        )
        .join(Seal, Seal.id == Comment.seal_id)
        .join(CommentReview, CommentReview.comment_id == Comment.id)
        .where(Comment.survey_id.in_(survey_ids))
        .group_by(Comment.survey_id)
    )
    return [tuple(row) for row in session.execute(query)] if survey_ids else []
