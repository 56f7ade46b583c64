"""`zi-survey db`: bring the database to this version's schema."""

from pathlib import Path

import click

from survey_app.cli_options import instance_option
from survey_app.settings import load_settings


@click.group()
def db() -> None:
    """Skema basis data (the database schema)."""


@db.command()
@instance_option
def upgrade(instance: Path) -> None:
    """Mutakhirkan skema (apply migrations)."""
    from survey_app.store import migrate, open_store

    store = open_store(load_settings(instance))
    migrate.upgrade(store)
    click.echo(f"Skema mutakhir: {migrate.current_revision(store)}")


@db.command()
@instance_option
@click.argument("role")
def grant(instance: Path, role: str) -> None:
    """Beri peran PostgreSQL ROLE hak sekecilnya untuk server (least rights for the server)."""
    from survey_app.store import open_store
    from survey_app.store.grants import grant_to

    grant_to(open_store(load_settings(instance)), role)
    click.echo(f"Peran {role}: boleh menambah bukti, tidak boleh mengubah atau menghapusnya.")


@click.command()
@instance_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(instance: Path, file: Path) -> None:
    """Cadangkan seluruh instance ke FILE, juga saat melayani (back up, also while serving)."""
    from survey_app.clock import utc_now
    from survey_app.store import open_store
    from survey_app.store.backup import write_backup

    settings = load_settings(instance)
    rows = write_backup(open_store(settings), settings, file, utc_now())
    click.echo(f"{file}: {sum(rows.values())} baris, {rows['response']} jawaban. Simpan aman.")


@click.command()
@instance_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def restore(instance: Path, file: Path) -> None:
    """Pulihkan FILE ke instance kosong lalu periksa (restore to a clean instance and check)."""
    from survey_app.ledger.keys import instance_public_key
    from survey_app.ledger.verify import verify_database
    from survey_app.store import open_store
    from survey_app.store.backup import restore_backup

    settings = load_settings(instance)
    store = open_store(settings)
    rows = restore_backup(store, settings, file)
    report = verify_database(store, trusted_key=instance_public_key(settings))
    for damage in report.damages[:20]:
        click.echo(damage, err=True)
    verdict = "utuh" if report.is_good else f"{len(report.damages)} kerusakan"
    click.echo(f"{sum(rows.values())} baris dipulihkan, {report.responses} jawaban: {verdict}.")
    if not report.is_good:
        raise SystemExit(1)
