"""Reads that several pages of the desk share."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.store.tables import Link


def list_links(session: Session, survey_id: int) -> list[Link]:
    """Links of a survey, those in use first."""
    query = (
        select(Link)
        .where(Link.survey_id == survey_id)
        .order_by(Link.revoked_at.is_not(None), Link.counter, Link.code)
    )
    return list(session.scalars(query))
