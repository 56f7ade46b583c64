"""Tallies of files too big for a DataFrame, in bounded memory.

The tally is one SQL aggregation (`tally_sql`, or `patterns_sql` for a file as a whole), plain
enough for any engine that knows GROUP BY, so that a cluster can run the same expression over
the same columns; DuckDB runs it here. Parquet files of whole numbers, the form that archives
have, take a quicker road (`packed_forms`) to the same tallies.
"""

import re
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.packed_sums import Packing
from analysis.responses import Order, match_columns, read_header, require_columns
from analysis.tally import Tally
from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.model import Instrument

MEMORY = "400MB"
FAULTS_SHOWN = 20
PATTERN_BITS = 62
INTEGER_TYPES = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT"})


def tally_file(
    path: Path, instrument: Instrument, by: Sequence[str] = (), order: Order = "unsur"
) -> tuple[int, dict[tuple[str, ...], Tally]]:
    """Rows read, and the tally of each group that the columns `by` make, from CSV or Parquet.

    Raises SurveyErrors that name the column and the first lines of answers off the scale.
    """
    import duckdb

    if path.suffix.lower() == ".parquet":
        quick = _tally_quickly(path, instrument, by, order)
        if quick is not None:
            return quick
    else:
        # Before DuckDB sees it: it would rename a repeated header without a word.
        match_columns(read_header(path)[0], instrument, str(path), order)
    connection = duckdb.connect(config={"memory_limit": MEMORY, "preserve_insertion_order": False})
    try:
        source = _source(path)
        types = dict(row[:2] for row in connection.sql(f"DESCRIBE FROM {source}").fetchall())
        header = list(types)
        columns = match_columns(header, instrument, str(path), order)
        require_columns(header, by, str(path))
        whole = {name for name, kind in types.items() if kind in INTEGER_TYPES}
        # Patterns must fit one integer; a questionnaire longer than that is summed as groups are.
        if by or _bits(instrument) * len(instrument.codes) > PATTERN_BITS:
            read, faulty, tallies = _tally_groups(
                connection, source, columns, instrument, by, whole
            )
        else:
            query = patterns_sql(source, columns, instrument, whole)
            patterns = connection.sql(query).fetchnumpy()
            read, faulty, tallies = _read_patterns(patterns, instrument)
    except duckdb.Error as error:
        raise _refused(str(error), str(path)) from error
    if not read:
        raise SurveyError("file-empty", where=Where(str(path)))
    if faulty:
        raise SurveyErrors(_faults(connection, source, columns, instrument, str(path)))
    return read, tallies


def _tally_quickly(
    path: Path, instrument: Instrument, by: Sequence[str], order: Order
) -> tuple[int, dict[tuple[str, ...], Tally]] | None:
    """What `tally_parquet` finds; None for a file that it does not take or cannot read."""
    from analysis.packed_forms import read_names, tally_parquet
    from analysis.packed_products import UnsuitedError

    try:
        header = read_names(path)
        columns = match_columns(header, instrument, str(path), order)
        require_columns(header, by, str(path))
        read, tallies = tally_parquet(path, instrument, columns, by)
    except UnsuitedError:
        return None  # DuckDB says what is wrong and where, or reads it after all
    return (read, tallies) if read else None


