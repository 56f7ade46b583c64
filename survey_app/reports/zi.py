"""The self-survey report of SE Menteri PANRB 04/2023 (Lampiran I): Bab I to Bab IV.

It is always called a survei mandiri: the worksheet's rows read survei eksternal, and the two
are never the same.
"""

from fractions import Fraction
from typing import Any

from analysis.index import to_scale4
from survey_app.reports.closing import authenticity_blocks, schedule_table, signature_blocks
from survey_app.reports.comparison import comparison_blocks
from survey_app.reports.content import Block, Chapter, Column, Listing, Paragraph, Section, Table
from survey_app.reports.content import Stamp as StampContent
from survey_app.reports.figures import Figures
from survey_app.reports.findings import (
    certainty_sentence,
    change_sentence,
    choice_sentence,
    extremes_sentence,
    index_sentence,
    lowest_gap_sentence,
    plan_sentence,
    sample_sentence,
)
from survey_app.reports.method import (
    conversion_named,
    grades_table,
    method_points,
    questionnaire_blocks,
)
from survey_app.reports.parts import (
    channels_block,
    services_table,
    unsur_blocks,
    written,
)
from survey_app.reports.plan import plan_blocks
from survey_app.reports.profile import by_service_blocks, profile_blocks
from survey_app.reports.summary import advice_blocks, conclusions, summary_chapter
from survey_app.reports.wording import angka, bilangan, sentence, tanggal

SELF_SURVEY = "SURVEI MANDIRI"
_NOT_EXTERNAL = (
    "Laporan ini memuat hasil survei mandiri unit. Hasilnya bukan nilai survei eksternal dan "
    "masih dapat divalidasi oleh Tim Penilai Nasional."
)


def zi_chapters(figures: Figures, stamp: StampContent) -> tuple[Chapter, ...]:
    """All chapters, after a summary of one page."""
    return (
        _summary(figures),
        Chapter(
            "BAB I",
            "KUESIONER",
            (Section("", (_asked(figures), *questionnaire_blocks(figures.instrument))),),
        ),
        _method(figures),
        _processing(figures),
        _data(figures, stamp),
    )


def _summary(figures: Figures) -> Chapter:
    texts = (
        _named_conversion(figures),
        certainty_sentence(figures),
        sentence(extremes_sentence(figures), plan_sentence(figures)),
        choice_sentence(figures),
        _NOT_EXTERNAL,
    )
    rule = "secara mandiri menurut SE Menteri PANRB Nomor 04 Tahun 2023"
    return summary_chapter(figures, "RINGKASAN", rule, texts)


def _named_conversion(figures: Figures) -> str:
    name = conversion_named(figures)
    return f"Konversi ke skala 4 memakai cara {name}." if name and figures.index else ""


def _asked(figures: Figures) -> Paragraph:
    instrument = figures.instrument
    return Paragraph(
        f"Kuesioner memuat {len(instrument.items)} pernyataan yang dijawab pada skala "
        f"{instrument.scale.minimum}–{instrument.scale.maximum}, mengikuti "
        f"{instrument.regulation}. Kuesioner diisi tanpa nama dan bersifat sukarela."
    )


def _method(figures: Figures) -> Chapter:
    return Chapter(
        "BAB II",
        "METODOLOGI",
        (
            Section("A. Kriteria Responden", _criteria(figures)),
            Section(
                "B. Metode Pencacahan",
                (
                    channels_block(figures),
                    Paragraph(choice_sentence(figures) or "Pencacahan belum dimulai."),
                    schedule_table(figures),
                ),
            ),
            Section(
                "C. Metode Pengolahan Data dan Analisis",
                (
                    Listing(tuple(method_points(figures)), is_numbered=True),
                    grades_table(figures.instrument),
                ),
            ),
        ),
        opens_page=False,
    )


def _criteria(figures: Figures) -> tuple[Block, ...]:
    span = f"{tanggal(figures.survey.period_start)} sampai {tanggal(figures.survey.period_end)}"
    return (
        Paragraph(
            "SE Menteri PANRB 04/2023 menetapkan responden sebagai penerima layanan yang sudah "
            f"selesai dilayani, dari semua layanan unit, dalam hal ini pada {span}. Surat edaran "
            "itu tidak menetapkan jumlah responden paling sedikit."
        ),
        Paragraph(sample_sentence(figures)),
        *services_table(figures),
    )


