"""Names of survey periods and the days they span: year, half, quarter, month."""

import re
from calendar import monthrange
from datetime import date

import survey_app.administer.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where

_PERIOD = re.compile(r"^(?P<year>20\d\d)(-(?P<part>S[12]|TW[1-4]|0[1-9]|1[0-2]))?$")


def period_span(period: str) -> tuple[date, date]:
    """First and last day of `2026`, `2026-S1`, `2026-TW4` or `2026-11`. Raises SurveyError.

    >>> period_span("2026-TW4")
    (datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
    """
    match = _PERIOD.match(period)
    if match is None:
        raise SurveyError("period-invalid", where=Where(field="period"), period=period)
    year, part = int(match["year"]), match["part"] or ""
    if part.startswith("TW"):
        first, months = 3 * int(part[2]) - 2, 3
    elif part.startswith("S"):
        first, months = 6 * int(part[1]) - 5, 6
    elif part:
        first, months = int(part), 1
    else:
        first, months = 1, 12
    last = first + months - 1
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def quarter_of(day: date) -> str:
    """The quarter that a day lies in, as `2026-TW4`."""
    return f"{day.year}-TW{(day.month + 2) // 3}"


def quarter_before(period: str) -> str:
    """The quarter before a quarter."""
    year, quarter = int(period[:4]), int(period[-1])
    return f"{year - 1}-TW4" if quarter == 1 else f"{year}-TW{quarter - 1}"
