"""Tickets: each admits once, only where and while it is good, and leads to no answer."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from instruments.errors import SurveyError
from survey_app.administer.surveys import create_link, find_survey
from survey_app.ledger.tickets import (
    LARGEST_LOT,
    TicketError,
    burn_ticket,
    check_ticket,
    code_hash,
    find_link_of_ticket,
    issue_lot,
    list_lots,
    revoke_lot,
)
from survey_app.store import StoreUnavailableError
from survey_app.store.tables import Channel, Link, Ticket, TicketLot
from tests.worlds import make_world

KEY = bytes(range(32))
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
TODAY = date(2026, 11, 24)
NO_GRACE = timedelta()
GUESSES = 100_000


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


def issue(world, size=3):
    """A new ticket link with a lot; returns its code, the lot's number and the secrets."""
    with world.store.write() as session:
        survey = find_survey(session, world.key)
        link = create_link(session, survey, channel=Channel.TICKET)
        lot, made = issue_lot(session, link, size, FIRST, LAST, KEY)
        return link.code, lot.id, made


def burn(world, link, presented, day=TODAY, grace=NO_GRACE):
    with world.store.write() as session:
        burn_ticket(session, link, presented, KEY, day, grace)


def refusal(act):
    with pytest.raises(TicketError) as caught:
        act()
    return caught.value.code, caught.value.http_status


def test_a_ticket_is_spent_once_by_whichever_of_its_two_secrets(world):
    link, _, (one, other, third) = issue(world)
    burn(world, link, one.token)
    burn(world, link, other.code)
    assert refusal(lambda: burn(world, link, one.code)) == ("ticket-spent", 409)
    assert refusal(lambda: burn(world, link, other.token)) == ("ticket-spent", 409)
    with world.store.read() as session:
        check_ticket(session, link, third.code, KEY, TODAY)
        assert [(count.lot.size, count.spent) for count in list_lots(session, world.survey_id)] == [
            (3, 2)
        ]


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "]
)
def test_a_typed_code_is_read_as_people_type(world, typed):
    link, _, (one, *_) = issue(world)
    burn(world, link, typed(one.code))


def test_letters_that_look_like_digits_are_taken_for_them():
    assert code_hash("O1IL-0000-0000", KEY) == code_hash("0111-0000-0000", KEY)


def test_a_hundred_requests_with_one_ticket_spend_it_once(world):
    link, _, (one, *_) = issue(world)

    def attempt(_):
        while True:
            try:
                burn(world, link, one.token)
            except StoreUnavailableError:
                continue
            except TicketError as error:
                return error.code
            return "admitted"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(attempt, range(100)))
    assert outcomes.count("admitted") == 1
    assert outcomes.count("ticket-spent") == 99


def test_each_way_of_not_being_good_has_its_own_words(world):
    link, lot, (one, *_) = issue(world)
    elsewhere, _, _ = issue(world)
    assert refusal(lambda: burn(world, elsewhere, one.token)) == ("ticket-elsewhere", 409)
    after, before = LAST + timedelta(1), FIRST - timedelta(1)
    assert refusal(lambda: burn(world, link, one.token, after)) == ("ticket-expired", 410)
    assert refusal(lambda: burn(world, link, one.token, before)) == ("ticket-early", 410)
    assert refusal(lambda: burn(world, link, "")) == ("ticket-unknown", 404)
    with world.store.write() as session:
        revoke_lot(session.get_one(TicketLot, lot), world.clock())
    assert refusal(lambda: burn(world, link, one.token)) == ("ticket-revoked", 410)


def test_a_form_opened_in_time_may_spend_its_ticket_a_little_later(world):
    link, _, (one, other, _) = issue(world)
    grace = timedelta(days=3)
    burn(world, link, one.token, LAST + timedelta(3), grace)
    late = LAST + timedelta(4)
    assert refusal(lambda: burn(world, link, other.token, late, grace)) == ("ticket-expired", 410)


def test_a_token_with_any_bit_flipped_is_unknown(world):
    link, _, (one, *_) = issue(world, 1)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place, sign in enumerate(one.token):
        for bit in range(6):
            flipped = alphabet[alphabet.index(sign) ^ (1 << bit)]
            forged = one.token[:place] + flipped + one.token[place + 1 :]
            assert refusal(lambda forged=forged: burn(world, link, forged))[0] == "ticket-unknown"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_hundred_thousand_guessed_codes_hit_no_ticket(world):
    issue(world, LARGEST_LOT)
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    with world.store.read() as session:
        known = set(session.scalars(select(Ticket.code_hash)))
    assert len(known) == LARGEST_LOT
    guesses = ("".join(secrets.choice(alphabet) for _ in range(12)) for _ in range(GUESSES))
    assert not any(code_hash(guess, KEY) in known for guess in guesses)


def test_the_database_holds_no_secret_of_a_ticket(world):
    _, _, made = issue(world, 5)
    with world.store.read() as session:
        stored = repr(session.execute(text("SELECT * FROM ticket")).all())
        found = [find_link_of_ticket(session, one.code, KEY) for one in made]
    assert len(set(found)) == 1
    for one in made:
        assert one.token not in stored
        assert one.code.replace("-", "") not in stored


def test_the_rows_of_a_lot_are_not_in_the_order_of_its_sheet(world):
    _, _, made = issue(world, 200)
    with world.store.read() as session:
        rows = session.scalars(select(Ticket.code_hash)).all()
    printed = [code_hash(one.code, KEY) for one in made]
    assert sorted(rows) == sorted(printed)
    assert rows != printed


def test_a_code_cannot_be_searched_for_without_the_instances_key(world):
    assert code_hash("0000-0000-0000", KEY) != code_hash("0000-0000-0000", bytes(32))


@pytest.mark.parametrize("size", [0, -1, LARGEST_LOT + 1])
def test_a_lot_of_an_odd_size_is_refused(world, size):
    with pytest.raises(SurveyError) as caught:
        issue(world, size)
    assert caught.value.code == "lot-size"
    with world.store.read() as session:
        assert session.scalar(select(func.count()).select_from(TicketLot)) == 0


def test_no_lot_is_made_for_an_open_link(world):
    with pytest.raises(SurveyError) as caught, world.store.write() as session:
        issue_lot(session, session.get_one(Link, world.links["ktp"]), 1, FIRST, LAST, KEY)
    assert caught.value.code == "lot-link"
