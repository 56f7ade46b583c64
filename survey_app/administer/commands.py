"""`zi-survey import`: responses collected elsewhere into a survey."""

from pathlib import Path

import click

from survey_app.cli_options import instance_option
from survey_app.settings import load_settings


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
