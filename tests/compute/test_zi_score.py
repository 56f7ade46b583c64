"""`zi-survey zi-score` as people and programs call it."""

import json
import subprocess
import sys

FULL = (
    "perubahan=8",
    "tatalaksana=7",
    "sdm=10",
    "akuntabilitas=10",
    "pengawasan=15",
    "pelayanan=10",
)


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-c", "from survey_app.cli import main; main()", "zi-score", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def areas(pairs=FULL):
    return [part for pair in pairs for part in ("--area", pair)]


def test_all_minimums_met_exits_0_with_the_points_of_the_worksheet():
    done = run(
        "--ipak", "3.95", "--ipkp", "3,96", "--capaian-kinerja", "5", *areas(), "--format", "json"
    )
    content = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert content["ipak"]["points"] == 17.28125
    assert content["ipkp"]["points"] == 17.325
    assert content["total"] == 60 + 5 + 17.28125 + 17.325
    assert content["targets"]["wbk"]["met"] is content["targets"]["wbbm"]["met"] is True


def test_a_missed_minimum_exits_1_and_says_by_how_much():
    done = run("--ipak", "3.59", "--ipkp", "3.8", "--target", "wbk", "--format", "json")
    checks = {one["code"]: one for one in json.loads(done.stdout)["targets"]["wbk"]["checks"]}
    assert done.returncode == 1
    assert checks["ipak"]["met"] is False
    assert round(checks["ipak"]["margin"], 5) == -0.04375
    assert checks["total"]["met"] is None


def test_indices_alone_that_reach_their_minimums_exit_0():
    assert run("--ipak", "3.60", "--ipkp", "3.60").returncode == 0


def test_the_table_says_that_a_self_survey_is_not_the_external_one():
    own = run("--ipak", "3.7", "--ipkp", "3.7").stdout
    other = run("--ipak", "3.7", "--ipkp", "3.7", "--source", "eksternal").stdout
    assert "survei eksternal, jadi ini perkiraan" in own
    assert "perkiraan" not in other


def test_bad_input_names_the_field_and_exits_2():
    for arguments, words in [
        (("--ipak", "tinggi", "--ipkp", "3.6"), "ipak: 'tinggi' bukan angka"),
        (("--ipak", "4.2", "--ipkp", "3.6"), "ipak: Nilai 4.2 harus antara 0 dan 4"),
        (("--ipak", "3.6", "--ipkp", "3.6", "--area", "taman=3"), "'taman' tidak ada"),
        (("--ipak", "3.6", "--ipkp", "3.6", "--area", "sdm"), "AREA=POIN"),
        (("--ipak", "3.6", "--ipkp", "3.6", "--target", "wbx"), "Predikat 'wbx' tidak ada"),
        (("--ipak", "3.6", "--ipkp", "3.6", "--rules", "tiada.toml"), "tiada.toml"),
    ]:
        done = run(*arguments)
        assert done.returncode == 2, arguments
        assert words in done.stderr
        assert "Traceback" not in done.stderr
