"""What `zi-survey check` looks at: each finding is good, or says what to do."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from instruments.errors import SurveyError
from survey_app.clock import utc_now
from survey_app.settings import Settings
from survey_app.store import Store, open_store
from survey_app.store.migrate import require_current
from survey_app.store.tables import Seal

SECRETS = ("answer.key", "session.key", "receipt.key", "signing.key")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    is_good: bool
    detail: str


def run_checks(settings: Settings) -> list[Finding]:
    """Look at everything that must hold before answers may be accepted."""
    store = open_store(settings)
    looks: dict[str, Callable[[], str]] = {
        "pengaturan": lambda: str(settings.instance.resolve()),
        "basis data": lambda: _describe_database(store),
        "migrasi": lambda: _require_schema(store),
        "rahasia": lambda: _describe_secrets(settings),
        "jam": lambda: _compare_clock(store),
        "kata pungutan liar": lambda: _describe_words(settings),
        "masa simpan saran": lambda: _describe_retention(settings),
        "catatan bersegel": lambda: _verify_ledger(store, settings),
    }
    return list(_findings(looks))


def _findings(looks: dict[str, Callable[[], str]]) -> Iterator[Finding]:
    for name, look in looks.items():
        try:
            yield Finding(name, True, look())
        except SurveyError as error:
            yield Finding(name, False, str(error))
        except SQLAlchemyError as error:
            yield Finding(name, False, f"basis data tidak dapat dibaca ({type(error).__name__})")


def _describe_database(store: Store) -> str:
    # Opening a connection runs the durability checks of the engine.
    with store.read() as session:
        session.execute(text("SELECT 1"))
    durable = "WAL, synchronous=FULL" if store.is_sqlite else "fsync=on, synchronous_commit=on"
    return f"{store.engine.dialect.name} ({durable})"


def _require_schema(store: Store) -> str:
    require_current(store)
    return "mutakhir"


def _describe_secrets(settings: Settings) -> str:
    present = []
    for name in SECRETS:
        path = settings.instance / name
        if path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                raise SurveyError("secret-exposed", mode=oct(mode), path=path)
            present.append(name)
    return ", ".join(present) or "belum ada; dibuat saat pertama dipakai"


def _compare_clock(store: Store) -> str:
    # A seal from the future means that this machine's clock went back.
    with store.read() as session:
        last = session.scalar(select(func.max(Seal.day)))
    today = utc_now().date()
    if last is not None and (last - today).days > 1:
        raise SurveyError("clock-behind", today=today, last=last)
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def _describe_words(settings: Settings) -> str:
    # A list that cannot be read closes the pages of comments, so the operator must hear of it.
    from survey_app.comments.bribery import FILE, word_list

    word_list(settings.instance)
    return "milik instance" if (settings.instance / FILE).exists() else "bawaan"


def _describe_retention(settings: Settings) -> str:
    from survey_app.comments.retention import retention_rule

    rule = retention_rule(utc_now().date(), settings.instance)
    return f"{rule.months} bulan sejak {rule.since}: {rule.basis}"


def _verify_ledger(store: Store, settings: Settings) -> str:
    from survey_app.ledger.keys import instance_public_key
    from survey_app.ledger.verify import verify_database

    report = verify_database(store, trusted_key=instance_public_key(settings))
    if not report.is_good:
        raise SurveyError("ledger-damaged", count=len(report.damages))
    return f"utuh, {report.responses} jawaban dalam {report.seals} segel"
