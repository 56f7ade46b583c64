"""Sealing by itself while a server runs, and by command."""

import secrets
import threading
import time
from datetime import timedelta

from click.testing import CliRunner
from sqlalchemy import func, select

from survey_app.cli import group
from survey_app.ledger.sealer import start_sealer
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Contact, Response, Seal, Survey
from tests.ledger.tampering import unguarded


def seal_count(world) -> int:
    with world.store.read() as session:
        return session.scalar(select(func.count()).select_from(Seal))


def wait_for(condition, seconds=10):
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def stop(*sealers):
    for stopping in sealers:
        stopping.set()
    for thread in threading.enumerate():
        if thread.name == "sealer":
            thread.join(10)


def test_the_sealer_seals_what_waits_at_start(world):
    world.fill(6)
    stopping = start_sealer(world.store, world.settings, world.clock)
    wait_for(lambda: seal_count(world) == 1)
    stop(stopping)
    assert verify_database(world.store).is_good


def test_sealers_of_several_workers_do_not_disturb_each_other(world):
    world.fill(30)
    sealers = [start_sealer(world.store, world.settings, world.clock) for _ in range(4)]
    wait_for(lambda: seal_count(world) == 1)
    stop(*sealers)
    assert seal_count(world) == 1
    assert verify_database(world.store).is_good


def test_a_damaged_answer_does_not_end_the_sealer(world, make_settings):
    world.fill(6)
    with unguarded(world) as session:
        broken = session.scalars(select(Response)).first()
        kept, broken.answers = broken.answers, "{not json"
        session.flush()
    eager = make_settings(seal_interval_seconds=5)
    object.__setattr__(eager, "seal_interval_seconds", 0.05)
    stopping = start_sealer(world.store, eager, world.clock)
    time.sleep(0.3)
    assert seal_count(world) == 0
    with unguarded(world) as session:
        session.get_one(Response, broken.id).answers = kept
    wait_for(lambda: seal_count(world) == 1)
    stop(stopping)
    assert verify_database(world.store).is_good


def test_the_command_seals_what_waits(world, tmp_path, monkeypatch):
    monkeypatch.setenv("ZI_SURVEY_DATABASE_URL", world.settings.database_url)
    world.fill(6)
    result = CliRunner().invoke(group, ["seal", "--all", "--instance", str(tmp_path / "instance")])
    assert (result.exit_code, result.stdout) == (0, "1 survei disegel.\n")
    assert seal_count(world) == 1


def test_the_sealer_erases_contacts_whose_retention_is_over_and_no_others(world):
    with world.store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        kept_days = world.settings.contact_retention_days
        today = world.clock().date()
        for age in (kept_days, kept_days + 1):
            row = {"survey_id": survey.id, "name": f"Ani {age}", "telephone": "081234567890"}
            day = today - timedelta(days=age)
            session.add(Contact(id=secrets.token_bytes(16), day=day, **row))

    def names():
        with world.store.read() as session:
            return set(session.scalars(select(Contact.name)))

    stopping = start_sealer(world.store, world.settings, world.clock)
    wait_for(lambda: names() == {f"Ani {kept_days}"})
    stop(stopping)
