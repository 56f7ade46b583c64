"""A masked question on the form: stored as yes or no, never required, never beside a person."""

import json
import secrets

import pytest
from sqlalchemy import select

from survey_app.administer.surveys import create_link
from survey_app.estimates import survey_result
from survey_app.ledger.results import survey_tallies
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Channel, Response, Seal, Survey
from tests.worlds import make_world

CODE = "dimintai_uang"


@pytest.fixture
def world(store, settings, clock):
    """An open SPAK with the masked question."""
    return make_world(store, settings, clock, "spak-2023-suap")


def filled(world, **more):
    answers = dict.fromkeys(world.instrument.codes, "5")
    return {"submission_id": secrets.token_urlsafe(16), "language": "id"} | answers | more


def stored(store):
    with store.read() as session:
        return [json.loads(text) for text in session.scalars(select(Response.answers))]


def test_the_form_explains_the_coin_in_two_sentences_and_offers_another_device(client, link):
    page = client.get(link).text
    assert "Lempar koin 2 kali dan rahasiakan hasilnya" in page
    assert "hanya angka dari semua orang yang dapat dihitung" in page
    assert "nomor seri uang kertas" in page


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_officer_who_helps_is_not_shown_the_coin(client, world, store):
    with store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        code = create_link(session, survey, channel=Channel.ASSISTED).code
    assert CODE not in client.get(f"/s/{code}").text


@pytest.mark.parametrize("answer", [0, 1])
def test_yes_or_no_is_stored_and_nothing_about_coins(client, world, link, store, answer):
    page = client.get(link).text
    assert 'name="koin' not in page
    assert client.post(link, data=filled(world, **{CODE: str(answer)})).status_code == 303
    (answers,) = stored(store)
    assert answers == dict.fromkeys(world.instrument.codes, 5) | {CODE: answer}


def test_the_question_may_be_left_blank_without_being_asked_again(client, world, link, store):
    assert client.post(link, data=filled(world)).status_code == 303
    assert stored(store)[0][CODE] is None


def test_the_masked_question_alone_is_no_response(client, link):
    fields = {"submission_id": secrets.token_urlsafe(16), CODE: "1", "apa_adanya": "ya"}
    assert client.post(link, data=fields).status_code == 422


@pytest.mark.parametrize("value", ["2", "ya", "-1"])
def test_an_answer_that_is_neither_is_refused_and_the_others_kept(client, world, link, value):
    refused = client.post(link, data=filled(world, **{CODE: value}))
    assert refused.status_code == 422
    assert refused.text.count(" checked") == len(world.instrument.codes)


def test_programs_send_it_among_the_answers(client, world, endpoint, store):
    answers = dict.fromkeys(world.instrument.codes, 6) | {CODE: 1}
    body = {"submission_id": secrets.token_urlsafe(16), "answers": answers}
    assert client.post(endpoint, json=body).status_code == 201
    assert stored(store)[0][CODE] == 1
    for wrong in (True, 1.0, 7, "1"):
        again = {"submission_id": secrets.token_urlsafe(16), "answers": answers | {CODE: wrong}}
        assert client.post(endpoint, json=again).status_code == 422


def test_a_seal_counts_it_once_for_the_whole_and_never_by_channel_or_profile(
    client, world, link, store
):
    for answer in ("1", "1", "0", "", "1", "0"):
        client.post(link, data=filled(world, jenis_kelamin="p", **{CODE: answer}))
    seal = world.seal()
    with store.read() as session:
        tallies = survey_tallies(session, world.survey_id, world.instrument)
        running = json.loads(session.scalars(select(Seal.tally)).one())
    assert tallies.masked[CODE].level_counts(CODE) == {0: 2, 1: 3}
    assert tallies.whole.n == 6
    assert list(running["masked"]) == [CODE]
    assert CODE not in json.dumps([running["cells"], running["profile"]])
    assert seal is not None
    assert verify_database(store).is_good


def test_a_seal_without_masked_questions_reads_as_before_there_were_any(store, settings, clock):
    world = make_world(store, settings, clock, slug="unit-skm")
    world.fill(6)
    assert set(json.loads(world.seal().tally)) == {"cells", "profile"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_changed_masked_answer_is_found(client, world, link, store):
    for answer in ("1", "0", "1", "0", "1", "0"):
        client.post(link, data=filled(world, **{CODE: answer}))
    world.seal()
    with store.write() as session:
        connection = session.connection()
        connection.exec_driver_sql("DROP TRIGGER response_keeps_update")
        connection.exec_driver_sql(
            f"UPDATE response SET answers = replace(answers, '\"{CODE}\":1', '\"{CODE}\":0')"
        )
    assert not verify_database(store).is_good


def test_no_estimate_is_shown_while_the_survey_is_open_or_answers_are_few(client, world, store):
    world.fill(30)
    world.seal()
    with store.read() as session:
        (found,) = survey_result(session, session.get_one(Survey, world.survey_id))["sensitive"]
    assert (found["n"], found["value"]) == (None, None)
    assert found["reason"]
