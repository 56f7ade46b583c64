"""The production server: gunicorn with threaded workers, sealer and chores inside each of them.

There is no access log at all, by design: the time and address of a citizen's visit are not
ours to keep.
"""

import time
from typing import Any

from gunicorn.app.base import BaseApplication

from survey_app import create_app
from survey_app.chores import Chore, start_chores
from survey_app.comments.retention import DailyDestruction
from survey_app.comments.sorting import sort_new_comments
from survey_app.evaluate.quality_rounds import judge_due_apart
from survey_app.ledger.letters import mail_heads
from survey_app.ledger.sealer import start_sealer
from survey_app.monitor.reminders import HourlyReminders
from survey_app.settings import Settings
from survey_app.store import StoreUnavailableError
from survey_app.web import requestlog
from survey_app.web.context import Context

WAIT_FOR_DATABASE_SECONDS = 0.5


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn configured from our settings instead of a file."""

    def __init__(self, settings: Settings, host: str, port: int, workers: int) -> None:
        self._settings = settings
        self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._workers = workers
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its options."""
        options: dict[str, Any] = {
            "bind": self._address,
            "workers": self._workers,
            "worker_class": "gthread",
            "threads": 16,
            "timeout": 30,
            "graceful_timeout": 10,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "limit_request_line": 4094,
            "proc_name": "zi-survey",
            "post_worker_init": _start_rounds,
            "worker_tmp_dir": None,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The application of one worker."""
        requestlog.configure(self._settings.log_level)
        # A worker that cannot start makes gunicorn stop all the others. While the database is
        # away it waits instead; the master starts it anew after its time limit.
        while True:
            try:
                return create_app(self._settings)
            except StoreUnavailableError:
                time.sleep(WAIT_FOR_DATABASE_SECONDS)


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve an instance until the process is told to stop."""
    Server(settings, host, port, workers).run()


def _start_rounds(worker: Any) -> None:
    extensions = worker.app.callable.extensions
    parts: Context = extensions["zi_survey"]
    chores = (
        Chore("letters", mail_heads),
        Chore("comments", sort_new_comments),
        Chore("destruction", DailyDestruction()),
        Chore("reminders", HourlyReminders()),
        Chore("opened-forms", extensions["opened_forms"], is_own=True),
        Chore("quality", judge_due_apart),
    )
    start_sealer(parts.store, parts.settings, parts.clock)
    start_chores(parts.store, parts.settings, parts.clock, chores)
