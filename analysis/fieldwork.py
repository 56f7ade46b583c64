"""How the collecting goes: rates of response, and when the number aimed at will be reached."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import analysis.messages
import analysis.statistics_messages  # noqa: F401  both register the words of the errors raised here
from instruments.errors import SurveyError

# A date further off is no forecast but a way of saying never.
HORIZON_DAYS = 3650


@dataclass(frozen=True)
class Dispositions:
    """What became of everybody who was asked, by AAPOR's final disposition codes.

    With tickets handed out at a counter: `complete` and `partial` answers, `refused` tickets
    given back, `not_contacted` tickets that expired, `other` eligible but prevented,
    `unknown` and `unknown_other` where nobody knows whether there was a user of the service,
    and `not_eligible` tickets that went to none.
    """

    complete: int
    partial: int = 0
    refused: int = 0
    not_contacted: int = 0
    other: int = 0
    unknown: int = 0
    unknown_other: int = 0
    not_eligible: int = 0


@dataclass(frozen=True)
class ResponseRates:
    """RR1 to RR4, 0 to 1, and the share `e` of the unknown that 3 and 4 take as eligible."""

    rr1: float
    rr2: float
    rr3: float
    rr4: float
    e: float


def response_rates(of: Dispositions, e: float | None = None) -> ResponseRates | None:
    """Response rates by the names and formulas of AAPOR's Standard Definitions (2023).

    With I complete, P partial, R refused, NC not contacted, O other, UH and UO unknown:
    RR1 = I / (I+P + R+NC+O + UH+UO), RR2 = (I+P) / the same; RR3 and RR4 are these with
    e (UH+UO) in place of UH+UO. Without `e` it is the proportional (CASRO) one, the eligible
    among those known: (I+P+R+NC+O) / (I+P+R+NC+O + not eligible). None where nobody was asked
    who could have answered. Raises SurveyError for counts below 0 or an e outside 0-1.

    >>> response_rates(Dispositions(complete=60, partial=10, refused=10, unknown=40), e=0.5)
    ResponseRates(rr1=0.5, rr2=0.5833333333333334, rr3=0.6, rr4=0.7, e=0.5)
    """
    for name, count in vars(of).items():
        if count < 0:
            raise SurveyError("disposition-negative", name=name, value=count)
    if e is not None and not 0 <= e <= 1:
        raise SurveyError("eligible-range", value=e)
    eligible = of.complete + of.partial + of.refused + of.not_contacted + of.other
    unknown = of.unknown + of.unknown_other
    if not eligible + unknown:
        return None
    if e is None:
        known = eligible + of.not_eligible
        e = eligible / known if known else 1.0
    answered = of.complete + of.partial
    least, likely = eligible + unknown, eligible + e * unknown
    if not likely:
        return ResponseRates(0.0, 0.0, 0.0, 0.0, e)
    return ResponseRates(
        of.complete / least, answered / least, of.complete / likely, answered / likely, e
    )


@dataclass(frozen=True)
class Forecast:
    """When the target will be met if answers keep coming as they did.

    `earliest` to `latest` holds the day with the confidence asked for, `expected` is the middle
    of what is likely. None stands for no end in sight: `reason` says why where there is no
    forecast at all. `dispersion` is how many times the days differ more than chance alone.
    """

    expected: date | None
    earliest: date | None
    latest: date | None
    per_day: float
    dispersion: float
    reason: SurveyError | None = None


def forecast_completion(
    daily: Sequence[int],
    reached: int,
    target: int,
    last_day: date,
    confidence: float = 0.9,
) -> Forecast:
    """The day on which `target` answers are in, from the counts of past days up to `last_day`.

    Days follow a quasi-Poisson law with a steady rate: y answers on k days, variance phi times
    the mean, phi the Pearson statistic over k - 1 and at least 1 (McCullagh and Nelder 1989).
    With a Jeffreys prior on the rate the next t days bring a negative binomial number, so
    P(N more within t days) = I_{t/(k+t)}(N/phi, y/phi + 1/2), which is solved for t. Days on
    which the counter is closed belong into `daily` with their zeros, and whole weeks serve
    best. Raises SurveyError for counts below 0, no day at all, or a confidence outside 0-1.

    >>> steady = forecast_completion([10] * 20, 200, 300, date(2026, 3, 31))
    >>> print(steady.expected, steady.earliest, steady.latest)
    2026-04-10 2026-04-09 2026-04-13
    """
    if not daily or min(daily) < 0 or min(reached, target) < 0:
        raise SurveyError("forecast-counts")
    if not 0 < confidence < 1:
        raise SurveyError("confidence-range", value=confidence)
    per_day, dispersion = sum(daily) / len(daily), _dispersion(daily)
    missing = target - reached
    if missing <= 0:
        return Forecast(last_day, last_day, last_day, per_day, dispersion)
    if not per_day:
        reason = SurveyError("forecast-nothing-came", days=len(daily))
        return Forecast(None, None, None, per_day, dispersion, reason)
    chances = (0.5, (1 - confidence) / 2, (1 + confidence) / 2)
    days = [_days_until(missing, daily, dispersion, chance) for chance in chances]
    expected, earliest, latest = (
        None if count is None else last_day + timedelta(days=count) for count in days
    )
    return Forecast(expected, earliest, latest, per_day, dispersion)


def _dispersion(daily: Sequence[int]) -> float:
    mean = sum(daily) / len(daily)
    if len(daily) < 2 or not mean:
        return 1.0
    return max(1.0, sum((count - mean) ** 2 for count in daily) / mean / (len(daily) - 1))


def _days_until(missing: int, daily: Sequence[int], dispersion: float, chance: float) -> int | None:
    from scipy import special

    came = sum(daily) / dispersion + 0.5
    share = float(special.betaincinv(missing / dispersion, came, chance))
    days = len(daily) * share / (1 - share) if share < 1 else math.inf
    return math.ceil(days) if days <= HORIZON_DAYS else None
