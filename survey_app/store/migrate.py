"""Bring a database to the schema of this version, or say that it is behind."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from instruments.errors import SurveyError
from survey_app.store.engine import Store, telling_unavailable


def migration_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for the migrations inside this package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(store: Store, revision: str = "head") -> None:
    """Apply all migrations up to `revision` in one transaction; nothing where up to date."""
    # Looked at before the write lock is asked for: a worker must be able to start while
    # somebody else is writing.
    if revision == "head" and current_revision(store) == head_revision():
        return
    writer = store.engine.execution_options(begin="IMMEDIATE")
    with telling_unavailable(), writer.begin() as connection:
        command.upgrade(migration_config(connection), revision)


def downgrade(store: Store, revision: str) -> None:
    """Undo migrations down to `revision` (`base` undoes all)."""
    writer = store.engine.execution_options(begin="IMMEDIATE")
    with telling_unavailable(), writer.begin() as connection:
        command.downgrade(migration_config(connection), revision)


def current_revision(store: Store) -> str | None:
    """The schema's revision in the database, None where it is empty."""
    with telling_unavailable(), store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str | None:
    """The revision that this version of the program needs."""
    return ScriptDirectory.from_config(migration_config()).get_current_head()


def require_current(store: Store) -> None:
    """Raise SurveyError where the schema is not the one that this program needs."""
    actual, expected = current_revision(store), head_revision()
    if actual != expected:
        raise SurveyError("database-behind", actual=actual or "-", expected=expected)
