"""A published result stays as it was; a correction points back and says why."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey_app.estimates import survey_result
from survey_app.ledger.publication import PublicationError, newest_publication, publish_result
from survey_app.store.tables import Survey, SurveyState


def publish(world, reason="", minimum=10, **changes):
    with world.store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        result = survey_result(session, survey) | changes
        return publish_result(
            session, survey, result, world.clock(), reason=reason, minimum=minimum
        )


def test_publishing_freezes_the_result_with_its_seal(world):
    world.fill(12)
    world.close()
    published = publish(world)
    assert (published.number, published.replaces_id, published.reason) == (1, None, "")
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        assert json.loads(published.result) == survey_result(session, survey)
        assert session.get_one(Survey, world.survey_id).state == SurveyState.PUBLISHED


def test_nothing_sealed_is_nothing_to_publish(world):
    with pytest.raises(PublicationError) as refusal:
        publish(world)
    assert refusal.value.code == "nothing-sealed"
    assert refusal.value.http_status == 409


def test_too_few_answers_are_not_published(world):
    world.fill(9)
    world.close()
    with pytest.raises(PublicationError, match="9") as refusal:
        publish(world)
    assert refusal.value.code == "too-few-to-publish"


def test_a_correction_needs_a_reason_and_points_at_what_it_replaces(world):
    world.fill(12)
    world.close()
    first = publish(world)
    with pytest.raises(PublicationError) as refusal:
        publish(world, reason="  ")
    assert refusal.value.code == "correction-needs-reason"
    second = publish(world, read=13, reason="Populasi keliru")
    assert (second.number, second.replaces_id, second.reason) == (2, first.id, "Populasi keliru")
    with world.store.read() as session:
        assert newest_publication(session, world.survey_id).number == 2


@pytest.mark.parametrize(
    "change", ["UPDATE publication SET result = '{}'", "DELETE FROM publication"]
)
def test_what_was_published_cannot_be_changed(world, change):
    world.fill(12)
    world.close()
    publish(world)
    with pytest.raises(DBAPIError, match="stay as they are"), world.store.write() as session:
        session.execute(text(change))
