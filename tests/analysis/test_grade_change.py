"""What would change a grade: checked by changing the answers and computing again."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import instruments
from analysis.grade_change import answers_to_settle, edge_of, grade_above, grade_below
from analysis.index import compute_index
from analysis.tally import tally_answers

SKM = instruments.load("skm-2017")
SPAK = instruments.load("spak-2023")


def respondents(instrument):
    low, high = instrument.scale.minimum, instrument.scale.maximum
    row = st.fixed_dictionaries(
        {code: st.one_of(st.none(), st.integers(low, high)) for code in instrument.codes}
    )
    return st.lists(row.filter(lambda one: any(one.values())), min_size=3, max_size=25)


def moved(rows, instrument, code, count, by):
    """The same respondents with `count` answers to one unsur moved by one level, if they can."""
    rows, end = [dict(row) for row in rows], instrument.scale.maximum if by > 0 else 1
    while count:
        free = [row for row in rows if row[code] is not None and row[code] != end]
        if not free:
            return None
        free[0][code] += by
        count -= 1
    return rows


def grade(rows, instrument):
    band = compute_index(tally_answers(instrument, rows), instrument).band
    return band.grade if band else None


@pytest.mark.parametrize("instrument", [SKM, SPAK], ids=["skm", "spak"])
@given(data=st.data())
def test_so_many_answers_change_the_grade_and_one_fewer_does_not(instrument, data):
    rows = data.draw(respondents(instrument))
    tally = tally_answers(instrument, rows)
    for change, by in ((grade_above(tally, instrument), 1), (grade_below(tally, instrument), -1)):
        if change is None:
            continue
        for unsur in change.unsur:
            after = moved(rows, instrument, unsur.code, unsur.answers, by)
            if after is not None:
                assert grade(after, instrument) == change.band.grade
                less = moved(rows, instrument, unsur.code, unsur.answers - 1, by)
                assert grade(less, instrument) == grade(rows, instrument)


def test_the_mean_that_one_unsur_needs_is_exact_at_the_edge():
    # Eight unsur at 3 and one at 3,2 give 75,56; 76,61 printed is 76,605 unrounded.
    rows = [dict.fromkeys(SKM.codes, 3) | {"sarana": 4 if i < 1 else 3} for i in range(5)]
    above = grade_above(tally_answers(SKM, rows), SKM)
    assert above.band.grade == "B"
    assert above.points == pytest.approx(76.605 - (75 + 0.2 / 9 * 25))
    needed = {change.code: change.mean for change in above.unsur}
    assert needed["waktu"] == pytest.approx(3 + above.points * 9 / 25)


def test_an_unsur_that_cannot_do_it_alone_has_no_mean():
    rows = [dict.fromkeys(SKM.codes, 2) for _ in range(4)]
    above = grade_above(tally_answers(SKM, rows), SKM)
    assert all(change.mean is None for change in above.unsur)


def test_there_is_nothing_above_the_best_grade_and_nothing_below_the_last():
    best = tally_answers(SKM, [dict.fromkeys(SKM.codes, 4)] * 3)
    worst = tally_answers(SKM, [dict.fromkeys(SKM.codes, 1)] * 3)
    nobody = tally_answers(SKM, [])
    assert grade_above(best, SKM) is None
    assert grade_below(worst, SKM) is None
    assert grade_above(nobody, SKM) is None


def test_an_interval_within_one_grade_needs_no_more_answers():
    assert answers_to_settle(82.0, (80.0, 84.0), SKM, 100) == 0


@given(
    st.floats(70, 95), st.floats(0.1, 6), st.integers(20, 400), st.one_of(st.none(), st.just(900))
)
def test_so_many_more_answers_shrink_the_interval_off_the_edge(score, half, n, population):
    more = answers_to_settle(score, (score - half, score + half), SKM, n, population)
    assume(more)

    def width(size):
        rest = 1 / population if population else 0
        return half * math.sqrt(max(0.0, 1 / size - rest) / (1 / n - rest))

    edges = [float(edge_of(band.minimum)) for band in SKM.index.bands]

    def crosses(size):
        h = width(size)
        return any(score - h < edge <= score + h for edge in edges)

    assert not crosses(n + more)
    assert crosses(n + more - 2) or more <= 2
    if population:
        assert n + more <= population + 1


def test_an_index_on_the_very_edge_is_never_settled_by_sampling():
    edge = float(Fraction("88.305"))
    assert answers_to_settle(edge, (86.0, 90.0), SKM, 100) is None
