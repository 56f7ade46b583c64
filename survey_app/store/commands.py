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
