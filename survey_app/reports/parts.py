"""Passages, tables and pictures that both kinds of report begin with."""

from analysis.pictures import Mark, index_picture, unsur_picture
from survey_app.reports.content import Block, Column, Listing, Paragraph, Picture, Table
from survey_app.reports.figures import Figures, shown_channels
from survey_app.reports.findings import (
    TOP,
)
from survey_app.reports.passages import lines_of
from survey_app.reports.printable import on_paper
from survey_app.reports.wording import (
    CHANNELS,
    angka,
    bilangan,
    interval,
    listed,
)


def written(figures: Figures, passage: str, otherwise: str) -> list[Block]:
    """What the unit wrote, line by line, or the sentence that says that it wrote nothing."""
    lines = lines_of(figures.passages.get(passage, ""))
    return [Listing(lines)] if lines else [Paragraph(otherwise)]


def index_blocks(figures: Figures) -> list[Block]:
    """The index on the scale of grades."""
    index = figures.index
    if index is None:
        return []
    ends = (index["ci"][0], min(TOP, index["ci"][1])) if index["ci"] else None
    mark = Mark(index["code"], index["score100"], ends, index["grade"])
    svg = index_picture(mark, figures.instrument.index.bands)
    caption = f"{index['code']} dengan selang kepercayaan 95 persen pada skala mutu pelayanan"
    words = f"{index['code']} {angka(index['score100'])}, selang {interval(ends)}"
    return [Picture(caption if ends else f"{index['code']} pada skala mutu", on_paper(svg), words)]


def unsur_blocks(figures: Figures) -> list[Block]:
    """Items as bars, lowest first."""
    marks = [
        Mark(item["label"], item["score100"], None, item["grade"])
        for item in figures.ranked()
        if figures.index
    ]
    if not marks:
        return []
    caption = "Nilai tiap unsur, dari yang terendah"
    words = "; ".join(f"{mark.label} {angka(mark.score)}" for mark in marks)
    return [Picture(caption, on_paper(unsur_picture(marks, caption)), words, 0.8)]


def services_table(figures: Figures) -> list[Block]:
    """The services that took part with their users in the period."""
    if not figures.services:
        return []
    rows = tuple(
        (str(n), one.name, bilangan(one.population), bilangan(one.target))
        for n, one in enumerate(figures.services, 1)
    )
    survey = figures.survey
    total = ("", "Unit seluruhnya", bilangan(survey.population), bilangan(survey.target))
    return [
        Table(
            "Layanan, pengguna layanan, dan responden yang diperlukan",
            (
                Column("No", "center", 0.35),
                Column("Layanan", share=3),
                Column("Pengguna layanan", "right", 1.2),
                Column("Responden diperlukan", "right", 1.3),
            ),
            rows,
            total,
            "Responden yang diperlukan tiap layanan berlaku bila layanan itu dinilai tersendiri.",
        )
    ]


def channels_block(figures: Figures) -> Block:
    """How the answers came, with those channels' numbers that may be told."""
    shown, hidden = shown_channels(figures)
    if not shown and not hidden:
        return Paragraph("Belum ada jawaban yang disegel.")
    if figures.is_open:
        names = listed([CHANNELS[name] for name in hidden])
        return Paragraph(f"Jawaban masuk melalui {names}.")
    parts = [f"{CHANNELS[name]} ({bilangan(n)} jawaban)" for name, n in sorted(shown.items())]
    rest = figures.whole["n"] - sum(shown.values())
    if hidden:
        names = listed([CHANNELS[name] for name in hidden])
        parts.append(f"{names} (bersama {bilangan(rest)} jawaban)" if shown else names)
    return Paragraph(f"Jawaban masuk melalui {listed(parts)}.")
