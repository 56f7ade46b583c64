"""Languages of the form in a real browser: in place, offline, aloud, accessible."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.end_to_end.conftest import answer_all

VOICES = """
window.spoken = [];
speechSynthesis.getVoices = () => [{ lang: "id_ID" }, { lang: "jv-ID" }];
speechSynthesis.speak = (words) => spoken.push([words.lang, words.text]);
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


def violations(page):
    found = Axe().run(page).response["violations"]
    return {fault["id"]: [node["html"][:120] for node in fault["nodes"]] for fault in found}


def switch(page, name):
    page.click("#bahasa summary")
    page.click(f"#bahasa button:has-text('{name}')")
    page.wait_for_selector("#bahasa:not([open])")


def test_switching_in_place_keeps_the_question_the_answers_and_the_way_back(site, open_page):
    page = open_page()
    page.goto(f"{site.address}/s/demo-skm")
    page.click("#lanjut")
    page.locator("fieldset.ask:visible .choice label").nth(0).click()
    page.wait_for_selector("#prosedur:visible")
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    switch(page, "Basa Jawa")
    assert page.inner_text("#langkah") == "2 saking 9"
    legend = page.inner_text("#prosedur legend")
    assert "Bagaimana pemahaman Saudara" in legend
    assert "punapa tata caraning layanan" in legend
    assert page.get_attribute("html", "lang") == "jv"
    assert page.input_value("[name=language]") == "jv"
    page.click("#kembali")
    page.wait_for_selector("#persyaratan:visible")
    assert page.is_checked("#persyaratan-1")
    switch(page, "Bahasa Indonesia")
    assert page.inner_text("#langkah") == "1 dari 9"
    assert page.locator(".help:visible").count() == 0
    # The address tells the language, so that a reload keeps it; the document stayed.
    assert all("?bahasa=" in url or url.endswith("demo-skm") for url in loads)


def test_an_answer_given_in_javanese_is_thanked_in_javanese(site, open_page):
    page = open_page(320, 640)
    page.goto(f"{site.address}/s/demo-spkp?bahasa=jv")
    page.click("#lanjut")
    answer_all(page)
    page.click("#lanjut")
    page.click("#lanjut")
    summary = page.inner_text("#ringkasan")
    assert "Agak tidak setuju" in summary
    assert "Radi boten sarujuk" in summary
    page.click("#kirim")
    page.wait_for_url("**/terima-kasih**")
    assert page.inner_text("h1") == "Matur nuwun"


def test_a_reload_keeps_the_language_and_the_half_filled_form(site, open_page):
    page = open_page()
    page.goto(f"{site.address}/s/demo-skm")
    page.click("#lanjut")
    page.locator("fieldset.ask:visible .choice label").nth(3).click()
    page.wait_for_selector("#prosedur:visible")
    switch(page, "Basa Sunda")
    page.reload()
    assert page.inner_text("#langkah") == "2 tina 9"
    assert page.is_checked("#persyaratan-4")


def test_without_a_network_the_language_stays_and_the_page_says_why(site, open_page):
    page = open_page()
    page.goto(f"{site.address}/s/demo-skm")
    page.click("#lanjut")
    page.route("**/s/demo-skm?bahasa=**", lambda route: route.abort())
    page.click("#bahasa summary")
    page.click("#bahasa button:has-text('English')")
    page.wait_for_selector("#bahasa .fault:visible")
    assert "tidak ada jaringan" in page.inner_text("#bahasa .fault")
    assert page.inner_text("#langkah") == "1 dari 9"


def test_a_question_is_read_aloud_in_its_own_languages(site, open_page):
    page = open_page()
    page.add_init_script(VOICES)
    scripts = []
    page.on("request", lambda request: scripts.append(request.url))
    page.goto(f"{site.address}/s/demo-skm?bahasa=jv")
    page.click("#lanjut")
    assert not [url for url in scripts if "baca.js" in url]
    with page.expect_response("**/s/baca.js"):
        page.click("#bacakan")
    page.wait_for_timeout(100)
    spoken = page.evaluate("spoken")
    assert [
        "id_ID",
        "Bagaimana pendapat Saudara tentang kesesuaian persyaratan pelayanan "
        "dengan jenis pelayanannya?",
    ] in spoken
    assert ["jv-ID", "Boten cocog"] in spoken
    assert not [text for _, text in spoken if text == "Persyaratan"]


def test_a_phone_without_an_indonesian_voice_is_not_offered_reading_aloud(site, open_page):
    page = open_page()
    page.add_init_script(VOICES.replace("id_ID", "de-DE"))
    page.goto(f"{site.address}/s/demo-skm")
    assert page.is_hidden("#bacakan")


@pytest.mark.parametrize("language", ["mudah", "jv", "su", "en"])
@pytest.mark.parametrize("code", ["demo-skm", "demo-spak"])
def test_every_language_is_accessible_and_fits_a_narrow_phone(site, open_page, language, code):
    page = open_page(320, 640)
    page.goto(f"{site.address}/s/{code}?bahasa={language}")
    states = [violations(page)]
    page.click("#lanjut")
    page.click("#bahasa summary")
    states.append(violations(page))
    answer_all(page)
    states.append(violations(page))
    page.click("#lanjut")
    page.click("#lanjut")
    states.append(violations(page))
    assert all(state == {} for state in states), states
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_every_control_is_big_enough_for_a_thumb(site, open_page):
    page = open_page(320, 640)
    page.goto(f"{site.address}/s/demo-spak?bahasa=en")
    for state in ("start", "item", "profile", "comment", "review"):
        if state == "profile":
            answer_all(page)
        elif state != "start":
            page.click("#lanjut")
        if state == "item":
            page.click("#bahasa summary")
        for control in page.locator("main :is(button, summary, select, .button, label)").all():
            if control.is_visible() and not control.evaluate("e => e.closest('.trap, h2, .sub')"):
                box = control.bounding_box()
                assert box["height"] >= 48, (state, control.inner_text(), box)
                assert box["width"] >= 48
