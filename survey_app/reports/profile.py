"""Who answered and how services fared, as far as it may be told."""

from typing import Any

from analysis.index import compute_index
from analysis.tally import Tally
from survey_app.reports.content import Block, Column, Paragraph, Table
from survey_app.reports.figures import Figures, shown_options
from survey_app.reports.findings import (
    TOP,
)
from survey_app.reports.wording import (
    angka,
    bilangan,
    interval,
)

_WHY_HIDDEN = {
    "few": "kurang dari {minimum} jawaban",
    "uniform": "semua menjawab sama",
    "complement": "dapat dipakai menghitung kelompok lain yang disembunyikan",
}


def profile_blocks(figures: Figures) -> list[Block]:
    """Respondents by each profile question, with the index of each group that may be told."""
    if figures.tallies is None:
        return [Paragraph("Profil responden ditampilkan setelah survei ditutup.")]
    if figures.whole["n"] < figures.minimum:
        return [Paragraph("Profil responden tidak ditampilkan karena jawaban terlalu sedikit.")]
    blocks: list[Block] = [
        _profile_table(figures, question) for question in figures.instrument.profile
    ]
    if not blocks:
        return [Paragraph("Kuesioner ini tidak menanyakan profil responden.")]
    return [
        Paragraph(
            "Pertanyaan profil bersifat sukarela. Kelompok yang terlalu kecil tidak "
            "ditampilkan agar tidak menunjuk orang; satu kelompok lain ikut disembunyikan bila "
            "yang kecil dapat dihitung daripadanya."
        ),
        *blocks,
    ]


def by_service_blocks(figures: Figures) -> list[Block]:
    """The index of each service that may be told."""
    groups, hidden = figures.result["groups"][1:], figures.result["hidden"]
    if figures.is_open:
        return [Paragraph("Nilai tiap layanan ditampilkan setelah survei ditutup.")]
    if not groups and not hidden:
        return [Paragraph("Jawaban tidak terbagi menurut layanan.")]
    names = figures.service_names
    rows = [_service_row(names, group) for group in groups]
    rows += [(names.get(code, code), "disembunyikan", "–", "–", "–") for code in hidden]
    note = "Nilai unit dihitung dari semua responden, bukan rata-rata nilai layanan."
    why = _why_hidden(set(hidden.values()), figures.minimum)
    return [
        Table(
            f"{figures.instrument.index.code} menurut layanan",
            (
                Column("Layanan", share=2.6),
                Column("Responden", "right", 1.2),
                Column("Nilai", "right", 0.8),
                Column("Selang 95 persen", "right", 1.4),
                Column("Mutu", "center", 0.7),
            ),
            tuple(rows),
            note=f"{note} {why}".strip(),
        )
    ]


def _profile_table(figures: Figures, question: Any) -> Table:
    shown, hidden = shown_options(figures, question.code)
    labels = {option.code: option.label for option in question.options} | {"": "Tidak menjawab"}
    rows = []
    for code, label in labels.items():
        if code in shown:
            rows.append((label, *_group_cells(shown[code], figures)))
        elif code in hidden:
            rows.append((label, "disembunyikan", "–", "–", "–"))
        elif code:
            rows.append((label, "0", "0,0", "–", "–"))
    note = _why_hidden(set(hidden.values()), figures.minimum)
    return Table(
        f"Responden menurut {question.label.lower()}",
        (
            Column(question.label, share=2.4),
            Column("Responden", "right", 1.2),
            Column("Persen", "right", 0.8),
            Column(figures.instrument.index.code, "right", 0.8),
            Column("Mutu", "center", 0.7),
        ),
        tuple(rows),
        ("Seluruhnya", *_group_cells_of_whole(figures)),
        note,
    )


def _group_cells(tally: Tally, figures: Figures) -> tuple[str, str, str, str]:
    conversion = figures.result["method"]["conversion"]
    own = compute_index(tally, figures.instrument, "exact", conversion)
    score = angka(own.score100) if own.score100 is not None else "–"
    share = angka(100 * tally.n / figures.whole["n"], 1)
    return bilangan(tally.n), share, score, own.band.grade if own.band else "–"


def _group_cells_of_whole(figures: Figures) -> tuple[str, str, str, str]:
    index = figures.index
    score, grade = (angka(index["score100"]), index["grade"]) if index else ("–", "–")
    return bilangan(figures.whole["n"]), "100,0", score, grade


def _service_row(names: dict[str, str], group: dict[str, Any]) -> tuple[str, ...]:
    name = names.get(group["key"]["layanan"], group["key"]["layanan"])
    index = group["index"]
    if index is None:
        return name, bilangan(group["n"]), "–", "–", "–"
    ends = interval(index["ci"], 2, TOP)
    return name, bilangan(group["n"]), angka(index["score100"]), ends, index["grade"]


def _why_hidden(reasons: set[str], minimum: int) -> str:
    if not reasons:
        return ""
    words = [_WHY_HIDDEN[name].format(minimum=minimum) for name in _WHY_HIDDEN if name in reasons]
    return f"Disembunyikan: {'; '.join(words)}."
