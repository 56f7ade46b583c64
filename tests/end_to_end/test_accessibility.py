"""Every page and state that a citizen meets: axe, screen reader, keyboard, zoom, colours, fear."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe

from survey_app.administer.surveys import create_link, revoke_link, switch_contact
from survey_app.clock import utc_now
from survey_app.respond.kiosk import set_pin
from survey_app.settings import load_settings
from survey_app.store import open_store
from survey_app.store.migrate import upgrade
from survey_app.store.tables import Channel, Link, Survey
from survey_app.web.languages import LANGUAGES
from tests.end_to_end.conftest import FLAGS, NAMES, arguments, free_port, wait_until_ready
from tests.worlds import make_world

CODE = "dimintai_uang"
PIN = "402918"
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; "
    "word-spacing: .16em !important } p { margin-bottom: 2em !important }"
)


@dataclass(frozen=True)
class Fearful:
    """A served SPAK with a masked question, which asks for contacts, and its addresses."""

    form: str
    closed: str
    revoked: str
    root: str
    kiosk: str


@pytest.fixture(scope="module")
def fearful(tmp_path_factory):
    """A sensitive survey on a server of its own."""
    instance = tmp_path_factory.mktemp("takut") / "instance"
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    settings = load_settings(instance, public_url=root)
    store = open_store(settings)
    upgrade(store)
    world = make_world(store, settings, utc_now, "spak-2023-suap")
    other = make_world(store, settings, utc_now, "skm-2017", slug="unit-tutup")
    with store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        switch_contact(survey, utc_now())
        spare = create_link(session, survey).code
        revoke_link(session.get_one(Link, spare), utc_now())
        kiosk = create_link(session, survey, channel=Channel.KIOSK).code
        set_pin(session, kiosk, PIN)
    other.close()
    store.engine.dispose()
    words = ["run", "--port", port, "--workers", 1, "--instance", instance]
    server = subprocess.Popen(arguments(words), stderr=subprocess.DEVNULL, env=dict(os.environ))
    try:
        wait_until_ready(root)
        form, closed = world.links["ktp"], other.links["ktp"]
        forms = (f"{root}/s/{code}" for code in (form, closed, spare))
        yield Fearful(*forms, root, f"{root}/kios/{kiosk}")
    finally:
        server.terminate()
        server.wait(20)


def violations(page):
    found = Axe().run(page).response["violations"]
    return {fault["id"]: [node["html"][:160] for node in fault["nodes"]] for fault in found}


def answer_items(page):
    """Answer one item after another with a finger."""
    for _ in range(page.locator("fieldset[data-item]").count()):
        name = page.locator("fieldset[data-item]:visible").get_attribute("id")
        page.locator(f"#{name} .choice label").nth(4).click()
        page.locator(f"#{name}").wait_for(state="hidden")


def walk(page, fearful):
    """Every state from the poster to the contact page, each by name once it is on the screen."""
    page.goto(fearful.form)
    yield "start"
    page.click("#lanjut")
    yield "item"
    answer_items(page)
    yield "masked question"
    page.click(f"#{CODE} .coins button >> nth=1")
    yield "own coin"
    page.locator(f"#{CODE}-0").check(force=True)
    page.reload()
    yield "masked answer kept"
    page.click("#hapus")
    page.click("#lanjut")
    answer_items(page)
    page.click(f"#{CODE} .coins button >> nth=0")
    page.locator(f"#{CODE} .toss").wait_for()
    yield "tossed coin"
    page.locator(f"#{CODE}-1").check(force=True)
    page.click("#lanjut")
    yield "profile"
    page.click("#lanjut")
    page.fill("#comment", "Pak Budi minta uang")
    yield "comment"
    page.click("#lanjut")
    yield "review"
    page.click("#kirim")
    page.wait_for_url("**/terima-kasih**")
    yield "thanks"
    receipt = page.inner_text("#struk")
    page.goto(f"{fearful.form}/kontak")
    yield "contact"
    page.click("button[type=submit]")
    page.wait_for_selector(".problem")
    yield "contact faulty"
    page.fill("#nama", "Ani")
    page.fill("#telepon", "081234567890")
    page.locator("#setuju").check(force=True)
    page.click("button[type=submit]")
    page.wait_for_url("**tersimpan**")
    yield "contact kept"
    for name, address in {
        "receipt": f"{fearful.root}/struk/{receipt}",
        "no receipt": f"{fearful.root}/struk/AAAA",
        "ask receipt": f"{fearful.root}/struk",
        "ticket": f"{fearful.root}/t",
        "closed": fearful.closed,
        "revoked": fearful.revoked,
        "unknown": f"{fearful.root}/s/tidakada1",
        "note": f"{fearful.root}/transparansi/",
    }.items():
        page.goto(address)
        yield name
    yield from walk_kiosk(page, fearful)


def walk_kiosk(page, fearful):
    """A kiosk from the officer's PIN to its end."""
    page.goto(fearful.kiosk)
    yield "kiosk closed"
    for pin, name in (("000000", "kiosk wrong pin"), (PIN, "kiosk start")):
        page.fill("#pin", pin)
        with page.expect_navigation():
            page.click("button[type=submit]")
        yield name
    page.clock.install()
    page.goto(fearful.kiosk.replace("/kios/", "/s/"))
    page.clock.run_for(21_000)
    page.wait_for_selector("#tunggu:visible")
    yield "kiosk countdown"
    page.goto(f"{fearful.kiosk}/terima-kasih")
    yield "kiosk thanks"
    page.goto(f"{fearful.kiosk}/keluar")
    yield "kiosk leaving"


