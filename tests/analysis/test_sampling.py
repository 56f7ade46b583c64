"""Sample sizes against all 90 printed rows of the regulation, and allocations by law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sampling import (
    allocate_neyman,
    allocate_proportionally,
    krejcie_morgan,
    margin_reached,
)
from instruments.errors import SurveyError

# PermenPANRB 14/2017, Lampiran II: population:sample.
PRINTED = """
10:10 15:14 20:19 25:24 30:28 35:32 40:36 45:40 50:44 55:48 60:52 65:56 70:59 75:63 80:66 85:70
90:73 95:76 100:80 110:86 120:92 130:97 140:103 150:108 160:113 170:118 180:123 190:127 200:132
210:136 220:140 230:144 240:148 250:152 260:155 270:159 280:162 290:165 300:169 320:175 340:181
360:186 380:191 400:196 420:201 440:205 460:210 480:214 500:217 550:226 600:234 650:242 700:248
750:254 800:260 850:265 900:269 950:274 1000:278 1100:285 1200:291 1300:297 1400:302 1500:306
1600:310 1700:313 1800:317 1900:320 2000:322 2200:327 2400:331 2600:335 2800:338 3000:341 3500:346
4000:351 4500:354 5000:357 6000:361 7000:364 8000:367 9000:368 10000:370 15000:375 20000:377
30000:379 40000:380 50000:381 75000:382 1000000:384
"""
ROWS = [tuple(map(int, row.split(":"))) for row in PRINTED.split()]


@pytest.mark.parametrize("population, needed", ROWS)
def test_formula_gives_every_printed_row(population, needed):
    assert krejcie_morgan(population) == needed


def test_the_printed_table_is_whole():
    assert len(ROWS) == 90


@given(st.integers(1, 10**7))
def test_nobody_is_asked_twice(population):
    assert 1 <= krejcie_morgan(population) <= population


@given(st.integers(200, 10**6))
def test_the_needed_number_reaches_five_percent(population):
    assert margin_reached(population, krejcie_morgan(population)) == pytest.approx(0.05, rel=0.01)


def test_a_full_count_has_no_margin():
    assert margin_reached(30, 30) == 0


SERVICES = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 500), min_size=1)


@given(SERVICES, st.data(), st.integers(0, 30))
def test_allocation_is_exact_and_within_bounds(populations, data, minimum):
    lowest = sum(min(minimum, size) for size in populations.values())
    n = data.draw(st.integers(lowest, sum(populations.values())))
    for spread in (
        allocate_proportionally(populations, n, minimum),
        allocate_neyman(populations, dict.fromkeys(populations, 0.7), n, minimum),
        allocate_neyman(populations, dict.fromkeys(populations, 0.0), n, minimum),
    ):
        assert sum(spread.values()) == n
        for name, size in populations.items():
            assert min(minimum, size) <= spread[name] <= size


def test_allocation_follows_size():
    populations = {"ktp": 2400, "akta": 900, "pindah": 420, "kia": 180}
    assert allocate_proportionally(populations, 390) == {
        "ktp": 240,
        "akta": 90,
        "pindah": 42,
        "kia": 18,
    }
    assert allocate_proportionally(populations, 390, minimum=30)["kia"] == 30


def test_neyman_asks_more_where_answers_differ_more():
    spread = allocate_neyman({"a": 1000, "b": 1000}, {"a": 0.3, "b": 0.9}, 200)
    assert spread == {"a": 50, "b": 150}


@pytest.mark.parametrize(
    "call",
    [
        lambda: krejcie_morgan(0),
        lambda: krejcie_morgan(100, margin=0),
        lambda: krejcie_morgan(100, margin=1),
        lambda: margin_reached(0, 1),
        lambda: margin_reached(10, 0),
        lambda: margin_reached(10, 11),
        lambda: allocate_proportionally({"a": 10}, 11),
        lambda: allocate_proportionally({"a": 10, "b": 10}, 5, minimum=4),
        lambda: allocate_proportionally({"a": -1}, 0),
        lambda: allocate_neyman({"a": 10}, {}, 5),
        lambda: allocate_neyman({"a": 10}, {"a": float("nan")}, 5),
    ],
)
def test_impossible_plans_are_refused(call):
    with pytest.raises(SurveyError):
        call()
