"""What other programs and sites take from the public results: feeds, badges, open data."""

import csv
import html
import io
import re
from datetime import datetime
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from survey_app.store.tables import Survey, Unit
from tests.publications import copy_to_units, publish
from tests.worlds import make_world

ATOM = {"a": "http://www.w3.org/2005/Atom"}
IRI = re.compile(r"^[a-z][a-z0-9+.-]*:\S+$")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(60)
    return made


def require_valid_atom(text):
    """The MUSTs of RFC 4287 section 4 that apply to a feed of this kind."""
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    entries = root.findall("a:entry", ATOM)
    for part in (root, *entries):
        for name in ("id", "title", "updated"):
            (only,) = part.findall(f"a:{name}", ATOM)
            assert only.text
        assert IRI.match(part.find("a:id", ATOM).text)
        moment = part.find("a:updated", ATOM).text
        assert datetime.fromisoformat(moment.replace("Z", "+00:00")).tzinfo
        kinds = [(one.get("rel"), one.get("type")) for one in part.findall("a:link", ATOM)]
        assert len(kinds) == len(set(kinds))
        assert all(IRI.match(one.get("href")) for one in part.findall("a:link", ATOM))
    for entry in entries:
        assert entry.find("a:author/a:name", ATOM).text
        assert entry.find("a:link[@rel='alternate']", ATOM) is not None
        assert len(entry.findall("a:summary", ATOM)) <= 1
    identities = [entry.find("a:id", ATOM).text for entry in entries]
    assert len(identities) == len(set(identities))
    return root


@pytest.mark.parametrize("address", ["/hasil/umpan.atom", "/hasil/unit-uji/umpan.atom"])
def test_feeds_are_valid_atom_with_the_figures(client, world, address):
    require_valid_atom(client.get(address).data)
    index = publish(world)["groups"][0]["index"]
    reply = client.get(address)
    assert reply.mimetype == "application/atom+xml"
    root = require_valid_atom(reply.data)
    assert root.find("a:link[@rel='self']", ATOM).get("href") == f"https://localhost{address}"
    (entry,) = root.findall("a:entry", ATOM)
    assert f"{index['score100']:.2f}".replace(".", ",") in entry.find("a:title", ATOM).text
    assert entry.find("a:updated", ATOM).text == "2026-11-24T03:00:00Z"
    page = entry.find("a:link", ATOM).get("href")
    assert page == "https://localhost/hasil/unit-uji"


def test_a_correction_is_an_entry_of_its_own(client, world, clock):
    publish(world)
    before = require_valid_atom(client.get("/hasil/umpan.atom").data)
    clock.advance(days=1)
    publish(world, reason="Salah populasi")
    after = require_valid_atom(client.get("/hasil/umpan.atom").data)
    ids = [root.find("a:entry/a:id", ATOM).text for root in (before, after)]
    assert ids[0] != ids[1]
    assert "Salah populasi" in after.find("a:entry/a:summary", ATOM).text


def test_the_feed_of_everybody_holds_the_newest_fifty(client, world):
    publish(world)
    copy_to_units(world, 60)
    root = require_valid_atom(client.get("/hasil/umpan.atom").data)
    assert len(root.findall("a:entry", ATOM)) == 50


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_names_that_xml_cannot_hold_do_not_break_the_feed(client, world, store):
    with store.write() as session:
        session.get_one(Survey, world.survey_id).title = "A\x0b & <B> \ufffe"
        session.query(Unit).one().name = "Dinas \x00]]> <script>"
    publish(world)
    root = require_valid_atom(client.get("/hasil/umpan.atom").data)
    assert "<script>" in root.find("a:entry/a:title", ATOM).text


def test_the_badge_shows_the_index_and_may_be_embedded_anywhere(client, world):
    assert "belum ada hasil" in client.get("/hasil/unit-uji/lencana.svg").text
    index = publish(world)["groups"][0]["index"]
    reply = client.get("/hasil/unit-uji/lencana.svg")
    assert reply.mimetype == "image/svg+xml"
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in reply.headers
    root = ET.fromstring(reply.data)
    words = "".join(root.itertext())
    assert f"{index['score100']:.2f}".replace(".", ",") in words
    assert f"{index['grade']} {index['label']}" in words
    assert {part.tag for part in root.iter()} == {
        *(f"{SVG}{name}" for name in ("svg", "title", "rect", "path", "g", "text"))
    }
    assert b"style" not in reply.data
    assert b"href" not in reply.data


def test_the_snippet_to_copy_holds_the_badge_the_link_and_the_words(client, world):
    publish(world)
    page = client.get("/hasil/unit-uji").text
    snippet = html.unescape(re.search(r'<textarea id="lencana"[^>]*>(.*?)</textarea>', page)[1])
    tags = tags_of(snippet)
    assert tags["a"] == {"href": "https://localhost/hasil/unit-uji"}
    assert tags["img"]["src"] == "https://localhost/hasil/unit-uji/lencana.svg"
    assert "Dinas Uji" in tags["img"]["alt"]
    assert int(tags["img"]["width"]) > 100


def tags_of(snippet):
    """Each tag of a piece of HTML with its attributes."""
    found = {}
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.update({tag: dict(attributes)})
    parser.feed(snippet)
    return found


def test_open_data_explains_each_of_its_columns(client, world):
    publish(world)
    dictionary = list(csv.DictReader(io.StringIO(client.get("/hasil/kamus.csv").text)))
    for name in ("data.csv", "unsur.csv"):
        text = client.get(f"/hasil/unit-uji/{name}").text
        columns = next(csv.reader(io.StringIO(text)))
        explained = [row["kolom"] for row in dictionary if row["berkas"] == name]
        assert columns == explained
    assert all(row["arti"] and row["satuan_atau_bentuk"] for row in dictionary)


def test_open_data_of_unsur_gives_the_index_again(client, world):
    index = publish(world)["groups"][0]["index"]
    rows = list(csv.DictReader(io.StringIO(client.get("/hasil/unit-uji/unsur.csv").text)))
    assert len(rows) == 9
    assert 25 * sum(float(row["nrr"]) for row in rows) / 9 == pytest.approx(
        index["value"] * 25, rel=1e-12
    )
