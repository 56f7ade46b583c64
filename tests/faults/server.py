"""The real server as a process of its own, and citizens who do not give up."""

import http.client
import json
import os
import queue
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from survey_app.ledger.accept import Submission
from tests.worlds import World

START_WITHIN_SECONDS = 30
COMMAND = [sys.executable, "-c", "from survey_app.cli import main; main()"]


class Server:
    """`zi-survey run` on a free port of this machine; can be killed and started again."""

    def __init__(self, world: World, folder: Path, wrapper: Sequence[str] = ()) -> None:
        self._world = world
        self._wrapper = list(wrapper)
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    @property
    def pid(self) -> int:
        """The process group of the running server."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process that watches over the workers is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """What the server has printed."""
        return self._log.read_text()

    def start(self, **settings: str) -> "Server":
        """Start and wait until it answers."""
        plain = {
            "ZI_SURVEY_DATABASE_URL": self._world.settings.database_url,
            "ZI_SURVEY_RATELIMIT": "off",
            "ZI_SURVEY_SEAL_INTERVAL_SECONDS": "5",
        }
        run = ["run", "--instance", str(self._world.settings.instance), "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._wrapper, *COMMAND, *run, "--workers", "2"],
                env=os.environ | plain | settings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        give_up = time.monotonic() + START_WITHIN_SECONDS
        while not self._answers():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < give_up, self.log
            time.sleep(0.05)
        return self

    def kill(self) -> None:
        """`kill -9` of the server with all its workers."""
        os.killpg(self.pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def stop(self) -> None:
        """Stop for good, politely where that works."""
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self.pid, signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def workers(self) -> list[int]:
        """The processes that serve, without the one that watches over them."""
        return [pid for pid in _group(self.pid) if pid != self.pid]

    def limit_file_size(self, size: int) -> None:
        """Change how large a file the server and its workers may write."""
        for pid in _group(self.pid):
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))

    def _answers(self) -> bool:
        try:
            return get(self.port, "/healthz").status == 200
        except OSError:
            return False


@dataclass(frozen=True)
class Reply:
    """One HTTP reply: status, headers in lower case, body, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def receipt(self) -> str:
        """The receipt in a JSON reply."""
        return str(json.loads(self.body)["receipt"])


def get(port: int, path: str) -> Reply:
    """One GET on a connection of its own."""
    return _ask(port, "GET", path, None)


def post(port: int, code: str, submission: Submission) -> Reply:
    """Send a submission as JSON, once."""
    body = {
        "submission_id": submission.submission_id,
        "answers": submission.answers,
        "profile": submission.profile,
        "comment": submission.comment,
        "language": submission.language,
    }
    return _ask(port, "POST", f"/api/v1/links/{code}/responses", json.dumps(body))


def _ask(port: int, method: str, path: str, body: str | None) -> Reply:
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        headers = {name.lower(): value for name, value in reply.getheaders()}
        return Reply(reply.status, headers, reply.read(), time.monotonic() - started)
    except http.client.HTTPException as error:
        raise ConnectionError("the reply was cut") from error
    finally:
        connection.close()


@dataclass
class Crowd:
    """What citizens saw: the receipt of each, every status, and the slowest refusal."""

    receipts: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int | str] = field(default_factory=Counter)
    refusals: list[Reply] = field(default_factory=list)

    @property
    def slowest_refusal(self) -> float:
        """Seconds that the slowest 503 took."""
        return max((reply.seconds for reply in self.refusals), default=0.0)


def send_all(
    port: int, code: str, submissions: Iterable[Submission], threads: int, crowd: Crowd
) -> None:
    """Send each submission until it is acknowledged, from many threads at once."""
    waiting: queue.SimpleQueue[Submission] = queue.SimpleQueue()
    for submission in submissions:
        waiting.put(submission)
    workers = [
        threading.Thread(target=_persist, args=(port, code, waiting, crowd)) for _ in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _persist(port: int, code: str, waiting: "queue.SimpleQueue[Submission]", crowd: Crowd) -> None:
    while True:
        try:
            submission = waiting.get_nowait()
        except queue.Empty:
            return
        while not _is_acknowledged(port, code, submission, crowd):
            time.sleep(random.uniform(0.05, 0.3))


def _is_acknowledged(port: int, code: str, submission: Submission, crowd: Crowd) -> bool:
    try:
        reply = post(port, code, submission)
    except OSError:
        crowd.statuses["cut"] += 1
        return False
    crowd.statuses[reply.status] += 1
    if reply.status in {200, 201}:
        crowd.receipts[submission.submission_id] = reply.receipt
        return True
    crowd.refusals.append(reply)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _group(leader: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == leader:
                found.append(int(folder.name))
    return found
