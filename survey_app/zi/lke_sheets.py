"""The shape of the LKE workbook: which sheets and columns there are, shared by writer and reader.

One row of `LKE` is one component of one unit. People fill four columns; everything else is a
formula over the other sheets, down to how many respondents gave each answer.
"""

from dataclasses import dataclass

from analysis.zi_rules import ZiRules
from survey_app.zi.entries import CAPAIAN, INDICES

LKE, MONTHS, SURVEYS, ITEMS, RULES, NOTES = (
    *("LKE", "Bulan", "Survei", "Unsur"),
    *("Aturan", "Catatan"),
)
YEAR_LABEL = "Tahun"
HEADING_ROW = 3  # counted from 1, below the title and the year

# What people fill, then what is computed.
UNIT, NAME, CODE, LABEL, WEIGHT = "Kode unit", "Unit", "Kode", "Komponen", "Bobot"
VALUE, SOURCE, RESPONDENTS, ERROR = "Nilai", "Sumber dokumen", "Responden", "Galat baku"
OWN, POINTS, OWN_POINTS = "Indeks survei mandiri", "Poin", "Poin perkiraan"
FILLED = (VALUE, SOURCE, RESPONDENTS, ERROR)
COMPUTED = (OWN, POINTS, OWN_POINTS)
NOTE = "Catatan"
HEADINGS = (UNIT, NAME, CODE, LABEL, WEIGHT, *FILLED, *COMPUTED, NOTE)


@dataclass(frozen=True)
class Part:
    """One row of a unit's block: a component to fill, or a sum of rows above it.

    `sums` names the rows that are added up; `is_index` rows hold an index that becomes points.
    """

    code: str
    label: str
    maximum: float
    sums: tuple[str, ...] = ()

    @property
    def is_sum(self) -> bool:
        """Whether the row only adds up others."""
        return bool(self.sums)

    @property
    def is_index(self) -> bool:
        """Whether an index stands in it."""
        return self.code in INDICES


def parts_of(rules: ZiRules) -> tuple[Part, ...]:
    """The rows of a unit's block, in the worksheet's order."""
    found: list[Part] = []
    for area in rules.areas:
        halves = tuple(f"{area.code}.{half}" for half in ("pemenuhan", "reform"))
        for code, half in zip(halves, (area.pemenuhan, area.reform), strict=True):
            found.append(Part(code, f"{area.label}: {code.rpartition('.')[2]}", float(half)))
        found.append(Part(f"jumlah.{area.code}", area.label, float(area.maximum), halves))
    areas = tuple(f"jumlah.{area.code}" for area in rules.areas)
    hasil = rules.hasil
    clean = float(hasil.ipak + hasil.capaian_kinerja)
    return (
        *found,
        Part("jumlah.pengungkit", "A. Pengungkit", float(rules.pengungkit), areas),
        Part("ipak", "Nilai Survei Persepsi Korupsi (IPAK, 0-4)", float(hasil.ipak)),
        Part(CAPAIAN, "Capaian Kinerja Lebih Baik", float(hasil.capaian_kinerja)),
        Part("jumlah.bersih", "B.I Birokrasi yang Bersih dan Akuntabel", clean, ("ipak", CAPAIAN)),
        Part("ipkp", "B.II Nilai Persepsi Kualitas Pelayanan (IPKP, 0-4)", float(hasil.ipkp)),
        Part(
            "jumlah.total",
            "Nilai total",
            float(rules.total),
            ("jumlah.pengungkit", "jumlah.bersih", "ipkp"),
        ),
    )


def letter(column: int) -> str:
    """The letter of a column counted from 0; there are fewer than 26."""
    return chr(ord("A") + column)
