"""How many respondents are needed, how to spread them, and what a number reached is worth."""

import math
from collections.abc import Mapping
from fractions import Fraction

import analysis.messages
import analysis.statistics_messages  # noqa: F401  both register the words of the errors raised here
from instruments.errors import SurveyError

# Chi-square with one degree of freedom at 5 %, as printed with the table.
CHI_SQUARE = Fraction(3841, 1000)


def krejcie_morgan(population: int, margin: float = 0.05) -> int:
    """Respondents needed from a population (PermenPANRB 14/2017 Bab IV.B, Lampiran II).

    S = c N PQ / (d^2 (N-1) + c PQ) with c = 3.841 and P = Q = 0.5, rounded half-up; all 90
    printed rows follow (Krejcie and Morgan 1970). Raises SurveyError for a population below
    1 or a margin outside 0-1.

    >>> krejcie_morgan(500)
    217
    """
    if population < 1:
        raise SurveyError("population-not-number", value=population)
    if not 0 < margin < 1:
        raise SurveyError("margin-range", value=margin)
    d2 = Fraction(str(margin)) ** 2
    variance = CHI_SQUARE / 4
    return math.floor(variance * population / (d2 * (population - 1) + variance) + Fraction(1, 2))


def margin_reached(population: int, n: int) -> float:
    """The margin of error that `n` respondents give: `krejcie_morgan` solved for d.

    d^2 = c PQ (N - n) / (n (N - 1)) at 95 %; 0 for a full count. Raises SurveyError for
    numbers below 1 or more respondents than people.

    >>> round(margin_reached(500, 217), 3)
    0.05
    """
    if population < 1:
        raise SurveyError("population-not-number", value=population)
    if n < 1:
        raise SurveyError("sample-not-number", value=n)
    if n > population:
        raise SurveyError("population-too-small", population=population, n=n)
    if n == population:
        return 0.0
    return math.sqrt(CHI_SQUARE / 4 * (population - n) / (n * (population - 1)))


def cochran(
    margin: float,
    confidence: float = 0.95,
    proportion: float = 0.5,
    population: int | None = None,
) -> int:
    """Respondents needed for a share to be known within `margin` (Cochran 1977, 4.4 and 4.6).

    n0 = z^2 p (1-p) / d^2, of a finite population n0 / (1 + (n0 - 1) / N), rounded up; p = 0.5
    is the safe choice. The regulation's own table is `krejcie_morgan`. Raises SurveyError for
    a margin, confidence or proportion outside 0-1, or a population below 1.

    >>> cochran(0.05), cochran(0.05, population=3900), cochran(0.03, confidence=0.99)
    (385, 350, 1844)
    """
    if not 0 < margin < 1:
        raise SurveyError("margin-range", value=margin)
    n = _spread(confidence, proportion) / margin**2
    if population is not None:
        if population < 1:
            raise SurveyError("population-not-number", value=population)
        n = n / (1 + (n - 1) / population)
    # A hair is taken off so that 385.0000000001 by rounding stays 385.
    return max(1, math.ceil(n - 1e-9))


def margin_of(
    n: int,
    confidence: float = 0.95,
    proportion: float = 0.5,
    population: int | None = None,
) -> float:
    """The margin within which `n` respondents let a share be known: `cochran` solved for d.

    d^2 = z^2 p (1-p) (N - n) / (n (N - 1)); 0 for a full count. Raises SurveyError as
    `cochran` does, and for more respondents than people.

    >>> round(margin_of(385), 4), round(margin_of(350, population=3900), 4)
    (0.0499, 0.05)
    """
    if n < 1:
        raise SurveyError("sample-not-number", value=n)
    if population is not None and n > population:
        raise SurveyError("population-too-small", population=population, n=n)
    squared = _spread(confidence, proportion) / n
    if population is None:
        return math.sqrt(squared)
    return math.sqrt(squared * (population - n) / (population - 1)) if n < population else 0.0


def _spread(confidence: float, proportion: float) -> float:
    """z^2 p (1-p)."""
    from scipy import special

    if not 0 < confidence < 1:
        raise SurveyError("confidence-range", value=confidence)
    if not 0 < proportion < 1:
        raise SurveyError("proportion-range", value=proportion)
    return float(special.ndtri((1 + confidence) / 2)) ** 2 * proportion * (1 - proportion)


def allocate_proportionally(
    populations: Mapping[str, int], n: int, minimum: int = 0
) -> dict[str, int]:
    """`n` respondents spread over services by size, none below `minimum` or above its size.

    Largest remainders decide the last ones. A service smaller than `minimum` is asked whole.
    Raises SurveyError where the minimums need more than `n`, or `n` exceeds everybody.
    """
    return _allocate(
        {name: float(size) for name, size in populations.items()}, populations, n, minimum
    )


def allocate_neyman(
    populations: Mapping[str, int], deviations: Mapping[str, float], n: int, minimum: int = 0
) -> dict[str, int]:
    """`n` respondents spread for the smallest variance of the whole: by N_h S_h (Neyman 1934).

    `deviations` are the standard deviations expected in each service. Bounds and errors as
    in `allocate_proportionally`; a service without a usable deviation is an error.
    """
    shares = {}
    for name, size in populations.items():
        deviation = deviations.get(name, math.nan)
        if not (math.isfinite(deviation) and deviation >= 0):
            raise SurveyError("deviation-invalid", name=name)
        shares[name] = size * deviation
    return _allocate(shares, populations, n, minimum)


def _allocate(
    shares: Mapping[str, float], populations: Mapping[str, int], n: int, minimum: int
) -> dict[str, int]:
    for size in populations.values():
        if size < 0:
            raise SurveyError("population-not-number", value=size)
    given = {name: min(max(minimum, 0), size) for name, size in populations.items()}
    lowest, highest = sum(given.values()), sum(populations.values())
    if not lowest <= n <= highest:
        raise SurveyError("allocation-range", n=n, lowest=lowest, highest=highest)
    quotas = _bounded_quotas(shares, given, populations, n)
    # A hair is added so that a quota of 4.999999999 by rounding counts as 5.
    result = {name: math.floor(quota + 1e-9) for name, quota in quotas.items()}
    rest = n - sum(result.values())
    order = sorted(quotas, key=lambda name: result[name] - quotas[name])
    for name in [name for name in order if result[name] < populations[name]][:rest]:
        result[name] += 1
    return result


def _bounded_quotas(
    shares: Mapping[str, float], low: Mapping[str, int], high: Mapping[str, int], n: int
) -> dict[str, float]:
    """Quotas k * share cut to their bounds, with k found by bisection so that they sum to n."""
    # A share of nothing still takes respondents when the others are asked whole.
    least = max(max(shares.values(), default=0.0), 1.0) * 1e-12
    safe = {name: max(share, least) for name, share in shares.items()}
    below, above = 0.0, max((high[name] / safe[name] for name in safe), default=0.0)
    for _ in range(200):
        k = (below + above) / 2
        quotas = {name: min(max(k * safe[name], low[name]), high[name]) for name in safe}
        below, above = (k, above) if sum(quotas.values()) < n else (below, k)
    return {name: min(max(above * safe[name], low[name]), high[name]) for name in safe}
