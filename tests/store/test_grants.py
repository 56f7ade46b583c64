"""The server's own role on PostgreSQL: all of its work, and no way to rewrite evidence."""

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from instruments.errors import SurveyError
from survey_app.ledger.verify import verify_database
from survey_app.store import Store, open_store
from survey_app.store.grants import grant_to
from survey_app.store.tables import Survey
from tests.worlds import make_world

ROLE = "zi_server"


@pytest.fixture
def served(store, make_settings, clock):
    """A world whose store is connected as the server's role."""
    with store.write() as session:
        if (
            session.execute(text(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'")).first()
            is None
        ):
            session.execute(text(f"CREATE ROLE {ROLE} LOGIN"))
    grant_to(store, ROLE)
    address = make_url(make_settings().effective_database_url).set(username=ROLE)
    settings = make_settings(database_url=address.render_as_string(hide_password=False))
    opened = open_store(settings)
    yield make_world(opened, settings, clock)
    opened.engine.dispose()
    with store.write() as session:
        session.execute(text(f"DROP OWNED BY {ROLE}"))


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_role_can_do_all_the_servers_work(served):
    served.fill(12)
    served.seal()
    served.fill(3, seed=2)
    served.close()
    assert verify_database(served.store).damages == []
    with served.store.read() as session:
        assert session.execute(text("SELECT current_user")).scalar_one() == ROLE
        assert session.get_one(Survey, served.survey_id).closed_at


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE response SET leaf = nonce",
        "UPDATE response SET answers = '{}'",
        "UPDATE seal SET size = 1",
        "UPDATE publication SET result = ''",
        "UPDATE signing_key SET public_key = ''",
        "DELETE FROM response",
        "DELETE FROM comment",
        "DELETE FROM receipt",
        "DELETE FROM seal",
        "DELETE FROM audit_event",
        "TRUNCATE response",
        "ALTER TABLE response DISABLE TRIGGER ALL",
        "DROP TRIGGER response_keeps_update ON response",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION may_be_erased(text, bytea) RETURNS boolean "
        "LANGUAGE sql AS 'SELECT true'",
    ],
)
def test_the_role_cannot_rewrite_evidence(served, attempt):
    served.fill(6)
    served.seal()
    with pytest.raises(DBAPIError), served.store.write() as session:
        session.execute(text(attempt))
    assert verify_database(served.store).damages == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_sqlite_has_no_roles(store: Store):
    with pytest.raises(SurveyError) as refusal:
        grant_to(store, ROLE)
    assert refusal.value.code == "roles-need-postgresql"


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("role", ["no_such_role", "x; DROP TABLE seal", ""])
def test_a_role_that_does_not_exist_is_refused(store, role):
    with pytest.raises(SurveyError) as refusal:
        grant_to(store, role)
    assert refusal.value.code == "role-invalid"
