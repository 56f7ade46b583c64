"""One signal as a picture: what was seen beside what honest answers would give."""

from analysis.pictures import WIDTH, Picture, draw_svg, score_in_words
from analysis.quality import Signal

SHARES = frozenset({"lurus", "cepat", "jam", "komentar"})
LEFT, RIGHT, MIDDLE = 60.0, WIDTH - 60.0, 56.0


def signal_picture(signal: Signal, title: str) -> Picture | None:
    """The interval of 95 % of honest outcomes, their mean, and the figure seen.

    None where one of them is not known, as for counts that are plainly impossible.
    """
    low, high, expected, seen = signal.low, signal.high, signal.expected, signal.observed
    if low is None or high is None or expected is None or seen is None:
        return None
    least, most = min(low, seen), max(high, seen)
    room = (most - least or 1.0) * 0.06

    def x(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (value - least + room) / (most - least + 2 * room)

    parts = [
        f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{MIDDLE}" y2="{MIDDLE}"/>',
        f'<rect class="rail" x="{x(low):.1f}" y="{MIDDLE - 13}" '
        f'width="{max(3.0, x(high) - x(low)):.1f}" height="26"/>',
        f'<line class="goal" x1="{x(expected):.1f}" x2="{x(expected):.1f}" '
        f'y1="{MIDDLE - 18}" y2="{MIDDLE + 18}"/>',
        f'<circle class="point" cx="{x(seen):.1f}" cy="{MIDDLE}" r="9"/>',
        _label(x(seen), MIDDLE - 26, f"terlihat {told_figure(signal, seen)}", "strong"),
        _label(
            (x(low) + x(high)) / 2,
            MIDDLE + 44,
            f"wajar {told_figure(signal, low)}–{told_figure(signal, high)}",
            "soft",
        ),
    ]
    words = (
        f"terlihat {told_figure(signal, seen)}, yang wajar {told_figure(signal, expected)} "
        f"dengan selang {told_figure(signal, low)} sampai {told_figure(signal, high)}"
    )
    return draw_svg(112, title, words, parts)


def told_figure(signal: Signal, value: float) -> str:
    """A figure of a signal as readers write it: shares in percent, else two decimals."""
    if signal.code in SHARES:
        return f"{score_in_words(100 * value)} %"
    return score_in_words(value).removesuffix(",00")


def told_effect(signal: Signal) -> str:
    """The size of a signal in the unit that its words name; nothing where it has none."""
    if signal.effect is None:
        return ""
    sign = "−" if signal.effect < 0 else "+"
    if signal.code in SHARES:
        return f"{sign}{score_in_words(abs(100 * signal.effect))} poin persen"
    if signal.code in {"pergeseran", "kanal", "salinan", "struktur"}:
        return sign + score_in_words(abs(signal.effect)).removesuffix(",00")
    return score_in_words(signal.effect) + (" kali" if signal.code == "lonjakan" else "")


def _label(x: float, y: float, text: str, name: str) -> str:
    inside = min(max(x, 165.0), WIDTH - 165.0)
    return f'<text class="{name}" x="{inside:.1f}" y="{y}" text-anchor="middle">{text}</text>'
