"""The library's own door: names, the road from a file to an index, and what loading it costs."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import analysis
import instruments
from analysis import index, read_responses, tally, weighted_tally
from analysis.figures import Options, group_result
from analysis.inference import simple_design
from tests.cases_dir import CASES

SKM, SPAK = instruments.load("skm-2017"), instruments.load("spak-2023")


@pytest.fixture(scope="module")
def answers():
    return read_responses(CASES / "ref_600.csv", SKM)


@pytest.fixture(scope="module")
def expected():
    return json.loads((CASES / "ref_600.expected.json").read_text())


def test_names_shared_by_a_module_and_a_function_are_the_function():
    import analysis.index
    import analysis.tally

    for name in ("tally", "index"):
        assert callable(getattr(analysis, name))
        assert sys.modules[f"analysis.{name}"].__name__ == f"analysis.{name}"
    assert all(getattr(analysis, name) is not None for name in analysis.__all__)


def test_five_lines_lead_from_a_file_to_an_index_with_its_interval(answers, expected):
    found = index(tally(answers, SKM), SKM, 3900)
    reference = expected["designs"]["srs_fpc"]["index"]
    assert found.value * 25 == pytest.approx(reference["ikm"], rel=1e-9)
    assert found.points.se == pytest.approx(reference["ikm_se"], rel=1e-9)
    assert str(found).startswith("IKM 79.66, B (Baik) [78.8")


def test_strata_and_weights_give_rs_index(answers, expected):
    for found, name in (
        (index(tally(answers, SKM, by="layanan"), SKM, expected["N_h"]), "strat_fpc"),
        (index(weighted_tally(answers, SKM, "weight"), SKM), "weighted"),
        (index(weighted_tally(answers, SKM, "weight", by="layanan"), SKM), "strat_weighted"),
    ):
        reference = expected["designs"][name]["index"]
        assert found.value * 25 == pytest.approx(reference["ikm"], rel=1e-9)
        assert found.points.se == pytest.approx(reference["ikm_se"], rel=1e-9)
    plain = index(tally(answers, SKM), SKM, 3900, interval="t").points.interval
    assert plain == pytest.approx(expected["designs"]["srs_fpc"]["index"]["ikm_ci_t"], rel=1e-9)


def test_services_do_not_average_to_the_index_of_the_whole(answers, expected):
    sizes = expected["N_h"]
    services = {key[0]: part for key, part in tally(answers, SKM, by="layanan").items()}
    weighed = sum(sizes[name] * index(part, SKM).value * 25 for name, part in services.items())
    average = weighed / sum(sizes.values())
    assert average == pytest.approx(expected["N_weighted_mean_of_service_ikm"], rel=1e-9)
    assert index(services, SKM, sizes).value * 25 != pytest.approx(average, rel=1e-6)


def test_plain_standard_errors_are_the_linearised_ones_but_for_who_is_counted(answers, expected):
    # sd/sqrt(n_j) knows only those who answered; the sample's n says how many could have.
    result = group_result(
        {}, tally(answers, SKM), simple_design(tally(answers, SKM)), None, SKM, Options()
    )
    for item, column in zip(result["items"], expected["classical"].values(), strict=True):
        n = column["n"]
        assert item["n"] == n
        assert item["mean"] == pytest.approx(column["mean"], rel=1e-9)
        assert item["counts"] == column["counts"]
        linearised = column["se"] * ((600 / 599) * (n - 1) / n) ** 0.5
        assert item["se"] == pytest.approx(linearised, rel=1e-9)


def test_totals_of_the_reference_file(answers, expected):
    weighted = weighted_tally(answers, SKM, "weight")
    assert (weighted.n, expected["n_h"]) == (
        expected["n"],
        {key[0]: part.n for key, part in tally(answers, SKM, by="layanan").items()},
    )
    assert weighted.weight == pytest.approx(expected["sum_weight"], rel=1e-12)
    assert weighted.weight2 == pytest.approx(expected["sum_weight_sq"], rel=1e-12)
    effective = weighted.weight**2 / weighted.weight2
    assert effective == pytest.approx(expected["kish_neff"], rel=1e-11)
    assert len(answers.dropna(subset=list(SKM.codes))) == expected["n_complete"]


@pytest.mark.parametrize("by", [None, "loket"])
def test_an_index_that_cannot_be_says_why(by):
    rows = pd.DataFrame({code: [6, 5, 4] for code in SPAK.codes}).assign(pungli=None, loket="A")
    found = index(tally(rows, SPAK, by=by), SPAK)
    assert found.value is None
    assert "Bebas pungutan liar" in found.reason.text()
    assert str(found).startswith("IPAK: Tidak seorang pun")
    nobody = index(tally(rows.head(0), SPAK, by=by), SPAK)
    assert nobody.reason.code == "index-no-answers"


def test_other_scales_show_their_own_mean_beside_the_index():
    rows = pd.DataFrame({code: [6, 5, 4, 6] for code in SPAK.codes})
    for conversion, value in (("ratio", 3.5), ("linear", 3.55)):
        found = index(tally(rows, SPAK), SPAK, conversion=conversion)
        assert found.raw_mean == 5.25
        assert found.value == pytest.approx(value)
        weighted = index(weighted_tally(rows, SPAK, [1, 1, 1, 1]), SPAK, conversion=conversion)
        assert weighted.raw_mean == pytest.approx(5.25)
        assert weighted.value == pytest.approx(value)


def test_importing_the_library_loads_nothing_heavy():
    heavy = ["pandas", "scipy", "duckdb", "pyarrow", "flask", "sqlalchemy", "matplotlib"]
    code = f"import sys, analysis; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_types_are_published_with_the_package():
    assert (Path(analysis.__file__).parent / "py.typed").is_file()
