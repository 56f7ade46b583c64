"""The desk's pages in a browser: they read well narrow and wide, and follow the answers live."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.end_to_end.test_whole_road import answer_all

STAFF = "Petugas Disdukcapil"


def violations(page):
    found = Axe().run(page).response["violations"]
    return {fault["id"]: [node["html"][:120] for node in fault["nodes"]] for fault in found}


def open_survey(page, site):
    """The unit's SKM that is open; returns its address."""
    site.log_in(page, STAFF)
    page.goto(f"{site.address}/meja")
    title = "Survei Kepuasan Masyarakat"
    running = page.locator("tr, li.card").filter(has_text="Dibuka").filter(has_text=title)
    running.first.locator("a").first.click()
    page.wait_for_url("**/meja/survei/**")
    return page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_desks_pages_are_accessible_and_never_scroll_sideways(site, open_page, scheme, width):
    page = open_page(width, 900, color_scheme=scheme)
    address = open_survey(page, site)
    before = re.sub(r"\d{4}-tw\d$", "", address)
    past = page.request.get(f"{site.address}/meja").text()
    closed = re.findall(rf'href="({re.escape(before.removeprefix(site.address))}[^"/]+)"', past)
    other = next(link for link in closed if not address.endswith(link))
    for path in (
        *(f"{site.address}/meja", address, f"{address}/hasil", f"{address}/kunjungan"),
        f"{site.address}{other}/hasil",
    ):
        page.goto(path)
        assert violations(page) == {}, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_an_answer_appears_on_an_open_page_without_a_reload(site, open_page):
    desk = open_page(1280)
    open_survey(desk, site)
    desk.evaluate("window.stays = true")
    before = int(desk.locator(".lead-stat b").inner_text().replace(".", ""))

    phone = open_page(390, 800)
    phone.goto(f"{site.address}/s/demo-skm")
    phone.click("text=Mulai")
    answer_all(phone)
    phone.click("text=Lanjut")
    phone.click("text=Lanjut")
    phone.click("text=Kirim jawaban")
    phone.wait_for_url("**/terima-kasih**")

    shown = f"{before + 1:,}".replace(",", ".")
    desk.wait_for_function(
        "n => document.querySelector('.lead-stat b').innerText === n", arg=shown, timeout=40_000
    )
    assert desk.evaluate("window.stays")


def test_the_desk_works_without_scripts(site, open_page):
    page = open_page(390, 800, java_script_enabled=False)
    address = open_survey(page, site)
    assert page.locator(".lead-stat b").inner_text()
    page.goto(f"{address}/kunjungan")
    page.locator("main input[inputmode=numeric]").first.fill("120")
    page.click("text=Simpan")
    assert "Kunjungan dicatat." in page.inner_text("main")
    assert "Tingkat jawaban" in page.inner_text("main")


def test_every_picture_says_its_numbers_to_those_who_do_not_see_it(site, open_page):
    page = open_page(1280)
    address = open_survey(page, site)
    page.goto(f"{address}/hasil")
    pictures = page.locator("svg.picture[role=img]")
    assert pictures.count() >= 4
    for picture in pictures.all():
        assert re.search(r"\d", picture.get_attribute("aria-label"))
        assert picture.locator("title").count() >= 1
