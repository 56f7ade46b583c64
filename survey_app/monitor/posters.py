"""Posters for the wall: a large QR code, a short address to type, and who asks.

Typst's wheel typesets PDF and PNG without any system package; Segno draws the code at error
level Q, so that a scratched print still scans.
"""

import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import segno
import typst

QUIET_MODULES = 4
DOTS_PER_INCH = 150


@dataclass(frozen=True)
class Poster:
    """What one poster says."""

    address: str
    agency: str
    unit: str
    place: str
    title: str
    note: str = ""


def qr_svg(address: str) -> bytes:
    """The QR code alone, as SVG."""
    buffer = io.BytesIO()
    segno.make(address, error="q", micro=False).save(
        buffer, kind="svg", border=QUIET_MODULES, scale=8, xmldecl=False, svgns=True
    )
    return buffer.getvalue()


def draw_poster(poster: Poster, form: Literal["pdf", "png"]) -> bytes:
    """An A4 poster as PDF or PNG."""
    values = {
        "address": poster.address.split("://", 1)[1],
        "agency": poster.agency,
        "unit": poster.unit,
        "place": poster.place,
        "title": poster.title,
        "note": poster.note,
        "qr": qr_svg(poster.address).decode(),
    }
    pages = typst.compile(_template(), format=form, sys_inputs=values, ppi=DOTS_PER_INCH)
    return pages if isinstance(pages, bytes) else b"".join(pages)


@cache
def _template() -> bytes:
    return (files("survey_app.monitor") / "data" / "poster.typ").read_bytes()
