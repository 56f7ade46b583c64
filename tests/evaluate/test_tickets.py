"""The inspectorate's tickets: printed once, readable by a phone, reconciled and revoked."""

import io
import re
from datetime import date

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select, update

from survey_app.administer.surveys import create_link, find_survey
from survey_app.evaluate.ticket_sheets import Sheet, draw_tickets
from survey_app.ledger.tickets import TicketSecret
from survey_app.store.tables import Agency, AuditEvent, Channel, Role, Ticket, TicketLot, Unit
from tests.people import add_person, log_in, post
from tests.worlds import make_world

FORM = {"size": "20", "valid_from": "2026-11-24", "valid_to": "2026-12-31"}


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    with store.read() as session:
        unit = session.scalars(select(Unit)).one()
        agency = session.get_one(Agency, unit.agency_id)
    add_person(store, clock, "inspektorat@x.id", Role.INSPECTOR, agency=agency)
    add_person(store, clock, "petugas@x.id", Role.STAFF, unit=unit)
    return made


@pytest.fixture
def code(world):
    """A ticket link of the whole unit."""
    with world.store.write() as session:
        survey = find_survey(session, world.key)
        return create_link(session, survey, channel=Channel.TICKET, counter="Loket 1").code


@pytest.fixture
def inspector(app, world):
    return log_in(app, "inspektorat@x.id")


def issue(client, code, **change):
    return post(client, "/evaluasi/tiket", **(FORM | {"link": code} | change))


def test_the_sheets_leave_once_as_a_pdf_and_only_hashes_stay(inspector, code, store):
    sheets = issue(inspector, code)
    assert sheets.status_code == 200
    assert sheets.data.startswith(b"%PDF")
    assert "attachment" in sheets.headers["Content-Disposition"]
    assert sheets.headers["Cache-Control"] == "no-store"
    with store.read() as session:
        assert len(session.scalars(select(Ticket)).all()) == 20
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "issue-tickets")
        ).one()
    assert event.detail == {"size": 20}


def test_a_phone_reads_every_ticket_of_a_sheet(database_kind):
    tickets = [TicketSecret(f"{place:022d}", "K7QF-3M2X-9PTA") for place in range(20)]
    sheet = Sheet("Lot 1", "Dinas Uji", "KTP", "https://survei.contoh.go.id", date(2026, 12, 31))
    pages = draw_tickets(sheet, tickets, "png")
    read = [
        found.text
        for page in pages
        for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    ]
    assert sorted(read) == [f"https://survei.contoh.go.id/t/{one.token}" for one in tickets]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"size": "0"}, "1"),
        ({"size": "2001"}, "2000"),
        ({"valid_to": "2026-11-23"}, "sama dengan atau sesudah"),
        ({"link": "asing123"}, "Untuk tautan"),
    ],
)
def test_a_lot_that_cannot_be_is_explained(inspector, code, store, change, words):
    refused = issue(inspector, code, **change)
    assert refused.status_code == 422
    assert words in refused.text
    with store.read() as session:
        assert session.scalars(select(TicketLot)).all() == []


def test_a_lot_is_revoked_at_once(inspector, code, store):
    issue(inspector, code)
    with store.read() as session:
        number = session.scalars(select(TicketLot.id)).one()
    assert post(inspector, f"/evaluasi/tiket/{number}/cabut").status_code == 302
    with store.read() as session:
        assert session.get_one(TicketLot, number).revoked_at is not None
    assert "Dicabut" in inspector.get("/evaluasi/tiket").text


def test_lots_of_another_agency_are_not_there(inspector, code, store, clock, app):
    issue(inspector, code)
    with store.write() as session:
        elsewhere = Agency(slug="lain", name="Lain")
        session.add(elsewhere)
        session.flush()
    add_person(store, clock, "asing@x.id", Role.INSPECTOR, agency=elsewhere)
    stranger = log_in(app, "asing@x.id")
    with store.read() as session:
        number = session.scalars(select(TicketLot.id)).one()
    assert code not in stranger.get("/evaluasi/tiket").text
    assert issue(stranger, code).status_code == 422
    assert post(stranger, f"/evaluasi/tiket/{number}/cabut").status_code == 404


def test_more_tickets_spent_than_services_finished_is_pointed_out(
    inspector, app, code, store, world
):
    issue(inspector, code)
    with store.write() as session:
        session.execute(update(Ticket).values(spent=True))
    staff = log_in(app, "petugas@x.id")
    report = f"/meja/survei/{world.key}/saluran/layanan-selesai"
    assert post(staff, report, transactions="20").status_code == 302
    assert "perlu verifikasi" not in inspector.get("/evaluasi/tiket").text
    assert post(staff, report, transactions="19").status_code == 302
    page = inspector.get("/evaluasi/tiket").text
    assert "perlu verifikasi" in page
    assert re.search(r"Layanan selesai menurut unit</dt><dd>19<", page)


def test_staff_see_their_last_report_and_where_codes_are_typed(app, world, code):
    staff = log_in(app, "petugas@x.id")
    address = f"/meja/survei/{world.key}/saluran"
    post(staff, f"{address}/layanan-selesai", transactions="1234")
    page = staff.get(address).text
    assert "1.234" in page
    assert "Loket 1" in page
    assert 'href="/t"' in page
