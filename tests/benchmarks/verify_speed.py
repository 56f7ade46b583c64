"""How long `verify --database` takes for 100,000 responses, beside hashing the same bytes once.

Run as `python tests/benchmarks/verify_speed.py [RESPONSES] [BATCH]`; uses SQLite in a
temporary folder. The figure wanted is under 60 seconds on two cores.
"""

import hashlib
import resource
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[2]))

from survey_app.clock import utc_now
from survey_app.ledger.verify import verify_database
from survey_app.settings import load_settings
from survey_app.store import Store, open_store
from survey_app.store.migrate import upgrade
from tests.worlds import make_world


def main(responses: int = 100_000, batch: int = 100) -> None:
    """Fill a store, verify it, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(Path(folder) / "instance")
        store = open_store(settings)
        upgrade(store)
        world = make_world(store, settings, utc_now)
        started = time.perf_counter()
        for seed in range(responses // batch):
            world.fill(batch, seed)
            world.seal()
        filled = time.perf_counter() - started
        before = _peak_megabytes()
        started = time.perf_counter()
        report = verify_database(store)
        took = time.perf_counter() - started
        grown = _peak_megabytes() - before
        once = _hash_once(store)
        print(
            f"{report.responses} responses in {report.seals} seals, made in {filled:.1f} s\n"
            f"verified in {took:.1f} s, {report.responses / took:,.0f} a second, "
            f"{len(report.damages)} damages\n"
            f"hashing the same bytes once: {once:.2f} s; ratio {took / once:.0f}\n"
            f"memory grew by {grown:.0f} MB"
        )


def _hash_once(store: Store) -> float:
    started, digest = time.perf_counter(), hashlib.sha256()
    with store.read() as session:
        question = text("SELECT id, answers, profile, nonce, leaf FROM response")
        for row in session.execute(question, execution_options={"yield_per": 1000}):
            digest.update(row[0] + row[1].encode() + row[2].encode() + row[3] + row[4])
    return time.perf_counter() - started


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
