"""From period to period: which steps are more than noise, and whether all go one way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import analysis.statistics_messages  # noqa: F401  registers the words of the errors raised here
from analysis.inference import Change, Estimate, change_between
from analysis.multiplicity import holm
from instruments.errors import SurveyError

Doubles = NDArray[np.float64]
DRAWS = 20_000
# Fixed, so that the same periods always give the same chance.
SEED = 20170509


@dataclass(frozen=True)
class Step:
    """The change from one period to the next, and its chance with all steps looked at together."""

    change: Change
    adjusted_p_value: float | None

    def is_change(self, level: float = 0.05) -> bool:
        """Whether the step is more than noise."""
        return self.adjusted_p_value is not None and self.adjusted_p_value < level


def step_changes(
    estimates: Sequence[Estimate], sizes: Sequence[int], confidence: float = 0.95
) -> list[Step]:
    """Each step between independent periods, t on the respondents of both less two.

    Chances are adjusted for the number of steps (Holm 1979), so that of many quarters in which
    nothing happened one in twenty, and not nearly every one, shows a change somewhere. A step
    whose uncertainty is not known has None and does not count. `sizes` are the respondents of
    each period. Raises SurveyError where the lists differ in length.

    >>> periods = [Estimate(value, 0.6, None, None) for value in (80.0, 80.4, 84.0)]
    >>> [step.is_change() for step in step_changes(periods, [300, 300, 300])]
    [False, True]
    """
    if len(estimates) != len(sizes):
        raise SurveyError("lists-differ", lengths=f"{len(estimates)}, {len(sizes)}")
    pairs = zip(estimates, estimates[1:], sizes, sizes[1:], strict=False)
    changes = [
        change_between(before, after, max(1, n + m - 2), confidence)
        for before, after, n, m in pairs
    ]
    adjusted = holm([change.p_value for change in changes])
    return [Step(change, p) for change, p in zip(changes, adjusted, strict=True)]


@dataclass(frozen=True)
class MonotoneTrend:
    """Whether periods only rise (or only fall), and how sure that is.

    `fitted` is the closest course that never turns back; `p_value` the chance of so good a fit
    of a course without any change; `total` the last period less the first.
    """

    direction: Literal["rising", "falling"]
    fitted: tuple[float, ...]
    total: Estimate
    p_value: float

    def is_trend(self, level: float = 0.05) -> bool:
        """Whether the course is more than noise, having looked both ways."""
        return self.p_value < level


def fit_monotone(estimates: Sequence[Estimate], confidence: float = 0.95) -> MonotoneTrend | None:
    """The course through independent periods that only rises or only falls, whichever fits better.

    Isotonic regression with weights 1/SE^2; against no change by Bartholomew's (1959) statistic
    sum g (fit - mean)^2, whose chi-bar-square law is drawn from 20,000 courses of pure noise,
    the chance doubled for looking both ways (so exact to about 0.003). Unlike a slope it does
    not ask for equal steps. None where fewer than two periods have a standard error.
    """
    usable = [(one.value, one.se) for one in estimates if one.se]
    if not 0 < confidence < 1:
        raise SurveyError("confidence-range", value=confidence)
    if len(usable) < 2:
        return None
    values, errors = np.array(usable, dtype=float).T
    weights = errors**-2
    courses = {"rising": _rising(values, weights), "falling": -_rising(-values, weights)}
    gains = {name: _gain(course, weights) for name, course in courses.items()}
    direction: Literal["rising", "falling"] = (
        "rising" if gains["rising"] >= gains["falling"] else "falling"
    )
    dice = np.random.default_rng(SEED)
    noise = dice.standard_normal((DRAWS, len(values))) * errors
    by_chance = _gain(_rising(noise, weights), weights)
    # A hair below, so that two courses alike but for rounding count as alike.
    beyond = int((by_chance >= float(gains[direction]) * (1 - 1e-12)).sum())
    p_value = min(1.0, 2 * (1 + beyond) / (1 + DRAWS))
    total = _total(values, errors, confidence)
    return MonotoneTrend(direction, tuple(map(float, courses[direction])), total, p_value)


def _rising(values: Doubles, weights: Doubles) -> Doubles:
    """Isotonic regression along the last axis: max over s <= i of min over t >= i of the means."""
    k = values.shape[-1]
    sums = np.concatenate(
        [np.zeros((*values.shape[:-1], 1)), np.cumsum(values * weights, axis=-1)], axis=-1
    )
    totals = np.concatenate([[0.0], np.cumsum(weights)])
    best = np.full(values.shape, -np.inf)
    for start in range(k):
        means = (sums[..., start + 1 :] - sums[..., start : start + 1]) / (
            totals[start + 1 :] - totals[start]
        )
        least = np.minimum.accumulate(means[..., ::-1], axis=-1)[..., ::-1]
        best[..., start:] = np.maximum(best[..., start:], least)
    return best


def _gain(course: Doubles, weights: Doubles) -> Doubles:
    """How far a course lies from its own mean, in standard errors squared."""
    mean = (course @ weights / weights.sum())[..., None]
    return np.asarray((course - mean) ** 2 @ weights)


def _total(values: Doubles, errors: Doubles, confidence: float) -> Estimate:
    from scipy import special

    change, se = float(values[-1] - values[0]), float(np.hypot(errors[0], errors[-1]))
    half = float(special.ndtri((1 + confidence) / 2)) * se
    return Estimate(change, se, change - half, change + half)
