"""A unit whose quarter of SPAK was published, with its evaluator, its staff and the app."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from survey_app.store.tables import Agency, Role, Unit
from tests.people import add_person, log_in
from tests.publications import publish
from tests.worlds import make_world


@pytest.fixture
def place(store, settings, clock, app):
    """Logged-in browsers over a unit with one published quarter of SPAK, seen in January."""
    world = make_world(store, settings, clock, "spak-2023")
    world.fill(60)
    world.seal()
    clock.advance(days=50)
    result = publish(world)
    with store.read() as session:
        unit = session.scalars(select(Unit)).one()
        agency = session.scalars(select(Agency)).one()
    add_person(store, clock, "tpi@x.id", Role.EVALUATOR, agency=agency)
    add_person(store, clock, "staff@x.id", Role.STAFF, unit=unit)
    add_person(store, clock, "super@x.id", Role.SUPERADMIN)
    return SimpleNamespace(
        world=world,
        store=store,
        clock=clock,
        unit=unit,
        index=result["groups"][0]["index"],
        evaluator=log_in(app, "tpi@x.id"),
        staff=log_in(app, "staff@x.id"),
        admin=log_in(app, "super@x.id"),
        address="/zi/unit-uji/2026",
    )
