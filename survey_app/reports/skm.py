"""The report that PermenPANRB 14/2017 asks for (Bab VI), in the order of its chapters."""

from survey_app.reports.closing import authenticity_blocks, schedule_table, signature_blocks
from survey_app.reports.comparison import comparison_blocks
from survey_app.reports.content import (
    Block,
    Chapter,
    Column,
    Listing,
    Paragraph,
    Section,
    Stamp,
    Table,
)
from survey_app.reports.correlation import correlation_blocks
from survey_app.reports.figures import Figures
from survey_app.reports.findings import (
    certainty_sentence,
    change_sentence,
    choice_sentence,
    extremes,
    extremes_sentence,
    index_sentence,
    lowest_gap_sentence,
    plan_sentence,
    sample_sentence,
)
from survey_app.reports.method import grades_table, method_points, questionnaire_blocks
from survey_app.reports.parts import (
    channels_block,
    services_table,
    unsur_blocks,
    written,
)
from survey_app.reports.plan import plan_blocks
from survey_app.reports.profile import by_service_blocks, profile_blocks
from survey_app.reports.summary import advice_blocks, conclusions, summary_chapter
from survey_app.reports.wording import angka, bilangan, listed, period_in_words, sentence, tanggal

_LAWS = (
    "Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik;",
    "Peraturan Pemerintah Nomor 96 Tahun 2012 tentang Pelaksanaan Undang-Undang Nomor 25 "
    "Tahun 2009 tentang Pelayanan Publik;",
    "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 14 Tahun "
    "2017 tentang Pedoman Penyusunan Survei Kepuasan Masyarakat Unit Penyelenggara Pelayanan "
    "Publik;",
    "Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi.",
)


def skm_chapters(figures: Figures, stamp: Stamp) -> tuple[Chapter, ...]:
    """All chapters, from the summary to the appendices."""
    return (
        _summary(figures),
        _introduction(figures),
        _analysis(figures),
        _conclusion(figures),
        Chapter("BAB IV", "TINDAK LANJUT", (_plan(figures),), opens_page=False),
        *_appendices(figures, stamp),
    )


def _summary(figures: Figures) -> Chapter:
    texts = (
        certainty_sentence(figures),
        extremes_sentence(figures),
        change_sentence(figures),
        plan_sentence(figures),
        choice_sentence(figures),
    )
    rule = "menurut PermenPANRB Nomor 14 Tahun 2017"
    return summary_chapter(figures, "RINGKASAN EKSEKUTIF", rule, texts)


def _introduction(figures: Figures) -> Chapter:
    return Chapter(
        "BAB I",
        "PENDAHULUAN",
        (
            _background(figures),
            Section("B. Dasar Hukum", (Listing(_LAWS, is_numbered=True),)),
            _purpose(figures),
            _method(figures),
            Section(
                "E. Tim Pelaksana",
                tuple(written(figures, "team", "Susunan tim pelaksana belum dicatat.")),
            ),
            Section("F. Jadwal", (schedule_table(figures),)),
        ),
    )


def _background(figures: Figures) -> Section:
    text = (
        "Penyelenggara pelayanan publik wajib mengukur kepuasan masyarakat secara berkala, "
        "paling sedikit sekali setahun, sebagai dasar perbaikan pelayanan. Laporan ini memuat "
        f"hasil pengukuran di {figures.survey.unit.name} untuk "
        f"{period_in_words(figures.survey.period)}, cara memperolehnya, dan rencana "
        "tindak lanjutnya."
    )
    own = figures.passages.get("background", "")
    return Section("A. Latar Belakang", (Paragraph(text), *map(Paragraph, own.splitlines())))


def _purpose(figures: Figures) -> Section:
    return Section(
        "C. Tujuan dan Sasaran",
        (
            Paragraph(
                "Survei bertujuan mengetahui kepuasan masyarakat terhadap pelayanan unit dan "
                "menemukan unsur yang perlu diperbaiki lebih dahulu."
            ),
            Paragraph("Sasaran survei:"),
            Listing(
                (
                    "masyarakat ikut menilai kinerja penyelenggara pelayanan;",
                    "unit memperbaiki mutu pelayanan dan membuat pembaruan;",
                    "perkembangan kepuasan diketahui dari satu periode ke periode berikutnya.",
                )
            ),
        ),
    )


def _method(figures: Figures) -> Section:
    return Section(
        "D. Metode",
        (
            Paragraph(sample_sentence(figures)),
            *services_table(figures),
            _returns(figures),
            channels_block(figures),
            Paragraph(sentence(choice_sentence(figures), _how_counted())),
        ),
    )


def _how_counted() -> str:
    return "Cara menghitung indeks diuraikan dalam Lampiran 2."