def _processing(figures: Figures) -> Chapter:
    return Chapter(
        "BAB III",
        "PENGOLAHAN",
        (
            Section("A. Analisis Hasil", _results(figures)),
            Section(
                "B. Tindak Lanjut",
                (*plan_blocks(figures), Paragraph("Saran:"), *advice_blocks(figures)),
            ),
        ),
    )


def _results(figures: Figures) -> tuple[Block, ...]:
    opening = Paragraph(sentence(index_sentence(figures), certainty_sentence(figures)))
    if figures.index is None:
        return (opening,)
    return (
        opening,
        statement_table(figures),
        *unsur_blocks(figures),
        Paragraph(sentence(extremes_sentence(figures), lowest_gap_sentence(figures))),
        Paragraph("Penyebab unsur terendah:"),
        *written(figures, "weak_causes", "Penyebabnya belum diuraikan oleh unit."),
        Paragraph("Penyebab unsur tertinggi:"),
        *written(figures, "strong_causes", "Penyebabnya belum diuraikan oleh unit."),
        *by_service_blocks(figures),
        Paragraph(change_sentence(figures)),
        *comparison_blocks(figures),
        Paragraph("Kesimpulan:"),
        conclusions(figures),
    )


def statement_table(figures: Figures) -> Table:
    """Every statement: its raw mean, that on scale 4 where it is converted, value and grade."""
    index, scale = figures.index or {}, figures.instrument.scale
    is_converted = "raw_mean" in index
    raw_title = f"Rata-rata ({scale.minimum}–{scale.maximum})"
    rows = tuple(
        (
            str(number),
            item["label"],
            bilangan(item["n"]),
            angka(item["mean"], 3),
            *((_on_four(item, figures),) if is_converted else ()),
            angka(item["score100"]),
            item["grade"] or "–",
        )
        for number, item in enumerate(figures.whole["items"], 1)
    )
    raw = angka(index["raw_mean"] if is_converted else index["value"], 3)
    on_four = (angka(index["value"], 3),) if is_converted else ()
    total = ("", index["code"], bilangan(figures.whole["n"]), raw, *on_four)
    return Table(
        f"Nilai tiap pernyataan dan {index['code']}",
        (
            Column("No", "center", 0.4),
            Column("Pernyataan", share=2.9),
            Column("Mengisi", "right", 0.95),
            Column(raw_title, "right", 1.4),
            *((Column("Skala 4", "right", 0.8),) if is_converted else ()),
            Column("Nilai", "right", 0.85),
            Column("Mutu", "center", 0.7),
        ),
        rows,
        (*total, angka(index["score100"]), index["grade"]),
        "Nilai adalah angka pada skala 4 dikalikan 25. " + _named_conversion(figures),
    )


def _on_four(item: dict[str, Any], figures: Figures) -> str:
    conversion = figures.result["method"]["conversion"]
    value = to_scale4(Fraction(item["mean"]), figures.instrument, conversion)
    return angka(float(value), 3)


def _data(figures: Figures, stamp: StampContent) -> Chapter:
    made = Paragraph(f"Laporan ini disusun pada {tanggal(figures.today)}.")
    return Chapter(
        "BAB IV",
        "DATA SURVEI",
        (
            Section("A. Data Responden", (*_contacts(figures), *profile_blocks(figures))),
            Section(
                "B. Data Dukung Lainnya",
                (
                    *written(figures, "evidence", "Data dukung lain belum dicatat oleh unit."),
                    *authenticity_blocks(figures, stamp),
                    made,
                    *signature_blocks(figures),
                ),
            ),
        ),
    )


def _contacts(figures: Figures) -> tuple[Block, ...]:
    apart = (
        "Jawaban diberikan tanpa nama. Nama dan nomor telepon yang diminta SE Menteri PANRB "
        "04/2023 sebagai bukti hanya dicatat dengan persetujuan, terpisah dari jawaban, dan "
        "hanya dapat dibuka oleh evaluator; keduanya tidak dimuat dalam laporan ini."
    )
    if figures.is_open:
        return (Paragraph(apart),)
    if not figures.contacts:
        return (Paragraph(f"{apart} Tidak ada responden yang meninggalkan kontak."),)
    count = bilangan(figures.contacts)
    return (Paragraph(f"{apart} Kontak yang tersedia bagi evaluator: {count} orang."),)
