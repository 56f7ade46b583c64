"""What unit staff see and do, and what they must not be able to work out."""

import itertools
import json

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from survey_app.estimates import survey_result
from survey_app.store.tables import AuditEvent, Publication, ServicePlan, Survey
from tests.people import log_in, post
from tests.worlds import submissions


def result(world):
    with world.store.read() as session:
        return survey_result(session, session.get_one(Survey, world.survey_id))


def test_the_desk_counts_answers_against_the_required_sample(desk, world):
    world.fill(12)
    page = desk.get(f"/meja/survei/{world.key}").text
    assert "<b>12</b>" in page
    assert "dari 234 yang diperlukan" in page  # Lampiran II for 600 users
    assert "Kurang 222" in page


def test_yesterdays_answers_do_not_count_as_todays(desk, world, clock):
    world.fill(12)
    clock.advance(days=1)
    page = desk.get("/masuk").text and log_in_again(desk, world)
    assert "<b>0</b>" in page


def log_in_again(desk, world):
    client = log_in(desk.application, "petugas@x.id")
    return client.get(f"/meja/survei/{world.key}").text


def test_results_wait_for_enough_sealed_answers(desk, world):
    world.fill(9)
    world.seal()
    page = desk.get(f"/meja/survei/{world.key}/hasil").text
    assert "Hasil muncul setelah" in page
    assert "hero-value" not in page


def test_an_open_surveys_result_is_one_seal_late(world):
    world.fill(20, seed=1)
    world.seal()
    world.fill(7, seed=2)
    world.seal()
    assert result(world)["groups"][0]["n"] == 20
    world.accept(next(submissions(world.instrument, 1, seed=3)))
    world.close()
    assert result(world)["groups"][0]["n"] == 28


def test_no_two_looks_at_an_open_survey_differ_by_less_than_a_batch(desk, world, settings):
    seen = []
    for place, submission in enumerate(submissions(world.instrument, 60, seed=9)):
        world.accept(submission, service=("ktp", "akta")[place % 2])
        world.seal(minimum=settings.batch_minimum)
        whole = result(world)
        assert len(whole["groups"]) == 1  # nothing by service while answers come in
        seen.append(whole["groups"][0]["n"])
    steps = {after - before for before, after in itertools.pairwise(seen)}
    assert min(steps - {0}) >= settings.batch_minimum
    world.close()
    assert result(world)["groups"][0]["n"] - seen[-1] >= settings.batch_minimum


def test_closing_and_publishing_freezes_the_result_for_the_public(desk, world, store):
    world.fill(60)
    assert post(desk, f"/meja/survei/{world.key}/tutup").status_code == 302
    assert post(desk, f"/meja/survei/{world.key}/terbitkan").status_code == 302
    with store.read() as session:
        publication = session.scalars(select(Publication)).one()
        actions = session.scalars(select(AuditEvent.action)).all()
    frozen = json.loads(publication.result)
    assert frozen["groups"][0]["n"] == 60
    assert actions == ["log-in", "survey-close", "survey-publish"]
    public = desk.application.test_client().get("/hasil/unit-uji").text
    score = f"{frozen['groups'][0]['index']['score100']:.2f}".replace(".", ",")
    assert f'<div class="hero-value">{score}</div>' in public


def test_publishing_again_needs_a_reason_and_keeps_the_first(desk, world, store):
    world.fill(60)
    for act in ("tutup", "terbitkan", "terbitkan"):
        post(desk, f"/meja/survei/{world.key}/{act}")
    with store.read() as session:
        assert len(session.scalars(select(Publication)).all()) == 1
    post(desk, f"/meja/survei/{world.key}/terbitkan", reason="Salah populasi")
    with store.read() as session:
        first, second = session.scalars(select(Publication).order_by(Publication.number)).all()
    assert second.replaces_id == first.id
    assert second.reason == "Salah populasi"


def test_an_open_survey_cannot_be_published(desk, world, store):
    world.fill(60)
    world.seal()
    page = post(desk, f"/meja/survei/{world.key}/terbitkan")
    assert "sedang dibuka" in desk.get(page.location).text
    with store.read() as session:
        assert not session.scalars(select(Publication)).all()


def test_every_respondent_counts_once_whatever_the_service(world):
    drawn = list(submissions(world.instrument, 60, seed=5))
    for place, submission in enumerate(drawn):
        world.accept(submission, service="akta" if place < 15 else "ktp")
    world.close()
    with world.store.write() as session:
        for service, size in (("akta", 500), ("ktp", 60)):
            key = (world.survey_id, world.services[service])
            session.get_one(ServicePlan, key).population = size
    # NRR by hand, as Bab V says: the sum of answers over those who answered.
    means = []
    for code in world.instrument.codes:
        given = [one.answers[code] for one in drawn if one.answers[code] is not None]
        means.append(sum(given) / len(given))
    index = result(world)["groups"][0]["index"]
    assert index["value"] == pytest.approx(sum(means) / 9, rel=1e-12)


def test_a_small_service_is_kept_back_after_closing(world):
    drawn = list(submissions(world.instrument, 33, seed=4))
    for place, submission in enumerate(drawn):
        world.accept(submission, service="akta" if place < 3 else "ktp")
    world.close()
    closed = result(world)
    # The only other service goes with it, or subtraction would bring it back.
    assert closed["hidden"] == {"akta": "few", "ktp": "complement"}
    assert [group["key"] for group in closed["groups"]] == [{}]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_posters_code_scans_to_the_links_address(desk, world, tmp_path):
    code = world.links["ktp"]
    address = f"/meja/survei/{world.key}/poster/{code}"
    file = tmp_path / "poster.png"
    file.write_bytes(desk.get(f"{address}.png").data)
    found = zxingcpp.read_barcodes(Image.open(file))
    assert [barcode.text for barcode in found] == [f"https://localhost/s/{code}"]
    assert found[0].ec_level == "Q"
    assert desk.get(f"{address}.pdf").data.startswith(b"%PDF")
    assert b"<svg" in desk.get(f"{address}.svg").data


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_names_on_a_poster_are_text_and_never_markup(desk):
    from survey_app.monitor.posters import Poster, draw_poster

    odd = '#panic("x") $ \\ [ ] *tebal* "kutip" <a>'
    poster = Poster("https://localhost/s/abcdefgh", odd, odd, odd, odd, odd)
    assert draw_poster(poster, "pdf").startswith(b"%PDF")
