"""A report as a Word document that the unit may go on editing, from the same content."""

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from survey_app.reports.content import Block, Column, Cover, Listing, Paragraph, Picture, Report
from survey_app.reports.content import Table as TableContent
from survey_app.reports.printable import as_png

_ACCENT, _SOFT = RGBColor(0x0A, 0x5C, 0x55), RGBColor(0x4C, 0x5A, 0x57)
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}
_TEXT_WIDTH = Mm(160)
_SHADE = "E2F0EE"
_KEPT_ROWS = 15


def render_docx(report: Report) -> bytes:
    """The DOCX of a report: real headings, table heads that repeat, described pictures."""
    document = Document()
    _set_styles(document)
    _add_cover(document, report)
    _add_frame(document, report)
    _add_contents(document, report)
    for chapter in report.chapters:
        heading = document.add_heading(chapter.heading, 1)
        heading.paragraph_format.page_break_before = chapter.opens_page
        for section in chapter.sections:
            if section.title:
                document.add_heading(section.title, 2)
            for block in section.blocks:
                _add_block(document, block)
    properties = document.core_properties
    properties.title = f"{report.cover.title} {report.cover.period}"
    properties.author = report.cover.unit
    properties.language = "id-ID"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_styles(document: Any) -> None:
    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(25)
        section.top_margin, section.bottom_margin = Mm(27), Mm(26)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Cambria", Pt(11)
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.15
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "id-ID")
    normal.element.get_or_add_rPr().append(language)
    for level, size in ((1, 15), (2, 12)):
        style = document.styles[f"Heading {level}"]
        style.font.size, style.font.bold = Pt(size), True
        style.font.color.rgb = _ACCENT if level == 1 else RGBColor(0x17, 0x21, 0x1F)
        style.paragraph_format.space_before = Pt(0 if level == 1 else 14)
        style.paragraph_format.space_after = Pt(7)


def _add_cover(document: Any, report: Report) -> None:
    cover, stamp = report.cover, report.stamp
    if report.logo:
        place = document.add_paragraph()
        place.alignment = WD_ALIGN_PARAGRAPH.CENTER
        picture = place.add_run().add_picture(io.BytesIO(report.logo), height=Mm(28))
        _describe(picture, f"Logo {cover.agency}")
    for text, size, is_bold, space in _cover_lines(cover):
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_before = Pt(space)
        run = line.add_run(text)
        run.font.size, run.bold = Pt(size), is_bold
    first = document.add_paragraph()
    first.paragraph_format.space_before = Pt(150)
    for label, text in stamp.rows:
        line = first if label == stamp.rows[0][0] else document.add_paragraph()
        line.add_run(f"{label}: ").font.color.rgb = _SOFT
        line.add_run(text).bold = True
        for run in line.runs:
            run.font.size = Pt(9)


def _cover_lines(cover: Cover) -> list[tuple[str, int, bool, int]]:
    """Text, size in points, bold, space above in points."""
    return [
        (cover.agency, 13, False, 0),
        (cover.unit, 16, True, 0),
        *([(cover.place, 10, False, 0)] if cover.place else []),
        *((mark, 12, True, 120 if place == 0 else 0) for place, mark in enumerate(cover.marks)),
        (cover.title, 21, True, 20 if cover.marks else 140),
        (cover.subtitle, 13, False, 0),
        (cover.period, 17, True, 8),
    ]


