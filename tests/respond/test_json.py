"""The JSON twin of the form, as offline queues and other programs use it."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey_app.store.tables import Receipt, Response


def count(store, table=Response):
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_new_response_is_created_and_a_retry_gives_the_same_receipt(
    client, endpoint, body, store
):
    first, second = client.post(endpoint, json=body), client.post(endpoint, json=body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert count(store) == 1


def test_the_same_id_with_another_body_conflicts_and_reveals_nothing(client, endpoint, body, store):
    client.post(endpoint, json=body)
    other = body | {"answers": dict.fromkeys(body["answers"], 1)}
    refused = client.post(endpoint, json=other)
    assert refused.status_code == 409
    assert refused.content_type == "application/problem+json"
    assert set(refused.json) == {"type", "title", "status", "detail"}
    with store.read() as session:
        assert json.loads(session.scalars(select(Response.answers)).one()) == body["answers"]


def test_a_hundred_posts_at_once_make_one_response(app, endpoint, body, store):
    def post(_):
        return app.test_client().post(endpoint, json=body)

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(post, range(100)))
    accepted = [reply for reply in replies if reply.status_code in {200, 201}]
    assert {reply.status_code for reply in replies} <= {200, 201, 503}
    assert sum(reply.status_code == 201 for reply in accepted) == 1
    assert len({reply.json["receipt"] for reply in accepted}) == 1
    assert count(store) == count(store, Receipt) == 1


def test_absent_and_null_answers_are_blanks(client, endpoint, body, store):
    del body["answers"]["waktu"]
    body["answers"]["biaya"] = None
    assert client.post(endpoint, json=body).status_code == 201
    with store.read() as session:
        answers = json.loads(session.scalars(select(Response.answers)).one())
    assert answers["waktu"] is None
    assert answers["biaya"] is None


@pytest.mark.parametrize(
    "change, field",
    [
        ({"answers": {"waktu": 5}}, "waktu"),
        ({"answers": {"waktu": "4"}}, "waktu"),
        ({"answers": {"waktu": 3.5}}, "waktu"),
        ({"answers": {"waktu": True}}, "waktu"),
        ({"answers": {"waktu": 2**63}}, "waktu"),
        ({"answers": {"warna": 4}}, "answers.warna"),
        ({"answers": [4, 4]}, "answers"),
        ({"profile": {"nik": "1"}}, "profile.nik"),
        ({"profile": {"jenis_kelamin": ["l"]}}, "jenis_kelamin"),
        ({"comment": "a" * 1001}, "comment"),
        ({"comment": 5}, "comment"),
        ({"comment": "\ud800"}, "comment"),
        ({"submission_id": "x"}, "submission_id"),
        ({"submission_id": None}, "submission_id"),
        ({"language": "fr"}, "language"),
        ({"nama": "Budi"}, "nama"),
        ({"answers": {}}, "answers"),
    ],
)
def test_an_invalid_body_names_its_field(client, endpoint, body, store, change, field):
    refused = client.post(endpoint, data=json.dumps(body | change), content_type="application/json")
    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"
    assert field in {error["field"] for error in refused.json["errors"]}
    assert count(store) == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"\xff\xfe", b'{"answers": NaN}', b'{"a": 1, "a": 2}', b"[" * 9999],
)
def test_what_is_no_json_object_is_a_problem(client, endpoint, content):
    refused = client.post(endpoint, data=content, content_type="application/json")
    assert refused.status_code == 400
    assert refused.json["type"] == "urn:zi-survey:body-malformed"


def test_unknown_and_closed_links_are_told_apart(client, endpoint, body, world):
    assert client.post("/api/v1/links/tidakada/responses", json=body).status_code == 404
    client.post(endpoint, json=body)
    world.close()
    other = body | {"submission_id": "B" * 22}
    assert client.post(endpoint, json=other).status_code == 410


def test_a_retry_after_closing_still_gets_its_receipt(client, endpoint, body, world, store):
    first = client.post(endpoint, json=body)
    world.close()
    again = client.post(endpoint, json=body)
    assert (again.status_code, again.json) == (200, first.json)
    changed = body | {"comment": "Lain"}
    assert client.post(endpoint, json=changed).status_code == 410
    assert count(store) == 1


def test_a_body_beyond_the_limit_is_refused(client, endpoint):
    huge = client.post(endpoint, data=b"{" + b" " * 6_000_000, content_type="application/json")
    assert huge.status_code == 413


def test_machines_may_ask_for_english(client, endpoint, body):
    body["answers"]["waktu"] = 9
    refused = client.post(endpoint, json=body, headers={"Accept-Language": "en"})
    assert "whole number" in refused.json["errors"][0]["detail"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(junk=st.dictionaries(st.sampled_from(["answers", "profile", "comment", "x"]), JUNK))
def test_no_body_whatever_is_a_server_error(client, endpoint, body, junk):
    reply = client.post(endpoint, data=json.dumps(body | junk), content_type="application/json")
    assert reply.status_code in {200, 201, 400, 409, 422}


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(junk=st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5))
def test_no_form_whatever_is_a_server_error(client, link, junk):
    assert client.post(link, data=junk).status_code in {303, 400, 422}
