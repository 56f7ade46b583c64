"""All signals of many units together: what the application runs, and what its errors are of.

`measure_unit` turns one unit's answers and counts into signals and keeps nothing of a person;
`judge_units` holds units against their peers and controls false discovery over all of them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from analysis.answers import BLANK, Integers
from analysis.honest_answers import HonestModel, fit_honest, nearest_correlation
from analysis.multiplicity import benjamini_hochberg
from analysis.quality import (
    DRAWS,
    MINIMUM,
    Signal,
    against_peers,
    answer_signals,
    channel_signal,
    expected_straight,
    shift_signal,
    turning_batch,
    untested,
)
from analysis.quality_arrivals import (
    burst_signal,
    composition_signal,
    fit_beta_binomial,
    share_against_peers,
    share_signal,
    volume_signal,
)

METHOD = "1"
RATE = 0.05
CODES = (
    *("lurus", "cepat", "salinan", "lonjakan", "pergeseran", "kanal", "volume", "jam"),
    *("komentar", "struktur", "merata"),
)
SHARES = ("lurus", "cepat", "jam", "komentar")
# From so many peers on one unit hardly moves their fit, and one fit serves all.
PEERS_ENOUGH = 200
# Arrivals are counted in fives, and a five is one event: its moment is that of the fifth.
TOGETHER = 5


@dataclass(frozen=True)
class UnitEvidence:
    """What is known of one survey, respondents in any order.

    matrix     (respondents, items) answers, BLANK where none; `highest` the top of the scale
    days       (respondents,) numbers that order the days; finer times are not known
    channels   (respondents,) names of channels; services  (respondents,) codes
    profile    (respondents, questions) choices as numbers, -1 where none; `profile_before` that
               of the same unit and index a period earlier
    arrivals   fives of answers by hour in time order, and how many are usual in such an hour
    fast, outside_hours, repeated   (hits, n) of quick answers, of those outside office hours,
               of comments like another
    transactions   services given, with (answers, services) of earlier periods in `history`
    """

    matrix: Integers
    highest: int
    days: NDArray[np.int64]
    channels: Sequence[str]
    services: Sequence[str]
    profile: Integers
    profile_before: Integers | None = None
    arrivals: tuple[Sequence[int], Sequence[float]] | None = None
    fast: tuple[int, int] | None = None
    outside_hours: tuple[int, int] | None = None
    repeated: tuple[int, int] | None = None
    transactions: int | None = None
    history: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True)
class Lines:
    """Straight lines of one unit, and what its level makes of them: no respondent is in here.

    `model` has the margins of its complete answers, sorted item by item.
    """

    hits: int
    n: int
    model: HonestModel


@dataclass(frozen=True)
class Measured:
    """One unit's signals so far, and the shares that only peers can judge."""

    signals: list[Signal]
    shares: dict[str, tuple[int, int]] = field(default_factory=dict)
    lines: Lines | None = None


@dataclass(frozen=True)
class Verdict:
    """A signal with its chance adjusted for all units and tests; None where nothing was tested."""

    signal: Signal
    adjusted: float | None

    def is_unusual(self, rate: float = RATE) -> bool:
        """Whether it stands out; at most `rate` of those that do are expected to be chance."""
        return self.adjusted is not None and self.adjusted <= rate


def measure_unit(
    name: str, evidence: UnitEvidence, *, seed: int = 0, draws: int = DRAWS
) -> Measured:
    """Signals of one unit. The same name, evidence and seed give the same figures."""

    def own(code: str) -> int:
        text = f"{seed}|{name}|{code}".encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")

    scores = respondent_scores(evidence)
    complete = evidence.matrix[(evidence.matrix != BLANK).all(axis=1)]
    model = fit_honest(complete) if len(complete) >= MINIMUM else None
    signals = [
        *answer_signals(evidence.matrix, draws=draws, seed=own("salinan"), model=model),
        shift_signal(list(scores), list(evidence.days), draws=draws, seed=own("pergeseran")),
        channel_signal(
            _by_service(evidence, scores, "open"),
            _by_service(evidence, scores, "ticket"),
            draws=draws,
            seed=own("kanal"),
        ),
        _burst(evidence, own("lonjakan")),
        _volume(evidence),
        _composition(evidence, own("merata")),
    ]
    lines = Lines(int(straight_rows(complete).sum()), len(complete), model) if model else None
    return Measured(signals, _shares(evidence), lines)


def judge_units(measured: Mapping[str, Measured]) -> dict[str, list[Verdict]]:
    """Verdicts of every unit in the order of CODES.

    Shares against those of peers, excesses against those of peers (`against_peers`), then
    Benjamini and Hochberg (1995) over all units and tests together.
    """
    shares = {code: _share_signals(code, measured) for code in SHARES}
    signals = against_peers({name: one.signals for name, one in measured.items()})
    for code in SHARES:
        for name, signal in shares[code].items():
            signals[name] = [*signals[name], signal]
    tested = [(name, one) for name, ones in signals.items() for one in ones]
    adjusted = benjamini_hochberg([one.p for _name, one in tested])
    verdicts: dict[str, list[Verdict]] = {name: [] for name in signals}
    for (name, one), p in zip(tested, adjusted, strict=True):
        verdicts[name].append(Verdict(one, p))
    for ones in verdicts.values():
        ones.sort(key=lambda verdict: CODES.index(verdict.signal.code))
    return verdicts


