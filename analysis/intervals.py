"""Both ends of an interval for a mean on a bounded scale, by methods that have a name.

`logit` is the default: most units live near the ceiling of the scale, where the symmetric
interval covers too seldom and runs past the end. `t` is the plain interval that R `survey`
gives, kept for comparison and for bundles that were computed with it. The figures behind the
choice are in `tests/benchmarks/coverage.md`.
"""

import math

import analysis.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError

LOGIT, PLAIN = "logit", "t"
METHODS = (LOGIT, PLAIN)
# Below this a standard error is rounding alone.
NOTHING = 1e-12

Ends = tuple[float, float]


def require_method(name: str) -> None:
    """Raise SurveyError for a method of intervals that is not known."""
    if name not in METHODS:
        raise SurveyError("interval-unknown", name=name, known=", ".join(METHODS))


def t_ends(value: float, se: float | None, df: int, confidence: float) -> Ends | None:
    """Symmetric ends, value -+ t se; None without a standard error or with one of 0.

    >>> [round(end, 4) for end in t_ends(80.0, 1.0, 99, 0.95)]
    [78.0158, 81.9842]
    """
    if se is None or se < NOTHING or df < 1:
        return None
    half = t_quantile(df, confidence) * se
    return value - half, value + half


def logit_ends(
    value: float, se: float | None, df: int, confidence: float, scale: Ends
) -> Ends | None:
    """Ends that are symmetric for the logit of the place on the scale, so never leave it.

    With p = (value - low) / (high - low): logit(p) -+ t se / ((high - low) p (1 - p)), carried
    back (R `survey::svyciprop(method = "logit")` for a mean in place of a proportion). None
    without a standard error, with one of 0, or for a value at an end of the scale.

    >>> [round(end, 2) for end in logit_ends(96.0, 1.0, 49, 0.95, (25.0, 100.0))]
    [93.44, 97.59]
    """
    low, high = scale
    if se is None or se < NOTHING or df < 1 or not low < value < high:
        return None
    place = (value - low) / (high - low)
    centre = math.log(place / (1 - place))
    half = t_quantile(df, confidence) * se / ((high - low) * place * (1 - place))
    return low + (high - low) * _expit(centre - half), low + (high - low) * _expit(centre + half)


def unanimous_ends(
    value: float, n: int, population: int | None, confidence: float, scale: Ends
) -> Ends | None:
    """How far the whole population may lie from a value that all `n` respondents agreed on.

    The most people who may think otherwise though none was met (`unseen_share`), each as far
    off as the scale allows: a bound for any population at all, so wide. None for fewer than
    two respondents.

    >>> [round(end, 2) for end in unanimous_ends(100.0, 30, None, 0.95, (25.0, 100.0))]
    [92.87, 100.0]
    """
    if n < 2:
        return None
    share = unseen_share(n, population, confidence)
    return value - share * (value - scale[0]), value + share * (scale[1] - value)


def unseen_share(n: int, population: int | None, confidence: float) -> float:
    """The largest share of a population of which `n` drawn at random may have met nobody.

    The exact upper bound for 0 of n: 1 - (1 - confidence)^(1/n) (Clopper and Pearson 1934,
    near 3/n at 95 %); of a finite population the largest K with C(N-K, n) / C(N, n) over
    1 - confidence, divided by N.

    >>> round(unseen_share(100, None, 0.95), 4), unseen_share(100, 150, 0.95)
    (0.0295, 0.013333333333333334)
    """
    chance = 1 - confidence
    if population is None:
        return float(1 - chance ** (1 / n))
    low, high = 0, population - n
    while low < high:
        middle = (low + high + 1) // 2
        is_likely = _log_chance_of_none(middle, n, population) > math.log(chance)
        low, high = (middle, high) if is_likely else (low, middle - 1)
    return low / population


def t_quantile(df: float, confidence: float) -> float:
    """The two-sided quantile of Student's t. Raises SurveyError for a confidence outside 0-1."""
    if not 0 < confidence < 1:
        raise SurveyError("confidence-range", value=confidence)
    from scipy import special  # scipy.stats would take half a second to import

    return float(special.stdtrit(df, (1 + confidence) / 2))


def _log_chance_of_none(others: int, n: int, population: int) -> float:
    """Log of the chance that a sample of n holds none of the `others`."""
    rest = population - others
    return (
        math.lgamma(rest + 1)
        - math.lgamma(rest - n + 1)
        - math.lgamma(population + 1)
        + math.lgamma(population - n + 1)
    )


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0
