"""Connections that keep what they acknowledge.

A commit on any connection from here is on disk when it returns. Reading and writing are
separate doors: on SQLite a writing transaction takes its lock at once, so that it waits at
the start (and fails cleanly there) and never half-way.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError  # noqa: A004
from sqlalchemy.orm import Session

import survey_app.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError
from survey_app.settings import Settings

_ASK_AGAIN_SECONDS = 0.0003
_SQLITE_DURABILITY = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
_POSTGRES_DURABILITY = {"fsync": "on", "synchronous_commit": "on"}


class StoreUnavailableError(SurveyError):
    """The database cannot be had just now: nothing was saved and a retry may succeed."""

    http_status = 503


class Store:
    """The database of one instance; `read()` and `write()` give sessions."""

    def __init__(self, engine: Engine, wait: float) -> None:
        self.engine = engine
        self._writer = engine.execution_options(begin="IMMEDIATE")
        self._turn = _Turn(wait) if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Whether this store is the embedded one."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the data and changes nothing.

        Raises StoreUnavailableError where the database cannot be had.
        """
        with telling_unavailable(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are all on disk when the block ends, or none of them.

        Raises StoreUnavailableError where the database cannot be had; nothing is saved then.
        """
        with (
            telling_unavailable(),
            self._turn,
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session


class _Turn(AbstractContextManager[None]):
    """One writer at a time in this process.

    SQLite's own waiting polls with growing pauses, which wastes most of its time among the
    many threads of a worker; a lock hands over at once.
    """

    def __init__(self, wait: float) -> None:
        self._lock = threading.Lock()
        self._wait = wait

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._wait):
            raise StoreUnavailableError("database-unreachable")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@contextmanager
def telling_unavailable() -> Iterator[None]:
    """Turn "busy, full, gone or out of connections" into StoreUnavailableError.

    Other faults of the database are faults of ours and pass as they are.
    """
    try:
        yield
    except (OperationalError, TimeoutError) as error:
        raise StoreUnavailableError("database-unreachable") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailableError("database-unreachable") from error
        raise


def open_store(settings: Settings) -> Store:
    """The store that the settings name; no connection is made yet."""
    url = settings.effective_database_url
    wait = settings.database_wait_seconds
    engine = _sqlite_engine(url, wait) if url.startswith("sqlite") else _postgres_engine(url, wait)
    return Store(engine, wait / 2)


def _sqlite_engine(url: str, wait: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": wait / 2, "check_same_thread": False, "isolation_level": None},
        pool_size=10,
        max_overflow=40,
        pool_timeout=wait,
    )

    @event.listens_for(engine, "connect")
    def _make_durable(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is erased by law must not stay readable in the file's free pages.
        cursor.execute("PRAGMA secure_delete=ON")
        for name, expected in _SQLITE_DURABILITY.items():
            actual = str(cursor.execute(f"PRAGMA {name}").fetchone()[0])
            _require(name, actual, expected)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("begin") == "IMMEDIATE":
            _begin_writing(connection.connection.driver_connection, wait / 2)
        else:
            connection.exec_driver_sql("BEGIN DEFERRED")

    return engine


def _begin_writing(connection: Any, wait: float) -> None:
    """Take the write lock, asking often: SQLite's own pauses grow to a tenth of a second."""
    deadline = time.monotonic() + wait
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > deadline:
                    raise StoreUnavailableError("database-unreachable") from error
                time.sleep(_ASK_AGAIN_SECONDS)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {round(wait * 1000)}")


def _postgres_engine(url: str, wait: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={"connect_timeout": max(2, round(wait))},
        pool_size=10,
        max_overflow=20,
        pool_timeout=wait,
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "connect")
    def _require_durable(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            for name, expected in _POSTGRES_DURABILITY.items():
                actual = cursor.execute(f"SHOW {name}").fetchone()[0]
                _require(name, actual, expected)
            cursor.execute(f"SET lock_timeout = {round(wait * 1000)}")
            cursor.execute("SET statement_timeout = 60000")
        connection.commit()

    return engine


def _require(name: str, actual: str, expected: str) -> None:
    if actual != expected:
        raise SurveyError("database-not-durable", name=name, actual=actual, expected=expected)
