"""From the poster's address to the desk, the evaluator and the public page, in a real browser."""

import re
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.end_to_end.conftest import answer_all, arguments


def violations(page):
    found = Axe().run(page).response["violations"]
    return {fault["id"]: [node["html"][:120] for node in fault["nodes"]] for fault in found}


def totals(page, site, title):
    """Answers in total, as the desk's page of the survey that is open tells."""
    page.goto(f"{site.address}/meja")
    running = page.locator("tr, li.card").filter(has_text="Dibuka").filter(has_text=title)
    running.first.locator("a").first.click()
    page.wait_for_url("**/meja/survei/**")
    return int(page.locator(".lead-stat b").inner_text().replace(".", ""))


def test_an_answer_given_on_a_phone_is_counted_on_the_desk(site, open_page):
    desk = open_page(1280)
    site.log_in(desk, "Petugas Disdukcapil")
    before = totals(desk, site, "Survei Kepuasan Masyarakat")

    phone = open_page(320, 640)
    phone.goto(f"{site.address}/s/demo-skm")
    phone.click("text=Mulai")
    assert phone.locator("#langkah").inner_text() == "1 dari 9"
    answer_all(phone)
    phone.select_option("#service", "akta")
    phone.click("text=Lanjut")
    phone.fill("#comment", "Antrean sebentar.")
    phone.click("text=Lanjut")
    summary = phone.locator("#ringkasan").inner_text()
    assert "Sesuai" in summary
    assert "Belum dijawab" not in summary
    phone.click("text=Kirim jawaban")
    phone.wait_for_url("**/terima-kasih**")
    receipt = phone.locator("#struk").inner_text()
    assert re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", receipt)
    phone.click("text=Periksa tanda terima")
    assert "Dihitung pada" in phone.inner_text("main")

    assert totals(desk, site, "Survei Kepuasan Masyarakat") == before + 1


@pytest.mark.parametrize("code, last", [("demo-spak", 5), ("demo-spkp", 5), ("demo-skm", 3)])
def test_every_form_works_without_javascript_on_a_narrow_phone(site, open_page, code, last):
    page = open_page(320, 640, java_script_enabled=False)
    page.goto(f"{site.address}/s/{code}")
    for fieldset in page.locator("fieldset.ask").all():
        fieldset.locator(".choice label").nth(last).click()
    page.click("text=Kirim jawaban")
    assert "Terima kasih" in page.inner_text("h1")


def test_going_back_and_changing_an_answer_keeps_the_others(site, open_page):
    page = open_page()
    page.goto(f"{site.address}/s/demo-spak")
    page.click("text=Mulai")
    answer_all(page, place=5)
    page.go_back()
    assert page.locator("#langkah").inner_text() == "5 dari 5"
    page.go_forward()
    page.click("text=Lanjut")
    page.click("text=Lanjut")
    page.locator("#ringkasan button").first.click()
    page.locator("fieldset.ask:visible .choice label").first.click()
    page.wait_for_selector("#ringkasan:visible")
    answers = [" ".join(text.split()) for text in page.locator("#ringkasan dd").all_inner_texts()]
    assert answers[0].startswith("Anda menilai: Sangat tidak setuju")
    assert all(text.startswith("Anda menilai: Sangat setuju") for text in answers[1:])


def test_the_keyboard_alone_reaches_every_answer(site, open_page):
    page = open_page()
    page.goto(f"{site.address}/s/demo-skm")
    page.locator("#lanjut").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    checked = page.evaluate("document.querySelector('input:checked').value")
    assert checked == "2"
    assert page.locator("#langkah").inner_text() == "1 dari 9"


def test_each_radio_announces_its_answer_inside_its_question(site, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{site.address}/s/demo-skm")
    group = page.get_by_role("group", name=re.compile("kesesuaian persyaratan"))
    names = [
        radio.evaluate("e => e.labels[0].innerText") for radio in group.get_by_role("radio").all()
    ]
    assert names == ["Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"]
    assert group.get_by_role("radio", name="Sangat sesuai", exact=True).count() == 1


def test_answers_are_big_enough_for_a_thumb(site, open_page):
    page = open_page(320, 640)
    for code in ("demo-skm", "demo-spak"):
        page.goto(f"{site.address}/s/{code}")
        page.click("text=Mulai")
        for label in page.locator("fieldset.ask:visible .choice label").all():
            assert label.bounding_box()["height"] >= 48


PUBLIC = ("/", "/hasil", "/hasil/disdukcapil-contoh", "/transparansi/", "/masuk", "/struk", "/x")
DESKS = {
    "Petugas Disdukcapil": ("/meja", "/akun"),
    "Evaluator TPI": ("/evaluasi", "/akun"),
    "Administrator": (
        *("/kelola", "/kelola/unit/disdukcapil-contoh", "/kelola/instansi/kota-contoh/unit"),
        *("/meja",),
    ),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_public_pages_are_accessible_and_never_scroll_sideways(site, open_page, scheme, width):
    page = open_page(width, 800, color_scheme=scheme)
    for address in PUBLIC:
        page.goto(site.address + address)
        assert violations(page) == {}, address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scripts", [True, False])
def test_every_state_of_the_form_is_accessible(site, open_page, scheme, scripts):
    page = open_page(320, 800, color_scheme=scheme, java_script_enabled=scripts)
    page.goto(f"{site.address}/s/demo-skm")
    states = [violations(page)] if scripts else []
    if scripts:
        page.click("text=Mulai")
        states.append(violations(page))
        answer_all(page)
        states.append(violations(page))
        page.click("text=Lanjut")
        states.append(violations(page))
        page.click("text=Lanjut")
        states.append(violations(page))
        page.click("text=Kirim jawaban")
        page.wait_for_url("**/terima-kasih**")
        states.append(violations(page))
    assert all(state == {} for state in states), states
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("label", list(DESKS))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_desks_are_accessible_and_never_scroll_sideways(site, open_page, label, scheme):
    page = open_page(320, 800, color_scheme=scheme)
    site.log_in(page, label)
    addresses = list(DESKS[label])
    if label == "Petugas Disdukcapil":
        links = page.locator("tbody a")
        addresses += [links.first.get_attribute("href"), links.last.get_attribute("href")]
    for address in addresses:
        page.goto(site.address + address)
        assert violations(page) == {}, address
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_the_demo_continues_with_the_same_instance_and_its_ledger_is_whole(site):
    again = subprocess.run(
        arguments(["demo", "--no-serve", "--instance", site.instance]),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "/s/demo-skm" in again
    assert site.accounts["Administrator"]["password"] in again
    verdict = subprocess.run(
        arguments(["verify", "--database", "--instance", site.instance]),
        check=False,
        capture_output=True,
        text=True,
    )
    assert verdict.returncode == 0, verdict.stderr


def test_no_page_of_a_citizen_is_logged(site, open_page):
    page = open_page()
    page.goto(f"{site.address}/s/demo-skm")
    log = (site.instance / "server.log").read_text()
    assert "respond." not in log
    assert "127.0.0.1" not in log.replace(site.address, "")
