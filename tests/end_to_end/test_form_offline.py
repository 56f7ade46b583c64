"""Answers that wait for a network, in a real browser whose network is really cut.

Each test has a server and a database of its own, and counts rows in the end: an answer is there
exactly once, or the citizen is told why it is not.
"""

import secrets
import shutil
from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError as NotYetError
from sqlalchemy import func, select

from survey_app.administer.surveys import begin_closing, close_survey
from survey_app.clock import utc_now
from survey_app.ledger.keys import instance_signer
from survey_app.settings import load_settings
from survey_app.store import open_store
from survey_app.store.tables import Comment, Link, Response, Survey
from tests.end_to_end.conftest import FLAGS, answer_all, found_chromium
from tests.faults.proxy import Proxy
from tests.faults.server import Server
from tests.worlds import make_world

# An answer is tried again every 20 seconds; a page that waits may take so long.
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def place(tmp_path_factory, sqlite_template):
    """One instance with its store, for every test of this file a survey of its own."""
    instance = tmp_path_factory.mktemp("offline") / "instance"
    instance.mkdir(mode=0o700)
    shutil.copyfile(sqlite_template, instance / "data.sqlite3")
    settings = load_settings(instance, public_url="http://127.0.0.1", ratelimit="off")
    store = open_store(settings)
    yield store, settings
    store.engine.dispose()


@pytest.fixture(scope="module")
def server(place, tmp_path_factory):
    """The server that the proxy leads to."""
    store, settings = place
    first = make_world(store, settings, utc_now)
    made = Server(first, tmp_path_factory.mktemp("log")).start()
    yield made
    made.stop()


@pytest.fixture
def world(place, server):
    """An open survey, on the clock of the wall as the server's is."""
    store, settings = place
    return make_world(store, settings, utc_now, slug=f"unit-{secrets.token_hex(4)}")


@pytest.fixture
def network(server):
    """The way from the browser to the server."""
    with Proxy(server.port) as proxy:
        yield proxy


@pytest.fixture
def form(network, world):
    """The address of the form, through the network."""
    return f"http://127.0.0.1:{network.port}/s/{world.links['ktp']}"


def counted(world):
    with world.store.read() as session:
        mine = Response.survey_id == world.survey_id
        return session.scalar(select(func.count()).select_from(Response).where(mine))


def waiting(page):
    """How many answers the phone keeps."""
    return page.evaluate(
        """() => new Promise((resolve) => {
          const opening = indexedDB.open("antrean");
          opening.onsuccess = () => {
            const all = opening.result.transaction("jawaban").objectStore("jawaban").getAll();
            all.onsuccess = () => { opening.result.close(); resolve(all.result); };
          };
        })"""
    )


def open_form(page, form):
    """Open the form and wait until the phone has kept it."""
    page.goto(form)
    page.evaluate("navigator.serviceWorker.ready.then(() => caches.has('survei'))")


def fill(page, place=2, comment=""):
    """Answer everything, as far as the summary."""
    page.click("#lanjut")
    answer_all(page, place)
    page.click("#lanjut")
    page.fill("#comment", comment)
    page.click("#lanjut")


def fill_and_store(page, form, **given):
    """Open, lose the network, answer and send."""
    open_form(page, form)
    page.context.set_offline(True)
    fill(page, **given)
    page.click("#kirim")
    page.wait_for_selector("#tersimpan:visible")


def test_what_waits_is_ciphertext_and_the_draft_is_gone(world, form, open_page):
    page = open_page()
    fill_and_store(page, form, comment="Kursinya kurang")
    kept = waiting(page)
    assert len(kept) == 1
    assert set(kept[0]) == {"id", "code", "body"}
    assert "Kursi" not in str(kept)
    assert "persyaratan" not in str(kept)
    assert page.evaluate("Object.keys(sessionStorage)") == []
    assert counted(world) == 0


