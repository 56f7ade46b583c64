"""Tables, pictures and passages that both kinds of report are made of."""

from collections.abc import Sequence
from typing import Any

from analysis.drivers import item_correlations
from analysis.index import compute_index, conversion_of
from analysis.tally import Tally
from instruments import Instrument
from survey_app.monitor.follow_up import horizon
from survey_app.pictures import Mark, index_picture, trend_picture, unsur_picture
from survey_app.reports.content import Block, Column, Listing, Paragraph, Picture, Table
from survey_app.reports.figures import Figures, shown_channels, shown_options
from survey_app.reports.findings import (
    TOP,
    change_of,
    is_comparable,
    is_more_than_noise,
)
from survey_app.reports.passages import lines_of
from survey_app.reports.printable import on_paper
from survey_app.reports.wording import (
    CHANNELS,
    angka,
    bilangan,
    interval,
    listed,
    period_in_words,
    signed,
    tanggal,
    triwulan,
)

CONVERSIONS = {
    "ratio": "rasio (rata-rata × 4 ÷ nilai tertinggi)",
    "linear": "linear ((rata-rata − nilai terendah) ÷ rentang × 3 + 1)",
}
_INTERVALS = {
    "t": "memakai sebaran t, simetris di sekitar nilai",
    "logit": "simetris pada skala logit dengan sebaran t, sehingga tidak melampaui batas skala, "
    "dengan kelonggaran bagi responden yang tidak ditemui",
}
_WHY_HIDDEN = {
    "few": "kurang dari {minimum} jawaban",
    "uniform": "semua menjawab sama",
    "complement": "dapat dipakai menghitung kelompok lain yang disembunyikan",
}


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


def _why_hidden(reasons: set[str], minimum: int) -> str:
    if not reasons:
        return ""
    words = [_WHY_HIDDEN[name].format(minimum=minimum) for name in _WHY_HIDDEN if name in reasons]
    return f"Disembunyikan: {'; '.join(words)}."


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


def _service_row(names: dict[str, str], group: dict[str, Any]) -> tuple[str, ...]:
    name = names.get(group["key"]["layanan"], group["key"]["layanan"])
    index = group["index"]
    if index is None:
        return name, bilangan(group["n"]), "–", "–", "–"
    ends = interval(index["ci"], 2, TOP)
    return name, bilangan(group["n"]), angka(index["score100"]), ends, index["grade"]


def correlation_blocks(figures: Figures) -> list[Block]:
    """The regulation's bivariate analysis: correlation of every two items."""
    if figures.tallies is None:
        return [Paragraph("Hubungan antarunsur ditampilkan setelah survei ditutup.")]
    if figures.index is None:
        return [Paragraph("Hubungan antarunsur tidak dapat dihitung.")]
    tally, instrument = figures.tallies.whole, figures.instrument
    matrix = item_correlations(tally)
    items = [instrument.item(code) for code in tally.items]
    rows = tuple(
        (
            f"U{item.number} {item.label}",
            *(
                angka(matrix[q][k], 2) if k < q else ("1" if k == q else "")
                for k in range(len(items))
            ),
        )
        for q, item in enumerate(items)
    )
    columns = tuple(Column(f"U{item.number}", "right", 0.75) for item in items)
    table = Table(
        "Korelasi Pearson antarunsur",
        (Column("Unsur", share=3), *columns),
        rows,
        note="Tanda – berarti korelasi tidak dapat dihitung karena jawaban tidak beragam.",
    )
    return [Paragraph(_closest(matrix, [item.label for item in items])), table]


