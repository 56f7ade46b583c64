"""A new key takes over with the old one's word, and old heads stay checkable."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from instruments.errors import SurveyError
from survey_app.cli import group
from survey_app.ledger import rotation
from survey_app.ledger.keys import instance_public_key, instance_signer
from survey_app.ledger.rotation import NEXT_FILE, rotate_key
from survey_app.ledger.transparency import public_keys
from survey_app.ledger.verify import verify_database
from tests.ledger.tampering import unguarded


def rotate(world):
    world.clock.advance(days=30)
    return rotate_key(world.store, world.settings, world.clock())


def damages(world):
    trusted = instance_public_key(world.settings)
    return verify_database(world.store, trusted_key=trusted).damages


def test_seals_before_and_after_a_rotation_are_good(world):
    first = instance_signer(world.settings)
    for seed in range(3):
        world.fill(6, seed)
        world.seal()
        rotate(world)
    world.fill(6, seed=9)
    assert world.seal().key_id == instance_signer(world.settings).id != first.id
    assert damages(world) == []
    with world.store.read() as session:
        chain = public_keys(session)
    assert [key["vouched_by"] for key in chain] == [None, *(key["id"] for key in chain[:-1])]
    assert [key["retired_at"] is None for key in chain] == [False, False, False, True]


def test_the_old_secret_is_gone(world):
    world.fill(6)
    world.seal()
    before = (world.settings.instance / "signing.key").read_bytes()
    rotate(world)
    for file in world.settings.instance.iterdir():
        assert before not in file.read_bytes()


def test_a_retired_key_signs_nothing_more(world):
    world.fill(6)
    world.seal()
    path = world.settings.instance / "signing.key"
    before = path.read_bytes()
    rotate(world)
    path.write_bytes(before)
    world.fill(6, seed=2)
    with pytest.raises(SurveyError) as refusal:
        world.seal()
    assert refusal.value.code == "key-retired"


@pytest.mark.parametrize("moment", ["before the voucher", "after the voucher"])
def test_a_crash_during_a_rotation_is_mended_by_the_next(world, monkeypatch, moment):
    world.fill(6)
    world.seal()
    real = Path.replace

    def crash_on_record(*_):
        raise KeyboardInterrupt

    def crash_on_exchange(path, target):
        if path.name == NEXT_FILE:
            raise KeyboardInterrupt
        return real(path, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        if moment == "before the voucher":
            patch.setattr(rotation, "record_key", crash_on_record)
        else:
            patch.setattr(Path, "replace", crash_on_exchange)
        rotate(world)
    assert (world.settings.instance / NEXT_FILE).exists()
    rotate(world)
    assert not (world.settings.instance / NEXT_FILE).exists()
    with world.store.read() as session:
        assert len(public_keys(session)) == 2
    world.fill(6, seed=2)
    world.seal()
    assert damages(world) == []


def test_a_key_swapped_into_the_chain_is_named(world):
    world.fill(6)
    world.seal()
    signer = rotate(world)
    with unguarded(world) as session:
        session.execute(
            text("UPDATE signing_key SET voucher = :forged WHERE id = :id"),
            {"forged": bytes(64), "id": signer.id},
        )
    assert damages(world) == [f"kunci {signer.id}: jaminan kunci sebelumnya tidak sah"]


def test_the_commands_rotate_and_list(world, tmp_path, monkeypatch):
    monkeypatch.setenv("ZI_SURVEY_DATABASE_URL", world.settings.database_url)
    at = ["--instance", str(tmp_path / "instance")]
    rotated = CliRunner().invoke(group, ["keys", "rotate", *at])
    assert rotated.exit_code == 0, rotated.output
    listed = CliRunner().invoke(group, ["keys", "list", *at])
    assert len(listed.stdout.splitlines()) == 2
    assert instance_signer(world.settings).id in listed.stdout