def count_values(path: Path, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """How often each text occurs in those of the named columns that a file has.

    Names are matched in any case. Raises SurveyError where the file cannot be read.
    """
    import duckdb

    connection = duckdb.connect(config={"memory_limit": MEMORY})
    counts: dict[str, dict[str, int]] = {}
    try:
        source = _source(path)
        header = [row[0] for row in connection.sql(f"DESCRIBE FROM {source}").fetchall()]
        for column in header:
            name = column.strip().lower()
            if name not in names:
                continue
            text = f"COALESCE(TRIM(CAST({_quote(column)} AS VARCHAR)), '')"
            query = f"SELECT {text} AS value, COUNT(*) FROM {source} GROUP BY value"  # noqa: S608
            counts[name] = dict(connection.sql(query).fetchall())
    except duckdb.Error as error:
        raise _refused(str(error), str(path)) from error
    return counts


def patterns_sql(
    source: str, columns: dict[str, str], instrument: Instrument, whole_numbers: Container[str] = ()
) -> str:
    """How often each whole set of answers occurs: far fewer rows than respondents.

    A pattern packs the answers into one integer, each as its step on the scale, 0 for blank.
    With many groups there is little to share within one, so they are summed by `tally_sql`.
    """
    checked = _checked_cells(columns, instrument, whole_numbers)
    low, bits = instrument.scale.minimum, _bits(instrument)
    steps = [
        f"(CAST(COALESCE(x{q} - {low - 1}, 0) AS BIGINT) << {bits * q})"
        for q in range(len(checked))
    ]
    faulty = " OR ".join(f"b{q}" for q in range(len(checked)))
    return (
        f"SELECT {' + '.join(steps)} AS pattern, ({faulty}) AS faulty, COUNT(*) AS n "  # noqa: S608
        f"FROM (SELECT {', '.join(checked)} FROM {source}) GROUP BY ALL"
    )


def _read_patterns(
    patterns: dict[str, Any], instrument: Instrument
) -> tuple[int, int, dict[tuple[str, ...], Tally]]:
    """Rows read, rows faulty, and the one tally, from how often each pattern occurs."""
    codes = np.asarray(patterns["pattern"], dtype=np.int64)
    times = np.asarray(patterns["n"], dtype=np.int64)
    faulty = int(times[np.asarray(patterns["faulty"], dtype=bool)].sum())
    bits, levels = _bits(instrument), instrument.scale.values
    shifts = bits * np.arange(len(instrument.codes))
    steps = (codes[:, None] >> shifts[None, :]) & ((1 << bits) - 1)
    answered = (steps > 0).astype(np.int64)
    values = np.where(answered == 1, steps + instrument.scale.minimum - 1, 0)
    tally = Tally(
        instrument.codes,
        levels,
        int(times[codes > 0].sum()),
        (answered * times[:, None]).T @ answered,
        (values * times[:, None]).T @ answered,
        (values * times[:, None]).T @ values,
        np.stack(
            [((steps == step) * times[:, None]).sum(axis=0) for step in range(1, len(levels) + 1)],
            axis=1,
        ),
    )
    return int(times.sum()), faulty, {(): tally}


def _bits(instrument: Instrument) -> int:
    """Bits for one answer: a step on the scale from 1 up, or 0 for blank."""
    return len(instrument.scale.values).bit_length()


def _tally_groups(
    connection: Any,
    source: str,
    columns: dict[str, str],
    instrument: Instrument,
    by: Sequence[str],
    whole: Container[str],
) -> tuple[int, int, dict[tuple[str, ...], Tally]]:
    """Rows read, rows faulty and tallies by group: packed sums, or plain ones for great groups."""
    packing = Packing.of(instrument)
    if packing is not None:
        query = packed_tally_sql(source, columns, instrument, packing, by, whole)
        found = connection.sql(query).fetchnumpy()
        if found["rows_read"].max(initial=0) <= packing.limit:
            return _read_packed(found, len(by), packing, instrument)
    rows = connection.sql(tally_sql(source, columns, instrument, by, whole)).fetchall()
    return _read_groups(rows, len(by), instrument)


def packed_tally_sql(
    source: str,
    columns: dict[str, str],
    instrument: Instrument,
    packing: Packing,
    by: Sequence[str] = (),
    whole_numbers: Container[str] = (),
) -> str:
    """The tally of groups of at most `packing.limit` rows, in a third of the aggregates.

    Columns of the result: the groups k0…, rows_read, rows_faulty, respondents, then s0… in the
    order of `Packing.aggregates`. The same text runs on DuckDB and on Spark where the source
    is a table and the columns' names are plain words.
    """
    size = len(instrument.codes)
    cells = _checked_cells(columns, instrument, whole_numbers)
    names = [f"g{i}" for i in range(len(by))]
    groups = [f"{_quote(name)} AS g{i}" for i, name in enumerate(by)]
    answered = ", ".join(f"x{q}" for q in range(size))
    faulty = " OR ".join(f"b{q}" for q in range(size))
    inner = [
        *names,
        f"CASE WHEN COALESCE({answered}) IS NULL THEN 0 ELSE 1 END AS has_answers",
        f"CASE WHEN {faulty} THEN 1 ELSE 0 END AS is_faulty",
        *(column for q in range(size) for column in packing.columns(q)),
    ]
    sums = [f"{one} AS s{place}" for place, one in enumerate(packing.aggregates(size))]
    # Text is made of the groups' keys only once they are few.
    keys = [f"COALESCE(CAST({name} AS STRING), '') AS k{name[1:]}" for name in names]
    outer = [
        *keys,
        "COUNT(*) AS rows_read",
        "CAST(SUM(is_faulty) AS BIGINT) AS rows_faulty",
        "CAST(SUM(has_answers) AS BIGINT) AS respondents",
        *sums,
    ]
    checked = f"SELECT {', '.join([*groups, *cells])} FROM {source}"  # noqa: S608
    packed = f"SELECT {', '.join(inner)} FROM ({checked}) AS checked"  # noqa: S608
    query = f"SELECT {', '.join(outer)} FROM ({packed}) AS packed"  # noqa: S608
    return query + (f" GROUP BY {', '.join(names)}" if by else "")


def _read_packed(
    found: dict[str, Any], keys: int, packing: Packing, instrument: Instrument
) -> tuple[int, int, dict[tuple[str, ...], Tally]]:
    """Rows read, rows faulty, and the tally of each group, from `packed_tally_sql`."""
    sums = np.stack([v for name, v in found.items() if re.fullmatch(r"s\d+", name)], axis=1)
    respondents = np.asarray(found["respondents"], dtype=np.int64)
    tallies = packing.unpack(respondents, np.asarray(sums, dtype=np.int64), instrument)
    names = zip(*(found[f"k{i}"].tolist() for i in range(keys)), strict=True)
    groups: dict[tuple[str, ...], Tally] = {}
    for name, tally in sorted(zip(names, tallies, strict=True), key=lambda pair: pair[0]):
        # A blank key and an empty one are two groups to the engine.
        groups[name] = groups[name] + tally if name in groups else tally
    return int(found["rows_read"].sum()), int(found["rows_faulty"].sum()), groups


def _read_groups(
    rows: list[tuple[Any, ...]], keys: int, instrument: Instrument
) -> tuple[int, int, dict[tuple[str, ...], Tally]]:
    """Rows read, rows faulty, and the tally of each group, from the rows of `tally_sql`."""
    tallies = {
        tuple(str(value) for value in row[:keys]): _tally(row[keys + 2 :], instrument)
        for row in sorted(rows, key=lambda row: [str(value) for value in row[:keys]])
    }
    return sum(row[keys] for row in rows), sum(row[keys + 1] for row in rows), tallies


def tally_sql(
    source: str,
    columns: dict[str, str],
    instrument: Instrument,
    by: Sequence[str] = (),
    whole_numbers: Container[str] = (),
) -> str:
    """The tally as one aggregation over a table or file.

    Columns of the result: the groups, rows, rows with a faulty answer, then n and the sums
    in the order that `_tally` reads. Columns in `whole_numbers` hold integers and need no
    parsing.
    """
    cells = _checked_cells(columns, instrument, whole_numbers)
    faulty = " OR ".join(f"b{q}" for q in range(len(cells)))
    groups = [f"COALESCE(CAST({_quote(name)} AS VARCHAR), '') AS g{i}" for i, name in enumerate(by)]
    checked = ", ".join([*groups, *cells])
    numbers = [
        f"CAST(COALESCE(x{q}, 0) AS INTEGER) AS x{q}, CAST(x{q} IS NOT NULL AS INTEGER) AS r{q}"
        for q in range(len(cells))
    ]
    names = [f"g{i}" for i in range(len(by))]
    inner = ", ".join([*names, *numbers, f"({faulty}) AS faulty"])
    outer = ", ".join([*names, *_aggregates(instrument)])
    group_by = f" GROUP BY {', '.join(names)}" if by else ""
    return f"SELECT {outer} FROM (SELECT {inner} FROM (SELECT {checked} FROM {source})){group_by}"  # noqa: S608


def _checked_cells(
    columns: dict[str, str], instrument: Instrument, whole_numbers: Container[str]
) -> list[str]:
    return [
        _cell(q, columns[code], columns[code] in whole_numbers, instrument)
        for q, code in enumerate(instrument.codes)
    ]


def _cell(q: int, column: str, is_whole: bool, instrument: Instrument) -> str:
    """The answer x (null where blank or faulty) and whether the cell is faulty, b."""
    low, high = instrument.scale.minimum, instrument.scale.maximum
    name = _quote(column)
    if is_whole:
        good = f"{name} BETWEEN {low} AND {high}"
        bad = f"COALESCE(NOT ({good}), FALSE)"
        return f"CASE WHEN {good} THEN CAST({name} AS INTEGER) END AS x{q}, {bad} AS b{q}"
    number = f"TRY_CAST({name} AS DOUBLE)"
    good = f"COALESCE({number} BETWEEN {low} AND {high} AND {number} = FLOOR({number}), FALSE)"
    bad = f"COALESCE(TRIM(CAST({name} AS STRING)) <> '' AND NOT {good}, FALSE)"
    return f"CASE WHEN {good} THEN CAST({number} AS INTEGER) END AS x{q}, {bad} AS b{q}"


def _aggregates(instrument: Instrument) -> list[str]:
    """What is summed: plain counts, and sums of products of small integers."""
    q = range(len(instrument.codes))
    answered = " + ".join(f"r{i}" for i in q)
    sums = [
        "COUNT(*)",
        "SUM(CAST(faulty AS INTEGER))",
        f"SUM(CAST({answered} > 0 AS INTEGER))",
    ]
    for i in q:
        sums += [f"SUM(CAST(x{i} = {level} AS INTEGER))" for level in instrument.scale.values]
    for i in q:
        for k in range(i + 1, len(instrument.codes)):
            sums += [f"SUM(r{i} * r{k})", f"SUM(x{i} * r{k})", f"SUM(x{k} * r{i})"]
            sums += [f"SUM(x{i} * x{k})"]
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
    name = _text(str(path))
    if path.suffix.lower() == ".parquet":
        return f"read_parquet({name})"
    header, delimiter = read_header(path)
    # Named here, not guessed: DuckDB would take a row of four cells for a file of one column.
    names = ", ".join(f"{_text(cell or f'column{i}')}: 'VARCHAR'" for i, cell in enumerate(header))
    return (
        f"read_csv({name}, header = true, auto_detect = false, delim = '{delimiter}', "
        f"quote = '\"', escape = '\"', strict_mode = true, columns = {{{names}}})"
    )


def _refused(message: str, file: str) -> SurveyError:
    """What DuckDB says of a file that it cannot read, in our words where we know them."""
    first = message.split("\n", 1)[0]
    place = re.search(r"CSV Error on Line: (\d+)", message)
    where = Where(file, int(place[1]) if place else None)
    if "nicode" in message or "utf-8" in message.lower():
        return SurveyError("file-encoding", where=where)
    width = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if width:
        return SurveyError("row-width", where=where, expected=width[1], actual=width[2])
    return SurveyError("file-unreadable", where=where, reason=first)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


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
