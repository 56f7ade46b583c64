"""The guided path: sample worked out, last period copied, nothing edited once answered."""

import re

import pytest
from sqlalchemy import select

from survey_app.store.tables import Link, Role, Service, ServicePlan, Survey
from tests.people import add_person, log_in, post
from tests.worlds import make_world, submissions

ADDRESS = "/kelola/unit/unit-uji/survei"


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


@pytest.fixture
def admin(app, store, clock, world):
    return log_in(app, add_person(store, clock, "admin@x.id", Role.SUPERADMIN))


def send(admin, **fields):
    return post(admin, ADDRESS, instrument="spak-2023", **{"saluran-diisi": "ya", **fields})


def survey_of(store, key):
    with store.read() as session:
        return session.scalars(select(Survey).where(Survey.key == key)).one()


def test_counting_shows_the_regulations_sample_by_service_and_in_all(admin, store):
    fields = {"period": "2027-TW1", "populasi-ktp": "600", "populasi-akta": "400", "hitung": "ya"}
    page = send(admin, **fields)
    assert page.status_code == 200
    # PermenPANRB 14/2017 Lampiran II: 600 -> 234, 400 -> 196, 1000 -> 278.
    for words in (">234<", ">196<", "<b>278</b>", "perlu 430"):
        assert words in page.text, words
    with store.read() as session:
        assert len(session.scalars(select(Survey)).all()) == 1


def test_the_draft_gets_its_plan_and_the_links_asked_for(admin, store):
    fields = {
        "period": "2027-tw1",
        "populasi-ktp": "1.200",
        "saluran": "kiosk",
        "tautan-layanan": "ya",
    }
    made = send(admin, **fields)
    key = "unit-uji-spak-2023-2027-tw1"
    assert made.location == f"/meja/survei/{key}"
    survey = survey_of(store, key)
    assert (survey.state, survey.population, survey.target) == ("draft", 1200, 291)
    with store.read() as session:
        rows = session.execute(
            select(Link.channel, Service.code)
            .outerjoin(Service, Service.id == Link.service_id)
            .where(Link.survey_id == survey.id)
        )
        found = {(str(channel), code) for channel, code in rows}
    assert found == {("open", None), ("kiosk", None), ("open", "ktp"), ("open", "akta")}


def test_a_new_period_is_filled_from_the_last_survey_of_its_kind(admin, store):
    send(admin, **{"period": "2027-TW1", "populasi-ktp": "600"})
    page = admin.get(f"{ADDRESS}?salin=unit-uji-spak-2023-2027-tw1").text
    assert 'value="2027-TW2"' in page
    assert (
        'id="populasi-ktp" name="populasi-ktp" inputmode="numeric" maxlength="13" value="600"'
        in page
    )
    assert '<option selected value="spak-2023">' in page


def test_a_figure_that_is_no_number_is_named_by_its_service(admin):
    refused = send(admin, **{"period": "2027-TW1", "populasi-ktp": "banyak"})
    assert refused.status_code == 422
    assert "KTP: " in refused.text
    assert "banyak" in refused.text


def test_the_plan_changes_only_while_nobody_has_answered(admin, world, store):
    address = f"/kelola/survei/{world.key}/rencana"
    assert post(admin, address, **{"populasi-ktp": "500"}).status_code == 302
    survey = survey_of(store, world.key)
    assert (survey.population, survey.target) == (500, 217)
    with store.read() as session:
        plans = session.scalars(select(ServicePlan).where(ServicePlan.survey_id == survey.id))
        assert {plan.service.code: plan.target for plan in plans} == {"ktp": 217, "akta": None}
    world.accept(next(submissions(world.instrument, 1)))
    refused = post(admin, address, **{"populasi-ktp": "40"})
    assert refused.status_code == 422
    assert "buat versi baru" in refused.text
    assert survey_of(store, world.key).target == 217


def test_the_same_period_again_is_a_new_version_only_when_asked(admin, store):
    assert send(admin, period="2027-TW1").status_code == 302
    refused = send(admin, period="2027-TW1")
    assert refused.status_code == 422
    assert "sudah ada" in refused.text
    second = send(admin, **{"period": "2027-TW1", "versi-baru": "ya"})
    third = send(admin, **{"period": "2027-TW1", "versi-baru": "ya"})
    assert second.location.endswith("2027-tw1-v2")
    assert third.location.endswith("2027-tw1-v3")


def test_a_draft_is_looked_at_before_it_opens_and_cannot_be_sent(admin, store):
    made = send(admin, period="2027-TW1").location
    page = admin.get(f"{made}/pratinjau")
    assert page.status_code == 200
    assert "Jawaban di sini tidak dapat dikirim" in page.text
    assert "Tidak ada pungutan liar" in page.text
    assert re.search(r'id="kirim" disabled', page.text)
    # No key to seal to and no mark of a fresh page: nothing is queued or kept on the phone.
    assert "data-key" not in page.text.partition("<script")[0]
    assert "data-fresh" not in page.text.partition("<script")[0]
