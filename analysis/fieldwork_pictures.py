"""How answers grow toward a target, drawn like the pictures of `analysis.pictures`."""

from collections.abc import Sequence

from markupsafe import Markup

from analysis.pictures import WIDTH, draw_svg

HEIGHT, TOP, BOTTOM = 250.0, 26.0, 204.0
LEFT, RIGHT = 60.0, WIDTH - 20.0


def growth_picture(
    totals: Sequence[int],
    last: int,
    target: int | None,
    reach: tuple[int, int] | None,
    ends: tuple[str, str],
    title: str,
) -> Markup:
    """The running total day by day, the target, and where the pace leads.

    `totals` are running totals of days 0, 1, … of which `last` is the period's last; `reach`
    holds the days between which the target is expected to be met, `ends` the names of the
    first and last day.
    """
    high: float = max([*totals, target or 0, 1]) * 1.08

    def x(day: float) -> float:
        return LEFT + (RIGHT - LEFT) * min(day, last) / max(1, last)

    def y(total: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * total / high

    line = " ".join(f"{x(day):.1f},{y(total):.1f}" for day, total in enumerate(totals))
    parts = [f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{BOTTOM}" y2="{BOTTOM}"/>']
    if target:
        parts.append(
            f'<line class="goal" x1="{LEFT}" x2="{RIGHT}" y1="{y(target):.1f}" '
            f'y2="{y(target):.1f}"/><text class="soft" x="{LEFT - 8}" y="{y(target) + 5:.1f}" '
            f'text-anchor="end">{target}</text>'
        )
    if reach and target and totals:
        start = f"{x(len(totals) - 1):.1f},{y(totals[-1]):.1f}"
        parts.append(
            f'<polygon class="reach" points="{start} {x(reach[0]):.1f},{y(target):.1f} '
            f'{x(reach[1]):.1f},{y(target):.1f}"/>'
        )
    parts.append(f'<polyline class="growth" points="{line}"/>')
    if totals:
        at = x(len(totals) - 1)
        parts.append(
            f'<circle class="point" cx="{at:.1f}" cy="{y(totals[-1]):.1f}" r="7"/>'
            f'<text class="strong" x="{at - 10:.1f}" y="{y(totals[-1]) - 14:.1f}" '
            f'text-anchor="{"end" if at > 140 else "start"}">{totals[-1]}</text>'
        )
    parts.append(
        f'<text class="soft" x="{LEFT}" y="{HEIGHT - 16}">{ends[0]}</text>'
        f'<text class="soft" x="{RIGHT}" y="{HEIGHT - 16}" text-anchor="end">{ends[1]}</text>'
    )
    words = f"{totals[-1] if totals else 0} jawaban" + (f" dari {target}" if target else "")
    return draw_svg(HEIGHT, title, words, parts)
