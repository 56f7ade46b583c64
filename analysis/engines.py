"""Tallies of files too big for a DataFrame, by DuckDB in bounded memory.

The tally is one SQL aggregation (`tally_sql`), plain enough for any engine that knows
GROUP BY, so that a cluster can run the same expression over the same columns.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.responses import Order, match_columns, require_columns
from analysis.tally import Tally
from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.model import Instrument

MEMORY = "400MB"
FAULTS_SHOWN = 20


def tally_file(
    path: Path, instrument: Instrument, by: Sequence[str] = (), order: Order = "unsur"
) -> tuple[int, dict[tuple[str, ...], Tally]]:
    """Rows read, and the tally of each group that the columns `by` make, from CSV or Parquet.

    Raises SurveyErrors that name the column and the first lines of answers off the scale.
    """
    import duckdb

    connection = duckdb.connect(config={"memory_limit": MEMORY, "preserve_insertion_order": False})
    try:
        source = _source(path)
        header = [row[0] for row in connection.sql(f"DESCRIBE FROM {source}").fetchall()]
        columns = match_columns(header, instrument, str(path), order)
        require_columns(header, by, str(path))
        query = tally_sql(source, columns, instrument, by)
        rows = connection.sql(query).fetchall()
    except duckdb.Error as error:
        reason = str(error).split("\n", 1)[0]
        raise SurveyError("file-unreadable", where=Where(str(path)), reason=reason) from error
    read = sum(row[len(by)] for row in rows)
    if sum(row[len(by) + 1] for row in rows):
        raise SurveyErrors(_faults(connection, source, columns, instrument, str(path)))
    tallies = {
        tuple(str(value) for value in row[: len(by)]): _tally(row[len(by) + 2 :], instrument)
        for row in sorted(rows, key=lambda row: [str(value) for value in row[: len(by)]])
    }
    return read, tallies


def tally_sql(
    source: str, columns: dict[str, str], instrument: Instrument, by: Sequence[str] = ()
) -> str:
    """The tally as one aggregation over a table or file.

    Columns of the result: the groups, rows, rows with a faulty answer, then n and the sums
    in the order that `_tally` reads.
    """
    low, high = instrument.scale.minimum, instrument.scale.maximum
    cells = [f"TRY_CAST({_quote(columns[code])} AS DOUBLE)" for code in instrument.codes]
    texts = [f"NULLIF(TRIM(CAST({_quote(columns[c])} AS VARCHAR)), '')" for c in instrument.codes]
    good = [f"{cell} BETWEEN {low} AND {high} AND {cell} = FLOOR({cell})" for cell in cells]
    answers = [
        f"CASE WHEN {ok} THEN CAST({cell} AS INTEGER) END AS x{q}"
        for q, (ok, cell) in enumerate(zip(good, cells, strict=True))
    ]
    faulty = " OR ".join(
        f"({text} IS NOT NULL AND NOT COALESCE({ok}, FALSE))"
        for text, ok in zip(texts, good, strict=True)
    )
    groups = [f"COALESCE(CAST({_quote(name)} AS VARCHAR), '') AS g{i}" for i, name in enumerate(by)]
    inner = ", ".join([*groups, *answers, f"({faulty}) AS faulty"])
    outer = ", ".join([*(f"g{i}" for i in range(len(by))), *_aggregates(instrument)])
    group_by = f" GROUP BY {', '.join(f'g{i}' for i in range(len(by)))}" if by else ""
    return f"SELECT {outer} FROM (SELECT {inner} FROM {source}){group_by}"  # noqa: S608


def _aggregates(instrument: Instrument) -> list[str]:
    """What is summed: plain counts and sums, so any engine can run it."""
    q = range(len(instrument.codes))
    answered = "COALESCE(" + ", ".join(f"x{i}" for i in q) + ") IS NOT NULL"
    sums = ["COUNT(*)", "COUNT(*) FILTER (faulty)", f"COUNT(*) FILTER ({answered})"]
    for i in q:
        sums += [f"COUNT(*) FILTER (x{i} = {level})" for level in instrument.scale.values]
    for i in q:
        for k in range(i + 1, len(instrument.codes)):
            sums += [
                f"COUNT(x{i} + x{k})",
                f"SUM(x{i}) FILTER (x{k} IS NOT NULL)",
                f"SUM(x{k}) FILTER (x{i} IS NOT NULL)",
                f"SUM(x{i} * x{k})",
            ]
    return sums


def _tally(row: Sequence[Any], instrument: Instrument) -> Tally:
    levels = instrument.scale.values
    size, width = len(instrument.codes), len(levels)
    numbers = np.array([int(value or 0) for value in row], dtype=np.int64)
    counts = numbers[1 : 1 + size * width].reshape(size, width)
    weights = np.array(levels, dtype=np.int64)
    answered = np.diag(counts.sum(axis=1))
    sums = np.diag(counts @ weights)
    products = np.diag(counts @ weights**2)
    pairs = numbers[1 + size * width :].reshape(-1, 4)
    upper = [(i, k) for i in range(size) for k in range(i + 1, size)]
    for (i, k), (both, first, second, product) in zip(upper, pairs, strict=True):
        answered[i, k] = answered[k, i] = both
        sums[i, k], sums[k, i] = first, second
        products[i, k] = products[k, i] = product
    return Tally(instrument.codes, levels, int(numbers[0]), answered, sums, products, counts)


def _source(path: Path) -> str:
    name = "'" + str(path).replace("'", "''") + "'"
    if path.suffix.lower() == ".parquet":
        return f"read_parquet({name}, file_row_number = true)"
    return f"read_csv({name}, header = true, all_varchar = true, strict_mode = true)"


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _faults(
    connection: Any, source: str, columns: dict[str, str], instrument: Instrument, file: str
) -> list[SurveyError]:
    """The first faulty answers of each column; lines count from the header as 1."""
    low, high = instrument.scale.minimum, instrument.scale.maximum
    found = []
    for name in columns.values():
        text, cell = f"TRIM(CAST({_quote(name)} AS VARCHAR))", f"TRY_CAST({_quote(name)} AS DOUBLE)"
        query = (
            f"SELECT line, value FROM (SELECT ROW_NUMBER() OVER () + 1 AS line, {text} AS value, "  # noqa: S608
            f"{cell} AS cell FROM {source}) WHERE value <> '' AND NOT COALESCE(cell BETWEEN {low} "
            f"AND {high} AND cell = FLOOR(cell), FALSE) ORDER BY line LIMIT {FAULTS_SHOWN}"
        )
        for line, value in connection.sql(query).fetchall():
            where = Where(file, line, name)
            code = "answer-off-scale" if value.lstrip("+-").isdigit() else "answer-not-integer"
            found.append(SurveyError(code, where=where, value=value[:40], low=low, high=high))
    return sorted(found, key=lambda error: error.where.line or 0)
