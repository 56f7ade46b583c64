"""An agency's logo: whatever is uploaded becomes pixels, so that nothing of the file survives.

Typst draws the upload on an empty page and gives a PNG back: scripts, links, metadata and
colour profiles of the file are gone. What would cost too much to draw is refused before.
"""

import re
import struct
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import typst
from sqlalchemy.orm import Session

import survey_app.administer.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.store.tables import Account, Agency, AgencyLogo
from survey_app.typeset import set_pages

MAXIMUM_BYTES = 1_000_000
MAXIMUM_PIXELS = 12_000_000
_TEMPLATE = """
#set page(width: auto, height: auto, margin: 0mm, fill: none)
#context {
  let drawn(..sizes) = image("logo.image", format: sys.inputs.kind, ..sizes)
  let natural = measure(drawn())
  if natural.width > natural.height { drawn(width: 300pt) } else { drawn(height: 300pt) }
}
"""
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_DEPTH = 60
# What a drawing is made of; everything else acts, reaches outside, or costs too much.
_DRAWN = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "clippath", "mask", "style"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"),
        *("lineargradient", "radialgradient", "stop", "title", "desc", "metadata"),
    )
)
_SIZE_MARKERS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def keep_logo(
    session: Session, agency: Agency, content: bytes, account: Account, now: datetime
) -> AgencyLogo:
    """Make a PNG of a PNG, JPEG or SVG and keep it as the agency's logo.

    Raises SurveyError for a file too large, of another kind, damaged, or not a plain drawing.
    """
    png = redraw(content)
    logo = session.get(AgencyLogo, agency.id) or AgencyLogo(agency_id=agency.id)
    logo.png, logo.added_at, logo.added_by = png, now, account.id
    session.add(logo)
    session.flush()
    return logo


def remove_logo(session: Session, agency: Agency) -> None:
    """Take the logo away; without one nothing happens."""
    logo = session.get(AgencyLogo, agency.id)
    if logo is not None:
        session.delete(logo)


def logo_of(session: Session, agency_id: int) -> bytes:
    """The agency's logo as PNG; empty where it has none."""
    logo = session.get(AgencyLogo, agency_id)
    return logo.png if logo else b""


def redraw(content: bytes) -> bytes:
    """An image as a PNG of at most 600 pixels a side. Raises SurveyError as `keep_logo`."""
    if len(content) > MAXIMUM_BYTES:
        raise _fault("logo-too-large")
    try:
        return _drawn(content, _kind_of(content))
    except (typst.TypstError, UnicodeDecodeError) as error:
        raise _fault("logo-unreadable") from error


def _drawn(content: bytes, kind: str) -> bytes:
    """The content as Typst draws it, from a folder where nothing else can be read."""
    with TemporaryDirectory() as folder:
        template, image = Path(folder) / "logo.typ", Path(folder) / "logo.image"
        template.write_text(_TEMPLATE, encoding="utf-8")
        image.write_bytes(content)
        return set_pages(template, {"kind": kind}, "png", dots_per_inch=144)[0]


def _kind_of(content: bytes) -> str:
    """What the content is, whatever it was called. Raises SurveyError where it is refused."""
    if content.startswith(_PNG) and content[12:16] == b"IHDR":
        _require_modest(*struct.unpack(">II", content[16:24]))
        return "png"
    if content.startswith(_JPEG):
        _require_modest(*_jpeg_size(content))
        return "jpg"
    if re.match(rb"(\xef\xbb\xbf)?\s*<", content):
        _require_plain_drawing(content)
        return "svg"
    raise _fault("logo-kind")


def _require_modest(width: int, height: int) -> None:
    if not 0 < width * height <= MAXIMUM_PIXELS:
        raise _fault("logo-too-large")


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height from the frame header of a JPEG (ITU T.81 B.2.2)."""
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in _SIZE_MARKERS:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    raise _fault("logo-unreadable")


def _require_plain_drawing(content: bytes) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _fault("logo-not-plain", name="DOCTYPE")
    try:
        # Entities, the danger of this parser, were refused above.
        root = ElementTree.fromstring(content)  # noqa: S314
    except ElementTree.ParseError as error:
        raise _fault("logo-unreadable") from error
    if _name(root) != "svg":
        raise _fault("logo-kind")
    _require_shallow(root)
    named = {element.get("id"): element for element in root.iter()}
    for element in root.iter():
        if element.tag.startswith("{") and not element.tag.startswith(_SVG):
            continue  # the notes of drawing programs, which are not drawn
        if _name(element) not in _DRAWN:
            raise _fault("logo-not-plain", name=_name(element)[:40])
        if _name(element) == "use":
            _require_plain_copy(named, element)


def _require_shallow(root: ElementTree.Element) -> None:
    level = [root]
    for _ in range(_DEPTH):
        level = [child for element in level for child in element]
    if level:
        raise _fault("logo-not-plain", name=_name(level[0])[:40])


def _require_plain_copy(
    named: dict[str | None, ElementTree.Element], element: ElementTree.Element
) -> None:
    """A copy must be of a part of this drawing that holds no copies: they would multiply."""
    address = element.get("href") or element.get(_LINK) or ""
    target = named.get(address[1:]) if address.startswith("#") else None
    if target is None or any(_name(part) == "use" for part in target.iter()):
        raise _fault("logo-not-plain", name="use")


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2].lower()


def _fault(code: str, **values: str) -> SurveyError:
    return SurveyError(code, where=Where(field="logo"), **values)
