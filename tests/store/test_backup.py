"""A restore drill, on both databases and from one to the other; damage is noticed first."""

import stat
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from instruments.errors import SurveyError
from survey_app.cli import group
from survey_app.ledger.accept import record_response
from survey_app.ledger.keys import instance_public_key
from survey_app.ledger.verify import verify_database
from survey_app.settings import instance_secret, load_settings
from survey_app.store import open_store
from survey_app.store.backup import restore_backup, write_backup
from survey_app.store.tables import Base
from tests.worlds import RECEIPT_KEY, World, make_world, submissions


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    instance_secret(settings, "receipt.key")
    made.fill(12)
    made.seal()
    made.fill(3, seed=2)
    return made


@pytest.fixture
def clean(tmp_path, request):
    """A function that gives a clean instance on a database of some kind."""
    opened = []

    def make(kind):
        url = ""
        if kind == "postgresql":
            server = request.getfixturevalue("postgres_server")
            url = server.address(server.create())
        settings = load_settings(tmp_path / f"clean-{len(opened)}", database_url=url)
        store = open_store(settings)
        opened.append(store)
        return store, settings

    yield make
    for store in opened:
        store.engine.dispose()


def backed_up(world, tmp_path):
    path = tmp_path / "backup.zip"
    write_backup(world.store, world.settings, path, world.clock())
    return path


def content(store):
    with store.read() as session:
        return {
            table.name: sorted(str(tuple(row)) for row in session.execute(table.select()))
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_restored_instance_is_the_same_and_goes_on(world, tmp_path, clean, target):
    path = backed_up(world, tmp_path)
    store, settings = clean(target)
    restore_backup(store, settings, path)
    assert content(store) == content(world.store)
    assert instance_public_key(settings) == instance_public_key(world.settings)
    moved = World(**(vars(world) | {"store": store, "settings": settings}))
    assert verify_database(store, trusted_key=instance_public_key(settings)).damages == []
    moved.fill(5, seed=3)
    assert moved.seal().number == 2
    assert make_world(store, settings, world.clock, slug="unit-baru").survey_id
    assert verify_database(store).damages == []


def test_a_retry_after_a_restore_is_still_recognised(world, tmp_path, clean):
    submission = next(submissions(world.instrument, 1, seed=77))
    first = world.accept(submission)
    path = backed_up(world, tmp_path)
    store, settings = clean("sqlite")
    restore_backup(store, settings, path)
    with store.write() as session:
        again = record_response(session, world.origin(), submission, RECEIPT_KEY)
    assert (again.receipt, again.is_new) == (first.receipt, False)


def test_a_backup_made_while_answers_arrive_is_whole(world, tmp_path, clean):
    stopping, seeds = threading.Event(), iter(range(100, 10_000))

    def write():
        while not stopping.is_set():
            world.fill(2, next(seeds))
            world.seal()

    with ThreadPoolExecutor(2) as pool:
        writer = pool.submit(write)
        paths = []
        for number in range(3):
            paths.append(tmp_path / f"backup-{number}.zip")
            write_backup(world.store, world.settings, paths[-1], world.clock())
        stopping.set()
        writer.result()
    store, settings = clean("sqlite")
    restore_backup(store, settings, paths[-1])
    report = verify_database(store)
    assert report.damages == []
    assert report.responses >= 15


def test_a_backup_is_for_its_owner_only(world, tmp_path):
    assert stat.S_IMODE(backed_up(world, tmp_path).stat().st_mode) == 0o600


def content_byte(path, place):
    """Where the middle of some part's content lies; times in the ZIP's headers say nothing."""
    with zipfile.ZipFile(path) as archive:
        parts = [part for part in archive.infolist() if part.file_size]
        part = parts[int(len(parts) * place)]
        raw = path.read_bytes()[part.header_offset :]
    name, extra = (int.from_bytes(raw[step : step + 2], "little") for step in (26, 28))
    return part.header_offset + 30 + name + extra + part.compress_size // 2


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_flipped_byte_is_noticed_and_nothing_is_restored(world, tmp_path, clean, place):
    path = backed_up(world, tmp_path)
    damaged = bytearray(path.read_bytes())
    damaged[content_byte(path, place)] ^= 0x20
    path.write_bytes(damaged)
    store, settings = clean("sqlite")
    with pytest.raises(SurveyError) as refusal:
        restore_backup(store, settings, path)
    assert refusal.value.code == "backup-damaged"
    assert not (settings.instance / "signing.key").exists()


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("kind", ["empty", "cut", "no zip", "part missing", "absent"])
def test_a_file_that_is_no_whole_backup_is_refused(world, tmp_path, clean, kind):
    path = backed_up(world, tmp_path)
    whole = path.read_bytes()
    if kind == "part missing":
        with zipfile.ZipFile(path) as source:
            parts = {name: source.read(name) for name in source.namelist()}
        with zipfile.ZipFile(path, "w") as target:
            for name, part in parts.items():
                if name != "tables/response.jsonl":
                    target.writestr(name, part)
    elif kind == "absent":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "no zip": b"x" * 99}[kind])
    store, settings = clean("sqlite")
    with pytest.raises(SurveyError) as refusal:
        restore_backup(store, settings, path)
    assert refusal.value.code == "backup-damaged"
    assert str(refusal.value).startswith(str(path))


def test_an_instance_that_holds_something_is_not_overwritten(world, tmp_path):
    path = backed_up(world, tmp_path)
    before = content(world.store)
    with pytest.raises(SurveyError) as refusal:
        restore_backup(world.store, world.settings, path)
    assert refusal.value.code == "restore-not-empty"
    assert content(world.store) == before


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_tree_of_units_is_restored_parents_first(world, tmp_path, clean):
    with world.store.write() as session:
        session.execute(
            text(
                "INSERT INTO unit (id, agency_id, parent_id, slug, name, address, timezone) "
                "SELECT 900, agency_id, NULL, 'induk', 'Induk', '', timezone FROM unit LIMIT 1"
            )
        )
        session.execute(text("UPDATE unit SET parent_id = 900 WHERE slug = 'unit-uji'"))
    store, settings = clean("postgresql")
    restore_backup(store, settings, backed_up(world, tmp_path))
    assert content(store) == content(world.store)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_commands_back_up_and_restore(world, tmp_path):
    runner, path = CliRunner(), tmp_path / "backup.zip"
    made = runner.invoke(group, ["backup", str(path), "--instance", str(world.settings.instance)])
    assert made.exit_code == 0, made.output
    restored = runner.invoke(group, ["restore", str(path), "--instance", str(tmp_path / "new")])
    assert restored.exit_code == 0, restored.output
    assert "15 jawaban: utuh." in restored.stdout
