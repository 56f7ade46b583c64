"""Signals from counts: how many came, when, how fast, and who they say they are.

They need no answers, only the counts without ids that are kept for a while. The null of each is
exact or simulated from the counts' own model; words and false-discovery control are `quality`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

from analysis.answers import Integers
from analysis.quality import (
    DRAWS,
    MINIMUM,
    PEERS_MINIMUM,
    Signal,
    against_draws,
    collect_draws,
    untested,
)

SIMULATED = 1999


def share_against_peers(code: str, hits: int, n: int, peers: Sequence[tuple[int, int]]) -> Signal:
    """Whether a unit's share of something is higher than its peers' spread explains.

    `peers` are (hits, n) of other units. Their shares are taken as draws of a Beta(a, b) fitted
    by likelihood, so that hits are beta-binomial; p is the chance of at least as many
    (Skellam 1948). Codes in use: `lurus`, `cepat`, `jam`, `komentar`.
    """
    usable = [(x, m) for x, m in peers if m >= MINIMUM]
    if n < MINIMUM or len(usable) < PEERS_MINIMUM:
        return untested(code, n, "few" if n < MINIMUM else "peers")
    return share_signal(code, hits, n, *fit_beta_binomial(usable))


def share_signal(code: str, hits: int, n: int, a: float, b: float) -> Signal:
    """A unit's share held against a Beta(a, b) of shares; see `share_against_peers`."""
    spread = stats.betabinom(n, a, b)
    expected = a / (a + b)
    low, high = (float(end) / n for end in spread.ppf([0.025, 0.975]))
    p = float(spread.sf(hits - 1))
    share = hits / n
    return Signal(code, n, share, expected, low, high, share - expected, p=p)


