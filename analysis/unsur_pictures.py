"""Pictures of unsur and units among each other, drawn like those of `analysis.pictures`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from analysis.pictures import WIDTH, Mark, draw_svg, mark_in_words, score_in_words
from instruments.model import GradeBand

LEVEL_CLASSES = {
    2: ("worst", "best"),
    3: ("worst", "low", "best"),
    4: ("worst", "low", "high", "best"),
    5: ("worst", "low", "middle", "high", "best"),
    6: ("worst", "low", "lowish", "highish", "high", "best"),
}
MARGIN = 12.0


@dataclass(frozen=True)
class Place:
    """A point by its two values, written as a short sign such as U3."""

    sign: str
    label: str
    across: float
    up: float


def verdict_picture(mark: Mark, bands: Sequence[GradeBand]) -> Markup:
    """An index with its interval, close enough to see which edges of grades it crosses."""
    edges = sorted(float(band.minimum) for band in bands)
    ends = mark.interval or (mark.score, mark.score)
    below = max((edge for edge in edges if edge <= ends[0]), default=0.0)
    above = min((edge for edge in edges if edge > ends[1]), default=100.0)
    low, high = max(0.0, below - 2.5), min(100.0, above + 2.5)
    axis = _Axis(low, high, MARGIN, WIDTH - MARGIN)
    parts = _close_bands(bands, axis)
    if mark.interval:
        start, end = axis(max(low, ends[0])), axis(min(high, ends[1]))
        parts.append(
            f'<rect class="reach" x="{start:.1f}" y="42" width="{end - start:.1f}" height="26"/>'
            f'<line class="interval" x1="{start:.1f}" x2="{start:.1f}" y1="36" y2="74"/>'
            f'<line class="interval" x1="{end:.1f}" x2="{end:.1f}" y1="36" y2="74"/>'
        )
    at = axis(mark.score)
    parts.append(f'<circle class="point" cx="{at:.1f}" cy="55" r="10"/>')
    return draw_svg(112, f"{mark.label} {score_in_words(mark.score)}", mark_in_words(mark), parts)


def _close_bands(bands: Sequence[GradeBand], axis: "_Axis") -> list[str]:
    ordered, parts = sorted(bands, key=lambda band: band.minimum), []
    ends = [float(band.minimum) for band in ordered[1:]] + [100.0]
    for band, end in zip(ordered, ends, strict=True):
        start, stop = max(axis.low, float(band.minimum)), min(axis.high, end)
        if start >= stop:
            continue
        left, right = axis(start), axis(stop)
        parts.append(
            f'<rect class="band band-{escape(band.grade.lower())}" x="{left:.1f}" y="28" '
            f'width="{right - left:.1f}" height="54"/>'
            f'<text class="strong" x="{(left + right) / 2:.1f}" y="20" text-anchor="middle">'
            f"{escape(band.grade)}</text>"
        )
        if start == float(band.minimum) and start > axis.low:
            parts.append(
                f'<text class="soft" x="{left:.1f}" y="106" text-anchor="middle">'
                f"{score_in_words(start)}</text>"
            )
    return parts


def levels_picture(rows: Mapping[str, Mapping[int, int]], title: str) -> Markup:
    """Each unsur as one bar of a full length, parted by its answers' levels, worst at left.

    `rows` is label to (level to count); levels of an unsur that nobody answered are empty.
    """
    levels = sorted({level for counts in rows.values() for level in counts})
    names = LEVEL_CLASSES.get(len(levels)) or LEVEL_CLASSES[6]
    parts, row, top = _legend(levels, names), 54.0, 40.0
    for number, (label, counts) in enumerate(rows.items()):
        y = top + number * row
        parts.append(f'<text x="{MARGIN}" y="{y + 16:.1f}">{escape(label)}</text>')
        parts += _level_bar(counts, levels, names, y + 23)
    words = "; ".join(
        f"{label}: " + ", ".join(f"nilai {level} {counts.get(level, 0)}" for level in levels)
        for label, counts in rows.items()
    )
    return draw_svg(top + len(rows) * row + 2, title, words, parts)


def _legend(levels: Sequence[int], names: Sequence[str]) -> list[str]:
    parts, x = [], MARGIN
    pitch = 64 if len(levels) <= 4 else 55
    for level, name in zip(levels, names, strict=False):
        parts.append(
            f'<rect class="level-{name}" x="{x:.1f}" y="4" width="22" height="22" rx="4"/>'
            f'<text x="{x + 29:.1f}" y="22">{level}</text>'
        )
        x += pitch
    parts.append(
        f'<text class="soft" x="{WIDTH - MARGIN:.1f}" y="22" text-anchor="end">makin baik →</text>'
    )
    return parts


def _level_bar(
    counts: Mapping[int, int], levels: Sequence[int], names: Sequence[str], y: float
) -> list[str]:
    total, x, parts = sum(counts.values()), MARGIN, []
    for level, name in zip(levels, names, strict=False):
        share = counts.get(level, 0) / total if total else 0.0
        width = share * (WIDTH - 2 * MARGIN)
        if not width:
            continue
        parts.append(
            f'<rect class="level-{name} cut" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
            'height="22"/>'
        )
        if share >= 0.11:
            parts.append(
                f'<text class="in-level on-{name}" x="{x + width / 2:.1f}" y="{y + 17:.1f}" '
                f'text-anchor="middle">{share * 100:.0f}%</text>'
            )
        x += width
    return parts


def priority_picture(
    places: Sequence[Place], lines: tuple[float, float], corners: Sequence[str], title: str
) -> Markup:
    """Performance across, importance up, parted into four named corners.

    `corners` are the names at top left, top right, bottom left, bottom right.
    """
    box, height = (56.0, 14.0, WIDTH - 16.0, 380.0), 424.0
    x_axis = _axis([p.across for p in places] + [lines[0]], box[0], box[2])
    y_axis = _axis([p.up for p in places] + [lines[1]], box[3], box[1])
    middle, level = x_axis(lines[0]), y_axis(lines[1])
    parts = [
        f'<rect class="corner-mend" x="{box[0]}" y="{box[1]}" width="{middle - box[0]:.1f}" '
        f'height="{level - box[1]:.1f}"/>'
        f'<rect class="frame" x="{box[0]}" y="{box[1]}" width="{box[2] - box[0]}" '
        f'height="{box[3] - box[1]}"/>'
        f'<line class="divider" x1="{middle:.1f}" x2="{middle:.1f}" y1="{box[1]}" y2="{box[3]}"/>'
        f'<line class="divider" x1="{box[0]}" x2="{box[2]}" y1="{level:.1f}" y2="{level:.1f}"/>'
    ]
    parts += _corner_names(corners, box)
    parts += _points(places, x_axis, y_axis)
    parts.append(
        f'<text class="soft" x="{(box[0] + box[2]) / 2:.1f}" y="{height - 14}" '
        'text-anchor="middle">Kinerja (NRR) →</text>'
        f'<text class="soft" transform="translate(30 {(box[1] + box[3]) / 2:.1f}) rotate(-90)" '
        'text-anchor="middle">Kepentingan →</text>'
    )
    words = "; ".join(
        f"{p.sign} {p.label}: kinerja {score_in_words(p.across)}, "
        f"kepentingan {score_in_words(p.up)}"
        for p in places
    )
    return draw_svg(height, title, words, parts)


def _corner_names(corners: Sequence[str], box: tuple[float, float, float, float]) -> list[str]:
    left, top, right, bottom = box
    spots = (
        (left + 10, top + 24, "start"),
        (right - 10, top + 24, "end"),
        (left + 10, bottom - 12, "start"),
        (right - 10, bottom - 12, "end"),
    )
    return [
        f'<text class="soft corner" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(name)}</text>"
        for name, (x, y, anchor) in zip(corners, spots, strict=True)
    ]


def _points(places: Sequence[Place], x_axis: "_Axis", y_axis: "_Axis") -> list[str]:
    parts, taken = [], list[tuple[float, float]]()
    for place in places:
        x, y = _free_spot(x_axis(place.across), y_axis(place.up), taken)
        taken.append((x, y))
        parts.append(
            f'<g><title>{escape(place.label)}</title><circle class="dot" cx="{x:.1f}" '
            f'cy="{y:.1f}" r="17"/><text class="sign" x="{x:.1f}" y="{y + 5.5:.1f}" '
            f'text-anchor="middle">{escape(place.sign)}</text></g>'
        )
    return parts


def _free_spot(x: float, y: float, taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Where a sign covers no other: its own spot, else the nearest one above or below."""
    for step in (0, 32, -32, 64, -64, 96, -96):
        if all(abs(x - a) >= 36 or abs(y + step - b) >= 30 for a, b in taken):
            return x, y + step
    return x, y


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * share