def _add_frame(document: Any, report: Report) -> None:
    """Head and foot of every page after the cover."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    cover = report.cover
    words = " · ".join((cover.unit, *(cover.marks or (cover.period,))))
    for part, text in ((section.header, words), (section.footer, report.stamp.line)):
        run = part.paragraphs[0].add_run(text)
        run.font.size, run.font.color.rgb = Pt(8), _SOFT
    foot = section.footer.paragraphs[0]
    foot.add_run("  ·  ").font.size = Pt(8)
    _add_field(foot, "PAGE", "1")


def _add_contents(document: Any, report: Report) -> None:
    """A table of contents that Word fills with page numbers; until then its headings."""
    head = document.add_paragraph()
    run = head.add_run("Daftar Isi")
    run.bold, run.font.size, run.font.color.rgb = True, Pt(15), _ACCENT
    place = document.add_paragraph()
    headings = "\n".join(chapter.heading for chapter in report.chapters)
    _add_field(place, 'TOC \\o "1-2" \\h \\z \\u', headings)


def _add_field(paragraph: Any, instruction: str, shown: str) -> None:
    for kind in ("begin", "", "separate", "shown", "end"):
        run = paragraph.add_run()
        if kind == "":
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = instruction
            run._r.append(text)
        elif kind == "shown":
            run.text = shown
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _add_block(document: Any, block: Block) -> None:
    if isinstance(block, Paragraph):
        run = document.add_paragraph().add_run(block.text)
        if block.is_note:
            run.font.size, run.font.color.rgb = Pt(9.5), _SOFT
    elif isinstance(block, Listing):
        _add_listing(document, block)
    elif isinstance(block, Picture):
        place = document.add_paragraph()
        place.paragraph_format.keep_with_next = True
        width = int(_TEXT_WIDTH * block.share)
        shape = place.add_run().add_picture(io.BytesIO(as_png(block.svg)), width=width)
        _describe(shape, block.description)
        _add_caption(document, block.caption, is_above=False)
    else:
        _add_table(document, block)


def _add_listing(document: Any, block: Listing) -> None:
    # Numbers are written out: Word would count on through all lists of the document.
    for number, item in enumerate(block.items, 1):
        style = None if block.is_numbered else "List Bullet"
        line = document.add_paragraph(style=style)
        if block.is_numbered:
            line.paragraph_format.left_indent = Mm(8)
            line.paragraph_format.first_line_indent = Mm(-8)
            line.paragraph_format.tab_stops.add_tab_stop(Mm(8))
            line.add_run(f"{number}.\t")
        line.add_run(item)


def _add_caption(document: Any, text: str, *, is_above: bool) -> None:
    line = document.add_paragraph()
    line.paragraph_format.keep_with_next = is_above
    line.paragraph_format.space_before = Pt(8 if is_above else 0)
    run = line.add_run(text)
    run.bold, run.font.size = True, Pt(9.5)


def _add_table(document: Any, content: TableContent) -> None:
    _add_caption(document, content.caption, is_above=True)
    rows = [tuple(column.title for column in content.columns), *content.rows]
    rows += [content.total] if content.total else []
    table = document.add_table(len(rows), len(content.columns), style="Table Grid")
    table.autofit = False
    for column, sketch in zip(table.columns, content.columns, strict=True):
        column.width = _width(sketch, content.columns)
    _repeat_head(table.rows[0])
    is_wide = len(content.columns) > 7
    bold_rows = {0, len(rows) - 1} if content.total else {0}
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        _keep_together(row)
        cells = zip(row.cells, content.columns, texts, strict=True)
        for cell, column, text in cells:
            cell.width = _width(column, content.columns)
            line = cell.paragraphs[0]
            line.alignment = _ALIGN[column.align]
            line.paragraph_format.space_after = Pt(2)
            line.paragraph_format.keep_with_next = number < len(rows) - 1 < _KEPT_ROWS
            run = line.add_run(text)
            run.font.size, run.bold = Pt(7 if is_wide else 9), number in bold_rows
            if number in bold_rows:
                _shade(cell)
    note = document.add_paragraph()
    run = note.add_run(content.note)
    run.font.size, run.font.color.rgb = Pt(8.5), _SOFT


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _width(column: Column, columns: tuple[Column, ...]) -> int:
    return int(_TEXT_WIDTH * column.share / sum(one.share for one in columns))


def _repeat_head(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _keep_together(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _describe(shape: Any, words: str) -> None:
    shape._inline.docPr.set("descr", words)
