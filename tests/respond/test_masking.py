"""Personal data in a comment is gone before it is stored, whichever way the comment came."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from survey_app.ledger.answer_keys import answer_keys
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Comment
from tests.sealing import sealed_body

TEXT = "Pak Budi Santoso, 0812-3456-7890, NIK 3174012345678901, minta Rp 50.000"
STORED = "Pak [nama], [telepon], NIK [NIK], minta Rp 50.000"


def comments(store):
    with store.read() as session:
        return list(session.scalars(select(Comment.text)))


def send_form(client, world, fields):
    code = world.links["ktp"]
    reply = client.post(f"/s/{code}", data=fields | {"comment": TEXT})
    return client.get(reply.location).text


def send_json(client, world, fields):
    answers = dict.fromkeys(world.instrument.codes, 3)
    body = {"submission_id": fields["submission_id"], "answers": answers, "comment": TEXT}
    return client.post(f"/api/v1/links/{world.links['ktp']}/responses", json=body).json


def send_sealed(client, world, fields):
    code, published = world.links["ktp"], answer_keys(world.settings)[0].published
    content = urlencode(fields | {"comment": TEXT}).encode()
    body = sealed_body(published, code, content)
    return client.post(f"/api/v1/links/{code}/sealed", json=body).json


@pytest.mark.parametrize("send", [send_form, send_json, send_sealed])
def test_a_comment_is_stored_masked_and_its_ledger_is_whole(client, world, fields, store, send):
    send(client, world, fields)
    assert comments(store) == [STORED]
    world.seal()
    assert verify_database(store).is_good


def test_the_citizen_is_told_that_something_was_hidden_and_not_what_in_the_address(
    client, link, fields
):
    reply = client.post(link, data=fields | {"comment": TEXT})
    assert "Budi" not in reply.location
    assert "telepon" not in reply.location
    assert "sudah kami ganti sebelum disimpan" in client.get(reply.location).text


def test_nothing_is_said_of_hiding_where_nothing_was_hidden(client, link, fields):
    reply = client.post(link, data=fields | {"comment": "Antrean panjang."})
    assert "sudah kami ganti" not in client.get(reply.location).text


def test_programs_are_told_the_kinds(client, world, fields):
    assert sorted(send_json(client, world, fields)["masked"]) == ["NIK", "nama", "telepon"]


@pytest.mark.parametrize("first", [send_form, send_json, send_sealed])
@pytest.mark.parametrize("again", [send_form, send_json, send_sealed])
def test_a_retry_of_a_masked_comment_is_the_same_submission(
    client, world, fields, store, first, again
):
    first(client, world, fields)
    again(client, world, fields)
    assert comments(store) == [STORED]


def test_another_number_under_the_same_id_is_another_body(client, endpoint, body):
    client.post(endpoint, json=body | {"comment": "Hubungi 081234567890"})
    other = client.post(endpoint, json=body | {"comment": "Hubungi 081234567899"})
    assert other.status_code == 409


def test_what_was_hidden_is_in_no_file(client, world, fields, settings, capfd):
    for send in (send_form, send_json, send_sealed):
        send(client, world, fields)
    content = b"".join(
        path.read_bytes() for path in Path(settings.instance).rglob("*") if path.is_file()
    )
    output = "".join(capfd.readouterr())
    for canary in ("Budi", "0812-3456-7890", "3174012345678901"):
        assert canary.encode() not in content
        assert canary not in output
