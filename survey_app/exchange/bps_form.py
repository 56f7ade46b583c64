"""The form MS-Keg itself (Peraturan BPS 5/2020): its blocks, answers to choose, and conditions.

Numbers, order, answers and their codes are those of the form as two applications of BPS offices
print and check it (Jawa Tengah, Sulawesi Tenggara) and as BPS shows filled forms; the regulation
itself was not at hand. Uncertain: the heading of block VI (a list of the blocks by a BPS office
calls it "Penjaminan Kualitas", every printed form "Pengumpulan Data"); the codes 2 and 3 of 4.3
(one local government has them the other way round); the kind of activity after the sector, which
BPS's published forms have and one of the applications has not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

TO_FILL = "perlu diisi"
SKIPPED = "tidak diisi"
YES, NO = "Ya - 1", "Tidak - 2"
PROBABILITY, NO_PROBABILITY = "Sampel probabilitas - 1", "Sampel nonprobabilitas - 2"
BLOCKS = {
    "0": "Identitas kegiatan",
    "1": "I. Penyelenggara",
    "2": "II. Penanggung jawab",
    "3": "III. Perencanaan dan persiapan",
    "4": "IV. Desain kegiatan",
    "5": "V. Desain sampel",
    "6": "VI. Pengumpulan data",
    "7": "VII. Pengolahan dan analisis",
    "8": "VIII. Diseminasi hasil",
}
SECTORS = (
    *("Pertanian dan Perikanan", "Demografi dan Kependudukan", "Pembangunan", "Proyeksi Ekonomi"),
    *("Pendidikan dan Pelatihan", "Lingkungan", "Keuangan", "Globalisasi", "Kesehatan"),
    *("Industri dan Jasa", "Teknologi Informasi dan Komunikasi"),
    *("Perdagangan Internasional dan Neraca Perdagangan", "Ketenagakerjaan", "Neraca Nasional"),
    *("Indikator Ekonomi Bulanan", "Produktivitas", "Harga dan Paritas Daya Beli"),
    *("Sektor Publik, Perpajakan, dan Regulasi Pasar", "Perwilayahan dan Perkotaan"),
    *("Ilmu Pengetahuan dan Hak Paten", "Perlindungan Sosial dan Kesejahteraan", "Transportasi"),
)
SELECTIONS = (
    *("Simple Random Sampling", "Systematic Random Sampling", "Stratified Random Sampling"),
    *("Cluster Sampling", "Multi Stage Sampling", "Quota Sampling", "Accidental Sampling"),
    *("Purposive Sampling", "Snowball Sampling", "Saturation Sampling"),
)
COLLECTORS = (
    *("Staf instansi penyelenggara", "Mitra/tenaga kontrak"),
    "Staf instansi penyelenggara dan mitra/tenaga kontrak",
)
SCHOOLING = ("≤ SMP", "SMA/SMK", "Diploma I/II/III", "Diploma IV/S1/S2/S3")


def coded(answers: Sequence[str]) -> tuple[str, ...]:
    """Answers with the codes of the form, counted from 1.

    >>> coded(["List Frame", "Area Frame"])
    ('List Frame - 1', 'Area Frame - 2')
    """
    return tuple(f"{answer} - {code}" for code, answer in enumerate(answers, 1))


# What may be chosen for the lines that the office fills in.
CHOICES = {
    "0.5.1": coded(SECTORS),
    "0.6.1": (YES, NO),
    "5.2.1": (PROBABILITY, NO_PROBABILITY),
    "5.3.1": coded(SELECTIONS),
    "5.4.1": coded(("List Frame", "Area Frame")),
    "6.1.1": (YES, NO),
    "6.4.1": coded(COLLECTORS),
    "6.5.1": coded(SCHOOLING),
    "6.7.1": (YES, NO),
    "8.1.1": (YES, NO),
}
# A line is asked only where an earlier one has one of these answers, or has none yet.
_INTERVIEWED = ("4.7.1", ("(PAPI)", "(CAPI)", "(CATI)"))
ONLY_IF = {
    "0.7.1": ("0.6.1", (YES,)),
    **dict.fromkeys(("5.4.1", "5.5.1", "5.6.1"), ("5.2.1", (PROBABILITY,))),
    **dict.fromkeys(("6.4.1", "6.5.1", "6.6.1", "6.6.2", "6.7.1"), _INTERVIEWED),
    **{f"8.2.{place}": (f"8.1.{place}", (YES,)) for place in (1, 2, 3)},
}


@dataclass(frozen=True)
class Entry:
    """One line of the form; `text` is TO_FILL where the survey does not know it.

    `place` tells the lines of one number apart: the form has several under most.
    """

    number: str
    place: int
    question: str
    text: str

    @property
    def code(self) -> str:
        """The name of the line, such as `2.2.1`."""
        return f"{self.number}.{self.place}"

    @property
    def block(self) -> str:
        """The heading of its block."""
        return BLOCKS[self.number[0]]

    @property
    def is_open(self) -> bool:
        """Whether somebody has to fill it in."""
        return self.text == TO_FILL

    @property
    def is_skipped(self) -> bool:
        """Whether the form passes over it."""
        return self.text == SKIPPED

    @property
    def choices(self) -> tuple[str, ...]:
        """The answers that the form offers; none where it wants words."""
        return CHOICES.get(self.code, ())


def fill_in(lines: Sequence[Entry], answers: Mapping[str, str]) -> list[Entry]:
    """The lines with the office's answers by code, and SKIPPED what the form then passes over."""
    given = {
        line.code: (answers.get(line.code) or TO_FILL) if line.is_open else line.text
        for line in lines
    }
    return [
        replace(line, text=given[line.code] if _is_asked(line.code, given) else SKIPPED)
        for line in lines
    ]


def _is_asked(code: str, given: Mapping[str, str]) -> bool:
    if code not in ONLY_IF:
        return True
    condition, wanted = ONLY_IF[code]
    return given[condition] == TO_FILL or any(one in given[condition] for one in wanted)
