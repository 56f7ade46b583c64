"""Options that several commands share."""

from pathlib import Path

import click

instance_option = click.option(
    "--instance",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("instance"),
    envvar="ZI_SURVEY_INSTANCE",
    show_default=True,
    help="Folder data, kunci, dan pengaturan.",
)
