"""`zi-survey seal`, `bundle`, `verify` and `keys`."""

from pathlib import Path

import click

from instruments.errors import SurveyError, Where
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
@click.argument("surveys", nargs=-1, metavar="SURVEI...")
@instance_option
@click.option("--all", "all_", is_flag=True, help="Semua survei yang terbit (all published).")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
def bundle(surveys: tuple[str, ...], instance: Path, all_: bool, output: Path) -> None:
    """Tulis bundel bukti survei yang terbit (write the evidence of published surveys)."""
    from survey_app.ledger.bundles import bundle_surveys, list_published_surveys
    from survey_app.ledger.keys import instance_signer
    from survey_app.store import open_store

    if all_ == bool(surveys):
        raise click.UsageError("Sebutkan survei, atau pakai --all; salah satu.")
    settings = load_settings(instance)
    with open_store(settings).read() as session:
        found = list_published_surveys(session, surveys)
        if not found:
            raise SurveyError("bundle-none-published")
        content = bundle_surveys(session, found, instance_signer(settings))
    try:
        output.write_bytes(content)
    except OSError as error:
        where = Where(str(output))
        raise SurveyError("file-unwritable", where=where, reason=error.strerror) from error
    click.echo(f"{len(found)} survei ditulis ke {output}.")


@click.command()
@click.argument(
    "file", required=False, metavar="BUNDEL.zip", type=click.Path(path_type=Path, dir_okay=False)
)
@instance_option
@click.option("--database", is_flag=True, help="Periksa basis data instance.")
@click.option(
    "--witness",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Salinan heads.json yang disimpan saksi di luar.",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Salinan kunci.json yang disimpan saksi di luar; untuk bundel.",
)
def verify(
    file: Path | None, instance: Path, database: bool, witness: Path | None, keys: Path | None
) -> None:
    """Periksa bahwa tidak ada jawaban yang hilang atau berubah (check the ledger).

    Basis data diperiksa dengan --database, bundel tanpa server, basis data, atau jaringan.
    """
    if database == (file is not None) or (database and keys):
        raise click.UsageError("Sebutkan berkas bundel (boleh dengan --keys), atau --database.")
    if file is not None:
        _verify_file(file, witness, keys)
    else:
        _verify_database(instance, witness)


def _verify_file(file: Path, witness: Path | None, keys: Path | None) -> None:
    from analysis.bundle_checks import verify_bundle
    from survey_app.ledger.witness import read_witness, read_witness_keys

    findings = verify_bundle(
        file,
        read_witness(witness) if witness else None,
        read_witness_keys(keys) if keys else None,
    )
    _show([finding.line() for finding in findings])
    click.echo(f"{file}: " + (f"{len(findings)} kerusakan." if findings else "utuh."))
    if findings:
        raise SystemExit(1)


def _verify_database(instance: Path, witness: Path | None) -> None:
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
    _show(report.damages)
    click.echo(
        f"{report.surveys} survei, {report.seals} segel, {report.responses} jawaban diperiksa; "
        f"dihapus menurut hukum: {report.erased}; dimusnahkan menurut masa simpan: "
        f"{report.destroyed}; dicocokkan saksi: {report.witnessed}; "
        + ("utuh." if report.is_good else f"{len(report.damages)} kerusakan.")
    )
    if not report.is_good:
        raise SystemExit(1)


def _show(damages: list[str]) -> None:
    for damage in damages[:DAMAGES_SHOWN]:
        click.echo(damage, err=True)
    if len(damages) > DAMAGES_SHOWN:
        click.echo(f"… dan {len(damages) - DAMAGES_SHOWN} kerusakan lain.", err=True)


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


@keys.command("rotate-answers")
@instance_option
def rotate_answers(instance: Path) -> None:
    """Ganti kunci jawaban yang menunggu di ponsel (the key that waiting answers are sealed to)."""
    from survey_app.ledger.answer_keys import KEPT_KEYS, rotate_answer_key

    key = rotate_answer_key(load_settings(instance))
    click.echo(f"Kunci baru: {key.name}. {KEPT_KEYS - 1} kunci sebelumnya masih dapat membuka.")


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
