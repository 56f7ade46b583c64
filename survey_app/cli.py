"""The `zi-survey` command: finds the room that owns a subcommand and loads only that.

So `compute` and `sample-size` run without the web framework or the database in the process.
"""

import sys
from importlib import import_module

import click

import survey_app.messages  # noqa: F401  registers the words of the errors shown here
from instruments.errors import SurveyError, SurveyErrors

ERRORS_SHOWN = 20

COMMANDS = {
    "demo": "survey_app.demo.commands:demo",
    "run": "survey_app.web.commands:run",
    "check": "survey_app.web.commands:check",
    "instruments": "survey_app.compute.commands:instruments_group",
    "compute": "survey_app.compute.commands:compute",
    "sample-size": "survey_app.compute.commands:sample_size",
    "zi-score": "survey_app.compute.zi_score:zi_score",
    "import": "survey_app.administer.commands:import_",
    "seal": "survey_app.ledger.commands:seal",
    "bundle": "survey_app.ledger.commands:bundle",
    "verify": "survey_app.ledger.commands:verify",
    "quality": "survey_app.evaluate.quality_commands:quality",
    "keys": "survey_app.ledger.commands:keys",
    "db": "survey_app.store.commands:db",
    "backup": "survey_app.store.commands:backup",
    "restore": "survey_app.store.commands:restore",
    "agency": "survey_app.administer.commands:agency",
    "unit": "survey_app.administer.commands:unit",
    "service": "survey_app.administer.commands:service",
    "survey": "survey_app.administer.commands:survey",
    "user": "survey_app.accounts.commands:user",
    "token": "survey_app.accounts.commands:token",
}


class Rooms(click.Group):
    """A group whose commands are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command from its room."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.command(cls=Rooms)
@click.version_option(package_name="zi-survey")
def group() -> None:
    """Survei kepuasan dan persepsi korupsi yang dapat diperiksa siapa saja."""


def main() -> None:
    """Run the command; faults go to standard error, one line each, and exit with 2."""
    try:
        group(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except SurveyError as error:
        _print_errors(error)
        sys.exit(2)


def _print_errors(error: SurveyError) -> None:
    parts = error.errors if isinstance(error, SurveyErrors) else [error]
    for part in parts[:ERRORS_SHOWN]:
        click.echo(part.line(), err=True)
    if len(parts) > ERRORS_SHOWN:
        click.echo(f"… dan {len(parts) - ERRORS_SHOWN} kesalahan lain.", err=True)
