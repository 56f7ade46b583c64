"""Shares of answers: how many gave one level, or one of the two highest, with its interval.

A share is a ratio as a mean is, so its variance is the same linearised one; its interval is
Wilson's or a logit's, which stay within 0 and 1 where most answers are alike.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.designs import Populations, Strata, Stratum, strata_of
from instruments.errors import SurveyError

Method = Literal["wilson", "logit"]
TOP_BOXES = 2


@dataclass(frozen=True)
class Share:
    """A share of those who answered, 0 to 1, its standard error, interval and design effect.

    `design_effect` is the variance against that of a simple sample of as many answers (Kish
    1965); None with `se` where a stratum has fewer than two respondents, or without spread.
    """

    value: float
    answered: int
    se: float | None
    low: float | None
    high: float | None
    design_effect: float | None


def estimate_share(
    sample: Strata,
    item: str,
    levels: Sequence[int] | None = None,
    populations: Populations = None,
    *,
    is_finite: bool = True,
    confidence: float = 0.95,
    method: Method = "wilson",
) -> Share | None:
    """Share of the answers to an item that lie in `levels` (the two highest: top-two box).

    `sample` is a tally, or one by stratum, weighted or not, as for `sample_design`. `wilson` is
    the score interval (Wilson 1927) on answers / design effect, times (t_{n-1} / t_df)^2 for
    the degrees of freedom that strata cost (Korn and Graubard 1998); of a simple sample that
    is the textbook's. `logit` is logit p -+ t se / (p (1 - p)) (R `svyciprop(method =
    "xlogit")`), and has no ends where all or none answered so. None where nobody answered.
    Raises UnknownItemError, and SurveyError for a level off the scale, a method not known, or
    as `sample_design` does.

    >>> import instruments
    >>> from analysis.tally import tally_answers
    >>> skm = instruments.load("skm-2017")
    >>> waktu = tally_answers(skm, [{"waktu": 4}] * 45 + [{"waktu": 2}] * 5)
    >>> share = estimate_share(waktu, "waktu")
    >>> round(share.value, 2), round(share.low, 4), round(share.high, 4)
    (0.9, 0.7864, 0.9565)
    """
    strata = list(strata_of(sample, populations, is_finite=is_finite).values())
    if not 0 < confidence < 1:
        raise SurveyError("confidence-range", value=confidence)
    if method not in {"wilson", "logit"}:
        raise SurveyError("method-unknown", name=method, known="wilson, logit")
    sums = [_sums(stratum, item, levels) for stratum in strata]
    total = sum(one.answered for one in sums)
    if not total:
        return None
    value = sum(one.counted for one in sums) / total
    squared = _variance(strata, sums, value, total)
    respondents = sum(one.respondents for one in sums)
    df = sum(stratum.n for stratum in strata) - len(strata)
    se = None if squared is None else math.sqrt(squared)
    effect = _design_effect(value, squared, respondents)
    if method == "logit":
        low, high = _logit_ends(value, se, df, confidence)
    else:
        low, high = _wilson_ends(value, squared, effect, respondents, df, confidence)
    return Share(value, respondents, se, low, high, effect)


@dataclass(frozen=True)
class _Sums:
    respondents: int
    counted: float
    answered: float
    counted2: float
    answered2: float


def _sums(stratum: Stratum, item: str, levels: Sequence[int] | None) -> _Sums:
    tally = stratum.tally
    chosen = tally.levels[-TOP_BOXES:] if levels is None else tuple(levels)
    for level in chosen:
        if level not in tally.levels:
            raise SurveyError("level-unknown", value=level, known=str(list(tally.levels)))
    q, at = tally.position(item), [tally.levels.index(level) for level in sorted(set(chosen))]
    return _Sums(
        tally.answered_by(item),
        float(tally.counts[q, at].sum()),
        float(tally.answered[q, q]),
        float(tally.counts2[q, at].sum()),
        float(tally.answered2[q, q]),
    )


def _variance(
    strata: Sequence[Stratum], sums: Sequence[_Sums], value: float, total: float
) -> float | None:
    """Of influence z = r (1[in levels] - p) / N, summed over strata as any other."""
    if any(stratum.n < 2 for stratum in strata):
        return None
    found = 0.0
    for stratum, one in zip(strata, sums, strict=True):
        linear = (one.counted - value * one.answered) / total
        square = one.counted2 * (1 - value) ** 2 + (one.answered2 - one.counted2) * value**2
        spread = max(0.0, square / total**2 - linear**2 / stratum.n)
        finite = 1 - stratum.n / stratum.population if stratum.population else 1.0
        found += finite * stratum.n / (stratum.n - 1) * spread
    return found


def _design_effect(value: float, squared: float | None, respondents: int) -> float | None:
    if squared is None or respondents < 2 or not 0 < value < 1:
        return None
    return squared * (respondents - 1) / (value * (1 - value))


def _wilson_ends(
    value: float,
    squared: float | None,
    effect: float | None,
    respondents: int,
    df: int,
    confidence: float,
) -> tuple[float | None, float | None]:
    from scipy import special

    if squared is None or df < 1:
        return None, None
    if squared == 0 and effect is not None:
        return value, value  # everybody was asked
    z = float(special.ndtri((1 + confidence) / 2))
    tail = (1 + confidence) / 2
    # Strata cost degrees of freedom; a simple sample loses nothing here.
    cost = float(special.stdtrit(respondents - 1, tail) / special.stdtrit(df, tail)) ** 2
    n = respondents / (effect if effect is not None else 1.0) * min(1.0, cost)
    middle = (value + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(value * (1 - value) / n + z**2 / (4 * n**2))
    # Where all or none answered so, the end is theirs but for rounding.
    low = 0.0 if value == 0 else max(0.0, middle - half)
    high = 1.0 if value == 1 else min(1.0, middle + half)
    return low, high


def _logit_ends(
    value: float, se: float | None, df: int, confidence: float
) -> tuple[float | None, float | None]:
    from scipy import special

    if se is None or df < 1 or not 0 < value < 1:
        return None, None
    half = float(special.stdtrit(df, (1 + confidence) / 2)) * se / (value * (1 - value))
    middle = math.log(value / (1 - value))
    return float(special.expit(middle - half)), float(special.expit(middle + half))
