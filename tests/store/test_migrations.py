"""The schema goes up, down and up again, equals the models, and guards its evidence."""

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from survey_app.ledger.verify import verify_database
from survey_app.store.migrate import (
    current_revision,
    downgrade,
    head_revision,
    migration_config,
    require_current,
    upgrade,
)
from tests.worlds import make_world

EVIDENCE = ("response", "comment", "receipt", "seal")


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(12)
    made.seal()
    made.fill(3, seed=2)
    return made


def rows(store, table):
    with store.read() as session:
        found = session.execute(text(f"SELECT * FROM {table}"))
        return sorted(tuple(map(str, row)) for row in found)


def test_the_migrations_make_exactly_the_schema_of_the_models(store):
    with store.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        command.check(migration_config(connection))


def test_all_migrations_can_be_undone_and_done_again(store):
    downgrade(store, "base")
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}
    upgrade(store)
    assert current_revision(store) == head_revision()


def test_leaves_and_heads_survive_a_step_down_and_up(world):
    before = {table: rows(world.store, table) for table in EVIDENCE}
    downgrade(world.store, "0001")
    upgrade(world.store)
    assert {table: rows(world.store, table) for table in EVIDENCE} == before
    assert verify_database(world.store).damages == []


def test_upgrading_twice_changes_nothing(store):
    upgrade(store)
    require_current(store)


CHANGES = [
    "UPDATE response SET answers = '{}'",
    "UPDATE response SET day = '2020-01-01'",
    "UPDATE response SET channel = 'ticket', service_id = NULL",
    "UPDATE response SET seal_id = NULL",
    "UPDATE response SET answers = NULL, profile = NULL, nonce = NULL",
    "UPDATE comment SET text = 'lain'",
    "UPDATE comment SET text = NULL, nonce = NULL",
    "UPDATE receipt SET day = '2020-01-01'",
    "UPDATE receipt SET seal_id = NULL",
    "UPDATE seal SET tally = '{}'",
    "UPDATE seal SET number = number + 1",
    *(f"DELETE FROM {table}" for table in EVIDENCE),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_evidence(world, change):
    with pytest.raises(DBAPIError, match="stay as they are"), world.store.write() as session:
        session.execute(text(change))
    assert verify_database(world.store).damages == []


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("table", EVIDENCE)
def test_evidence_cannot_be_truncated(world, table):
    with pytest.raises(DBAPIError, match="stay as they are"), world.store.write() as session:
        session.execute(text(f"TRUNCATE {table} CASCADE"))


def test_the_journals_of_publications_and_acts_are_kept_too(store):
    add = (
        "INSERT INTO audit_event (at, action, object, detail) "
        "VALUES ('2026-11-24 00:00:00', 'uji', 'x', '{}')"
    )
    with store.write() as session:
        session.execute(text(add))
    for change in ("UPDATE audit_event SET action = 'lain'", "DELETE FROM audit_event"):
        with pytest.raises(DBAPIError, match="stay as they are"), store.write() as session:
            session.execute(text(change))


def test_content_may_be_emptied_only_where_two_accounts_agreed(world):
    target = rows_of(world, "SELECT id FROM response WHERE seal_id IS NOT NULL LIMIT 1")
    with world.store.write() as session:
        for number in (1, 2):
            session.execute(
                text(
                    "INSERT INTO account (id, email, name, password_hash, created_at) "
                    "VALUES (:id, :email, 'N', 'x', '2026-11-24 00:00:00')"
                ),
                {"id": number, "email": f"{number}@contoh.go.id"},
            )
    erase = "UPDATE response SET answers = NULL, profile = NULL, nonce = NULL WHERE id = :id"
    add = (
        "INSERT INTO erasure (kind, target_id, state, reason, asked_by, decided_by) "
        "VALUES ('response', :id, :state, 'putusan', 1, :by)"
    )
    for state, by in (("asked", None), ("done", 1), ("refused", 2)):
        with world.store.write() as session:
            session.execute(text(add), {"id": target, "state": state, "by": by})
        with pytest.raises(DBAPIError, match="stay as they are"), world.store.write() as session:
            session.execute(text(erase), {"id": target})
    with world.store.write() as session:
        session.execute(text(add), {"id": target, "state": "done", "by": 2})
        session.execute(text(erase), {"id": target})
    report = verify_database(world.store)
    assert (report.damages, report.erased) == ([], 1)


def rows_of(world, question):
    with world.store.read() as session:
        return session.execute(text(question)).scalar_one()