def straight_rows(matrix: Integers) -> NDArray[np.bool_]:
    """Respondents who answered everything, and everything alike."""
    return np.asarray((matrix != BLANK).all(axis=1) & (matrix == matrix[:, :1]).all(axis=1))


def copied_rows(matrix: Integers) -> NDArray[np.bool_]:
    """Complete forms that another has exactly the same, straight lines left out."""
    varied = (matrix != BLANK).all(axis=1) & ~straight_rows(matrix)
    _forms, place, counts = np.unique(matrix, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(varied & (counts[place.reshape(-1)] > 1))


def flagged_rows(code: str, evidence: UnitEvidence) -> NDArray[np.bool_] | None:
    """The answers that a signal points at; None where it points at counts and not at answers.

    Straight lines, copied forms, the open channel, or what came from the turning point on.
    """
    if code == "lurus":
        return straight_rows(evidence.matrix)
    if code == "salinan":
        return copied_rows(evidence.matrix)
    if code == "kanal":
        return np.array([channel == "open" for channel in evidence.channels])
    if code == "pergeseran":
        turn = turning_batch(list(respondent_scores(evidence)), list(evidence.days))
        return np.asarray(evidence.days >= turn)
    return None


def respondent_scores(evidence: UnitEvidence) -> NDArray[np.float64]:
    """Mean answer of each respondent in points of 100; who answered nothing has the mean of all."""
    answered = evidence.matrix != BLANK
    counts = answered.sum(axis=1)
    sums = np.where(answered, evidence.matrix, 0).sum(axis=1)
    means = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    whole = np.nanmean(means) if (counts > 0).any() else 0.0
    return np.asarray(np.where(counts > 0, means, whole) * 100 / evidence.highest)


def _by_service(
    evidence: UnitEvidence, scores: NDArray[np.float64], channel: str
) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for service, own, score in zip(evidence.services, evidence.channels, scores, strict=True):
        if own == channel:
            found.setdefault(service, []).append(float(score))
    return found


def _shares(evidence: UnitEvidence) -> dict[str, tuple[int, int]]:
    known = {
        "cepat": evidence.fast,
        "jam": evidence.outside_hours,
        "komentar": evidence.repeated,
    }
    return {code: pair for code, pair in known.items() if pair is not None}


def _line_shares(measured: Mapping[str, Measured]) -> dict[str, tuple[int, int]]:
    """Straight lines beyond those that a unit's level brings, and who might have given them.

    Near the top of the scale most forms are straight, and honestly so. Expected are those of the
    unit's own margins with its peers' median correlation: stuffed lines raise a unit's own.
    """
    models = {name: one.lines for name, one in measured.items() if one.lines is not None}
    usual: dict[int, NDArray[np.float64]] = {}
    for items in {len(one.model.correlation) for one in models.values()}:
        alike = [
            one.model.correlation for one in models.values() if len(one.model.correlation) == items
        ]
        usual[items] = nearest_correlation(np.median(alike, axis=0))
    found = {}
    for name, one in models.items():
        model = replace(one.model, correlation=usual[len(one.model.correlation)])
        expected = round(expected_straight(model) * one.n)
        found[name] = (max(0, one.hits - expected), one.n - expected)
    return found


def _burst(evidence: UnitEvidence, seed: int) -> Signal:
    if evidence.arrivals is None:
        return untested("lonjakan", 0, "few")
    signal = burst_signal(*evidence.arrivals, seed=seed)
    return replace(signal, n=TOGETHER * signal.n)


def _volume(evidence: UnitEvidence) -> Signal:
    n = len(evidence.matrix)
    if evidence.transactions is None:
        return untested("volume", n, "few")
    return volume_signal(n, evidence.transactions, evidence.history)


def _composition(evidence: UnitEvidence, seed: int) -> Signal:
    if evidence.profile_before is None:
        return untested("merata", len(evidence.matrix), "few")
    return composition_signal(evidence.profile, evidence.profile_before, seed=seed)


def _share_signals(code: str, measured: Mapping[str, Measured]) -> dict[str, Signal]:
    known = (
        _line_shares(measured)
        if code == "lurus"
        else {name: one.shares[code] for name, one in measured.items() if code in one.shares}
    )
    pairs = {name: known.get(name, (0, 0)) for name in measured}
    usable = {name: pair for name, pair in pairs.items() if pair[1] >= MINIMUM}
    if len(usable) <= PEERS_ENOUGH:
        return {
            name: share_against_peers(
                code, *pair, [other for peer, other in usable.items() if peer != name]
            )
            for name, pair in pairs.items()
        }
    fit = fit_beta_binomial(list(usable.values()))
    return {
        name: share_signal(code, *pair, *fit) if name in usable else untested(code, pair[1], "few")
        for name, pair in pairs.items()
    }
