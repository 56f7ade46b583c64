"""The road of a Zona Integritas file in a browser: the unit, the evaluator, and back."""

import pytest
from axe_playwright_python.sync_playwright import Axe

UNIT = "disdukcapil-contoh"
PAGES = ("", "/syarat", "/syarat/tlhp", "/berkas", "/aspek", "/manfaat")


def address_of(site, page):
    """The unit's address in the year that the demo was made in."""
    page.goto(f"{site.address}/zi")
    return page.locator(f'a[href*="/zi/{UNIT}/"]').first.get_attribute("href")


def violations(page):
    found = Axe().run(page).response["violations"]
    return {fault["id"]: [node["html"][:120] for node in fault["nodes"]] for fault in found}


@pytest.mark.parametrize("width, scheme", [(320, "dark"), (1280, "light")])
def test_the_pages_are_accessible_and_never_scroll_sideways(site, open_page, width, scheme):
    page = open_page(width, 900, color_scheme=scheme)
    site.log_in(page, "Evaluator TPI")
    address = address_of(site, page)
    paths = [f"{address}{path}" for path in (*PAGES, "/isi")]
    for path in ("/zi", "/zi/aturan", "/zi/impor", *paths):
        page.goto(f"{site.address}{path}")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert violations(page) == {}, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_unit_is_proposed_objects_and_is_given_its_predicate(site, open_page):
    unit, evaluator = open_page(390), open_page(1280, 900)
    site.log_in(unit, "Petugas RSUD")
    unit.goto(f"{site.address}/zi")
    address = f"{site.address}{unit.locator('tbody a').first.get_attribute('href')}"
    today = unit.evaluate("new Date().toISOString().slice(0, 10)")

    def step(page, to, note=""):
        page.goto(f"{address}/berkas")
        page.click("summary:has-text('Pindah ke tahap')")
        page.select_option("#to", to)
        page.fill("#note", note)
        page.click("button:has-text('Pindahkan')")
        page.wait_for_selector("text=Berkas ZI diperbarui")

    # From the survey's lowest statement to a risk with a programme.
    unit.goto(f"{address}/berkas")
    unit.click("a:has-text('Jadikan risiko') >> nth=0")
    assert "dari 100 pada Survei Kepuasan Masyarakat" in unit.input_value("#risk")
    unit.fill("#programme", "Papan alur di tiap pintu")
    unit.fill("#due", today)
    unit.fill("#responsible", "Kepala Bagian Umum")
    unit.click("button:has-text('Tambahkan')")
    unit.wait_for_selector("text=Berkas ZI diperbarui")
    step(unit, "pelaksanaan")
    unit.click("a:has-text('Papan alur di tiap pintu')")
    unit.select_option("#state", "running")
    unit.click("main button:has-text('Simpan')")
    unit.wait_for_selector("text=Perubahan disimpan")
    step(unit, "monev")
    unit.click("summary:has-text('Catat monitoring')")
    unit.fill("#period", "Triwulan ini")
    unit.fill("#held_on", today)
    for name in ("progress", "obstacles", "agreed"):
        unit.fill(f"#{name}", f"Catatan {name}")
    unit.locator("button", has_text="Catat").click()
    unit.wait_for_selector("text=Berkas ZI diperbarui")
    step(unit, "usulan", "Surat usulan 12")

    site.log_in(evaluator, "Evaluator TPI")
    step(evaluator, "seleksi-gagal", "TLHP belum lengkap")
    step(unit, "sanggah", "Bukti TLHP menyusul")
    for to in ("seleksi-lolos", "analisis-dokumen", "wawancara", "verifikasi-lapangan", "panel"):
        step(evaluator, to)
    step(evaluator, "ditetapkan", "SK 1")

    unit.goto(f"{address}/berkas")
    seen = unit.inner_text("main")
    assert "Tahap sekarang: Predikat ditetapkan" in seen
    assert "Bukti TLHP menyusul" in seen and "TLHP belum lengkap" in seen
    assert "Menuju WBK" in seen
    unit.goto(address)
    assert "tanggal usulan belum diisi" not in unit.inner_text("main")


def test_what_an_evaluator_enters_is_read_by_the_unit_with_its_label(site, open_page):
    evaluator, unit = open_page(1280, 900), open_page(390)
    site.log_in(evaluator, "Evaluator TPI")
    address = f"{site.address}{address_of(site, evaluator)}"
    evaluator.goto(f"{address}/isi")
    evaluator.select_option("#code", "ipkp")
    evaluator.fill("#value", "3,41")
    evaluator.fill("#n", "140")
    evaluator.fill("#se", "0,04")
    evaluator.locator("#source").first.fill("Laporan survei TPN peraga 21")
    evaluator.click("button:has-text('Simpan indeks eksternal')")
    evaluator.wait_for_url(address)
    site.log_in(unit, "Petugas Disdukcapil")
    unit.goto(address)
    card = unit.locator("section:has(#judul-ipkp)").inner_text()
    assert "3,41" in card and "entri manual, belum terverifikasi" in card
    assert "Laporan survei TPN peraga 21" in card and "survei mandiri" in card
    assert unit.locator("text=Isi nilai").count() == 0
