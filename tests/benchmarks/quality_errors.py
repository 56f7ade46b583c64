"""How often clean units get a signal, and how often stuffed ones do: `python quality_errors.py`.

Simulates units whose honest answers follow none of our own null exactly: a common factor with
other loadings in each unit, services that differ, respondents who use only part of the scale, and
an honest share who tick one column. Then forms are stuffed in three ways. Prints the share of clean
units with any signal after false-discovery control (published aim: at most 5 %) and the power.
"""

import sys
import time

import numpy as np

from analysis.quality import (
    Signal,
    against_peers,
    answer_signals,
    channel_signal,
    control_false_discovery,
    shift_signal,
    straight_share,
)
from analysis.quality_arrivals import share_against_peers

ITEMS = 9
CUTS = np.array([-2.6, -1.7, 0.2])
WAYS = ("semua-4", "salinan", "acak-tinggi")


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


def unit(random, share=0.0, way="semua-4"):
    """One unit: its answers, services, batches in order, and whether each came with a ticket."""
    n = int(random.integers(80, 400))
    answers, service = honest(random, n)
    ticket = random.random(n) < 0.5
    batch = np.sort(random.integers(0, 12, n))
    count = round(share * n / (1 - share)) if share else 0
    extra = stuffed(random, way, count)
    return (
        np.concatenate([answers, extra]),
        np.concatenate([service, random.integers(0, 3, count)]),
        np.concatenate([batch, random.integers(9, 12, count)]),
        np.concatenate([ticket, np.zeros(count, bool)]),
    )


def signals(parts, peers, draws, seed) -> list[Signal]:
    """Every signal that answers alone can give."""
    answers, service, batch, ticket = parts
    scores = answers.mean(axis=1)
    by = {
        name: {str(s): list(scores[(service == s) & (ticket == has)]) for s in range(3)}
        for name, has in (("open", False), ("ticket", True))
    }
    hits = round(straight_share(answers) * len(answers))
    return [
        *answer_signals(answers, draws=draws, seed=seed),
        share_against_peers("lurus", hits, len(answers), peers),
        shift_signal(list(scores), list(batch), draws=draws, seed=seed),
        channel_signal(by["open"], by["ticket"], draws=draws, seed=seed),
    ]


def world(seed, units, share, way, stuffed_units, draws):
    """Signals that stand out in a world where the first `stuffed_units` are stuffed."""
    random = np.random.default_rng(seed)
    parts = [unit(random, share if i < stuffed_units else 0.0, way) for i in range(units)]
    lines = [(round(straight_share(part[0]) * len(part[0])), len(part[0])) for part in parts]
    found = {
        str(i): signals(part, lines[:i] + lines[i + 1 :], draws, seed * units + i)
        for i, part in enumerate(parts)
    }
    return control_false_discovery(against_peers(found))


def main(units=60, worlds=4, draws=9999):
    """Print the table."""
    began = time.perf_counter()
    clean = [world(seed, units, 0.0, "semua-4", 0, draws) for seed in range(worlds)]
    flagged = [len(found) for one in clean for found in one.values()]
    codes = [signal.code for one in clean for found in one.values() for signal in found]
    any_signal = np.mean(np.array(flagged) > 0)
    print(f"clean units with any signal: {any_signal:.1%} of {len(flagged)}; signals: {codes}")
    print(f"{'stuffed share':>14} " + " ".join(f"{way:>14}" for way in WAYS))
    for share in (0.05, 0.10, 0.20):
        row = []
        for way in WAYS:
            found = world(100 + int(share * 100), units, share, way, units // 6, draws)
            row.append(np.mean([bool(found[str(i)]) for i in range(units // 6)]))
        print(f"{share:>14.0%} " + " ".join(f"{power:>14.0%}" for power in row))
    print(f"({units} units a world, {draws} draws, {time.perf_counter() - began:.0f} s)")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
