"""`zi-survey quality`: look for unusual patterns in a period, or compute frozen findings again."""

from pathlib import Path

import click

from survey_app.cli_options import instance_option
from survey_app.settings import load_settings

DAMAGES_SHOWN = 20


@click.command()
@click.argument("period", metavar="PERIODE")
@instance_option
@click.option("--seed", type=click.IntRange(0, 2**31), default=0, help="Benih simulasi (seed).")
@click.option(
    "--draws",
    type=click.IntRange(1999, 99_999),
    default=9999,
    help="Paling banyak simulasi tiap uji (draws).",
)
@click.option("--check", "is_check", is_flag=True, help="Hitung ulang temuan yang dibekukan.")
def quality(period: str, instance: Path, seed: int, draws: int, is_check: bool) -> None:
    """Cari pola tidak biasa pada survei satu periode, misalnya 2026-TW3 (quality evidence)."""
    from survey_app.clock import utc_now
    from survey_app.evaluate.quality_job import check_period, judge_period
    from survey_app.ledger.keys import instance_signer
    from survey_app.store import open_store

    settings = load_settings(instance)
    store = open_store(settings)
    if is_check:
        _report(list(check_period(store, period)))
        return
    signer = instance_signer(settings)
    done = judge_period(store, signer, period, utc_now(), seed=seed, draws=draws)
    click.echo(
        f"{done.judged} survei diperiksa, {done.recorded} temuan dicatat; "
        f"{done.unusual} dengan pola tidak biasa - perlu verifikasi."
    )


def _report(differences: list[str]) -> None:
    for line in differences[:DAMAGES_SHOWN]:
        click.echo(line, err=True)
    if len(differences) > DAMAGES_SHOWN:
        click.echo(f"… dan {len(differences) - DAMAGES_SHOWN} lagi.", err=True)
    click.echo(f"{len(differences)} temuan berbeda." if differences else "Semua temuan sama.")
    if differences:
        raise SystemExit(1)