def _returns(figures: Figures) -> Table:
    sealed = figures.seal.responses if figures.seal else 0
    n = figures.whole["n"]
    return Table(
        "Kuesioner yang kembali dan yang dapat diolah",
        (Column("Uraian", share=3), Column("Jumlah", "right", 1)),
        (
            ("Kuesioner yang kembali dan disegel", bilangan(sealed)),
            ("Kuesioner yang dapat diolah (menjawab paling sedikit satu unsur)", bilangan(n)),
            ("Kuesioner kosong", bilangan(max(0, sealed - n))),
        ),
    )


def _analysis(figures: Figures) -> Chapter:
    return Chapter(
        "BAB II",
        "ANALISIS",
        (
            Section("A. Profil Responden", tuple(profile_blocks(figures))),
            _per_unsur(figures),
            _weak_and_strong(figures),
            Section("D. Hubungan Antarunsur", tuple(correlation_blocks(figures))),
            Section("E. Hasil Menurut Layanan", tuple(by_service_blocks(figures))),
            Section(
                "F. Perbandingan Antarperiode",
                (
                    Paragraph(change_sentence(figures) or "Perbandingan tidak dapat dilakukan."),
                    *comparison_blocks(figures),
                ),
            ),
        ),
    )


def _per_unsur(figures: Figures) -> Section:
    title = "B. Indeks per Unsur"
    text = sentence(index_sentence(figures), certainty_sentence(figures))
    if figures.index is None:
        return Section(title, (Paragraph(text),))
    return Section(title, (Paragraph(text), unsur_table(figures), *unsur_blocks(figures)))


def unsur_table(figures: Figures) -> Table:
    """NRR, NRR tertimbang, value and grade of every unsur, and the index below them."""
    index, instrument = figures.index or {}, figures.instrument
    rows = tuple(
        (
            f"U{instrument.item(item['code']).number}",
            item["label"],
            bilangan(item["n"]),
            angka(item["mean"], 3),
            angka(item["weighted"], 3),
            angka(item["score100"]),
            item["grade"] or "–",
        )
        for item in figures.whole["items"]
    )
    total = ("", f"{index['code']} unit", bilangan(figures.whole["n"]), "")
    return Table(
        f"Nilai rata-rata (NRR) unsur dan {index['code']}",
        (
            Column("No", "center", 0.5),
            Column("Unsur", share=2.9),
            Column("Mengisi", "right", 0.95),
            Column("NRR", "right", 0.8),
            Column("NRR tertimbang", "right", 1.25),
            Column("Nilai", "right", 0.85),
            Column("Mutu", "center", 0.7),
        ),
        rows,
        (*total, angka(index["value"], 3), angka(index["score100"]), index["grade"]),
        "Indeks dihitung dari nilai penuh; angka pada tabel dibulatkan untuk ditampilkan.",
    )


def _weak_and_strong(figures: Figures) -> Section:
    title = "C. Unsur Terendah dan Tertinggi"
    lowest, highest = extremes(figures)
    if not lowest:
        text = extremes_sentence(figures) or "Unsur terendah dan tertinggi belum dapat ditentukan."
        return Section(title, (Paragraph(text),))
    low, high = (listed([item["label"] for item in part]) for part in (lowest, highest))
    return Section(
        title,
        (
            Paragraph(sentence(extremes_sentence(figures), lowest_gap_sentence(figures))),
            Paragraph(f"Penyebab rendahnya nilai {low}:"),
            *written(figures, "weak_causes", "Penyebabnya belum diuraikan oleh unit."),
            Paragraph(f"Penyebab tingginya nilai {high}:"),
            *written(figures, "strong_causes", "Penyebabnya belum diuraikan oleh unit."),
        ),
    )


def _conclusion(figures: Figures) -> Chapter:
    return Chapter(
        "BAB III",
        "PENUTUP",
        (
            Section("A. Kesimpulan", (conclusions(figures),)),
            Section("B. Saran", tuple(advice_blocks(figures))),
        ),
    )


def _plan(figures: Figures) -> Section:
    return Section("", (*plan_blocks(figures), *signature_blocks(figures)))


def _appendices(figures: Figures, stamp: Stamp) -> tuple[Chapter, ...]:
    made = f"Laporan ini disusun pada {tanggal(figures.today)}."
    method: list[Block] = [
        Listing(tuple(method_points(figures)), is_numbered=True),
        grades_table(figures.instrument),
    ]
    return (
        Chapter(
            "LAMPIRAN 1",
            "KUESIONER",
            (Section("", tuple(questionnaire_blocks(figures.instrument))),),
        ),
        Chapter("LAMPIRAN 2", "CARA MENGHITUNG", (Section("", tuple(method)),), opens_page=False),
        Chapter(
            "LAMPIRAN 3",
            "KEASLIAN LAPORAN",
            (Section("", (*authenticity_blocks(figures, stamp), Paragraph(made))),),
            opens_page=False,
        ),
    )
