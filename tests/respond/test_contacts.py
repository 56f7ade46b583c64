"""A name and telephone for a call-back: asked apart, read by few, and gone when their time is."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from survey_app.administer.surveys import create_link, switch_contact
from survey_app.clock import day_in
from survey_app.ledger.contacts import clean_telephone, erase_expired_contacts, list_contacts
from survey_app.store.tables import Agency, AuditEvent, Channel, Contact, Role, Survey
from tests.people import add_person, log_in, post

GIVEN = {"nama": "Sri Wahyuni", "telepon": "0812-3456 7890", "setuju": "ya"}


@pytest.fixture
def asking(world):
    """The survey asks for contacts."""
    with world.store.write() as session:
        switch_contact(session.get_one(Survey, world.survey_id), world.clock())
    return world


@pytest.fixture
def evaluator(app, asking, store, clock):
    """An evaluator of the agency, logged in."""
    with store.read() as session:
        agency = session.scalars(select(Agency)).one()
    add_person(store, clock, "e@x.id", Role.EVALUATOR, agency=agency)
    return log_in(app, "e@x.id")


def stored(store):
    with store.read() as session:
        return list(session.scalars(select(Contact)))


def test_a_survey_does_not_ask_unless_it_is_told_to(client, link, fields, store):
    thanked = client.get(client.post(link, data=fields).location)
    assert "Boleh Anda dihubungi" not in thanked.text
    assert client.get(f"{link}/kontak").status_code == 404
    assert client.post(f"{link}/kontak", data=GIVEN).status_code == 404
    assert stored(store) == []


def test_the_thank_you_page_leads_to_the_contact_page_without_the_receipt(
    client, asking, link, fields
):
    thanked = client.get(client.post(link, data=fields).location).text
    assert f'href="{link}/kontak"' in thanked
    assert "tidak memengaruhi" not in thanked
    page = client.get(f"{link}/kontak").text
    assert "Ini sukarela" in page
    assert "submission_id" not in page


@pytest.mark.parametrize("channel", [Channel.KIOSK, Channel.ASSISTED, Channel.PAPER])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_is_asked_for_a_name_where_others_read_along(client, asking, store, channel):
    with store.write() as session:
        survey = session.get_one(Survey, asking.survey_id)
        code = create_link(session, survey, channel=channel).code
    assert client.get(f"/s/{code}/kontak").status_code == 404
    assert f"/s/{code}/kontak" not in client.get(f"/s/{code}/terima-kasih?struk=X").text


def test_a_contact_is_kept_with_consent_and_told_so(client, asking, link, store):
    done = client.post(f"{link}/kontak", data=GIVEN)
    assert done.status_code == 303
    assert "Kontak Anda tersimpan" in client.get(done.location).text
    (one,) = stored(store)
    assert (one.name, one.telephone) == ("Sri Wahyuni", "081234567890")
    client.post(f"{link}/kontak", data=GIVEN)
    assert len(stored(store)) == 1


@pytest.mark.parametrize(
    "change, word",
    [
        ({"setuju": ""}, "Centang tanda setuju"),
        ({"nama": " "}, "Tulis nama Anda"),
        ({"nama": "123"}, "Tulis nama Anda"),
        ({"nama": "a\0b"}, "Tulis nama Anda"),
        ({"telepon": "12"}, "Tulis nomor telepon"),
        ({"telepon": "+62 812 kawan"}, "Tulis nomor telepon"),
        ({"website": "x"}, ""),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_without_consent_or_a_true_number_nothing_is_kept(
    client, asking, link, store, change, word
):
    refused = client.post(f"{link}/kontak", data=GIVEN | change)
    assert refused.status_code == 422
    assert word in refused.text
    assert stored(store) == []


def test_numbers_are_read_as_people_write_them():
    assert clean_telephone("+62 (812) 3456-7890") == "+6281234567890"


def test_a_contact_shares_no_key_order_or_day_with_an_answer(client, asking, link, fields, store):
    client.post(link, data=fields)
    client.post(f"{link}/kontak", data=GIVEN)
    (one,) = stored(store)
    today = day_in("Asia/Jakarta", asking.clock())
    with store.read() as session:
        assert one.day == session.get_one(Survey, asking.survey_id).period_end != today
        columns = {
            column["name"] for column in inspect(session.connection()).get_columns("contact")
        }
    assert columns == {"id", "survey_id", "day", "name", "telephone"}


def test_an_evaluator_reads_and_exports_and_each_time_is_on_record(
    client, asking, link, evaluator, store
):
    client.post(f"{link}/kontak", data=GIVEN)
    client.post(f"{link}/kontak", data=GIVEN | {"nama": "=1+1 Budi"})
    address = f"/evaluasi/kontak/{asking.key}"
    assert asking.key in evaluator.get("/evaluasi/kontak").text
    assert "Sri Wahyuni" in evaluator.get(address).text
    exported = evaluator.get(f"{address}.csv").text
    assert "081234567890" in exported
    assert "\n=1" not in exported
    assert evaluator.get(f"{address}.xlsx").data[:2] == b"PK"
    with store.read() as session:
        actions = list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert actions[-3:] == ["read-contacts", "export-contacts", "export-contacts"]


@pytest.mark.parametrize("role", [Role.SUPERADMIN, Role.INSPECTOR, Role.AUDITOR, Role.ADMIN])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_else_reads_them(app, asking, store, clock, role):
    add_person(store, clock, "p@x.id", role)
    person = log_in(app, "p@x.id")
    for address in ("", f"/{asking.key}", f"/{asking.key}.csv"):
        assert person.get(f"/evaluasi/kontak{address}").status_code == 404


def test_a_contact_is_erased_when_its_owner_asks(client, asking, link, evaluator, store):
    client.post(f"{link}/kontak", data=GIVEN)
    (one,) = stored(store)
    address = f"/evaluasi/kontak/{asking.key}"
    post(evaluator, f"{address}/{one.id.hex()}/hapus", page=address)
    assert stored(store) == []


def test_contacts_are_erased_when_their_time_is_over_and_not_before(client, asking, link, store):
    client.post(f"{link}/kontak", data=GIVEN)
    with store.write() as session:
        end = session.get_one(Survey, asking.survey_id).period_end
        assert erase_expired_contacts(session, end + timedelta(days=365), 365) == 0
        assert len(list_contacts(session, asking.survey_id)) == 1
        assert erase_expired_contacts(session, end + timedelta(days=366), 365) == 1
    assert stored(store) == []


def test_an_administrator_switches_the_question_on_and_off(app, world, store, clock):
    add_person(store, clock, "a@x.id", Role.SUPERADMIN)
    admin = log_in(app, "a@x.id")
    for expected in (True, False):
        post(admin, f"/kelola/survei/{world.key}/kontak", page="/akun")
        with store.read() as session:
            assert session.get_one(Survey, world.survey_id).asks_contact is expected


def test_the_contact_page_is_not_logged_and_not_kept(client, asking, link, capfd):
    reply = client.post(f"{link}/kontak", data=GIVEN)
    page = client.get(reply.location)
    assert page.headers["Cache-Control"] == "no-store"
    assert "kontak" not in capfd.readouterr().err
