"""Pictures of results as accessible SVG, the same on screen and on paper.

Colours come from classes in the stylesheet, so light, dark, print and forced colours all
work; every picture has a title and description and stands beside a table of its numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from instruments import GradeBand

WIDTH = 640


@dataclass(frozen=True)
class Mark:
    """One value on the scale of 100 with its interval, where there is one."""

    label: str
    score: float
    interval: tuple[float, float] | None = None
    grade: str = ""


def index_picture(mark: Mark, bands: Sequence[GradeBand]) -> Markup:
    """An index on the scale of grades, its interval drawn as a line through the point."""
    left, right, low = 16.0, WIDTH - 16.0, 25.0

    def x(value: float) -> float:
        return left + (right - left) * (min(100.0, max(low, value)) - low) / (100 - low)

    parts = []
    ordered = sorted(bands, key=lambda band: band.minimum)
    edges = [max(low, float(band.minimum)) for band in ordered] + [100.0]
    for band, start, end in zip(ordered, edges, edges[1:], strict=False):
        middle = (x(start) + x(end)) / 2
        parts.append(
            f'<rect class="band band-{escape(band.grade.lower())}" x="{x(start):.1f}" y="46" '
            f'width="{x(end) - x(start):.1f}" height="28"/>'
            f'<text class="soft" x="{middle:.1f}" y="94" text-anchor="middle">'
            f"{escape(band.grade)}</text>"
        )
    parts += [_tick(x(edge), edge) for edge in edges[1:-1]]
    if mark.interval:
        start, end = (x(value) for value in mark.interval)
        parts.append(
            f'<line class="interval" x1="{start:.1f}" x2="{end:.1f}" y1="60" y2="60"/>'
            f'<line class="interval" x1="{start:.1f}" x2="{start:.1f}" y1="50" y2="70"/>'
            f'<line class="interval" x1="{end:.1f}" x2="{end:.1f}" y1="50" y2="70"/>'
        )
    parts.append(f'<circle class="point" cx="{x(mark.score):.1f}" cy="60" r="9"/>')
    parts.append(
        f'<text class="strong" x="{min(max(x(mark.score), 40), WIDTH - 40):.1f}" y="30" '
        f'text-anchor="middle">{_number(mark.score)}</text>'
    )
    return _svg(126, f"{mark.label} {_number(mark.score)}", _in_words(mark), parts)


def unsur_picture(marks: Sequence[Mark], title: str) -> Markup:
    """Unsur as bars, in the order given (lowest first), each with its interval."""
    row, label_height, left = 58.0, 26.0, 8.0
    right = WIDTH - 88.0

    def x(value: float) -> float:
        return left + (right - left) * min(100.0, max(0.0, value)) / 100

    parts = []
    for number, mark in enumerate(marks):
        top = number * row
        middle = top + label_height + 13
        parts.append(
            f'<text x="{left}" y="{top + 21:.1f}">{escape(mark.label)}</text>'
            f'<rect class="rail" x="{left}" y="{middle - 9:.1f}" width="{right - left:.1f}" '
            f'height="18"/>'
            f'<rect class="band-{escape(mark.grade.lower())}" x="{left}" y="{middle - 9:.1f}" '
            f'width="{x(mark.score) - left:.1f}" height="18"/>'
            f'<text class="strong" x="{right + 8:.1f}" y="{middle + 6:.1f}">'
            f"{_number(mark.score)}</text>"
        )
        if mark.interval:
            start, end = (x(value) for value in mark.interval)
            parts.append(
                f'<line class="interval" x1="{start:.1f}" x2="{end:.1f}" y1="{middle:.1f}" '
                f'y2="{middle:.1f}"/>'
            )
    words = "; ".join(_in_words(mark) for mark in marks)
    return _svg(len(marks) * row + 4, title, words, parts)


def trend_picture(marks: Sequence[Mark], title: str) -> Markup:
    """Periods from left to right, each a point with its interval; the axis fits the data."""
    height, top, bottom = 260.0, 24.0, 216.0
    ends = [end for mark in marks for end in (mark.interval or (mark.score, mark.score))]
    low = max(0.0, 5 * (min(ends) // 5))
    high = min(100.0, 5 * (max(ends) // 5 + 1))
    step = (WIDTH - 120) / max(1, len(marks) - 1) if len(marks) > 1 else 0

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    def x(number: int) -> float:
        return 70 + number * step if len(marks) > 1 else WIDTH / 2

    parts = []
    for tick in range(int(low), int(high) + 1, 5):
        parts.append(
            f'<line class="grid" x1="44" x2="{WIDTH - 8}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
            f'<text class="soft" x="38" y="{y(tick) + 5:.1f}" text-anchor="end">{tick}</text>'
        )
    path = " ".join(f"{x(i):.1f},{y(mark.score):.1f}" for i, mark in enumerate(marks))
    parts.append(f'<polyline class="path" points="{path}"/>')
    for i, mark in enumerate(marks):
        is_last = i == len(marks) - 1 > 0
        if mark.interval:
            start, end = (y(value) for value in mark.interval)
            parts.append(
                f'<line class="interval" x1="{x(i):.1f}" x2="{x(i):.1f}" y1="{start:.1f}" '
                f'y2="{end:.1f}"/>'
            )
        parts.append(
            f'<circle class="point" cx="{x(i):.1f}" cy="{y(mark.score):.1f}" r="7"/>'
            f'<text class="strong" x="{x(i) + (-12 if is_last else 12):.1f}" '
            f'y="{y(mark.score) - 10:.1f}" text-anchor="{"end" if is_last else "start"}">'
            f"{_number(mark.score)}</text>"
            f'<text class="soft" x="{x(i):.1f}" y="{height - 14:.1f}" text-anchor="middle">'
            f"{escape(mark.label)}</text>"
        )
    return _svg(height, title, "; ".join(_in_words(mark) for mark in marks), parts)


def _tick(position: float, value: float) -> str:
    return (
        f'<text class="soft" x="{position:.1f}" y="118" text-anchor="middle">'
        f"{_number(value)}</text>"
    )


def _svg(height: float, title: str, description: str, parts: Sequence[str]) -> Markup:
    # Every part is made here from numbers and escaped labels.
    return Markup(  # noqa: S704
        f'<svg class="picture" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}. {escape(description)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _in_words(mark: Mark) -> str:
    words = f"{mark.label} {_number(mark.score)}"
    if mark.interval:
        words += f", selang {_number(mark.interval[0])} sampai {_number(mark.interval[1])}"
    return words


def _number(value: float) -> str:
    return f"{Decimal(str(round(value, 2))):.2f}".replace(".", ",")
