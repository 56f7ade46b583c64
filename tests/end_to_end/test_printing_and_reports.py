"""Staff print, report, and follow a report's code back, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe


@pytest.mark.parametrize("width", [320, 1280])
def test_staff_see_what_they_print_before_they_print_it(site, open_page, width):
    page = open_page(width)
    site.log_in(page, "Petugas Disdukcapil")
    page.goto(f"{site.address}{newest(page, site)}/cetak")
    picture = page.locator(".previews img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 100", arg=picture.element_handle())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).violations_count == 0
    with page.expect_download() as pack:
        page.get_by_role("link", name="Unduh semua (ZIP)").click()
    assert pack.value.suggested_filename.startswith("cetak-disdukcapil-contoh")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_reports_code_leads_to_the_figures_that_were_published(site, open_page, width):
    page = open_page(width)
    site.log_in(page, "Petugas Disdukcapil")
    page.goto(f"{site.address}/meja")
    page.locator("tr", has_text="Diterbitkan").first.get_by_role("link").first.click()
    page.get_by_role("link", name="Laporan", exact=True).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).violations_count == 0
    for name in ("Unduh PDF", "Unduh DOCX"):
        with page.expect_download() as report:
            page.get_by_role("link", name=name).click()
        assert report.value.path().stat().st_size > 20_000
    page.locator("a.code").click()
    page.get_by_text("Ini hasil yang berlaku").wait_for()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).violations_count == 0


def newest(page, site):
    """The address of the open SKM survey of the person's unit."""
    page.goto(f"{site.address}/meja")
    row = page.locator("tr", has_text="Dibuka").filter(has_text="Survei Kepuasan").first
    return row.get_by_role("link").first.get_attribute("href")
