"""Answers drawn by a seeded Gaussian copula from the margins and correlations of real cases."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from instruments import Instrument

COMMENTS = (
    "Pelayanan cepat dan petugas ramah. Terima kasih.",
    "Antrean agak lama pada pagi hari, mohon ditambah loket.",
    "Kursi ruang tunggu kurang, terutama untuk lansia.",
    "Persyaratan di situs web berbeda dengan di loket.",
    "Sudah baik, pertahankan.",
    "Mohon papan informasi biaya dipasang di dekat pintu.",
    "Petugas menjelaskan dengan sabar.",
    "Toilet pengunjung perlu dibersihkan lebih sering.",
    "Nomor antrean daring sangat membantu.",
    "Tempat parkir sempit.",
)

# Few people are at the far ends of age and education, as at most service counters.
_PROFILE_SHAPE = 4.0
# Invented: how many have what a masked question asks about.
TRAIT_SHARE = 0.08


@dataclass(frozen=True)
class Drawn:
    """One invented respondent."""

    answers: dict[str, int | None]
    profile: dict[str, str]
    comment: str


def draw(
    rng: np.random.Generator, instrument: Instrument, case: str, n: int, shift: float = 0.0
) -> list[Drawn]:
    """`n` invented respondents of one service.

    `case` names the margins in `data/margins.json`; `shift` moves every latent opinion by
    so many standard deviations, so that services and quarters differ.
    """
    levels = _draw_levels(rng, instrument, case, n, shift)
    blank = rng.random(levels.shape) < _cases()["blank_share"]
    profiles = [_draw_profile(rng, instrument) for _ in range(n)]
    has_comment = rng.random(n) < 0.06
    masked = [_draw_masked(rng, instrument) for _ in range(n)]
    return [
        Drawn(
            answers={
                code: None if blank[i, q] else int(levels[i, q])
                for q, code in enumerate(instrument.codes)
            }
            | masked[i],
            profile=profiles[i],
            comment=str(rng.choice(COMMENTS)) if has_comment[i] else "",
        )
        for i in range(n)
    ]


def _draw_masked(rng: np.random.Generator, instrument: Instrument) -> dict[str, int | None]:
    """Masked answers of one who follows the coins."""
    return {
        question.code: int(rng.random() < question.forced_yes or rng.random() < TRAIT_SHARE)
        for question in instrument.masked
    }


def _draw_levels(
    rng: np.random.Generator, instrument: Instrument, case: str, n: int, shift: float
) -> NDArray[np.int64]:
    data = _cases()
    spearman = np.array(data["correlation"])
    # Pearson correlation of the normal copula that has this rank correlation.
    pearson = 2 * np.sin(np.pi * spearman / 6)
    q = len(instrument.codes)
    order = np.arange(q) % len(pearson)
    latent = rng.multivariate_normal(np.zeros(len(pearson)), pearson, size=n)[:, order]
    uniform = stats.norm.cdf(latent + shift)
    margins = _margins(instrument, case)
    columns = [np.searchsorted(_steps(margins[j]), uniform[:, j]) for j in range(q)]
    return np.column_stack(columns).astype(np.int64) + instrument.scale.minimum


def _margins(instrument: Instrument, case: str) -> list[Sequence[float]]:
    known = _cases()["margins"][case]
    spread = list(known.values())
    four = [known.get(code, spread[j % len(spread)]) for j, code in enumerate(instrument.codes)]
    return four if len(instrument.scale.values) == 4 else [_six_levels(m) for m in four]


def _six_levels(four: Sequence[float]) -> list[float]:
    """Four worded levels spread over six stars; invented, for no real case has six."""
    one, two, three, top = four
    return [one / 2, one / 2, two, 0.4 * three, 0.6 * three + 0.15 * top, 0.85 * top]


def _steps(margin: Sequence[float]) -> NDArray[np.float64]:
    shares = np.asarray(margin, dtype=float)
    return np.cumsum(shares / shares.sum())[:-1]


def _draw_profile(rng: np.random.Generator, instrument: Instrument) -> dict[str, str]:
    chosen = {}
    for question in instrument.profile:
        place = rng.beta(_PROFILE_SHAPE / 2, _PROFILE_SHAPE / 2) * len(question.options)
        if rng.random() > 0.04:
            chosen[question.code] = question.options[int(place)].code
    return chosen


@cache
def _cases() -> dict[str, Any]:
    text = (files("survey_app.demo") / "data" / "margins.json").read_text(encoding="utf-8")
    cases: dict[str, Any] = json.loads(text)
    return cases
