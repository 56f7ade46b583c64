"""From a closed survey to what the public reads: the plan, the panel, the page, in a browser."""

import hashlib
import re
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.end_to_end.test_whole_road import violations

UNIT = "/hasil/disdukcapil-contoh"


@pytest.fixture
def plan_address(site, open_page):
    """The follow-up page of the newest published survey."""
    page = open_page(1280)
    site.log_in(page, "Petugas Disdukcapil")
    row = page.locator("tr", has_text="Survei Kepuasan Masyarakat").filter(has_text="Diterbitkan")
    return row.first.locator("a").first.get_attribute("href") + "/tindak-lanjut"


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (3840, 2160)])
def test_the_room_panel_fills_a_screen_without_scrolling(site, open_page, size):
    page = open_page(*size)
    page.goto(f"{site.address}{UNIT}/panel")
    assert page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    ) == list(size)
    value = page.locator(".value").bounding_box()
    assert value["height"] > size[1] / 8


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_panel_and_directory_are_accessible_and_never_scroll_sideways(
    site, open_page, scheme, width
):
    page = open_page(width, 800, color_scheme=scheme)
    for address in (f"{UNIT}/panel", f"{UNIT}/panel?indeks=IPAK", "/hasil?indeks=IPKP", UNIT):
        page.goto(site.address + address)
        assert violations(page) == {}, address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_panel_brings_itself_up_to_date_without_a_reload(site, open_page):
    page = open_page(1280, 720)
    page.clock.install()
    page.goto(f"{site.address}{UNIT}/panel")
    shown = page.locator(".value").inner_text()
    page.evaluate("document.querySelector('.value').textContent = '00,00'; window.kept = true")
    page.clock.run_for(301_000)
    page.wait_for_function(
        "words => document.querySelector('.value').textContent === words", arg=shown
    )
    assert page.evaluate("window.kept")


def test_without_scripts_the_panel_asks_for_itself_again(site, open_page):
    page = open_page(1280, 720, java_script_enabled=False)
    page.goto(f"{site.address}{UNIT}/panel")
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "300"


@pytest.fixture
def other_site(tmp_path):
    """A folder that another server serves, from an origin of its own."""
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_badge_shows_on_another_site(site, open_page, other_site):
    folder, address = other_site
    page = open_page()
    page.goto(site.address + UNIT)
    snippet = page.locator("#lencana").input_value()
    assert re.match(r'<a href="[^"]+/hasil/disdukcapil-contoh"><img src="', snippet)
    (folder / "lain.html").write_text(re.sub(r"https?://[^/]+", site.address, snippet))
    page.goto(f"{address}/lain.html")
    page.wait_for_function("document.images[0].complete && document.images[0].naturalWidth > 100")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_follow_up_pages_are_accessible_on_a_narrow_phone(site, open_page, plan_address, scheme):
    page = open_page(320, 800, color_scheme=scheme)
    site.log_in(page, "Petugas Disdukcapil")
    page.goto(site.address + plan_address)
    row = page.locator("tbody a").first.get_attribute("href")
    for address in (plan_address, row):
        page.goto(site.address + address)
        assert violations(page) == {}, address
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_a_proposal_becomes_a_plan_with_proof_and_shows_in_public(
    site, open_page, plan_address, tmp_path
):
    proof = tmp_path / "notula rapat.pdf"
    proof.write_bytes(b"%PDF-1.7\n%%EOF\n")
    page = open_page(1280)
    site.log_in(page, "Petugas Disdukcapil")
    page.goto(site.address + plan_address)
    page.locator("a", has_text="Rencanakan").first.click()
    page.fill("#programme", "Membuka loket Sabtu pagi")
    page.fill("#due", "2027-06-30")
    page.fill("#responsible", "Kepala Seksi Loket")
    page.click("text=Tambahkan")
    page.locator("a", has_text="Membuka loket Sabtu pagi").click()
    page.set_input_files("#file", proof)
    page.click("text=Unggah bukti")
    assert "notula rapat.pdf" in page.inner_text("main")
    page.select_option("#state", "done")
    page.get_by_role("button", name="Simpan", exact=True).click()
    page.wait_for_url("**/tindak-lanjut")
    assert "1 berkas bukti" in page.inner_text("main")
    page.goto(site.address + UNIT)
    assert "Membuka loket Sabtu pagi" in page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_comments_and_evidence_are_accessible_on_a_narrow_phone(
    site, open_page, plan_address, scheme
):
    page = open_page(320, 800, color_scheme=scheme)
    site.log_in(page, "Petugas Disdukcapil")
    comments = plan_address.replace("tindak-lanjut", "komentar")
    for address in (comments, "/meja/unit/disdukcapil-contoh/bukti-lke?tahun=2026"):
        page.goto(site.address + address)
        assert violations(page) == {}, address
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_the_evidence_pack_comes_as_one_file_and_its_hashes_hold(site, open_page, tmp_path):
    page = open_page(1280)
    site.log_in(page, "Petugas Disdukcapil")
    page.goto(f"{site.address}/meja/unit/disdukcapil-contoh/bukti-lke")
    with page.expect_download() as download:
        page.click("text=Unduh paket bukti")
    download.value.save_as(tmp_path / "bukti.zip")
    with zipfile.ZipFile(tmp_path / "bukti.zip") as archive:
        for line in archive.read("SHA256SUMS").decode().splitlines():
            expected, name = line.split("  ", 1)
            assert hashlib.sha256(archive.read(name)).hexdigest() == expected
        assert archive.read("00-lembar-jawaban.pdf").startswith(b"%PDF")


def test_the_inspectorates_page_is_accessible(site, open_page):
    page = open_page(320, 800)
    site.log_in(page, "Inspektorat")
    page.goto(f"{site.address}/evaluasi/saran")
    assert violations(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
