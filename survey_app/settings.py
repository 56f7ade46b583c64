"""Typed settings of one instance, checked at start.

They come from the environment (`ZI_SURVEY_…`), then from `settings.toml` in the instance
folder, then from the defaults here. Secrets are made into the instance, never defaulted.
"""

import secrets
import stat
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

import survey_app.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, SurveyErrors, Where


class Settings(BaseSettings):
    """Everything an operator may set; durations in seconds, sizes in bytes or answers."""

    model_config = SettingsConfigDict(env_prefix="ZI_SURVEY_", extra="forbid", frozen=True)

    instance: Path = Path("instance")
    database_url: str = ""
    public_url: str = "http://127.0.0.1:5000"
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    ratelimit: Literal["on", "off"] = "on"
    batch_minimum: int = Field(default=5, ge=1)
    display_minimum: int = Field(default=10, ge=3)
    seal_interval_seconds: int = Field(default=300, ge=5)
    late_grace_hours: int = Field(default=72, ge=0, le=24 * 30)
    contact_retention_days: int = Field(default=365, ge=1, le=3650)
    comment_maximum: int = Field(default=1000, ge=0, le=5000)
    request_maximum_bytes: int = Field(default=5_000_000, ge=20_000)
    session_idle_seconds: int = Field(default=30 * 60, ge=60)
    session_absolute_seconds: int = Field(default=12 * 3600, ge=300)
    database_wait_seconds: float = Field(default=2.5, gt=0, le=30)
    witness_email: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    metrics_public: bool = False
    open_data_licence: str = Field(default="CC-BY-4.0", min_length=1, max_length=80)
    language: Literal["id", "en"] = "id"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @field_validator("public_url")
    @classmethod
    def _absolute_address(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return url.rstrip("/")

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the instance's own SQLite file."""
        return self.effective_database_url.startswith("sqlite")

    @property
    def effective_database_url(self) -> str:
        """The address of the database: the one set, else SQLite inside the instance."""
        return self.database_url or f"sqlite:///{self.instance.resolve() / 'data.sqlite3'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the instance's own file."""
        folder = Path(init_settings().get("instance", "instance"))
        file = TomlConfigSettingsSource(settings_cls, folder / "settings.toml")
        return init_settings, env_settings, file


def load_settings(instance: Path, **overrides: Any) -> Settings:
    """Settings of the instance in a folder, which is made (mode 0700) where absent.

    Raises SurveyErrors naming each wrong setting, SurveyError for an unreadable file.
    """
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = str(instance / "settings.toml")
    try:
        return Settings(instance=instance, **overrides)
    except tomllib.TOMLDecodeError as error:
        raise SurveyError("settings-unreadable", where=Where(file), reason=error) from error
    except ValidationError as error:
        raise SurveyErrors([_setting_error(fault) for fault in error.errors()]) from error


def _setting_error(fault: Any) -> SurveyError:
    name = "ZI_SURVEY_" + ".".join(str(part) for part in fault["loc"]).upper()
    return SurveyError("settings-invalid", name=name, reason=fault["msg"])


def instance_secret(settings: Settings, name: str) -> bytes:
    """A random secret of 32 bytes kept in the instance with mode 0600, made on first use.

    Raises SurveyError where another user of the machine could read it.
    """
    path = settings.instance / name
    if not path.exists():
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, secrets.token_bytes(32))
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise SurveyError("secret-exposed", where=Where(str(path)), mode=oct(mode), path=path)
    return path.read_bytes()


def _write_once(path: Path, content: bytes) -> None:
    """Write a secret so that a second process starting at the same time keeps the first one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
