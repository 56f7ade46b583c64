"""Evidence and worksheet in a real browser: downloaded, checked, refused, on a small screen too."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from analysis.bundle import pack, unpack

PAGES = {
    "Evaluator TPI": ("/evaluasi/bukti", "/zi/lke"),
    "Administrator": ("/kelola/instalasi",),
}


def require_sound(page):
    """Nothing that axe finds, and no sideways scrolling on the narrowest screen."""
    found = Axe().run(page).response["violations"]
    assert {fault["id"]: [node["html"][:160] for node in fault["nodes"]] for fault in found} == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url


def test_evidence_is_downloaded_checked_and_refused_where_it_was_edited(site, open_page, tmp_path):
    desk = open_page(width=1280)
    site.log_in(desk, "Evaluator TPI")
    desk.goto(f"{site.address}/evaluasi/bukti")
    desk.select_option("#index", "IPKP")
    with desk.expect_download() as started:
        desk.click("text=Unduh ZIP")
    raw = Path(started.value.path()).read_bytes()
    package = next(unpack(raw).packages)
    table = package.files["indices.csv"]
    for name, files in {
        "utuh.zip": package.files,
        "rusak.zip": {**package.files, "indices.csv": table.replace(b",IPKP,", b",IPXP,", 1)},
    }.items():
        (tmp_path / name).write_bytes(pack(files))
    page = open_page(width=320)
    page.goto(f"{site.address}/verifikasi")
    page.set_input_files("#file", tmp_path / "utuh.zip")
    page.click("main button[type=submit]")
    assert "semua pemeriksaan cocok" in page.inner_text("main")
    require_sound(page)
    page.set_input_files("#file", tmp_path / "rusak.zip")
    page.click("main button[type=submit]")
    assert "indices.csv:2: code" in page.inner_text("main")
    require_sound(page)


def test_desks_of_evidence_and_worksheet_are_sound_on_a_small_screen(site, open_page):
    for label, addresses in PAGES.items():
        page = open_page(width=320)
        site.log_in(page, label)
        for address in addresses:
            page.goto(site.address + address)
            require_sound(page)
