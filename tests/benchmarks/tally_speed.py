"""The full tally by unit and quarter beside what others take for less, all in one run.

Ten million respondents x 9 items, 2,000 units x 4 quarters in Parquet. Each contender runs in a
process of its own; the best of a few rounds counts, and the peak of its memory. Processor time
stands beside the clock, for it is what other work on the machine disturbs least.

Run: python tests/benchmarks/tally_speed.py [rows]
"""

import json
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import duckdb

COLUMNS = [f"U{i}" for i in range(1, 10)]
ROOT = Path(__file__).parents[2]
ROUNDS = 6
SECONDS, GROUPS = 120, 8000
# Of 8,000 domains the peer asked for more than 24 GB.
PEER_UNITS = 400

BARE = """
    import duckdb
    sums = ", ".join(f"SUM(U{i})" for i in range(1, 10))
    def work():
        duckdb.connect().sql(f"SELECT {KEYS}{sums} FROM read_parquet('{FILE}'){BY}").fetchall()
"""
OURS = """
    from pathlib import Path
    import instruments
    from analysis.engines import tally_file
    skm = instruments.load("skm-2017")
    def work():
        tally_file(Path(FILE), skm, ["unit", "quarter"])
"""
PANDAS = """
    import pandas as pd
    def work():
        columns = [f"U{i}" for i in range(1, 10)]
        pd.read_parquet(FILE).groupby(["unit", "quarter"])[columns].mean()
"""
ESTIMATES = """
    from pathlib import Path
    import instruments
    from analysis.engines import tally_file
    from analysis.inference import estimate_item, simple_design
    skm = instruments.load("skm-2017")
    def work():
        _, groups = tally_file(Path(FILE), skm, ["unit", "quarter"])
        for tally in groups.values():
            for code in skm.codes:
                estimate_item(simple_design(tally), skm, code)
"""
SVY = """
    import polars as pl, svy
    data = pl.scan_parquet(FILE).head(ROWS).filter(pl.col("unit") < UNITS).collect().with_columns(
        (pl.col("unit").cast(pl.String) + "-" + pl.col("quarter").cast(pl.String)).alias("domain"),
        pl.lit(1.0).alias("weight"), pl.col("U1").cast(pl.Float64)).drop_nulls("U1")
    def work():
        sample = svy.Sample(data, svy.Design(wgt="weight"))
        sample.estimation.mean("U1", by="domain")
"""
RUN = """
    import json, resource, time
    best = [1e9, 1e9]
    for _ in range(ROUNDS):
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        best = [min(best[0], time.perf_counter() - clock), min(best[1], time.process_time() - cpu)]
    print(json.dumps([*best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def main(rows: int) -> None:
    """Print every figure and ratio."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "respondents.parquet"
        write(file, rows)
        sums = measure(BARE, file, KEYS="", BY="")
        grouped = measure(BARE, file, KEYS="unit, quarter, ", BY=" GROUP BY unit, quarter")
        ours, pandas = measure(OURS, file), measure(PANDAS, file)
        estimates = measure(ESTIMATES, file, ROUNDS=1)
        peer = measure(SVY, file, SECONDS, ROUNDS=1, ROWS=rows // 50, UNITS=PEER_UNITS)
    print(f"{rows:,} rows                           clock    processor  peak")
    for name, figures in (
        ("DuckDB, nine bare sums", sums),
        ("DuckDB, nine sums by unit, quarter", grouped),
        ("full tally by unit, quarter", ours),
        ("pandas, nine means by unit, quarter", pandas),
        ("tally, then 9 x 8,000 means with SE", estimates),
    ):
        print(f"{name:<36}" + (f"{figures[0]:7.2f} s {figures[1]:7.2f} s {figures[2]:6.0f} MB"))
    for at, kind in enumerate(("clock", "processor")):
        print(f"tally / bare sums by unit, quarter, {kind}: {ours[at] / grouped[at]:.1f} (aim 2)")
        print(f"tally / bare sums, {kind}: {ours[at] / sums[at]:.1f}")
        print(f"pandas means / tally, {kind}: {pandas[at] / ours[at]:.1f} (aim 3)")
    print(f"peak of the tally: {ours[2]:.0f} MB (aim 500)")
    each = estimates[0] / (GROUPS * len(COLUMNS))
    told = "done" if peer else f"not done after {SECONDS} s, counted as done"
    theirs = (peer[0] if peer else SECONDS) / (PEER_UNITS * 4)
    print(f"svy, one item by {PEER_UNITS * 4:,} domains, {rows // 250:,} rows in memory: {told}")
    print(f"per estimate: svy {theirs * 1e3:.2f} ms, ours {each * 1e3:.3f} ms with the reading")
    print(f"svy / ours per estimate: {theirs / each:.0f} (aim 100)")


def write(file: Path, rows: int) -> None:
    """Respondents with 2 % blanks near the ceiling, in no order of unit or quarter."""
    answers = ", ".join(
        f"CAST(CASE WHEN hash(i, {q}) % 50 > 0 THEN 2 + (hash(i, {q}, 1) % 20 > 0)::INT "
        f"+ (hash(i, {q}, 1) % 20 > 8)::INT END AS TINYINT) AS {c}"
        for q, c in enumerate(COLUMNS)
    )
    keys = (
        "CAST(hash(i, 99) // 7 % 2000 AS SMALLINT) AS unit, "
        "CAST(1 + hash(i, 98) // 11 % 4 AS TINYINT) AS quarter"
    )
    query = f"SELECT {answers}, {keys} FROM range({rows}) t(i)"
    duckdb.connect(config={"memory_limit": "1GB"}).sql(
        f"COPY ({query}) TO '{file}' (FORMAT parquet)"
    )


def measure(
    work: str, file: Path, seconds: float | None = None, **values: object
) -> list[float] | None:
    """Seconds by the clock, seconds of processor, and peak MB; None where time ran out."""
    given = {"FILE": str(file), "ROUNDS": ROUNDS} | values
    start = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    program = f"{start}\n{textwrap.dedent(work)}\n{textwrap.dedent(RUN)}"
    try:
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    except subprocess.CalledProcessError as error:
        raise SystemExit(error.stderr) from error
    return [float(value) for value in json.loads(done.stdout.splitlines()[-1])]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
