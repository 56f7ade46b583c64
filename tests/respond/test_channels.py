"""Kiosk, lobby and assisted links: who may answer there, and what is left behind."""

import re

import pytest
from sqlalchemy import func, select

from instruments.errors import SurveyError
from survey_app.administer.surveys import create_link, find_survey
from survey_app.respond.kiosk import FAILURES_ALLOWED, set_pin
from survey_app.respond.lobby import SLOT_SECONDS, is_lobby_code, lobby_code, seconds_left
from survey_app.respond.submission import SWITCHING
from survey_app.store.tables import Base, Channel, Response
from tests.people import csrf_token, post

PIN = "402918"


@pytest.fixture
def make_link(world):
    """Makes a link of a channel."""

    def make(channel):
        with world.store.write() as session:
            return create_link(session, find_survey(session, world.key), channel=channel).code

    return make


@pytest.fixture
def kiosk(world, make_link):
    """A kiosk link with its PIN."""
    code = make_link(Channel.KIOSK)
    with world.store.write() as session:
        set_pin(session, code, PIN)
    return code


@pytest.fixture
def opened(client, kiosk):
    """A device that is a kiosk."""
    done = post(client, f"/kios/{kiosk}", page=f"/kios/{kiosk}", pin=PIN)
    assert done.status_code == 303
    return client


def channels(world):
    query = select(Response.channel, func.count()).group_by(Response.channel)
    with world.store.read() as session:
        return dict(session.execute(query).all())


def test_a_kiosk_goes_round_from_start_to_form_to_thanks_to_start(opened, world, kiosk, fields):
    start = opened.get(f"/kios/{kiosk}")
    assert f'href="/s/{kiosk}"' in start.text
    assert "data-kiosk" in opened.get(f"/s/{kiosk}").text
    done = opened.post(f"/s/{kiosk}", data=fields)
    assert done.location == f"/kios/{kiosk}/terima-kasih"
    thanks = opened.get(done.location).text
    assert f'content="5;url=/kios/{kiosk}"' in thanks
    assert channels(world) == {"kiosk": 1}


def test_a_kiosk_shows_no_receipt_to_whoever_comes_next(opened, kiosk, fields):
    done = opened.post(f"/s/{kiosk}", data=fields)
    assert "struk" not in done.location
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-", opened.get(done.location).text)


def test_the_kiosks_form_is_kept_by_nobody_and_seals_nothing(opened, kiosk):
    page = opened.get(f"/s/{kiosk}")
    assert page.headers["Cache-Control"] == "no-store"
    assert "data-key" not in page.text
    assert 'autocomplete="off"' in page.text


def test_any_other_device_is_no_kiosk(client, app, world, kiosk, fields, body):
    assert client.get(f"/s/{kiosk}").status_code == 403
    assert client.post(f"/s/{kiosk}", data=fields).status_code == 403
    assert client.post(f"/api/v1/links/{kiosk}/responses", json=body).status_code == 403
    forger = app.test_client()
    for value in ("9999999999." + "0" * 64, "x", "9999999999.", "²." + "0" * 64):
        forger.set_cookie("__Host-kios", value, domain="localhost", secure=True)
        assert forger.post(f"/s/{kiosk}", data=fields).status_code == 403
    assert channels(world) == {}


def test_a_pass_is_for_one_kiosk_for_one_day_and_one_pin(
    opened, world, kiosk, make_link, fields, clock
):
    other = make_link(Channel.KIOSK)
    assert opened.post(f"/s/{other}", data=fields).status_code == 403
    clock.advance(hours=25)
    assert opened.post(f"/s/{kiosk}", data=fields).status_code == 403
    clock.advance(hours=-25)
    with world.store.write() as session:
        set_pin(session, kiosk, "559301")
    assert opened.post(f"/s/{kiosk}", data=fields).status_code == 403


def test_only_the_pin_ends_a_kiosk(opened, kiosk):
    leave = f"/kios/{kiosk}/keluar"
    assert post(opened, leave, page=leave, pin="000111").status_code == 422
    assert opened.get(f"/s/{kiosk}").status_code == 200
    assert post(opened, leave, page=leave, pin=PIN).status_code == 303
    assert opened.get(f"/s/{kiosk}").status_code == 403


def test_guessing_the_pin_is_slowed_down_and_the_right_one_waits_too(client, kiosk, clock):
    page = f"/kios/{kiosk}"
    for _ in range(FAILURES_ALLOWED):
        assert post(client, page, page=page, pin="123123").status_code == 422
    assert post(client, page, page=page, pin=PIN).status_code == 429
    clock.advance(minutes=16)
    assert post(client, page, page=page, pin=PIN).status_code == 303


