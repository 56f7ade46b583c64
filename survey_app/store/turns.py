"""One holder of a name at a time, among all threads, processes and machines of an instance.

The lock is the operating system's for the embedded database and PostgreSQL's own otherwise, so
that it ends with whoever held it and nobody has to guess whether that one is still alive.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from survey_app.settings import Settings
from survey_app.store.engine import Store, telling_unavailable


@contextmanager
def turn(store: Store, settings: Settings, name: str) -> Iterator[bool]:
    """Hold `name` for the length of the block; False, at once, where another holds it.

    Raises StoreUnavailableError where the database cannot be had.
    """
    held = _file_turn(settings.instance, name) if store.is_sqlite else _database_turn(store, name)
    with held as is_ours:
        yield is_ours


@contextmanager
def _file_turn(folder: Path, name: str) -> Iterator[bool]:
    with (folder / f".{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _database_turn(store: Store, name: str) -> Iterator[bool]:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with telling_unavailable():
        connection = store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Out of the pool: closing it then ends the session, and the lock with it.
        connection.detach()
    try:
        with telling_unavailable():
            asked = text("SELECT pg_try_advisory_lock(:key)")
            is_ours = bool(connection.execute(asked, {"key": key}).scalar())
        yield is_ours
    finally:
        connection.close()
