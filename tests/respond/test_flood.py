"""Crowds behind one address pass, forged addresses change nothing, replays are not counted."""

import itertools
import re

import pytest
from sqlalchemy import func, select

from survey_app.administer.surveys import create_link, find_survey
from survey_app.clock import day_in
from survey_app.ledger.arrivals import list_arrivals
from survey_app.ledger.tickets import issue_lot
from survey_app.respond.effort import CALM_POSTS, HEADER, is_worked
from survey_app.respond.limits import ADDRESS_CEILING, GUESS_CEILING
from survey_app.store.tables import Channel, IngestWaiting, Link, Response, Ticket
from survey_app.web.application import build

OFFICE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def limited(make_settings, clock, store, world):
    """Builds the application with its limits on, behind so many proxies."""

    def build_(proxies=0):
        settings = make_settings(ratelimit="on", trusted_proxies=proxies)
        return build(settings, clock=clock, store=store)

    return build_


def number(text):
    return int(text.split()[0])


def waiting(world):
    with world.store.read() as session:
        return session.scalar(select(func.sum(IngestWaiting.n))) or 0


def knock(client, forwarded=None, **surroundings):
    """A request that costs nothing but counts against an address: a guessed ticket."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    reply = client.get("/t/AAAAAAAAAAAAAAAAAAAAAA", headers=headers, environ_base=surroundings)
    return reply.status_code


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_five_hundred_people_behind_one_address_in_ten_minutes_all_pass(
    limited, link, fields, store, clock
):
    client = limited().test_client()
    statuses = []
    for place in range(500):
        clock.advance(seconds=1.2)
        assert client.get(link, environ_base=OFFICE).status_code == 200
        own = fields | {"submission_id": f"{place:022d}"}
        statuses.append(client.post(link, data=own, environ_base=OFFICE).status_code)
    assert statuses == [303] * 500
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 500
        assert sum(row.n for row in list_arrivals(session, 1)) == 500


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_five_hundred_people_with_tickets_behind_one_address_all_pass(
    limited, fields, store, clock, world
):
    app = limited()
    client, key = app.test_client(), app.extensions["zi_survey"].receipt_key
    today = day_in("Asia/Jakarta", clock())
    with store.write() as session:
        code = create_link(session, find_survey(session, world.key), channel=Channel.TICKET).code
        link = session.get_one(Link, code)
        _, tickets = issue_lot(session, link, 500, today, today, key)
    statuses = []
    for place, one in enumerate(tickets):
        clock.advance(seconds=1.2)
        opened = client.get(f"/t/{one.token}", environ_base=OFFICE)
        assert client.get(opened.location, environ_base=OFFICE).status_code == 200
        own = fields | {"submission_id": f"{place:022d}", "ticket": one.token}
        statuses.append(client.post(f"/s/{code}", data=own, environ_base=OFFICE).status_code)
    assert statuses == [303] * 500
    with store.read() as session:
        assert session.scalar(select(func.count()).where(Ticket.spent)) == 500


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_beyond_the_ceiling_an_address_waits_and_another_does_not(limited, endpoint, body):
    client = limited().test_client()
    refused = [
        client.post(endpoint, data=b"{", environ_base=OFFICE).status_code
        for _ in range(number(ADDRESS_CEILING) + 1)
    ]
    assert refused[-1] == 429
    assert set(refused[:-1]) == {400}
    assert client.post(endpoint, json=body).status_code == 201


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_forged_forwarding_header_changes_nothing_without_a_proxy(limited):
    client = limited().test_client()
    statuses = [knock(client, f"198.51.100.{place % 250}, 10.0.0.{place}") for place in range(500)]
    assert statuses.count(404) == number(GUESS_CEILING)
    assert statuses.count(429) == 500 - number(GUESS_CEILING)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("proxies", [1, 2])
def test_only_what_the_trusted_proxies_wrote_is_believed(limited, proxies):
    client = limited(proxies).test_client()
    # Each proxy appends the peer it saw: the client's own words come first and mean nothing.
    seen = ["203.0.113.50", "10.0.0.1"][:proxies]
    statuses = [
        knock(client, ", ".join([f"198.51.100.{place % 250}", "evil", *seen]))
        for place in range(500)
    ]
    assert statuses.count(404) == number(GUESS_CEILING)
    others = ["203.0.113.51", "10.0.0.1"][:proxies]
    assert knock(client, ", ".join(others)) == 404


def worked(puzzle, bits):
    return next(str(n) for n in itertools.count() if is_worked(puzzle, str(n), bits))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_flooded_link_asks_for_work_and_writes_no_more(
    limited, link, endpoint, fields, body, store, world, clock
):
    client = limited().test_client()
    statuses = [
        client.post(endpoint, json=body | {"submission_id": f"{place:022d}"}).status_code
        for place in range(200)
    ]
    assert statuses == [201] * CALM_POSTS + [429] * (200 - CALM_POSTS)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == CALM_POSTS

    refused = client.post(endpoint, json=body)
    assert refused.json["type"] == "urn:zi-survey:effort-needed"
    work = worked(body["submission_id"], int(refused.headers[HEADER]))
    assert client.post(endpoint, json=body | {"work": work}).status_code == 201
    reused = body | {"work": work, "submission_id": "E" * 22}
    assert client.post(endpoint, json=reused).status_code == 429

    page = client.post(link, data=fields)
    assert page.status_code == 429
    assert "dibanjiri kiriman otomatis" in page.text
    assert page.text.count(" checked") == 9
    calm = {"submission_id": "F" * 22}
    assert client.post(f"/s/{world.links['akta']}", data=fields | calm).status_code == 303
    clock.advance(seconds=61)
    assert client.post(link, data=fields).status_code == 303


def test_the_script_that_works_is_small_and_comes_from_here(client):
    script = client.get("/s/usaha.js", headers={"Accept-Encoding": "gzip"})
    assert script.mimetype == "text/javascript"
    assert len(script.data) < 1200


def test_only_new_answers_are_counted_and_with_what_shows_of_their_making(
    client, world, link, fields, clock
):
    begun = re.search(r'name="begun" value="([^"]+)"', client.get(link).text).group(1)
    clock.advance(seconds=5)
    for _ in range(2):
        assert client.post(link, data=fields | {"begun": begun}).status_code == 303
    assert client.post(link, data=fields | {"waktu": "1"}).status_code == 409
    assert client.post(link, data=fields | {"website": "x"}).status_code == 422
    with world.store.read() as session:
        (heap,) = session.scalars(select(IngestWaiting)).all()
    assert (heap.channel, heap.n, heap.n_fast, heap.n_straight, heap.score_sum) == (
        "open",
        1,
        1,
        1,
        300,
    )


def test_a_mark_of_another_page_or_made_up_tells_no_time(client, world, link, fields):
    other = client.get(f"/s/{world.links['akta']}").text
    foreign = re.search(r'name="begun" value="([^"]+)"', other).group(1)
    for place, begun in enumerate([foreign, "", "A" * 22, "x", "é" * 22]):
        own = fields | {"submission_id": f"{place:022d}", "begun": begun}
        assert client.post(link, data=own).status_code == 303
    with world.store.read() as session:
        (row,) = list_arrivals(session, world.survey_id)
    assert (row.n, row.n_fast) == (5, 0)
