"""A thousand readers cost one rendering, and nobody is shown what no longer stands."""

import threading

import pytest
from sqlalchemy import event

from survey_app.publish.cache import EXTENSION
from survey_app.store.tables import FollowUp
from tests.people import add_person, log_in, post
from tests.publications import publish
from tests.worlds import make_world

PAGES = (
    *("/", "/hasil", "/hasil/unit-uji", "/hasil/unit-uji/panel", "/hasil/unit-uji/panel.pdf"),
    *("/hasil/unit-uji/data.csv", "/hasil/unit-uji/unsur.csv", "/hasil/kamus.csv"),
    *("/hasil/unit-uji/lencana.svg", "/hasil/umpan.atom", "/hasil/unit-uji/umpan.atom"),
)


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(60)
    publish(made)
    return made


@pytest.fixture
def statements(store):
    seen = []
    event.listen(
        store.engine,
        "before_cursor_execute",
        lambda *given: seen.append(given[2]) if given[2].startswith("SELECT") else None,
    )
    return seen


def renderings(app):
    return app.extensions[EXTENSION].renderings


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_thousand_readers_cost_one_rendering_and_one_small_query_each(app, world, statements):
    client = app.test_client()
    first = client.get("/hasil/unit-uji")
    before = len(statements)
    for _ in range(1000):
        assert client.get("/hasil/unit-uji").data == first.data
    assert renderings(app) == 1
    assert len(statements) - before == 1000


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_readers_who_come_at_once_wait_for_one_rendering(app, world):
    together = threading.Barrier(12)

    def read():
        together.wait()
        assert app.test_client().get("/hasil/unit-uji").status_code == 200

    readers = [threading.Thread(target=read) for _ in range(12)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert renderings(app) == 1


@pytest.mark.parametrize("address", PAGES)
def test_who_has_the_page_already_is_told_so(client, world, address):
    first = client.get(address)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Set-Cookie" not in first.headers


def test_a_correction_is_shown_at_once(client, world):
    before = client.get("/hasil/unit-uji")
    publish(world, reason="Salah populasi")
    after = client.get("/hasil/unit-uji", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Salah populasi" in after.text


def test_a_change_of_the_follow_up_plan_is_shown_at_once(app, client, world, store, clock):
    desk = log_in(app, add_person(store, clock, "super@x.id", "superadmin"))
    assert "Menambah loket" not in client.get("/hasil/unit-uji").text
    plan = {"unsur": "waktu", "programme": "Menambah loket", "responsible": "Kepala"}
    post(desk, f"/meja/survei/{world.key}/tindak-lanjut", due="2027-03-31", **plan)
    assert "Menambah loket" in client.get("/hasil/unit-uji").text
    assert "Menambah loket" in client.get("/hasil/unit-uji/panel").text


def test_what_no_stamp_tells_is_shown_after_five_minutes(client, world, store, clock):
    client.get("/hasil/unit-uji")
    with store.write() as session:
        plan = {"unsur": "waktu", "programme": "Tanpa riwayat", "responsible": "Kepala"}
        session.add(FollowUp(survey_id=world.survey_id, due=clock().date(), **plan))
    assert "Tanpa riwayat" not in client.get("/hasil/unit-uji").text
    clock.advance(seconds=300)
    assert "Tanpa riwayat" in client.get("/hasil/unit-uji").text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_arguments_that_a_page_does_not_know_cost_nothing(app, world):
    client = app.test_client()
    for place in range(5):
        client.get(f"/hasil/unit-uji?acak={place}")
    assert renderings(app) == 1
    client.get("/hasil/unit-uji?bahasa=en")
    assert renderings(app) == 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_cache_does_not_grow_without_end(app, world, monkeypatch):
    monkeypatch.setattr("survey_app.publish.cache.ENTRIES", 5)
    client = app.test_client()
    for place in range(20):
        client.get(f"/hasil?cari={place}")
    assert len(app.extensions[EXTENSION].entries) == 5
    assert not app.extensions[EXTENSION].making


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_not_there_is_not_kept(app, world):
    client = app.test_client()
    for place in range(3):
        assert client.get(f"/hasil/tidak-ada-{place}").status_code == 404
    assert renderings(app) == 0
