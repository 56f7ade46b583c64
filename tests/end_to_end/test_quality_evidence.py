"""The demo's unusual pattern in the browser: seen, decided by two, told to the unit."""

import pytest
from axe_playwright_python.sync_playwright import Axe

FIRST, SECOND, STAFF = "Evaluator TPI", "Evaluator TPI kedua", "Petugas Kelurahan"


def faults(page):
    found = Axe().run(page).response["violations"]
    return {fault["id"]: [node["html"][:160] for node in fault["nodes"]] for fault in found}


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def decide(page, site):
    page.goto(f"{site.address}/evaluasi/temuan")
    page.click("text=Kelurahan Mawar")
    page.check("#salinan-outcome-1")
    page.fill("#salinan-reason", "Daftar hadir pelatihan cocok dengan jumlah formulir.")
    page.click("section[aria-labelledby=salinan] button")
    page.wait_for_selector("text=Putusan dicatat")


@pytest.mark.parametrize("width, height", [(320, 700), (1280, 900)])
def test_the_overview_fits_and_is_clean(site, open_page, width, height):
    page = open_page(width, height)
    site.log_in(page, FIRST)
    page.goto(f"{site.address}/evaluasi/ikhtisar")
    assert is_narrow(page)
    assert faults(page) == {}
    page.click("thead a >> text=Nilai")
    page.wait_for_selector("th[aria-sort=ascending] >> text=Nilai")
    page.goto(f"{site.address}/evaluasi/ikhtisar?cari=mawar")
    page.click("text=pola perlu verifikasi")
    assert page.locator("svg.picture").count() >= 1
    assert is_narrow(page)
    assert faults(page) == {}


def test_two_evaluators_decide_and_the_unit_reads_it(site, open_page):
    first = open_page()
    site.log_in(first, FIRST)
    decide(first, site)
    assert "Menunggu evaluator kedua" in first.content()
    second = open_page()
    site.log_in(second, SECOND)
    decide(second, site)
    staff = open_page(320, 700)
    site.log_in(staff, STAFF)
    staff.goto(f"{site.address}/meja")
    staff.goto(second.url.replace("/evaluasi/temuan/", "/meja/survei/").split("#")[0] + "/temuan")
    assert "Dapat dijelaskan" in staff.locator("section[aria-labelledby=salinan]").inner_text()
    assert "Tanpa sekitar" not in staff.content()
    assert is_narrow(staff)
    assert faults(staff) == {}
