"""The index of all units: thousands of them, found by name, agency and index."""

import re

import pytest
from sqlalchemy import event

from survey_app.publish.directory import PAGE_SIZE, Filters, list_directory, list_newest
from tests.publications import copy_to_units, publish
from tests.worlds import make_world

UNITS = 60


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(60)
    publish(made)
    copy_to_units(made, UNITS, periods=("2025-TW4", "2026-TW1"))
    return made


def names(page):
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', page)


def test_pages_hold_every_unit_once(client, world):
    found = []
    for page in range(1, 4):
        found += names(client.get(f"/hasil?halaman={page}").text)
    assert len(found) == len(set(found)) == UNITS + 1
    assert found == sorted(found)


@pytest.mark.parametrize("asked", ["0", "-3", "99", "abc", ""])
def test_a_page_that_is_none_shows_the_nearest(client, world, asked):
    assert 1 <= len(names(client.get(f"/hasil?halaman={asked}").text)) <= PAGE_SIZE


def test_links_to_other_pages_keep_what_was_asked(client, world):
    page = client.get("/hasil?cari=kantor&indeks=IKM").text
    assert 'rel="next" href="/hasil?halaman=2&amp;cari=kantor&amp;indeks=IKM"' in page
    assert f"{UNITS} unit" in page


def test_units_are_filtered_by_agency_and_index(client, world):
    assert names(client.get("/hasil?instansi=kota-unit-uji").text) == ["Dinas Uji"]
    assert len(names(client.get("/hasil?indeks=IKM").text)) == PAGE_SIZE
    assert names(client.get("/hasil?indeks=IPAK").text) == []
    assert "Tidak ada hasil terbit yang cocok" in client.get("/hasil?cari=zzz").text


def test_each_unit_stands_with_its_newest_period_alone(client, world):
    page = client.get("/hasil?cari=salinan").text
    assert "2026-TW1" in page
    assert "2025-TW4" not in page


def test_a_page_costs_the_same_however_many_units_there_are(store, world):
    seen = []
    event.listen(
        store.engine,
        "before_cursor_execute",
        lambda *given: seen.append(given[2]) if given[2].startswith("SELECT") else None,
    )
    with store.read() as session:
        list_directory(session, Filters())
        whole = len(seen)
        list_directory(session, Filters(text="0001"))
    assert len(seen) - whole == whole
    assert whole <= 6


def test_the_front_page_names_those_that_published_last(store, world):
    with store.read() as session:
        newest = list_newest(session, 3)
    assert [entry.name for entry in newest] == [f"Kantor Salinan {n:04}" for n in (59, 58, 57)]
