"""Set-up by command: agencies, units, services, surveys; and `zi-survey import`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from instruments.errors import SurveyError, SurveyErrors, Where
from survey_app.cli_options import instance_option
from survey_app.settings import load_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@click.command("import")
@instance_option
@click.argument("survey")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--map", "map_file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Periksa saja, tidak menyimpan.")
def import_(instance: Path, survey: str, file: Path, map_file: Path | None, dry_run: bool) -> None:
    """Masukkan jawaban yang dikumpulkan di tempat lain (import responses)."""
    from survey_app.administer.import_responses import Mapping, import_file, read_mapping
    from survey_app.administer.surveys import find_survey
    from survey_app.clock import utc_now
    from survey_app.ledger.keys import instance_signer
    from survey_app.ledger.seal import seal_survey
    from survey_app.settings import instance_secret
    from survey_app.store import open_store

    settings = load_settings(instance)
    mapping = read_mapping(map_file) if map_file else Mapping()
    key = instance_secret(settings, "receipt.key")
    with open_store(settings).write() as session:
        found = find_survey(session, survey)
        report = import_file(session, found, file, mapping, key, utc_now())
        if dry_run:
            session.rollback()
        else:
            signer = instance_signer(settings)
            seal_survey(session, found.id, signer, utc_now(), minimum=settings.batch_minimum)
    verb = "akan masuk" if dry_run else "masuk"
    click.echo(
        f"{report.read} baris dibaca: {report.new} {verb}, {report.known} sudah ada, "
        f"{report.blank} tanpa jawaban."
    )


@click.group()
def agency() -> None:
    """Instansi (agencies)."""


@agency.command("add")
@instance_option
@click.argument("slug")
@click.argument("name")
def add_agency(instance: Path, slug: str, name: str) -> None:
    """Tambah instansi."""
    from survey_app.administer.places import create_agency

    with _writing(instance) as session:
        create_agency(session, slug=slug, name=name)
    click.echo(f"Instansi {slug} dibuat.")


@agency.command("import")
@instance_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Periksa saja, jangan simpan.")
@click.option("--passwords", type=click.Path(path_type=Path, dir_okay=False), help="CSV baru.")
def import_places(instance: Path, file: Path, dry_run: bool, passwords: Path | None) -> None:
    """Impor instansi, unit, layanan, dan akun dari satu buku kerja XLSX."""
    from survey_app.administer.bulk import apply_import, make_passwords, plan_import
    from survey_app.administer.workbook import SHEETS, read_workbook
    from survey_app.clock import utc_now
    from survey_app.compute.commands import write_out
    from survey_app.spreadsheets import to_csv

    sheets = read_workbook(_read_bytes(file), str(file))
    with _writing(instance) as session:
        plan = plan_import(session, sheets)
    if plan.problems:
        raise SurveyErrors(plan.problems)
    if plan.count("akun") and not (dry_run or passwords):
        raise click.UsageError("ada akun baru: beri --passwords BERKAS.csv untuk kata sandinya")
    if not dry_run:
        first = make_passwords(plan)
        if passwords:
            rows = [(one.email, one.name, one.password) for one in first]
            passwords.touch(mode=0o600)
            write_out(to_csv(("surel", "nama", "kata_sandi"), rows), passwords)
        with _writing(instance) as session:
            plan = apply_import(session, sheets, first, utc_now())
    verb = "akan dibuat" if dry_run else "dibuat"
    click.echo("; ".join(f"{sheet}: {plan.count(sheet)} {verb}" for sheet in SHEETS))


@click.group()
def unit() -> None:
    """Unit layanan (units)."""


@unit.command("add")
@instance_option
@click.argument("agency")
@click.argument("slug")
@click.argument("name")
@click.option("--parent", help="Slug unit di atasnya.")
@click.option("--timezone", default="Asia/Jakarta", show_default=True)
def add_unit(
    instance: Path, agency: str, slug: str, name: str, parent: str | None, timezone: str
) -> None:
    """Tambah unit pada sebuah instansi."""
    from survey_app.administer.places import create_unit, find_agency, find_unit

    with _writing(instance) as session:
        above = find_unit(session, parent) if parent else None
        place = find_agency(session, agency)
        create_unit(session, place, slug=slug, name=name, parent=above, timezone=timezone)
    click.echo(f"Unit {slug} dibuat.")


@click.group()
def service() -> None:
    """Layanan unit (services)."""


@service.command("add")
@instance_option
@click.argument("unit")
@click.argument("code")
@click.argument("name")
def add_service(instance: Path, unit: str, code: str, name: str) -> None:
    """Tambah layanan pada sebuah unit."""
    from survey_app.administer.places import create_service, find_unit

    with _writing(instance) as session:
        create_service(session, find_unit(session, unit), code=code, name=name)
    click.echo(f"Layanan {code} dibuat.")


@click.group()
def survey() -> None:
    """Survei (surveys)."""


@survey.command("add")
@instance_option
@click.argument("unit")
@click.argument("instrument")
@click.argument("period")
@click.option("--population", type=click.IntRange(1), help="Pengguna layanan dalam periode itu.")
@click.option("--open", "is_open", is_flag=True, help="Langsung dibuka.")
def add_survey(
    instance: Path, unit: str, instrument: str, period: str, population: int | None, is_open: bool
) -> None:
    """Buat survei; INSTRUMENT dari katalog atau berkas .toml. Mencetak kunci dan tautannya."""
    from survey_app.administer.places import find_unit
    from survey_app.administer.surveys import create_link, create_survey, open_survey
    from survey_app.clock import utc_now
    from survey_app.compute.commands import find_instrument

    content = find_instrument(instrument)
    with _writing(instance) as session:
        place = find_unit(session, unit)
        made = create_survey(
            session, place, content, period=period, population=population, now=utc_now()
        )
        link = create_link(session, made)
        if is_open:
            open_survey(session, made, utc_now())
        click.echo(made.key)
        click.echo(f"{load_settings(instance).public_url}/s/{link.code}")


@contextmanager
def _writing(instance: Path) -> "Iterator[Session]":
    """One transaction on the instance, whose embedded database is brought up to date first."""
    from survey_app.store import open_store
    from survey_app.store.migrate import upgrade

    settings = load_settings(instance)
    store = open_store(settings)
    if settings.is_embedded:
        upgrade(store)
    with store.write() as session:
        yield session


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SurveyError("workbook-unreadable", where=Where(str(file)), reason=reason) from error
