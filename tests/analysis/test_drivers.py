"""Drivers against respondents' own correlations, by law, and at the edges."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import instruments
from analysis.drivers import find_drivers, item_correlations
from analysis.inference import simple_design
from analysis.lowest import find_lowest
from analysis.tally import tally, tally_answers, tally_matrix
from tests.cases_dir import CASES

SKM = instruments.load("skm-2017")


@pytest.fixture(scope="module")
def complete():
    columns = dict(zip([f"U{i}" for i in range(1, 10)], SKM.codes, strict=True))
    return pd.read_csv(CASES / "ref_600.csv").rename(columns=columns)[list(SKM.codes)].dropna()


def test_importance_is_the_correlation_with_each_respondents_index(complete):
    index = complete.mean(axis=1)
    for driver in find_drivers(tally(complete, SKM), SKM):
        assert driver.importance == pytest.approx(np.corrcoef(complete[driver.code], index)[0, 1])


def test_relative_weights_share_out_the_whole_variance(complete):
    shares = [d.relative_weight for d in find_drivers(tally(complete, SKM), SKM)]
    assert sum(shares) == pytest.approx(1)
    assert min(shares) > 0


def test_lowest_unsur_comes_first(complete):
    means = [driver.performance for driver in find_drivers(tally(complete, SKM), SKM)]
    assert means == sorted(means)


def test_one_more_point_in_one_of_nine_is_a_ninth_of_25(complete):
    gains = [driver.gain_points for driver in find_drivers(tally(complete, SKM), SKM)]
    assert gains == pytest.approx([25 / 9] * 9)


def test_an_item_without_spread_has_no_importance():
    answers = [dict.fromkeys(SKM.codes, level) | {"biaya": 4} for level in (1, 2, 3, 4)]
    found = {driver.code: driver for driver in find_drivers(tally_answers(SKM, answers), SKM)}
    assert found["biaya"].importance is None
    assert found["waktu"].importance == pytest.approx(1)
    assert found["waktu"].relative_weight is None  # eight copies of one item: no full rank


def test_nobody_and_one_respondent_have_no_importance():
    for answers in ([], [dict.fromkeys(SKM.codes, 3)]):
        drivers = find_drivers(tally_answers(SKM, answers), SKM)
        assert all(driver.importance is None for driver in drivers)
        assert all(driver.relative_weight is None for driver in drivers)


def test_item_correlations_are_those_of_numpy_where_all_answered():
    answers = np.random.default_rng(3).integers(1, 5, size=(50, 9))
    found = np.array(item_correlations(tally_matrix(SKM, answers)))
    assert found == pytest.approx(np.corrcoef(answers, rowvar=False), abs=1e-12)


def test_an_item_without_spread_correlates_with_nothing():
    answers = np.random.default_rng(3).integers(1, 5, size=(50, 9))
    answers[:, 2] = 3
    found = item_correlations(tally_matrix(SKM, answers))
    assert [row[2] for row in found] == [None] * 9
    assert found[0][1] is not None


def test_the_gap_to_the_lowest_of_complete_answers_is_the_paired_t_test(complete):
    found = find_lowest(simple_design(tally(complete, SKM)), SKM)
    assert found.code == complete.mean().idxmin()
    assert [gap.code for gap in found.gaps] == list(complete.mean().sort_values().index[1:])
    for gap in found.gaps:
        paired = stats.ttest_rel(complete[gap.code], complete[found.code])
        interval = paired.confidence_interval()
        assert gap.above.p_value == pytest.approx(paired.pvalue, rel=1e-9)
        assert gap.above.points.interval == pytest.approx((interval.low, interval.high))
        assert gap.adjusted_p_value >= gap.above.p_value


def test_unsur_that_cannot_be_told_from_the_lowest_are_named():
    rows = [dict.fromkeys(SKM.codes, 3 + i // 3 % 2) for i in range(60)]
    for i, row in enumerate(rows):
        row |= {"waktu": 2 + i % 2, "biaya": 2 + (i + i // 2) % 2}
    rows[0]["biaya"] = 3
    found = find_lowest(simple_design(tally_answers(SKM, rows)), SKM)
    assert (found.code, found.tied) == ("waktu", ("biaya",))


def test_without_answers_nothing_is_lowest_and_without_spread_nothing_is_settled():
    assert find_lowest(simple_design(tally_answers(SKM, [])), SKM) is None
    alike = [dict.fromkeys(SKM.codes, 4) | {"waktu": 3, "sarana": None}] * 20
    found = find_lowest(simple_design(tally_answers(SKM, alike)), SKM)
    assert found.code == "waktu"
    assert len(found.tied) == 7
    assert "sarana" not in found.tied
