"""The staff's survey: its own index, nothing that points at a person, never published."""

import pytest
from sqlalchemy import func, select

import instruments
from instruments.errors import SurveyError
from survey_app.estimates import survey_result
from survey_app.reports.build import build_report
from survey_app.store.tables import Comment, Response, Survey
from survey_app.zi.aspects import ASPECTS, aspect_score, staff_survey
from survey_app.zi.outcomes import score_factor
from tests.people import log_in
from tests.publications import publish
from tests.worlds import make_world

STAFF = instruments.load("integritas-pegawai")


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock, "integritas-pegawai", slug="kantor")


def test_it_is_no_index_of_the_evaluation_and_covers_four_aspects_evenly():
    assert STAFF.index.code not in {"IPAK", "IPKP", "IKM"} and STAFF.is_for_staff
    assert not any(one.is_for_staff for one in instruments.available() if one.id != STAFF.id)
    counts = [
        sum(code.startswith(one.items) for code in STAFF.codes) for one in ASPECTS if one.items
    ]
    assert counts == [4, 4, 4, 4]
    # Nothing about the person: in a small office that is a name.
    assert STAFF.profile == () and STAFF.masked == ()


@pytest.mark.parametrize("language", ["mudah", "jv", "su", "en"])
def test_it_is_translated_whole(language):
    words = STAFF.translations[language]
    assert set(words.items) == set(STAFF.codes)
    for item in STAFF.items:
        assert bool(words.items[item.code].info) == bool(item.info)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_form_asks_for_no_words_and_no_service_and_takes_none(world, app):
    from survey_app.administer.surveys import create_link

    with world.store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        survey.asks_contact = True
        with pytest.raises(SurveyError, match="rekan kerja"):
            create_link(session, survey, channel="assisted")
        code = create_link(session, survey).code
    client = app.test_client()
    page = client.get(f"/s/{code}").text
    assert STAFF.items[0].question in page
    assert 'name="comment"' not in page and 'name="service"' not in page
    address = f"/api/v1/links/{code}/responses"
    body = {"submission_id": "A" * 22, "answers": {STAFF.codes[0]: 3}, "comment": "Saya Budi"}
    assert client.post(address, json=body).status_code == 422
    assert client.post(address, json=body | {"comment": ""}).status_code == 201
    with world.store.read() as session:
        counts = [session.scalar(select(func.count()).select_from(t)) for t in (Response, Comment)]
    assert counts == [1, 0]
    assert client.get(f"/s/{code}/kontak").status_code == 404
    # A link of one service does not tell it either.
    other = body | {"submission_id": "B" * 22, "comment": ""}
    sent = client.post(f"/api/v1/links/{world.links['ktp']}/responses", json=other)
    assert sent.status_code == 201
    with world.store.read() as session:
        assert set(session.scalars(select(Response.service_id))) == {None}


def test_it_goes_the_whole_road_to_a_result_and_is_not_published(world):
    world.fill(24)
    world.seal()
    with pytest.raises(SurveyError) as caught:
        publish(world)
    assert caught.value.code == "staff-not-published"
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        # Both outlines of reports would call it a survey of the public.
        with pytest.raises(SurveyError, match="pegawai"):
            build_report(session, survey, public_url="", minimum=10, now=world.clock())
        found = staff_survey(session, survey.unit_id, 10)
        whole = survey_result(session, survey)["groups"][0]
    assert found.whole["index"]["code"] == "IIP" and found.whole["n"] == 24
    score = aspect_score(whole, "awas-", score_factor(STAFF))
    items = [item for item in whole["items"] if item["code"].startswith("awas-")]
    assert score.score100 == pytest.approx(sum(item["mean"] * 25 for item in items) / 4, abs=0.01)
    assert (
        score.high - score.score100
        == pytest.approx(1.96 * 25 * sum(item["se"] for item in items) / 4, rel=1e-9)
        or score.high == 100
    )


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_small_office_is_hidden(world, app, clock):
    from survey_app.store.tables import Role
    from tests.people import add_person

    world.fill(9)
    world.close()
    with world.store.read() as session:
        unit = session.get_one(Survey, world.survey_id).unit
        assert staff_survey(session, unit.id, 10).whole is None
    add_person(world.store, clock, "x@x.id", Role.STAFF, unit=unit)
    page = log_in(app, "x@x.id").get("/zi/kantor/2026/aspek").text
    assert "terlalu sedikit untuk ditampilkan" in page and "hero-value" not in page


def test_an_aspect_with_a_statement_kept_back_has_no_mean():
    items = [{"code": f"sdm-{n}", "mean": 3.0, "score100": 75.0, "se": 0.1} for n in range(3)]
    items.append({"code": "sdm-3", "mean": None, "score100": None, "se": None})
    score = aspect_score({"items": items}, "sdm-", 25.0)
    assert (score.score100, score.hidden) == (None, 1)
