"""Seals by itself while the server runs. Every worker has one; the survey's lock lets one win."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from instruments.errors import SurveyError
from survey_app.administer.surveys import close_due
from survey_app.clock import Clock
from survey_app.ledger.contacts import erase_expired_contacts
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.letters import mail_heads
from survey_app.ledger.seal import seal_waiting
from survey_app.settings import Settings
from survey_app.store import Store

log = structlog.get_logger("survey_app")


Chore = Callable[[Store, Settings, datetime], object]


def start_sealer(
    store: Store, settings: Settings, clock: Clock, chores: Sequence[Chore] = ()
) -> threading.Event:
    """Seal now and then every `seal_interval_seconds`; set the event to stop.

    After each round the witness gets its letter and the chores of other rooms are done; what
    fails of them is logged and tried again in the next round.
    """
    stopping = threading.Event()
    thread = threading.Thread(
        target=_seal_until,
        args=(store, settings, clock, stopping, (mail_heads, *chores)),
        daemon=True,
        name="sealer",
    )
    thread.start()
    return stopping


def _seal_until(
    store: Store,
    settings: Settings,
    clock: Clock,
    stopping: threading.Event,
    chores: Sequence[Chore],
) -> None:
    while not stopping.is_set():
        try:
            with store.write() as session:
                grace = timedelta(hours=settings.late_grace_hours)
                close_due(session, instance_signer(settings), clock(), grace)
                erase_expired_contacts(session, clock().date(), settings.contact_retention_days)
            sealed = seal_waiting(store, settings, clock)
            if sealed:
                log.info("sealed", surveys=sealed)
        except (SQLAlchemyError, SurveyError) as error:
            # What could not be sealed now waits unharmed for the next round.
            log.error("seal_failed", kind=type(error).__name__, reason=_reason(error))
        for chore in chores:
            try:
                chore(store, settings, clock())
            except (SQLAlchemyError, SurveyError, OSError) as error:
                name = getattr(chore, "__name__", type(chore).__name__)
                log.error("chore_failed", chore=name, kind=type(error).__name__)
        stopping.wait(settings.seal_interval_seconds)


def _reason(error: SQLAlchemyError | SurveyError) -> str:
    # Words of our own name surveys and ids; those of a driver could repeat an answer.
    return str(error) if isinstance(error, SurveyError) else ""
