"""From response files to the computed result, through one tally for each group and stratum."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from analysis.designs import sample_design
from analysis.engines import tally_file
from analysis.figures import Options, group_result, result_head
from analysis.inference import simple_design, stratified_design
from analysis.masked import masked_results, read_masked
from analysis.responses import Order, read_responses, read_table, require_columns
from analysis.tally import Tally, tally_by
from analysis.weighted_tally import weighted_tally
from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.model import Instrument

# Above this a file is tallied by DuckDB in bounded memory instead of a DataFrame.
LARGE_FILE_BYTES = 20_000_000

Key = tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """What the files hold: rows read and used, and a tally for each group and stratum."""

    read: int
    tallies: dict[Key, Tally]


def compute_files(
    instrument: Instrument,
    files: Sequence[Path],
    *,
    by: Sequence[str] = (),
    order: Order = "unsur",
    engine: str = "auto",
    population: int | None = None,
    strata: str | None = None,
    strata_populations: dict[str, int] | None = None,
    weights: str | None = None,
    options: Options | None = None,
) -> dict[str, Any]:
    """The whole result of `zi-survey compute`, in the shape of its JSON.

    Raises SurveyError or SurveyErrors naming file, line and column of what is wrong.
    """
    options = options or Options()
    _refuse_crossing(instrument, [*by, strata, weights])
    result = _compute(
        instrument,
        files,
        by,
        order,
        engine,
        population,
        strata,
        strata_populations,
        weights,
        options,
    )
    if instrument.masked:
        result["sensitive"] = _sensitive(instrument, files, engine, options.confidence)
    return result


def _compute(
    instrument: Instrument,
    files: Sequence[Path],
    by: Sequence[str],
    order: Order,
    engine: str,
    population: int | None,
    strata: str | None,
    strata_populations: dict[str, int] | None,
    weights: str | None,
    options: Options,
) -> dict[str, Any]:
    if weights:
        return _compute_weighted(instrument, files, by, order, strata, weights, options)
    keys = [*by, *([strata] if strata and strata not in by else [])]
    sample = _read_tallies(instrument, files, keys, order, engine)
    groups = [
        _group(key, sample, keys, by, instrument, population, strata, strata_populations, options)
        for key in _group_keys(sample, keys, by)
    ]
    finite = population is not None or bool(strata_populations)
    used = sum(part.n for part in sample.tallies.values())
    return _result(instrument, options, sample.read, used, groups, _variance(finite, strata))


def _refuse_crossing(instrument: Instrument, names: Sequence[str | None]) -> None:
    for name in names:
        if name and name.strip().lower() in instrument.masked_codes:
            raise SurveyError("masked-crossed", where=Where(field=name), name=name)


def _sensitive(
    instrument: Instrument, files: Sequence[Path], engine: str, confidence: float
) -> list[dict[str, Any]]:
    """Estimates of the masked questions over all files; weights and groups do not touch them."""
    tallies: dict[str, Tally] = {}
    for path in files:
        streamed = _is_streamed(path, engine)
        for code, part in read_masked(path, instrument, is_streamed=streamed).items():
            tallies[code] = tallies.get(code, 0) + part
    return masked_results(instrument, tallies, confidence, is_guarded=False)


def read_strata_populations(path: Path) -> dict[str, int]:
    """Populations from a CSV with the columns stratum and population."""
    header, rows, lines = read_table(path)
    require_columns(header, ["stratum", "population"], str(path))
    name_at, size_at = header.index("stratum"), header.index("population")
    populations: dict[str, int] = {}
    faults = []
    for row, line in zip(rows, lines, strict=True):
        name, size = row[name_at], row[size_at].strip()
        where = Where(str(path), line, "stratum" if name in populations else "population")
        if name in populations:
            faults.append(SurveyError("stratum-repeated", where=where, name=name))
        elif not (size.isascii() and size.isdigit() and int(size)):
            faults.append(SurveyError("population-not-number", where=where, value=size))
        else:
            populations[name] = int(size)
    if faults:
        raise SurveyErrors(faults)
    return populations


def _read_tallies(
    instrument: Instrument, files: Sequence[Path], keys: Sequence[str], order: Order, engine: str
) -> Sample:
    if engine not in {"auto", "duckdb", "pandas"}:
        raise SurveyError("engine-unknown", name=engine)
    read = 0
    tallies: dict[Key, Tally] = {}
    for path in files:
        count, parts = _tally_one(instrument, path, keys, order, engine)
        read += count
        for key, part in parts.items():
            tallies[key] = tallies.get(key, 0) + part
    return Sample(read, dict(sorted(tallies.items())))


def _tally_one(
    instrument: Instrument, path: Path, keys: Sequence[str], order: Order, engine: str
) -> tuple[int, dict[Key, Tally]]:
    if _is_streamed(path, engine):
        return tally_file(path, instrument, keys, order)
    frame = read_responses(path, instrument, order)
    require_columns(frame.columns, keys, str(path))
    if not keys:
        from analysis.tally import tally

        return len(frame), {(): tally(frame, instrument)}
    grouped = tally_by(frame, instrument, keys)
    return len(frame), {tuple(map(str, key)): part for key, part in grouped.items()}


def _is_streamed(path: Path, engine: str) -> bool:
    suffix = path.suffix.lower()
    # How many rows a Parquet file unpacks to does not show in its size.
    is_large = path.exists() and (suffix == ".parquet" or path.stat().st_size > LARGE_FILE_BYTES)
    is_streamable = suffix in {".csv", ".parquet"}
    return is_streamable and (engine == "duckdb" or (engine == "auto" and is_large))


def _group_keys(sample: Sample, keys: Sequence[str], by: Sequence[str]) -> list[Key | None]:
    """The whole (None) first, then each group in order."""
    if not by:
        return [None]
    positions = [keys.index(name) for name in by]
    return [None, *sorted({tuple(key[p] for p in positions) for key in sample.tallies})]


def _group(
    group: Key | None,
    sample: Sample,
    keys: Sequence[str],
    by: Sequence[str],
    instrument: Instrument,
    population: int | None,
    strata: str | None,
    strata_populations: dict[str, int] | None,
    options: Options,
) -> dict[str, Any]:
    positions = [keys.index(name) for name in by]
    inside = {
        key: part
        for key, part in sample.tallies.items()
        if group is None or tuple(key[p] for p in positions) == group
    }
    whole = sum(inside.values(), Tally.empty(instrument.codes, instrument.scale.values))
    size = population if group is None else None
    design = simple_design(whole, size)
    is_stratified = False
    if strata and strata_populations:
        parts: dict[str, Tally] = {}
        for key, part in inside.items():
            name = key[keys.index(strata)]
            parts[name] = parts.get(name, 0) + part
        # A group that cuts across strata is a domain: its share of a stratum is not known.
        if group is None or strata in by:
            design = stratified_design(parts, strata_populations)
            size = sum(strata_populations[name] for name in parts)
            is_stratified = len(design.parts) > 1
    named = {} if group is None else dict(zip(by, group, strict=True))
    chosen = replace(options, is_design_based=is_stratified)
    return group_result(named, whole, design, size, instrument, chosen)


def _compute_weighted(
    instrument: Instrument,
    files: Sequence[Path],
    by: Sequence[str],
    order: Order,
    strata: str | None,
    weights: str,
    options: Options,
) -> dict[str, Any]:
    import pandas as pd

    frames = []
    for path in files:
        frame = read_responses(path, instrument, order)
        require_columns(frame.columns, [weights, *by, *([strata] if strata else [])], str(path))
        frames.append(_with_weights(frame, weights, str(path)))
    frame = pd.concat(frames, ignore_index=True)
    chosen = replace(options, is_design_based=True)
    groups = [_weighted_group({}, frame, instrument, strata, weights, chosen)]
    if by:
        for key, rows in frame.groupby(list(by), sort=True):
            names = dict(zip(by, map(str, key), strict=True))
            groups.append(_weighted_group(names, rows, instrument, strata, weights, chosen))
    used = int(frame[list(instrument.codes)].notna().any(axis=1).sum())
    return _result(instrument, options, len(frame), used, groups, "linearised, weighted")


def _with_weights(frame: Any, weights: str, file: str) -> Any:
    import pandas as pd

    numbers = pd.to_numeric(frame[weights], errors="coerce")
    wrong = ~(np.isfinite(numbers) & (numbers > 0))
    lines = frame.attrs["lines"]
    faults = [
        SurveyError("weight-invalid", where=Where(file, lines[row], weights), value=value)
        for row, value in frame[weights][wrong].items()
    ]
    if faults:
        raise SurveyErrors(faults)
    return frame.assign(**{weights: numbers})


def _weighted_group(
    key: dict[str, str],
    rows: Any,
    instrument: Instrument,
    strata: str | None,
    weights: str,
    options: Options,
) -> dict[str, Any]:
    from analysis.tally import tally

    design = sample_design(weighted_tally(rows, instrument, weights, by=strata))
    return group_result(key, tally(rows, instrument), design, None, instrument, options)


def _variance(is_finite: bool, strata: str | None) -> str:
    words = ["linearised", *(["stratified"] if strata else []), *(["fpc"] if is_finite else [])]
    return ", ".join(words)


def _result(
    instrument: Instrument,
    options: Options,
    read: int,
    used: int,
    groups: list[dict[str, Any]],
    variance: str,
) -> dict[str, Any]:
    head = result_head(instrument, options, variance)
    return {**head, "read": read, "used": used, "groups": groups}
