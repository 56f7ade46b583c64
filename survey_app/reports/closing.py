"""The ends of a report: schedule, how to check it, and who signs."""

from survey_app.reports.content import Block, Column, Listing, Paragraph, Stamp, Table
from survey_app.reports.figures import Figures
from survey_app.reports.wording import bilangan, tanggal, workdays

_PLANNED_DAYS = 6


def schedule_table(figures: Figures) -> Table:
    """The regulation's four steps of six working days beside the days they really took."""
    survey = figures.survey
    opened, closed = figures.day(survey.opened_at), figures.day(survey.closed_at)
    published = figures.day(survey.published_at)
    collecting = "belum selesai"
    if opened and closed and not figures.is_open:
        days = bilangan(workdays(opened, closed))
        span = tanggal(opened) if opened == closed else f"{tanggal(opened)} – {tanggal(closed)}"
        collecting = f"{span} ({days} hari kerja)"
    elif opened:
        collecting = f"sejak {tanggal(opened)}, masih berlangsung"
    is_done = closed and not figures.is_open
    computing = f"{tanggal(closed)}, otomatis saat survei ditutup" if is_done else "belum"
    real = (
        ("Persiapan", f"sampai {tanggal(opened)}" if opened else "belum"),
        ("Pengumpulan data", collecting),
        ("Pengolahan data indeks", computing),
        ("Penyusunan dan pelaporan hasil", tanggal(published) if published else "belum"),
    )
    rows = tuple(
        (str(number), step, f"{_PLANNED_DAYS} hari kerja", days)
        for number, (step, days) in enumerate(real, 1)
    )
    return Table(
        "Jadwal: rencana menurut PermenPANRB 14/2017 dan pelaksanaannya",
        (
            Column("No", "center", 0.35),
            Column("Kegiatan", share=2),
            Column("Rencana", share=1),
            Column("Pelaksanaan", share=2.6),
        ),
        rows,
        note="Hari kerja dihitung Senin sampai Jumat tanpa memperhitungkan hari libur.",
    )


def authenticity_blocks(figures: Figures, stamp: Stamp) -> list[Block]:
    """What is sealed, the codes to check it by, and what is not covered."""
    if not stamp.code:
        return [Paragraph(stamp.line)]
    state = (
        "Angka dalam laporan ini adalah angka yang diterbitkan dan dibekukan."
        if figures.is_published
        else "Angka dalam laporan ini belum diterbitkan dan masih dapat berubah."
    )
    rows = tuple((label, text) for label, text in stamp.rows)
    return [
        Paragraph(
            "Jawaban disegel berkelompok dalam rantai segel bertanda tangan, sehingga jawaban "
            f"yang sudah disegel tidak dapat diubah tanpa ketahuan. {state} Uraian penyebab, "
            "saran, susunan tim, dan rencana tindak lanjut ditulis oleh unit."
        ),
        Table("Penanda keaslian", (Column("Penanda", share=1.3), Column("Isi", share=3)), rows),
        Listing(
            (
                "Buka alamat pemeriksaan atau pindai kode QR pada halaman depan, lalu bandingkan "
                "nilai dan jumlah respondennya dengan laporan ini.",
                "Bandingkan kepala segel dengan daftar segel yang diumumkan pada halaman "
                "transparansi.",
            ),
            is_numbered=True,
        ),
    ]


def signature_blocks(figures: Figures) -> list[Block]:
    """Who signs, as the unit wrote it; its blank lines leave room for the signature."""
    lines = figures.passages.get("signature", "").splitlines()
    return [Paragraph(line or "\N{NO-BREAK SPACE}") for line in lines]
