"""MS-Keg, the metadata of a statistical activity (Peraturan BPS 5/2020), block by block.

What the survey itself knows is filled in; the rest waits for the office as `TO_FILL` and is never
guessed. The form's own numbers, answers and conditions are in `bps_form`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from survey_app.clock import day_in
from survey_app.exchange.bps_form import (
    NO,
    NO_PROBABILITY,
    SELECTIONS,
    TO_FILL,
    YES,
    Entry,
    coded,
)
from survey_app.exchange.material import Material

FREQUENCIES = {"TW": "Triwulanan - 4", "S": "Semesteran - 6", "": "Tahunan - 7", "M": "Bulanan - 3"}
OWN_SCREEN = frozenset({"open", "ticket", "lobby", "kiosk"})
SELF_CHOSEN = frozenset({"open", "lobby"})
# Lines that stay as they are from one survey of a unit to the next.
LASTING = frozenset({"0.5", "1.2", "2.1", "2.2", "4.5", "6.4", "6.5"})
ACCIDENTAL = coded(SELECTIONS)[6]


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
    yield "0.5", "Jenis kegiatan statistik", "Statistik sektoral - 2"
    asked = "Jika survei statistik sektoral, apakah mendapat rekomendasi BPS?"
    yield "0.6", asked, TO_FILL
    yield "0.7", "Jika ya, identitas rekomendasi", TO_FILL
    yield "1.1", "Instansi penyelenggara", material.agency
    yield "1.2", "Alamat lengkap instansi penyelenggara", survey.unit.address or TO_FILL
    for contact in ("telepon", "faksimile", "surel"):
        yield "1.2", f"Instansi penyelenggara: {contact}", TO_FILL
    yield "2.1", "Unit eselon 1 penanggung jawab", TO_FILL
    yield "2.1", "Unit eselon 2 penanggung jawab", TO_FILL
    for contact in ("jabatan", "alamat", "telepon", "faksimile", "surel"):
        yield "2.2", f"Penanggung jawab teknis (setingkat eselon 3): {contact}", TO_FILL


def _plan(material: Material) -> Lines:
    survey, instrument = material.survey, material.instrument
    yield "3.1", "Latar belakang kegiatan", f"Dilaksanakan berdasarkan {instrument.regulation}."
    goal = f"Menghasilkan {instrument.index.name} ({instrument.index.code}) {survey.unit.name}."
    yield "3.2", "Tujuan kegiatan", goal
    yield "3.3", "Rencana jadwal A.1 Perencanaan kegiatan", TO_FILL
    yield "3.3", "Rencana jadwal A.2 Desain", TO_FILL
    zone = survey.unit.timezone
    opened = day_in(zone, survey.opened_at) if survey.opened_at else survey.period_start
    closed = day_in(zone, survey.closed_at) if survey.closed_at else survey.period_end
    yield "3.3", "Rencana jadwal B.3 Pengumpulan data", f"{opened:%d/%m/%Y} s.d. {closed:%d/%m/%Y}"
    yield "3.3", "Rencana jadwal C.4 Pengolahan data", f"s.d. {closed:%d/%m/%Y} (otomatis)"
    yield "3.3", "Rencana jadwal D.5 Analisis", TO_FILL
    yield "3.3", "Rencana jadwal D.6 Diseminasi hasil", f"{material.published_on:%d/%m/%Y}"
    yield "3.3", "Rencana jadwal D.7 Evaluasi", TO_FILL
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
        ("Wawancara", 1): bool(channels & {"assisted"}),
        ("Mengisi kuesioner sendiri (swacacah)", 2): bool(channels & {*OWN_SCREEN, "paper"}),
        ("Lainnya: dikumpulkan dengan alat lain dan diimpor", 16): "imported" in channels,
    }
    yield "4.6", "Metode pengumpulan data", _chosen(methods)
    tools = {
        ("Paper-assisted Personal Interviewing (PAPI)", 1): "paper" in channels,
        ("Computer-assisted Personal Interviewing (CAPI)", 2): "assisted" in channels,
        ("Computer Aided Web Interviewing (CAWI)", 8): bool(channels & OWN_SCREEN),
        ("Lainnya: alat lain, diimpor", 32): "imported" in channels,
    }
    yield "4.7", "Sarana pengumpulan data", _chosen(tools)
    yield "4.8", "Unit pengumpulan data", "Individu - 1"


def _sample(material: Material) -> Lines:
    channels = frozenset(material.published.result["channels"])
    # Only where everybody chose themselves is it sure that no chance was drawn.
    is_open = bool(channels) and channels <= SELF_CHOSEN
    whole = material.published.whole
    yield "5.1", "Jenis rancangan sampel", "Single stage/phase - 1"
    method = NO_PROBABILITY if is_open else TO_FILL
    yield "5.2", "Metode pemilihan sampel tahap terakhir", method
    yield "5.3", "Metode yang digunakan", ACCIDENTAL if is_open else TO_FILL
    yield "5.4", "Kerangka sampel tahap terakhir", TO_FILL
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
    checks = "Lainnya - 8: jawaban disegel berantai, pola jawaban diperiksa secara statistik"
    yield "6.2", "Metode pemeriksaan kualitas pengumpulan data", checks
    yield "6.3", "Apakah melakukan penyesuaian nonrespon?", NO
    yield "6.4", "Petugas pengumpulan data", TO_FILL
    yield "6.5", "Persyaratan pendidikan terendah petugas pengumpulan data", TO_FILL
    yield "6.6", "Jumlah supervisor/penyelia/pengawas (orang)", TO_FILL
    yield "6.6", "Jumlah pengumpul data/enumerator (orang)", TO_FILL
    yield "6.7", "Apakah melakukan pelatihan petugas?", TO_FILL


def _processing(material: Material) -> Lines:
    channels = material.published.result["channels"]
    typed = any(name in channels for name in ("paper", "assisted", "imported"))
    yield "7.1", "Penyuntingan (editing)", NO
    yield "7.1", "Penyandian (coding)", NO
    yield "7.1", "Data entry", YES if typed else NO
    yield "7.1", "Penyahihan (validasi)", YES
    yield "7.2", "Metode analisis", "Deskriptif dan inferensia - 3"
    yield "7.3", "Unit analisis", "Individu - 1"
    yield "7.4", "Tingkat penyajian hasil analisis", "Lainnya - 16: unit layanan"


def _dissemination(material: Material) -> Lines:
    yield "8.1", "Produk tercetak (hardcopy) tersedia untuk umum", TO_FILL
    yield "8.1", "Produk digital (softcopy) tersedia untuk umum", f"{YES}: {material.address}"
    yield "8.1", "Data mikro tersedia untuk umum", NO
    yield "8.2", "Rencana rilis tercetak", TO_FILL
    yield "8.2", "Rencana rilis digital", f"{material.published_on:%d/%m/%Y}"
    yield "8.2", "Rencana rilis data mikro", TO_FILL


def _chosen(options: Mapping[tuple[str, int], bool]) -> str:
    """The answers that hold, with their codes; the form's one box takes the sum of the codes."""
    chosen = [option for option, is_used in options.items() if is_used]
    words = "; ".join(f"{name} - {code}" for name, code in chosen)
    total = f" (isian kotak: {sum(code for _name, code in chosen)})" if len(chosen) > 1 else ""
    return words + total or TO_FILL
