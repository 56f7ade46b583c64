"""MS-Keg, the metadata of a statistical activity (Peraturan BPS 5/2020), block by block.

Rows follow the form's own numbers. What the survey itself knows is filled in; the rest waits
for the office as `TO_FILL` and is never guessed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.clock import day_in
from survey_app.exchange.material import Material

TO_FILL = "perlu diisi"
BLOCKS = {
    "0": "Identitas kegiatan",
    "1": "I. Penyelenggara",
    "2": "II. Penanggung jawab",
    "3": "III. Perencanaan dan persiapan",
    "4": "IV. Desain kegiatan",
    "5": "V. Desain sampel",
    "6": "VI. Penjaminan kualitas",
    "7": "VII. Pengolahan dan analisis",
    "8": "VIII. Diseminasi hasil",
}
FREQUENCIES = {"TW": "Triwulanan - 4", "S": "Semesteran - 6", "": "Tahunan - 7", "M": "Bulanan - 3"}
OWN_SCREEN = frozenset({"open", "ticket", "lobby", "kiosk"})
SELF_CHOSEN = frozenset({"open", "lobby"})
# Lines that stay as they are from one survey of a unit to the next.
LASTING = frozenset({"0.5", "1.2", "2.1", "2.2", "4.5", "6.4", "6.5"})


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


def describe_activity(material: Material) -> list[Entry]:
    """Every line of MS-Keg for a published survey, in the form's order."""
    parts = (_identity, _plan, _design, _sample, _quality, _processing, _dissemination)
    seen: Counter[str] = Counter()
    entries = []
    for number, question, text in (line for part in parts for line in part(material)):
        seen[number] += 1
        entries.append(Entry(number, seen[number], question, text))
    return entries


Lines = Iterator[tuple[str, str, str]]


def _identity(material: Material) -> Lines:
    survey = material.survey
    yield "0.1", "Judul kegiatan", f"{survey.title} {survey.unit.name}"
    yield "0.2", "Tahun", str(survey.period_start.year)
    yield "0.3", "Kode kegiatan (diisi petugas BPS)", TO_FILL
    yield "0.4", "Cara pengumpulan data", "Survei - 2"
    yield "0.5", "Sektor kegiatan", TO_FILL
    yield "0.6", "Jika survei sektoral, apakah mendapat rekomendasi BPS?", TO_FILL
    yield "0.7", "Identitas rekomendasi", TO_FILL
    yield "1.1", "Instansi penyelenggara", material.agency
    yield "1.2", "Alamat lengkap instansi penyelenggara", survey.unit.address or TO_FILL
    yield "1.2", "Telepon, faksimile, dan surel instansi", TO_FILL
    yield "2.1", "Unit eselon 1 penanggung jawab", TO_FILL
    yield "2.1", "Unit eselon 2 penanggung jawab", TO_FILL
    yield "2.2", "Penanggung jawab teknis: jabatan", TO_FILL
    yield "2.2", "Penanggung jawab teknis: alamat, telepon, faksimile, surel", TO_FILL


def _plan(material: Material) -> Lines:
    survey, instrument = material.survey, material.instrument
    yield "3.1", "Latar belakang kegiatan", f"Dilaksanakan berdasarkan {instrument.regulation}."
    goal = f"Menghasilkan {instrument.index.name} ({instrument.index.code}) {survey.unit.name}."
    yield "3.2", "Tujuan kegiatan", goal
    yield "3.3", "Jadwal A.1 Perencanaan kegiatan", TO_FILL
    yield "3.3", "Jadwal A.2 Desain", TO_FILL
    zone = survey.unit.timezone
    opened = day_in(zone, survey.opened_at) if survey.opened_at else survey.period_start
    closed = day_in(zone, survey.closed_at) if survey.closed_at else survey.period_end
    yield "3.3", "Jadwal B.3 Pengumpulan data", f"{opened:%d/%m/%Y} s.d. {closed:%d/%m/%Y}"
    yield "3.3", "Jadwal C.4 Pengolahan data", f"s.d. {closed:%d/%m/%Y} (otomatis)"
    yield "3.3", "Jadwal D.5 Analisis", TO_FILL
    yield "3.3", "Jadwal D.6 Diseminasi hasil", f"{material.published_on:%d/%m/%Y}"
    yield "3.3", "Jadwal D.7 Evaluasi", TO_FILL
    yield "3.4", "Variabel (karakteristik) yang dikumpulkan", "lihat lembar MS-Var"


