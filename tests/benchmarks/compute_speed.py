"""`zi-survey compute` on ten million respondents beside DuckDB's bare sum of the nine columns.

Run: python tests/benchmarks/compute_speed.py [rows]
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

COLUMNS = [f"U{i}" for i in range(1, 10)]


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "respondents.parquet"
        answers = ", ".join(
            f"CAST(CASE WHEN hash(i, {q}) % 50 > 0 THEN 2 + hash(i, {q}, 1) % 3 END AS TINYINT) "
            f"AS {c}"
            for q, c in enumerate(COLUMNS)
        )
        duckdb.sql(f"COPY (SELECT {answers} FROM range({rows}) t(i)) TO '{file}' (FORMAT parquet)")
        bare = min(time_bare_sum(file) for _ in range(3))
        ours = min(time_compute(file) for _ in range(3))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"rows                    {rows:,}")
    print(f"DuckDB, nine sums       {bare:.2f} s")
    print(f"zi-survey compute       {ours:.2f} s, start-up included; peak {peak:.0f} MB")
    print(f"ratio                   {ours / bare:.1f}")


def time_bare_sum(file: Path) -> float:
    started = time.perf_counter()
    sums = ", ".join(f"SUM({column})" for column in COLUMNS)
    duckdb.connect().sql(f"SELECT {sums} FROM read_parquet('{file}')").fetchall()
    return time.perf_counter() - started


def time_compute(file: Path) -> float:
    words = ["compute", "skm-2017", str(file), "--format", "json"]
    command = [sys.executable, "-c", "from survey_app.cli import main; main()", *words]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
