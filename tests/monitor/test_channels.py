"""Staff handle channels: the lobby's screen and the PIN of a kiosk."""

import base64
import re

import pytest

from survey_app.administer.surveys import create_link, find_survey
from survey_app.store.tables import Channel, KioskPin
from tests.people import post


@pytest.fixture
def links(world):
    """A link of each channel that staff handle."""
    with world.store.write() as session:
        survey = find_survey(session, world.key)
        return {
            channel: create_link(session, survey, channel=channel).code
            for channel in (Channel.KIOSK, Channel.LOBBY, Channel.ASSISTED)
        }


def test_the_screen_leads_to_the_form_and_renews_itself(desk, app, world, links, clock):
    screen = desk.get(f"/meja/survei/{world.key}/layar/{links[Channel.LOBBY]}").text
    code = re.search(r'class="lobby-code">([0-9A-Z]{6})<', screen).group(1)
    assert int(re.search(r'http-equiv="refresh" content="(\d+)"', screen).group(1)) <= 301
    drawing = base64.b64decode(re.search(r"base64,([^\"]+)", screen).group(1))
    assert drawing.startswith(b"<svg")
    phone = app.test_client()
    assert phone.get(f"/s/{links[Channel.LOBBY]}?kode={code}").status_code == 200
    clock.advance(minutes=11)
    assert phone.get(f"/s/{links[Channel.LOBBY]}?kode={code}").status_code == 404


def test_a_screen_is_for_lobby_links_alone(desk, world, links):
    address = f"/meja/survei/{world.key}/layar/{links[Channel.KIOSK]}"
    assert desk.get(address).status_code == 404


def test_staff_set_the_pin_and_weak_ones_are_explained(desk, world, links, store):
    page = f"/meja/survei/{world.key}/saluran"
    address = f"/meja/survei/{world.key}/kios/{links[Channel.KIOSK]}/pin"
    post(desk, address, page=page, pin="123456")
    assert "tidak berurutan" in desk.get(page).text
    post(desk, address, page=page, pin="402918")
    with store.read() as session:
        assert session.get(KioskPin, links[Channel.KIOSK]) is not None


def test_every_channel_has_its_place_on_the_page(desk, world, links):
    page = desk.get(f"/meja/survei/{world.key}/saluran").text
    assert f"/kios/{links[Channel.KIOSK]}" in page
    assert f"/layar/{links[Channel.LOBBY]}" in page
    assert f'href="/s/{links[Channel.ASSISTED]}"' in page
