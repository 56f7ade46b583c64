"""One unit with an open survey, and its staff before the desk."""

import pytest
from sqlalchemy import select

from survey_app.store.tables import Role, Unit
from tests.people import add_person, log_in
from tests.worlds import World, make_world


@pytest.fixture
def world(store, settings, clock) -> World:
    """An open survey of the unit `unit-uji`, without answers."""
    return make_world(store, settings, clock)


@pytest.fixture
def desk(app, store, clock, world):
    """A browser of somebody of the unit's staff."""
    with store.read() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == "unit-uji")).one()
    return log_in(app, add_person(store, clock, "petugas@x.id", Role.STAFF, unit=unit))
