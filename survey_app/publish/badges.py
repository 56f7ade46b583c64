"""A badge with a unit's newest index, for other sites to embed: one small SVG and nothing else.

It loads no script, sets no cookie and is the same for everybody, so that embedding it tells
nobody who reads the other site. Colours and sizes are attributes, which no policy blocks.
"""

from dataclasses import dataclass

from markupsafe import Markup, escape

from survey_app.publish.queries import Published
from survey_app.web.pages import angka

HEIGHT = 28
LETTER_WIDTH = 7.1
SPACE = 10
LABEL_COLOUR = "#3a4643"
# The grades' colours of tokens.css on white text, at least 4.5:1.
GRADE_COLOURS = {"A": "#0a5c55", "B": "#1f6fa8", "C": "#a35a00", "D": "#9b1c31"}
NOTHING_YET = "belum ada hasil"


@dataclass(frozen=True)
class Badge:
    """A badge as SVG, its size in pixels, and its words for those who do not see it."""

    svg: Markup
    width: int
    height: int
    words: str


def draw_badge(unit_name: str, one: Published | None) -> Badge:
    """The badge of a unit's newest result; one that says so where there is none."""
    left, right, colour = _parts(one)
    words = f"{unit_name}: {left} {right}"
    first, second = _width(left), _width(right)
    width = first + second
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" '
        f'viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{escape(words)}">'
        f"<title>{escape(words)}</title>"
        f'<rect width="{width}" height="{HEIGHT}" rx="5" fill="{LABEL_COLOUR}"/>'
        f'<path fill="{colour}" d="M{first} 0h{second - 5}a5 5 0 0 1 5 5v{HEIGHT - 10}'
        f'a5 5 0 0 1-5 5h-{second - 5}z"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="12">'
        f"{_text(left, SPACE, first)}{_text(right, first + SPACE, second, is_bold=True)}</g></svg>"
    )
    # Every part is made here from numbers and escaped words.
    return Badge(Markup(svg), width, HEIGHT, words)  # noqa: S704


def badge_snippet(badge: Badge, address: str) -> str:
    """HTML to copy into another site: the badge as a link to the unit's page."""
    picture = (
        f'<img src="{escape(address)}/lencana.svg" width="{badge.width}" '
        f'height="{badge.height}" alt="{escape(badge.words)}" loading="lazy">'
    )
    return f'<a href="{escape(address)}">{picture}</a>'


def _parts(one: Published | None) -> tuple[str, str, str]:
    if one is None:
        return "Survei layanan", NOTHING_YET, LABEL_COLOUR
    left = f"{one.index_code} {one.period}" + (" (peraga)" if one.is_demo else "")
    if not one.index:
        return left, "tidak dapat dihitung", LABEL_COLOUR
    grade = one.index["grade"]
    right = f"{angka(one.index['score100'])} · {grade} {one.index['label']}"
    return left, right, GRADE_COLOURS.get(grade, LABEL_COLOUR)


def _width(words: str) -> int:
    return round(len(words) * LETTER_WIDTH) + 2 * SPACE


def _text(words: str, x: int, width: int, *, is_bold: bool = False) -> str:
    # Told its length, the text fits whatever font the reader's machine has.
    weight = ' font-weight="bold"' if is_bold else ""
    return (
        f'<text x="{x}" y="19" textLength="{width - 2 * SPACE}" '
        f'lengthAdjust="spacingAndGlyphs"{weight}>{escape(words)}</text>'
    )
