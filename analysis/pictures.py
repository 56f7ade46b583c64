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
# Of more periods only the ends are written; the table beside the picture has them all.
MOST_WRITTEN = 7
# What desk.css gives pictures on a page, for where there is no page.
_STYLE = (
    ".picture{font-family:system-ui,sans-serif;background:#fff}"
    ".picture text{fill:#17211f;font-size:17px}.picture .soft{fill:#4c5a57;font-size:15px}"
    ".picture .strong{font-weight:700;font-size:18px}.picture .rail{fill:#cfd7d4;opacity:.45}"
    ".picture .grid{stroke:#cfd7d4}.picture .band{opacity:.32}"
    ".picture .band-a{fill:#0a5c55}.picture .band-b{fill:#1f6fa8}"
    ".picture .band-c{fill:#a35a00}.picture .band-d{fill:#9b1c31}"
    ".picture .interval{stroke:#17211f;stroke-width:3}"
    ".picture .point{fill:#17211f;stroke:#fff;stroke-width:2}"
    ".picture .path{fill:none;stroke:#7d8b87;stroke-width:2;stroke-dasharray:5 5}"
    ".picture .change{stroke:#17211f;stroke-width:4}"
)


class Picture(Markup):
    """An SVG element for a page that has the stylesheet; a notebook shows it with its own."""

    def standalone(self) -> str:
        """A whole SVG file in the colours of a light page."""
        start, rest = self.split(">", 1)
        space = ' xmlns="http://www.w3.org/2000/svg" width="640"'
        return f"{start}{space}><style>{_STYLE}</style>{rest}"

    def _repr_html_(self) -> str:
        return self.standalone()


@dataclass(frozen=True)
class Mark:
    """One value on the scale of 100 with its interval, where there is one."""

    label: str
    score: float
    interval: tuple[float, float] | None = None
    grade: str = ""


def index_picture(mark: Mark, bands: Sequence[GradeBand]) -> Picture:
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
        f'text-anchor="middle">{score_in_words(mark.score)}</text>'
    )
    return draw_svg(126, f"{mark.label} {score_in_words(mark.score)}", mark_in_words(mark), parts)


def unsur_picture(marks: Sequence[Mark], title: str) -> Picture:
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
            f"{score_in_words(mark.score)}</text>"
        )
        if mark.interval:
            start, end = (x(value) for value in mark.interval)
            parts.append(
                f'<line class="interval" x1="{start:.1f}" x2="{end:.1f}" y1="{middle:.1f}" '
                f'y2="{middle:.1f}"/>'
            )
    words = "; ".join(mark_in_words(mark) for mark in marks)
    return draw_svg(len(marks) * row + 4, title, words, parts)


def trend_picture(
    marks: Sequence[Mark], title: str, changes: Sequence[float | None] = ()
) -> Picture:
    """Periods from left to right, each a point with its interval; the axis fits the data.

    `changes` are the steps from each period to the next where they are more than noise
    (`analysis.monotone.step_changes`), None where not: a change is drawn through and written
    with its sign, noise stays a dashed line, so that neither hangs on colour.
    """
    frame = _Frame.around(marks)
    parts = frame.grid()
    if changes:
        for at, change in enumerate(changes):
            parts += _step(frame, marks, at, change)
    else:
        path = " ".join(
            f"{frame.x(i):.1f},{frame.y(mark.score):.1f}" for i, mark in enumerate(marks)
        )
        parts.append(f'<polyline class="path" points="{path}"/>')
    for i, mark in enumerate(marks):
        parts += _period(frame, i, mark)
    words = [mark_in_words(mark) for mark in marks] + _steps_in_words(marks, changes)
    return draw_svg(frame.height, title, "; ".join(words), parts)


