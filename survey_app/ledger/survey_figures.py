"""The index of each standing publication in columns: written with it, checked against it."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from survey_app.store.tables import Publication, Survey, SurveyFigure

FIGURES = (
    *("n", "population", "value", "score100", "se", "ci_low", "ci_high", "grade", "resolved"),
)
_AT_ONCE = 200


def figures_of(result: dict[str, Any]) -> dict[str, Any]:
    """The columns of a result in the shape of `compute --format json`; None where no index."""
    whole = result["groups"][0]
    index = whole["index"] or {}
    low, high = index.get("ci") or (None, None)
    return {
        "n": whole["n"],
        "population": whole["population"],
        "value": index.get("value"),
        "score100": index.get("score100"),
        "se": index.get("se"),
        "ci_low": low,
        "ci_high": high,
        "grade": index.get("grade"),
        "resolved": bool(index.get("resolved", False)),
    }


def record_figures(session: Session, publication: Publication) -> None:
    """Put the figures of a publication in the place of those that it replaces."""
    session.flush()
    figures = figures_of(json.loads(publication.result))
    session.merge(
        SurveyFigure(survey_id=publication.survey_id, publication_id=publication.id, **figures)
    )


def check_figures(session: Session) -> Iterator[str]:
    """Where the columns do not say what the standing publication says."""
    newer = aliased(Publication)
    query = (
        select(Survey.key, Publication, SurveyFigure)
        .join(Publication, Publication.survey_id == Survey.id)
        .outerjoin(SurveyFigure, SurveyFigure.survey_id == Survey.id)
        .where(~select(newer.id).where(newer.replaces_id == Publication.id).exists())
        .execution_options(yield_per=_AT_ONCE)
    )
    for key, publication, figure in session.execute(query):
        if figure is None:
            yield f"survei {key}: angka terbitannya tidak ada dalam ikhtisar"
        elif not _is_same(publication, figure):
            yield f"survei {key}: angka dalam ikhtisar bukan yang diterbitkan"


def _is_same(publication: Publication, figure: SurveyFigure) -> bool:
    try:
        expected = figures_of(json.loads(publication.result))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return False
    stored = {name: getattr(figure, name) for name in FIGURES}
    return figure.publication_id == publication.id and stored == expected
