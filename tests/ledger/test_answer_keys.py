"""Answers sealed to the instance's key: opened by it alone, also after a rotation."""

import os
import stat
import subprocess
import sys

import pytest

from survey_app.ledger.answer_keys import (
    KEPT_KEYS,
    KEY_FILE,
    SealedAnswerError,
    answer_keys,
    open_answer,
    rotate_answer_key,
)
from survey_app.settings import load_settings
from tests.sealing import seal_for

CURVES = ("x25519", "p-256")


@pytest.fixture
def settings(tmp_path):
    return load_settings(tmp_path / "instance")


@pytest.mark.parametrize("curve", CURVES)
def test_what_a_phone_sealed_is_opened(settings, curve):
    name, ephemeral, sealed = seal_for(answer_keys(settings)[0].published, "kode", b"isi", curve)
    assert open_answer(settings, name, "kode", ephemeral, sealed) == b"isi"


@pytest.mark.parametrize("curve", CURVES)
def test_an_answer_opens_for_no_other_link_and_not_when_changed(settings, curve):
    name, ephemeral, sealed = seal_for(answer_keys(settings)[0].published, "kode", b"isi", curve)
    with pytest.raises(SealedAnswerError):
        open_answer(settings, name, "lain", ephemeral, sealed)
    for place in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[place] ^= 1
        with pytest.raises(SealedAnswerError):
            open_answer(settings, name, "kode", ephemeral, bytes(damaged))


@pytest.mark.parametrize("ephemeral", [b"", bytes(32), bytes(65), b"\x04" + bytes(64), b"x" * 33])
def test_a_point_that_is_none_is_refused(settings, ephemeral):
    with pytest.raises(SealedAnswerError):
        open_answer(settings, answer_keys(settings)[0].name, "kode", ephemeral, b"x" * 40)


def test_waiting_answers_open_after_rotations_until_the_key_is_forgotten(settings):
    name, ephemeral, sealed = seal_for(answer_keys(settings)[0].published, "kode", b"isi", "x25519")
    names = {name}
    for _ in range(KEPT_KEYS - 1):
        names.add(rotate_answer_key(settings).name)
        assert open_answer(settings, name, "kode", ephemeral, sealed) == b"isi"
    assert len(names) == KEPT_KEYS
    rotate_answer_key(settings)
    with pytest.raises(SealedAnswerError):
        open_answer(settings, name, "kode", ephemeral, sealed)


def test_the_key_is_the_instances_own_and_nobody_elses(settings, tmp_path):
    first = answer_keys(settings)[0]
    rotate_answer_key(settings)
    mode = stat.S_IMODE((settings.instance / KEY_FILE).stat().st_mode)
    assert mode == 0o600
    assert answer_keys(load_settings(tmp_path / "other"))[0].name != first.name


def test_the_key_is_rotated_by_command(settings):
    before = answer_keys(settings)[0].name
    command = [sys.executable, "-c", "from survey_app.cli import main; main()"]
    done = subprocess.run(
        [*command, "keys", "rotate-answers", "--instance", str(settings.instance)],
        capture_output=True,
        text=True,
        env=os.environ,
        check=True,
    )
    now, earlier = answer_keys(settings)
    assert now.name in done.stdout
    assert earlier.name == before
