"""Whatever staff, administrators and the inspectorate can list, they can take away."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from survey_app.administer.places import create_service
from survey_app.comments.sorting import sort_new_comments
from survey_app.store.tables import AuditEvent, Unit
from tests.comments.test_release import comment, many
from tests.follow_ups import make_follow_up
from tests.people import log_in
from tests.test_role_matrix import MATRIX, places  # noqa: F401  a fixture
from tests.worlds import make_world

ROOMS = ("/meja", "/evaluasi", "/kelola", "/akun")
FILES = re.compile(r'href="([^"?]+\.(?:csv|xlsx|zip|docx))(?:\?[^"]*)?"')
LISTS = re.compile(r'<table|class="card comment|<ul class="tree|<dl class="figures')
# Tables that are part of a form, filled in and not listed.
FORMS = {"guide.new", "guide.plan", "visits.overview"}

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def main_of(page):
    return page.text.split("<main", 1)[1]


def list_pages(app, places, email):  # noqa: F811
    browser = log_in(app, email)
    for (method, endpoint, pattern), _statuses in MATRIX.items():
        address = pattern.format(**places)
        if method == "GET" and address.startswith(ROOMS):
            page = browser.get(address)
            is_page = page.status_code == 200 and page.mimetype == "text/html"
            if is_page and "<main" in page.text and LISTS.search(main_of(page)):
                yield endpoint, page, browser


@pytest.mark.parametrize("email", ["admin@x.id", "inspector@x.id", "evaluator@x.id", "super@x.id"])
def test_every_page_with_a_list_has_its_file(app, places, email):  # noqa: F811
    seen, bare = set(), set()
    for endpoint, page, browser in list_pages(app, places, email):
        seen.add(endpoint)
        links = FILES.findall(main_of(page))
        if not links and endpoint not in FORMS:
            bare.add(endpoint)
        assert all(browser.get(link).status_code == 200 for link in links[:4]), endpoint
    assert bare == set()
    assert len(seen) >= 2


def rows_of(reply):
    return list(csv.reader(io.StringIO(reply.text)))


def test_no_cell_of_a_list_is_a_formula(app, store, places):  # noqa: F811
    with store.write() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == places["unit"])).one()
        for code, name in (("a", "=1+1"), ("b", "+62"), ("c", "-1"), ("d", "@x")):
            create_service(session, unit, code=code, name=name)
    browser = log_in(app, "admin@x.id")
    address = f"/kelola/unit/{places['unit']}/layanan"
    names = {row[1] for row in rows_of(browser.get(f"{address}.csv"))}
    assert {"'=1+1", "'+62", "'-1", "'@x"} <= names
    book = load_workbook(io.BytesIO(browser.get(f"{address}.xlsx").data))
    cells = {cell.value: cell.data_type for row in book.active.iter_rows() for cell in row}
    assert cells["=1+1"] == "s"


def test_files_of_comments_hold_what_their_pages_hold(app, store, settings, clock, places):  # noqa: F811
    world = make_world(store, settings, clock, slug="unit-lain-lagi")
    comment(world, *many(9), "Telepon saya 0812-3456-7890", "Ada pungli di loket")
    world.close()
    sort_new_comments(store, settings, clock())
    browser = log_in(app, "super@x.id")
    assert rows_of(browser.get(f"/meja/survei/{world.key}/komentar.csv"))[1:] == []
    clock.advance(days=8)
    browser = log_in(app, "super@x.id")
    rows = rows_of(browser.get(f"/meja/survei/{world.key}/komentar.csv"))[1:]
    assert len(rows) == 10
    text = str(rows)
    assert "pungli" not in text
    assert "0812" not in text
    reports = rows_of(browser.get("/evaluasi/saran.csv"))[1:]
    assert [row[3] for row in reports] == ["Ada pungli di loket"]
    with store.read() as session:
        assert session.scalars(
            select(AuditEvent).where(AuditEvent.action == "export-reports")
        ).one()


def test_the_follow_up_plan_is_taken_away_as_the_regulations_table(
    app,
    store,
    settings,
    clock,
    places,  # noqa: F811
):
    world = make_world(store, settings, clock, slug="unit-lain-lagi")
    make_follow_up(world, places["victim"])
    reply = log_in(app, "super@x.id").get(f"/meja/survei/{world.key}/tindak-lanjut.csv")
    header, row = rows_of(reply)
    assert header[:4] == ["no", "prioritas_unsur", "program_kegiatan", "waktu"]
    assert row[0] == "1"
