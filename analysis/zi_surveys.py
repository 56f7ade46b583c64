"""The index that a unit proposes, from published surveys whose periods are months or longer.

SE Menteri PANRB 04/2023 E.2 asks for the mean of at least the last three months' indices. A
month that was surveyed by itself has its own index; a quarter surveyed as one has one index, that
of all its respondents, which then stands for each of its months and is said to.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import analysis.zi_messages  # noqa: F401  registers the words of the errors raised here
from analysis.zi import Index, Source
from instruments.errors import SurveyError, Where


@dataclass(frozen=True)
class SurveyIndex:
    """One survey's index with the days it covers and its respondents."""

    key: str
    start: date
    end: date
    index: Index
    n: int
    population: int | None = None

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the survey's period, `YYYY-MM`, oldest first."""
        first, last = _number(self.start), _number(self.end)
        return tuple(_name(number) for number in range(first, last + 1))


@dataclass(frozen=True)
class Proposal:
    """The index to propose and, for each of its months, the survey that speaks for it."""

    index: Index
    months: Mapping[str, SurveyIndex]

    @property
    def surveys(self) -> tuple[SurveyIndex, ...]:
        """The surveys it rests on, oldest first."""
        return tuple({one.key: one for one in self.months.values()}.values())

    @property
    def n(self) -> int:
        """Respondents of all its surveys."""
        return sum(one.n for one in self.surveys)

    @property
    def population(self) -> int | None:
        """Users of the service in all its surveys' periods; None where one is not known."""
        sizes = [one.population for one in self.surveys if one.population]
        return sum(sizes) if len(sizes) == len(self.surveys) else None


def propose_index(
    surveys: Sequence[SurveyIndex],
    until: date,
    *,
    count: int = 3,
    minimum: int = 3,
    source: Source = "mandiri",
) -> Proposal:
    """The mean over the last `count` months that surveys ended by `until` speak for.

    Months weigh alike. Of two surveys of one month the shorter speaks, then the one with more
    respondents. Errors of different surveys are independent, those of months of one survey the
    same: SE^2 = sum over surveys of (its months / all months)^2 SE_s^2; degrees of freedom are
    the smallest of any survey, which is cautious. Raises SurveyError where fewer than `minimum`
    months are asked for or there, and where a month between is missing.
    """
    wanted = max(count, minimum)
    known = _speaking(surveys, until)
    last = max(known, default=0)
    chosen = [number for number in range(last - wanted + 1, last + 1) if number in known]
    if len(known) < wanted:
        raise SurveyError(
            "zi-months-few", where=Where(field="bulan"), count=len(known), minimum=wanted
        )
    if len(chosen) < wanted:
        missing = max(n for n in range(last - wanted + 1, last + 1) if n not in known)
        raise SurveyError(
            "zi-months-gap", where=Where(field="bulan"), month=_name(missing), last=_name(last)
        )
    months = {_name(number): known[number] for number in chosen}
    return Proposal(_mean(months, source), months)


def _speaking(surveys: Sequence[SurveyIndex], until: date) -> dict[int, SurveyIndex]:
    """For each month the survey that speaks for it."""
    known: dict[int, SurveyIndex] = {}
    ended = [one for one in surveys if one.end <= until]
    for one in sorted(ended, key=lambda one: (-len(one.months), one.n, one.key)):
        known |= dict.fromkeys(range(_number(one.start), _number(one.end) + 1), one)
    return known


def _mean(months: Mapping[str, SurveyIndex], source: Source) -> Index:
    total = len(months)
    value = sum((one.index.value for one in months.values()), Fraction(0)) / total
    surveys = {one.key: one.index for one in months.values()}
    spoken = [one.key for one in months.values()]
    errors = [
        spoken.count(key) / total * index.se
        for key, index in surveys.items()
        if index.se is not None and index.df is not None
    ]
    if len(errors) < len(surveys):
        return Index(value, None, None, source)
    freedoms = [index.df for index in surveys.values() if index.df is not None]
    return Index(value, math.hypot(*errors), min(freedoms), source)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
