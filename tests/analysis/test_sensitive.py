"""Sensitive questions: published figures, coverage of the intervals, and bad input."""

import numpy as np
import pytest
from scipy import stats

from analysis.sensitive import forced_response, item_count, unrelated_question, warner
from instruments.errors import SurveyError


def test_warner_gives_the_textbook_share():
    # The usual example: one card in six asks directly, three quarters say yes, 1/8 have it.
    assert warner(750, 1000, 1 / 6).value == pytest.approx(1 / 8)


def test_warner_variance_is_his_published_form():
    # Warner (1965): (1 / (16 (p - 1/2)^2) - (share - 1/2)^2) / n, here with n - 1 (unbiased).
    found = warner(420, 1000, 0.7)
    published = (1 / (16 * 0.2**2) - (found.value - 0.5) ** 2) / 999
    assert found.se**2 == pytest.approx(published)


def test_the_classes_of_textbooks_come_out_as_by_hand():
    # COMAP, For All Practical Purposes (10th ed., ch. 7): heads always says yes; 18 of 30 do,
    # 15 of them for heads, so 3 of the other 15.
    assert forced_response(18, 30, 0.5, 0.5).value == pytest.approx(0.2)
    # Mitchell and Jolley, Research Design Explained, handout 8.1: heads asks what all affirm,
    # so 15 yes of 24 leave 3 of 12.
    assert unrelated_question(15, 24, 0.5, 1).value == pytest.approx(0.25)


def test_item_count_gives_the_published_estimate_of_the_1991_survey():
    # Blair and Imai (2012), Political Analysis 20: 0.068 with standard error 0.050.
    control = np.repeat([0, 1, 2, 3], [8, 132, 222, 227])
    treated = np.repeat([0, 1, 2, 3, 4], [19, 123, 229, 219, 34])
    found = item_count(treated.tolist(), control.tolist(), 3)
    assert round(found.value, 3) == 0.068
    assert round(found.se, 3) == 0.050


def test_asking_directly_is_a_special_case_of_each():
    for found in (
        warner(30, 200, 1),
        forced_response(30, 200, 1, 0),
        unrelated_question(30, 200, 1, 0.5),
    ):
        assert found.value == pytest.approx(0.15)
        expected = stats.binomtest(30, 200).proportion_ci(method="wilson")
        assert found.interval == pytest.approx((expected.low, expected.high))


DESIGNS = {
    "warner": (lambda yes, n: warner(yes, n, 0.7), 0.3, 0.4),
    "forced": (lambda yes, n: forced_response(yes, n, 2 / 3, 1 / 6), 1 / 6, 2 / 3),
    "unrelated": (lambda yes, n: unrelated_question(yes, n, 0.7, 0.25), 0.075, 0.7),
}


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("n", [150, 400, 1000])
@pytest.mark.parametrize("trait", [0.05, 0.15, 0.4])
def test_intervals_cover_in_93_to_97_of_100_surveys(name, n, trait):
    estimate, offset, slope = DESIGNS[name]
    counts = np.arange(n + 1)
    chances = stats.binom.pmf(counts, n, offset + slope * trait)
    likely = counts[chances > 1e-9]
    intervals = {yes: estimate(int(yes), n).interval for yes in likely}
    covered = sum(chances[y] for y, (low, high) in intervals.items() if low <= trait <= high)
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("n", [60, 300])
def test_item_count_intervals_cover_in_93_to_97_of_100_surveys(n):
    rng = np.random.default_rng(1979)
    covered = 0
    for _ in range(3000):
        harmless = rng.binomial(1, [0.2, 0.5, 0.7, 0.4], (2 * n, 4)).sum(axis=1)
        treated = harmless[:n] + rng.binomial(1, 0.3, n)
        low, high = item_count(treated, harmless[n:], 4).interval
        covered += low <= 0.3 <= high
    assert 0.93 <= covered / 3000 <= 0.97


def test_item_count_interval_is_welchs():
    treated, control = [1, 3, 2, 4, 2, 3], [1, 2, 1, 2, 0, 2, 1]
    found = item_count(treated, control, 4)
    welch = stats.ttest_ind(treated, control, equal_var=False).confidence_interval()
    assert found.low == pytest.approx(max(0, welch.low))
    assert found.high == pytest.approx(min(1, welch.high))


def test_counts_without_spread_have_no_interval():
    assert item_count([2, 2], [1, 1], 3).interval is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: warner(5, 10, 0.5),
        lambda: warner(5, 10, 1.2),
        lambda: warner(5, 10, float("nan")),
        lambda: warner(11, 10, 0.7),
        lambda: warner(-1, 10, 0.7),
        lambda: warner(1, 1, 0.7),
        lambda: warner(5, 10, 0.7, confidence=1),
        lambda: forced_response(5, 10, 0.7, 0.4),
        lambda: forced_response(5, 10, 0, 0.4),
        lambda: unrelated_question(5, 10, 0, 0.4),
        lambda: item_count([1], [1, 2], 3),
        lambda: item_count([5, 1], [1, 2], 3),
        lambda: item_count([1.5, 1], [1, 2], 3),
        lambda: item_count([float("nan"), 1], [1, 2], 3),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(SurveyError):
        call()
