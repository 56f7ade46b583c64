"""Counts of arrivals in ten minutes each, for the inspectorate, which looks for bursts.

A response is stored with its day and nothing finer, and these counts must not tell more. An
answer therefore first joins a heap without a time. When five lie there, they are written
together to the ten minutes in which the fifth came, and the heap starts anew: every count is a
multiple of five, one moment stands for at least five answers, and no sum belongs to fewer. What
is on the heap are the last one to four of a survey and channel, which are known anyhow to be
the newest as long as they are not sealed. Opened forms are heaped in memory alone.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import Channel, IngestStats, IngestWaiting

TOGETHER = 5
SLOT_MINUTES = 10
KEPT_DAYS = 90
HUMAN_SECONDS_PER_ITEM = 3
# A citizen needs two minutes; more than this in an hour at one kiosk asks for a look.
KIOSK_PER_HOUR = 30
_COUNTS = ("n", "n_fast", "n_straight", "score_sum")
_STRAIGHT_FROM_ITEMS = 4
_DIALECTS: Mapping[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


@dataclass(frozen=True)
class Arrival:
    """What the counts need of one answer. `score` is its mean answer in hundredths."""

    survey_id: int
    channel: str
    is_fast: bool
    is_straight: bool
    score: int


@dataclass(frozen=True)
class KioskMark:
    """An hour in which the kiosks of a survey brought more answers than people can give."""

    hour: datetime
    n: int


def describe_arrival(
    survey_id: int,
    channel: str,
    answers: Mapping[str, int | None],
    opened_at: datetime | None,
    now: datetime,
) -> Arrival:
    """An answer as the counts see it.

    Fast is under three seconds an item since the page was opened; straight is the same choice
    for every item, four items at least.
    """
    given = [answer for answer in answers.values() if answer is not None]
    human = timedelta(seconds=HUMAN_SECONDS_PER_ITEM * len(answers))
    return Arrival(
        survey_id=survey_id,
        channel=channel,
        is_fast=opened_at is not None and now - opened_at < human,
        is_straight=len(given) >= _STRAIGHT_FROM_ITEMS and len(set(given)) == 1,
        score=round(100 * sum(given) / len(given)) if given else 0,
    )


def count_arrival(session: Session, arrival: Arrival, now: datetime) -> None:
    """Count a new answer, in the transaction that records it."""
    heap = _add(
        session,
        IngestWaiting,
        {"survey_id": arrival.survey_id, "channel": arrival.channel},
        {
            "n": 1,
            "n_fast": int(arrival.is_fast),
            "n_straight": int(arrival.is_straight),
            "score_sum": arrival.score,
        },
    )
    if heap["n"] < TOGETHER:
        return
    mine = (
        IngestWaiting.survey_id == arrival.survey_id,
        IngestWaiting.channel == arrival.channel,
    )
    session.execute(update(IngestWaiting).where(*mine).values(dict.fromkeys(_COUNTS, 0)))
    place = {"survey_id": arrival.survey_id, "channel": arrival.channel, "bucket": slot_of(now)}
    _add(session, IngestStats, place, heap | {"opened": 0})


def slot_of(moment: datetime) -> datetime:
    """The beginning of the ten minutes that a moment lies in."""
    return moment.replace(
        minute=moment.minute - moment.minute % SLOT_MINUTES, second=0, microsecond=0
    )


def forget_arrivals(session: Session, now: datetime) -> int:
    """Delete counts older than 90 days; returns how many."""
    old = delete(IngestStats).where(IngestStats.bucket < now - timedelta(days=KEPT_DAYS))
    done = session.execute(old)
    return done.rowcount if isinstance(done, CursorResult) else 0


def list_arrivals(session: Session, survey_id: int) -> list[IngestStats]:
    """The counts of a survey, oldest first. For the inspectorate alone."""
    query = (
        select(IngestStats)
        .where(IngestStats.survey_id == survey_id)
        .order_by(IngestStats.bucket, IngestStats.channel)
    )
    return list(session.scalars(query))


def mark_kiosk_hours(arrivals: list[IngestStats], kiosks: int) -> list[KioskMark]:
    """Hours in which kiosks brought more than people can give: to be looked at, not refused."""
    hours: Counter[datetime] = Counter()
    for row in arrivals:
        if row.channel == Channel.KIOSK:
            hours[row.bucket.replace(minute=0)] += row.n
    most = KIOSK_PER_HOUR * max(1, kiosks)
    return [KioskMark(hour, n) for hour, n in sorted(hours.items()) if n > most]


class OpenedForms:
    """Forms opened and not yet written down, of this process; called, it is a chore."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, str]] = Counter()
        self._lock = threading.Lock()

    def note(self, survey_id: int, channel: str) -> None:
        """Count a form that was opened."""
        with self._lock:
            self._counts[survey_id, channel] += 1

    def __call__(self, store: Store, _settings: Settings, now: datetime) -> None:
        """Write down what was opened, and forget counts that are too old."""
        with store.write() as session:
            self.write(session, now)
            forget_arrivals(session, now)

    def write(self, session: Session, now: datetime) -> None:
        """Write down whole fives; the rest waits. A stop of the process loses what waits."""
        for (survey_id, channel), whole in self._take().items():
            place = {"survey_id": survey_id, "channel": channel, "bucket": slot_of(now)}
            counts = dict.fromkeys(_COUNTS, 0) | {"opened": whole}
            _add(session, IngestStats, place, counts)

    def _take(self) -> dict[tuple[int, str], int]:
        with self._lock:
            whole = {key: n - n % TOGETHER for key, n in self._counts.items() if n >= TOGETHER}
            self._counts.subtract(whole)
        return whole


def _add(
    session: Session,
    table: type[IngestStats | IngestWaiting],
    place: dict[str, Any],
    counts: dict[str, int],
) -> dict[str, int]:
    """Add to the counts at a place, in one statement; returns the four sums as they are then."""
    rows = table.__table__
    connection = session.connection()
    added = _DIALECTS[connection.dialect.name].insert(rows).values(place | counts)
    grown = {name: rows.c[name] + n for name, n in counts.items()}
    statement = added.on_conflict_do_update(index_elements=list(place), set_=grown)
    found = connection.execute(statement.returning(*(rows.c[name] for name in _COUNTS)))
    return dict(zip(_COUNTS, found.one(), strict=True))
