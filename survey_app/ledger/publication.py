"""Freezes a survey's result as it was published; later corrections point back and say why."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments import Instrument
from instruments.errors import SurveyError
from survey_app.ledger.bundles import publication_hash
from survey_app.ledger.leaves import canonical
from survey_app.ledger.seal import newest_seal
from survey_app.ledger.survey_figures import record_figures
from survey_app.store.tables import Account, InstrumentVersion, Publication, Survey, SurveyState


class PublicationError(SurveyError):
    """A result that may not be published, or not like this."""

    http_status = 409


def publish_result(
    session: Session,
    survey: Survey,
    result: dict[str, Any],
    now: datetime,
    *,
    account: Account | None = None,
    reason: str = "",
    minimum: int,
) -> Publication:
    """Freeze `result` (the shape of `compute --format json`) of a closed survey.

    Raises PublicationError where the unit's own staff were asked, nothing is sealed, too few
    answered, or a correction has no reason.
    """
    version = session.get_one(InstrumentVersion, survey.instrument_sha256)
    if Instrument.from_dict(json.loads(version.document)).is_for_staff:
        raise PublicationError("staff-not-published")
    seal = newest_seal(session, survey.id)
    if seal is None:
        raise PublicationError("nothing-sealed")
    if seal.responses < minimum:
        raise PublicationError("too-few-to-publish", n=seal.responses, minimum=minimum)
    last = newest_publication(session, survey.id)
    if last is not None and not reason.strip():
        raise PublicationError("correction-needs-reason")
    publication = Publication(
        survey_id=survey.id,
        number=last.number + 1 if last else 1,
        seal_id=seal.id,
        published_at=now,
        published_by=account.id if account else None,
        result=canonical(json.loads(json.dumps(result))),
        replaces_id=last.id if last else None,
        reason=reason.strip(),
    )
    publication.bundle_sha256 = publication_hash(session, publication)
    session.add(publication)
    record_figures(session, publication)
    survey.state = SurveyState.PUBLISHED
    survey.published_at = survey.published_at or now
    survey.updated_at = now
    return publication


def newest_publication(session: Session, survey_id: int) -> Publication | None:
    """The publication that stands."""
    return session.scalars(
        select(Publication)
        .where(Publication.survey_id == survey_id)
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()
