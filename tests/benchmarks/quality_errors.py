"""How often clean units get a signal, and how often stuffed ones do: `python quality_errors.py`.

Simulates units whose honest answers follow none of our own null exactly: a common factor with
other loadings in each unit, services that differ, respondents who use only part of the scale, an
honest share who tick one column, other hours and other haste in each unit, respondents who change
a little between periods. Then forms are stuffed in three ways, through the open channel in the
last quarter of the period: spread over its working hours (so that answers alone can tell), or
typed in three sittings, quickly. Prints the share of clean units with any signal after
false-discovery control over all eleven tests (published aim: at most 5 %) and the power.
"""

import sys
import time

import numpy as np

from analysis.quality_units import UnitEvidence, judge_units, measure_unit

ITEMS = 9
CUTS = np.array([-2.6, -1.7, 0.2])
WAYS = ("semua-4", "salinan", "acak-tinggi")
WEEKS, HOURS = 12, 50
BANDS = (2, 5, 6)
SITTINGS = 3


def honest(random, n):
    """Answers of one clean unit with the service of each, (n, ITEMS) on 1-4."""
    loadings = random.uniform(0.5, 0.8, ITEMS)
    service = random.integers(0, 3, n)
    level = random.normal(0, 0.35) + random.normal(0, 0.25, 3)[service]
    factor = random.standard_normal(n)
    noise = random.standard_normal((n, ITEMS)) * np.sqrt(1 - loadings**2)
    latent = factor[:, None] * loadings + noise + random.normal(0, 0.3, ITEMS) + level[:, None]
    answers = np.digitize(latent, CUTS) + 1
    lazy = random.random(n) < random.beta(2, 25)
    answers[lazy] = np.clip(np.round(answers[lazy].mean(axis=1)), 1, 4).astype(int)[:, None]
    return answers, service


def stuffed(random, way, count):
    """Forms that nobody served has filled in."""
    if way == "semua-4":
        return np.full((count, ITEMS), 4)
    if way == "salinan":
        form = random.choice([3, 4], ITEMS, p=[0.35, 0.65])
        forms = np.tile(form, (count, 1))
        changed = random.random(forms.shape) < 0.02
        return np.where(changed, 7 - forms, forms)
    return random.choice([3, 4], (count, ITEMS), p=[0.3, 0.7])


def unit(random, share=0.0, way="semua-4", in_sittings=False):
    """One unit's evidence."""
    n = int(random.integers(80, 400))
    answers, service = honest(random, n)
    count = round(share * n / (1 - share)) if share else 0
    own = random.dirichlet(np.full(HOURS, 20.0))
    days = np.sort(random.integers(0, WEEKS, n))
    fakes = random.integers(WEEKS * 3 // 4, WEEKS, count)
    at = days * HOURS + random.choice(HOURS, n, p=own)
    fake_at = fakes * HOURS + random.choice(HOURS, count, p=own)
    if in_sittings and count:
        fake_at = random.choice(fakes, SITTINGS)[random.integers(0, SITTINGS, count)] * HOURS + 7
    bands = [random.dirichlet(np.full(k, 8.0)) for k in BANDS]
    drift = [random.dirichlet(400 * band) for band in bands]
    fast = int((random.random(n) < random.beta(2, 30)).sum())
    late = int((random.random(n) < random.beta(3, 20)).sum())
    repeated = (int(random.binomial(40, random.beta(2, 20))), 40)
    served = int(n / random.beta(8, 60))
    return UnitEvidence(
        matrix=np.concatenate([answers, stuffed(random, way, count)]),
        highest=4,
        days=np.concatenate([days, fakes]),
        channels=[
            *np.where(random.random(n) < 0.5, "ticket", "open"),
            *["open"] * count,
        ],
        services=[str(one) for one in (*service, *random.integers(0, 3, count))],
        profile=people(random, drift, n + count),
        profile_before=people(random, bands, int(random.integers(80, 400))),
        arrivals=(fives([*at, *fake_at]), np.full(WEEKS * HOURS, 1.0)),
        fast=(fast + (count if in_sittings else round(0.1 * count)), n + count),
        outside_hours=(late, n + count),
        repeated=repeated,
        transactions=served,
        history=[
            (int(served * one * random.beta(8, 60) / 0.118), served)
            for one in random.beta(200, 1500, 12)
        ],
    )


def people(random, shares, n):
    """Profile choices of n respondents."""
    return np.stack([random.choice(len(part), n, p=part) for part in shares], axis=1)


def fives(moments):
    """Answers by hour in fives, counted where the fifth came."""
    moments = np.sort(np.asarray(moments))[4::5]
    return np.bincount(moments, minlength=WEEKS * HOURS)


def world(seed, units, share, way, stuffed_units, draws, in_sittings=False):
    """Codes that stand out in each unit, where the first `stuffed_units` are stuffed."""
    random = np.random.default_rng(seed)
    measured = {}
    for i in range(units):
        evidence = unit(random, share if i < stuffed_units else 0.0, way, in_sittings)
        measured[str(i)] = measure_unit(str(i), evidence, seed=seed, draws=draws)
    return {
        name: [one.signal.code for one in verdicts if one.is_unusual()]
        for name, verdicts in judge_units(measured).items()
    }


def main(units=60, worlds=4, draws=9999):
    """Print the table."""
    began = time.perf_counter()
    clean = [world(seed, units, 0.0, "semua-4", 0, draws) for seed in range(worlds)]
    flagged = [found for one in clean for found in one.values()]
    any_signal = np.mean([bool(found) for found in flagged])
    codes = [code for found in flagged for code in found]
    print(f"clean units with any signal: {any_signal:.1%} of {len(flagged)}; signals: {codes}")
    for in_sittings in (False, True):
        print("in sittings" if in_sittings else "spread out")
        print(f"{'stuffed share':>14} " + " ".join(f"{way:>14}" for way in WAYS))
        for share in (0.05, 0.10, 0.20):
            power = []
            for way in WAYS:
                seed = 100 + int(share * 100)
                found = world(seed, units, share, way, units // 6, draws, in_sittings)
                power.append(np.mean([bool(found[str(i)]) for i in range(units // 6)]))
            print(f"{share:>14.0%} " + " ".join(f"{one:>14.0%}" for one in power), flush=True)
    print(f"({units} units a world, {draws} draws, {time.perf_counter() - began:.0f} s)")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
