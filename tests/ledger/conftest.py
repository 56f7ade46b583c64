"""The world that the ledger's tests play in."""

import pytest

from tests.worlds import World, make_world


@pytest.fixture
def world(store, settings, clock) -> World:
    """An open survey on the test's store."""
    return make_world(store, settings, clock)
