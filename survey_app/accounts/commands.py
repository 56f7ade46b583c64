"""`zi-survey user add` and `token issue`."""

import secrets
from pathlib import Path

import click

from survey_app.cli_options import instance_option
from survey_app.settings import load_settings


@click.group()
def user() -> None:
    """Akun petugas, evaluator, dan administrator (accounts)."""


@user.command()
@instance_option
@click.argument("email")
@click.option("--name", default="", help="Nama yang ditampilkan.")
@click.option(
    "--role",
    required=True,
    type=click.Choice(["superadmin", "admin", "staff", "evaluator", "inspector", "auditor"]),
)
@click.option("--unit", help="Slug unit tempat peran berlaku, beserta unit di bawahnya.")
@click.option("--agency", help="Slug instansi tempat peran berlaku.")
@click.option("--password", help="Bila kosong, dibuatkan dan ditampilkan sekali.")
def add(
    instance: Path,
    email: str,
    name: str,
    role: str,
    unit: str | None,
    agency: str | None,
    password: str | None,
) -> None:
    """Tambah akun dengan satu peran (add an account)."""
    from survey_app.accounts.people import create_account, grant_role
    from survey_app.administer.places import find_agency, find_unit
    from survey_app.clock import utc_now
    from survey_app.store import open_store
    from survey_app.store.migrate import upgrade
    from survey_app.store.tables import Role

    settings = load_settings(instance)
    store = open_store(settings)
    if settings.is_embedded:
        upgrade(store)
    chosen = password or secrets.token_urlsafe(12)
    with store.write() as session:
        account = create_account(
            session, email=email, name=name or email, password=chosen, now=utc_now()
        )
        grant_role(
            session,
            account,
            Role(role),
            unit=find_unit(session, unit) if unit else None,
            agency=find_agency(session, agency) if agency else None,
        )
    click.echo(f"Akun {email} dibuat." + ("" if password else f" Kata sandi: {chosen}"))


@click.group()
def token() -> None:
    """Token untuk program (bearer tokens)."""


@token.command()
@instance_option
@click.argument("email")
@click.option("--scope", type=click.Choice(["evaluate"]), default="evaluate", show_default=True)
def issue(instance: Path, email: str, scope: str) -> None:
    """Buat token dan tampilkan sekali (issue a token)."""
    from survey_app.accounts.people import find_account
    from survey_app.accounts.tokens import issue_token
    from survey_app.clock import utc_now
    from survey_app.store import open_store

    with open_store(load_settings(instance)).write() as session:
        value = issue_token(session, find_account(session, email), scope, utc_now())
    click.echo(value)
