"""Intervals by name: equal to R where R has them, inside the scale, and honest without spread."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import instruments
from analysis.inference import estimate_index, estimate_item, simple_design, stratified_design
from analysis.intervals import logit_ends, t_ends, unseen_share
from analysis.tally import tally_answers
from instruments.errors import SurveyError
from tests.cases_dir import CASES

SKM = instruments.load("skm-2017")
SPAK = instruments.load("spak-2023")
BOTTOM = {"skm-2017": 25.0, "ratio": 100 / 6, "linear": 25.0}


def respondents(instrument, n, seed=0, tilt=1.0):
    """Tally of n respondents, near the ceiling for a great tilt."""
    dice = np.random.default_rng(seed)
    levels = np.array(instrument.scale.values)
    chances = np.exp(tilt * levels) / np.exp(tilt * levels).sum()
    rows = dice.choice(levels, (n, len(instrument.codes)), p=chances).tolist()
    return tally_answers(
        instrument, [dict(zip(instrument.codes, row, strict=True)) for row in rows]
    )


@pytest.mark.parametrize("case", json.loads((CASES / "logit.expected.json").read_text())["cases"])
def test_the_logit_interval_of_a_share_equals_r_svyciprop(case):
    ends = logit_ends(case["value"], case["se"], case["df"], 0.95, (0.0, 1.0))
    assert ends == pytest.approx(tuple(case["ci"]), rel=1e-6)  # R's comes from an iterated fit


@given(
    n=st.integers(2, 60),
    seed=st.integers(0, 10**6),
    tilt=st.floats(0, 6),
    rule=st.sampled_from(["ratio", "linear"]),
)
def test_an_interval_never_leaves_the_scale(n, seed, tilt, rule):
    for instrument, bottom in ((SKM, 25.0), (SPAK, BOTTOM[rule])):
        whole = respondents(instrument, n, seed, tilt)
        points = estimate_index(simple_design(whole), instrument, conversion=rule).points
        assert bottom - 1e-9 <= points.low <= points.value + 1e-9
        assert points.value - 1e-9 <= points.high <= 100


def test_an_items_interval_is_on_the_items_own_scale():
    whole = tally_answers(SKM, [{"waktu": value} for value in (4, 4, 4, 4, 3)])
    found = estimate_item(simple_design(whole), SKM, "waktu")
    low, high = logit_ends(3.8, found.se, 4, 0.95, (1.0, 4.0))
    assert found.interval == pytest.approx((low, high))
    assert t_ends(3.8, found.se, 4, 0.95)[1] > 4


def test_far_from_the_ends_the_logit_interval_is_nearly_the_plain_one():
    design = simple_design(respondents(SKM, 400, tilt=0.1))
    bounded = estimate_index(design, SKM).points
    plain = estimate_index(design, SKM, interval="t").points
    assert bounded.se == plain.se
    assert bounded.interval == pytest.approx(plain.interval, abs=0.05)


@pytest.mark.parametrize("n, population", [(20, 30), (20, 400), (150, 151), (100, 100_000)])
def test_the_unseen_share_is_the_greatest_that_a_sample_could_miss(n, population):
    most = round(unseen_share(n, population, 0.95) * population)
    chance_of_none = stats.hypergeom(population, most, n).pmf(0)
    assert chance_of_none > 0.05
    assert stats.hypergeom(population, most + 1, n).pmf(0) <= 0.05


def test_the_unseen_share_of_an_endless_population_is_clopper_and_pearsons():
    expected = stats.binomtest(0, 30, alternative="less").proportion_ci(0.95).high
    assert unseen_share(30, None, 0.95) == pytest.approx(expected)
    assert unseen_share(30, 10**7, 0.95) == pytest.approx(expected, rel=1e-4)


def test_agreement_below_the_ceiling_is_bounded_on_both_sides():
    whole = tally_answers(SKM, [dict.fromkeys(SKM.codes, 3)] * 30)
    points = estimate_index(simple_design(whole), SKM).points
    assert points.low < 75 < points.high < 100


def test_blanks_widen_the_bound_of_those_who_agree():
    full = [dict.fromkeys(SKM.codes, 4)] * 30
    blank = [*full[:20], *[{code: 4 for code in SKM.codes if code != "biaya"}] * 10]
    bounds = [
        estimate_index(simple_design(tally_answers(SKM, rows)), SKM).points.low
        for rows in (full, blank, full[:20])
    ]
    assert bounds[1] < bounds[0]
    assert bounds[1] == pytest.approx(bounds[2])


def test_agreement_within_strata_has_no_bound():
    parts = {name: tally_answers(SKM, [dict.fromkeys(SKM.codes, 4)] * 20) for name in "ab"}
    design = stratified_design(parts, {"a": 50, "b": 5000})
    assert estimate_index(design, SKM).points.interval is None


def test_a_full_count_has_no_sampling_error():
    whole = respondents(SKM, 30)
    estimate = estimate_index(simple_design(whole, 30), SKM)
    assert estimate.points.interval == (estimate.points.value, estimate.points.value)
    assert estimate.is_resolved


def test_a_method_that_is_not_known_is_refused():
    with pytest.raises(SurveyError, match="wald"):
        estimate_index(simple_design(respondents(SKM, 30)), SKM, interval="wald")
    with pytest.raises(SurveyError, match="wald"):
        estimate_item(simple_design(respondents(SKM, 30)), SKM, "waktu", interval="wald")
