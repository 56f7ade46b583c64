"""Published results for tests: the world's own, and many units that copy it."""

import itertools

from survey_app.administer.periods import period_span
from survey_app.estimates import survey_result
from survey_app.ledger.publication import publish_result
from survey_app.store.tables import Agency, Publication, Survey, SurveyState, Unit


def publish(world, reason=""):
    """Close the world's survey where it is open, and publish its result."""
    with world.store.read() as session:
        is_open = session.get_one(Survey, world.survey_id).state == SurveyState.OPEN
    if is_open:
        world.close()
    with world.store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        result = survey_result(session, survey)
        publish_result(session, survey, result, world.clock(), minimum=10, reason=reason)
    return result


def copy_to_units(world, count, periods=("2026-TW1",), agency_slug="kota-lain"):
    """Give `count` units of another agency the world's published result in each period."""
    with world.store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        first = session.query(Publication).filter_by(survey_id=survey.id).first()
        agency = Agency(slug=agency_slug, name="Kota Lain")
        session.add(agency)
        session.flush()
        units = [
            Unit(agency_id=agency.id, slug=f"salinan-{n:04}", name=f"Kantor Salinan {n:04}")
            for n in range(count)
        ]
        session.add_all(units)
        session.flush()
        surveys = []
        for unit, period in itertools.product(units, periods):
            start, end = period_span(period)
            surveys.append(_survey(survey, unit, period, start, end, world.clock()))
        session.add_all(surveys)
        session.flush()
        session.add_all(
            Publication(
                survey_id=one.id,
                number=1,
                seal_id=first.seal_id,
                published_at=first.published_at,
                result=first.result,
                bundle_sha256=first.bundle_sha256,
            )
            for one in surveys
        )


def _survey(pattern, unit, period, start, end, now):
    return Survey(
        key=f"{unit.slug}-{period.lower()}",
        unit_id=unit.id,
        instrument_sha256=pattern.instrument_sha256,
        title=pattern.title,
        period=period,
        period_start=start,
        period_end=end,
        state=SurveyState.PUBLISHED,
        updated_at=now,
    )
