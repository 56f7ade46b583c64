"""The inspectorate sees when answers came, in fives, and which kiosk hours to look into."""

import re

import pytest
from sqlalchemy import select

from survey_app.ledger.arrivals import Arrival, count_arrival
from survey_app.store.tables import Agency, Role
from tests.people import add_person, log_in
from tests.worlds import make_world


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


@pytest.fixture
def inspector(app, world, store, clock):
    with store.read() as session:
        agency = session.scalars(select(Agency)).one()
    return log_in(app, add_person(store, clock, "i@x.id", Role.INSPECTOR, agency=agency))


def arrive(world, channel, count):
    with world.store.write() as session:
        for _ in range(count):
            arrival = Arrival(world.survey_id, channel, True, False, 300)
            count_arrival(session, arrival, world.clock())


def cells(page):
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", page)]


def test_counts_are_shown_by_hour_at_the_units_time_in_whole_fives(inspector, world):
    arrive(world, "open", 13)
    assert world.key in inspector.get("/evaluasi/kedatangan").text
    page = inspector.get(f"/evaluasi/kedatangan/{world.key}").text
    assert "24 November 2026 10.00" in page
    assert cells(page) == ["tautan terbuka", "0", "10", "10", "0"]
    assert "perlu verifikasi" not in page


def test_a_kiosk_busier_than_people_can_be_is_marked_and_still_counted(inspector, world):
    arrive(world, "kiosk", 35)
    page = inspector.get(f"/evaluasi/kedatangan/{world.key}").text
    assert "perlu verifikasi" in page
    assert "Perlu diperiksa" in page
    assert cells(page)[2] == "35"
