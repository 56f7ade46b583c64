"""How often intervals of the index hold the truth, for populations like those of a city's units.

Run: python tests/benchmarks/coverage.py [samples per row] > tests/benchmarks/coverage.md
One core, minutes. `tests/analysis/test_coverage.py` runs a part of it.
"""

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import special

sys.path.insert(0, str(Path(__file__).parents[2]))

import instruments
from analysis.inference import (
    Design,
    IndexEstimate,
    estimate_index,
    simple_design,
    stratified_design,
)
from analysis.tally import BLANK, tally_matrix
from instruments import Instrument

SKM, SPAK = instruments.load("skm-2017"), instruments.load("spak-2023")
RESAMPLES, BOOTSTRAPPED = 499, 300
Answers = NDArray[np.int64]
Ends = tuple[float, float]


@dataclass(frozen=True)
class Case:
    """A kind of population and a sample of it.

    varied   every answer its own: one latent opinion and one deviation for each item
    alike    three in five give one answer to everything, as many do at a counter
    few      nearly everybody gives the best answer throughout; a few are plainly unhappy
    """

    shape: str
    level: float  # the index of the population, about
    n: int
    population: int
    instrument: Instrument = SKM
    strata: tuple[float, ...] = ()  # shares of the population; the sample is spread evenly
    blank: float = 0.03

    @property
    def name(self) -> str:
        strata = f", {len(self.strata)} strata" if self.strata else ""
        return f"{self.instrument.index.code} {self.shape}{strata}"


def people(case: Case, dice: np.random.Generator) -> Answers:
    """Everybody's answers, BLANK where one would leave the item out."""
    levels, q = len(case.instrument.scale.values), len(case.instrument.codes)
    if case.shape == "few":
        steps = _few_unhappy(case, dice, levels, q)
    else:
        latent = _latent(dice, case.population, q)
        steps = _steps(latent, case, levels)
        if case.shape == "alike":
            flat = dice.random(case.population) < 0.6
            steps[flat] = np.round(steps[flat].mean(axis=1))[:, None]
    answers = steps + case.instrument.scale.minimum
    answers[dice.random(answers.shape) < case.blank] = BLANK
    return answers


def _latent(dice: np.random.Generator, size: int, q: int) -> NDArray[np.float64]:
    """Opinions whose items correlate 0.5, some items liked better, the first people best."""
    common, own = dice.standard_normal((size, 1)), dice.standard_normal((size, q))
    place = np.linspace(0.3, -0.3, size)[:, None]
    return math.sqrt(0.5) * (common + own) + dice.uniform(-0.35, 0.35, q) + place


def _steps(latent: NDArray[np.float64], case: Case, levels: int) -> Answers:
    """Steps on the scale whose mean gives the level asked for, found by bisection."""
    cuts = np.linspace(-2.2, 0, levels - 1)
    low, high = -3.0, 6.0
    for _ in range(40):
        shift = (low + high) / 2
        steps = np.searchsorted(cuts, latent + shift)
        mean = (steps.mean() + case.instrument.scale.minimum) / case.instrument.scale.maximum
        low, high = (shift, high) if 100 * mean < case.level else (low, shift)
    return steps.astype(np.int64)


def _few_unhappy(case: Case, dice: np.random.Generator, levels: int, q: int) -> Answers:
    steps = np.full((case.population, q), levels - 1)
    unhappy = dice.random(case.population) < (100 - case.level) / 50
    size = (int(unhappy.sum()), q)
    own = (levels - 1) / 3 + 0.5 * dice.standard_normal((size[0], 1)) + dice.standard_normal(size)
    steps[unhappy] = np.clip(np.round(own), 0, levels - 1)
    return steps


@dataclass(frozen=True)
class Draw:
    """One sample: its answers and the design that they make."""

    answers: Answers
    design: Design