def test_it_is_sent_by_itself_when_the_network_is_back(world, form, open_page):
    page = open_page()
    fill_and_store(page, form, comment="Kursinya kurang")
    page.context.set_offline(False)
    page.wait_for_selector("#kabar .privacy", timeout=PATIENCE_MS)
    assert counted(world) == 1
    assert waiting(page) == []
    receipt = page.inner_text("#kabar .privacy").rsplit(" ", 1)[1]
    page.goto(form.rsplit("/s/", 1)[0] + f"/struk/{receipt}")
    assert "Dihitung pada" in page.inner_text("main")
    with world.store.read() as session:
        mine = Comment.survey_id == world.survey_id
        assert session.scalars(select(Comment.text).where(mine)).one() == "Kursinya kurang"


def test_answering_needs_no_trip_at_all_between_questions(network, form, open_page):
    page = open_page()
    open_form(page, form)
    page.wait_for_timeout(300)
    before = len(network.requests)
    fill(page)
    assert network.requests[before:] == []


def test_a_tab_closed_without_a_network_loses_nothing(world, form, open_page):
    page = open_page()
    fill_and_store(page, form)
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(form)
    again.wait_for_selector("#kabar .privacy")
    assert counted(world) == 1


def test_a_phone_that_was_restarted_opens_and_sends_without_and_with_network(
    world, form, network, chromium, tmp_path
):
    profile = tmp_path / "profile"
    launch = {"executable_path": found_chromium(), "args": list(FLAGS)}
    kind = chromium.browser_type
    context = kind.launch_persistent_context(profile, **launch)
    fill_and_store(context.pages[0], form)
    context.close()

    network.go_away()
    context = kind.launch_persistent_context(profile, **launch)
    page = context.pages[0]
    page.goto(form)
    page.wait_for_selector("#antrean:visible")
    assert "1 jawaban menunggu" in page.inner_text("#antrean")
    assert page.inner_text("h1") == world.instrument.title
    network.come_back()
    page.click("#antrean button")
    page.wait_for_selector("#kabar .privacy")
    context.close()
    assert counted(world) == 1


def test_a_server_away_for_half_an_hour_gets_the_answer_without_a_reload(
    world, server, form, open_page
):
    page = open_page()
    page.clock.install()
    open_form(page, form)
    server.stop()
    fill_on_a_still_clock(page)
    page.click("#kirim")
    page.clock.run_for(16_000)
    page.wait_for_selector("#tersimpan:visible")
    page.clock.fast_forward("30:00")
    assert counted(world) == 0
    assert len(waiting(page)) == 1
    server.start()
    sent = page.locator("#kabar .privacy")
    for _ in range(3):
        # The next try of the page's own clock; the reply takes time of the real one.
        page.clock.run_for(20_000)
        with suppress(NotYetError):
            sent.wait_for(timeout=4_000)
            break
    assert sent.is_visible()
    assert counted(world) == 1


def fill_on_a_still_clock(page):
    """As `fill`, moving on by the keyboard, since a finger waits for a timer."""
    page.click("#lanjut")
    for _ in range(page.locator("fieldset.ask").count()):
        page.locator("fieldset.ask:visible input").nth(2).check()
        page.click("#lanjut")
    page.click("#lanjut")
    page.click("#lanjut")


def test_a_reply_lost_after_the_commit_is_one_row_and_its_receipt(world, network, form, open_page):
    page = open_page()
    open_form(page, form)
    fill(page)
    network.weather.cut_replies_to = "/sealed"
    network.weather.cuts_left = 2
    page.click("#kirim")
    page.wait_for_selector("#tersimpan:visible, #struk")
    if page.locator("#antrean button").is_visible():
        page.click("#antrean button")
    page.wait_for_selector("#kabar .privacy, #struk", timeout=PATIENCE_MS)
    assert counted(world) == 1
    assert len([line for line in network.requests if "/sealed" in line]) >= 2


def test_a_slow_and_delayed_network_still_gets_one_answer_through(world, network, form, open_page):
    page = open_page()
    network.weather.delay_seconds = 0.3
    network.weather.bytes_per_second = 20_000
    open_form(page, form)
    fill(page)
    page.click("#kirim")
    page.wait_for_url("**/terima-kasih**")
    assert counted(world) == 1


