"""Responses collected elsewhere come in whole, marked, and once."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

import instruments
from survey_app import cli
from survey_app.estimates import survey_result
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Response, Survey
from tests.cases_dir import CASES, real_cases
from tests.worlds import make_world

SKM = instruments.load("skm-2017")


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


@pytest.fixture
def import_(world, monkeypatch):
    monkeypatch.setenv("ZI_SURVEY_DATABASE_URL", world.settings.database_url)

    def run(file, *options, code=0):
        command = ["import", world.key, str(file), "--instance", str(world.settings.instance)]
        done = CliRunner().invoke(cli.group, [*command, *map(str, options)])
        if code == 0:
            assert done.exception is None, done.exception
            return done.output
        return str(done.exception)

    return run


def count(store):
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Response))


@pytest.mark.parametrize("name", ["jepara-2021-s1", "metro-app-45"])
def test_real_respondents_in_the_database_give_the_figures_recorded_by_r(import_, world, name):
    folder = real_cases()
    if folder is None:
        pytest.skip("the real cases are not on this machine")
    reference = json.loads((folder / f"{name}.R.json").read_text())["all"]
    assert f"{reference['n']} masuk" in import_(folder / f"{name}.csv")
    with world.store.write() as session:
        session.get_one(Survey, world.survey_id).population = None
    world.close()
    with world.store.read() as session:
        result = survey_result(session, session.get_one(Survey, world.survey_id))
    whole = result["groups"][0]
    assert whole["n"] == reference["n"]
    assert whole["index"]["value"] * 25 == pytest.approx(reference["ikm"], rel=1e-9)
    assert whole["index"]["se"] == pytest.approx(reference["ikm_se"], rel=1e-9)
    low, high = whole["index"]["ci"]
    assert 25 <= low < reference["ikm"] < high <= 100
    assert result["channels"] == {"imported": reference["n"]}
    assert verify_database(world.store).is_good


def test_the_same_file_again_adds_nothing(import_, world):
    assert "600 masuk" in import_(CASES / "ref_600.csv")
    assert "0 masuk, 600 sudah ada" in import_(CASES / "ref_600.csv")
    assert count(world.store) == 600


def test_a_dry_run_saves_nothing(import_, world):
    assert "600 akan masuk" in import_(CASES / "ref_600.csv", "--dry-run")
    assert count(world.store) == 0


def test_a_mapping_brings_service_and_profile(import_, world, tmp_path):
    mapping = tmp_path / "peta.toml"
    mapping.write_text(
        'service = "layanan"\n[services]\n"KTP-el" = "ktp"\n"Akta Kelahiran" = "akta"\n'
        '[profile.jenis_kelamin]\ncolumn = "jk"\n'
    )
    import_(CASES / "ref_600.csv", "--map", mapping)
    with world.store.read() as session:
        rows = session.scalars(select(Response)).all()
    frame = pd.read_csv(CASES / "ref_600.csv")
    ktp = [row for row in rows if row.service_id == world.services["ktp"]]
    assert len(ktp) == (frame["layanan"] == "KTP-el").sum()
    women = [row for row in rows if json.loads(row.profile).get("jenis_kelamin") == "p"]
    assert len(women) == (frame["jk"] == "P").sum()


def test_one_faulty_row_and_nothing_is_saved(import_, world, tmp_path):
    file = tmp_path / "salah.csv"
    header = ",".join(SKM.codes)
    file.write_text(f"{header}\n" + "4,4,4,4,4,4,4,4,4\n" * 30 + "4,4,4,4,4,4,4,4,8\n")
    assert "salah.csv:32: sarana" in import_(file, code=2)
    assert count(world.store) == 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_masked_answers_come_in_with_the_others_or_the_file_is_refused(
    store, settings, clock, tmp_path
):
    world = make_world(store, settings, clock, "spak-2023-suap", slug="unit-suap")
    header = ",".join([*world.instrument.codes, "DIMINTAI_UANG"])
    path = tmp_path / "a.csv"
    path.write_text(header + "\n" + "5,5,5,5,5,ya\n" + "4,4,4,4,4,\n" + "6,6,6,6,6,0\n")
    run = CliRunner().invoke
    command = ["import", world.key, str(path), "--instance", str(settings.instance)]
    assert run(cli.group, command).exception is None
    with store.read() as session:
        answers = [json.loads(text) for text in session.scalars(select(Response.answers))]
    assert sorted(str(one.get("dimintai_uang")) for one in answers) == ["0", "1", "None"]
    path.write_text(header + "\n" + "5,5,5,5,5,entah\n")
    assert "entah" in str(run(cli.group, command).exception)
    assert count(store) == 3
