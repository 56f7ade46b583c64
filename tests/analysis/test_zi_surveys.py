"""The proposed index from surveys of months and of quarters."""

from datetime import date
from fractions import Fraction

import pytest

from analysis.zi import Index
from analysis.zi_months import proposed_index
from analysis.zi_surveys import SurveyIndex, propose_index
from instruments.errors import SurveyError

END = date(2026, 12, 31)


def month(number, text, se=0.03, df=50):
    last = {9: 30, 10: 31, 11: 30, 12: 31}[number]
    days = date(2026, number, 1), date(2026, number, last)
    return SurveyIndex(f"b{number}", *days, Index(Fraction(text), se, df), df + 1)


def quarter(last, text, se, df=100):
    days = {9: (date(2026, 7, 1), date(2026, 9, 30)), 12: (date(2026, 10, 1), END)}[last]
    return SurveyIndex(f"t{last}", *days, Index(Fraction(text), se, df), df + 1, 900)


def test_surveys_of_single_months_give_the_mean_of_months():
    surveys = [month(12, "3.6", 0.02), month(10, "3.7"), month(11, "3.5", 0.04, 30)]
    found = propose_index(surveys, END)
    same = proposed_index({one.months[0]: one.index for one in surveys})
    assert tuple(found.months) == same.months == ("2026-10", "2026-11", "2026-12")
    assert (found.index.value, found.index.df) == (same.index.value, same.index.df)
    assert found.index.se == pytest.approx(same.index.se)
    assert found.n == 51 + 51 + 31


def test_a_quarter_speaks_for_its_three_months_and_its_error_is_no_smaller_for_it():
    found = propose_index([quarter(12, "3.62", 0.05), quarter(9, "3.10", 0.05)], END)
    assert found.index == Index(Fraction("3.62"), 0.05, 100)
    assert set(found.months.values()) == {quarter(12, "3.62", 0.05)}
    assert found.population == 900


def test_more_months_reach_into_the_quarter_before_by_their_share():
    found = propose_index([quarter(12, "3.6", 0.04), quarter(9, "3.2", 0.08)], END, count=4)
    assert found.index.value == Fraction("3.5")
    assert found.index.se == pytest.approx(((3 / 4 * 0.04) ** 2 + (1 / 4 * 0.08) ** 2) ** 0.5)
    assert next(iter(found.months)) == "2026-09"


def test_a_month_surveyed_by_itself_speaks_before_its_quarter():
    found = propose_index([quarter(12, "3.0", 0.04), month(11, "3.9")], END)
    assert found.index.value == Fraction("3.3")
    assert [one.key for one in found.months.values()] == ["t12", "b11", "t12"]


def test_a_survey_that_ends_after_the_proposal_says_nothing_of_it():
    surveys = [quarter(12, "3.6", 0.04), quarter(9, "3.2", 0.08)]
    assert propose_index(surveys, date(2026, 12, 30)).index.value == Fraction("3.2")


@pytest.mark.parametrize(
    "surveys, code",
    [
        ([], "zi-months-few"),
        ([month(11, "3.6"), month(12, "3.6")], "zi-months-few"),
        ([month(9, "3.6"), month(10, "3.6"), month(12, "3.6")], "zi-months-gap"),
    ],
)
def test_months_that_are_missing_are_refused_by_name(surveys, code):
    with pytest.raises(SurveyError) as caught:
        propose_index(surveys, END)
    assert caught.value.code == code


def test_nothing_is_said_of_certainty_where_one_error_is_not_known():
    found = propose_index([quarter(12, "3.6", None), quarter(9, "3.2", 0.08)], END, count=6)
    assert (found.index.se, found.index.df) == (None, None)
