"""Paper from the print-out to the result, with three people in real browsers."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from survey_app.administer.surveys import find_survey
from survey_app.clock import utc_now
from survey_app.estimates import instrument_of
from survey_app.paper.batches import find_batch
from survey_app.paper.entry import record_sheet
from survey_app.paper.sheets import Sheet
from survey_app.settings import load_settings
from survey_app.store import open_store
from survey_app.store.tables import Account, Link, Role, SheetOutcome, Survey, Unit
from tests.end_to_end.test_whole_road import violations
from tests.people import PASSWORD, add_person

SHEETS = 14


@pytest.fixture(scope="module")
def office(site):
    """The demo's store, the key of its survey, and three officers of its unit."""
    store = open_store(load_settings(site.instance))
    with store.read() as session:
        survey = session.get_one(Survey, session.get_one(Link, "demo-skm").survey_id)
        unit = session.get_one(Unit, survey.unit_id)
    for name, role in (("entri1", Role.STAFF), ("entri2", Role.STAFF), ("ketiga", Role.ADMIN)):
        add_person(store, utc_now, f"{name}@x.id", role, unit=unit)
    yield store, survey.key
    store.engine.dispose()


def arrive(site, page, name):
    page.goto(f"{site.address}/masuk")
    page.fill("#email", f"{name}@x.id")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/masuk" not in url)
    return page


def press(page, words):
    """Press a button and be on the page it leads to; again where the server is busy just now."""
    back = page.url
    for _ in range(5):
        with page.expect_navigation():
            page.get_by_role("button", name=words).first.click()
        if "tidak dapat dihubungi" not in page.inner_text("main"):
            return
        page.goto(back)


def look(page):
    assert violations(page) == {}
    over = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(over)


def type_sheet(page, digits, comment=""):
    for place, digit in enumerate(digits):
        page.locator(".typed input").nth(place).fill(digit)
    page.fill("#isi-comment", comment)
    press(page, "Simpan dan lanjut")


def type_most(store, key, code, name):
    """The sheets between, which in a browser would only take longer."""
    with store.write() as session:
        survey = find_survey(session, key)
        batch = find_batch(session, survey, code)
        account = session.scalars(select(Account).where(Account.email == f"{name}@x.id")).one()
        instrument = instrument_of(session, survey)
        for number in range(3, SHEETS - 1):
            values = {item: (number + place) % 4 + 1 for place, item in enumerate(instrument.codes)}
            sheet = Sheet(SheetOutcome.ANSWERED, values)
            record_sheet(session, batch, account, number, sheet, instrument, 2000)


def test_paper_is_printed_typed_twice_settled_accepted_and_counted_apart(site, office, open_page):
    store, key = office
    first, second, third = (
        arrive(site, open_page(width), name)
        for width, name in ((1280, "entri1"), (320, "entri2"), (390, "ketiga"))
    )
    desk = f"{site.address}/meja/survei/{key}"
    first.goto(f"{desk}/kertas")
    look(first)
    first.fill("#sheets", str(SHEETS))
    press(first, "Siapkan")
    address = first.url
    code = address.rsplit("/", 1)[1]
    look(first)
    pdf = first.request.get(f"{address}/kuesioner.pdf").body()
    assert pdf.startswith(b"%PDF")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2 * SHEETS

    for page, name, waktu in ((first, "entri1", "4"), (second, "entri2", "2")):
        page.goto(address)
        press(page, "Mulai entri")
        look(page)
        type_sheet(page, ["3"] * 9, "Antrean panjang")
        type_sheet(page, ["3", "3", waktu, *["4"] * 6, "2"])
        type_most(store, key, code, name)
        page.reload()
        press(page, "Kosong")
        press(page, "lembar sisanya")
        look(page)
        press(page, "Nyatakan selesai")
        assert "tidak dapat diubah lagi" in page.inner_text("main")
        page.goto(f"{address}/entri?lembar=1")
        assert page.locator(".typed input").count() == 0

    third.goto(address)
    assert "1 perbedaan" in third.inner_text("main")
    third.click("text=Lihat perbedaan")
    third.wait_for_url("**/beda")
    look(third)
    assert "Lembar 2" in third.inner_text("main")
    third.get_by_label("Yang tertera di lembar").fill("4")
    third.get_by_label("Alasan").select_option("second-slipped")
    press(third, "Simpan putusan")
    third.goto(address)
    press(third, "Terima ke dalam hasil")
    assert "12 jawaban kertas diterima" in third.inner_text("main")
    look(third)

    # Results follow step by step as they are safe; the count of the channel stands there at once.
    third.goto(desk)
    row = third.locator("tr", has=third.locator("th", has_text="Kertas"))
    assert row.locator("td").first.inner_text() == "12"
