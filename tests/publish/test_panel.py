"""The publication panel of Lampiran IV: its fields, its closing words, and nobody told on."""

import pytest

from survey_app.ledger.accept import Submission
from survey_app.publish.panel import build_panel
from survey_app.publish.panel_poster import draw_panel_poster
from survey_app.publish.queries import list_published
from survey_app.store.tables import FollowUp, FollowUpState
from tests.publications import publish
from tests.worlds import make_world, submissions

CLOSING = (
    "TERIMA KASIH ATAS PENILAIAN YANG TELAH ANDA BERIKAN",
    "MASUKAN ANDA SANGAT BERMANFAAT UNTUK KEMAJUAN UNIT KAMI AGAR TERUS MEMPERBAIKI DAN "
    "MENINGKATKAN KUALITAS PELAYANAN BAGI MASYARAKAT",
)


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


def answer(world, profiles):
    for one, profile in zip(submissions(world.instrument, len(profiles)), profiles, strict=True):
        world.accept(Submission(one.submission_id, one.answers, profile))


def panel(world):
    with world.store.read() as session:
        return build_panel(session, list_published(session)[0])


def counts(groups):
    return {group.label: group.count for group in groups}


def test_the_panel_says_what_lampiran_iv_asks(client, world):
    world.fill(60)
    index = publish(world)["groups"][0]["index"]
    page = client.get("/hasil/unit-uji/panel").text
    for words in (
        *("INDEKS KEPUASAN MASYARAKAT (IKM)", "Dinas Uji", "Kota Uji", "NILAI IKM"),
        *("Triwulan IV Tahun 2026", "AKTA, KTP", "60 orang", "Laki-laki", "DIII"),
        "1 Oktober 2026 s/d 31 Desember 2026",
        f"{index['score100']:.2f}".replace(".", ","),
        *CLOSING,
    ):
        assert words in page, words


def test_method_interval_and_follow_up_are_published_with_the_panel(client, world):
    world.fill(60)
    index = publish(world)["groups"][0]["index"]
    with world.store.write() as session:
        for state, programme in (("planned", "Menambah loket"), ("dropped", "Tidak jadi")):
            session.add(
                FollowUp(
                    survey_id=world.survey_id,
                    unsur="waktu",
                    programme=programme,
                    due=world.clock().date(),
                    responsible="K",
                    state=FollowUpState(state),
                )
            )
    page = client.get("/hasil/unit-uji/panel").text
    assert "Menambah loket" in page
    assert "Tidak jadi" not in page
    assert "60 responden dari 600 pengguna layanan" in page
    assert f"{index['ci'][0]:.2f}".replace(".", ",") in page


def test_small_groups_have_no_count_and_others_are_rounded(world):
    men = [{"jenis_kelamin": "l", "pendidikan": "sma"}] * 33
    women = [{"jenis_kelamin": "p", "pendidikan": "s1"}] * 17
    few = [{"jenis_kelamin": "p", "pendidikan": "s3"}] * 4
    answer(world, men + women + few)
    publish(world)
    built = panel(world)
    assert counts(built.gender) == {"Laki-laki": 35, "Perempuan": 20}
    education = counts(built.education)
    assert education["S3"] is None
    # S1 goes with S3, or SMA and the total would tell how the four answered.
    assert education["S1"] is None
    assert education["SMA"] == 35


def test_an_unpublished_unit_has_no_panel(client, world):
    world.fill(60)
    world.close()
    for address in ("panel", "panel.pdf"):
        assert client.get(f"/hasil/unit-uji/{address}").status_code == 404


def test_a_panel_of_an_index_that_the_unit_does_not_have_is_not_found(client, world):
    world.fill(60)
    publish(world)
    assert client.get("/hasil/unit-uji/panel?indeks=IPAK").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_names_on_the_poster_are_text_and_never_markup(world):
    from dataclasses import replace

    world.fill(60)
    publish(world)
    built = panel(world)
    odd = '#panic("x") $ \\ [ ] *tebal* "kutip" <a> 🙏'
    strange = replace(
        built, services=odd, result=replace(built.result, unit_name=odd, agency_name=odd)
    )
    assert draw_panel_poster(strange, "https://localhost").startswith(b"%PDF")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_poster_comes_as_a_pdf_that_caches_keep(client, world):
    world.fill(60)
    publish(world)
    reply = client.get("/hasil/unit-uji/panel.pdf")
    assert reply.data.startswith(b"%PDF")
    assert reply.mimetype == "application/pdf"
    assert "public" in reply.headers["Cache-Control"]


def test_every_channel_has_words_wherever_it_is_shown():
    from survey_app.channel_results import CHANNEL_WORDS
    from survey_app.monitor.findings import channel_names
    from survey_app.reports.wording import CHANNELS
    from survey_app.store.tables import Channel

    for words in (CHANNEL_WORDS, channel_names(), CHANNELS):
        assert set(Channel) <= set(words)