def draws(case: Case, everybody: Answers, dice: np.random.Generator, count: int) -> Iterator[Draw]:
    """Samples without replacement, each stratum apart where there are strata."""
    if not case.strata:
        for _ in range(count):
            answers = everybody[dice.choice(case.population, case.n, replace=False)]
            whole = tally_matrix(case.instrument, answers)
            yield Draw(answers, simple_design(whole, case.population))
        return
    sizes = [round(share * case.population) for share in case.strata]
    bounds = np.cumsum([0, *sizes])
    for _ in range(count):
        parts = [
            everybody[start + dice.choice(size, case.n // len(sizes), replace=False)]
            for start, size in zip(bounds, sizes, strict=False)
        ]
        tallies = {str(h): tally_matrix(case.instrument, part) for h, part in enumerate(parts)}
        populations = {str(h): size for h, size in enumerate(sizes)}
        yield Draw(np.concatenate(parts), stratified_design(tallies, populations))


def truth(case: Case, everybody: Answers) -> float:
    """The index of everybody, in points."""
    found = estimate_index(simple_design(tally_matrix(case.instrument, everybody)), case.instrument)
    assert found is not None
    return found.points.value


def ours(draw: Draw, case: Case, interval: str) -> Ends | None:
    """The interval of the library."""
    found = estimate_index(draw.design, case.instrument, interval=interval)
    return found.points.interval if found else None


def plain_logit(draw: Draw, case: Case) -> Ends | None:
    """Logit without the allowance for who was not met."""
    place, spread, t, back = _on_unit_scale(draw, case)
    centre, half = math.log(place / (1 - place)), t * spread / (place * (1 - place))
    return back(float(special.expit(centre - half))), back(float(special.expit(centre + half)))


def wilson(draw: Draw, case: Case) -> Ends | None:
    """Wilson's score interval on the effective number p(1-p)/V, with t for z."""
    place, spread, t, back = _on_unit_scale(draw, case)
    n = place * (1 - place) / spread**2
    centre = (place + t * t / (2 * n)) / (1 + t * t / n)
    half = t / (1 + t * t / n) * math.sqrt(place * (1 - place) / n + t * t / (4 * n * n))
    return back(centre - half), back(centre + half)


def korn_graubard(draw: Draw, case: Case) -> Ends | None:
    """Clopper and Pearson's interval on the effective number (Korn and Graubard 1998)."""
    place, spread, _, back = _on_unit_scale(draw, case)
    n = place * (1 - place) / spread**2
    x = n * place
    low = special.betaincinv(x, n - x + 1, 0.025)
    return back(float(low)), back(float(special.betaincinv(x + 1, n - x, 0.975)))


def _on_unit_scale(draw: Draw, case: Case) -> tuple[float, float, float, Callable[[float], float]]:
    points = _estimate(draw, case).points
    low = 100 * case.instrument.scale.minimum / case.instrument.scale.maximum
    width = 100 - low
    assert points.se is not None
    t = float(special.stdtrit(draw.design.degrees_of_freedom, 0.975))
    return (points.value - low) / width, points.se / width, t, lambda p: low + width * p


def _estimate(draw: Draw, case: Case) -> IndexEstimate:
    found = estimate_index(draw.design, case.instrument)
    assert found is not None
    return found


def bootstrap(draw: Draw, case: Case, dice: np.random.Generator) -> tuple[Ends, Ends]:
    """Percentile and BCa intervals from the respondents (Efron 1987), shrunk by the fpc."""
    answered = draw.answers != BLANK
    values = np.where(answered, draw.answers, 0)
    n = len(values)
    times = dice.multinomial(n, np.full(n, 1 / n), RESAMPLES).astype(float)
    per_point = 100 / case.instrument.scale.maximum
    sums, counts = times @ values, np.maximum(times @ answered, 1)
    replicas = np.sort((sums / counts).mean(axis=1) * per_point)
    value = float((values.sum(axis=0) / answered.sum(axis=0)).mean() * per_point)
    replicas = value + math.sqrt(1 - n / case.population) * (replicas - value)
    means = values.sum(axis=0) / answered.sum(axis=0)
    influence = ((values - means) * answered / answered.sum(axis=0)).sum(axis=1)
    acceleration = (influence**3).sum() / (6 * (influence**2).sum() ** 1.5)
    below = min(max(float((replicas < value).mean()), 1 / RESAMPLES), 1 - 1 / RESAMPLES)
    bias = special.ndtri(below)
    shifted = [
        float(special.ndtr(bias + (bias + z) / (1 - acceleration * (bias + z))))
        for z in (-1.959964, 1.959964)
    ]
    percentile = np.quantile(replicas, [0.025, 0.975])
    corrected = np.quantile(replicas, shifted)
    return (percentile[0], percentile[1]), (corrected[0], corrected[1])


METHODS: Mapping[str, Callable[[Draw, Case], Ends | None]] = {
    "t": lambda draw, case: ours(draw, case, "t"),
    "logit": lambda draw, case: ours(draw, case, "logit"),
    "bare logit": plain_logit,
    "Wilson": wilson,
    "Korn-Graubard": korn_graubard,
}


@dataclass(frozen=True)
class Coverage:
    """Shares of samples: with spread at all, and of those, whose interval held the truth.

    `width` is the mean width of the intervals; `overall` counts samples without spread too,
    whose interval is the bound for those who agree.
    """

    spread: float
    covered: dict[str, float]
    width: dict[str, float]
    overall: float


def measure(
    case: Case, count: int, seed: int, names: Sequence[str] = (), bootstrapped: int = 0
) -> Coverage:
    """Coverage of methods (all unless named) over `count` samples of three populations.

    The bootstraps join in for `bootstrapped` of the samples.
    """
    dice = np.random.default_rng([seed, case.n, case.population, int(case.level)])
    held: dict[str, list[bool]] = {}
    widths: dict[str, list[float]] = {}
    agreed: list[bool] = []
    for _ in range(3):
        everybody = people(case, dice)
        value = truth(case, everybody)
        for place, draw in enumerate(draws(case, everybody, dice, count // 3)):
            points = _estimate(draw, case).points
            if not points.se or points.se < 1e-9:
                agreed.append(points.interval is None or points.low <= value <= points.high)
                continue
            found = {name: METHODS[name](draw, case) for name in names or METHODS}
            if 3 * place < bootstrapped and not case.strata:
                found["percentile"], found["BCa"] = bootstrap(draw, case, dice)
            for name, ends in found.items():
                assert ends is not None
                held.setdefault(name, []).append(ends[0] <= value <= ends[1])
                widths.setdefault(name, []).append(ends[1] - ends[0])
    share = len(held["logit"]) / (len(held["logit"]) + len(agreed))
    return Coverage(
        share,
        {name: float(np.mean(values)) for name, values in held.items()},
        {name: float(np.mean(values)) for name, values in widths.items()},
        float(np.mean([*held["logit"], *agreed])),
    )


SIZES = ((20, 200), (20, 2000), (30, 500), (50, 600), (100, 1000), (200, 500), (400, 4000))
THIRDS = (0.6, 0.3, 0.1)


def cases() -> Iterator[Case]:
    """Every kind of population, level and size."""
    for shape in ("varied", "alike", "few"):
        for level in (85.0, 90.0, 95.0, 98.0):
            for n, population in SIZES:
                yield Case(shape, level, n, population)
    for level in (90.0, 95.0):
        for n, population in ((20, 200), (50, 600), (200, 2000)):
            yield Case("varied", level, n, population, SPAK)
    for level in (90.0, 95.0):
        for n, population in ((30, 300), (60, 900), (150, 1500)):
            yield Case("varied", level, n, population, strata=THIRDS)
    yield replace(Case("varied", 95.0, 50, 600), blank=0.2)


def main(count: int) -> None:
    """Print the table that `coverage.md` keeps."""
    names = [*METHODS, "percentile", "BCa"]
    rows = [(case, measure(case, count, 14, bootstrapped=BOOTSTRAPPED)) for case in cases()]
    print(INTRODUCTION.format(count=count, resamples=RESAMPLES, bootstrapped=BOOTSTRAPPED))
    head = ["population", "index", "n of N", "spread", *names, "with agreed", "width t, logit"]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for case, found in rows:
        shares = [f"{100 * found.covered[n]:.1f}" if n in found.covered else "" for n in names]
        widths = f"{found.width['t']:.1f}, {found.width['logit']:.1f}"
        cells = [case.name + (" 20 % blank" if case.blank > 0.1 else ""), f"{case.level:.0f}"]
        cells += [f"{case.n} of {case.population}", f"{100 * found.spread:.0f} %", *shares]
        print("| " + " | ".join([*cells, f"{100 * found.overall:.1f}", widths]) + " |")
    print("\n| method | rows within 93-97 % | below | above | lowest | highest |")
    print("|---|---|---|---|---|---|")
    for name in names:
        print(_summary(name, [found.covered[name] for _, found in rows if name in found.covered]))


def _summary(name: str, shares: list[float]) -> str:
    inside = sum(0.93 <= share <= 0.97 for share in shares)
    low, high = sum(share < 0.93 for share in shares), sum(share > 0.97 for share in shares)
    ends = f"{100 * min(shares):.1f} | {100 * max(shares):.1f}"
    return f"| {name} | {inside} of {len(shares)} | {low} | {high} | {ends} |"


INTRODUCTION = """# How often the interval of the index holds the truth

Written by `coverage.py`: {count} samples a row, drawn without replacement from three finite
populations of each kind, 3 % blanks, nominal 95 %; for the bootstraps {bootstrapped} samples and
{resamples} resamples of each.
`logit` is the library's default, `bare logit` the same without its allowance for who was not
met (see `analysis/inference.py`), `t` the plain interval. Shares are of samples with some
spread; `with agreed` adds those where everybody agreed, with the bound that the library gives.
"""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
