"""The result page: what it says of certainty, of groups it hides, and what it lets one take."""

import csv
import io

import openpyxl
import pytest
from sqlalchemy import select

import instruments
from survey_app.administer.surveys import close_survey, create_survey, open_survey
from survey_app.ledger.keys import instance_signer
from survey_app.monitor.comparisons import MINIMUM_UNITS, fetch_agency, list_periods
from survey_app.monitor.findings import find_out, grade_sentence
from survey_app.store.tables import Role, Service, Survey, Unit
from tests.people import add_person, log_in, post
from tests.worlds import RECEIPT_KEY, submissions

SKM = instruments.load("skm-2017")


def page(desk, world):
    return desk.get(f"/meja/survei/{world.key}/hasil").text


def findings(world):
    with world.store.read() as session:
        return find_out(session, session.get_one(Survey, world.survey_id), 10)


def rows(reply):
    return list(csv.DictReader(io.StringIO(reply.text)))


def index_of(score, low, high, *, resolved):
    return {"score100": score, "ci": [low, high], "resolved": resolved}


def test_an_interval_across_an_edge_is_said_in_words():
    words = grade_sentence(index_of(88.1, 86.9, 89.4, resolved=False), SKM)
    assert words == "Mutu belum pasti: selang 86,9–89,4 melintasi batas 88,31."


def test_an_interval_across_two_edges_names_both():
    words = grade_sentence(index_of(80, 70, 90, resolved=False), SKM)
    assert "melintasi batas 76,61 dan 88,31" in words


def test_an_interval_within_one_grade_is_called_sure():
    words = grade_sentence(index_of(82, 80, 84, resolved=True), SKM)
    assert words.startswith("Mutu pasti")


def test_unsur_come_lowest_first_with_what_each_would_need(desk, world):
    world.fill(60, seed=3)
    world.close()
    found = findings(world)
    scores = [item["score100"] for item in found.ranked]
    assert scores == sorted(scores)
    assert all(found.unsur_change(item["code"]) for item in found.ranked)
    shown = page(desk, world)
    places = [shown.index(f"</span> {item['label']}</th>") for item in found.ranked]
    assert places == sorted(places)


def test_while_a_survey_is_open_no_group_is_shown(desk, world):
    world.fill(40, seed=1)
    world.seal()
    world.fill(20, seed=2)
    world.seal()
    shown = page(desk, world)
    assert "hero-value" in shown
    assert "muncul setelah survei ditutup" in shown
    assert "KTP" not in shown
    assert rows(desk.get(f"/meja/survei/{world.key}/hasil/kelompok.csv")) == []


def test_profile_groups_are_shown_and_small_ones_explained(desk, world):
    drawn = list(submissions(SKM, 60, seed=4))
    for place, one in enumerate(drawn):
        one.profile["jenis_kelamin"] = "l"
        world.accept(one, service="akta" if place < 4 else "ktp")
    world.close()
    shown = page(desk, world)
    assert "Disembunyikan: kurang dari 10 jawaban." in shown
    assert "Disembunyikan: dengan ini kelompok kecil dapat dihitung dari selisih." in shown
    groups = rows(desk.get(f"/meja/survei/{world.key}/hasil/kelompok.csv"))
    services = [row for row in groups if row["menurut"] == "Layanan"]
    assert {row["kelompok"]: row["nilai"] for row in services} == {"AKTA": "", "KTP": ""}
    assert {row["jawaban"] for row in services} == {""}
    assert {row["menurut"] for row in groups} >= {question.label for question in SKM.profile}


def test_those_who_left_a_question_blank_are_a_group_that_counts(world):
    # 57 of 60 said it: without the rest as a group, subtraction would tell the three.
    for place, one in enumerate(submissions(SKM, 60, seed=5)):
        profile = {"jenis_kelamin": ("l", "p")[place % 2]} if place >= 3 else {}
        world.accept(type(one)(one.submission_id, one.answers, profile))
    world.close()
    part = next(one for one in findings(world).breakdowns if one.code == "jenis_kelamin")
    hidden = [group.label for group in part.groups if not group.index]
    assert "Tidak disebutkan" in hidden
    assert len(hidden) == 2  # and one of the two sexes with it


