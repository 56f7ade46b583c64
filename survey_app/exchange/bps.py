"""BPS metadata of a published survey: MS-Keg, MS-Var and MS-Ind, as a workbook and as JSON.

The columns of MS-Var (12) and MS-Ind (17) and their order are those of the forms of Peraturan BPS
5/2020, as two applications of BPS offices have them. A composite indicator names what it is built
from in columns 11 and 12, any other in 13 to 15; the others stay empty. BPS's newer portal asks
for more (measure and unit of a variable); that is not in the regulation's forms.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from instruments import Instrument
from survey_app.exchange.bps_activity import describe_activity
from survey_app.exchange.bps_form import NO, TO_FILL, YES, fill_in
from survey_app.exchange.material import Material
from survey_app.spreadsheets import to_xlsx

ACTIVITY, VARIABLE, INDICATOR = "MS-Keg", "MS-Var", "MS-Ind"
ACTIVITY_COLUMNS = ("blok", "rincian", "pertanyaan", "isian")
ACCESS = "apakah kolom (2) dapat diakses umum"
VARIABLE_COLUMNS = (
    *("nomor", "nama variabel", "alias", "konsep", "definisi", "referensi pemilihan"),
    *("referensi waktu", "tipe data", "klasifikasi isian", "aturan validasi"),
    *("kalimat pertanyaan", ACCESS),
)
INDICATOR_COLUMNS = (
    *("nomor", "nama indikator", "konsep", "definisi", "interpretasi", "metode/rumus penghitungan"),
    *("ukuran", "satuan", "klasifikasi penyajian", "indikator komposit"),
    *("indikator pembangun: publikasi ketersediaan", "indikator pembangun: nama"),
    *("variabel pembangun: kegiatan penghasil", "variabel pembangun: kode kegiatan"),
    *("variabel pembangun: nama", "level estimasi", ACCESS),
)
RESPONDENT = "Karakteristik responden"

Row = Sequence[Any]
Sheets = dict[str, tuple[Row, list[Row]]]


def metadata_sheets(material: Material, answers: Mapping[str, str] | None = None) -> Sheets:
    """The three forms as tables; `answers` fills lines of MS-Keg by their code."""
    lines = fill_in(describe_activity(material), answers or {})
    return {
        ACTIVITY: (
            ACTIVITY_COLUMNS,
            [(one.block, one.number, one.question, one.text) for one in lines],
        ),
        VARIABLE: (VARIABLE_COLUMNS, _variables(material)),
        INDICATOR: (INDICATOR_COLUMNS, _indicators(material)),
    }


def write_metadata(
    material: Material, form: str, answers: Mapping[str, str] | None = None
) -> bytes:
    """The metadata as `xlsx` or `json`."""
    sheets = metadata_sheets(material, answers)
    if form == "xlsx":
        return to_xlsx(sheets)
    content = {
        name: [dict(zip(columns, row, strict=True)) for row in rows]
        for name, (columns, rows) in sheets.items()
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _variables(material: Material) -> list[Row]:
    instrument, period = material.instrument, material.survey.period
    measured, source = {item.code for item in instrument.items}, instrument.regulation
    return [
        (
            *(number, label, code, instrument.index.name if code in measured else RESPONDENT),
            *(definition, source, period, kind, classes, validation, question, YES),
        )
        for number, (label, code, definition, kind, classes, validation, question) in enumerate(
            _asked(instrument), 1
        )
    ]


def _asked(instrument: Instrument) -> Iterator[tuple[str, str, str, str, str, str, str]]:
    """Each variable's name, alias, definition, type, classes, rule and question."""
    rule = f"Bilangan bulat {instrument.scale.minimum}-{instrument.scale.maximum} atau kosong"
    for item in instrument.form_items:
        classes = _choices({str(option.value): option.label for option in item.options})
        start = (item.label, item.code, item.info or TO_FILL, "Integer")
        yield (*start, classes, rule, item.question)
    for asked in instrument.profile:
        classes = _choices({one.code: one.label for one in asked.options})
        start = (asked.label, asked.code, TO_FILL, "String")
        yield (*start, classes, "Salah satu kode pilihan, atau kosong", asked.label)
    for masked in instrument.masked:
        classes = _choices({"1": "Ya", "0": "Tidak"})
        method = "Jawaban terpaksa dengan koin (Boruch 1971)"
        start = (masked.label, masked.code, method, "Integer")
        yield (*start, classes, "1, 0, atau kosong", masked.question)


def _indicators(material: Material) -> list[Row]:
    instrument, title = material.instrument, material.survey.title
    rule = instrument.index
    names = "; ".join(f"Nilai unsur {item.label}" for item in instrument.items)
    whole: Row = (
        *(1, f"{rule.name} ({rule.code})", rule.name, TO_FILL, _interpretation(instrument)),
        *(_formula(instrument), "Indeks", "Tanpa satuan", "Unit layanan; layanan"),
        *(YES, material.address, names, "", "", "", "Unit layanan", YES),
    )
    parts: list[Row] = [
        (
            *(number, f"Nilai unsur {item.label}", rule.name, item.info or TO_FILL),
            *("Makin tinggi makin baik", f"Jumlah nilai {item.code} dibagi yang menjawabnya"),
            *("Rata-rata", "Tanpa satuan", "Unit layanan; layanan", NO, "", "", title, TO_FILL),
            *(item.label, "Unit layanan", YES),
        )
        for number, item in enumerate(instrument.items, 2)
    ]
    return [whole, *parts]


def _interpretation(instrument: Instrument) -> str:
    bands = sorted(instrument.index.bands, key=lambda band: -band.minimum)
    words = (f"{band.grade} ({band.label}) mulai {band.minimum}" for band in bands)
    return "; ".join(words).replace(".", ",")


def _formula(instrument: Instrument) -> str:
    weights = {str(instrument.weight(code)) for code in instrument.codes}
    weight = f"bobot tiap unsur {weights.pop()}" if len(weights) == 1 else "bobot unit"
    scale = {
        None: "",
        "ratio": ", tiap rata-rata dikali 4 dibagi nilai tertinggi",
        "linear": ", tiap rata-rata dipetakan lurus ke skala 1-4",
    }[instrument.index.conversion]
    return (
        f"Jumlah (nilai rata-rata unsur x bobot) x 25{scale}; rata-rata dibagi yang menjawab, "
        f"{weight}; dibulatkan sekali, dua desimal"
    )


def _choices(options: Mapping[str, str]) -> str:
    return "; ".join(f"{value} = {label}" for value, label in options.items())
