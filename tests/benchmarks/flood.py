"""5,000 ticketless bot posts at one link, and how long citizens at another wait meanwhile.

Run: python -m tests.benchmarks.flood [number of bot posts]
"""

import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from pathlib import Path

from tests.benchmarks.submission_speed import MAIN, form_fields, free_port, serving

BOT_THREADS, BOT_ADDRESSES = 8, 40
CITIZENS, PAUSE_SECONDS = 20, 0.6


def main(posts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        instance, port = Path(folder) / "instance", free_port()
        demo = [*MAIN, "demo", "--no-serve", "--instance", str(instance)]
        subprocess.run(demo, check=True, capture_output=True)
        command = [*MAIN, "run", "--port", str(port), "--instance", str(instance)]
        # The addresses of bots and citizens are told apart as behind a proxy.
        environment = os.environ | {"ZI_SURVEY_TRUSTED_PROXIES": "1"}
        with serving([*command, "--workers", "2"], environment, port):
            quiet, _ = wait_as_citizens(port, threading.Event(), during=False)
            statuses: Counter[int] = Counter()
            over = threading.Event()
            attack = threading.Thread(target=flood, args=(port, posts, statuses, over))
            started = time.monotonic()
            attack.start()
            waits, accepted = wait_as_citizens(port, over, during=True)
            attack.join()
            seconds = time.monotonic() - started
    print(f"bots      {posts} posts in {seconds:.0f} s: {dict(sorted(statuses.items()))}")
    print(f"citizens  {accepted} of {len(waits)} accepted during the flood")
    print(f"p95       quiet {p95(quiet):.3f} s, during the flood {p95(waits):.3f} s (bound 2 s)")


def flood(port: int, posts: int, statuses: Counter[int], over: threading.Event) -> None:
    share = posts // BOT_THREADS

    def post(thread: int) -> None:
        for turn in range(share):
            address = f"198.51.100.{(thread * share + turn) % BOT_ADDRESSES}"
            statuses[send(port, "/s/demo-skm", address)] += 1

    threads = [threading.Thread(target=post, args=(place,)) for place in range(BOT_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()


def wait_as_citizens(port: int, over: threading.Event, *, during: bool) -> tuple[list[float], int]:
    """Seconds that citizens waited for their thanks, one after the other, all in one office."""
    waits, accepted = [], 0
    while len(waits) < CITIZENS or (during and not over.is_set()):
        started = time.monotonic()
        accepted += send(port, "/s/demo-spkp", "203.0.113.9", spkp=True) == 303
        waits.append(time.monotonic() - started)
        # More than an office of 500 people in ten minutes, less than what looks like a flood.
        time.sleep(PAUSE_SECONDS)
    return waits, accepted


def send(port: int, path: str, address: str, *, spkp: bool = False) -> int:
    fields = form_fields()
    if spkp:
        fields = {"submission_id": fields["submission_id"], "apa_adanya": "ya", "informasi": "5"}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": address,
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "127.0.0.1",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", path, urllib.parse.urlencode(fields), headers)
        reply = connection.getresponse()
        reply.read()
        return reply.status
    finally:
        connection.close()


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
