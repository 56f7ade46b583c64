"""What a server does by itself: nothing slow or broken in it holds up a seal or another chore."""

import threading

import pytest
from sqlalchemy import func, select

from survey_app import chores
from survey_app.chores import Chore, do_apart, start_chores
from survey_app.ledger.sealer import start_sealer
from survey_app.store.tables import Seal
from survey_app.store.turns import turn
from tests.ledger.test_sealer import wait_for
from tests.worlds import make_world

sqlite_only = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def eager(make_settings):
    """Settings with which rounds follow each other at once."""
    settings = make_settings(seal_interval_seconds=5)
    object.__setattr__(settings, "seal_interval_seconds", 0.02)
    return settings


class Told:
    """A log that a test can read."""

    def __init__(self):
        self.lines = []

    def error(self, event, **fields):
        self.lines.append((event, fields["chore"], fields["kind"], fields["reason"]))


@sqlite_only
def test_a_chore_that_blocks_delays_no_seal_and_no_other_chore(store, eager, clock):
    world = make_world(store, eager, clock)
    blocking, rounds = threading.Event(), []
    stuck = Chore("stuck", lambda *_: blocking.wait(60))
    other = Chore("other", lambda *_: rounds.append(1))
    started = [start_chores(store, eager, clock, [stuck, other]), start_sealer(store, eager, clock)]
    for sealed in (1, 2):
        world.fill(6, seed=sealed)
        wait_for(lambda seals=sealed: seal_count(store) == seals)
    wait_for(lambda: len(rounds) > 2)
    assert not blocking.is_set()
    blocking.set()
    for stopping in started:
        stopping.set()


def seal_count(store):
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Seal))


@sqlite_only
def test_a_chore_that_fails_is_logged_and_tried_again_and_stops_no_other(
    store, eager, clock, monkeypatch
):
    log, tried, rounds = Told(), [], []
    monkeypatch.setattr(chores, "log", log)

    def fail(*_):
        tried.append(1)
        raise ZeroDivisionError("jawaban seseorang")

    both = [Chore("broken", fail), Chore("other", lambda *_: rounds.append(1))]
    stopping = start_chores(store, eager, clock, both)
    wait_for(lambda: len(tried) > 2 and len(rounds) > 2)
    stopping.set()
    assert set(log.lines) == {("chore_failed", "broken", "ZeroDivisionError", "")}


def test_one_holder_at_a_time_has_a_name(store, settings):
    with turn(store, settings, "a") as first, turn(store, settings, "a") as second:
        assert (first, second) == (True, False)
        with turn(store, settings, "b") as other:
            assert other
    with turn(store, settings, "a") as again:
        assert again


@sqlite_only
def test_of_several_processes_one_does_a_chore_and_each_its_own(store, eager, clock):
    at_once, most, own = [], [], []

    def shared(*_):
        at_once.append(1)
        most.append(len(at_once))
        at_once.pop()

    both = [Chore("shared", shared), Chore("own", lambda *_: own.append(1), is_own=True)]
    started = [start_chores(store, eager, clock, both) for _ in range(4)]
    wait_for(lambda: len(most) > 20 and len(own) > 20)
    for stopping in started:
        stopping.set()
    assert set(most) == {1}


def broken(*_):
    raise ValueError


@sqlite_only
def test_what_is_done_apart_tells_when_it_fails(settings, clock, capfd):
    with pytest.raises(ChildProcessError):
        do_apart(broken, settings, clock())
    assert "apart_failed" in capfd.readouterr().err
