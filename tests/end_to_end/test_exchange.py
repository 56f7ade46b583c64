"""The exchange pages in a real browser: files to take away, and an import from start to end."""

import csv
import random

import instruments
from tests.end_to_end.test_whole_road import violations

SKM = instruments.load("skm-2017")
OPEN, PUBLISHED = "disdukcapil-contoh-skm-2017-2026-tw4", "disdukcapil-contoh-skm-2017-2026-tw3"


def google_form(path):
    dice = random.Random(1)
    titles = ["Timestamp", "Nama", *(item.question for item in SKM.form_items)]
    rows = [
        ["2026/11/02 10:00:00 AM GMT+7", "Budi"]
        + [dice.choice(item.options).label if place else "lumayan" for item in SKM.form_items]
        for place in range(12)
    ]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([titles, *rows])
    return path


def fits(page):
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_staff_take_files_away_and_everything_fits_a_small_screen(site, open_page):
    page = open_page(320)
    site.log_in(page, "Petugas Disdukcapil")
    page.goto(f"{site.address}/meja/survei/{PUBLISHED}/pertukaran")
    assert fits(page)
    assert violations(page) == {}
    with page.expect_download() as saved:
        page.click("text=responden.sav")
    assert saved.value.suggested_filename == f"responden-{PUBLISHED}.sav"


def test_an_import_is_mapped_checked_and_brought_in_without_scripts(site, open_page, tmp_path):
    page = open_page(390, java_script_enabled=False)
    site.log_in(page, "Administrator")
    page.goto(f"{site.address}/meja/survei/{OPEN}/pertukaran/impor")
    page.set_input_files("#file", google_form(tmp_path / "jawaban.csv"))
    page.click("text=Baca berkas")
    page.click("button:has-text('Periksa')")
    assert "Isian 'lumayan' belum dipetakan" in page.inner_text(".notice.error")
    for field in page.query_selector_all("select[name^=nilai-]"):
        if not field.input_value():
            field.select_option(value="3")
    page.click("button:has-text('Periksa')")
    assert "12 jawaban dapat masuk" in page.inner_text(".notice[role=status]")
    page.click("button:has-text('Impor 12 jawaban')")
    page.wait_for_url(f"**/meja/survei/{OPEN}")
    assert "12 jawaban masuk" in page.inner_text("main")


def test_the_mapping_page_is_accessible(site, open_page, tmp_path):
    page = open_page(390)
    site.log_in(page, "Administrator")
    page.goto(f"{site.address}/meja/survei/{OPEN}/pertukaran/impor")
    assert violations(page) == {}
    page.set_input_files("#file", google_form(tmp_path / "jawaban.csv"))
    page.click("text=Baca berkas")
    page.click("button:has-text('Periksa')")
    assert fits(page)
    assert violations(page) == {}
