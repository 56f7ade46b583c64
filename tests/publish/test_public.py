"""What anybody may see."""

from dataclasses import replace

import pytest

from survey_app.estimates import survey_result
from survey_app.ledger.accept import record_many
from survey_app.ledger.publication import publish_result
from survey_app.store.tables import Survey
from tests.worlds import RECEIPT_KEY, make_world, submissions


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(60)
    return made


def publish(world):
    world.close()
    with world.store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        result = survey_result(session, survey)
        publish_result(session, survey, result, world.clock(), minimum=10)
    return result


def test_nothing_is_shown_before_it_is_published(client, world):
    world.seal()
    assert "belum menerbitkan" in client.get("/hasil/unit-uji").text
    world.close()
    assert "belum menerbitkan" in client.get("/hasil/unit-uji").text
    assert len(client.get("/hasil/unit-uji/data.csv").text.splitlines()) == 1


def test_a_published_result_shows_index_interval_method_and_respondents(client, world):
    index = publish(world)["groups"][0]["index"]
    page = client.get("/hasil/unit-uji").text
    for figure in (index["score100"], *index["ci"]):
        assert f"{figure:.2f}".replace(".", ",") in page
    for words in ("60 responden", "600 pengguna layanan", "survei mandiri", "tautan terbuka"):
        assert words in page


def test_every_picture_has_words_and_a_table_beside_it(client, world):
    publish(world)
    page = client.get("/hasil/unit-uji").text
    assert page.count('role="img" aria-label="') == page.count('<svg class="picture"') >= 2
    assert page.count("<caption>") >= 1
    assert 'style="' not in page


def test_open_data_carries_the_head_that_vouches_for_it(client, world):
    result = publish(world)
    line = client.get("/hasil/unit-uji/data.csv").text.splitlines()[1]
    assert result["head"] in line
    heads = client.get("/transparansi/heads.json").json["heads"]
    assert result["head"] in {head["head"] for head in heads}


def test_public_pages_may_be_kept_by_caches_and_set_no_cookie(client, world):
    publish(world)
    for address in ("/", "/hasil", "/hasil/unit-uji", "/transparansi/", "/hasil/unit-uji/data.csv"):
        reply = client.get(address)
        assert reply.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in reply.headers
        assert "Cookie" not in reply.headers.get("Vary", "")


def test_units_are_found_by_part_of_their_name(client, world):
    publish(world)
    assert "Dinas Uji" in client.get("/hasil?cari=uji").text
    assert "Dinas Uji" not in client.get("/hasil?cari=%25").text


def test_the_transparency_page_says_what_the_operator_could_still_do(client, world):
    assert "belum disegel" in client.get("/transparansi/").text


def test_an_unknown_unit_is_not_found(client):
    assert client.get("/hasil/tidak-ada").status_code == 404


def test_an_unsur_that_all_agreed_on_is_named_and_not_shown(client, store, settings, clock):
    world = make_world(store, settings, clock)
    with store.write() as session:
        drawn = [
            replace(one, answers=one.answers | {"biaya": 4})
            for one in submissions(world.instrument, 40)
        ]
        record_many(session, world.origin("ktp"), drawn, RECEIPT_KEY)
    kept = publish(world)["groups"][0]["kept_back"]
    page = client.get("/hasil/unit-uji").text
    (words,) = [line for line in page.splitlines() if "tidak tertebak" in line]
    for code in kept:
        label = world.instrument.item(code).label
        assert label in words
        assert f'<th scope="row">{label}</th>' not in page
