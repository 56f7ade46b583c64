"""At which hours and on which days answers come, as bands and only where they hold enough.

The hours are the two boxes of the regulation's form (PermenPANRB 14/2017, Lampiran III):
08.00-12.00 and 13.00-17.00. They come from counts of ten minutes that carry no answer's id.
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
