"""`zi-survey run` and `zi-survey check`."""

from pathlib import Path

import click

from survey_app.cli_options import instance_option
from survey_app.settings import load_settings


@click.command()
@instance_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Alamat yang didengarkan.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def run(instance: Path, host: str, port: int, workers: int) -> None:
    """Sajikan instance dengan server produksi (serve an instance)."""
    from survey_app.web.server import serve

    serve(load_settings(instance), host, port, workers)


@click.command()
@instance_option
def check(instance: Path) -> None:
    """Periksa pengaturan, basis data, kunci, jam, dan catatan bersegel (health of an instance)."""
    from survey_app.web.checks import run_checks

    findings = run_checks(load_settings(instance))
    for finding in findings:
        click.echo(f"{'ok ' if finding.is_good else 'NO '} {finding.name}: {finding.detail}")
    if not all(finding.is_good for finding in findings):
        raise SystemExit(1)
