"""Answers that waited on a phone go the same way as all others, and survive a closing."""

import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from survey_app.administer.surveys import begin_closing, close_due
from survey_app.ledger.keys import instance_signer
from survey_app.store.tables import Link, Response, Survey, SurveyState
from tests.sealing import sealed_body

GRACE_HOURS = 72


def count(store):
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Response))


@pytest.fixture
def opened(client, link):
    """What a page carries: the server's key and the mark of having been opened."""
    page = client.get(link).text
    key = re.search(r'data-key="([^"]+)"', page).group(1)
    return key, re.search(r'name="begun" value="([^"]+)"', page).group(1)


@pytest.fixture
def send(client, world, opened):
    """Seals fields as the page does and sends them."""
    code = world.links["ktp"]
    key, begun = opened

    def send_(fields, curve="x25519", **change):
        content = urlencode({"begun": begun} | fields).encode().ljust(512)
        body = sealed_body(key, code, content, curve) | change
        return client.post(f"/api/v1/links/{code}/sealed", json=body)

    return send_


@pytest.mark.parametrize("curve", ["x25519", "p-256"])
def test_a_sealed_form_is_counted_once_however_often_it_comes(send, fields, store, curve):
    replies = [send(fields, curve) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [201, 200, 200]
    assert len({reply.json["receipt"] for reply in replies}) == 1
    assert count(store) == 1


def test_the_same_form_sent_plainly_and_sealed_is_one_answer(client, link, send, fields, store):
    fields |= {"comment": "Baris satu\r\nbaris dua", "jenis_kelamin": "p"}
    assert client.post(link, data=fields).status_code == 303
    assert send(fields | {"comment": "Baris satu\nbaris dua"}).status_code == 200
    assert send(fields | {"waktu": "1"}).status_code == 409
    assert count(store) == 1


def test_faults_are_named_as_in_the_plain_form(send, fields, store):
    refused = send(fields | {"waktu": "9", "website": "x"})
    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"
    assert {error["field"] for error in refused.json["errors"]} == {"waktu", "website"}
    assert count(store) == 0


@pytest.mark.parametrize(
    "change, kind",
    [
        ({"key": "00000000"}, "sealed-unreadable"),
        ({"sealed": "AAAA"}, "sealed-unreadable"),
        ({"sealed": "?"}, "field-kind"),
        ({"ephemeral": 5}, "field-kind"),
        ({"time": "2026"}, "field-unknown"),
    ],
)
def test_what_cannot_be_opened_is_a_problem(send, fields, store, change, kind):
    refused = send(fields, **change)
    assert refused.status_code == 422
    assert refused.json["type"] == f"urn:zi-survey:{kind}"
    assert count(store) == 0


def test_a_closing_survey_takes_what_was_begun_before_and_nothing_else(
    client, link, send, fields, world, store, clock
):
    with store.write() as session:
        begin_closing(session, session.get_one(Survey, world.survey_id), clock())
    assert client.get(link).status_code == 410
    assert client.post(link, data=fields | {"submission_id": "B" * 22}).status_code == 410
    forged = fields | {"submission_id": "C" * 22, "begun": "AAAAAAAAAAAAAAAA"}
    assert client.post(link, data=forged).status_code == 410
    assert send(fields).status_code == 201
    assert count(store) == 1


def test_after_the_grace_the_survey_closes_with_every_late_answer_sealed(
    send, fields, world, store, settings, clock
):
    with store.write() as session:
        begin_closing(session, session.get_one(Survey, world.survey_id), clock())
    assert send(fields).status_code == 201
    clock.advance(hours=GRACE_HOURS)
    with store.write() as session:
        grace = clock.now - session.get_one(Survey, world.survey_id).closed_at
        assert close_due(session, instance_signer(settings), clock(), grace) == 1
    with store.read() as session:
        assert session.get_one(Survey, world.survey_id).state == SurveyState.CLOSED
        assert session.scalars(select(Response.seal_id)).one() is not None
    refused = send(fields | {"submission_id": "D" * 22})
    assert refused.status_code == 410
    assert "sudah ditutup" in refused.json["detail"]
    assert send(fields).status_code == 200


def test_a_revoked_link_takes_what_was_begun_before_until_the_grace_is_over(
    send, fields, world, store, clock
):
    with store.write() as session:
        session.get_one(Link, world.links["ktp"]).revoked_at = clock()
    assert send(fields).status_code == 201
    clock.advance(hours=GRACE_HOURS + 1)
    assert send(fields | {"submission_id": "E" * 22}).status_code == 410
    assert count(store) == 1


def test_the_page_of_a_closed_survey_still_sends_what_waits(client, link, world):
    world.close()
    page = client.get(link)
    assert page.status_code == 410
    assert "sudah ditutup" in page.text
    assert 'id="antrean"' in page.text
