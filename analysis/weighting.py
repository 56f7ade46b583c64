"""Weights that make respondents match known population figures, and what they cost.

The weights feed `analysis.inference.weighted_design`. They mend differences between the
known groups only, and never those between who answers and who does not within a group.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

import analysis.messages
import analysis.statistics_messages  # noqa: F401  both register the words of the errors raised here
from instruments.errors import SurveyError

Doubles = NDArray[np.float64]
ROUNDS = 1000
TOLERANCE = 1e-10


def post_stratify(
    groups: Sequence[str], totals: Mapping[str, float], start: Sequence[float] | None = None
) -> Doubles:
    """A weight for each respondent so that every group's weights sum to its total.

    w_i = d_i N_g / sum of d over group g (Holt and Smith 1979; R `survey::postStratify`),
    with d the starting weights or 1. Raises SurveyError for a group without a total, a total
    without respondents, or a weight or total that is not a positive number.

    >>> post_stratify(["L", "P", "P"], {"L": 30, "P": 50})
    array([30., 25., 25.])
    """
    return rake({"": groups}, {"": totals}, start)


def rake(
    answers: Mapping[str, Sequence[str]],
    margins: Mapping[str, Mapping[str, float]],
    start: Sequence[float] | None = None,
    rounds: int = ROUNDS,
) -> Doubles:
    """A weight for each respondent so that the weights meet every known margin.

    Iterative proportional fitting (Deming and Stephan 1940; R `survey::rake`): post-stratify
    to each margin in turn until all agree to 1e-10 of the population. `answers` has each
    variable's category per respondent, `margins` the population per category. Raises
    SurveyError naming the variable where margins contradict each other or the respondents,
    and `raking-not-converged` where no weights meet them all.
    """
    n = len(next(iter(answers.values()), ()))
    weights = _starting_weights(start, n)
    positions = {name: _positions(name, answers[name], margins[name], n) for name in margins}
    targets = {name: np.array(list(totals.values()), float) for name, totals in margins.items()}
    population = _common_total(targets)
    for _ in range(rounds):
        for name, position in positions.items():
            have = np.bincount(position, weights, len(targets[name]))
            weights = weights * (targets[name] / have)[position]
        gaps = _gaps(weights, positions, targets)
        if max(gaps.values()) <= TOLERANCE * population:
            return weights
    worst = max(gaps, key=lambda name: gaps[name])
    raise SurveyError("raking-not-converged", rounds=rounds, gap=gaps[worst], variable=worst)


def _gaps(
    weights: Doubles, positions: Mapping[str, NDArray[np.intp]], targets: Mapping[str, Doubles]
) -> dict[str, float]:
    return {
        name: float(np.abs(np.bincount(at, weights, len(targets[name])) - targets[name]).max())
        for name, at in positions.items()
    }


def _starting_weights(start: Sequence[float] | None, n: int) -> Doubles:
    weights = np.ones(n) if start is None else np.array(start, dtype=float)
    if n == 0:
        raise SurveyError("weights-none")
    if len(weights) != n:
        raise SurveyError("lists-differ", lengths=f"{n}, {len(weights)}")
    return _positive(weights)


def _positive(weights: Doubles) -> Doubles:
    wrong = weights[~(np.isfinite(weights) & (weights > 0))]
    if wrong.size:
        raise SurveyError("weight-invalid", value=float(wrong[0]))
    return weights


def _positions(
    name: str, answers: Sequence[str], totals: Mapping[str, float], n: int
) -> NDArray[np.intp]:
    """Where each respondent's category stands in the margin, all checked."""
    if len(answers) != n:
        raise SurveyError("lists-differ", lengths=f"{n}, {len(answers)}")
    order = {category: at for at, category in enumerate(totals)}
    for category in answers:
        if category not in order:
            raise SurveyError("margin-category-unknown", category=category, variable=name)
    for category, total in totals.items():
        if not (np.isfinite(total) and total > 0):
            raise SurveyError("margin-total-invalid", value=total, category=category)
    for category in order.keys() - set(answers):
        raise SurveyError("margin-category-empty", category=category, variable=name)
    return np.array([order[category] for category in answers], dtype=np.intp)


def _common_total(targets: Mapping[str, Doubles]) -> float:
    totals = {name: float(target.sum()) for name, target in targets.items()}
    if not totals:
        raise SurveyError("weights-none")
    if max(totals.values()) - min(totals.values()) > 1e-9 * max(totals.values()):
        named = ", ".join(f"{name} {total:g}" for name, total in totals.items())
        raise SurveyError("margin-totals-differ", totals=named)
    return max(totals.values())


def trim(weights: Sequence[float], low: float, high: float) -> Doubles:
    """Weights held within limits, what is cut spread evenly over the others.

    Repeats until all lie inside, so the sum is kept but the margins no longer quite are
    (Potter 1990; R `survey::trimWeights(strict = TRUE)`). Raises SurveyError where the limits
    do not enclose the mean weight.
    """
    trimmed = _positive(np.array(weights, dtype=float))
    if not trimmed.size:
        raise SurveyError("weights-none")
    if not low < trimmed.mean() < high:
        raise SurveyError("trim-range", low=low, high=high, mean=float(trimmed.mean()))
    for _ in range(ROUNDS):
        outside = (trimmed < low) | (trimmed > high)
        if not outside.any():
            return trimmed
        held = np.clip(trimmed, low, high)
        if outside.all():
            break
        held[~outside] += (trimmed.sum() - held.sum()) / (~outside).sum()
        trimmed = held
    return _spread_within(np.clip(trimmed, low, high), trimmed.sum(), low, high)


def _spread_within(held: Doubles, total: float, low: float, high: float) -> Doubles:
    """Weights brought to a total in proportion to the room each has left to its limit.

    For when no weight lay inside the limits to take what was cut, where R loses it.
    """
    missing = total - held.sum()
    room = high - held if missing > 0 else held - low
    return held + missing * room / room.sum() if room.sum() > 0 else held


def kish_design_effect(weights: Sequence[float]) -> float:
    """How many times unequal weights raise the variance: n sum w^2 / (sum w)^2 (Kish 1965).

    n divided by it is the effective number of respondents. Raises SurveyError for weights
    that are not positive numbers.

    >>> kish_design_effect([1, 1, 1, 3])
    1.3333333333333333
    """
    w = _positive(np.array(weights, dtype=float))
    if not w.size:
        raise SurveyError("weights-none")
    return float(len(w) * (w @ w) / w.sum() ** 2)
