"""When answers come and how many forms are not sent, as bands and only where they hold enough.

The hours are the two boxes of the regulation's form (PermenPANRB 14/2017, Lampiran III):
08.00-12.00 and 13.00-17.00. They come from counts of ten minutes that carry no answer's id
and are kept for 90 days; each of them is of five forms or answers, never of fewer.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.store.tables import IngestStats, Survey

MORNING, AFTERNOON, OUTSIDE = "morning", "afternoon", "outside"


@dataclass(frozen=True)
class Band:
    """One band; `n` is None where it holds too few to be told."""

    name: str
    n: int | None


@dataclass(frozen=True)
class Bands:
    """Bands of the day and of the week."""

    hours: tuple[Band, ...]
    weekdays: tuple[Band, ...]


@dataclass(frozen=True)
class BreakOffs:
    """Forms opened and sent, and which part was not sent: a band, `share` in words.

    Both are multiples of five that lag behind by up to four forms, so that no look tells of one
    person. `share` is empty where more came in than forms were opened, as from a queue.
    """

    opened: int
    sent: int
    share: str


def fetch_break_offs(session: Session, survey: Survey, minimum: int) -> BreakOffs | None:
    """Break-offs of the last 90 days; None while fewer than `minimum` forms were opened."""
    opened, sent = session.execute(
        select(func.sum(IngestStats.opened), func.sum(IngestStats.n)).where(
            IngestStats.survey_id == survey.id
        )
    ).one()
    if (opened or 0) < minimum:
        return None
    return BreakOffs(opened, sent, _share_not_sent(opened, sent))


def _share_not_sent(opened: int, sent: int) -> str:
    if sent > opened:
        return ""
    part = (opened - sent) / opened
    names = (
        (0.1, _("kurang dari 10 persen")),
        (0.25, _("10 sampai 25 persen")),
        (0.5, _("25 sampai 50 persen")),
    )
    return next((str(name) for most, name in names if part < most), _("50 persen atau lebih"))


def fetch_bands(session: Session, survey: Survey, minimum: int) -> Bands | None:
    """Bands of a survey's arrivals; None while fewer than `minimum` are known."""
    rows = session.execute(
        select(IngestStats.bucket, func.sum(IngestStats.n))
        .where(IngestStats.survey_id == survey.id)
        .group_by(IngestStats.bucket)
    ).all()
    if sum(n for _bucket, n in rows) < minimum:
        return None
    zone, hours, days = ZoneInfo(survey.unit.timezone), Counter[str](), Counter[int]()
    for bucket, n in rows:
        local = bucket.astimezone(zone)
        hours[band_of(local.hour)] += n
        days[local.weekday()] += n
    return Bands(
        _told({code: (name, hours[code]) for code, name in _hour_names().items()}, minimum),
        _told({str(d): (name, days[d]) for d, name in enumerate(_day_names())}, minimum),
    )


def band_of(hour: int) -> str:
    """The regulation's box of an hour; the lunch hour and all others are outside.

    >>> [band_of(hour) for hour in (7, 8, 11, 12, 13, 16, 17)]
    ['outside', 'morning', 'morning', 'outside', 'afternoon', 'afternoon', 'outside']
    """
    if 8 <= hour < 12:
        return MORNING
    return AFTERNOON if 13 <= hour < 17 else OUTSIDE


def _told(bands: Mapping[str, tuple[str, int]], minimum: int) -> tuple[Band, ...]:
    return tuple(Band(name, n if n >= minimum else None) for name, n in bands.values() if n)


def _hour_names() -> dict[str, str]:
    return {
        MORNING: _("Pagi 08.00–12.00"),
        AFTERNOON: _("Siang 13.00–17.00"),
        OUTSIDE: _("Di luar jam itu"),
    }


def _day_names() -> tuple[str, ...]:
    return (
        *(_("Senin"), _("Selasa"), _("Rabu"), _("Kamis"), _("Jumat")),
        *(_("Sabtu"), _("Minggu")),
    )
