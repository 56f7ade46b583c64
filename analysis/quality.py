"""Signals of careless or stuffed answers: what was seen, and what honest answers would give.

A signal asks for verification and never accuses: no answer is deleted or weighted down for it.
Each compares one figure with a simulated or exact null and says how many answers stood behind it.
This module judges answers; `quality_arrivals` judges counts, and `sensitivity` says what the
index would be without the answers in question.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.answers import BLANK, Integers
from analysis.honest_answers import HonestModel, draw_honest, fit_honest

MINIMUM = 30
PEERS_MINIMUM = 10
DRAWS = 9999
DRAWS_AT_LEAST = 199
EXCEEDED_ENOUGH = 20
STRAIGHT_DRAWS = 60
COMPARED = frozenset({"salinan", "struktur", "lonjakan", "merata"})
TAIL, TAIL_DRAWS, TAIL_REACHED = 250, 1999, 10
Doubles = NDArray[np.float64]
Statistic = Callable[[Integers], float]


@dataclass(frozen=True)
class Signal:
    """One figure against its null.

    observed  the statistic seen; expected  its mean under the null, with `low`-`high` the
    interval that holds 95 % of honest outcomes; effect  the size in the unit that the words of
    `code` name; excess  observed less expected in standard deviations of the null. `p` is None
    where nothing was tested, for the `reason` "few", "uniform" or "peers".
    """

    code: str
    n: int
    observed: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    effect: float | None = None
    excess: float | None = None
    p: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Words:
    """What a signal says to a reader, in Indonesian; `measure` names the statistic observed."""

    title: str
    measure: str
    effect: str
    causes: tuple[str, ...]
    settle: str


@cache
def signal_words() -> Mapping[str, Words]:
    """Title, effect, ordinary causes and what would settle it, for every signal's code."""
    source = files("analysis").joinpath("data/quality-words.toml").read_text(encoding="utf-8")
    signals = tomllib.loads(source)["signals"]
    return {
        code: Words(**(part | {"causes": tuple(part["causes"])})) for code, part in signals.items()
    }


def untested(code: str, n: int, reason: str) -> Signal:
    """A signal that says nothing, and why."""
    return Signal(code, n, reason=reason)


def answer_signals(
    matrix: Integers, *, draws: int = DRAWS, seed: int = 0, model: HonestModel | None = None
) -> list[Signal]:
    """Copied forms and structure of one unit's (respondents, items) answers.

    Both are held against the same draws of `honest_answers`, so the null has the unit's
    own margins and correlations. Not tested under 30 respondents or where all answered alike.
    Real people also depart from any model a little: judge only after `against_peers`. `model` is
    that of the complete rows, where the caller has fitted it already.
    """
    statistics: dict[str, Statistic] = {
        "salinan": copied_pairs,
        "struktur": mardia_kurtosis,
    }
    complete = matrix[(matrix != BLANK).all(axis=1)]
    if len(complete) < MINIMUM:
        return [untested(code, len(complete), "few") for code in statistics]
    if not (np.ptp(complete, axis=0) > 0).any():
        return [untested(code, len(complete), "uniform") for code in statistics]
    observed = np.array([of(complete) for of in statistics.values()])
    nulls = (
        np.array([of(one) for of in statistics.values()])
        for one in draw_honest(model or fit_honest(complete), draws, seed)
    )
    drawn = collect_draws(observed, nulls)
    return [
        against_draws(code, len(complete), float(observed[i]), drawn[:, i])
        for i, code in enumerate(statistics)
    ]


def collect_draws(observed: Doubles, nulls: Iterable[Doubles]) -> Doubles:
    """Null values (draws, statistics) until it is clear how often each statistic is reached.

    Stops once every statistic was reached 20 times, after 199 draws at least: sequential Monte
    Carlo (Besag and Clifford 1991), which spends its draws on what is unusual.
    """
    collected: list[Doubles] = []
    reached = np.zeros(len(observed))
    for drawn in nulls:
        collected.append(drawn)
        reached += drawn >= observed
        if len(collected) >= DRAWS_AT_LEAST and (reached >= EXCEEDED_ENOUGH).all():
            break
    return np.array(collected)


def against_draws(code: str, n: int, observed: float, drawn: Doubles) -> Signal:
    """A signal from a statistic and its values under the null; large values are unusual.

    p = (1 + #{drawn >= observed}) / (draws + 1), which is never 0 (Davison and Hinkley 1997,
    4.11); where many draws hardly ever reach it, `tail_chance`, for among thousands of units
    no count of draws would be small enough to stand out.
    """
    expected, spread = float(drawn.mean()), float(drawn.std())
    low, high = (float(end) for end in np.quantile(drawn, [0.025, 0.975]))
    reached = int((drawn >= observed).sum())
    p = (1 + reached) / (len(drawn) + 1)
    if len(drawn) >= TAIL_DRAWS and reached < TAIL_REACHED:
        p = min(p, tail_chance(observed, drawn))
    excess = (observed - expected) / spread if spread > 0 else None
    effect = observed - expected
    return Signal(code, n, observed, expected, low, high, effect, excess, p)


