"""An acknowledgement means "on disk": counted at the system call, not believed."""

import os
import shutil
import time

import psycopg
import pytest

from tests.faults.server import Server, post
from tests.worlds import submissions

POSTS = 60


def acknowledge(world, server, count):
    replies = [
        post(server.port, world.links["ktp"], one) for one in submissions(world.instrument, count)
    ]
    assert {reply.status for reply in replies} == {201}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.skipif(
    shutil.which("strace") is None and not os.environ.get("CI"), reason="strace is not installed"
)
def test_sqlite_syncs_at_least_once_for_each_acknowledgement(world, tmp_path):
    trace = tmp_path / "trace"
    wrapper = ["strace", "-f", "--trace=fdatasync,fsync", "-o", str(trace)]
    server = Server(world, tmp_path, wrapper).start(ZI_SURVEY_SEAL_INTERVAL_SECONDS="3600")
    try:
        before = _synced(trace)
        acknowledge(world, server, POSTS)
        synced = _synced(trace) - before
    finally:
        server.stop()
    assert synced >= POSTS
    print(f"\nfdatasync calls for {POSTS} acknowledgements on SQLite: {synced}")


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_postgresql_syncs_its_log_at_least_once_for_each_acknowledgement(world, server):
    server.start(ZI_SURVEY_SEAL_INTERVAL_SECONDS="3600")
    before = _wal_syncs(world)
    acknowledge(world, server, POSTS)
    give_up = time.monotonic() + 10
    # A backend reports its figures up to a second after it made them.
    while (synced := _wal_syncs(world) - before) < POSTS and time.monotonic() < give_up:
        time.sleep(0.2)
    assert synced >= POSTS
    print(f"\nsyncs of the log for {POSTS} acknowledgements on PostgreSQL: {synced}")


def _synced(trace):
    lines = trace.read_text().splitlines()
    return sum("sync(" in line and "= 0" in line for line in lines)


def _wal_syncs(world):
    address = world.settings.database_url.replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        question = "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
        return int(connection.execute(question).fetchone()[0])
