"""This period beside those before it."""

from typing import Any

from analysis.pictures import Mark, trend_picture
from survey_app.reports.content import Block, Column, Picture, Table
from survey_app.reports.figures import Figures
from survey_app.reports.findings import (
    TOP,
    change_of,
    is_comparable,
    is_more_than_noise,
)
from survey_app.reports.printable import on_paper
from survey_app.reports.wording import (
    angka,
    bilangan,
    interval,
    period_in_words,
    signed,
)


def comparison_blocks(figures: Figures) -> list[Block]:
    """This period beside up to two before it, each change with its interval."""
    index = figures.index
    if index is None or figures.is_open or not figures.earlier:
        return []
    oldest_first = figures.earlier[::-1]
    rows, before = [], None
    for period in oldest_first:
        rows.append(_period_row(period.name, period.n, period.index, before))
        before = (period.index, period.n) if is_comparable(figures, period) else None
    rows.append(_period_row(figures.survey.period, figures.whole["n"], index, before))
    marks = [_mark(one.name, one.index) for one in oldest_first]
    marks.append(_mark(figures.survey.period, index))
    title = f"{index['code']} dari waktu ke waktu dengan selang kepercayaan 95 persen"
    words = "; ".join(f"{mark.label} {angka(mark.score)}" for mark in marks)
    return [
        Table(
            f"{index['code']} menurut periode",
            (
                Column("Periode", share=1.9),
                Column("Responden", "right", 1.25),
                Column("Nilai", "right", 0.8),
                Column("Selang 95 persen", "right", 1.5),
                Column("Mutu", "center", 0.7),
                Column("Perubahan", "right", 1.2),
                Column("Selang perubahan", "right", 1.55),
                Column("Nyata", "center", 0.7),
            ),
            tuple(rows),
            note="Perubahan dihitung terhadap periode sebelumnya dengan menganggap respondennya "
            "berbeda; nyata berarti selang perubahan tidak memuat nol.",
        ),
        Picture(title, on_paper(trend_picture(marks, title)), words, 0.85),
    ]


def _period_row(
    name: str, n: int, index: dict[str, Any], before: tuple[dict[str, Any], int] | None
) -> tuple[str, ...]:
    start = (
        *(period_in_words(name), bilangan(n), angka(index["score100"])),
        *(interval(index["ci"], 2, TOP), index["grade"]),
    )
    if before is None:
        return *start, "–", "–", "–"
    change = change_of(before[0], index, (before[1], n))
    if change.interval is None:
        return *start, signed(change.value), "–", "–"
    ends = f"{signed(change.interval[0])} s.d. {signed(change.interval[1])}"
    return *start, signed(change.value), ends, "ya" if is_more_than_noise(change) else "tidak"


def _mark(name: str, index: dict[str, Any]) -> Mark:
    ends = (index["ci"][0], min(TOP, index["ci"][1])) if index["ci"] else None
    return Mark(name, index["score100"], ends, index["grade"])
