"""Unsur sorted by importance and performance."""

from analysis.drivers import Driver
from analysis.priorities import Quadrant, find_priorities


def driver(code, performance, importance):
    return Driver(code, performance, importance, None, 2.8)


FOUR = [
    driver("a", 3.0, 0.8),
    driver("b", 3.6, 0.7),
    driver("c", 3.1, 0.2),
    driver("d", 3.9, 0.1),
]


def test_each_corner_has_its_name():
    found = {one.code: one.quadrant for one in find_priorities(FOUR).unsur}
    assert found == {
        "a": Quadrant.MEND,
        "b": Quadrant.KEEP,
        "c": Quadrant.LATER,
        "d": Quadrant.ENOUGH,
    }


def test_what_is_important_and_low_comes_first():
    mend = [driver("x", 2.9, 0.75), *FOUR]
    assert [one.code for one in find_priorities(mend).unsur][:2] == ["x", "a"]


def test_unsur_without_answers_or_spread_are_left_out():
    found = find_priorities([*FOUR, driver("e", None, None), driver("f", 4.0, None)])
    assert {one.code for one in found.unsur} == set("abcd")
    assert find_priorities([driver("a", 3.0, 0.8), driver("f", 4.0, None)]) is None
