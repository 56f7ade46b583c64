"""Submissions per second of the product beside a bare handler under the same server and disk.

Run: python tests/benchmarks/submission_speed.py [seconds per round]
"""

import http.client
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from contextlib import contextmanager
from pathlib import Path

THREADS = 8
WORKERS = os.environ.get("WORKERS", "2")
ROUNDS = 3
ITEMS = (
    *("persyaratan", "prosedur", "waktu", "biaya", "produk"),
    *("kompetensi", "perilaku", "pengaduan", "sarana"),
)
MAIN = [sys.executable, "-c", "from survey_app.cli import main; main()"]


def main(seconds: float) -> None:
    rates: dict[str, list[float]] = {"product": [], "bare": []}
    with (
        tempfile.TemporaryDirectory() as folder,
        ours(Path(folder)) as product,
        bare(Path(folder)) as peer,
    ):
        for _ in range(ROUNDS):
            rates["bare"].append(measure(peer, "/", bare_fields, seconds))
            rates["product"].append(measure(product, "/s/demo-skm", form_fields, seconds))
    best = {name: max(values) for name, values in rates.items()}
    for name, values in rates.items():
        print(f"{name:<8} {' '.join(f'{value:7.0f}' for value in values)} submissions/s")
    print(f"ratio    {best['product'] / best['bare']:.2f} of the bare handler (aim 0.8)")


def form_fields() -> dict[str, str]:
    return {"submission_id": secrets.token_urlsafe(16)} | dict.fromkeys(ITEMS, "3")


def bare_fields() -> dict[str, str]:
    numbers = {f"u{i}": "3" for i in range(1, 10)}
    return {"submission_id": secrets.token_urlsafe(16)} | numbers


def measure(port: int, path: str, fields, seconds: float) -> float:
    """Thanks per second from a few clients that each keep their connection."""
    counts, end = [0] * THREADS, time.monotonic() + seconds

    def post_until_end(place: int) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < end:
            connection.request("POST", path, urllib.parse.urlencode(fields()), headers)
            reply = connection.getresponse()
            reply.read()
            if reply.status != 303:
                raise RuntimeError(f"{path}: {reply.status}")
            counts[place] += 1

    threads = [threading.Thread(target=post_until_end, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


@contextmanager
def ours(folder: Path):
    instance, port = folder / "instance", free_port()
    environment = os.environ | {
        "ZI_SURVEY_RATELIMIT": "off",
        "ZI_SURVEY_SEAL_INTERVAL_SECONDS": "600",
    }
    demo = [*MAIN, "demo", "--no-serve", "--instance", str(instance)]
    subprocess.run(demo, check=True, capture_output=True)
    command = [*MAIN, "run", "--port", str(port), "--instance", str(instance), "--workers", WORKERS]
    with serving(command, environment, port):
        yield port


@contextmanager
def bare(folder: Path):
    port, database = free_port(), folder / "bare.sqlite3"
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    columns = ", ".join(f"u{i} INTEGER" for i in range(1, 10))
    connection.execute(f"CREATE TABLE response (id TEXT PRIMARY KEY, {columns})")
    connection.close()
    command = [
        *(sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", WORKERS),
        *("-k", "gthread", "--threads", "16", "--chdir", str(Path(__file__).parent)),
        "bare_app:app",
    ]
    with serving(command, os.environ | {"BARE_DATABASE": str(database)}, port):
        yield port


@contextmanager
def serving(command: list[str], environment: dict[str, str], port: int):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, env=environment, **quiet)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        time.sleep(1)
        yield
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
