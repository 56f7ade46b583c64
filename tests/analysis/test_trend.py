"""Trends against R, by law, and with bad input."""

import json

import numpy as np
import pytest

from analysis.inference import Estimate
from analysis.trend import fit_slope, proportion_trend
from instruments.errors import SurveyError
from tests.cases_dir import CASES


def points(values, se=1.0):
    return [Estimate(value, se, None, None) for value in values]


def test_proportion_trend_equals_r_prop_trend_test():
    reference = json.loads((CASES / "ref_600.expected.json").read_text())[
        "prop_trend_U1_ge3_by_age"
    ]
    found = proportion_trend(list(reference["x"].values()), list(reference["n"].values()))
    assert found.chi_square == pytest.approx(reference["chisq"], rel=1e-9)
    assert found.p_value == pytest.approx(reference["p"], rel=1e-9)


def test_slope_is_weighted_least_squares():
    times, values, errors = [1, 2, 3, 5], [80.0, 83.0, 82.0, 88.0], [1.0, 0.5, 2.0, 1.5]
    estimates = [Estimate(v, e, None, None) for v, e in zip(values, errors, strict=True)]
    (slope, _), covariance = np.polyfit(times, values, 1, w=1 / np.array(errors), cov="unscaled")
    found = fit_slope(times, estimates)
    assert found.per_time.value == pytest.approx(slope)
    assert found.per_time.se >= covariance[0, 0] ** 0.5 * (1 - 1e-12)


def test_noise_is_called_a_change_about_once_in_twenty():
    rng = np.random.default_rng(20)
    found = [fit_slope(range(4), points(rng.normal(80, 1, 4))) for _ in range(2000)]
    assert 0.01 < np.mean([slope.is_change() for slope in found]) <= 0.06


def test_scatter_beyond_the_standard_errors_widens_the_slope():
    straight = fit_slope(range(5), points([80, 81, 82, 83, 84]))
    jumping = fit_slope(range(5), points([80, 90, 82, 74, 84]))
    assert straight.misfit_p_value == pytest.approx(1)
    assert jumping.misfit_p_value < 0.001
    assert jumping.per_time.se > 3 * straight.per_time.se


def test_periods_without_standard_error_are_left_out():
    estimates = [*points([80, 84]), Estimate(10.0, None, None, None)]
    assert fit_slope([1, 2, 3], estimates).per_time.value == pytest.approx(4)
    assert fit_slope([1, 2], points([80, 81], None)) is None


@pytest.mark.parametrize("times", [[1, 1, 1], [1, 2, float("nan")], [1, 2]])
def test_useless_times_are_refused(times):
    with pytest.raises(SurveyError, match=r"Waktu|Panjang"):
        fit_slope(times, points([1, 2, 3]))


@pytest.mark.parametrize("counts, sizes", [([5, 3], [4, 9]), ([-1, 3], [4, 9]), ([1], [2])])
def test_impossible_counts_are_refused(counts, sizes):
    with pytest.raises(SurveyError, match="kelompok"):
        proportion_trend(counts, sizes)


def test_a_share_of_all_or_none_has_no_trend():
    assert proportion_trend([5, 6], [5, 6]) is None
    assert proportion_trend([0, 0], [5, 6]) is None