@dataclass(frozen=True)
class _Frame:
    """Where periods and scores lie in a picture of several periods."""

    periods: int
    low: float
    high: float
    height: float = 276.0
    top: float = 40.0
    bottom: float = 232.0

    @classmethod
    def around(cls, marks: Sequence[Mark]) -> "_Frame":
        ends = [end for mark in marks for end in (mark.interval or (mark.score, mark.score))]
        low, high = max(0.0, 5 * (min(ends) // 5)), min(100.0, 5 * (max(ends) // 5 + 1))
        return cls(len(marks), low, high)

    def x(self, number: int) -> float:
        if self.periods == 1:
            return WIDTH / 2
        return 70 + number * (WIDTH - 120) / (self.periods - 1)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)

    def grid(self) -> list[str]:
        return [
            f'<line class="grid" x1="44" x2="{WIDTH - 8}" y1="{self.y(tick):.1f}" '
            f'y2="{self.y(tick):.1f}"/>'
            f'<text class="soft" x="38" y="{self.y(tick) + 5:.1f}" text-anchor="end">{tick}</text>'
            for tick in range(int(self.low), int(self.high) + 1, 5)
        ]


def _period(frame: _Frame, number: int, mark: Mark) -> list[str]:
    x, y = frame.x(number), frame.y(mark.score)
    start, end = (frame.y(value) for value in mark.interval or (mark.score, mark.score))
    parts = []
    if mark.interval:
        parts.append(
            f'<line class="interval" x1="{x:.1f}" x2="{x:.1f}" y1="{start:.1f}" y2="{end:.1f}"/>'
        )
    parts.append(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="7"/>')
    if frame.periods <= MOST_WRITTEN or number in {0, frame.periods - 1}:
        # The score stands above the bar, out of the way of the lines to its neighbours.
        parts.append(
            f'<text class="strong" x="{x:.1f}" y="{min(end, y - 7) - 9:.1f}" '
            f'text-anchor="middle">{score_in_words(mark.score)}</text>'
            f'<text class="soft" x="{x:.1f}" y="{frame.height - 14:.1f}" text-anchor="middle">'
            f"{escape(mark.label)}</text>"
        )
    return parts


def _step(frame: _Frame, marks: Sequence[Mark], at: int, change: float | None) -> list[str]:
    x1, x2 = frame.x(at), frame.x(at + 1)
    y1, y2 = frame.y(marks[at].score), frame.y(marks[at + 1].score)
    name = "path" if change is None else "change"
    parts = [f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>']
    if change is not None:
        # Below the line, where no score is written.
        parts.append(
            f'<text class="strong" x="{(x1 + x2) / 2:.1f}" y="{(y1 + y2) / 2 + 32:.1f}" '
            f'text-anchor="middle">{_signed(change)}</text>'
        )
    return parts


def _steps_in_words(marks: Sequence[Mark], changes: Sequence[float | None]) -> list[str]:
    names = zip(marks, marks[1:], changes, strict=False)
    return [
        f"{before.label} ke {after.label}: "
        + ("tidak dapat dibedakan dari kebetulan" if change is None else _signed(change))
        for before, after, change in names
    ]


def _signed(change: float) -> str:
    sign = "▲ +" if change > 0 else "▼ −"
    return sign + score_in_words(abs(change))


def _tick(position: float, value: float) -> str:
    return (
        f'<text class="soft" x="{position:.1f}" y="118" text-anchor="middle">'
        f"{score_in_words(value)}</text>"
    )


def draw_svg(height: float, title: str, description: str, parts: Sequence[str]) -> Picture:
    """A picture `WIDTH` wide from its parts, named and described for who cannot see it."""
    # Every part is made here from numbers and escaped labels.
    return Picture(
        f'<svg class="picture" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}. {escape(description)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def mark_in_words(mark: Mark) -> str:
    """A mark's label, score and interval as a sentence has them."""
    words = f"{mark.label} {score_in_words(mark.score)}"
    if mark.interval:
        low, high = map(score_in_words, mark.interval)
        words += f", selang {low} sampai {high}"
    return words


def score_in_words(value: float) -> str:
    """A score with two decimals and the Indonesian comma."""
    return f"{Decimal(str(round(value, 2))):.2f}".replace(".", ",")
