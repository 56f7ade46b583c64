"""What was asked, how the index comes about, and what its grades mean."""

from analysis.index import conversion_of
from instruments import Instrument
from survey_app.reports.content import Block, Column, Paragraph, Table
from survey_app.reports.figures import Figures
from survey_app.reports.wording import (
    angka,
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


_QUESTION = Column("Pertanyaan", share=3)
