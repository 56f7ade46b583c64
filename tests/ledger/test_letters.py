"""New heads reach the witness by a real mail server, each once, and wait while it is away."""

import json

import pytest

from survey_app.ledger.letters import mail_heads
from survey_app.ledger.transparency import public_heads


@pytest.fixture
def posted(make_settings, unused_port):
    return make_settings(
        witness_email="saksi@inspektorat.go.id", smtp_url=f"smtp://127.0.0.1:{unused_port}"
    )


def heads_in(letter):
    part = next(part for part in letter.walk() if part.get_filename() == "heads.json")
    return json.loads(part.get_payload(decode=True))["heads"]


def test_new_heads_are_mailed_once(world, mailbox, posted, store, clock):
    world.fill(12)
    world.seal()
    assert mail_heads(store, posted, clock()) == 1
    assert mail_heads(store, posted, clock()) == 0
    world.fill(7, seed=2)
    world.seal()
    assert mail_heads(store, posted, clock()) == 1
    with store.read() as session:
        published = public_heads(session)
    assert [heads_in(letter)[0] for letter in mailbox.letters] == published
    assert {letter["To"] for letter in mailbox.letters} == {"saksi@inspektorat.go.id"}


def test_heads_wait_while_the_mail_server_is_away(world, posted, store, clock, request):
    world.fill(12)
    world.seal()
    with pytest.raises(OSError):
        mail_heads(store, posted, clock())
    box = request.getfixturevalue("mailbox")
    assert mail_heads(store, posted, clock()) == 1
    assert len(heads_in(box.letters[0])) == 1


def test_without_a_witness_nothing_is_mailed(world, settings, store, clock):
    world.fill(12)
    world.seal()
    assert mail_heads(store, settings, clock()) == 0
