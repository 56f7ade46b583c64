"""Which comments of a survey staff may see: sealed, a week old, and never fewer than ten new.

A comment that appears alone tells who was there. Sealed comments are therefore taken together
in seals' order into groups of at least the minimum, and a group is seen only when the next is
complete; what is left at the end joins the last group when the survey has closed. Two looks at
the list thus always differ by a whole group. Reports of bribery are not counted, and what was
counted once stays so, however the list of words is edited later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.comments.bribery import WordList
from survey_app.comments.sorting import is_for_inspectorate
from survey_app.store.tables import (
    Comment,
    CommentReview,
    Seal,
    Survey,
    SurveyState,
)

DELAY = timedelta(days=7)


@dataclass(frozen=True)
class Sealed:
    """One sealed comment with its words, the seal it lies in, and what was decided about it."""

    id: bytes
    text: str
    number: int
    sealed_on: date
    review: CommentReview | None

    def is_counted(self, words: WordList) -> bool:
        """Whether it makes up the groups: the first list to sort it found it harmless."""
        return not words.marks(self.text) if self.review is None else self.review.is_counted


def released_comments(
    session: Session, survey: Survey, day: date, words: WordList, minimum: int
) -> list[Sealed]:
    """What staff may see of a survey on a day, ordered by random id."""
    sealed = _sealed(session, survey)
    plain = [one for one in sealed if one.is_counted(words)]
    is_over = survey.state in {SurveyState.CLOSED, SurveyState.PUBLISHED}
    groups = _groups(plain, minimum, is_over=is_over)
    seen = {one.id for group in groups if _is_due(group, day) for one in group}
    # What the inspectorate released follows its decision, not the citizen's coming.
    shown = [
        one
        for one in sealed
        if (one.id in seen or (seen and _is_freed(one)))
        and one.text
        and not is_for_inspectorate(one.review, is_marked=words.marks(one.text))
    ]
    return sorted(shown, key=lambda one: one.id)


def _sealed(session: Session, survey: Survey) -> list[Sealed]:
    query = (
        # What was erased still counts, so that its group stays as it was.
        select(Comment.id, func.coalesce(Comment.text, ""), Seal.number, Seal.day, CommentReview)
        .join(Seal, Seal.id == Comment.seal_id)
        .outerjoin(CommentReview, CommentReview.comment_id == Comment.id)
        .where(Comment.survey_id == survey.id)
        .order_by(Seal.number, Comment.id)
    )
    return [Sealed(*row) for row in session.execute(query)]


def _groups(plain: Sequence[Sealed], minimum: int, *, is_over: bool) -> list[list[Sealed]]:
    groups: list[list[Sealed]] = []
    waiting: list[Sealed] = []
    for place, one in enumerate(plain):
        waiting.append(one)
        is_seals_last = place + 1 == len(plain) or plain[place + 1].number != one.number
        if is_seals_last and len(waiting) >= minimum:
            groups.append(waiting)
            waiting = []
    if not is_over:
        return groups[:-1]
    if groups:
        groups[-1] = groups[-1] + waiting
    return groups


def _is_due(group: Sequence[Sealed], day: date) -> bool:
    return max(one.sealed_on for one in group) + DELAY <= day


def _is_freed(one: Sealed) -> bool:
    return one.review is not None and one.review.released_by is not None
