"""Tickets, kiosk, lobby and assisted answers as people meet them, in a real browser."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey_app.administer.surveys import create_link
from survey_app.estimates import instrument_of
from survey_app.ledger.tickets import TicketSecret, issue_lot
from survey_app.respond.kiosk import set_pin
from survey_app.settings import instance_secret, load_settings
from survey_app.store import open_store
from survey_app.store.tables import Channel, Link, Survey
from tests.end_to_end.test_whole_road import answer_all, violations

PIN = "402918"


@dataclass(frozen=True)
class Links:
    """The demo's survey with links of every channel."""

    key: str
    ticket: str
    kiosk: str
    lobby: str
    assisted: str
    tickets: list[TicketSecret]


@pytest.fixture(scope="module")
def links(site):
    """Made as an administrator and an inspector make them."""
    settings = load_settings(site.instance)
    store = open_store(settings)
    key = instance_secret(settings, "receipt.key")
    today = datetime.now(UTC).date()
    with store.write() as session:
        survey = session.get_one(Survey, session.get_one(Link, "demo-skm").survey_id)
        made = {
            channel: create_link(session, survey, channel=channel)
            for channel in (Channel.TICKET, Channel.KIOSK, Channel.LOBBY, Channel.ASSISTED)
        }
        set_pin(session, made[Channel.KIOSK].code, PIN)
        first, last = today - timedelta(1), today + timedelta(30)
        _, tickets = issue_lot(session, made[Channel.TICKET], 5, first, last, key)
        codes = [link.code for link in made.values()]
        made_links = Links(survey.key, *codes, tickets)
    store.engine.dispose()
    return made_links


def instrument_of_survey(store, code):
    """Codes of the items that a link asks."""
    with store.read() as session:
        survey = session.get_one(Survey, session.get_one(Link, code).survey_id)
        return instrument_of(session, survey).codes


