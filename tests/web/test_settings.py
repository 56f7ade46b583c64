"""Settings: where they come from, what is refused, and the secrets made from nothing."""

import stat

import pytest
from click.testing import CliRunner

from instruments.errors import SurveyError, SurveyErrors
from survey_app import cli
from survey_app.settings import instance_secret, load_settings


def test_the_instance_folder_is_private(tmp_path):
    load_settings(tmp_path / "baru")
    assert stat.S_IMODE((tmp_path / "baru").stat().st_mode) == 0o700


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    (tmp_path / "settings.toml").write_text("batch_minimum = 7\ndisplay_minimum = 12\n")
    monkeypatch.setenv("ZI_SURVEY_BATCH_MINIMUM", "9")
    settings = load_settings(tmp_path)
    assert (settings.batch_minimum, settings.display_minimum) == (9, 12)


@pytest.mark.parametrize(
    "text, named",
    [
        ("batch_minimum = 0", "ZI_SURVEY_BATCH_MINIMUM"),
        ("batch_minumum = 5", "ZI_SURVEY_BATCH_MINUMUM"),
        ('database_url = "mysql://x"', "ZI_SURVEY_DATABASE_URL"),
        ('public_url = "survei.go.id"', "ZI_SURVEY_PUBLIC_URL"),
        ('ratelimit = "kadang"', "ZI_SURVEY_RATELIMIT"),
    ],
)
def test_wrong_settings_are_named(tmp_path, text, named):
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(SurveyErrors, match=named):
        load_settings(tmp_path)


def test_an_unreadable_file_is_named(tmp_path):
    (tmp_path / "settings.toml").write_text("ini bukan toml")
    with pytest.raises(SurveyError, match="settings.toml"):
        load_settings(tmp_path)


def test_secrets_are_made_once_random_and_private(tmp_path):
    one, two = (load_settings(tmp_path / name) for name in ("a", "b"))
    assert instance_secret(one, "session.key") == instance_secret(one, "session.key")
    assert instance_secret(one, "session.key") != instance_secret(two, "session.key")
    assert stat.S_IMODE((tmp_path / "a" / "session.key").stat().st_mode) == 0o600


def test_a_secret_that_others_can_read_stops_the_start(tmp_path):
    settings = load_settings(tmp_path)
    instance_secret(settings, "session.key")
    (tmp_path / "session.key").chmod(0o644)
    with pytest.raises(SurveyError, match="chmod 600"):
        instance_secret(settings, "session.key")


def test_check_says_what_is_good_and_what_to_do(tmp_path):
    folder = str(tmp_path / "periksa")
    before = CliRunner().invoke(cli.group, ["check", "--instance", folder])
    assert before.exit_code == 1
    assert "zi-survey db upgrade" in before.output
    CliRunner().invoke(cli.group, ["db", "upgrade", "--instance", folder])
    after = CliRunner().invoke(cli.group, ["check", "--instance", folder])
    assert after.exit_code == 0, after.output
    assert "synchronous=FULL" in after.output


def test_a_user_and_a_token_can_be_made_by_command(tmp_path):
    folder = ["--instance", str(tmp_path / "akun")]
    made = CliRunner().invoke(cli.group, ["user", "add", "a@b.id", "--role", "evaluator", *folder])
    assert "Kata sandi:" in made.output
    token = CliRunner().invoke(cli.group, ["token", "issue", "a@b.id", *folder])
    assert token.output.startswith("zis_")
    again = CliRunner().invoke(cli.group, ["token", "issue", "x@b.id", *folder])
    assert "x@b.id" in str(again.exception)