def fit_beta_binomial(counts: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """The beta-binomial (a, b) of greatest likelihood for (hits, n) pairs.

    The mean is kept off 0 and 1 by half a hit, and the spread within a + b <= 10 000, where the
    beta-binomial is a binomial for every purpose here.
    """
    x, n = np.array(counts, dtype=float).T
    mean = (x.sum() + 0.5) / (n.sum() + 1)

    def loss(parameters: NDArray[np.float64]) -> float:
        share, size = special.expit(parameters[0]), np.exp(parameters[1])
        a, b = share * size, (1 - share) * size
        return -float((special.betaln(x + a, n - x + b) - special.betaln(a, b)).sum())

    bounds = [(-9.0, 9.0), (np.log(0.5), np.log(1e4))]
    found = optimize.minimize(
        loss, np.array([special.logit(mean), np.log(50.0)]), method="L-BFGS-B", bounds=bounds
    )
    share, size = float(special.expit(found.x[0])), float(np.exp(found.x[1]))
    return share * size, (1 - share) * size


def burst_signal(
    counts: Sequence[int],
    usual: Sequence[float],
    *,
    window: int = 3,
    draws: int = DRAWS,
    seed: int = 0,
) -> Signal:
    """Whether answers crowd into a short time more than the usual rhythm explains.

    `counts` are answers in buckets of equal length in time order and `usual` the weight of each
    bucket (by hour and weekday). The statistic is the scan: the greatest excess over the usual in
    `window` buckets running, in standard deviations; its null spreads the same number of answers
    by the weights (Naus 1965; Kulldorff 1997 for varying rates). The effect is answers in that
    window over those expected there.
    """
    x, weights = np.asarray(counts, dtype=float), np.asarray(usual, dtype=float)
    n = int(x.sum())
    if n < MINIMUM or len(x) <= window:
        return untested("lonjakan", n, "few")
    shares = weights / weights.sum()
    expected = n * _running(shares, window)
    spread = np.sqrt(np.maximum(expected, 1.0))
    random = np.random.default_rng(seed)
    excess = (_running(x, window) - expected) / spread
    place = int(excess.argmax())
    nulls = (
        np.array([((_running(random.multinomial(n, shares), window) - expected) / spread).max()])
        for _ in range(draws)
    )
    drawn = collect_draws(excess[place : place + 1], nulls)[:, 0]
    signal = against_draws("lonjakan", n, float(excess[place]), drawn)
    ratio = float(_running(x, window)[place] / max(expected[place], 1e-9))
    return replace(signal, effect=ratio)


def volume_signal(answers: int, transactions: int, history: Sequence[tuple[int, int]]) -> Signal:
    """Answers per service given, against one's own past (answers, transactions).

    More answers than services is impossible and has p 0. Else the chance of at least so many
    under the beta-binomial of the past periods; without ten of them nothing is tested.
    """
    ratio = answers / transactions if transactions else float("inf") if answers else 0.0
    if answers > transactions:
        return Signal("volume", answers, ratio, high=1.0, effect=ratio, p=0.0)
    compared = share_against_peers("volume", answers, transactions, history)
    if compared.p is None:
        return compared
    return replace(compared, effect=ratio, n=answers)


def demographics_signal(
    counts: Mapping[str, int],
    shares: Mapping[str, float],
    *,
    draws: int = SIMULATED,
    seed: int = 0,
) -> Signal:
    """Whether respondents' bands fit the service register, neither too badly nor too well.

    Pearson's chi-square per degree of freedom with its null by multinomial draws, both tails:
    invented demographics are often more even than chance allows (Fisher 1936 on Mendel).
    Bands that the register does not know are left out.
    """
    names = [name for name, share in shares.items() if share > 0]
    x = np.array([counts.get(name, 0) for name in names], dtype=float)
    n = int(x.sum())
    if n < MINIMUM or len(names) < 2:
        return untested("merata", n, "few")
    expected = np.array([shares[name] for name in names])
    expected = expected / expected.sum()
    random = np.random.default_rng(seed)
    drawn = np.array([_chi_square(one, expected) for one in random.multinomial(n, expected, draws)])
    observed = _chi_square(x, expected)
    upper = against_draws("merata", n, observed, drawn)
    lower = (1 + int((drawn <= observed).sum())) / (draws + 1)
    p = min(1.0, 2 * min(upper.p or 1.0, lower))
    return replace(upper, effect=observed, p=p)


def composition_signal(
    now: Integers, before: Integers, *, draws: int = DRAWS, seed: int = 0
) -> Signal:
    """Whether respondents' bands differ from those of the period before too little or too much.

    (respondents, questions) of choices as numbers, negative where none was made. The statistic
    adds up each question's chi-square of the two periods and divides by the degrees of freedom;
    its null exchanges whole respondents between the periods, so that age stays with education.
    Both tails: invented respondents are often more even than chance allows.
    """
    n = min(len(now), len(before))
    if n < MINIMUM or not now.shape[1]:
        return untested("merata", len(now), "few")
    together = np.concatenate([now, before])
    tables = [_one_hot(column) for column in together.T]
    tables = [table for table in tables if table.shape[1] > 1]
    if not tables:
        return untested("merata", len(now), "uniform")
    starts = np.cumsum([0, *(table.shape[1] for table in tables[:-1])])
    choices = np.concatenate(tables, axis=1)
    random = np.random.default_rng(seed)
    is_now = np.arange(len(together)) < len(now)
    observed = _two_sample(choices, starts, is_now)
    nulls = (_two_sample(choices, starts, random.permutation(is_now)) for _ in range(draws))
    both = (np.array([one, -one]) for one in nulls)
    drawn = collect_draws(np.array([observed, -observed]), both)[:, 0]
    upper = against_draws("merata", len(now), observed, drawn)
    lower = (1 + int((drawn <= observed).sum())) / (len(drawn) + 1)
    return replace(upper, effect=observed, p=min(1.0, 2 * min(upper.p or 1.0, lower)))


def _one_hot(column: NDArray[np.int64]) -> NDArray[np.float64]:
    """(respondents, choices) of ones and zeros; who made no choice has only zeros."""
    choices = np.unique(column[column >= 0])
    return np.asarray(column[:, None] == choices[None, :], dtype=np.float64)


def _two_sample(
    choices: NDArray[np.float64], starts: NDArray[np.int64], is_now: NDArray[np.bool_]
) -> float:
    """Pearson's chi-square of two samples, summed over questions, by degree of freedom.

    `choices` holds each question's one-hot columns side by side, from `starts` on.
    """
    counts, both = is_now.astype(float) @ choices, choices.sum(axis=0)
    widths = np.diff(np.append(starts, choices.shape[1]))
    shares = np.add.reduceat(counts, starts) / np.add.reduceat(both, starts)
    expected = both * np.repeat(shares, widths)
    # (1 - share) turns one sample's chi-square into that of the two by two rows.
    scale = np.repeat(np.maximum(1e-9, 1 - shares), widths)
    return float(((counts - expected) ** 2 / np.maximum(expected, 1e-9) / scale).sum()) / float(
        (widths - 1).sum()
    )


def _running(x: NDArray[Any], window: int) -> NDArray[np.float64]:
    """Sums of `window` neighbours."""
    sums = np.concatenate([[0.0], np.cumsum(x)])
    found: NDArray[np.float64] = sums[window:] - sums[:-window]
    return found


def _chi_square(counts: NDArray[np.float64], shares: NDArray[np.float64]) -> float:
    expected = counts.sum() * shares
    return float(((counts - expected) ** 2 / expected).sum() / (len(shares) - 1))
