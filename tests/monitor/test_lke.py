"""The evidence pack for the LKE's survey block: honest answers, and proof that holds."""

import csv
import hashlib
import io
import zipfile

import pytest

from analysis.bundle_checks import verify_bundle
from survey_app.monitor.follow_up_effect import Share
from survey_app.monitor.lke import answer_follow_up, answer_publication, answer_surveys
from tests.monitor.test_follow_up import PDF, PLAN, next_period
from tests.people import csrf_token, log_in, post
from tests.publications import publish
from tests.test_photos import picture
from tests.worlds import make_world

PAGE = "/meja/unit/unit-uji/bukti-lke"
PNG = picture("PNG")


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(60)
    publish(made)
    return made


def send(desk, address, content, name):
    return desk.post(
        address,
        data={
            "csrf_token": csrf_token(desk.get("/akun").text),
            "file": (io.BytesIO(content), name),
        },
        headers={"Referer": "https://localhost/"},
        content_type="multipart/form-data",
    )


def unpacked(desk, year=2026):
    reply = desk.get(f"{PAGE}.zip?tahun={year}")
    assert reply.status_code == 200
    with zipfile.ZipFile(io.BytesIO(reply.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def letters(page):
    return [part.split("<", 1)[0] for part in page.split('<div class="hero-value">')[1:]]


@pytest.mark.parametrize(
    "periods, letter, score", [(4, "A", 1), (3, "B", 0.75), (2, "C", 0.5), (1, "D", 0.25)]
)
def test_the_number_of_surveys_is_answered_by_rule(periods, letter, score):
    answer = answer_surveys(periods)
    assert (answer.letter, answer.score) == (letter, score)
    assert f"{periods}x" in answer.words
    assert bool(answer.missing) == (periods < 4)


def test_online_without_a_panel_is_not_the_best_answer():
    only = answer_publication(is_online=True, is_offline=False)
    assert (only.letter, only.score) == ("B", 0.5)
    assert "unggah fotonya" in only.missing
    assert answer_publication(is_online=True, is_offline=True).letter == "A"
    assert answer_publication(is_online=False, is_offline=False).letter == "C"


def test_follow_up_is_scored_by_the_share_done():
    answers = [answer_follow_up(Share(n, 3, ()), is_surveyed=True) for n in range(4)]
    assert [answer.letter for answer in answers] == ["D", "C", "B", "A"]
    assert [answer.score for answer in answers] == [0.0, 0.33, 0.67, 1.0]


def test_two_periods_are_told_as_two_and_no_more(desk, world):
    assert letters(desk.get(f"{PAGE}?tahun=2026").text)[0] == "D"
    world.clock.advance(days=-92)
    next_period(world, lift=False, period="2026-TW3")
    page = log_in(desk.application, "petugas@x.id").get(f"{PAGE}?tahun=2026").text
    assert letters(page)[0] == "C"
    assert "2x setahun" in page
    assert "Kurang 2 periode" in page


def test_a_year_without_results_is_answered_with_nothing(desk, world):
    page = desk.get(f"{PAGE}?tahun=2020").text
    assert letters(page) == ["E", "C", "D"]
    assert "00-lembar-jawaban.pdf" in unpacked(desk, 2020)


def test_a_photo_of_the_panel_makes_publication_complete(desk, world):
    assert letters(desk.get(PAGE).text)[1] == "B"
    assert send(desk, PAGE, b"<html>", "foto.png").status_code == 422
    assert send(desk, PAGE, PNG, "foto panel.png").status_code == 302
    assert letters(desk.get(PAGE).text)[1] == "A"


def test_the_pack_holds_bundle_page_panel_plan_and_files_with_their_hashes(desk, world):
    plan = f"/meja/survei/{world.key}/tindak-lanjut"
    post(desk, plan, **PLAN)
    send(desk, f"{plan}/1/berkas", PDF, "notula.pdf")
    send(desk, PAGE, PNG, "panel.png")
    parts = unpacked(desk)
    assert set(parts) == {
        "00-lembar-jawaban.pdf",
        "SHA256SUMS",
        f"a-survei/{world.key}/bundel.zip",
        f"a-survei/{world.key}/laporan.pdf",
        f"b-publikasi/panel-{world.key}.pdf",
        "b-publikasi/halaman-hasil.html",
        "b-publikasi/bukti-daring.csv",
        "b-publikasi/foto/2-panel.png",
        "c-tindak-lanjut/rencana.csv",
        f"c-tindak-lanjut/{world.key}/1/1-notula.pdf",
    }
    sums = dict(line.split("  ")[::-1] for line in parts["SHA256SUMS"].decode().splitlines())
    for name, content in parts.items():
        if name != "SHA256SUMS":
            assert sums[name] == hashlib.sha256(content).hexdigest()
    for name in ("00-lembar-jawaban.pdf", f"a-survei/{world.key}/laporan.pdf"):
        assert parts[name].startswith(b"%PDF")
    online = next(csv.DictReader(io.StringIO(parts["b-publikasi/bukti-daring.csv"].decode())))
    assert online["alamat"] == "https://localhost/hasil/unit-uji"
    assert online["diterbitkan_utc"].startswith("2026-11-24T03:00")
    rows = list(csv.DictReader(io.StringIO(parts["c-tindak-lanjut/rencana.csv"].decode())))
    assert [row["program"] for row in rows] == ["Menambah loket"]


def test_the_bundle_in_the_pack_can_be_verified_by_itself(desk, world, tmp_path):
    file = tmp_path / "bundel.zip"
    file.write_bytes(unpacked(desk)[f"a-survei/{world.key}/bundel.zip"])
    assert verify_bundle(file) == []


def test_the_snapshot_is_what_readers_of_the_public_page_get(client, desk, world):
    public = client.get("/hasil/unit-uji").text
    assert unpacked(desk)["b-publikasi/halaman-hasil.html"].decode() == public
