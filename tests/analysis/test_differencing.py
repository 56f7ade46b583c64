"""A difference of two results names nobody's answer, by example and by law."""

from hypothesis import given
from hypothesis import strategies as st

import instruments
from analysis.differencing import MINIMUM_STEP, is_safe_step, remainder
from analysis.tally import tally_answers

SKM = instruments.load("skm-2017")
NOBODY = tally_answers(SKM, [])

ANSWERS = st.fixed_dictionaries({code: st.sampled_from([None, 3, 4]) for code in SKM.codes}).filter(
    lambda row: any(row.values())
)
BATCHES = st.lists(ANSWERS, max_size=9)


def spread(n):
    """Respondents who differ in every unsur."""
    return [dict.fromkeys(SKM.codes, 3 + i % 2) for i in range(n)]


def test_answers_that_differ_in_every_unsur_are_a_safe_step():
    assert is_safe_step(NOBODY, tally_answers(SKM, spread(MINIMUM_STEP)))


def test_too_few_are_no_safe_step():
    assert not is_safe_step(NOBODY, tally_answers(SKM, spread(MINIMUM_STEP - 1)))


def test_one_unsur_that_all_rated_alike_makes_a_step_unsafe():
    rows = [row | {"biaya": 4} for row in spread(8)]
    assert not is_safe_step(NOBODY, tally_answers(SKM, rows))


def test_an_unsur_that_nobody_answered_makes_a_step_unsafe():
    rows = [row | {"biaya": None} for row in spread(8)]
    assert not is_safe_step(NOBODY, tally_answers(SKM, rows))


def test_one_blank_among_equal_answers_leaves_it_open_whose_it_is():
    rows = [row | {"biaya": 4} for row in spread(8)]
    rows[5]["biaya"] = None
    assert is_safe_step(NOBODY, tally_answers(SKM, rows))


@given(BATCHES, BATCHES, BATCHES)
def test_a_safe_step_stays_safe_when_more_answers_come(before, between, later):
    first = tally_answers(SKM, before)
    second = first + tally_answers(SKM, between)
    if is_safe_step(first, second):
        assert is_safe_step(first, second + tally_answers(SKM, later))


@given(BATCHES, BATCHES)
def test_a_step_is_safe_exactly_where_no_unsur_has_one_answer_only(before, between):
    first = tally_answers(SKM, before)
    alike = any(len({row[code] for row in between}) < 2 for code in SKM.codes)
    is_safe = len(between) >= MINIMUM_STEP and not alike
    assert is_safe_step(first, first + tally_answers(SKM, between)) == is_safe


@given(BATCHES, BATCHES, BATCHES)
def test_the_remainder_is_who_is_in_no_part(first, second, third):
    parts = [tally_answers(SKM, rows) for rows in (first, second)]
    rest = tally_answers(SKM, third)
    assert remainder(sum(parts, rest), parts) == rest
