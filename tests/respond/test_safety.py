"""Nothing about a page, its address, its size or its speed tells on the one who answers."""

import re
import secrets
import statistics
import time
import zipfile

import pytest
from sqlalchemy import select

from survey_app.administer.surveys import close_survey, create_link, revoke_link, switch_contact
from survey_app.ledger.keys import instance_signer
from survey_app.store.backup import write_backup
from survey_app.store.tables import Base, Link, Survey
from tests.worlds import make_world

CANARIES = {
    "address": "203.0.113.77",
    "agent": "KenariPeramban/9.9",
    "cookie": "kenari-kue-88",
    "referrer": "https://kenari.example/asal",
    "language": "kn-KN",
}
TELLING = ("korupsi", "suap", "pungli", "spak", "ipak", "uang", "imbalan")


@pytest.fixture
def world(store, settings, clock):
    """A sensitive survey that also asks for contacts."""
    made = make_world(store, settings, clock, "spak-2023-suap")
    with store.write() as session:
        switch_contact(session.get_one(Survey, made.survey_id), clock())
    return made


@pytest.fixture
def sent(world):
    """A whole form."""
    answers = dict.fromkeys(world.instrument.codes, "1")
    return {"submission_id": secrets.token_urlsafe(16), "language": "id"} | answers


@pytest.fixture
def pages(client, world, link, sent, store):
    """Every kind of page that a citizen meets, by name."""
    found = {
        "form": client.get(link),
        "repeat": client.post(link, data={"submission_id": sent["submission_id"]}),
    }
    done = client.post(link, data=sent)
    receipt = re.search("struk=([^&]+)", done.location)[1]
    found |= {
        "sent": done,
        "thanks": client.get(done.location),
        "receipt": client.get(f"/struk/{receipt}"),
        "no receipt": client.get("/struk/AAAA-AAAA-AAAA-AAAA"),
        "ask receipt": client.get("/struk"),
        "contact": client.get(f"{link}/kontak"),
        "contact faulty": client.post(f"{link}/kontak", data={}),
        "ticket": client.get("/t"),
        "unknown": client.get("/s/tidakada1"),
        "worker": client.get("/s/sw.js"),
        "json": client.post(f"/api/v1/links/{world.links['ktp']}/responses", json={}),
        "sealed": client.post(f"/api/v1/links/{world.links['ktp']}/sealed", json={}),
    }
    with store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        spare = create_link(session, survey).code
        revoke_link(session.get_one(Link, spare), world.clock())
        close_survey(session, survey, instance_signer(world.settings), world.clock())
    found |= {"revoked": client.get(f"/s/{spare}"), "closed": client.get(link)}
    return found


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_titles_say_nothing_about_the_subject(pages):
    for name, reply in pages.items():
        if name not in {"sent", "worker", "json", "sealed"}:
            title = re.search("<title>(.*?)</title>", reply.text)
            assert not [word for word in TELLING if word in title[1].lower()], name
            assert "Survei layanan" in title[1]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_reply_keeps_its_address_to_this_site_and_out_of_caches(pages):
    for name, reply in pages.items():
        assert reply.headers["Referrer-Policy"] == "same-origin", name
        expected = "no-cache" if name == "worker" else "no-store"
        assert reply.headers["Cache-Control"] == expected, name
        assert "Set-Cookie" not in reply.headers, name


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_links_to_other_sites_send_no_referrer(pages):
    links = [
        (name, link)
        for name, reply in pages.items()
        for link in re.findall(r'<a [^>]*href="https?://[^>]*>', reply.text)
    ]
    assert {name for name, _ in links} >= {"form", "thanks", "closed"}
    for name, link in links:
        assert 'rel="noreferrer"' in link, name


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_those_who_want_an_answer_are_led_to_lapor(pages):
    for name in ("form", "thanks", "closed", "revoked"):
        assert "https://www.lapor.go.id/" in pages[name].text, name


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_note_on_what_is_kept_is_one_touch_away_from_the_form(client, pages):
    assert 'href="/transparansi/#disimpan"' in pages["form"].text
    note = client.get("/transparansi/").text
    note = note[note.index('id="disimpan"') : note.index("Segel</h2>")]
    sentences = re.split(r"[.?]", " ".join(re.findall(r"<(?:li|p)>(.*?)</", note)))
    assert len(sentences) > 10
    assert max(len(sentence.split()) for sentence in sentences) <= 15


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_found_and_unknown_receipts_are_of_one_size(pages):
    sizes = {len(pages[name].data) for name in ("receipt", "no receipt")}
    assert len(sizes) == 1
    assert all("Content-Encoding" not in pages[name].headers for name in ("receipt", "no receipt"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_found_and_unknown_receipts_take_the_same_time(client, link, sent):
    known = re.search("struk=([^&]+)", client.post(link, data=sent).location)[1]

    def seconds(code):
        start = time.perf_counter()
        client.get(f"/struk/{code}")
        return time.perf_counter() - start

    # Each beside the other: what else the machine does then delays both.
    gaps = [seconds(known) - seconds("AAAA-AAAA-AAAA-AAAA") for _ in range(150)]
    assert abs(statistics.median(gaps)) < 0.005


def test_canaries_of_the_visitor_are_in_no_table_file_backup_or_log(
    client, world, link, sent, store, settings, tmp_path, capfd, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    visit = {
        "headers": {
            "User-Agent": CANARIES["agent"],
            "Cookie": f"kue={CANARIES['cookie']}",
            "Referer": CANARIES["referrer"],
            "Accept-Language": CANARIES["language"],
            "X-Forwarded-For": CANARIES["address"],
        },
        "environ_base": {"REMOTE_ADDR": CANARIES["address"]},
    }
    for address in (link, f"{link}/kontak", "/struk/0000", "/t", "/s/tidakada1"):
        client.get(address, **visit)
    client.post(link, data=sent | {"comment": "Cepat"}, **visit)
    client.post(link, data=sent | {"comment": "Lain"}, **visit)
    contact = {"nama": "Ani", "telepon": "08123456789", "setuju": "ya"}
    client.post(f"{link}/kontak", data=contact, **visit)
    client.post(f"/api/v1/links/{world.links['ktp']}/responses", data=b"{", **visit)
    world.seal()
    write_backup(store, settings, tmp_path / "cadangan.zip", world.clock())
    with zipfile.ZipFile(tmp_path / "cadangan.zip") as archive:
        backup = b"".join(archive.read(name) for name in archive.namelist())
    output = "".join(capfd.readouterr())
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    content = everything(store) + files + backup
    assert b"Ani" in content
    for name, canary in CANARIES.items():
        assert canary.encode() not in content, name
        assert canary not in output, name


def everything(store) -> bytes:
    """All rows of all tables, as text."""
    with store.read() as session:
        rows = [
            repr(tuple(row))
            for table in Base.metadata.tables.values()
            for row in session.execute(select(table))
        ]
    return "\n".join(rows).encode()
