"""One file with everything of an instance: made while answers arrive, checked before it is used.

The rows are kept apart from any database, so that what was backed up from SQLite can be
restored to PostgreSQL. The instance's secrets are in the file: keep it as safe as them.
"""

import base64
import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Date, LargeBinary, Table, func, insert, select, text
from sqlalchemy.orm import Session

import survey_app.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.settings import Settings
from survey_app.store.engine import Store
from survey_app.store.migrate import current_revision, upgrade
from survey_app.store.tables import Base
from survey_app.store.tables.base import Moment

FORMAT = "zi-survey-backup-1"
SECRETS = ("answer.key", "receipt.key", "session.key", "signing.key")
ROWS_AT_ONCE = 1000
BULKY = {"evidence_file": 4}  # tables whose rows hold whole files


def write_backup(store: Store, settings: Settings, path: Path, now: datetime) -> dict[str, int]:
    """Write one moment of the database and the instance's secrets; returns rows by table.

    The file appears whole or not at all, readable by its owner only.
    """
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, store.read() as session:
            _see_one_moment(store, session)
            rows, hashes = {}, {}
            for table in Base.metadata.sorted_tables:
                name = f"tables/{table.name}.jsonl"
                rows[table.name], hashes[name] = _write_table(session, table, archive, name)
            for secret in SECRETS:
                if (settings.instance / secret).exists():
                    content = (settings.instance / secret).read_bytes()
                    archive.writestr(f"secrets/{secret}", content)
                    hashes[f"secrets/{secret}"] = hashlib.sha256(content).hexdigest()
            manifest = {
                "format": FORMAT,
                "revision": current_revision(store),
                "made_at": now.isoformat(),
                "rows": rows,
                "sha256": hashes,
            }
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return rows


def restore_backup(store: Store, settings: Settings, path: Path) -> dict[str, int]:
    """Fill a clean instance from a backup; returns rows by table.

    Raises SurveyError naming the damaged part, for a backup of another schema, and where the
    instance already holds something.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _checked_manifest(archive, path)
            upgrade(store)
            _require_fitting(store, manifest, path)
            _restore_secrets(archive, settings, manifest)
            with store.write() as session:
                _require_empty(session)
                for table in Base.metadata.sorted_tables:
                    _read_table(session, table, archive)
                if not store.is_sqlite:
                    _advance_sequences(session)
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise _damaged(path, str(error)) from error
    return dict(manifest["rows"])


def _see_one_moment(store: Store, session: Session) -> None:
    # A reading transaction of SQLite in WAL mode sees one moment by itself.
    if not store.is_sqlite:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _write_table(
    session: Session, table: Table, archive: zipfile.ZipFile, name: str
) -> tuple[int, str]:
    """Write a table's rows in the order of its key, which for answers is random."""
    count, digest = 0, hashlib.sha256()
    found = session.execute(
        select(table).order_by(*table.primary_key.columns),
        execution_options={"yield_per": BULKY.get(table.name, ROWS_AT_ONCE)},
    )
    with archive.open(name, "w", force_zip64=True) as member:
        for row in found:
            values = {
                column.name: _plain(value) for column, value in zip(table.columns, row, strict=True)
            }
            line = json.dumps(values, ensure_ascii=False).encode() + b"\n"
            member.write(line)
            digest.update(line)
            count += 1
    return count, digest.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _checked_manifest(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    """The manifest, after every part was found to be what it says."""
    try:
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
        expected = dict(manifest["sha256"])
        known = manifest["format"] == FORMAT and isinstance(manifest["rows"], dict)
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise _damaged(path, "manifest.json") from error
    if not known:
        raise _damaged(path, "manifest.json")
    for name, sha256 in expected.items():
        if _hash_member(archive, name) != sha256:
            raise _damaged(path, name)
    return manifest


def _hash_member(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as member:
            while block := member.read(1 << 20):
                digest.update(block)
    except (KeyError, zipfile.BadZipFile, EOFError, OSError, zlib.error):
        return ""
    return digest.hexdigest()


def _require_fitting(store: Store, manifest: dict[str, Any], path: Path) -> None:
    actual = current_revision(store)
    if manifest["revision"] != actual:
        where = Where(str(path))
        backed_up = manifest["revision"]
        raise SurveyError("backup-revision", where=where, backed_up=backed_up, actual=actual)


def _require_empty(session: Session) -> None:
    for table in Base.metadata.sorted_tables:
        if session.scalar(select(func.count()).select_from(table)):
            raise SurveyError("restore-not-empty", table=table.name)


def _restore_secrets(
    archive: zipfile.ZipFile, settings: Settings, manifest: dict[str, Any]
) -> None:
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    for secret in SECRETS:
        if f"secrets/{secret}" not in manifest["sha256"]:
            continue
        content = archive.read(f"secrets/{secret}")
        target = settings.instance / secret
        if target.exists() and target.read_bytes() != content:
            raise SurveyError("restore-not-empty", table=str(target))
        target.touch(mode=0o600)
        target.write_bytes(content)


def _read_table(session: Session, table: Table, archive: zipfile.ZipFile) -> None:
    with archive.open(f"tables/{table.name}.jsonl") as member:
        lines = io.TextIOWrapper(member, encoding="utf-8", newline="\n")
        rows: Iterable[dict[str, Any]] = (_restored(table, json.loads(line)) for line in lines)
        parents = _self_references(table)
        if parents:
            rows = _parents_first(list(rows), parents, next(iter(table.primary_key.columns)).name)
        for batch in _batches(rows, BULKY.get(table.name, ROWS_AT_ONCE)):
            session.connection().execute(insert(table), batch)


def _restored(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    return {name: _typed(table.columns[name], value) for name, value in values.items()}


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    if isinstance(column.type, Moment):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return bool(value) if isinstance(column.type, Boolean) else value


def _self_references(table: Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table.name == table.name]


def _parents_first(
    rows: Sequence[dict[str, Any]], parents: list[str], key: str
) -> Iterator[dict[str, Any]]:
    """Rows so ordered that each stands after the one it points at."""
    left, placed = list(rows), set[Any]()
    while left:
        ready = [row for row in left if all(row[name] in {None, *placed} for name in parents)]
        placed |= {row[key] for row in ready}
        left = [row for row in left if row[key] not in placed]
        yield from ready or left
        if not ready:
            return


def _batches(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _advance_sequences(session: Session) -> None:
    """Rows came with their numbers; PostgreSQL must go on counting after them."""
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = session.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        if sequence:
            highest = session.scalar(select(func.max(column)))
            if highest is not None:
                session.execute(
                    text("SELECT setval(:sequence, :highest)"),
                    {"sequence": sequence, "highest": highest},
                )


def _damaged(path: Path, part: str) -> SurveyError:
    return SurveyError("backup-damaged", where=Where(str(path)), part=part)
