"""Connections that keep what they acknowledge."""

import pytest
from sqlalchemy import text

from instruments.errors import SurveyError
from survey_app.store import StoreUnavailableError, open_store
from survey_app.store.engine import _require
from survey_app.store.migrate import current_revision, head_revision


def test_every_pooled_connection_syncs_its_commits(store):
    questions = {
        True: {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2", "PRAGMA foreign_keys": "1"},
        False: {"SHOW fsync": "on", "SHOW synchronous_commit": "on"},
    }[store.is_sqlite]
    connections = [store.engine.connect() for _ in range(5)]
    try:
        for connection in connections:
            for question, expected in questions.items():
                assert str(connection.execute(text(question)).scalar_one()) == expected
    finally:
        for connection in connections:
            connection.close()


def test_a_setting_that_may_lose_data_is_refused():
    with pytest.raises(SurveyError) as refusal:
        _require("synchronous", "1", "2")
    assert refusal.value.code == "database-not-durable"


def test_a_test_database_is_migrated(store):
    assert current_revision(store) == head_revision()


def test_a_writing_block_that_fails_leaves_nothing(store):
    statement = text("INSERT INTO agency (slug, name) VALUES ('a', 'A')")
    with pytest.raises(RuntimeError), store.write() as session:
        session.execute(statement)
        raise RuntimeError("crash")
    with store.read() as session:
        assert session.execute(text("SELECT count(*) FROM agency")).scalar_one() == 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_second_sqlite_writer_fails_at_its_start_and_soon(make_settings):
    store = open_store(make_settings(database_wait_seconds=0.2))
    with store.write() as first:
        first.execute(text("SELECT 1"))
        with pytest.raises(StoreUnavailableError), store.write() as second:
            second.execute(text("SELECT 1"))
    store.engine.dispose()
