"""A citizen's world: an open survey behind a link, and ways to answer it."""

import secrets

import pytest

from tests.worlds import make_world


@pytest.fixture
def world(store, settings, clock):
    """An open SKM on the test's store."""
    return make_world(store, settings, clock)


@pytest.fixture
def link(world):
    """The address of the first service's form."""
    return f"/s/{world.links['ktp']}"


@pytest.fixture
def endpoint(world):
    """The JSON address of the first service's link."""
    return f"/api/v1/links/{world.links['ktp']}/responses"


@pytest.fixture
def fields(world):
    """A whole, valid form."""
    answers = dict.fromkeys(world.instrument.codes, "3")
    return {"submission_id": secrets.token_urlsafe(16), "language": "id"} | answers


@pytest.fixture
def body(world):
    """A whole, valid JSON body."""
    return {
        "submission_id": secrets.token_urlsafe(16),
        "answers": dict.fromkeys(world.instrument.codes, 4),
        "profile": {"jenis_kelamin": "p"},
        "comment": "Terima kasih",
        "language": "id",
    }
