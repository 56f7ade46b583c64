"""`zi-survey seal`, `verify` and `keys`."""

from pathlib import Path

import click

from survey_app.cli_options import instance_option
from survey_app.settings import load_settings

DAMAGES_SHOWN = 20


@click.command()
@instance_option
@click.option("--all", "all_", is_flag=True, help="Semua survei (bawaan; all surveys).")
def seal(instance: Path, all_: bool) -> None:
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
@click.option(
    "--witness",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Salinan heads.json yang disimpan saksi di luar.",
)
def verify(instance: Path, database: bool, witness: Path | None) -> None:
    """Periksa bahwa tidak ada jawaban yang hilang atau berubah (check the ledger)."""
    from survey_app.ledger.keys import instance_public_key
    from survey_app.ledger.verify import verify_database
    from survey_app.ledger.witness import read_witness
    from survey_app.store import open_store

    settings = load_settings(instance)
    report = verify_database(
        open_store(settings),
        trusted_key=instance_public_key(settings),
        witness=read_witness(witness) if witness else (),
    )
    for damage in report.damages[:DAMAGES_SHOWN]:
        click.echo(damage, err=True)
    if len(report.damages) > DAMAGES_SHOWN:
        click.echo(f"… dan {len(report.damages) - DAMAGES_SHOWN} kerusakan lain.", err=True)
    click.echo(
        f"{report.surveys} survei, {report.seals} segel, {report.responses} jawaban diperiksa; "
        f"dihapus menurut hukum: {report.erased}; dicocokkan saksi: {report.witnessed}; "
        + ("utuh." if report.is_good else f"{len(report.damages)} kerusakan.")
    )
    if not report.is_good:
        raise SystemExit(1)


@click.group()
def keys() -> None:
    """Kunci penanda tangan segel (the keys that sign seals)."""


@keys.command()
@instance_option
def rotate(instance: Path) -> None:
    """Ganti kunci; kunci lama menjamin yang baru (change the key, with a chain of custody)."""
    from survey_app.clock import utc_now
    from survey_app.ledger.rotation import rotate_key
    from survey_app.store import open_store

    settings = load_settings(instance)
    signer = rotate_key(open_store(settings), settings, utc_now())
    click.echo(f"Kunci baru: {signer.id}. Cadangkan instance dan kabari saksi.")


@keys.command("list")
@instance_option
def list_(instance: Path) -> None:
    """Daftar kunci beserta penjaminnya (all keys and who vouched for them)."""
    from survey_app.ledger.transparency import public_keys
    from survey_app.store import open_store

    with open_store(load_settings(instance)).read() as session:
        for key in public_keys(session):
            state = f"sampai {key['retired_at']}" if key["retired_at"] else "dipakai"
            click.echo(f"{key['id']}  sejak {key['created_at']}, {state}, {key['public_key']}")