def test_a_kiosk_without_a_pin_cannot_be_opened(client, make_link):
    page = f"/kios/{make_link(Channel.KIOSK)}"
    refused = post(client, page, page=page, pin=PIN)
    assert refused.status_code == 422
    assert "belum diatur" in refused.text


def test_the_pin_is_asked_with_a_token_and_kept_only_as_a_hash(client, world, kiosk):
    assert csrf_token(client.get(f"/kios/{kiosk}").text)
    with world.store.read() as session:
        stored = session.execute(select(Base.metadata.tables["kiosk_pin"])).one()
    assert stored.pin_hash.startswith("$argon2id$")


def test_a_link_of_another_channel_is_no_kiosk(client, world):
    assert client.get(f"/kios/{world.links['ktp']}").status_code == 404


@pytest.mark.parametrize("pin", ["12345", "123456", "987654", "111111", "90123456", "12ab56", ""])
def test_a_weak_pin_is_refused(world, kiosk, pin):
    with pytest.raises(SurveyError), world.store.write() as session:
        set_pin(session, kiosk, pin)


def test_the_lobbys_code_lets_in_and_changes_every_five_minutes(clock):
    key = bytes(32)
    code = lobby_code(key, "lobi0001", clock())
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{6}", code)
    assert is_lobby_code(key, "lobi0001", f" {code.lower()} ", clock())
    assert not is_lobby_code(key, "lobi0002", code, clock())
    clock.advance(seconds=seconds_left(clock()))
    assert lobby_code(key, "lobi0001", clock()) != code
    assert is_lobby_code(key, "lobi0001", code, clock())
    clock.advance(seconds=SLOT_SECONDS)
    assert not is_lobby_code(key, "lobi0001", code, clock())


def test_a_phone_in_the_lobby_answers_with_the_code_on_the_screen(
    client, app, world, make_link, fields, clock
):
    link = make_link(Channel.LOBBY)
    key = app.extensions["zi_survey"].receipt_key
    door = client.get(f"/s/{link}")
    assert door.status_code == 200
    assert 'name="kode"' in door.text
    assert client.get(f"/s/{link}?kode=AAAAAA").status_code == 404
    page = client.get(f"/s/{link}", query_string={"kode": lobby_code(key, link, clock())}).text
    assert " data-once" in page
    begun = re.search(r'name="begun" value="([^"]+)"', page).group(1)
    clock.advance(minutes=30)
    assert client.post(f"/s/{link}", data=fields | {"begun": begun}).status_code == 303
    assert channels(world) == {"lobby": 1}


def test_without_a_page_of_the_lobby_nothing_is_taken_and_the_answers_stay(
    client, app, world, make_link, fields, clock
):
    link = make_link(Channel.LOBBY)
    key = app.extensions["zi_survey"].receipt_key
    refused = client.post(f"/s/{link}", data=fields)
    assert refused.status_code == 403
    assert refused.text.count(" checked") == 9
    page = client.get(f"/s/{link}", query_string={"kode": lobby_code(key, link, clock())}).text
    begun = re.search(r'name="begun" value="([^"]+)"', page).group(1)
    clock.advance(hours=2, seconds=1)
    assert client.post(f"/s/{link}", data=fields | {"begun": begun}).status_code == 403
    assert channels(world) == {}


@pytest.mark.parametrize("detour", [{"waktu": "9"}, {SWITCHING: "ya"}, {"waktu": ""}])
def test_no_other_page_of_a_lobby_hands_out_its_pass(client, world, make_link, fields, detour):
    link = make_link(Channel.LOBBY)
    page = client.post(f"/s/{link}", data=fields | detour).text
    begun = re.search(r'name="begun" value="([^"]*)"', page).group(1)
    assert client.post(f"/s/{link}", data=fields | {"begun": begun}).status_code == 403
    assert channels(world) == {}


def test_an_assisted_form_says_that_an_officer_sees_the_answers(
    client, world, make_link, fields, link
):
    assisted = make_link(Channel.ASSISTED)
    assert "petugas melihat jawaban Anda" in client.get(f"/s/{assisted}").text
    assert "petugas tidak dapat melihat" not in client.get(f"/s/{assisted}").text
    assert "petugas melihat jawaban Anda" not in client.get(link).text
    assert client.post(f"/s/{assisted}", data=fields).status_code == 303
    assert channels(world) == {"assisted": 1}


def test_a_paper_link_takes_nothing_from_a_browser(client, world, make_link, fields):
    paper = make_link(Channel.PAPER)
    assert client.get(f"/s/{paper}").status_code == 403
    assert client.post(f"/s/{paper}", data=fields).status_code == 403
    assert channels(world) == {}
