"""What is printed and put up: posters, table tents and stickers with a large QR code.

Typst's wheel typesets PDF and PNG without any system package; Segno draws the code at error
level Q, so that a scratched print still scans.
"""

import io
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

import segno

from survey_app.typeset import png_as_svg, set_pages

QUIET_MODULES = 4
PREVIEW_DOTS = 36
DOTS_PER_INCH = 150

_TEMPLATES = Path(__file__).parent / "data" / "print"


class Product(StrEnum):
    """What can be printed for a link."""

    POSTER_A4 = "poster-a4"
    POSTER_A5 = "poster-a5"
    TENT = "tenda-meja"
    STICKER = "stiker-loket"


@dataclass(frozen=True)
class Poster:
    """What one product says. `logo` is a PNG or empty."""

    address: str
    agency: str
    unit: str
    place: str
    title: str
    note: str = ""
    logo: bytes = b""


# Template, paper, and dots per inch of the PNG: the smaller the paper, the finer.
_PRODUCTS: dict[Product, tuple[str, str, int]] = {
    Product.POSTER_A4: ("poster.typ", "a4", DOTS_PER_INCH),
    Product.POSTER_A5: ("poster.typ", "a5", 200),
    Product.TENT: ("tent.typ", "a4", 200),
    Product.STICKER: ("sticker.typ", "a6", 250),
}


def qr_svg(address: str) -> bytes:
    """The QR code alone, as SVG."""
    buffer = io.BytesIO()
    segno.make(address, error="q", micro=False).save(
        buffer, kind="svg", border=QUIET_MODULES, scale=8, xmldecl=False, svgns=True
    )
    return buffer.getvalue()


def draw_poster(
    poster: Poster,
    form: Literal["pdf", "png"],
    product: Product = Product.POSTER_A4,
    dots_per_inch: int | None = None,
) -> bytes:
    """One product as PDF or PNG; each is a single page."""
    template, paper, dots = _PRODUCTS[product]
    start, slash, code = poster.address.split("://", 1)[1].rpartition("/")
    values = {
        "paper": paper,
        "address": start + slash,
        "code": code,
        "agency": poster.agency,
        "unit": poster.unit,
        "place": poster.place,
        "title": poster.title,
        "note": poster.note,
        "logo": png_as_svg(poster.logo) if poster.logo else "",
        "qr": qr_svg(poster.address).decode(),
    }
    pages = set_pages(_TEMPLATES / template, values, form, dots_per_inch=dots_per_inch or dots)
    return pages[0]