def _closest(matrix: Sequence[Sequence[float | None]], labels: Sequence[str]) -> str:
    pairs = [
        (r, labels[k], labels[q])
        for q, row in enumerate(matrix)
        for k, r in enumerate(row[:q])
        if r is not None
    ]
    if not pairs:
        return "Korelasi antarunsur tidak dapat dihitung karena jawaban tidak beragam."
    r, one, other = max(pairs)
    return (
        f"Hubungan terkuat terdapat antara {one} dan {other} (r = {angka(r)}). Korelasi "
        "menunjukkan bahwa dua unsur dinilai seiring; korelasi tidak membuktikan sebab."
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


def plan_blocks(figures: Figures) -> list[Block]:
    """The follow-up plan as the regulation's table."""
    if not figures.plan:
        return [
            Paragraph(
                "Rencana tindak lanjut belum disusun. PermenPANRB 14/2017 meminta rencana "
                "disusun mulai dari unsur yang terendah."
            )
        ]
    order = {item["code"]: place for place, item in enumerate(figures.ranked())}
    plan = sorted(figures.plan, key=lambda row: (order.get(row.unsur, len(order)), row.due))
    rows = tuple(
        (
            str(number),
            figures.instrument.item(row.unsur).label,
            row.programme,
            f"{triwulan(row.due)} ({tanggal(row.due)}), jangka "
            f"{horizon(figures.survey.period_end, row.due)}",
            row.responsible,
        )
        for number, row in enumerate(plan, 1)
    )
    return [
        Table(
            "Rencana tindak lanjut hasil survei",
            (
                Column("NO", "center", 0.45),
                Column("PRIORITAS UNSUR", share=1.7),
                Column("PROGRAM/KEGIATAN", share=2.6),
                Column("WAKTU", share=1.6),
                Column("PENANGGUNG JAWAB", share=1.7),
            ),
            rows,
            note="Jangka pendek kurang dari 12 bulan, menengah 12–24 bulan, panjang lebih dari "
            "24 bulan sejak akhir periode.",
        )
    ]


def questionnaire_blocks(instrument: Instrument) -> list[Block]:
    """Every question with its worded answers, in the order of the form."""
    is_alike = len({tuple(o.label for o in item.options) for item in instrument.items}) == 1
    if is_alike:
        scale = "; ".join(f"{o.value} = {o.label}" for o in instrument.items[0].options)
        rows = tuple(
            (str(item.form_position), item.label, item.question) for item in instrument.form_items
        )
        columns = (Column("No", "center", 0.35), Column("Unsur", share=1.5), _QUESTION)
        return [
            Paragraph(f"Pilihan jawaban setiap pertanyaan: {scale}."),
            Table("Pertanyaan kuesioner", columns, rows),
        ]
    rows = tuple(
        (
            str(item.form_position),
            item.question,
            "; ".join(f"{option.value} = {option.label}" for option in item.options),
        )
        for item in instrument.form_items
    )
    columns = (Column("No", "center", 0.35), _QUESTION, Column("Pilihan jawaban", share=2.4))
    return [Table("Pertanyaan kuesioner dan pilihan jawabannya", columns, rows)]


_QUESTION = Column("Pertanyaan", share=3)


def grades_table(instrument: Instrument) -> Table:
    """The bands of the grades on 0-100."""
    bands = sorted(instrument.index.bands, key=lambda band: band.minimum)
    floors = [float(band.minimum) or 25.0 for band in bands]
    tops = [*(f"{angka(float(band.minimum) - 0.01)}" for band in bands[1:]), "100,00"]
    rows = tuple(
        (f"{angka(low)}–{high}", band.grade, band.label)
        for low, high, band in zip(floors, tops, bands, strict=True)
    )
    return Table(
        "Nilai interval konversi, mutu pelayanan, dan kinerja unit",
        (Column("Nilai", "center"), Column("Mutu", "center"), Column("Kinerja", share=2)),
        rows,
    )


def method_points(figures: Figures) -> list[str]:
    """How the index comes about, step by step, as it was really computed."""
    instrument, method = figures.instrument, figures.result["method"]
    conversion = method["conversion"]
    weights = {instrument.weight(code) for code in instrument.codes}
    steps = [
        "Nilai rata-rata (NRR) setiap unsur adalah jumlah nilai dibagi jumlah responden yang "
        "mengisi unsur itu; jawaban kosong tidak dihitung sebagai nol.",
        f"Semua unsur berbobot sama, yaitu 1/{len(instrument.codes)}."
        if len(weights) == 1
        else "Setiap unsur dikalikan bobot yang ditetapkan unit; jumlah bobot seluruh unsur 1.",
    ]
    if conversion:
        steps.append(
            f"Rata-rata pada skala {instrument.scale.minimum}–{instrument.scale.maximum} "
            f"diubah ke skala 4 dengan konversi {CONVERSIONS[conversion]}. SE Menteri PANRB "
            "04/2023 tidak mencantumkan rumus konversi, sehingga cara ini disebut di sini."
        )
    steps += [
        "Indeks adalah jumlah NRR tertimbang; nilai indeks dikalikan 25, dibulatkan satu kali "
        "ke dua desimal, lalu diberi mutu.",
        "Galat baku dihitung dengan linearisasi"
        + (", dengan koreksi populasi terhingga" if "fpc" in method["variance"] else "")
        + f"; selang kepercayaan 95 persen {_INTERVALS[method.get('interval', 't')]}. Mutu "
        "disebut pasti hanya bila seluruh selang berada dalam satu mutu.",
    ]
    return steps


def conversion_named(figures: Figures) -> str:
    """The conversion to scale 4 in words; empty where the scale is 1-4 already."""
    name = conversion_of(figures.instrument, figures.result["method"]["conversion"])
    return CONVERSIONS[name] if name else ""
