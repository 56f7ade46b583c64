"""Sizes of samples, response rates and forecasts: textbook figures, laws, simulation."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.fieldwork import Dispositions, forecast_completion, response_rates
from analysis.sampling import cochran, margin_of
from instruments.errors import SurveyError

DAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    "margin, confidence, needed",
    # The table that textbooks print for p = 0.5.
    [(0.05, 0.95, 385), (0.03, 0.95, 1068), (0.1, 0.95, 97), (0.05, 0.99, 664), (0.05, 0.9, 271)],
)
def test_sample_sizes_are_those_of_textbooks(margin, confidence, needed):
    assert cochran(margin, confidence) == needed


@given(st.floats(0.01, 0.3), st.floats(0.5, 0.99), st.floats(0.05, 0.95), st.integers(10, 10**6))
def test_the_needed_number_reaches_the_margin_and_one_fewer_does_not(margin, level, share, size):
    n = cochran(margin, level, share, size)
    assert n <= size
    assert margin_of(n, level, share, size) <= margin * (1 + 1e-9)
    if n > 1:
        assert margin_of(n - 1, level, share, size) > margin * (1 - 1e-9)


@given(st.integers(2, 10**6), st.data())
def test_a_finite_population_needs_no_more_than_an_endless_one(size, data):
    n = data.draw(st.integers(1, size))
    assert margin_of(n, population=size) <= margin_of(n) * (1 + 1e-12)
    assert cochran(0.05, population=size) <= cochran(0.05)


@pytest.mark.parametrize(
    "call",
    [
        lambda: cochran(0),
        lambda: cochran(0.05, confidence=95),
        lambda: cochran(0.05, proportion=1),
        lambda: cochran(0.05, population=0),
        lambda: margin_of(0),
        lambda: margin_of(11, population=10),
        lambda: cochran(float("nan")),
    ],
)
def test_impossible_sizes_are_refused(call):
    with pytest.raises(SurveyError):
        call()


def test_response_rates_follow_aapors_formulas():
    found = response_rates(
        Dispositions(50, 10, refused=20, not_contacted=15, other=5, unknown=40, unknown_other=10),
        e=0.6,
    )
    assert found.rr1 == pytest.approx(50 / 150)
    assert found.rr2 == pytest.approx(60 / 150)
    assert found.rr3 == pytest.approx(50 / 130)
    assert found.rr4 == pytest.approx(60 / 130)


def test_the_unknown_are_taken_as_eligible_as_the_known_are():
    found = response_rates(Dispositions(60, refused=20, unknown=50, not_eligible=20))
    assert found.e == pytest.approx(0.8)
    assert found.rr3 == pytest.approx(60 / 120)


COUNTS = st.integers(0, 500)


@given(st.tuples(*[COUNTS] * 8), st.floats(0, 1))
def test_rates_are_ordered_shares(counts, e):
    found = response_rates(Dispositions(*counts), e)
    if found is None:
        assert sum(counts[:7]) == 0
        return
    assert 0 <= found.rr1 <= found.rr2 <= found.rr4 <= 1
    assert found.rr1 <= found.rr3 <= found.rr4


def test_impossible_dispositions_are_refused_by_name():
    with pytest.raises(SurveyError, match="refused -1"):
        response_rates(Dispositions(5, refused=-1))
    with pytest.raises(SurveyError, match="1.2"):
        response_rates(Dispositions(5), e=1.2)


def test_a_met_target_needs_no_more_days():
    found = forecast_completion([4, 6], 120, 100, DAY)
    assert (found.earliest, found.expected, found.latest) == (DAY, DAY, DAY)


def test_no_answers_give_no_forecast_and_say_why():
    found = forecast_completion([0] * 14, 20, 100, DAY)
    assert found.expected is None
    assert "14 hari" in found.reason.text()


def test_a_trickle_has_no_end_in_sight():
    found = forecast_completion([1] + [0] * 60, 1, 5000, DAY)
    assert found.latest is None
    assert found.reason is None


def test_uneven_days_make_a_wider_forecast_than_even_ones():
    even = forecast_completion([10] * 14, 140, 300, DAY)
    uneven = forecast_completion([0, 20] * 7, 140, 300, DAY)
    assert uneven.dispersion > 10
    assert uneven.earliest < even.earliest <= even.latest < uneven.latest


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30).filter(any), st.integers(1, 400))
def test_the_days_are_in_order_and_come_later_for_more(daily, missing):
    found = forecast_completion(daily, 100, 100 + missing, DAY)
    far = date(2040, 1, 1)
    assert DAY < found.earliest <= (found.expected or far) <= (found.latest or far)
    more = forecast_completion(daily, 100, 101 + missing, DAY)
    assert (found.expected or far) <= (more.expected or far)


@pytest.mark.parametrize("spread", [1.0, 4.0])
def test_the_forecast_holds_the_day_as_often_as_it_says(spread):
    dice, mean, hits, runs = np.random.default_rng(11), 8.0, 0, 600
    for _ in range(runs):
        if spread == 1.0:
            days = dice.poisson(mean, 400)
        else:
            days = stats.nbinom.rvs(mean / (spread - 1), 1 / spread, size=400, random_state=dice)
        past, future = days[:28], np.cumsum(days[28:])
        met = 1 + int(np.argmax(future >= 150))
        found = forecast_completion(past.tolist(), 0, 150, DAY, confidence=0.9)
        hits += (found.earliest - DAY).days <= met <= (found.latest - DAY).days
    assert 0.87 < hits / runs < 0.97


@pytest.mark.parametrize("daily, reached", [([], 0), ([3, -1], 0), ([3], -1)])
def test_impossible_counts_are_refused(daily, reached):
    with pytest.raises(SurveyError, match="negatif"):
        forecast_completion(daily, reached, 10, DAY)
