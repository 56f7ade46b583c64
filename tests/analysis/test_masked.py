"""Masked questions: additive counts, an unbiased share, and nothing shown of few."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import instruments
from analysis.masked import (
    agrees,
    count_masked,
    masked_result,
    masked_results,
    read_masked,
    tally_masked,
)
from analysis.sensitive import forced_response
from analysis.tally import tally_answers
from instruments.errors import SurveyError, SurveyErrors

SUAP = instruments.load("spak-2023-suap")
QUESTION = SUAP.masked[0]
CODE = QUESTION.code


def test_two_coins_force_a_yes_in_one_of_four():
    assert (QUESTION.forced_yes, QUESTION.truth) == (0.25, 0.75)


def test_the_estimate_is_that_of_forced_response():
    found = masked_result(QUESTION, 140, 260)
    expected = forced_response(140, 400, 0.75, 0.25)
    assert (found["value"], found["se"]) == (expected.value, expected.se)
    assert found["ci"] == list(expected.interval)
    assert found["value"] == pytest.approx((0.35 - 0.25) / 0.75)


def test_people_who_follow_their_coins_give_back_the_true_share():
    dice = random.Random(1971)
    estimates = []
    for _ in range(300):
        yes = 0
        for _ in range(200):
            is_forced = dice.getrandbits(1) and dice.getrandbits(1)
            yes += bool(is_forced) or dice.random() < 0.2
        estimates.append(masked_result(QUESTION, yes, 200 - yes)["value"])
    assert sum(estimates) / 300 == pytest.approx(0.2, abs=0.01)


answer = st.fixed_dictionaries({CODE: st.sampled_from([0, 1, None])})


@given(first=st.lists(answer, max_size=8), second=st.lists(answer, max_size=8))
def test_counts_of_all_are_the_sum_of_counts_of_parts(first, second):
    parts = [count_masked(SUAP, rows).get(CODE, 0) for rows in (first, second)]
    whole = count_masked(SUAP, first + second).get(CODE, 0)
    assert whole == sum(parts)


def test_a_masked_answer_changes_no_index():
    rows = [dict.fromkeys(SUAP.codes, 5), dict.fromkeys(SUAP.codes, 3)]
    plain = instruments.load("spak-2023")
    assert tally_answers(SUAP, rows) == tally_answers(plain, rows)
    assert CODE not in SUAP.codes


@pytest.mark.parametrize("yes, no", [(30, 69), (2, 200), (200, 2), (0, 0)])
def test_few_answers_are_not_shown_and_the_reason_is(yes, no):
    found = masked_result(QUESTION, yes, no)
    assert (found["n"], found["yes"], found["value"], found["ci"]) == (None, None, None, None)
    assert "paling sedikit 100 jawaban" in found["reason"]


def test_from_a_hundred_answers_and_three_of_each_the_estimate_is_shown():
    assert masked_result(QUESTION, 97, 3)["ci"] is not None


def test_a_question_that_nobody_answered_is_still_named():
    (found,) = masked_results(SUAP, {}, is_guarded=False)
    assert (found["code"], found["n"]) == (CODE, 0)
    assert found["reason"]


@given(yes=st.integers(0, 300), no=st.integers(0, 300))
def test_published_figures_agree_with_their_own_counts_and_no_others(yes, no):
    found = masked_result(QUESTION, yes, no)
    assert agrees(found, QUESTION, 0.95)
    if found["n"] is not None:
        assert not agrees(found | {"yes": yes + 1}, QUESTION, 0.95)
        assert not agrees(found | {"value": found["value"] + 0.01}, QUESTION, 0.95)
        assert not agrees(found | {"ci": [0.0, 1.0]}, QUESTION, 0.95)


def write(path, cells):
    header = ",".join([*SUAP.codes, CODE.upper()])
    rows = [",".join(["5"] * len(SUAP.codes) + [cell]) for cell in cells]
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@pytest.mark.parametrize("is_streamed", [False, True])
def test_answers_are_read_from_a_file_in_words_or_numbers(tmp_path, is_streamed):
    file = write(tmp_path / "a.csv", ["ya", "Tidak", "1", "0", "", " YA ", "yes", "no"])
    found = read_masked(file, SUAP, is_streamed=is_streamed)
    assert found == {CODE: tally_masked(CODE, 4, 3)}


def test_a_cell_that_is_neither_is_named_by_line_and_column(tmp_path):
    file = write(tmp_path / "a.csv", ["ya", "mungkin"])
    with pytest.raises(SurveyErrors) as refused:
        read_masked(file, SUAP)
    where = refused.value.errors[0].where
    assert (where.line, where.field) == (3, CODE.upper())
    with pytest.raises(SurveyError):
        read_masked(file, SUAP, is_streamed=True)


def test_a_stored_answer_off_yes_and_no_is_refused():
    with pytest.raises(SurveyError):
        count_masked(SUAP, [{CODE: 2}])
