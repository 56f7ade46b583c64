"""The index that a unit proposes: the mean of its last months, with the months named.

SE Menteri PANRB 04/2023 E.2 asks for the mean of at least the last three months' IPAK and IPKP
before the proposal. It is the one mean of indices that a rule asks for; everywhere else tallies
add.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from analysis.zi import Index, Source
from instruments.errors import SurveyError, Where

_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


@dataclass(frozen=True)
class ProposedIndex:
    """The index to propose and the months that it is the mean of, oldest first."""

    index: Index
    months: tuple[str, ...]


def proposed_index(
    monthly: Mapping[str, Index], minimum: int = 3, source: Source = "mandiri"
) -> ProposedIndex:
    """The mean of monthly indices, keyed `YYYY-MM`, which must follow one another.

    Months weigh alike, as the circular says; the standard error is that of a mean of
    independent estimates, and degrees of freedom are the smallest of any month, which is
    cautious. Raises SurveyError for fewer months than `minimum`, a gap, or a misspelt month.
    """
    months = sorted(monthly, key=_number)
    if len(months) < minimum:
        raise SurveyError(
            "zi-months-few", where=Where(field="bulan"), count=len(months), minimum=minimum
        )
    _require_consecutive(months)
    indices = [monthly[month] for month in months]
    value = sum((one.value for one in indices), Fraction(0)) / len(indices)
    return ProposedIndex(Index(value, *_uncertainty(indices), source), tuple(months))


def _uncertainty(indices: list[Index]) -> tuple[float | None, int | None]:
    errors = [one.se for one in indices if one.se is not None]
    freedoms = [one.df for one in indices if one.df is not None]
    if len(errors) < len(indices) or len(freedoms) < len(indices):
        return None, None
    return math.hypot(*errors) / len(errors), min(freedoms)


def _number(month: str) -> int:
    found = _MONTH.match(month)
    if found is None:
        raise SurveyError("zi-month-name", where=Where(field="bulan"), value=month)
    return int(found[1]) * 12 + int(found[2]) - 1


def _require_consecutive(months: list[str]) -> None:
    first, last = _number(months[0]), months[-1]
    for place, month in enumerate(months):
        if _number(month) != first + place:
            year, rest = divmod(first + place, 12)
            missing = f"{year:04d}-{rest + 1:02d}"
            raise SurveyError("zi-months-gap", where=Where(field="bulan"), month=missing, last=last)
