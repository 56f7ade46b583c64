"""`zi-survey seal` and `verify`."""

from pathlib import Path

import click

from survey_app.cli_options import instance_option
from survey_app.settings import load_settings


@click.command()
@instance_option
def seal(instance: Path) -> None:
    """Segel jawaban yang menunggu (seal what waits)."""
    from survey_app.clock import utc_now
    from survey_app.ledger.seal import seal_waiting
    from survey_app.store import open_store

    settings = load_settings(instance)
    count = seal_waiting(open_store(settings), settings, utc_now)
    click.echo(f"{count} survei disegel.")


@click.command()
@instance_option
@click.option("--database", is_flag=True, required=True, help="Periksa basis data instance.")
def verify(instance: Path, database: bool) -> None:
    """Periksa bahwa tidak ada jawaban yang hilang atau berubah (check the ledger)."""
    from survey_app.ledger.verify import verify_database
    from survey_app.store import open_store

    report = verify_database(open_store(load_settings(instance)))
    for damage in report.damages[:20]:
        click.echo(damage, err=True)
    if len(report.damages) > 20:
        click.echo(f"… dan {len(report.damages) - 20} kerusakan lain.", err=True)
    click.echo(
        f"{report.surveys} survei, {report.seals} segel, {report.responses} jawaban diperiksa; "
        f"dihapus menurut hukum: {report.erased}; "
        + ("utuh." if report.is_good else f"{len(report.damages)} kerusakan.")
    )
    if not report.is_good:
        raise SystemExit(1)
