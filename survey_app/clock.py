"""The present moment, as a value that is passed in and never read from nowhere."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Now, with its zone: UTC."""
    return datetime.now(UTC)


def day_in(zone: str, moment: datetime) -> date:
    """The calendar day of `moment` in an IANA zone such as `Asia/Makassar`."""
    return moment.astimezone(ZoneInfo(zone)).date()
