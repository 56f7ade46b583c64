"""What is shown never tells on a small group, by example, by law and by an attacker's sums."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

import instruments
from analysis.disclosure import MINIMUM, presentable, round_count
from analysis.tally import tally_answers

SKM = instruments.load("skm-2017")


def group(n, level=None):
    """A tally of n respondents, all at one level or spread over the scale."""
    levels = [level or 1 + i % 4 for i in range(n)]
    return tally_answers(SKM, [dict.fromkeys(SKM.codes, value) for value in levels])


GROUPS = st.dictionaries(
    st.sampled_from("abcdef"), st.integers(0, 40).map(group), min_size=1, max_size=6
)


@given(GROUPS)
def test_every_group_is_shown_hidden_or_empty(groups):
    found = presentable(groups)
    assert not found.shown.keys() & found.hidden.keys()
    empty = {key for key, tally in groups.items() if tally.n == 0}
    assert found.shown.keys() | found.hidden.keys() | empty == groups.keys()


@given(GROUPS)
def test_no_shown_group_is_small(groups):
    assert all(tally.n >= MINIMUM for tally in presentable(groups).shown.values())


@given(GROUPS)
def test_subtracting_the_shown_from_the_whole_never_leaves_a_small_rest(groups):
    found = presentable(groups)
    rest = sum(tally.n for key, tally in groups.items() if key not in found.shown)
    assert rest == 0 or rest >= MINIMUM or not found.shown


@given(GROUPS)
def test_an_attacker_with_all_published_totals_cannot_pin_a_small_group(groups):
    """Bounds on a hidden group's sum of answers, from the whole and the shown, by linear program.

    The worst case: the attacker knows every group's size.
    """
    assume(sum(tally.n for tally in groups.values()) >= MINIMUM)  # else the whole is not shown
    found = presentable(groups)
    hidden = [groups[key] for key in found.hidden]
    for at, tally in enumerate(hidden):
        if tally.n < MINIMUM:
            low, high = bounds_of(hidden, at)
            assert high - low >= 1


def bounds_of(hidden, at):
    """Least and greatest sum of answers of one hidden group that agrees with what is shown."""
    aim = np.eye(len(hidden))[at]
    rest = [sum(tally.total("waktu") for tally in hidden)]
    limits = [(tally.n, 4 * tally.n) for tally in hidden]
    ones = [np.ones(len(hidden))]
    least = linprog(aim, A_eq=ones, b_eq=rest, bounds=limits)
    greatest = linprog(-aim, A_eq=ones, b_eq=rest, bounds=limits)
    return least.fun, -greatest.fun


def test_a_group_alone_below_the_minimum_takes_another_with_it():
    found = presentable({"a": group(4), "b": group(12), "c": group(30)})
    assert found.hidden == {"a": "few", "b": "complement"}
    assert found.shown.keys() == {"c"}


def test_several_small_groups_hide_one_another():
    found = presentable({"a": group(6), "b": group(7), "c": group(30)})
    assert found.hidden == {"a": "few", "b": "few"}


def test_a_group_that_answered_alike_is_hidden():
    found = presentable({"a": group(20, level=4), "b": group(15), "c": group(30)})
    assert found.hidden["a"] == "uniform"
    assert "c" in found.shown


def test_nothing_to_show_is_no_error():
    assert presentable({}).shown == {}
    assert presentable({"a": group(0)}).hidden == {}


@given(st.integers(0, 10**6))
def test_rounded_counts_are_near_and_multiples_of_five(n):
    assert round_count(n) % 5 == 0
    assert abs(round_count(n) - n) <= 2


@pytest.mark.parametrize("n, shown", [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10)])
def test_counts_round_to_the_nearest_five(n, shown):
    assert round_count(n) == shown
