"""Alpha, omega and the items against R psych, by simulation, and where they are undefined."""

import json

import numpy as np
import pandas as pd
import pytest

import instruments
from analysis.reliability import (
    alpha_interval,
    alpha_standard_error,
    assess_reliability,
    covariance,
    one_factor,
)
from analysis.tally import tally, tally_answers, tally_matrix
from instruments.errors import SurveyError
from tests.cases_dir import CASES

SKM = instruments.load("skm-2017")
COLUMNS = dict(zip([f"U{i}" for i in range(1, 10)], SKM.codes, strict=True))


@pytest.fixture(scope="module")
def tallies():
    frame = pd.read_csv(CASES / "ref_600.csv").rename(columns=COLUMNS)
    complete = frame.dropna(subset=list(SKM.codes))
    return {"complete": tally(complete, SKM), "pairwise": tally(frame, SKM)}


@pytest.fixture(scope="module")
def older():
    return json.loads((CASES / "ref_600.expected.json").read_text())


@pytest.fixture(scope="module")
def newer():
    return json.loads((CASES / "statistics.expected.json").read_text())["reliability"]


@pytest.mark.parametrize("basis, name", [("complete", "complete_rows"), ("pairwise", "pairwise")])
def test_alpha_and_every_item_equal_r_psych(tallies, older, basis, name):
    found, reference = assess_reliability(tallies[basis]), older["alpha"][name]
    assert found.basis == basis
    assert found.alpha == pytest.approx(reference["raw_alpha"], rel=1e-9)
    error = alpha_standard_error(covariance(tallies[basis]), tallies[basis].n)
    assert error == pytest.approx(reference["ase"], rel=1e-9)
    for column, code in COLUMNS.items():
        item, dropped = reference["item_total"][column], reference["alpha_if_dropped"][column]
        assert found.items[code].item_total == pytest.approx(item["r.drop"], rel=1e-9)
        assert found.items[code].alpha_if_dropped == pytest.approx(dropped, rel=1e-9)


def test_the_interval_of_alpha_equals_r_psych_alpha_ci(tallies, newer):
    found = assess_reliability(tallies["complete"])
    assert (found.alpha_low, found.alpha_high) == pytest.approx(tuple(newer["feldt"]), rel=1e-9)
    assert found.answers == newer["n"]


def test_one_factor_and_omega_equal_r_psych_minres(tallies, newer):
    # Both search for the same minimum; R's search stops a little before it.
    found, reference = assess_reliability(tallies["complete"]), newer["complete"]
    assert [found.items[code].loading for code in SKM.codes] == pytest.approx(
        reference["loadings"], abs=1e-5
    )
    assert found.omega == pytest.approx(reference["omega"], abs=1e-7)


def test_omega_of_incomplete_answers_is_near_rs_pairwise_correlations(tallies, newer):
    found = assess_reliability(tallies["pairwise"])
    assert found.omega == pytest.approx(newer["pairwise"]["omega"], abs=5e-4)
    assert found.omega != pytest.approx(newer["pairwise"]["omega"], abs=1e-6)


def test_correlations_of_complete_answers_equal_r(tallies, older):
    matrix = covariance(tallies["complete"])
    deviations = np.sqrt(np.diag(matrix))
    found = matrix / np.outer(deviations, deviations)
    assert found == pytest.approx(np.array(older["pearson_complete"]), rel=1e-9)


def test_the_interval_of_alpha_holds_the_truth():
    # Items of equal covariance, for which Feldt's interval is exact.
    dice, k, n, share = np.random.default_rng(7), 9, 80, 0.35
    truth = k * share / (1 + (k - 1) * share)
    hits = 0
    for _ in range(600):
        common = dice.normal(size=(n, 1)) * share**0.5
        matrix = np.cov(common + dice.normal(size=(n, k)) * (1 - share) ** 0.5, rowvar=False)
        alpha = k / (k - 1) * (1 - np.trace(matrix) / matrix.sum())
        low, high = alpha_interval(alpha, n, k)
        hits += low <= truth <= high
    assert 0.93 < hits / 600 < 0.97


def test_one_factor_finds_the_loadings_that_made_the_correlations():
    loadings = np.linspace(0.3, 0.9, 6)
    matrix = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    deviations = np.arange(1.0, 7.0)
    assert one_factor(matrix * np.outer(deviations, deviations)) == pytest.approx(loadings)


def test_alpha_of_few_answers_is_less_certain():
    dice = np.random.default_rng(1)
    levels = np.clip(np.rint(3 + dice.normal(size=(300, 1)) + dice.normal(size=(300, 9))), 1, 4)
    few, many = (
        assess_reliability(tally_matrix(SKM, levels[:n].astype(np.int64))) for n in (40, 300)
    )
    assert few.alpha_high - few.alpha_low > 2 * (many.alpha_high - many.alpha_low)


@pytest.mark.parametrize(
    "answers",
    [[], [dict.fromkeys(SKM.codes, 3)], [dict.fromkeys(SKM.codes, 4)] * 9, [{"waktu": 3}] * 9],
    ids=["nobody", "one respondent", "no spread", "one item"],
)
def test_what_is_undefined_is_none(answers):
    found = assess_reliability(tally_answers(SKM, answers))
    assert (found.alpha, found.alpha_se, found.alpha_low, found.omega) == (None,) * 4
    for item in found.items.values():
        assert (item.item_total, item.loading) == (None, None)


def test_copies_of_one_item_have_no_factor_of_their_own():
    answers = [dict.fromkeys(SKM.codes, level) for level in (1, 2, 3, 4)]
    found = assess_reliability(tally_answers(SKM, answers))
    assert found.alpha == pytest.approx(1)
    assert found.omega is None


def test_a_confidence_outside_0_to_1_is_refused(tallies):
    with pytest.raises(SurveyError, match="1.5"):
        assess_reliability(tallies["complete"], confidence=1.5)