def tail_chance(observed: float, drawn: Doubles) -> float:
    """P(null >= observed) beyond the draws, from the largest 250 of them.

    A generalised Pareto tail by probability-weighted moments (Hosking and Wallis 1987;
    Knijnenburg et al. 2009), never lighter than exponential, so that the chance errs upward.
    """
    ordered = np.sort(drawn)
    start = float(ordered[-TAIL - 1])
    above = ordered[-TAIL:] - start
    ranks = (np.arange(1, TAIL + 1) - 0.35) / TAIL
    first, second = float(above.mean()), float((above * (1 - ranks)).mean())
    if first <= 0:
        return 1.0
    shape = min(0.0, first / (first - 2 * second) - 2)
    scale = first * (1 + shape)
    reach = (observed - start) / scale
    share = np.exp(-reach) if shape == 0 else (1 - shape * reach) ** (1 / shape)
    return float(TAIL / len(drawn) * share)


def against_peers(signals: Mapping[str, Sequence[Signal]]) -> dict[str, list[Signal]]:
    """Signals of many units with p raised where peers depart from the null just as much.

    The excess of a unit is compared with the median of its peers', in units of their robust
    spread (1.4826 MAD, at least 1) on Student's t; p becomes the larger of the two, so that a
    unit must stand out both against honest answers and against its peers (intersection-union
    test, Berger 1982). A figure below its null is no excess and stays, as do signals of other
    codes; under ten peers nothing is tested.
    """
    excesses: dict[str, dict[str, float]] = {}
    for unit, ones in signals.items():
        for one in ones:
            if one.excess is not None and one.code in COMPARED:
                excesses.setdefault(one.code, {})[unit] = one.excess
    return {
        unit: [_beside(one, unit, excesses.get(one.code, {})) for one in ones]
        for unit, ones in signals.items()
    }


def _beside(one: Signal, unit: str, excesses: Mapping[str, float]) -> Signal:
    if one.p is None or one.excess is None or one.code not in COMPARED:
        return one
    others = np.array([excess for name, excess in excesses.items() if name != unit])
    if len(others) < PEERS_MINIMUM:
        return replace(one, p=None, reason="peers")
    if one.excess < 0:
        return one
    centre = float(np.median(others))
    spread = max(1.0, 1.4826 * float(np.median(np.abs(others - centre))))
    distance = (one.excess - centre) / (spread * np.sqrt(1 + 1 / len(others)))
    return replace(one, p=max(one.p, float(special.stdtr(len(others) - 1, -distance))))


def straight_share(matrix: Integers) -> float:
    """Share of respondents who gave every item the same answer (long string of all items)."""
    return float((matrix == matrix[:, :1]).all(axis=1).mean())


def expected_straight(model: HonestModel, seed: int = 0) -> float:
    """Share of straight lines that honest answers of the model give by agreeing on everything.

    Near the top of the scale that is most of them, and says nothing of haste.
    """
    shares = [straight_share(one) for one in draw_honest(model, STRAIGHT_DRAWS, seed)]
    return float(np.mean(shares))


