"""The estimate of a masked question, from answers to bundle, page and command line."""

import dataclasses
import io
import json
import random
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from analysis.bundle import pack
from analysis.bundle_checks import verify_bundle
from analysis.masked import masked_result
from survey_app.cli import group
from survey_app.estimates import survey_result
from survey_app.ledger.accept import record_many
from survey_app.ledger.bundles import bundle_survey
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.publication import publish_result
from survey_app.store.tables import Agency, Role, Survey
from tests.people import add_person, log_in
from tests.worlds import RECEIPT_KEY, make_world, submissions

CODE = "dimintai_uang"
YES, NO = 60, 90


def published(store, settings, clock, yes=YES, no=NO):
    """A SPAK with a masked question, answered, closed and published."""
    world = make_world(store, settings, clock, "spak-2023-suap")
    drawn = submissions(world.instrument, yes + no, 5)
    answered = [
        dataclasses.replace(one, answers=one.answers | {CODE: int(place < yes)}, comment="")
        for place, one in enumerate(drawn)
    ]
    random.Random(5).shuffle(answered)
    with store.write() as session:
        record_many(session, world.origin(), answered, RECEIPT_KEY)
    world.close()
    with store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        publish_result(session, survey, survey_result(session, survey), clock(), minimum=10)
    return world


def bundled(world):
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        return bundle_survey(session, survey, instance_signer(world.settings))


@pytest.fixture
def world(store, settings, clock):
    """150 answers, 60 of them yes."""
    return published(store, settings, clock)


def test_the_public_page_shows_the_share_with_its_interval(client, world):
    found = masked_result(world.instrument.masked[0], YES, NO)
    page = client.get("/hasil/unit-uji").text
    assert "Dimintai uang di luar tarif resmi" in page
    assert f"Sekitar {found['value'] * 100:.0f} dari 100 responden" in page
    low, high = (round(end * 100) for end in found["ci"])
    assert f"{low} sampai {high}" in page
    assert "tidak ikut dihitung dalam indeks" in page


def test_desk_and_evaluator_see_the_same_estimate(app, world, store, clock):
    with store.read() as session:
        agency = session.scalars(select(Agency)).one()
    add_person(store, clock, "e@x.id", Role.EVALUATOR, agency=agency)
    add_person(store, clock, "s@x.id", Role.SUPERADMIN)
    evaluator = log_in(app, "e@x.id").get("/evaluasi").text
    desk = log_in(app, "s@x.id").get(f"/meja/survei/{world.key}/hasil").text
    for page in (evaluator, desk):
        assert "Sekitar 20 dari 100 responden" in page


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("yes, no", [(20, 60), (118, 2)])
def test_few_answers_or_nearly_all_alike_show_no_share_anywhere(
    client, store, settings, clock, yes, no
):
    world = published(store, settings, clock, yes, no)
    page = client.get("/hasil/unit-uji").text
    assert "Perkiraan muncul bila ada paling sedikit 100 jawaban" in page
    assert "dari 100 responden" not in page
    content = zipfile.ZipFile(io.BytesIO(bundled(world))).read("sensitive.json")
    (one,) = json.loads(content)["questions"]
    assert (one["n"], one["yes"], one["value"]) == (None, None, None)


def test_the_bundle_carries_counts_and_estimate_and_verifies(world, tmp_path):
    path = tmp_path / "b.zip"
    path.write_bytes(bundled(world))
    assert verify_bundle(path) == []
    (one,) = json.loads(zipfile.ZipFile(path).read("sensitive.json"))["questions"]
    assert (one["code"], one["yes"], one["n"]) == (CODE, YES, YES + NO)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", [{"yes": 61}, {"value": 0.1}, {"ci": [0.0, 0.9]}, {"n": 151}])
def test_a_bundle_whose_estimate_is_not_what_its_counts_give_is_refused(world, tmp_path, change):
    archive = zipfile.ZipFile(io.BytesIO(bundled(world)))
    files = {name: archive.read(name) for name in archive.namelist()}
    content = json.loads(files["sensitive.json"])
    content["questions"][0] |= change
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path = tmp_path / "b.zip"
    path.write_bytes(pack(files | {"sensitive.json": text.encode()}))
    codes = {finding.code for finding in verify_bundle(path)}
    assert "bundle-sensitive-wrong" in codes
    assert "bundle-hash-wrong" in codes


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_bundle_without_its_masked_questions_is_refused(world, tmp_path):
    archive = zipfile.ZipFile(io.BytesIO(bundled(world)))
    files = {name: archive.read(name) for name in archive.namelist()}
    del files["sensitive.json"]
    path = tmp_path / "b.zip"
    path.write_bytes(pack(files))
    assert "bundle-sensitive-wrong" in {finding.code for finding in verify_bundle(path)}


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words])


def answers_file(tmp_path):
    header = f"{','.join(f'P{n}' for n in range(1, 6))},{CODE},loket"
    rows = [f"5,5,6,5,4,{'ya' if place < YES else 'tidak'},A" for place in range(YES + NO)]
    path = tmp_path / "jawaban.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_compute_adds_the_estimate_beside_an_index_that_it_does_not_touch(tmp_path):
    file = answers_file(tmp_path)
    own = json.loads(run("compute", "spak-2023-suap", file, "--format", "json").output)
    plain = json.loads(run("compute", "spak-2023", file, "--format", "json").output)
    assert own["groups"] == plain["groups"]
    assert "sensitive" not in plain
    (one,) = own["sensitive"]
    assert (one["yes"], one["n"]) == (YES, YES + NO)
    table = run("compute", "spak-2023-suap", file, "--by", "loket").output
    assert "Dimintai uang di luar tarif resmi: sekitar 20.0%" in table


@pytest.mark.parametrize("option", ["--by", "--strata", "--weights"])
def test_compute_crosses_a_masked_question_with_nothing(tmp_path, option):
    population = tmp_path / "p.csv"
    population.write_text("stratum,population\nya,300\ntidak,300\n")
    more = ["--strata-population", population] if option == "--strata" else []
    refused = run("compute", "spak-2023-suap", answers_file(tmp_path), option, CODE, *more)
    assert refused.exit_code != 0


def test_instruments_show_and_validate_know_masked_questions(tmp_path):
    shown = run("instruments", "show", "spak-2023-suap").output
    assert f"{CODE}: Dimintai uang di luar tarif resmi (bertopeng, 2 koin)" in shown
    file = tmp_path / "x.toml"
    file.write_text('based_on = "spak-2023-suap"\nid = "x"\nversion = "2"\n')
    assert "5 unsur, 1 pertanyaan bertopeng" in run("instruments", "validate", file).output
