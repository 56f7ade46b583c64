"""Seals by itself while the server runs. Every worker has one; the survey's lock lets one win.

Its thread does nothing else, so that nothing slow can hold up a seal (`survey_app.chores`).
"""

import threading
from datetime import timedelta

import structlog

from instruments.errors import SurveyError
from survey_app.administer.surveys import close_due
from survey_app.clock import Clock
from survey_app.ledger.contacts import erase_expired_contacts
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.seal import seal_waiting
from survey_app.settings import Settings
from survey_app.store import Store, StoreUnavailableError

# A database that others kept busy is asked again long before the next round.
BUSY_SECONDS = 5

log = structlog.get_logger("survey_app")


def start_sealer(store: Store, settings: Settings, clock: Clock) -> threading.Event:
    """Seal now and then every `seal_interval_seconds`; set the event to stop."""
    stopping = threading.Event()
    thread = threading.Thread(
        target=_seal_until,
        args=(store, settings, clock, stopping),
        daemon=True,
        name="sealer",
    )
    thread.start()
    return stopping


def _seal_until(store: Store, settings: Settings, clock: Clock, stopping: threading.Event) -> None:
    while not stopping.is_set():
        pause: float = settings.seal_interval_seconds
        try:
            with store.write() as session:
                grace = timedelta(hours=settings.late_grace_hours)
                close_due(session, instance_signer(settings), clock(), grace)
                erase_expired_contacts(session, clock().date(), settings.contact_retention_days)
            sealed = seal_waiting(store, settings, clock)
            if sealed:
                log.info("sealed", surveys=sealed)
        except Exception as error:
            # What could not be sealed now waits unharmed for the next round, and a fault that
            # nobody thought of must not end sealing for good.
            log.error("seal_failed", kind=type(error).__name__, reason=_reason(error))
            if isinstance(error, StoreUnavailableError):
                pause = min(pause, BUSY_SECONDS)
        stopping.wait(pause)


def _reason(error: Exception) -> str:
    # Words of our own name surveys and ids; those of a driver could repeat an answer.
    return str(error) if isinstance(error, SurveyError) else ""
