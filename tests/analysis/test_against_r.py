"""Every figure that R's survey and psych packages computed on the reference files."""

import json

import numpy as np
import pandas as pd
import pytest

import instruments
from analysis.index import compute_index
from analysis.inference import (
    estimate_index,
    estimate_item,
    simple_design,
    stratified_design,
    weighted_design,
)
from analysis.intervals import PLAIN
from analysis.reliability import cronbach_alpha
from analysis.tally import tally, tally_by
from tests.cases_dir import CASES, real_cases

SKM = instruments.load("skm-2017")
COLUMNS = dict(zip([f"U{i}" for i in range(1, 10)], SKM.codes, strict=True))
TOLERANCE = 1e-9


def close(actual, expected):
    return actual == pytest.approx(expected, rel=TOLERANCE, abs=1e-11)


@pytest.fixture(scope="module")
def frame():
    return pd.read_csv(CASES / "ref_600.csv").rename(columns=COLUMNS)


@pytest.fixture(scope="module")
def expected():
    return json.loads((CASES / "ref_600.expected.json").read_text())


@pytest.fixture(scope="module")
def designs(frame, expected):
    whole = tally(frame, SKM)
    strata = {key[0]: part for key, part in tally_by(frame, SKM, ["layanan"]).items()}
    matrix = frame[list(SKM.codes)].to_numpy(dtype=float)
    weights = frame["weight"].to_numpy(dtype=float)
    return {
        "srs_nofpc": simple_design(whole),
        "srs_fpc": simple_design(whole, expected["N"]),
        "strat_fpc": stratified_design(strata, expected["N_h"]),
        "weighted": weighted_design(matrix, weights),
        "strat_weighted": weighted_design(matrix, weights, list(frame["layanan"])),
    }


@pytest.mark.parametrize(
    "name", ["srs_nofpc", "srs_fpc", "strat_fpc", "weighted", "strat_weighted"]
)
def test_index_and_its_interval_equal_r_survey(designs, expected, name):
    reference = expected["designs"][name]["index"]
    estimate = estimate_index(designs[name], SKM, interval=PLAIN)
    assert designs[name].degrees_of_freedom == reference["df"]
    assert close(estimate.points.value, reference["ikm"])
    assert close(estimate.points.se, reference["ikm_se"])
    assert close(list(estimate.points.interval), reference["ikm_ci_t"])


@pytest.mark.parametrize(
    "name", ["srs_nofpc", "srs_fpc", "strat_fpc", "weighted", "strat_weighted"]
)
@pytest.mark.parametrize("column", list(COLUMNS))
def test_item_means_equal_r_svymean(designs, expected, name, column):
    reference = expected["designs"][name]["items"][column]
    estimate = estimate_item(designs[name], SKM, COLUMNS[column], interval=PLAIN)
    assert close(estimate.value, reference["mean"])
    assert close(estimate.se, reference["se"])
    assert close(list(estimate.interval), reference["ci_t"])


def test_each_service_as_its_own_sample_equals_r(frame, expected):
    for (service,), part in tally_by(frame, SKM, ["layanan"]).items():
        reference = expected["by_layanan_srs_nofpc"][service]
        assert close(estimate_index(simple_design(part), SKM).points.se, reference["ikm_se"])
        finite = estimate_index(simple_design(part, reference["N"]), SKM)
        assert close(finite.points.se, reference["ikm_se_fpc"])


def test_comparison_methods_equal_the_reference(frame, expected):
    whole = tally(frame, SKM)
    reference = expected["unweighted_ikm_by_weight_convention"]
    for method, name in [("exact", "exact"), ("0.111", "w0.111"), ("0.11", "w0.11")]:
        assert close(float(compute_index(whole, SKM, method).value * 25), reference[name])


def test_alpha_equals_r_psych(frame, expected):
    whole = tally(frame, SKM)
    assert close(cronbach_alpha(whole), expected["alpha"]["pairwise_by_formula"])
    complete = tally(frame.dropna(subset=list(SKM.codes)), SKM)
    assert close(cronbach_alpha(complete), expected["alpha"]["complete_rows"]["raw_alpha"])


@pytest.mark.parametrize("name", ["jepara-2021-s1", "metro-app-45"])
def test_real_respondents_give_the_figures_recorded_by_r(name):
    folder = real_cases()
    if folder is None:
        pytest.skip("the real cases are not on this machine")
    respondents = pd.read_csv(folder / f"{name}.csv").rename(columns=COLUMNS)
    reference = json.loads((folder / f"{name}.R.json").read_text())
    whole = tally(respondents, SKM)
    estimate = estimate_index(simple_design(whole), SKM, interval=PLAIN)
    assert {c: whole.answered_by(COLUMNS[c]) for c in COLUMNS} == reference["all"]["answered"]
    assert {c: whole.total(COLUMNS[c]) for c in COLUMNS} == reference["all"]["sums"]
    assert close(estimate.points.value, reference["all"]["ikm"])
    assert close(estimate.points.se, reference["all"]["ikm_se"])
    assert close(list(estimate.points.interval), reference["all"]["ikm_ci_t"])
    for method, key in [("0.111", "ikm_0111"), ("0.11", "ikm_011")]:
        assert close(float(compute_index(whole, SKM, method).value * 25), reference["all"][key])
    assert close(cronbach_alpha(whole), reference["alpha"]["raw_pairwise"])
    for group, by in [("triwulan", "by_triwulan"), ("jk", "by_jk"), ("loket", "by_loket")]:
        for key, values in reference.get(by, {}).items():
            rows = respondents[respondents[group] == key]
            index = compute_index(tally(rows, SKM), SKM)
            if index.value is None:  # R averages the items that were answered
                assert np.isnan(np.array(list(values["nrr"].values()), dtype=float)).any()
            else:
                assert close(float(index.value * 25), values["ikm"])
