"""`zi-survey demo`: make the worked instance, print where to look, serve it."""

from pathlib import Path

import click

from survey_app.cli_options import instance_option
from survey_app.settings import load_settings


@click.command()
@instance_option
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--serve/--no-serve", default=True, help="Langsung sajikan, atau hanya buat data.")
def demo(instance: Path, port: int, serve: bool) -> None:
    """Buat instance contoh berisi data peraga, lalu sajikan (a worked instance)."""
    from survey_app.clock import utc_now
    from survey_app.demo.instance import prepare_demo
    from survey_app.store import open_store
    from survey_app.store.migrate import upgrade

    settings = load_settings(instance, public_url=f"http://127.0.0.1:{port}")
    store = open_store(settings)
    upgrade(store)
    click.echo("Menyiapkan data peraga …", err=True)
    guide = prepare_demo(store, settings, utc_now)
    click.echo(guide.as_text(settings.public_url))
    if serve:
        from survey_app.web.server import serve as serve_instance

        click.echo("\nBerjalan. Tekan Ctrl+C untuk berhenti.", err=True)
        serve_instance(settings, "127.0.0.1", port, workers=2)