def test_several_tabs_that_send_at_once_are_one_answer(world, form, open_page):
    page = open_page()
    fill_and_store(page, form)
    others = [page.context.new_page() for _ in range(3)]
    for other in others:
        other.goto(form)
        other.wait_for_selector("#antrean:visible")
    page.context.set_offline(False)
    for other in others:
        other.evaluate("document.querySelector('#antrean button').click()")
    for tab in (page, *others):
        tab.wait_for_selector("#antrean", state="hidden", timeout=PATIENCE_MS)
    assert counted(world) == 1
    assert waiting(page) == []


def test_a_survey_that_closes_meanwhile_still_takes_what_was_begun(world, form, open_page):
    page = open_page()
    fill_and_store(page, form)
    with world.store.write() as session:
        begin_closing(session, session.get_one(Survey, world.survey_id), utc_now())
    page.context.set_offline(False)
    page.wait_for_selector("#kabar .privacy", timeout=PATIENCE_MS)
    assert counted(world) == 1


def test_a_survey_that_is_over_for_good_is_explained(world, form, open_page):
    page = open_page()
    fill_and_store(page, form)
    with world.store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        close_survey(session, survey, instance_signer(world.settings), utc_now())
    page.context.set_offline(False)
    page.wait_for_selector("#kabar .problem", timeout=PATIENCE_MS)
    assert "sudah ditutup" in page.inner_text("#kabar .problem")
    assert counted(world) == 0
    assert waiting(page) == []


def test_a_link_revoked_meanwhile_still_takes_what_was_begun(world, form, open_page):
    page = open_page()
    fill_and_store(page, form)
    with world.store.write() as session:
        session.get_one(Link, world.links["ktp"]).revoked_at = utc_now()
    page.context.set_offline(False)
    page.wait_for_selector("#kabar .privacy", timeout=PATIENCE_MS)
    assert counted(world) == 1


REFUSED = "Object.defineProperty(window, 'indexedDB', { get() { return undefined; } });"
FAILING = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };"


@pytest.mark.parametrize("refusal", [REFUSED, FAILING])
def test_where_nothing_can_be_kept_the_answer_is_posted_plainly(world, form, open_page, refusal):
    page = open_page()
    page.add_init_script(refusal)
    page.goto(form)
    fill(page)
    page.context.set_offline(True)
    page.click("#kirim")
    page.wait_for_selector("#gagal:visible")
    assert "Belum terkirim" in page.inner_text("#gagal")
    assert page.is_checked("#waktu-3")
    page.context.set_offline(False)
    page.click("#kirim")
    page.wait_for_url("**/terima-kasih**")
    assert counted(world) == 1


def test_a_phone_that_keeps_nothing_says_so_while_it_sends(network, form, open_page):
    page = open_page()
    page.add_init_script(REFUSED)
    page.goto(form)
    fill(page)
    network.weather.delay_seconds = 0.5
    page.click("#kirim")
    page.wait_for_selector("#gagal:visible")
    assert "tidak dapat menyimpan" in page.inner_text("#gagal")
    page.wait_for_url("**/terima-kasih**")


def test_the_form_is_usable_before_its_last_bytes_arrive(world, network, form, open_page):
    page = open_page()
    network.weather.hold_after_bytes = 6_000
    page.goto(form, wait_until="commit")
    page.locator("label[for=persyaratan-3]").click()
    assert page.is_checked("#persyaratan-3")
    network.weather.hold_after_bytes = None
    page.locator("#persyaratan").wait_for(state="hidden")
    assert page.inner_text("#langkah") == "2 dari 9"
    assert page.is_checked("#persyaratan-3")


def test_a_fault_that_only_the_server_sees_brings_its_page(world, form, open_page):
    page = open_page()
    open_form(page, form)
    fill(page)
    page.evaluate(f"document.forms[0].elements.submission_id.value = '{secrets.token_urlsafe(3)}'")
    page.click("#kirim")
    page.wait_for_selector(".problem")
    assert "22 karakter" in page.inner_text(".problem")
    assert counted(world) == 0