def copied_pairs(matrix: Integers) -> float:
    """Pairs of respondents with exactly the same answers, straight lines left out."""
    varied = matrix[~(matrix == matrix[:, :1]).all(axis=1)]
    if not len(varied):
        return 0.0
    # One integer a form: sorting those is far quicker than sorting rows.
    low, width = int(varied.min()), int(np.ptp(varied)) + 1
    forms = (varied - low) @ (width ** np.arange(varied.shape[1]))
    counts = np.unique(forms, return_counts=True)[1]
    return float((counts * (counts - 1) // 2).sum())


def mardia_kurtosis(matrix: Integers) -> float:
    """Mean fourth power of the Mahalanobis distance (Mardia 1970, b_2,p).

    High where a few forms are far from all others, as when careless or invented forms stand
    among honest ones. Items that all answered alike are left out.
    """
    values = matrix[:, np.ptp(matrix, axis=0) > 0].astype(float)
    centred = values - values.mean(axis=0)
    inverse = np.linalg.pinv(centred.T @ centred / len(values), hermitian=True)
    distances = ((centred @ inverse) * centred).sum(axis=1)
    return float((distances**2).mean())


def shift_signal(
    scores: Sequence[float], batches: Sequence[int], *, draws: int = DRAWS, seed: int = 0
) -> Signal:
    """Whether the level of answers shifts between batches, which are numbered in order.

    C = max_k |sum_{i in batches <= k} (x_i - mean)| / (s sqrt(n)), its null by giving the same
    scores to the batches at random (cumulative sum, Page 1954). Order inside a batch is not
    known, and is not needed. The effect is the mean after the turning point less that before.
    """
    x, order = np.asarray(scores, dtype=float), np.asarray(batches)
    if len(x) < MINIMUM or len(np.unique(order)) < 2:
        return untested("pergeseran", len(x), "few")
    if np.ptp(x) == 0:
        return untested("pergeseran", len(x), "uniform")
    random = np.random.default_rng(seed)
    sizes = np.unique(order, return_counts=True)[1]
    ends = np.cumsum(sizes)[:-1]
    sorted_x = x[np.argsort(order, kind="stable")]
    observed, turn = _cusum(sorted_x, ends)
    nulls = (np.array([_cusum(random.permutation(x), ends)[0]]) for _ in range(draws))
    drawn = collect_draws(np.array([observed]), nulls)[:, 0]
    change = float(sorted_x[turn:].mean() - sorted_x[:turn].mean())
    return replace(against_draws("pergeseran", len(x), observed, drawn), effect=change)


def turning_batch(scores: Sequence[float], batches: Sequence[int]) -> int:
    """The first batch after the point at which `shift_signal` sees the level turn."""
    x, order = np.asarray(scores, dtype=float), np.asarray(batches)
    names, sizes = np.unique(order, return_counts=True)
    ends = np.cumsum(sizes)[:-1]
    _value, turn = _cusum(x[np.argsort(order, kind="stable")], ends)
    return int(names[int(np.searchsorted(ends, turn)) + 1])


def channel_signal(
    open_scores: Mapping[str, Sequence[float]],
    ticket_scores: Mapping[str, Sequence[float]],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Signal:
    """Mean of open answers less that of ticketed ones, within strata such as services.

    The difference weights strata by n_o n_t / (n_o + n_t); its null permutes channels inside
    each stratum, two-sided. Strata that lack one of the channels say nothing.
    """
    strata = [
        (np.asarray(open_scores[name], float), np.asarray(ticket_scores[name], float))
        for name in open_scores
        if len(open_scores[name]) and len(ticket_scores.get(name, ()))
    ]
    smallest = min(sum(len(part[side]) for part in strata) for side in (0, 1)) if strata else 0
    n = sum(len(a) + len(b) for a, b in strata)
    if n < MINIMUM or smallest < MINIMUM // 3:
        return untested("kanal", n, "few")
    random = np.random.default_rng(seed)
    observed = _contrast(strata)
    nulls = (
        np.array([abs(_contrast([_permuted(random, *part) for part in strata]))])
        for _ in range(draws)
    )
    drawn = collect_draws(np.array([abs(observed)]), nulls)[:, 0]
    return replace(against_draws("kanal", n, abs(observed), drawn), effect=observed)


def _cusum(x: Doubles, ends: NDArray[np.int64]) -> tuple[float, int]:
    """The largest standardised cumulative sum at a batch's end, and where it lies."""
    sums = np.abs(np.cumsum(x - x.mean())[ends - 1]) / (x.std() * np.sqrt(len(x)))
    return float(sums.max()), int(ends[sums.argmax()])


def _contrast(strata: list[tuple[Doubles, Doubles]]) -> float:
    weights = np.array([len(a) * len(b) / (len(a) + len(b)) for a, b in strata])
    differences = np.array([a.mean() - b.mean() for a, b in strata])
    return float(weights @ differences / weights.sum())


def _permuted(random: np.random.Generator, a: Doubles, b: Doubles) -> tuple[Doubles, Doubles]:
    mixed = random.permutation(np.concatenate([a, b]))
    return mixed[: len(a)], mixed[len(a) :]


def control_false_discovery(
    signals: Mapping[str, Sequence[Signal]], rate: float = 0.05
) -> dict[str, list[Signal]]:
    """Of each unit's signals those that stand out over all units and tests together.

    Benjamini and Hochberg (1995): among the signals returned at most `rate` are expected to be
    chance. Signals without a p are never returned.
    """
    from scipy import stats

    tested = [(unit, one) for unit, ones in signals.items() for one in ones if one.p is not None]
    found: dict[str, list[Signal]] = {unit: [] for unit in signals}
    if tested:
        adjusted = stats.false_discovery_control([one.p for _unit, one in tested])
        for (unit, one), p in zip(tested, adjusted, strict=True):
            if p <= rate:
                found[unit].append(one)
    return found
