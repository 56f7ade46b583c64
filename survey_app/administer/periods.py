"""Names of survey periods and the days they span: year, half, quarter, month."""

import re
from calendar import monthrange
from datetime import date, timedelta

import survey_app.administer.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.web.pages import tanggal

_ROMAN = ("I", "II", "III", "IV")
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


def period_in_words(period: str) -> str:
    """A period's name as formal Indonesian writes it.

    >>> [period_in_words(name) for name in ("2026-TW4", "2026-S1", "2026-11", "2026")]
    ['Triwulan IV Tahun 2026', 'Semester I Tahun 2026', 'November 2026', 'Tahun 2026']
    """
    year, _, part = period.partition("-")
    if part.startswith("TW"):
        return f"Triwulan {_ROMAN[int(part[2:]) - 1]} Tahun {year}"
    if part.startswith("S"):
        return f"Semester {_ROMAN[int(part[1:]) - 1]} Tahun {year}"
    first = period_span(period)[0]
    return tanggal(first).partition(" ")[2] if part else f"Tahun {year}"


def quarter_of(day: date) -> str:
    """The quarter that a day lies in, as `2026-TW4`."""
    return f"{day.year}-TW{(day.month + 2) // 3}"


def quarter_before(period: str) -> str:
    """The quarter before a quarter."""
    year, quarter = int(period[:4]), int(period[-1])
    return f"{year - 1}-TW4" if quarter == 1 else f"{year}-TW{quarter - 1}"


def next_period(period: str) -> str:
    """The period of the same length that follows. Raises SurveyError.

    >>> [next_period(one) for one in ("2026", "2026-S2", "2026-TW3", "2026-12")]
    ['2027', '2027-S1', '2026-TW4', '2027-01']
    """
    start, end = period_span(period)
    following = end + timedelta(days=1)
    part = period[5:]
    if part.startswith("TW"):
        return quarter_of(following)
    if part.startswith("S"):
        return f"{following.year}-S{1 if following.month == 1 else 2}"
    return f"{following.year}-{following.month:02d}" if part else str(start.year + 1)


def period_before(period: str) -> str:
    """The period of the same length that comes before. Raises SurveyError.

    >>> [period_before(one) for one in ("2026", "2026-S2", "2026-TW1", "2026-01")]
    ['2025', '2026-S1', '2025-TW4', '2025-12']
    """
    start, _end = period_span(period)
    last = start - timedelta(days=1)
    part = period[5:]
    if part.startswith("TW"):
        return quarter_of(last)
    if part.startswith("S"):
        return f"{last.year}-S{1 if last.month <= 6 else 2}"
    return f"{last.year}-{last.month:02d}" if part else str(last.year)
