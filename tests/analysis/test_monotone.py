"""Steps and courses over periods: against SciPy, against known laws, and by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from analysis.inference import Estimate
from analysis.monotone import fit_monotone, step_changes
from instruments.errors import SurveyError


def points(values, errors=1.0):
    errors = np.broadcast_to(errors, len(values))
    return [
        Estimate(float(value), float(se), None, None)
        for value, se in zip(values, errors, strict=True)
    ]


VALUES = st.lists(st.floats(25, 100), min_size=2, max_size=9)


@given(VALUES, st.data())
def test_the_course_is_scipys_isotonic_regression(values, data):
    errors = data.draw(st.lists(st.floats(0.1, 5), min_size=len(values), max_size=len(values)))
    found = fit_monotone(points(values, errors))
    weights = np.array(errors) ** -2
    fit = optimize.isotonic_regression(
        values, weights=weights, increasing=found.direction == "rising"
    )
    assert found.fitted == pytest.approx(tuple(fit.x))


def test_three_equal_periods_follow_bartholomews_chances():
    # Levels of the chi-bar-square law for k = 3 and equal weights: 1/3, 1/2, 1/6.
    values = [0.0, 0.9, 2.1]
    gain = sum((value - 1.0) ** 2 for value in values)
    chance = stats.chi2.sf(gain, 1) / 2 + stats.chi2.sf(gain, 2) / 6
    assert fit_monotone(points(values)).p_value == pytest.approx(2 * chance, abs=0.006)


def test_noise_is_called_a_trend_about_once_in_twenty():
    dice = np.random.default_rng(3)
    found = [fit_monotone(points(dice.normal(80, 1, 4))).is_trend() for _ in range(400)]
    assert 0.02 <= np.mean(found) <= 0.08


def test_a_course_that_jumps_once_and_stays_is_a_trend():
    found = fit_monotone(points([80, 80.2, 84.5, 84.1], 0.7))
    assert found.direction == "rising"
    assert found.is_trend()
    assert found.fitted == pytest.approx((80, 80.2, 84.3, 84.3))
    assert found.total.value == pytest.approx(4.1)
    assert found.total.low > 0


def test_falling_is_rising_upside_down():
    up, down = fit_monotone(points([1, 3, 2, 6])), fit_monotone(points([-1, -3, -2, -6]))
    assert (up.direction, down.direction) == ("rising", "falling")
    assert up.p_value == down.p_value


def test_the_same_periods_always_give_the_same_chance():
    assert fit_monotone(points([80, 81, 83])) == fit_monotone(points([80, 81, 83]))


def test_periods_without_uncertainty_have_no_course():
    assert fit_monotone([Estimate(80.0, None, None, None)] * 3) is None
    with pytest.raises(SurveyError, match="95"):
        fit_monotone(points([80, 81]), confidence=95)


def test_steps_are_adjusted_for_their_number_as_holm_does():
    steps = step_changes(points([80, 82.2, 82.3, 85.5], 0.7), [500] * 4)
    raw = [step.change.p_value for step in steps]
    first, second, last = np.argsort(raw)
    adjusted = [step.adjusted_p_value for step in steps]
    assert adjusted[first] == pytest.approx(3 * raw[first])
    assert adjusted[second] == pytest.approx(2 * raw[second])
    assert adjusted[last] == pytest.approx(raw[last])


def test_quarters_in_which_nothing_happened_seldom_show_a_change():
    dice = np.random.default_rng(9)
    runs = [step_changes(points(dice.normal(80, 1, 8)), [200] * 8) for _ in range(500)]
    assert np.mean([any(step.is_change() for step in steps) for steps in runs]) < 0.07


def test_a_step_of_unknown_uncertainty_is_no_change_and_costs_the_others_nothing():
    unknown = Estimate(60.0, None, None, None)
    steps = step_changes([*points([80, 84]), unknown], [300, 300, 1])
    assert steps[1].adjusted_p_value is None
    assert not steps[1].is_change()
    assert steps[0].adjusted_p_value == steps[0].change.p_value
    with pytest.raises(SurveyError, match="3, 2"):
        step_changes([*points([80, 84]), unknown], [300, 300])