def _axis(values: Sequence[float], start: float, end: float) -> _Axis:
    """An axis that leaves a sixth of the spread free at both ends."""
    low, high = min(values), max(values)
    free = max((high - low) / 6, 1e-6)
    return _Axis(low - free, high + free, start, end)


def units_picture(scores: Sequence[float], own: Mark, title: str) -> Markup:
    """Units of an agency as a row of dots on the scale of 100, one's own unit among them."""
    low = max(0.0, 5 * (min([*scores, own.score]) // 5) - 5)
    axis = _Axis(low, 100.0, 24.0, WIDTH - 24.0)
    bins = Counter(round(score) for score in scores)
    base, height = 120.0, 176.0
    parts = [f'<line class="grid" x1="24" x2="{WIDTH - 24}" y1="{base}" y2="{base}"/>']
    for tick in range(int(low), 101, 5):
        parts.append(
            f'<text class="soft" x="{axis(tick):.1f}" y="{base + 24}" '
            f'text-anchor="middle">{tick}</text>'
        )
    pitch = min(15.0, 96 / max(bins.values(), default=1))
    for score, count in sorted(bins.items()):
        parts += [
            f'<circle class="other" cx="{axis(score):.1f}" cy="{base - 9 - i * pitch:.1f}" r="6"/>'
            for i in range(count)
        ]
    if own.interval:
        start, end = (axis(min(100.0, max(low, value))) for value in own.interval)
        parts.append(
            f'<line class="interval" x1="{start:.1f}" x2="{end:.1f}" y1="{base + 40}" '
            f'y2="{base + 40}"/>'
        )
    at, words_at = axis(own.score), axis(max(own.interval or (own.score,)))
    is_right = words_at < WIDTH * 0.6
    parts.append(
        f'<circle class="point" cx="{at:.1f}" cy="{base + 40}" r="8"/>'
        f'<text class="strong" x="{words_at + 16 if is_right else at - 60:.1f}" '
        f'y="{base + 46}" text-anchor="{"start" if is_right else "end"}">'
        f"{escape(own.label)} {score_in_words(own.score)}</text>"
    )
    return draw_svg(height, title, f"{len(scores)} unit; {mark_in_words(own)}", parts)
