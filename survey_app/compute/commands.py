"""`zi-survey compute`, `sample-size` and `instruments`: no server, no database, no web."""

import json
from pathlib import Path
from typing import Any

import click

import instruments
from analysis.figures import Options
from analysis.intervals import LOGIT, METHODS
from analysis.sampling import krejcie_morgan
from instruments import Instrument
from instruments.ddi import write_ddi
from instruments.errors import SurveyError, Where
from instruments.xlsform import write_xlsform
from instruments.xlsform_reading import read_xlsform
from survey_app.compute.calculate import compute_files, read_strata_populations
from survey_app.compute.render import render

EXPORTS = ("json", "xlsform", "ddi")
existing_file = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("instrument")
@click.argument("files", nargs=-1, required=True, type=existing_file)
@click.option("--by", multiple=True, help="Kolom pengelompok; boleh diulang.")
@click.option("--population", type=click.IntRange(1), help="Jumlah pengguna layanan.")
@click.option("--strata", help="Kolom strata, misalnya layanan.")
@click.option("--strata-population", type=existing_file, help="CSV stratum,population.")
@click.option("--weights", help="Kolom bobot responden.")
@click.option("--method", default="exact", show_default=True, help="exact, 0.111, 0.11.")
@click.option("--conversion", type=click.Choice(["ratio", "linear"]), help="Skala 1-6 ke 4.")
@click.option("--order", type=click.Choice(["unsur", "form"]), default="unsur", show_default=True)
@click.option("--confidence", default=0.95, show_default=True)
@click.option("--interval", type=click.Choice(METHODS), default=LOGIT, show_default=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "xlsx"]),
    default="table",
    show_default=True,
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--engine", default="auto", show_default=True, help="auto atau duckdb.")
def compute(
    instrument: str,
    files: tuple[Path, ...],
    method: str,
    conversion: str | None,
    confidence: float,
    interval: str,
    form: str,
    output: Path | None,
    strata_population: Path | None,
    **settings: Any,
) -> None:
    """Hitung indeks dari berkas jawaban CSV, XLSX, atau Parquet (indices from files)."""
    if form == "xlsx" and output is None:
        raise click.UsageError("--format xlsx perlu --output BERKAS.xlsx")
    populations = read_strata_populations(strata_population) if strata_population else None
    methods = tuple(name.strip() for name in method.split(",") if name.strip())
    if not methods:
        raise click.UsageError("--method perlu paling sedikit satu nama, misalnya exact")
    if bool(settings["strata"]) != bool(strata_population) and not settings["weights"]:
        raise click.UsageError("--strata dan --strata-population dipakai bersama")
    result = compute_files(
        find_instrument(instrument),
        files,
        strata_populations=populations,
        options=Options(methods, conversion, confidence, interval=interval),
        **settings,
    )
    write_out(render(result, form), output)


@click.command("sample-size")
@click.argument("population", type=int)
@click.option("--margin", default=0.05, show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def sample_size(population: int, margin: float, form: str) -> None:
    """Jumlah responden menurut PermenPANRB 14/2017 Lampiran II (Krejcie dan Morgan)."""
    size = krejcie_morgan(population, margin)
    content = {"population": population, "margin": margin, "sample_size": size}
    click.echo(json.dumps(content) if form == "json" else str(size))


@click.group("instruments")
def instruments_group() -> None:
    """Katalog kuesioner (the catalogue of questionnaires)."""


@instruments_group.command("list")
def list_instruments() -> None:
    """Daftar instrumen."""
    for instrument in instruments.available():
        click.echo(f"{instrument.id:<24}{instrument.index.code:<6}{instrument.title}")


@instruments_group.command("show")
@click.argument("instrument")
def show(instrument: str) -> None:
    """Isi satu instrumen."""
    content = find_instrument(instrument)
    click.echo(f"{content.id} versi {content.version}: {content.title} ({content.regulation})")
    click.echo(f"sha256 {content.sha256}")
    for item in sorted(content.items, key=lambda item: item.number):
        click.echo(
            f"\nU{item.number} {item.code}: {item.label} (bobot {content.weight(item.code)})"
        )
        click.echo(f"  {item.question}")
        for option in item.options:
            click.echo(f"    {option.value}  {option.label}")
    for question in content.masked:
        click.echo(f"\n{question.code}: {question.label} (bertopeng, {question.coins} koin)")
        click.echo(f"  {question.question}")
        click.echo("    1  Ya\n    0  Tidak")


@instruments_group.command("validate")
@click.argument("file", type=existing_file)
def validate(file: Path) -> None:
    """Periksa berkas instrumen TOML."""
    content = instruments.load_file(file)
    masked = f", {len(content.masked)} pertanyaan bertopeng" if content.masked else ""
    click.echo(f"{content.id} versi {content.version}: sah, {len(content.items)} unsur{masked}")


@instruments_group.command("export")
@click.argument("instrument")
@click.option("--format", "form", type=click.Choice(EXPORTS), default="json", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False))
def export(instrument: str, form: str, output: Path | None) -> None:
    """Tulis satu instrumen sebagai JSON, XLSForm (ODK, KoboToolbox), atau DDI-Codebook."""
    content = find_instrument(instrument)
    if form == "xlsform":
        if output is None:
            raise click.UsageError("--format xlsform perlu --output BERKAS.xlsx")
        write_out(write_xlsform(content), output)
        return
    if form == "ddi":
        write_out(write_ddi(content), output)
        return
    write_out(json.dumps(content.to_dict(), ensure_ascii=False, indent=1) + "\n", output)


@instruments_group.command("import")
@click.argument("file", type=existing_file)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False))
def import_instrument(file: Path, output: Path | None) -> None:
    """Periksa XLSForm dan tulis sebagai instrumen TOML (bawaan: di samping berkasnya)."""
    import tomli_w

    try:
        reading = read_xlsform(file.read_bytes(), str(file))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SurveyError("instrument-unreadable", where=Where(str(file)), reason=reason) from error
    for note in reading.notes:
        click.echo(note.line(), err=True)
    content = _without_blanks(reading.instrument.to_dict())
    # A file that names a base is read as a variant of it, while this one is whole.
    content.pop("based_on", None)
    target = output or file.with_suffix(".toml")
    write_out(tomli_w.dumps(content, multiline_strings=False), target)
    click.echo(f"{reading.instrument.id} versi {reading.instrument.version}: ditulis ke {target}")


def _without_blanks(content: Any) -> Any:
    """Plain values without those that are None, which TOML does not have."""
    if isinstance(content, dict):
        return {key: _without_blanks(one) for key, one in content.items() if one is not None}
    return [_without_blanks(one) for one in content] if isinstance(content, list) else content


def find_instrument(name: str) -> Instrument:
    """An instrument by its id in the catalogue, or by the path of a TOML file."""
    return instruments.load_file(Path(name)) if name.endswith(".toml") else instruments.load(name)


def write_out(content: str | bytes, output: Path | None) -> None:
    """To the file asked for, else to standard output."""
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        output.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        reason = error.strerror or error
        raise SurveyError("file-unwritable", where=Where(str(output)), reason=reason) from error