def _design(material: Material) -> Lines:
    channels = frozenset(material.published.result["channels"])
    period = material.survey.period
    kind = next((one for one in ("TW", "S") if f"-{one}" in period), "M" if "-" in period else "")
    yield "4.1", "Kegiatan ini dilakukan", "Berulang - 2"
    yield "4.2", "Frekuensi penyelenggaraan", FREQUENCIES[kind]
    yield "4.3", "Tipe pengumpulan data", "Cross sectional - 3"
    yield "4.4", "Cakupan wilayah pengumpulan data", "Sebagian wilayah Indonesia - 2"
    yield "4.5", "Wilayah kegiatan: provinsi dan kabupaten/kota", TO_FILL
    methods = {
        "Wawancara - 1": bool(channels & {"assisted"}),
        "Mengisi kuesioner sendiri (swacacah) - 2": bool(channels & {*OWN_SCREEN, "paper"}),
        "Lainnya - 16: dikumpulkan dengan alat lain dan diimpor": "imported" in channels,
    }
    yield "4.6", "Metode pengumpulan data", _chosen(methods)
    tools = {
        "PAPI - 1": "paper" in channels,
        "CAPI - 2": "assisted" in channels,
        "CAWI - 8": bool(channels & OWN_SCREEN),
        "Lainnya - 32: alat lain, diimpor": "imported" in channels,
    }
    yield "4.7", "Sarana pengumpulan data", _chosen(tools)
    yield "4.8", "Unit pengumpulan data", "Individu - 1"


def _sample(material: Material) -> Lines:
    channels = frozenset(material.published.result["channels"])
    # Only where everybody chose themselves is it sure that no chance was drawn.
    is_open = bool(channels) and channels <= SELF_CHOSEN
    whole = material.published.whole
    yield "5.1", "Jenis rancangan sampel", "Single stage/phase - 1"
    method = "Sampel nonprobabilitas - 2" if is_open else TO_FILL
    yield "5.2", "Metode pemilihan sampel tahap terakhir", method
    yield "5.3", "Metode yang digunakan", "Accidental sampling - 7" if is_open else TO_FILL
    yield "5.4", "Kerangka sampel tahap akhir", TO_FILL
    share = f"{whole['n']} dari {whole['population']}" if whole["population"] else TO_FILL
    yield "5.5", "Fraksi sampel keseluruhan", share
    error = material.published.index.get("se")
    text = f"{error:.2f} poin {material.instrument.index.code}" if error is not None else TO_FILL
    text = text.replace(".", ",", 1)
    yield "5.6", "Nilai perkiraan sampling error variabel utama", text
    yield "5.7", "Unit sampel", "Pengguna layanan"
    yield "5.8", "Unit observasi", "Pengguna layanan"


def _quality(material: Material) -> Lines:
    yield "6.1", "Apakah melakukan uji coba (pilot survey)?", TO_FILL
    checks = "Lainnya - 8: jawaban disegel berantai dan pola jawaban diperiksa secara statistik"
    yield "6.2", "Metode pemeriksaan kualitas pengumpulan data", checks
    yield "6.3", "Apakah melakukan penyesuaian nonrespons?", "Tidak - 2"
    yield "6.4", "Petugas pengumpulan data", TO_FILL
    yield "6.5", "Persyaratan pendidikan terendah petugas pengumpulan data", TO_FILL
    yield "6.6", "Jumlah petugas: supervisor dan pengumpul data", TO_FILL
    yield "6.7", "Apakah melakukan pelatihan petugas?", TO_FILL


def _processing(material: Material) -> Lines:
    channels = material.published.result["channels"]
    typed = any(name in channels for name in ("paper", "assisted", "imported"))
    yield "7.1", "Penyuntingan (editing)", "Tidak - 2"
    yield "7.1", "Penyandian (coding)", "Tidak - 2"
    yield "7.1", "Data entry", "Ya - 1" if typed else "Tidak - 2"
    yield "7.1", "Penyahihan (validasi)", "Ya - 1"
    yield "7.2", "Metode analisis", "Deskriptif dan inferensia - 3"
    yield "7.3", "Unit analisis", "Individu - 1"
    yield "7.4", "Tingkat penyajian hasil analisis", "Lainnya: unit layanan"


def _dissemination(material: Material) -> Lines:
    yield "8.1", "Produk tercetak (hardcopy) tersedia untuk umum", TO_FILL
    yield "8.1", "Produk digital (softcopy) tersedia untuk umum", f"Ya - 1: {material.address}"
    yield "8.1", "Data mikro tersedia untuk umum", "Tidak - 2"
    yield "8.2", "Rencana rilis tercetak", TO_FILL
    yield "8.2", "Rencana rilis digital", f"{material.published_on:%d/%m/%Y}"


def _chosen(options: dict[str, bool]) -> str:
    return "; ".join(name for name, is_used in options.items() if is_used) or TO_FILL