LOOKS = {
    "narrow light": {"width": 320, "height": 640},
    "wide dark": {"width": 1280, "height": 800, "color_scheme": "dark"},
    "zoomed to 400 percent": {"width": 320, "height": 256},
    "forced colours": {"width": 390, "height": 800, "forced_colors": "active"},
    "still": {"width": 390, "height": 800, "reduced_motion": "reduce"},
}


@pytest.mark.parametrize("look", ["narrow light", "wide dark", "forced colours"])
def test_axe_finds_nothing_in_any_state(fearful, open_page, look):
    page = open_page(**LOOKS[look])
    found = {name: violations(page) for name in walk(page, fearful)}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "id"])
def test_axe_finds_nothing_in_any_other_language(fearful, open_page, language):
    page = open_page(320, 640)
    form, contact, ticket = fearful.form, f"{fearful.form}/kontak", f"{fearful.root}/t"
    found = {}
    for address in (form, f"{form}/terima-kasih", contact, ticket, f"{fearful.root}/struk"):
        page.goto(f"{address}?bahasa={language}")
        found[address] = violations(page) or cut_off(page)
    assert {address: faults for address, faults in found.items() if faults} == {}


@pytest.mark.parametrize("look", ["narrow light", "zoomed to 400 percent", "forced colours"])
def test_nothing_scrolls_sideways_or_is_cut_off(fearful, open_page, look):
    page = open_page(**LOOKS[look])
    found = {name: cut_off(page) for name in walk(page, fearful)}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_wider_text_spacing_loses_nothing(fearful, open_page):
    page = open_page(320, 640, bypass_csp=True)
    found = {}
    for name in walk(page, fearful):
        page.add_style_tag(content=SPACING)
        found[name] = cut_off(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def cut_off(page):
    """Elements whose words do not fit into them, and whether the page is wider than the screen."""
    return page.evaluate(
        """() => {
          const root = document.documentElement;
          const wide = root.scrollWidth > innerWidth ? [`page ${root.scrollWidth}`] : [];
          const shown = [...document.querySelectorAll("main *")].filter((one) =>
            one.checkVisibility() && !one.closest(".trap, .table, .visually-hidden"));
          return wide.concat(shown.filter((one) => {
            const edge = one.getBoundingClientRect();
            const isOutside = edge.width && (edge.left < -1 || edge.right > innerWidth + 1);
            const isCut = getComputedStyle(one).overflowX !== "visible"
              && one.scrollWidth > one.clientWidth + 1;
            return isOutside || isCut;
          }).map((one) => one.outerHTML.slice(0, 120)));
        }"""
    )


def test_nothing_moves_for_those_who_ask_for_stillness(fearful, open_page):
    page = open_page(**LOOKS["still"])
    for name in walk(page, fearful):
        assert page.evaluate("document.getAnimations().length") == 0, name


def tree(page):
    """The accessibility tree that a screen reader is given, by node id."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return {node["nodeId"]: node for node in nodes if not node["ignored"]}, nodes


def named(nodes, role):
    return [
        node["name"]["value"]
        for node in nodes
        if not node["ignored"] and node.get("role", {}).get("value") == role
    ]


def radios_with_groups(page):
    """Each radio's spoken name with the spoken name of the group around it."""
    _, nodes = tree(page)
    by_id = {node["nodeId"]: node for node in nodes}
    found = []
    for node in nodes:
        if node["ignored"] or node["role"]["value"] != "radio":
            continue
        above = by_id.get(node.get("parentId"))
        while above and (above["ignored"] or above["role"]["value"] not in {"group", "radiogroup"}):
            above = by_id.get(above.get("parentId"))
        found.append((node["name"]["value"], above["name"]["value"] if above else ""))
    return found


def test_a_screen_reader_hears_each_answer_with_its_question(fearful, open_page):
    page = open_page()
    page.goto(fearful.form)
    page.click("#lanjut")
    for place in range(1, 6):
        name = page.locator("fieldset[data-item]:visible").get_attribute("id")
        heard = radios_with_groups(page)
        assert [answer for answer, _ in heard] == [
            *("Sangat tidak setuju", "Tidak setuju", "Agak tidak setuju"),
            *("Agak setuju", "Setuju", "Sangat setuju"),
        ]
        assert len({group for _, group in heard}) == 1
        assert heard[0][1].startswith(f"Pertanyaan {place}")
        page.locator(f"#{name} .choice label").first.click()
        page.locator(f"#{name}").wait_for(state="hidden")
    page.click(f"#{CODE} .coins button >> nth=1")
    heard = radios_with_groups(page)
    assert [answer for answer, _ in heard] == ["Ya", "Tidak"]
    assert "pernahkah Anda dimintai uang" in heard[0][1]


def test_a_screen_reader_is_told_how_the_coins_fell(fearful, open_page):
    page = open_page()
    page.goto(fearful.form)
    page.click("#lanjut")
    answer_items(page)
    page.click(f"#{CODE} .coins button >> nth=0")
    status = page.locator(f"#{CODE} [role=status]").inner_text().upper()
    coins = re.findall("ANGKA|GAMBAR", status)
    assert len(coins) == 2
    expected = "PILIH YA" if coins == ["ANGKA", "ANGKA"] else "JAWAB DENGAN JUJUR"
    assert expected in status
    assert status.count("PILIH YA") + status.count("JAWAB DENGAN JUJUR") == 1


def test_forms_without_scripts_are_heard_the_same(fearful, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(fearful.form)
    heard = radios_with_groups(page)
    assert len(heard) == 5 * 6 + 2 + 2
    assert all(answer and group for answer, group in heard)
    _, nodes = tree(page)
    assert not [name for name in named(nodes, "combobox") + named(nodes, "textbox") if not name]


def test_an_error_is_announced_with_links_to_its_place(fearful, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(fearful.form)
    page.locator("#diskriminasi-3").check(force=True)
    page.click("#kirim")
    summary = page.get_by_role("alert")
    assert "4 pertanyaan belum dijawab" in summary.inner_text()
    for link in summary.get_by_role("link").all():
        assert page.locator(link.get_attribute("href")).count() == 1
    assert page.locator("#diskriminasi-3").is_checked()
    assert page.title().startswith("Periksa jawaban")


def test_the_keyboard_alone_goes_from_the_poster_to_the_receipt(fearful, open_page):
    page = open_page()
    page.goto(fearful.form)
    page.locator("#lanjut").focus()
    page.keyboard.press("Enter")
    for _ in range(5):
        assert page.evaluate("document.activeElement.matches('fieldset[data-item]')")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.type") == "radio"
        page.keyboard.press("Space")
        press_until(page, "#lanjut")
    assert page.evaluate("document.activeElement.id") == CODE
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(f"#{CODE} .choices").wait_for()
    assert page.evaluate("document.activeElement.className") == "toss"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == CODE
    page.keyboard.press("Space")
    for _ in range(3):
        press_until(page, "#lanjut")
    assert page.evaluate("document.activeElement.id") == "periksa"
    press_until(page, "#kirim")
    page.wait_for_url("**/terima-kasih**")


def press_until(page, selector):
    """Tab on to a button and press it; every stop on the way must show that it has focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches('{selector}')"):
            page.keyboard.press("Enter")
            return
        assert page.evaluate(
            """() => {
              const at = document.activeElement;
              const mark = at.type === "radio" ? at.nextElementSibling : at;
              return getComputedStyle(mark).outlineStyle !== "none";
            }"""
        ), page.evaluate("document.activeElement.outerHTML")
    raise AssertionError(f"{selector} cannot be reached by Tab")


@pytest.fixture
def elsewhere(open_page):
    """A page on which the quick exit leads to a stand-in, and what it was sent."""

    def open_(**options):
        page, seen = open_page(**options), []

        def answer(route):
            seen.append(route.request.headers)
            route.fulfill(body="<title>Lain</title>", content_type="text/html")

        page.route("https://www.google.com/**", answer)
        return page, seen

    return open_


def test_leaving_quickly_leaves_no_answer_behind(fearful, elsewhere):
    page, seen = elsewhere()
    page.goto(fearful.root + "/struk")
    page.goto(fearful.form)
    page.click("#lanjut")
    for name in ("diskriminasi", "kecurangan"):
        page.locator(f"#{name} .choice label").first.click()
        page.locator(f"#{name}").wait_for(state="hidden")
    page.click(".leave")
    page.wait_for_url("https://www.google.com/")
    assert "referer" not in seen[0]
    page.go_back()
    assert page.url == fearful.root + "/struk"
    page.goto(fearful.form)
    assert page.locator("input:checked").count() == 0
    assert page.evaluate("sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") <= 1


def test_leaving_quickly_without_scripts_leaves_no_answer_behind(fearful, elsewhere):
    page, seen = elsewhere(java_script_enabled=False)
    page.goto(fearful.form)
    page.locator("#diskriminasi-1").check(force=True)
    page.fill("#comment", "rahasia")
    page.click(".leave")
    page.wait_for_url("https://www.google.com/")
    assert "referer" not in seen[0]
    page.go_back()
    assert page.url == fearful.form
    assert page.locator("input:checked").count() == 0
    assert page.input_value("#comment") == ""


def test_answers_can_be_wiped_without_scripts_before_leaving(fearful, open_page):
    # A browser may keep the page alive for its back button, where no header of ours reaches it.
    page = open_page(java_script_enabled=False)
    page.goto(fearful.form)
    page.locator("#diskriminasi-1").check(force=True)
    page.fill("#comment", "rahasia")
    page.click("#hapus")
    assert page.locator("input:checked").count() == 0
    assert page.input_value("#comment") == ""


@pytest.fixture
def remembering(chromium):
    """A browser that keeps pages alive for its back button, as those of people do."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    kept = ["--disable-back-forward-cache"]
    launch = chromium.browser_type.launch
    browser = launch(executable_path=found, args=list(FLAGS), ignore_default_args=kept)
    yield browser
    browser.close()


def test_a_browser_that_remembers_pages_shows_no_sent_answer_again(fearful, remembering):
    page = remembering.new_context().new_page()
    for state in walk(page, fearful):
        if state == "thanks":
            break
    for _ in range(3):
        page.go_back(wait_until="commit")
        page.wait_for_load_state()
        assert page.locator("input:checked").count() == 0


def test_going_back_after_sending_shows_no_answer(fearful, open_page):
    page = open_page()
    for state in walk(page, fearful):
        if state == "thanks":
            break
    for _ in range(4):
        page.go_back()
        assert page.locator("input:checked").count() == 0
        assert not page.evaluate("document.querySelector('#comment')?.value")


def test_waiting_for_a_network_is_accessible_too(fearful, chromium):
    # A context of its own: without a network the console rightly complains.
    page = chromium.new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(fearful.form)
    page.click("#lanjut")
    answer_items(page)
    for _ in range(3):
        page.click("#lanjut")
    page.context.set_offline(True)
    page.click("#kirim")
    page.locator("#tersimpan").wait_for()
    assert violations(page) == {}
    assert cut_off(page) == []
    page.context.set_offline(False)
    page.locator("#kabar .privacy").wait_for()
    assert violations(page) == {}
    page.context.close()
