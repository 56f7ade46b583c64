"""The overview: who surveyed, who did not, how they stand; from published figures alone."""

import csv
import io
import json
import re

import pytest
from sqlalchemy import event, select, text

from survey_app.administer.places import create_service, create_unit
from survey_app.ledger.publication import publish_result
from survey_app.ledger.survey_figures import record_figures
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Agency, Publication, Role, Survey, Unit
from tests.people import add_person, log_in
from tests.publications import copy_to_units, publish
from tests.worlds import make_world

ADDRESS = "/evaluasi/ikhtisar"


@pytest.fixture
def world(store, settings, clock):
    """One published survey, a unit that has none, and units of another agency."""
    made = make_world(store, settings, clock)
    made.fill(30)
    publish(made)
    with store.write() as session:
        agency = session.scalars(select(Agency)).one()
        idle = create_unit(session, agency, slug="diam", name="Kantor Diam")
        create_service(session, idle, code="a", name="A")
        create_unit(session, agency, slug="induk", name="Induk tanpa layanan")
    return made


@pytest.fixture
def evaluator(app, store, clock, world):
    with store.read() as session:
        agency = session.scalars(select(Agency)).one()
    return log_in(app, add_person(store, clock, "tpi@x.id", Role.EVALUATOR, agency=agency))


@pytest.fixture
def many(store, world):
    """Twenty more units with two quarters each, every one with a score of its own."""
    copy_to_units(world, 20, ("2026-TW3", "2026-TW4"))
    with store.write() as session:
        copies = session.scalars(select(Survey).where(Survey.key.startswith("salinan"))).all()
        pattern = session.scalars(select(Publication).order_by(Publication.id)).first()
        session.execute(text("DROP TRIGGER publication_keeps_delete"))
        session.execute(
            text("DELETE FROM publication WHERE survey_id != :s"), {"s": world.survey_id}
        )
        for place, survey in enumerate(copies):
            publish_as(session, survey, pattern, 70 + place / 4, world.clock())


def publish_as(session, survey, pattern, score, now):
    result = json.loads(pattern.result)
    result["groups"][0]["index"] |= {"score100": score, "se": 0.02}
    publication = Publication(
        survey_id=survey.id,
        number=1,
        seal_id=pattern.seal_id,
        published_at=now,
        result=json.dumps(result),
        bundle_sha256=pattern.bundle_sha256,
    )
    session.add(publication)
    record_figures(session, publication)


def rows_of(browser, **choice):
    reply = browser.get(f"{ADDRESS}.csv", query_string=choice)
    return list(csv.DictReader(io.StringIO(reply.text)))


def test_published_figures_and_idle_units_are_listed(evaluator, world, store):
    rows = {row["unit"]: row for row in rows_of(evaluator)}
    assert set(rows) == {"unit-uji", "diam"}
    with store.read() as session:
        index = json.loads(session.scalars(select(Publication)).one().result)["groups"][0]["index"]
    assert float(rows["unit-uji"]["nilai"]) == index["score100"]
    assert float(rows["unit-uji"]["selang_bawah"]) == index["ci"][0]
    assert rows["unit-uji"]["responden"] == "30"
    assert (rows["diam"]["keadaan"], rows["diam"]["nilai"]) == ("none", "")
    page = evaluator.get(ADDRESS).text
    assert "Tidak ada survei" in page
    assert "Responden kurang dari sasaran" in page


def test_an_open_survey_shows_its_state_and_no_figure(app, store, settings, clock):
    open_world = make_world(store, settings, clock)
    open_world.fill(40)
    open_world.seal()
    person = log_in(app, add_person(store, clock, "tpn@x.id", Role.EVALUATOR))
    (row,) = rows_of(person, periode="2026-TW4", indeks="IKM")
    assert row["keadaan"] == "open"
    assert (row["responden"], row["nilai"]) == ("", "")


