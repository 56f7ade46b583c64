"""Milliseconds for an A4 poster and a report, beside the same words drawn by ReportLab.

ReportLab is the peer that also needs no system package. It is handed the finished QR matrix and
the place of every line; Typst measures and breaks the lines itself, tags the PDF and embeds its
fonts.

Run: pip install '.[bench]' && python tests/benchmarks/print_speed.py [times]
"""

import io
import sys
import time

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from survey_app.monitor.posters import Poster, Product, draw_poster
from survey_app.reports.content import Chapter, Column, Cover, Paragraph, Report, Section, Stamp
from survey_app.reports.content import Table as TableContent
from survey_app.reports.pdf import render_pdf
from survey_app.typeset import FONTS

POSTER = Poster(
    "https://survei.contoh.go.id/s/k7pm3qxt",
    "Pemerintah Kota Contoh",
    "Dinas Kependudukan dan Pencatatan Sipil",
    "KTP elektronik · Loket 3",
    "Survei Kepuasan Masyarakat",
)


def main(times: int) -> None:
    for weight in ("Regular", "Bold"):
        pdfmetrics.registerFont(TTFont(weight, FONTS / f"NotoSans-{weight}.ttf"))
    peer = best(times, draw_with_reportlab)
    ours = best(times, lambda: draw_poster(POSTER, "pdf"))
    image = best(times, lambda: draw_poster(POSTER, "png", Product.STICKER))
    report = sample_report()
    pages = best(max(3, times // 4), lambda: render_pdf(report))
    print(f"ReportLab, A4 poster as PDF   {peer:6.1f} ms")
    print(f"Typst, A4 poster as PDF       {ours:6.1f} ms")
    print(f"ratio                         {ours / peer:6.2f}")
    print(f"Typst, sticker as PNG         {image:6.1f} ms")
    print(f"Typst, report of 20 tables    {pages:6.1f} ms, tagged PDF/UA-1")


def best(times: int, draw) -> float:
    """The quickest of some runs after one to warm up, in milliseconds."""
    draw()
    found = []
    for _ in range(times):
        started = time.perf_counter()
        draw()
        found.append(time.perf_counter() - started)
    return 1000 * min(found)


def draw_with_reportlab() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFillColorRGB(0.04, 0.36, 0.33)
    canvas.rect(0, 225 * mm, 210 * mm, 35 * mm, stroke=0, fill=1)
    lines = (
        (280, "Regular", 13, POSTER.agency, 0),
        (270, "Bold", 20, POSTER.unit, 0),
        (242, "Bold", 37, "Bagaimana pelayanan kami?", 1),
        (230, "Regular", 20, "Gratis, tanpa nama, ± 2 menit", 1),
        (215, "Bold", 21, POSTER.place, 0),
        (88, "Regular", 14, "atau ketik alamat ini di peramban ponsel:", 0),
        (78, "Bold", 24, POSTER.address.split("://")[1], 0),
        (40, "Regular", 15, "1. Pindai kode   2. Pilih jawaban   3. Kirim", 0),
        (10, "Regular", 11, f"{POSTER.title}. Petugas tidak dapat melihat jawaban Anda.", 0),
    )
    for height, font, size, words, colour in lines:
        canvas.setFillColorRGB(colour, colour, colour)
        canvas.setFont(font, size)
        canvas.drawCentredString(105 * mm, height * mm, words)
    draw_code(canvas)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def draw_code(canvas: Canvas) -> None:
    rows = list(segno.make(POSTER.address, error="q", micro=False).matrix_iter(border=4))
    side = 112 * mm / len(rows)
    canvas.setFillColorRGB(0, 0, 0)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                left, bottom = 49 * mm + x * side, 209 * mm - (y + 1) * side
                canvas.rect(left, bottom, side, side, stroke=0, fill=1)


def sample_report() -> Report:
    columns = (Column("Unsur", share=3), Column("NRR", "right"), Column("Nilai", "right"))
    rows = tuple((f"Unsur {number}", "3,456", "86,40") for number in range(1, 10))
    table = TableContent("Tabel", columns, rows)
    blocks = (Paragraph("Kalimat tentang angka. " * 12), table) * 20
    cover = Cover("Laporan", "Indeks", "Triwulan IV Tahun 2026", "Unit", "Kota Contoh", "")
    stamp = Stamp("ab" * 32, "cd" * 8, "segel nomor 1", "0123-4567-89AB-CDEF", POSTER.address)
    return Report(cover, (Chapter("BAB I", "ANALISIS", (Section("A. Hasil", blocks),)),), stamp)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
