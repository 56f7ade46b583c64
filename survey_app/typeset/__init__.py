"""Pages on paper: Typst's wheel sets PDF and PNG without any system package.

The fonts travel with the program and those of the system are ignored, so that a document looks
alike on every machine. Whatever varies comes in as text through `sys.inputs`, never as markup.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import typst

FONTS = Path(__file__).parent / "data" / "fonts"
PNG_DOTS_PER_INCH = 150


def set_pages(
    template: Path,
    values: Mapping[str, str],
    form: Literal["pdf", "png"],
    *,
    dots_per_inch: int = PNG_DOTS_PER_INCH,
    is_universal: bool = False,
) -> list[bytes]:
    """A template filled with texts: one PDF, or one PNG for each page.

    `template` may read files of its own folder and no others. A universal PDF is one that
    readers who do not see can use (PDF/UA-1); Typst refuses a document that falls short of it.
    """
    done = typst.compile(
        template,
        root=template.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format=form,
        ppi=dots_per_inch,
        sys_inputs=dict(values),
        pdf_standards="ua-1" if is_universal else None,
    )
    return done if isinstance(done, list) else [done]


def png_as_svg(png: bytes) -> str:
    """A PNG inside an SVG, so that it can come in as text like everything else."""
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    coded = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'href="data:image/png;base64,{coded}"/></svg>'
    )