def test_a_correction_replaces_the_figures(world, store, clock):
    with store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        result = json.loads(session.scalars(select(Publication)).one().result)
        result["groups"][0]["index"]["score100"] = 12.34
        publish_result(session, survey, result, clock(), minimum=10, reason="salah hitung")
    with store.read() as session:
        assert session.scalar(text("SELECT score100 FROM survey_figure")) == 12.34


def test_verify_names_a_figure_that_was_changed_or_is_missing(world, store):
    assert verify_database(store).is_good
    with store.write() as session:
        session.execute(text("UPDATE survey_figure SET score100 = 99.9"))
    assert verify_database(store).damages == [
        f"survei {world.key}: angka dalam ikhtisar bukan yang diterbitkan"
    ]
    with store.write() as session:
        session.execute(text("DELETE FROM survey_figure"))
    assert "tidak ada dalam ikhtisar" in verify_database(store).damages[0]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_lines_can_be_filtered_sorted_and_paged(app, store, clock, many):
    person = log_in(app, add_person(store, clock, "tpn@x.id", Role.EVALUATOR))
    scores = [float(row["nilai"]) for row in rows_of(person, urut="-nilai") if row["nilai"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 21
    assert len(rows_of(person, instansi="kota-lain")) == 20
    assert [row["unit"] for row in rows_of(person, cari="salinan 0007")] == ["salinan-0007"]
    assert [row["unit"] for row in rows_of(person, keadaan="none")] == ["diam"]
    changed = rows_of(person, tanda="berubah")
    assert {float(row["perubahan"]) for row in changed} == {0.25}
    assert "Corong digambar" not in person.get(ADDRESS).text
    assert 'class="dots"' in person.get(ADDRESS).text
    assert person.get(f"{ADDRESS}?hal=99&urut=x&tanda=y&keadaan=z").status_code == 200
    assert person.get(f"{ADDRESS}?periode=ngawur").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_number_of_statements_does_not_grow_with_units(app, store, clock, many):
    person = log_in(app, add_person(store, clock, "tpn@x.id", Role.EVALUATOR))
    person.get(ADDRESS)
    statements = []
    event.listen(store.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    person.get(ADDRESS)
    first = len([one for one in statements if one.startswith("SELECT")])
    assert first <= 14
    with store.write() as session:
        agency = session.scalars(select(Agency)).first()
        for n in range(30):
            unit = Unit(agency_id=agency.id, slug=f"baru-{n}", name=f"Baru {n}")
            session.add(unit)
            session.flush()
            create_service(session, unit, code="a", name="A")
    statements.clear()
    assert "Baru 29" in person.get(f"{ADDRESS}?cari=baru").text
    assert len([one for one in statements if one.startswith("SELECT")]) == first


def test_units_of_other_agencies_are_not_there(app, store, clock, world):
    with store.write() as session:
        other = Agency(slug="lain", name="Lain")
        session.add(other)
    stranger = log_in(app, add_person(store, clock, "jauh@x.id", Role.EVALUATOR, agency=other))
    assert rows_of(stranger) == []
    assert not re.search("Dinas Uji|Kantor Diam", stranger.get(ADDRESS).text)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_list_of_indices_comes_a_page_at_a_time(app, store, clock, many, monkeypatch):
    monkeypatch.setattr("survey_app.evaluate.queries.PAGE_SIZE", 15)
    person = log_in(app, add_person(store, clock, "tpn@x.id", Role.EVALUATOR))
    pages = [person.get(f"/evaluasi?hal={number}").text for number in (1, 2, 3, 4)]
    assert [page.count("/bundle") for page in pages] == [15, 15, 11, 0]
    assert "Halaman 1 dari 3" in pages[0]
    assert 'rel="next"' in pages[1]
    assert 'rel="next"' not in pages[2]
    assert person.get("/evaluasi?indeks=IPAK&index=IPAK").text.count("/bundle") == 0
    assert person.get("/evaluasi?period=2026-TW3").text.count("/bundle") == 15
