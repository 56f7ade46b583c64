"""Weights against R survey, by law, and with margins that cannot be met."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.weighting import kish_design_effect, post_stratify, rake, trim
from instruments.errors import SurveyError
from tests.cases_dir import CASES


@pytest.fixture(scope="module")
def frame():
    return pd.read_csv(CASES / "ref_600.csv")


@pytest.fixture(scope="module")
def expected():
    return json.loads((CASES / "rake.expected.json").read_text())


def test_raking_equals_r_survey_rake(frame, expected):
    answers = {"jk": frame["jk"], "layanan": frame["layanan"], "usia": expected["usia"]}
    found = rake(answers, expected["margins"], frame["weight"])
    assert found == pytest.approx(np.array(expected["raked"]), rel=1e-9)


def test_post_stratification_equals_r_survey(frame, expected):
    found = post_stratify(frame["layanan"], expected["margins"]["layanan"], frame["weight"])
    assert found == pytest.approx(np.array(expected["post"]), rel=1e-12)


def test_trimming_equals_r_survey_trim_weights(expected):
    assert trim(expected["raked"], 2, 12) == pytest.approx(np.array(expected["trimmed"]), rel=1e-9)


def test_design_effect_equals_the_reference(frame):
    reference = json.loads((CASES / "ref_600.expected.json").read_text())["kish_deff"]
    assert kish_design_effect(frame["weight"]) == pytest.approx(reference, rel=1e-11)


@given(
    st.lists(st.sampled_from("abc"), min_size=3, max_size=40).filter(lambda g: len(set(g)) == 3),
    st.tuples(*[st.floats(1, 1e6)] * 3),
)
def test_groups_weigh_their_totals(groups, totals):
    weights = post_stratify(groups, dict(zip("abc", totals, strict=True)))
    for group, total in zip("abc", totals, strict=True):
        assert weights[np.array(groups) == group].sum() == pytest.approx(total)


@given(st.lists(st.floats(0.1, 50), min_size=2, max_size=40))
def test_trimming_keeps_the_sum_and_the_limits(weights):
    mean = float(np.mean(weights))
    trimmed = trim(weights, mean / 2, mean * 2)
    assert trimmed.min() >= mean / 2 * (1 - 1e-9)
    assert trimmed.max() <= mean * 2 * (1 + 1e-9)
    assert trimmed.sum() == pytest.approx(sum(weights))


def test_margins_that_no_weights_can_meet_say_so():
    answers = {"jk": ["L", "L", "P"], "usia": ["muda", "muda", "tua"]}
    margins = {"jk": {"L": 50, "P": 50}, "usia": {"muda": 40, "tua": 60}}
    with pytest.raises(SurveyError) as caught:
        rake(answers, margins, rounds=50)
    assert caught.value.code == "raking-not-converged"
    assert "jk" in str(caught.value)


@pytest.mark.parametrize(
    "answers, totals, code",
    [
        (["L", "X"], {"L": 1, "P": 1}, "margin-category-unknown"),
        (["L", "L"], {"L": 1, "P": 1}, "margin-category-empty"),
        (["L", "P"], {"L": 1, "P": -1}, "margin-total-invalid"),
        (["L", "P"], {"L": 1, "P": float("nan")}, "margin-total-invalid"),
        ([], {"L": 1}, "weights-none"),
    ],
)
def test_bad_margins_are_named(answers, totals, code):
    with pytest.raises(SurveyError) as caught:
        post_stratify(answers, totals)
    assert caught.value.code == code


def test_margins_of_different_totals_are_refused():
    with pytest.raises(SurveyError, match="jk 3, usia 4"):
        rake({"jk": ["L"], "usia": ["tua"]}, {"jk": {"L": 3}, "usia": {"tua": 4}})


@pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf")])
def test_weights_that_are_no_weights_are_refused(weight):
    with pytest.raises(SurveyError, match="Bobot"):
        post_stratify(["L", "L"], {"L": 3}, [1, weight])
    with pytest.raises(SurveyError, match="Bobot"):
        kish_design_effect([1, weight])


def test_limits_beside_the_mean_are_refused():
    with pytest.raises(SurveyError, match="Batas"):
        trim([1, 2, 3], 4, 5)