def test_the_workbook_has_every_table_of_the_page(desk, world):
    world.fill(60, seed=3)
    world.close()
    book = openpyxl.load_workbook(io.BytesIO(desk.get(f"/meja/survei/{world.key}/hasil.xlsx").data))
    assert book.sheetnames == ["indeks", "unsur", "kelompok"]
    assert [cell.value for cell in book["unsur"]["B"]][1:] == [
        item["code"] for item in findings(world).ranked
    ]


def test_a_service_named_like_a_formula_is_text_in_the_export(desk, world):
    with world.store.write() as session:
        service = session.scalars(select(Service).where(Service.code == "ktp")).one()
        service.name = "=1+1"
    world.fill(60, seed=3)
    world.close()
    groups = rows(desk.get(f"/meja/survei/{world.key}/hasil/kelompok.csv"))
    assert "'=1+1" in {row["kelompok"] for row in groups}


def test_an_empty_survey_exports_empty_tables(desk, world):
    assert desk.get(f"/meja/survei/{world.key}/hasil/unsur.csv").status_code == 200
    assert desk.get(f"/meja/survei/{world.key}/hasil.xlsx").status_code == 200


def other_survey(world, unit, period, answers, seed):
    """A published survey of some unit and period."""
    with world.store.write() as session:
        session.add(unit)
        survey = create_survey(session, unit, SKM, period=period, now=world.clock(), population=600)
        open_survey(session, survey, world.clock())
        key, identity = survey.key, survey.id
    from dataclasses import replace

    from survey_app.ledger.accept import record_many

    origin = replace(world.origin(None), survey_id=identity, survey_key=key)
    with world.store.write() as session:
        record_many(session, origin, answers or list(submissions(SKM, 40, seed)), RECEIPT_KEY)
        survey = session.get_one(Survey, identity)
        close_survey(session, survey, instance_signer(world.settings), world.clock())
    return key


def test_an_earlier_period_is_compared_only_once_it_is_published(desk, world):
    with world.store.read() as session:
        unit = session.scalars(select(Unit)).first()
    key = other_survey(world, unit, "2026-TW3", None, seed=8)
    world.fill(60, seed=3)
    world.close()
    assert findings(world).periods == []
    assert post(desk, f"/meja/survei/{key}/terbitkan").status_code == 302
    (before,) = findings(world).periods
    assert before.period == "2026-TW3"
    assert before.change.value == pytest.approx(
        findings(world).index["score100"] - before.index["score100"]
    )
    assert before.is_noise  # both were drawn alike
    assert "masih dalam batas kebetulan" in page(desk, world)


def test_a_real_fall_is_told_from_noise(desk, world):
    with world.store.read() as session:
        unit = session.scalars(select(Unit)).first()
    good = [
        type(one)(one.submission_id, {c: 3 + (place + q) % 2 for q, c in enumerate(SKM.codes)})
        for place, one in enumerate(submissions(SKM, 40, 8))
    ]
    key = other_survey(world, unit, "2026-TW3", good, seed=8)
    post(desk, f"/meja/survei/{key}/terbitkan")
    world.fill(60, seed=3)
    world.close()
    (before,) = findings(world).periods
    assert not before.is_noise
    assert "lebih dari kebetulan" in page(desk, world)


def test_the_agencys_distribution_waits_for_enough_published_units(desk, world, app, store, clock):
    from survey_app.administer.places import create_unit

    boss = log_in(app, add_person(store, clock, "super@x.id", Role.SUPERADMIN))
    for number in range(MINIMUM_UNITS):
        with store.write() as session:
            agency = session.scalars(select(Unit)).first().agency
            unit = create_unit(session, agency, slug=f"unit-{number}", name=f"Unit {number}")
        key = other_survey(world, unit, "2026-TW3", None, seed=20 + number)
        with store.read() as session:
            survey = session.get_one(Survey, world.survey_id)
            assert not fetch_agency(session, survey).is_shown
        post(boss, f"/meja/survei/{key}/terbitkan")
    world.fill(60, seed=3)
    world.close()
    with store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        agency = fetch_agency(session, survey)
        assert list_periods(session, survey, {"index": None}) == []
    assert len(agency.scores) == MINIMUM_UNITS
    assert agency.scores == tuple(sorted(agency.scores))
    assert "nilai tengahnya" in page(desk, world)