def picture(page, name):
    """Keep a picture where somebody asks for them."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def finish(page):
    """From the last question to the button that sends."""
    page.click("text=Lanjut")
    page.click("text=Lanjut")
    page.click("text=Kirim jawaban")


def test_a_typed_ticket_admits_once_and_the_second_answer_is_not_lost(site, links, open_page):
    code = links.tickets[0].code
    for turn in range(2):
        page = open_page(320, 640)
        page.goto(f"{site.address}/t")
        assert violations(page) == {}
        page.fill("#kode", code.lower().replace("-", " "))
        picture(page, "ticket-type")
        page.click("text=Lanjut")
        if turn:
            assert "sudah dipakai" in page.inner_text("main")
            picture(page, "ticket-spent-door")
            return
        page.click("text=Mulai")
        answer_all(page)
        finish(page)
        page.wait_for_url("**/terima-kasih**")


def test_an_answer_that_lost_the_race_for_its_ticket_goes_by_the_open_link(site, links, open_page):
    address = f"{site.address}/t/{links.tickets[1].token}"
    first, second = open_page(), open_page(320, 640)
    for page in (first, second):
        page.goto(address)
        page.click("text=Mulai")
        answer_all(page)
    finish(first)
    first.wait_for_url("**/terima-kasih**")
    finish(second)
    second.wait_for_selector("#ticket:visible")
    assert "sudah dipakai" in second.inner_text("#ticket")
    assert second.locator("input:checked").count() == 9
    assert violations(second) == {}
    picture(second, "ticket-lost-race")
    second.click("#lain button")
    second.wait_for_url("**/terima-kasih**")


def test_a_ticket_answered_without_a_network_is_spent_when_it_is_back(
    site, links, open_page, chromium
):
    # A profile of its own: that the network is away may show in its console.
    page = chromium.new_page()
    page.goto(f"{site.address}/t/{links.tickets[2].token}")
    page.click("text=Mulai")
    page.context.set_offline(True)
    answer_all(page)
    finish(page)
    page.wait_for_selector("#tersimpan:visible", timeout=20000)
    page.context.set_offline(False)
    page.wait_for_selector("text=Jawaban yang menunggu sudah terkirim")
    page.context.close()
    other = open_page()
    other.goto(f"{site.address}/t/{links.tickets[2].token}")
    assert "sudah dipakai" in other.inner_text("main")


@pytest.fixture
def kiosk(site, links, open_page):
    """A tablet that staff have opened as a kiosk."""
    page = open_page(800, 1100)
    page.goto(f"{site.address}/kios/{links.kiosk}")
    assert violations(page) == {}
    picture(page, "kiosk-pin")
    page.fill("#pin", PIN)
    page.click("button[type=submit]")
    page.wait_for_selector("text=Mulai")
    return page


def traces(page):
    """What the browser holds for this site, its pass aside."""
    return page.evaluate(
        """async () => ({
            local: localStorage.length, session: sessionStorage.length,
            bases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
            workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )


def test_a_kiosk_goes_round_and_leaves_nothing_behind(site, links, kiosk):
    start = f"{site.address}/kios/{links.kiosk}"
    picture(kiosk, "kiosk-start")
    kiosk.click("text=Mulai")
    kiosk.wait_for_url("**/s/*")
    kiosk.click("#lanjut")
    answer_all(kiosk, place=0)
    kiosk.click("text=Lanjut")
    kiosk.fill("#comment", "Rahasia saya")
    kiosk.click("text=Lanjut")
    kiosk.click("text=Kirim jawaban")
    kiosk.wait_for_url("**/terima-kasih")
    assert violations(kiosk) == {}
    picture(kiosk, "kiosk-thanks")
    kiosk.wait_for_url(start, timeout=8000)
    assert set(traces(kiosk).values()) == {0}
    for _ in range(14):
        kiosk.go_back()
        kiosk.wait_for_load_state()
        if not kiosk.url.startswith(site.address):
            break
        assert kiosk.locator("input:checked").count() == 0
        assert "Rahasia" not in kiosk.content()
        if kiosk.locator("#comment").count():
            assert kiosk.input_value("#comment") == ""


def test_an_idle_kiosk_counts_down_visibly_and_starts_anew(site, links, kiosk):
    kiosk.clock.install()
    kiosk.click("text=Mulai")
    kiosk.wait_for_url("**/s/*")
    kiosk.click("#lanjut")
    kiosk.locator("fieldset.ask:visible .choice label").first.click()
    kiosk.clock.run_for(21_000)
    kiosk.wait_for_selector("#tunggu:visible")
    assert "detik" in kiosk.inner_text("#tunggu")
    assert violations(kiosk) == {}
    picture(kiosk, "kiosk-countdown")
    kiosk.click("text=Lanjut mengisi")
    assert kiosk.locator("#tunggu").is_hidden()
    kiosk.clock.run_for(41_000)
    kiosk.wait_for_url(f"{site.address}/kios/{links.kiosk}")
    kiosk.click("text=Mulai")
    kiosk.wait_for_url("**/s/*")
    assert kiosk.locator("input:checked").count() == 0


def test_no_link_leads_off_a_kiosk_but_the_one_with_the_pin(site, links, kiosk):
    kiosk.click("text=Mulai")
    kiosk.wait_for_url("**/s/*")
    here = f"/s/{links.kiosk}"
    paths = kiosk.eval_on_selector_all("a[href]", "all => all.map((a) => a.pathname)")
    assert set(paths) <= {here, f"/kios/{links.kiosk}"}
    kiosk.goto(f"{site.address}/kios/{links.kiosk}/keluar")
    kiosk.fill("#pin", PIN)
    kiosk.click("button[type=submit]")
    kiosk.wait_for_url("**/masuk**")
    kiosk.goto(f"{site.address}/s/{links.kiosk}")
    assert "perangkat kios" in kiosk.inner_text("main")


def test_a_phone_reads_the_lobbys_screen_and_answers(site, links, open_page):
    screen, phone = open_page(1280, 720), open_page(320, 640)
    site.log_in(screen, "Petugas Disdukcapil")
    screen.goto(f"{site.address}/meja/survei/{links.key}/saluran")
    assert violations(screen) == {}
    picture(screen, "channels-desk")
    screen.click("text=Buka layar lobi")
    assert violations(screen) == {}
    picture(screen, "lobby-screen")
    code = screen.inner_text(".lobby-code")
    phone.goto(f"{site.address}/s/{links.lobby}")
    assert violations(phone) == {}
    picture(phone, "lobby-door")
    phone.fill("#kode", code)
    phone.click("text=Lanjut")
    phone.click("text=Mulai")
    answer_all(phone)
    finish(phone)
    phone.wait_for_url("**/terima-kasih**")


def test_an_assisted_form_tells_the_citizen(site, links, open_page):
    page = open_page(320, 640)
    page.goto(f"{site.address}/s/{links.assisted}")
    assert "petugas melihat jawaban Anda" in page.inner_text("main")
    assert violations(page) == {}
    picture(page, "assisted")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_of_channels_fit_the_screen(site, links, open_page, width):
    page = open_page(width)
    site.log_in(page, "Inspektorat")
    page.goto(f"{site.address}/evaluasi/tiket")
    assert violations(page) == {}
    picture(page, f"tickets-{width}")
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(wide)
    staff = open_page(width)
    site.log_in(staff, "Petugas Disdukcapil")
    staff.goto(f"{site.address}/meja/survei/{links.key}/saluran")
    assert staff.evaluate(wide)
    picture(staff, f"channels-{width}")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_flooded_link_still_takes_a_citizens_answer(site, open_page, has_scripts):
    settings = load_settings(site.instance)
    store = open_store(settings)
    with store.write() as session:
        survey = session.get_one(Survey, session.get_one(Link, "demo-spak").survey_id)
        code = create_link(session, survey).code
    page = open_page(java_script_enabled=has_scripts)
    page.goto(f"{site.address}/s/{code}")
    instrument = instrument_of_survey(store, code)
    store.engine.dispose()
    for place in range(130):
        body = {"submission_id": f"{place:022d}", "answers": dict.fromkeys(instrument, 6)}
        page.request.post(f"{site.address}/api/v1/links/{code}/responses", data=body)
    if has_scripts:
        page.click("text=Mulai")
        answer_all(page)
        finish(page)
        page.wait_for_url("**/terima-kasih**")
        return
    for fieldset in page.locator("fieldset.ask").all():
        fieldset.locator(".choice label").nth(2).click()
    page.click("text=Kirim jawaban")
    assert "dibanjiri" in page.inner_text("#work")
    assert page.locator("fieldset.ask input:checked").count() == len(instrument)
    picture(page, "flooded")
