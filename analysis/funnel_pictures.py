"""Pictures of many units: the funnel, and how their scores are spread over the grades."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

from analysis.funnel import INNER, OUTER, Funnel
from analysis.pictures import WIDTH, Picture, draw_svg, score_in_words
from instruments.model import GradeBand

HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 330.0, 16.0, 272.0, 48.0, WIDTH - 12.0
STEP = 2.5
LEAST = 25.0
_TICKS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000)


@dataclass(frozen=True)
class FunnelPoint:
    """A unit in the funnel; those that stand out are drawn large and carry their name."""

    label: str
    n: int
    score: float
    is_outside: bool


def funnel_picture(points: Sequence[FunnelPoint], funnel: Funnel, title: str) -> Picture:
    """Scores by number of answers (logarithmic) with the limits of 95 and 99.8 percent.

    Ordinary units are one path of dots, so that thousands of them still make a light page.
    """
    frame = _Frame.around(points, funnel)
    parts = frame.grid()
    centre = frame.y(funnel.centre)
    parts.append(
        f'<line class="goal" x1="{LEFT}" x2="{RIGHT}" y1="{centre:.1f}" y2="{centre:.1f}"/>'
    )
    parts += [_limit(frame, funnel, width, side) for width in (INNER, OUTER) for side in (0, 1)]
    ordinary = {
        (round(frame.x(one.n)), round(frame.y(one.score))) for one in points if not one.is_outside
    }
    parts.append(f'<path class="dots" d="{"".join(f"M{x} {y}h0" for x, y in sorted(ordinary))}"/>')
    outside = [one for one in points if one.is_outside]
    parts += [
        f'<circle class="dot" cx="{frame.x(one.n):.1f}" cy="{frame.y(one.score):.1f}" r="5">'
        f"<title>{escape(one.label)}: {score_in_words(one.score)}, n {one.n}</title></circle>"
        for one in outside
    ]
    words = (
        f"{len(points)} unit, titik tengah {score_in_words(funnel.centre)}; "
        f"{len(outside)} di luar yang wajar"
    )
    return draw_svg(HEIGHT, title, words, parts)


def spread_picture(scores: Sequence[float], bands: Sequence[GradeBand], title: str) -> Picture:
    """How many units have which score, in steps of 2.5 points, coloured by grade."""
    counts = score_steps(scores)
    first, last = min(counts), max(counts)
    slots = round((last - first) / STEP) + 1
    width = min(64.0, (RIGHT - LEFT) / slots)
    most = max(counts.values())
    parts = [
        f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{BOTTOM}" y2="{BOTTOM}"/>',
        f'<text class="soft" x="{LEFT - 6}" y="{TOP + 12}" text-anchor="end">{most}</text>',
    ]
    every = max(1, math.ceil(slots * 52 / (RIGHT - LEFT)))
    for slot in range(slots):
        start = first + slot * STEP
        height = (BOTTOM - TOP - 8) * counts.get(start, 0) / most
        x = LEFT + slot * width
        parts.append(
            f'<rect class="band-{_grade(start, bands)}" x="{x + 1:.1f}" '
            f'y="{BOTTOM - height:.1f}" width="{width - 2:.1f}" height="{height:.1f}"/>'
        )
        if slot % every == 0:
            parts.append(
                f'<text class="soft" x="{x:.1f}" y="{BOTTOM + 22}" text-anchor="middle">'
                f"{_short(start)}</text>"
            )
    words = "; ".join(f"{score_in_words(start)}: {counts[start]} unit" for start in sorted(counts))
    return draw_svg(HEIGHT - 26, title, words, parts)


def _short(score: float) -> str:
    return f"{score:g}".replace(".", ",")


def score_steps(scores: Sequence[float]) -> dict[float, int]:
    """Units by the step of 2.5 points that their score lies in, 100 with the step below it.

    >>> score_steps([88.31, 89.9, 100.0])
    {87.5: 2, 97.5: 1}
    """
    counts: dict[float, int] = {}
    for score in sorted(scores):
        start = min(100 - STEP, STEP * math.floor(score / STEP))
        counts[start] = counts.get(start, 0) + 1
    return counts


@dataclass(frozen=True)
class _Frame:
    """Where numbers of answers and scores lie."""

    least: float
    most: float
    low: float
    high: float

    @classmethod
    def around(cls, points: Sequence[FunnelPoint], funnel: Funnel) -> "_Frame":
        sizes, scores = [one.n for one in points], [one.score for one in points]
        below, above = funnel.limits(float(min(sizes)), INNER)
        low, high = min(*scores, below), max(*scores, above)
        return cls(
            min(sizes) / 1.15,
            max(sizes) * 1.15,
            max(LEAST, 5 * math.floor(low / 5)),
            min(100.0, 5 * math.ceil(high / 5)),
        )

    def x(self, n: float) -> float:
        share = math.log(n / self.least) / math.log(self.most / self.least)
        return LEFT + (RIGHT - LEFT) * share

    def y(self, score: float) -> float:
        inside = min(self.high, max(self.low, score))
        return BOTTOM - (BOTTOM - TOP) * (inside - self.low) / (self.high - self.low)

    def grid(self) -> list[str]:
        step = 5 if self.high - self.low <= 40 else 10
        rows = range(int(self.low), int(self.high) + 1, step)
        parts = [
            f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{self.y(at):.1f}" '
            f'y2="{self.y(at):.1f}"/><text class="soft" x="{LEFT - 8}" y="{self.y(at) + 5:.1f}" '
            f'text-anchor="end">{at}</text>'
            for at in rows
        ]
        parts += [
            f'<text class="soft" x="{self.x(n):.1f}" y="{BOTTOM + 22}" '
            f'text-anchor="middle">{f"{n:,}".replace(",", ".")}</text>'
            for n in _TICKS
            if self.least <= n <= self.most
        ]
        middle = (LEFT + RIGHT) / 2
        return [
            *parts,
            f'<text class="soft" x="{middle:.0f}" y="{HEIGHT - 8:.0f}" text-anchor="middle">'
            "jumlah responden</text>",
        ]


def _limit(frame: _Frame, funnel: Funnel, width: float, side: int) -> str:
    sizes = [frame.least * (frame.most / frame.least) ** (i / 60) for i in range(61)]
    ends = [(n, funnel.limits(n, width)[side]) for n in sizes]
    path = " ".join(
        f"{frame.x(n):.1f},{frame.y(end):.1f}" for n, end in ends if frame.low <= end <= frame.high
    )
    name = "inner-limit" if width == INNER else "outer-limit"
    return f'<polyline class="{name}" points="{path}"/>'


def _grade(score: float, bands: Sequence[GradeBand]) -> str:
    reached = [band for band in bands if float(band.minimum) <= score + STEP / 2]
    return max(reached, key=lambda band: band.minimum).grade.lower() if reached else "d"
