"""The funnel: its variance against a published meta-analysis, its verdicts where they are known."""

import numpy as np
import pytest

from analysis.funnel import INNER, UnitScore, between_variance, fit_funnel, standings
from analysis.funnel_pictures import FunnelPoint, funnel_picture, score_steps

# The thirteen trials of the BCG vaccine (Colditz et al. 1994): cases and others, treated and not.
BCG = (
    *((4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619)),
    *((33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892)),
    *((29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338)),
    (27, 16886, 29, 17825),
)


def test_between_variance_is_that_of_the_bcg_trials():
    """DerSimonian-Laird tau^2 = 0.3088, as metafor's documentation prints it for `dat.bcg`."""
    a, b, c, d = np.array(BCG, dtype=float).T
    ratios = np.log(a / (a + b)) - np.log(c / (c + d))
    variances = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    assert between_variance(ratios, variances) == pytest.approx(0.3088, abs=5e-5)


@pytest.fixture(scope="module")
def units():
    random = np.random.default_rng(3)
    sizes = random.integers(20, 600, 800)
    scores = random.normal(82, 4, 800) + random.normal(0, 11 / np.sqrt(sizes))
    return [
        UnitScore(float(score), float(11 / np.sqrt(n)), int(n))
        for score, n in zip(scores, sizes, strict=True)
    ]


def test_the_funnel_recovers_centre_and_both_spreads(units):
    funnel = fit_funnel(units)
    assert funnel.centre == pytest.approx(82, abs=0.5)
    assert funnel.answer_sd == pytest.approx(11)
    assert funnel.between_sd == pytest.approx(4, rel=0.08)


def test_few_that_stand_out_do_not_widen_the_limits_they_are_held_against(units):
    stuffed = [UnitScore(99.5, 0.7, 250)] * 40
    plain, beside = fit_funnel(units), fit_funnel([*units, *stuffed])
    drawn_in = beside.between_sd / plain.between_sd
    as_they_are = fit_funnel([*units, *stuffed], winsorised=0).between_sd / plain.between_sd
    assert drawn_in < 1.12 < as_they_are


def test_limits_narrow_with_answers_and_hold_their_share_of_units(units):
    funnel = fit_funnel(units)
    low, high = funnel.limits(np.array([one.n for one in units], dtype=float), INNER)
    inside = np.mean([a < one.score < b for a, b, one in zip(low, high, units, strict=True)])
    assert inside == pytest.approx(0.95, abs=0.02)
    assert np.ptp(funnel.limits(400.0, INNER)) < np.ptp(funnel.limits(40.0, INNER))


def test_only_what_stands_out_among_all_units_is_called_so(units):
    found = standings([*units, UnitScore(60.0, 1.0, 120)], fit_funnel(units))
    assert found[-1].is_outside()
    assert sum(one.is_outside() for one in found[:-1]) == 0
    assert standings([UnitScore(80.0, 0.0, 50)], fit_funnel(units)) == [None]


def test_under_ten_units_there_is_no_funnel(units):
    assert fit_funnel(units[:9]) is None


def test_the_picture_names_only_those_that_stand_out(units):
    points = [
        FunnelPoint(f"Kantor <{i}>", one.n, one.score, is_outside=i == 7)
        for i, one in enumerate(units)
    ]
    picture = funnel_picture(points, fit_funnel(units), "Corong")
    assert "Kantor &lt;7&gt;" in picture
    assert picture.count("Kantor") == picture.count("<circle") == 1
    assert "800 unit" in picture


def test_steps_count_every_unit_once(units):
    assert sum(score_steps([min(100.0, one.score) for one in units]).values()) == len(units)
