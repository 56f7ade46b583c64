"""Many units judged together: chances beyond the draws, compositions, and the whole road."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.quality import tail_chance, turning_batch
from analysis.quality_arrivals import composition_signal
from analysis.quality_pictures import signal_picture
from analysis.quality_units import (
    CODES,
    UnitEvidence,
    copied_rows,
    flagged_rows,
    judge_units,
    measure_unit,
    respondent_scores,
    straight_rows,
)

BANDS = ((0.5, 0.5), (0.1, 0.2, 0.3, 0.4))


@pytest.mark.parametrize("null", [stats.norm, stats.expon, stats.chi2(4)])
@pytest.mark.parametrize("chance", [1e-5, 1e-7])
def test_the_chance_beyond_the_draws_is_small_and_errs_upward(null, chance):
    seen = [
        tail_chance(float(null.isf(chance)), null.rvs(size=9999, random_state=seed))
        for seed in range(20)
    ]
    assert max(seen) < 1e-3
    assert np.median(seen) > chance / 3


def test_the_chance_never_beats_one_in_a_few_where_the_null_reaches():
    drawn = stats.norm.rvs(size=9999, random_state=1)
    assert tail_chance(float(np.quantile(drawn, 0.995)), drawn) == pytest.approx(0.005, rel=0.2)


def people(random, n, bands=BANDS):
    return np.stack([random.choice(len(band), n, p=band) for band in bands], axis=1)


def test_compositions_that_differ_or_agree_too_well_stand_out():
    random = np.random.default_rng(1)
    now, before = people(random, 200), people(random, 150)
    assert composition_signal(now, before).p > 0.05
    moved = people(random, 200, ((0.5, 0.5), (0.4, 0.3, 0.2, 0.1)))
    assert composition_signal(moved, before, draws=1999).p < 1e-3
    large = people(random, 400)
    same = composition_signal(large.copy(), large)
    assert same.observed == 0
    assert same.p < 0.01
    assert composition_signal(now[:20], before).reason == "few"
    assert composition_signal(np.zeros((40, 2), int), np.zeros((40, 2), int)).reason == "uniform"


def test_two_periods_of_the_same_people_keep_the_chances_they_should():
    random = np.random.default_rng(7)
    chances = [
        composition_signal(people(random, 90), people(random, 90), draws=199, seed=i).p
        for i in range(60)
    ]
    assert stats.kstest(chances, "uniform").pvalue > 0.01


@pytest.fixture(scope="module")
def units():
    """Fifteen honest units."""
    random = np.random.default_rng(5)
    return {str(i): honest(random) for i in range(15)}


def honest(random):
    n = 120
    latent = random.standard_normal((n, 1)) * 0.8 + random.standard_normal((n, 9)) * 0.6
    return UnitEvidence(
        matrix=np.digitize(latent + 0.4, [-2.6, -1.7, 0.2]) + 1,
        highest=4,
        days=np.sort(random.integers(0, 60, n)),
        channels=["open", "ticket"] * (n // 2),
        services=["a"] * n,
        profile=people(random, n),
        profile_before=people(random, n),
        arrivals=(random.multinomial(40, np.full(300, 1 / 300)), [1.0] * 300),
        fast=(int(random.integers(2, 9)), n),
        outside_hours=(int(random.integers(2, 20)), n),
        repeated=(int(random.integers(0, 5)), 40),
        transactions=1000,
        history=[(100 + int(random.integers(0, 30)), 1000) for _ in range(12)],
    )


def judged(units, **changed):
    measured = {
        name: measure_unit(name, changed.get(f"unit{name}", one), draws=1999)
        for name, one in units.items()
    }
    return {
        name: {one.signal.code for one in ones if one.is_unusual()}
        for name, ones in judge_units(measured).items()
    }


def test_each_planted_pattern_is_found_in_its_unit_and_nowhere_else(units):
    first = units["0"]
    crowd = np.array(first.arrivals[0])
    crowd[100:102] += 12
    late = np.arange(120)[:, None] > 60
    found = judged(
        units,
        unit0=replace(first, fast=(70, 120)),
        unit1=replace(units["1"], transactions=100),
        unit2=replace(units["2"], arrivals=(crowd, first.arrivals[1])),
        unit3=replace(units["3"], outside_hours=(100, 120)),
        unit4=replace(units["4"], repeated=(38, 40)),
        unit5=replace(units["5"], profile=units["5"].profile_before.copy()),
        unit6=replace(units["6"], matrix=np.where(late, 4, units["6"].matrix)),
    )
    assert "cepat" in found["0"]
    assert found["1"] == {"volume"}
    assert "lonjakan" in found["2"]
    assert found["3"] == {"jam"}
    assert found["4"] == {"komentar"}
    assert found["5"] == {"merata"}
    assert {"lurus", "pergeseran"} <= found["6"]
    assert not any(found[str(i)] for i in range(7, 15))


def test_a_unit_near_the_top_of_the_scale_is_not_taken_for_hasty(units):
    random = np.random.default_rng(9)
    latent = random.standard_normal((200, 1)) * 0.8 + random.standard_normal((200, 9)) * 0.6
    best = replace(
        units["0"],
        matrix=np.digitize(latent + 1.9, [-2.6, -1.7, 0.2]) + 1,
        days=np.sort(random.integers(0, 60, 200)),
        channels=["open"] * 200,
        services=["a"] * 200,
    )
    assert straight_rows(best.matrix).mean() > 0.5
    assert "lurus" not in judged(units, unit0=best)["0"]


def test_every_signal_is_judged_and_the_same_seed_gives_the_same(units):
    measured = {name: measure_unit(name, one, seed=3, draws=1999) for name, one in units.items()}
    verdicts = judge_units(measured)
    assert [one.signal.code for one in verdicts["0"]] == list(CODES)
    assert all(one.adjusted is not None for one in verdicts["0"])
    assert measured["4"].signals == measure_unit("4", units["4"], seed=3, draws=1999).signals


def test_flagged_rows_are_those_that_a_signal_points_at(units):
    evidence = replace(
        units["0"],
        matrix=np.concatenate([np.tile([1, 2, 3, 4, 1, 2, 3, 4, 1], (2, 1)), np.full((3, 9), 4)]),
        days=np.array([1, 1, 1, 5, 5]),
        channels=["open", "ticket", "open", "open", "open"],
    )
    assert list(straight_rows(evidence.matrix)) == [False, False, True, True, True]
    assert list(copied_rows(evidence.matrix)) == [True, True, False, False, False]
    assert list(flagged_rows("kanal", evidence)) == [True, False, True, True, True]
    assert turning_batch([1.0, 1.1, 0.9, 3.0, 3.1], [1, 1, 2, 7, 7]) == 7
    assert flagged_rows("cepat", evidence) is None
    assert respondent_scores(evidence)[4] == 100


def test_the_picture_tells_what_was_seen_and_what_would_be_fair(units):
    measured = {name: measure_unit(name, one, draws=1999) for name, one in units.items()}
    signal = next(one.signal for one in judge_units(measured)["0"] if one.signal.code == "cepat")
    picture = signal_picture(signal, "Cepat")
    assert f"{100 * signal.observed:.2f}".replace(".", ",") in picture
    assert " %" in picture
    assert signal_picture(replace(signal, low=None), "Cepat") is None
