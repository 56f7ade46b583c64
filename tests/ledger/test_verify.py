"""Every way of tampering is found and named; a clean ledger raises no alarm."""

import json
import random

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from survey_app.cli import group
from survey_app.ledger.keys import instance_public_key
from survey_app.ledger.transparency import public_heads, public_keys
from survey_app.ledger.verify import verify_database
from tests.ledger.tampering import ATTACKS, ONLY_A_WITNESS_SEES, unguarded
from tests.worlds import make_world


@pytest.fixture
def sealed_world(store, settings, clock):
    """Three sealed batches, and a few answers that wait."""
    world = make_world(store, settings, clock)
    for seed in range(3):
        world.fill(8, seed)
        world.seal()
        clock.advance(days=1)
    world.fill(3, seed=9)
    return world


def heads(world):
    with world.store.read() as session:
        return public_heads(session)


def verify(world, witness=()):
    return verify_database(
        world.store, trusted_key=instance_public_key(world.settings), witness=witness
    )


def test_a_clean_ledger_is_good(sealed_world):
    report = verify(sealed_world, heads(sealed_world))
    assert report.damages == []
    assert (report.surveys, report.seals, report.responses) == (1, 3, 27)
    assert report.witnessed == 3


@pytest.mark.parametrize("has_witness", [False, True], ids=["alone", "witness"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_tampering_is_found_and_named(sealed_world, attack, has_witness):
    seen = heads(sealed_world) if has_witness else ()
    named = ATTACKS[attack](sealed_world)
    report = verify(sealed_world, seen)
    assert not report.is_good
    if attack == "re-sign with another key" and not has_witness:
        assert any("kunci" in damage for damage in report.damages), report.damages
    else:
        assert any(named in damage for damage in report.damages), report.damages


@pytest.mark.parametrize("attack", ONLY_A_WITNESS_SEES)
def test_a_witness_sees_what_the_database_alone_cannot_show(sealed_world, attack):
    seen = heads(sealed_world)
    named = ONLY_A_WITNESS_SEES[attack](sealed_world)
    # Said aloud rather than hidden: without an outside witness this passes.
    assert verify(sealed_world).damages == []
    report = verify(sealed_world, seen)
    assert any(named in damage and "saksi" in damage for damage in report.damages)


def test_one_altered_answer_is_one_line(sealed_world):
    named = ATTACKS["alter an answer"](sealed_world)
    assert verify(sealed_world).damages == [
        f"survei {sealed_world.key}: segel 1: jawaban {named} diubah"
    ]


WAITING_DAMAGE = {
    "answer": "UPDATE response SET answers = '{}' WHERE seal_id IS NULL",
    "comment": "UPDATE comment SET text = 'lain' WHERE seal_id IS NULL",
    "lost response": "DELETE FROM response WHERE seal_id IS NULL",
    "lost receipt": "DELETE FROM receipt WHERE seal_id IS NULL",
}


@pytest.mark.parametrize("damage", WAITING_DAMAGE)
def test_damage_to_what_waits_is_found_too(sealed_world, damage):
    with unguarded(sealed_world) as session:
        session.execute(text(WAITING_DAMAGE[damage]))
    assert any("belum disegel" in found for found in verify(sealed_world).damages)


def test_a_row_moved_to_another_survey_is_found(sealed_world, store, settings, clock):
    other = make_world(store, settings, clock, slug="unit-lain")
    with unguarded(sealed_world) as session:
        session.execute(
            text(
                "UPDATE response SET survey_id = :other WHERE id = "
                "(SELECT min(id) FROM (SELECT id FROM response WHERE seal_id IS NOT NULL "
                "ORDER BY id LIMIT 1) AS first)"
                if store.is_sqlite
                else "UPDATE response SET survey_id = :other WHERE id IN "
                "(SELECT id FROM response WHERE seal_id IS NOT NULL ORDER BY id LIMIT 1)"
            ),
            {"other": other.survey_id},
        )
    damages = verify(sealed_world).damages
    assert any("dihapus" in damage for damage in damages)
    assert any("bukan miliknya" in damage for damage in damages)


def test_emptied_content_without_two_approvals_is_damage(sealed_world):
    with unguarded(sealed_world) as session:
        session.execute(
            text(
                "UPDATE response SET answers = NULL, profile = NULL, nonce = NULL "
                "WHERE seal_id = (SELECT min(id) FROM seal)"
            )
        )
    damages = verify(sealed_world).damages
    assert len([damage for damage in damages if "tanpa persetujuan" in damage]) == 8


def test_the_command_exits_with_one_and_names_the_damage(sealed_world, tmp_path, monkeypatch):
    monkeypatch.setenv("ZI_SURVEY_DATABASE_URL", sealed_world.settings.database_url)
    witness = tmp_path / "heads.json"
    witness.write_text(json.dumps({"heads": heads(sealed_world)}))
    command = ["verify", "--database", "--instance", str(tmp_path / "instance")]
    command += ["--witness", str(witness)]
    runner = CliRunner()
    clean = runner.invoke(group, command)
    assert (clean.exit_code, clean.stderr) == (0, "")
    assert "utuh" in clean.stdout
    named = ATTACKS["delete a row"](sealed_world)
    damaged = runner.invoke(group, command)
    assert damaged.exit_code == 1
    assert damaged.stderr == f"survei {sealed_world.key}: segel 2: baris {named} dihapus\n"


@pytest.mark.parametrize("content", ["", "[1]", '{"heads": 3}', '[{"survey": "a"}]'])
def test_a_witness_file_that_is_not_one_is_named(sealed_world, tmp_path, monkeypatch, content):
    monkeypatch.setenv("ZI_SURVEY_DATABASE_URL", sealed_world.settings.database_url)
    witness = tmp_path / "heads.json"
    witness.write_text(content)
    command = ["verify", "--database", "--instance", str(tmp_path / "instance")]
    result = CliRunner().invoke(group, [*command, "--witness", str(witness)])
    assert str(result.exception).startswith(f"{witness}: Berkas saksi tidak dapat dibaca")


def test_public_heads_can_be_checked_by_anybody(sealed_world):
    """With the published heads and keys alone, and nothing of ours but the hash's recipe."""
    import hashlib

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    published = heads(sealed_world)
    with sealed_world.store.read() as session:
        keys = {key["id"]: bytes.fromhex(key["public_key"]) for key in public_keys(session)}
    before = "00" * 32
    outside = ("previous", "head", "key", "signature")
    for one in published:
        content = {name: value for name, value in one.items() if name not in outside}
        plain = json.dumps(content, sort_keys=True, separators=(",", ":"))
        head = hashlib.sha256(b"\x02" + bytes.fromhex(before) + plain.encode()).digest()
        assert (one["previous"], one["head"]) == (before, head.hex())
        signature = bytes.fromhex(one["signature"])
        Ed25519PublicKey.from_public_bytes(keys[one["key"]]).verify(signature, head)
        before = one["head"]


COLUMNS = {
    "response": [
        "id",
        "service_id",
        "channel",
        "day",
        "language",
        "answers",
        "profile",
        "nonce",
        "leaf",
        "seal_id",
    ],
    "comment": ["id", "day", "text", "nonce", "leaf", "seal_id"],
    "receipt": ["submission_hash", "body_mac", "receipt_hash", "day", "seal_id"],
    "seal": [
        "number",
        "day",
        "size",
        "total",
        "responses",
        "root",
        "frontier",
        "leaves",
        "receipts_digest",
        "tally",
        "tally_salt",
        "previous_head",
        "head",
        "signature",
    ],
    "signing_key": ["public_key"],
}
KEYS = {"receipt": "submission_hash"}


def test_any_random_edit_of_evidence_is_found(sealed_world):
    """2,000 edits on SQLite, where each is undone in a moment; 200 on PostgreSQL."""
    cases = 2000 if sealed_world.store.is_sqlite else 200
    if sealed_world.store.is_sqlite:
        # Guards go for good: laying them again after each edit would only cost time.
        with sealed_world.store.write() as session:
            for (name,) in session.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                session.execute(text(f"DROP TRIGGER {name}"))
    dice, missed = random.Random(20261124), []
    for _ in range(cases):
        edit = _RandomEdit(sealed_world, dice)
        if verify(sealed_world).is_good:
            missed.append(edit.words)
        edit.undo()
    assert missed == []
    assert verify(sealed_world).damages == []
    print(f"\nrandom edits found: {cases} of {cases}")


class _RandomEdit:
    """One value of one sealed row changed to another of its type, and put back by `undo`."""

    def __init__(self, world, dice):
        self._world = world
        table = dice.choice(list(COLUMNS))
        self._key = KEYS.get(table, "id")
        column = dice.choice(COLUMNS[table])
        with unguarded(world) as session:
            where = "" if table in {"seal", "signing_key"} else "WHERE seal_id IS NOT NULL"
            rows = session.execute(text(f"SELECT * FROM {table} {where}")).all()
            row = dice.choice(rows)
            before = getattr(row, column)
            after = self._other(before, column, dice, rows)
            key = getattr(row, self._key)
            self._back = (table, column, before, after if column == self._key else key)
            self._set(session, table, column, after, key)
        self.words = f"{table}.{column}: {before!r} -> {after!r}"

    def undo(self):
        with unguarded(self._world) as session:
            self._set(session, *self._back)

    def _set(self, session, table, column, value, key):
        session.execute(
            text(f"UPDATE {table} SET {column} = :value WHERE {self._key} = :key"),
            {"value": value, "key": key},
        )

    def _other(self, before, column, dice, rows):
        services = [number for number in (None, *self._world.services.values()) if number != before]
        chosen = {
            "service_id": dice.choice(services),
            "day": "2026-01-02",
            "channel": "kiosk",
            "language": "en",
            "seal_id": None if dice.random() < 0.5 else (1 if before != 1 else 2),
            "number": 10 + len(rows),
        }
        if column in chosen:
            return chosen[column]
        if isinstance(before, int):
            return before + dice.choice([-1, 1])
        place = dice.randrange(len(before))
        if isinstance(before, str):
            return before[:place] + ("x" if before[place] != "x" else "y") + before[place + 1 :]
        changed = bytearray(before)
        changed[place] ^= 1 << dice.randrange(8)
        return bytes(changed)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_clean_ledgers_raise_no_alarm(store, settings, clock):
    """500 surveys, each a ledger of its own, sealed and waiting as chance has it."""
    dice = random.Random(7)
    for case in range(500):
        instrument = dice.choice(["skm-2017", "spak-2023", "spkp-2023"])
        world = make_world(store, settings, clock, instrument, f"unit-{case}")
        for batch in range(dice.randint(1, 3)):
            world.fill(dice.randint(1, 6), seed=10 * case + batch)
            if dice.random() < 0.8:
                world.seal()
    report = verify(world)
    assert report.damages == []
    print(f"\nclean ledgers: {report.surveys}, {report.seals} seals, 0 false alarms")
