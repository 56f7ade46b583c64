"""The way of a citizen who holds a ticket, and of those who do not or no longer."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from survey_app.administer.surveys import create_link, find_survey
from survey_app.clock import day_in
from survey_app.ledger.tickets import issue_lot, revoke_lot
from survey_app.store.tables import Channel, Link, Response, Service, Ticket, TicketLot
from tests.sealing import sealed_body


@pytest.fixture
def lot(world, app):
    """A ticket link of the first service, its lot and three tickets."""
    key = app.extensions["zi_survey"].receipt_key
    today = day_in("Asia/Jakarta", world.clock())
    with world.store.write() as session:
        survey = find_survey(session, world.key)
        service = session.get_one(Service, world.services["ktp"])
        link = create_link(session, survey, service=service, channel=Channel.TICKET)
        lot, made = issue_lot(session, link, 3, today, today + timedelta(30), key)
        return link.code, lot.id, made


def count(world, channel=None):
    query = select(func.count()).select_from(Response)
    with world.store.read() as session:
        return session.scalar(query.where(Response.channel == channel) if channel else query)


def spent(world):
    with world.store.read() as session:
        return session.scalar(select(func.count()).where(Ticket.spent))


@pytest.fixture
def ticketed(fields, lot):
    """A whole form with the first ticket."""
    return fields | {"ticket": lot[2][0].token}


@pytest.mark.parametrize("typed", [True, False])
def test_a_ticket_opens_the_form_of_its_link(client, lot, typed):
    code, _, (one, *_) = lot
    if typed:
        opened = client.post("/t", data={"kode": one.code.lower()})
    else:
        opened = client.get(f"/t/{one.token}")
    assert opened.status_code == 303
    page = client.get(opened.location)
    assert page.status_code == 200
    assert f'action="/s/{code}"' in page.text
    presented = one.code.lower() if typed else one.token
    assert f'name="ticket" value="{presented}"' in page.text


def test_without_a_ticket_its_link_asks_for_one(client, world, lot):
    page = client.get(f"/s/{lot[0]}")
    assert page.status_code == 200
    assert 'name="kode"' in page.text
    assert world.instrument.items[0].question not in page.text
    assert f'href="/s/{world.links["ktp"]}"' in page.text


def test_an_answer_spends_its_ticket_and_is_counted_in_its_channel(client, world, lot, ticketed):
    assert client.post(f"/s/{lot[0]}", data=ticketed).status_code == 303
    assert count(world, "ticket") == count(world) == spent(world) == 1


def test_the_same_answer_with_the_same_ticket_is_a_replay(client, world, lot, ticketed):
    first, second = (client.post(f"/s/{lot[0]}", data=ticketed) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert count(world) == spent(world) == 1


def test_another_answer_with_a_spent_ticket_is_kept_and_offered_the_open_link(
    client, world, lot, ticketed
):
    client.post(f"/s/{lot[0]}", data=ticketed)
    other = ticketed | {"submission_id": "B" * 22, "waktu": "1", "comment": "Lama sekali"}
    refused = client.post(f"/s/{lot[0]}", data=other)
    assert refused.status_code == 409
    assert "sudah dipakai" in refused.text
    assert refused.text.count(" checked") == 9
    assert ">Lama sekali</textarea>" in refused.text
    way = re.search(r'<section id="lain".*?</section>', refused.text, re.S).group()
    address = re.search(r'action="([^"]+)"', way).group(1)
    kept = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', way))
    assert address == f"/s/{world.links['ktp']}"
    assert client.post(address, data=kept).status_code == 303
    assert (count(world, "ticket"), count(world, "open")) == (1, 1)
    with world.store.read() as session:
        row = session.scalars(select(Response).where(Response.channel == "open")).one()
    assert '"waktu":1' in row.answers


def test_where_no_open_link_is_left_none_is_offered(client, world, lot, ticketed, clock):
    with world.store.write() as session:
        for code in world.links.values():
            session.get_one(Link, code).revoked_at = clock()
    client.post(f"/s/{lot[0]}", data=ticketed)
    refused = client.post(f"/s/{lot[0]}", data=ticketed | {"submission_id": "B" * 22})
    assert refused.status_code == 409
    assert "Kirim lewat tautan terbuka" not in refused.text


def test_a_form_without_its_ticket_is_refused(client, world, lot, fields):
    refused = client.post(f"/s/{lot[0]}", data=fields)
    assert refused.status_code == 422
    assert "hanya dapat diisi dengan tiket" in refused.text
    assert count(world) == 0


@pytest.mark.parametrize("case", ["revoked", "expired", "elsewhere", "flipped"])
def test_a_ticket_that_is_not_good_is_explained_and_spends_nothing(
    client, world, lot, ticketed, clock, case
):
    code, number, (one, *_) = lot
    words = {
        "revoked": "dicabut oleh inspektorat",
        "expired": "Masa berlaku tiket ini habis",
        "elsewhere": "survei atau unit lain",
        "flipped": "tidak dikenal",
    }[case]
    if case == "revoked":
        with world.store.write() as session:
            revoke_lot(session.get_one(TicketLot, number), clock())
    if case == "expired":
        clock.advance(days=31)
    if case == "elsewhere":
        with world.store.write() as session:
            code = create_link(
                session, find_survey(session, world.key), channel=Channel.TICKET
            ).code
    if case == "flipped":
        ticketed |= {"ticket": one.token[:-2] + ("AA" if one.token[-2:] != "AA" else "BA")}
    door = client.get(f"/s/{code}", query_string={"tiket": ticketed["ticket"]})
    sent = client.post(f"/s/{code}", data=ticketed)
    for reply in (door, sent):
        assert reply.status_code in {404, 409, 410}
        assert words in reply.text
    assert count(world) == spent(world) == 0


def test_json_and_sealed_answers_spend_tickets_too(client, world, lot, body, fields):
    code, _, (one, other, third) = lot
    assert client.post(f"/api/v1/links/{code}/responses", json=body).status_code == 422
    sent = body | {"ticket": one.code}
    replies = [client.post(f"/api/v1/links/{code}/responses", json=sent) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 200]
    page = client.get(f"/s/{code}", query_string={"tiket": other.token}).text
    key = re.search(r'data-key="([^"]+)"', page).group(1)
    content = urlencode(fields | {"ticket": other.token}).encode().ljust(512)
    sealed = [
        client.post(f"/api/v1/links/{code}/sealed", json=sealed_body(key, code, content))
        for _ in range(2)
    ]
    assert [reply.status_code for reply in sealed] == [201, 200]
    again = body | {"ticket": other.token, "submission_id": "C" * 22}
    refused = client.post(f"/api/v1/links/{code}/responses", json=again)
    assert refused.status_code == 409
    assert refused.json["type"] == "urn:zi-survey:ticket-spent"
    assert count(world, "ticket") == spent(world) == 2
    assert client.get(f"/t/{third.token}").status_code == 303


def test_a_form_that_waited_past_the_tickets_last_day_is_still_taken(
    client, world, lot, ticketed, clock
):
    code, _, (one, other, _) = lot
    clock.advance(days=30)
    page = client.get(f"/s/{code}", query_string={"tiket": one.token}).text
    begun = re.search(r'name="begun" value="([^"]+)"', page).group(1)
    clock.advance(days=2)
    unproven = ticketed | {"ticket": other.token, "submission_id": "D" * 22}
    assert client.post(f"/s/{code}", data=unproven).status_code == 410
    assert client.post(f"/s/{code}", data=ticketed | {"begun": begun}).status_code == 303
    assert count(world) == 1


def test_a_hundred_answers_with_one_ticket_are_one_answer(app, world, lot, ticketed):
    def send(place):
        own = ticketed | {"submission_id": f"{place:022d}"}
        status = 503
        while status == 503:  # the database is busy: sent again, as a phone does
            status = app.test_client().post(f"/s/{lot[0]}", data=own).status_code
        return status

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(send, range(100)))
    assert statuses.count(303) == 1
    assert statuses.count(409) == 99
    assert count(world) == spent(world) == 1


def test_the_page_of_a_ticket_is_never_kept_on_the_phone(client, lot, link):
    page = client.get(f"/s/{lot[0]}", query_string={"tiket": lot[2][0].token})
    assert " data-once" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert " data-once" not in client.get(link).text


def test_no_table_leads_from_a_ticket_to_an_answer():
    tables = Ticket.metadata.tables
    assert set(tables["ticket"].columns.keys()) == {"ticket_hash", "code_hash", "lot_id", "spent"}
    assert tables["ticket"].dialect_options["sqlite"]["with_rowid"] is False
    assert not {"ticket_hash", "lot_id"} & set(tables["response"].columns.keys())
    assert not {"ticket_hash", "lot_id"} & set(tables["receipt"].columns.keys())
