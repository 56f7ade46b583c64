"""Pictures of the pages as they are drawn on white paper."""

from pathlib import Path

from survey_app.typeset import set_pages

# The classes of analysis/pictures.py with the light colours of tokens.css.
_STYLE = """
text{fill:#17211f;font-size:17px;font-family:"Noto Sans"}
.soft{fill:#4c5a57;font-size:15px}.strong{font-weight:700;font-size:18px}
.rail{fill:#cfd7d4;opacity:.45}.grid{stroke:#cfd7d4}.band{opacity:.32}
.band-a{fill:#0a5c55}.band-b{fill:#1f6fa8}.band-c{fill:#a35a00}.band-d{fill:#9b1c31}
.interval{stroke:#17211f;stroke-width:3}.point{fill:#17211f;stroke:#fff;stroke-width:2}
.path{fill:none;stroke:#7d8b87;stroke-width:2;stroke-dasharray:5 5}
"""
_PICTURE = Path(__file__).parent / "data" / "picture.typ"
_DOTS_PER_INCH = 200


def on_paper(svg: str) -> str:
    """An SVG of `analysis.pictures` that carries its own colours and stands alone."""
    opened = str(svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    start, rest = opened.split(">", 1)
    return f"{start}><style>{_STYLE}</style>{rest}"


def as_png(svg: str) -> bytes:
    """The same picture as pixels."""
    return set_pages(_PICTURE, {"svg": svg}, "png", dots_per_inch=_DOTS_PER_INCH)[0]
