"""What a running server does by itself besides sealing, each chore in a thread of its own.

So a slow chore holds up neither the seals nor another chore, and one that fails is tried again
in its next round. Of several processes, on one machine or many, one at a time does a chore.
"""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import connection, get_context, parent_process

import structlog

from instruments.errors import SurveyError
from survey_app.clock import Clock
from survey_app.settings import Settings
from survey_app.store import Store, open_store
from survey_app.store.turns import turn
from survey_app.web import requestlog

log = structlog.get_logger("survey_app")

Act = Callable[[Store, Settings, datetime], object]
LEAST_URGENT = 19


@dataclass(frozen=True)
class Chore:
    """An act under a name; `is_own` where each process does it for what it holds in memory."""

    name: str
    act: Act
    is_own: bool = False


def start_chores(
    store: Store, settings: Settings, clock: Clock, chores: Sequence[Chore]
) -> threading.Event:
    """Do every chore now and then each `seal_interval_seconds`; set the event to stop."""
    stopping = threading.Event()
    for chore in chores:
        threading.Thread(
            target=_repeat,
            args=(store, settings, clock, stopping, chore),
            daemon=True,
            name=f"chore {chore.name}",
        ).start()
    return stopping


def do_apart(act: Act, settings: Settings, now: datetime) -> None:
    """Do a long computation in a process of its own, behind all who wait for a page.

    It ends with the process that asked for it. Raises ChildProcessError where it did not come to
    its end; why is in the log.
    """
    process = get_context("spawn").Process(target=_apart, args=(act, settings, now), daemon=True)
    process.start()
    process.join()
    if process.exitcode:
        raise ChildProcessError(f"exit code {process.exitcode}")


def _repeat(
    store: Store, settings: Settings, clock: Clock, stopping: threading.Event, chore: Chore
) -> None:
    while not stopping.is_set():
        try:
            _do(store, settings, clock(), chore)
        except Exception as error:  # a chore that ended here would be missed by nobody
            _tell("chore_failed", chore.name, error)
        stopping.wait(settings.seal_interval_seconds)


def _do(store: Store, settings: Settings, now: datetime, chore: Chore) -> None:
    if chore.is_own:
        chore.act(store, settings, now)
        return
    with turn(store, settings, f"chore-{chore.name}") as is_ours:
        if is_ours:
            chore.act(store, settings, now)


def _apart(act: Act, settings: Settings, now: datetime) -> None:
    requestlog.configure(settings.log_level)
    os.nice(LEAST_URGENT)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        act(open_store(settings), settings, now)
    except Exception as error:
        _tell("apart_failed", getattr(act, "__name__", ""), error)
        raise SystemExit(1) from None


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _tell(event: str, name: str, error: Exception) -> None:
    # Words of our own name surveys and ids; those of a driver could repeat an answer.
    reason = error.text() if isinstance(error, SurveyError) else ""
    log.error(event, chore=name, kind=type(error).__name__, reason=reason)
