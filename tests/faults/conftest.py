"""A world, and the real server that serves it."""

import pytest

from tests.faults.server import Server
from tests.worlds import make_world


@pytest.fixture
def world(store, settings, clock):
    """An open survey on the test's store."""
    return make_world(store, settings, clock)


@pytest.fixture
def server(world, tmp_path):
    """The server, not started yet; stopped at the end whatever happens."""
    made = Server(world, tmp_path)
    yield made
    made.stop()
