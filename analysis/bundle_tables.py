"""The two tables of an evidence bundle: exact tallies, and the figures that follow from them.

Writes both, reads them back strictly, and computes every figure anew from the tallies.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import analysis.messages  # noqa: F401  registers the words of the errors raised here
from analysis.figures import Options, index_figures, item_figures
from analysis.inference import Design, Estimate, simple_design, stratified_design
from analysis.intervals import PLAIN
from analysis.tally import Tally
from analysis.tally_tables import tally_entries, tally_from_entries
from instruments.errors import SurveyError, Where
from instruments.model import Instrument

WHOLE, SERVICE, REST = "whole", "service", "rest"
KEY = ("survey", "group", "service", "measure", "code")
EXACT = ("period", "n", "population", "score100", "grade", "resolved")
REAL = ("value", "weight", "se", "ci_low", "ci_high", "raw_mean")
INDICES = (
    *("survey", "period", "group", "service", "measure", "code", "n", "population", "value"),
    *("weight", "score100", "se", "ci_low", "ci_high", "grade", "resolved", "raw_mean"),
)
TALLIES = ("survey", "group", "service", "moment", "item", "with", "value")
CLOSE = 1e-9  # other machines add doubles in another order

Group = tuple[str, str]
Cells = dict[str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Figures:
    """What figures are computed from: tallies of groups, and how the sample was drawn.

    `populations` holds the groups in `indices.csv`, in order; `strata` is empty for a simple
    sample; `interval` names the method of `analysis.intervals`.
    """

    survey: str
    period: str
    instrument: Instrument
    confidence: float
    conversion: str | None
    tallies: Mapping[Group, Tally]
    populations: Mapping[Group, int | None]
    strata: Mapping[Group, int]
    interval: str = PLAIN


def write_table(columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """CSV in UTF-8 with plain line ends; blank for None, full precision for numbers."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(row[name]) for name in columns} for row in rows)
    return text.getvalue().encode()


def read_table(file: str, columns: tuple[str, ...], content: bytes) -> list[Cells]:
    """Rows of a CSV in order. Raises SurveyError naming file and line."""
    try:
        lines = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SurveyError("bundle-part-unreadable", where=Where(file), reason=error) from error
    for line, cells in enumerate(lines, 1):
        if len(cells) != len(columns) or (line == 1) != (tuple(cells) == columns):
            raise SurveyError("bundle-row-invalid", where=Where(file, line))
    return [dict(zip(columns, cells, strict=True)) for cells in lines[1:]]


def tally_rows(survey: str, group: Group, tally: Tally) -> Iterator[Row]:
    """A tally in long format; of its symmetric sums only one half."""
    start = dict(zip(("survey", "group", "service"), (survey, *group), strict=True))
    for (moment, item, other), value in tally_entries(tally):
        yield start | {"moment": moment, "item": item, "with": other, "value": value}


def read_tallies(
    file: str, survey: str, instrument: Instrument, content: bytes
) -> dict[Group, Tally]:
    """The tallies of `tally_rows`. Raises SurveyError naming the row that does not fit."""
    found: dict[Group, dict[tuple[str, str, str], int]] = {}
    zero = Tally.empty(instrument.codes, instrument.scale.values)
    known = {key for key, _ in tally_entries(zero)}
    for line, row in enumerate(read_table(file, TALLIES, content), 2):
        key = (row["moment"], row["item"], row["with"])
        values = found.setdefault((row["group"], row["service"]), {})
        is_number = re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", row["value"])
        if row["survey"] != survey or key not in known or key in values or not is_number:
            raise SurveyError("bundle-row-invalid", where=Where(file, line))
        values[key] = int(row["value"])
    for group, values in found.items():
        missing = sorted(known - values.keys())
        if missing:
            name = " ".join(part for part in (*group, *missing[0]) if part)
            raise SurveyError("bundle-row-missing", where=Where(file), row=name)
    levels = instrument.scale.values
    return {
        group: tally_from_entries(Tally, instrument.codes, levels, values)
        for group, values in found.items()
    }


