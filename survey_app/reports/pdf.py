"""A report as PDF: Typst sets it, tagged for readers who do not see (PDF/UA-1)."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from survey_app.monitor.posters import qr_svg
from survey_app.reports.content import Block, Chapter, Report
from survey_app.typeset import png_as_svg, set_pages

TEMPLATE = Path(__file__).parent / "data" / "report.typ"


def render_pdf(report: Report) -> bytes:
    """The PDF of a report."""
    return set_pages(TEMPLATE, template_values(report), "pdf", is_universal=True)[0]


def template_values(report: Report) -> dict[str, str]:
    """The report as the template reads it."""
    stamp = report.stamp
    content = {
        "cover": asdict(report.cover),
        "chapters": [_chapter(chapter) for chapter in report.chapters],
        "stamp": asdict(stamp) | {"line": stamp.line, "rows": stamp.rows},
        "qr": qr_svg(stamp.address).decode() if stamp.code else "",
        "logo": png_as_svg(report.logo) if report.logo else "",
    }
    return {"report": json.dumps(content)}


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "heading": chapter.heading,
        "opens_page": chapter.opens_page,
        "sections": [
            {"title": section.title, "blocks": [_block(block) for block in section.blocks]}
            for section in chapter.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    return asdict(block) | {"kind": type(block).__name__.lower()}