def contradictions(instrument: Instrument, tallies: Mapping[Group, Tally]) -> Iterator[str]:
    """Sums that no set of answers could have, in words."""
    levels = np.array(instrument.scale.values, dtype=np.int64)
    for (kind, service), tally in tallies.items():
        name = f"{kind} {service}".strip()
        for q, code in enumerate(tally.items):
            own = tally.counts[q]
            sums = [int(own.sum()), int(own @ levels), int(own @ levels**2)]
            if sums != [int(part[q, q]) for part in (tally.answered, tally.sums, tally.products)]:
                yield f"{name}: jumlah {code} tidak cocok dengan cacah tiap nilainya"
        if (tally.counts < 0).any() or (np.diag(tally.answered) > tally.n).any():
            yield f"{name}: cacah jawaban di luar jumlah responden"
    parts = [tally for (kind, _), tally in tallies.items() if kind != WHOLE]
    whole = tallies.get((WHOLE, ""))
    if whole is None:
        yield "rekap keseluruhan tidak ada"
    elif parts and sum(parts[1:], parts[0]) != whole:
        yield "jumlah semua bagian tidak sama dengan keseluruhan"


def figure_rows(figures: Figures) -> Iterator[Row]:
    """Every row of `indices.csv`, computed from the tallies alone."""
    for group, population in figures.populations.items():
        tally = figures.tallies[group]
        is_stratified = group[0] == WHOLE and bool(figures.strata)
        design = simple_design(tally, population)
        if is_stratified:
            parts = {"|".join(key): figures.tallies[key] for key in figures.strata}
            sizes = {"|".join(key): size for key, size in figures.strata.items()}
            design = stratified_design(parts, sizes)
        start = {
            "survey": figures.survey,
            "period": figures.period,
            "group": group[0],
            "service": group[1],
            "population": population,
        }
        options = Options(
            conversion=figures.conversion,
            confidence=figures.confidence,
            is_design_based=is_stratified,
            interval=figures.interval,
        )
        yield start | _index_row(figures, tally, design, options)
        for code in figures.instrument.codes:
            yield start | _item_row(figures, code, tally, design, options)


def compare_figures(file: str, content: bytes, figures: Figures) -> Iterator[SurveyError]:
    """Where `indices.csv` is not what the tallies give, by row and column."""
    expected = {
        tuple(row[name] for name in KEY): {name: _cell(row[name]) for name in INDICES}
        for row in figure_rows(figures)
    }
    for line, row in enumerate(read_table(file, INDICES, content), 2):
        wanted = expected.pop(tuple(row[name] for name in KEY), None)
        if wanted is None:
            yield SurveyError("bundle-row-invalid", where=Where(file, line))
            continue
        for name in (*EXACT, *REAL):
            if not _agrees(name, row[name], wanted[name]):
                yield SurveyError(
                    "bundle-figure-wrong",
                    where=Where(file, line, name),
                    found=row[name],
                    expected=wanted[name],
                )
    for key in expected:
        name = " ".join(part for part in key[1:] if part)
        yield SurveyError("bundle-row-missing", where=Where(file), row=name)


def _index_row(figures: Figures, tally: Tally, design: Design, options: Options) -> Row:
    index = index_figures(tally, design, figures.instrument, options)
    row = _blank_row() | {"measure": "index", "code": index.code, "n": tally.n}
    if index.value is None or index.band is None:
        return row
    row |= {"value": index.value, "score100": index.score100, "grade": index.band.grade}
    row |= {"resolved": index.is_resolved, "raw_mean": index.raw_mean}
    return row | _uncertainty(index.points)


def _item_row(figures: Figures, code: str, tally: Tally, design: Design, options: Options) -> Row:
    item = item_figures(code, tally, design, figures.instrument, options)
    row = _blank_row() | {"measure": "item", "code": code, "n": item.n, "weight": item.weight}
    if item.band is not None:
        row |= {"value": item.mean, "score100": item.score100, "grade": item.band.grade}
    return row | _uncertainty(item.estimate)


def _blank_row() -> Row:
    return dict.fromkeys(name for name in (*EXACT, *REAL) if name not in {"period", "population"})


def _uncertainty(estimate: Estimate | None) -> Row:
    if estimate is None:
        return {}
    return {"se": estimate.se, "ci_low": estimate.low, "ci_high": estimate.high}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def _agrees(name: str, found: str, expected: str) -> bool:
    if found == expected or name in EXACT or not found or not expected:
        return found == expected
    try:
        number = float(found)
    except ValueError:
        return False
    is_plain = repr(number) == found
    return is_plain and math.isclose(number, float(expected), rel_tol=CLOSE, abs_tol=CLOSE)
