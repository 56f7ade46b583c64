"""Domains, post-stratification, differences and shares against R survey, and by law."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import instruments
from analysis.comparison import compare_groups, compare_samples
from analysis.designs import domain_design, post_stratified_design, sample_design
from analysis.inference import (
    estimate_index,
    item_means,
    simple_design,
    variance,
    weighted_design,
)
from analysis.shares import estimate_share
from analysis.tally import Tally, tally, tally_answers
from analysis.weighted_tally import weighted_tally
from instruments.errors import SurveyError
from tests.cases_dir import CASES

SKM = instruments.load("skm-2017")
COLUMNS = dict(zip([f"U{i}" for i in range(1, 10)], SKM.codes, strict=True))
NINTHS = np.full(9, 1 / 9)
ONE = np.eye(9)


def close(actual, expected):
    return actual == pytest.approx(expected, rel=1e-9, abs=1e-11)


@pytest.fixture(scope="module")
def frame():
    rows = pd.read_csv(CASES / "ref_600.csv").rename(columns=COLUMNS)
    return rows.assign(window=(np.arange(len(rows)) + 1) % 3)


@pytest.fixture(scope="module")
def older():
    return json.loads((CASES / "ref_600.expected.json").read_text())


@pytest.fixture(scope="module")
def newer():
    return json.loads((CASES / "statistics.expected.json").read_text())


# The designs of both references: which strata, whether weighted, and how the sizes are used.
DESIGNS = {
    "srs_nofpc": ("", False, None, True),
    "srs_fpc": ("", False, "whole", True),
    "strat_nofpc": ("layanan", False, "strata", False),
    "strat_fpc": ("layanan", False, "strata", True),
    "weighted": ("", True, None, True),
    "strat_weighted": ("layanan", True, None, True),
}
RENAMED = {
    "simple": "srs_nofpc",
    "simple_fpc": "srs_fpc",
    "stratified": "strat_fpc",
    "weighted": "weighted",
    "weighted_stratified": "strat_weighted",
}


def tallies(rows, name, *, by=None):
    stratum, is_weighted, _, _ = DESIGNS[name]
    columns = [*([stratum] if stratum else []), *([by] if by else [])]
    if is_weighted:
        return weighted_tally(rows, SKM, "weight", by=columns or None)
    return tally(rows, SKM, by=columns or None)


def options(name, older):
    _, _, size, is_finite = DESIGNS[name]
    sizes = {"whole": older["N"], "strata": older["N_h"], None: None}[size]
    return {"populations": sizes, "is_finite": is_finite}


def figures(design, q=None):
    weights = NINTHS if q is None else ONE[q]
    scale = 25 if q is None else 1
    value = scale * float(weights @ item_means(design))
    return value, scale * variance(design, weights) ** 0.5


@pytest.mark.parametrize("name", DESIGNS)
def test_index_and_items_of_every_design_equal_r(frame, older, name):
    design = sample_design(tallies(frame, name), **options(name, older))
    reference = older["designs"][name]
    assert design.degrees_of_freedom == reference["index"]["df"]
    assert close(figures(design), (reference["index"]["ikm"], reference["index"]["ikm_se"]))
    for q, column in enumerate(COLUMNS):
        item = reference["items"][column]
        assert close(figures(design, q), (item["mean"], item["se"]))


@pytest.mark.parametrize("group", ["L", "P"])
@pytest.mark.parametrize("name", DESIGNS)
def test_a_group_of_a_sample_equals_r_svyby(frame, older, name, group):
    inside = tallies(frame[frame["jk"] == group], name)
    design = domain_design(tallies(frame, name), inside, **options(name, older))
    reference = older["domain_jk"][name]
    assert close(figures(design), (reference[group]["ikm"], reference[group]["ikm_se"]))
    for q, column in enumerate(COLUMNS):
        item = reference["items_svyby"][column][group]
        assert close(figures(design, q), (item["mean"], item["se"]))


@pytest.mark.parametrize("name", DESIGNS)
def test_the_difference_of_two_groups_equals_r(frame, older, name):
    one, other = (tallies(frame[frame["jk"] == group], name) for group in "PL")
    found = compare_groups(tallies(frame, name), one, other, SKM, **options(name, older)).index
    reference = older["domain_jk"][name]["diff_L_minus_P"]
    assert close(found.points.value, reference["ikm"])
    assert close(found.points.se, reference["se"])
    assert close(found.p_value, reference["p"])
    half = stats.t.ppf(0.975, reference["df"]) * reference["se"]
    assert close(found.points.interval, (reference["ikm"] - half, reference["ikm"] + half))


def test_svyttest_on_respondents_own_means_is_another_figure(frame, older):
    # A respondent who left blanks counts in fewer items of the index, but whole in svyttest.
    reference = older["domain_jk"]["srs_nofpc"]
    rows = frame.assign(own=frame[list(SKM.codes)].mean(axis=1))
    own = rows.groupby("jk")["own"].mean()
    assert close(own["P"] - own["L"], reference["svyttest_rowmean"]["diff"])
    index = compare_groups(
        tally(frame, SKM), *(tally(frame[frame["jk"] == g], SKM) for g in "LP"), SKM
    ).index
    assert index.points.value / 25 != pytest.approx(own["P"] - own["L"], rel=1e-3)
    # Where nobody leaves a blank both are the same.
    whole = frame.dropna(subset=list(SKM.codes))
    own = whole.assign(own=whole[list(SKM.codes)].mean(axis=1)).groupby("jk")["own"].mean()
    index = compare_groups(
        tally(whole, SKM), *(tally(whole[whole["jk"] == g], SKM) for g in "LP"), SKM
    ).index
    assert close(index.points.value / 25, own["P"] - own["L"])


@pytest.mark.parametrize("name", RENAMED)
def test_services_and_overlapping_windows_compare_as_r_does(frame, older, newer, name):
    design = RENAMED[name]
    given = options(design, older)
    sample = tallies(frame, design)
    first = tallies(frame[frame["window"] <= 1], design)
    second = tallies(frame[frame["window"] >= 1], design)
    shared = tallies(frame[frame["window"] == 1], design)
    one = tallies(frame[frame["layanan"] == "KTP-el"], design)
    other = tallies(frame[frame["layanan"] == "KIA"], design)
    for key, found in (
        ("windows", compare_groups(sample, first, second, SKM, both=shared, **given)),
        ("services", compare_groups(sample, one, other, SKM, **given)),
    ):
        reference = newer[key][name]
        assert close(found.index.points.value, reference["ikm"])
        assert close(found.index.points.se, reference["se"])
        for column, code in COLUMNS.items():
            item = found.items[code].points
            assert close(item.value, reference["items"][column]["diff"])
            assert close(item.se, reference["items"][column]["se"])


def test_a_group_does_not_differ_from_itself(frame):
    whole, some = tally(frame, SKM), tally(frame[frame["jk"] == "L"], SKM)
    found = compare_groups(whole, some, some, SKM, both=some).index
    assert found.points.value == 0
    assert found.points.se == pytest.approx(0, abs=1e-9)
    assert found.p_value is None


def test_two_periods_compare_as_independent_samples(frame, older):
    reference = older["periods"]
    designs = [simple_design(part) for part in tally(frame, SKM, by="periode").values()]
    for design, name in zip(designs, ("p1", "p2"), strict=True):
        assert close(figures(design), (reference[name]["ikm"], reference[name]["se"]))
    found = compare_samples(*designs, SKM).index
    expected = reference["diff_p2_minus_p1"]
    assert close(found.points.value, expected["ikm"])
    assert close(found.points.se, expected["se"])
    assert close(found.p_value, expected["p_t_n_minus_2"])
    assert close(list(found.points.interval), expected["ci95_t_n_minus_2"])


@pytest.mark.parametrize(
    "case, name, group",
    [
        ("simple_by_layanan", "srs_nofpc", "layanan"),
        ("simple_fpc_by_jk", "srs_fpc", "jk"),
        ("stratified_by_jk", "strat_fpc", "jk"),
        ("weighted_by_layanan", "weighted", "layanan"),
    ],
)
def test_post_stratification_equals_r(frame, older, newer, case, name, group):
    totals = {"layanan": older["N_h"], "jk": newer["jk"]}[group]
    design = post_stratified_design(tallies(frame, name, by=group), totals, **options(name, older))
    reference = newer["post"][case]
    assert design.degrees_of_freedom == reference["df"]
    assert close(figures(design), (reference["ikm"], reference["se"]))
    for q, column in enumerate(COLUMNS):
        item = reference["items"][column]
        assert close(figures(design, q), (item["mean"], item["se"]))


def test_a_weighted_tally_gives_what_its_respondents_give(frame):
    matrix = frame[list(SKM.codes)].to_numpy(dtype=float)
    direct = weighted_design(matrix, frame["weight"].to_numpy(), list(frame["layanan"]))
    summed = sample_design(weighted_tally(frame, SKM, "weight", by="layanan"))
    assert close(figures(summed), figures(direct))


SHARES = {"U1_34": ("persyaratan", None), "U4_4": ("biaya", [4]), "U8_1": ("pengaduan", [1])}


@pytest.mark.parametrize("case", SHARES)
@pytest.mark.parametrize("name", RENAMED)
def test_shares_and_their_logit_intervals_equal_r_svyciprop(frame, older, newer, name, case):
    design = RENAMED[name]
    item, levels = SHARES[case]
    reference = newer["shares"][name][case]
    given = options(design, older)
    found = estimate_share(tallies(frame, design), item, levels, method="logit", **given)
    assert close(found.value, reference["share"])
    assert close(found.se, reference["se"])
    assert close(found.design_effect, reference["deff_replace"])
    assert close([found.low, found.high], reference["logit"])


def test_wilson_is_the_textbooks_in_a_simple_sample_and_moves_with_the_design(frame, newer):
    answered = frame.dropna(subset=["biaya"])
    plain = estimate_share(tally(answered, SKM), "biaya", [4])
    assert close([plain.low, plain.high], newer["wilson"]["ci"])
    assert plain.design_effect == pytest.approx(1)
    weighted = estimate_share(weighted_tally(answered, SKM, "weight"), "biaya", [4])
    assert weighted.design_effect > 1.2
    assert weighted.high - weighted.low > plain.high - plain.low


@pytest.mark.parametrize("level, value", [(4, 1.0), (1, 0.0)])
def test_wilson_stays_honest_where_all_answered_alike(level, value):
    alike = tally_answers(SKM, [{"waktu": 4}] * 20)
    found = estimate_share(alike, "waktu", [level])
    textbook = stats.binomtest(int(20 * value), 20).proportion_ci(method="wilson")
    assert found.value == value
    assert (found.low, found.high) == pytest.approx((textbook.low, textbook.high), abs=1e-12)
    assert estimate_share(alike, "waktu", [level], method="logit").low is None


def test_a_share_among_everybody_has_no_doubt():
    asked = tally_answers(SKM, [{"waktu": 4}] * 3 + [{"waktu": 2}])
    found = estimate_share(asked, "waktu", populations=4)
    assert (found.low, found.high) == (0.75, 0.75)


def test_the_wilson_interval_holds_the_truth_near_the_ceiling():
    dice = np.random.default_rng(4)
    hits = 0
    for _ in range(400):
        top = int(dice.binomial(60, 0.94))
        rows = tally_answers(SKM, [{"waktu": 4}] * top + [{"waktu": 2}] * (60 - top))
        found = estimate_share(rows, "waktu")
        hits += found.low <= 0.94 <= found.high
    assert hits / 400 > 0.92


@given(st.lists(st.integers(1, 4), min_size=2, max_size=30))
def test_shares_of_all_levels_sum_to_one_and_hold_themselves(answers):
    whole = tally_answers(SKM, [{"waktu": answer} for answer in answers])
    shares = [estimate_share(whole, "waktu", [level]) for level in (1, 2, 3, 4)]
    assert sum(share.value for share in shares) == pytest.approx(1)
    for share in shares:
        assert 0 <= share.low <= share.value <= share.high <= 1


def test_what_nobody_answered_has_no_share_and_no_difference():
    some = tally_answers(SKM, [{"waktu": 4}, {"waktu": 3}, {"biaya": 2}])
    assert estimate_share(some, "sarana") is None
    apart = [tally_answers(SKM, [{"waktu": 4}]), tally_answers(SKM, [{"waktu": 3}])]
    found = compare_groups(some, *apart, SKM)
    assert found.index is None
    assert found.items["waktu"].points.value == -1
    assert found.items["biaya"] is None


def test_strata_without_respondents_are_left_out_and_need_no_population():
    design = sample_design({"KTP": SOME, "KIA": EMPTY}, {"KTP": 9})
    assert [part.n for part in design.parts] == [4]
    assert variance(sample_design(EMPTY), NINTHS) is None


def test_groups_have_intervals_on_their_own_number_of_respondents(frame, older):
    whole, inside = tally(frame, SKM), tally(frame[frame["layanan"] == "KIA"], SKM)
    group = estimate_index(domain_design(whole, inside), SKM).points
    post = post_stratified_design(tally(frame, SKM, by="layanan"), older["N_h"])
    sample = estimate_index(simple_design(whole), SKM).points
    adjusted = estimate_index(post, SKM).points
    assert group.high - group.low > 2 * (sample.high - sample.low)
    assert adjusted.low < adjusted.value < adjusted.high


def test_where_all_of_a_group_agree_there_is_no_interval_but_a_value():
    alike = tally_answers(SKM, [dict.fromkeys(SKM.codes, 4)] * 9)
    others = tally_answers(SKM, [dict.fromkeys(SKM.codes, 2)] * 9)
    for design in (
        domain_design(alike + others, alike),
        post_stratified_design({"L": alike, "P": alike}, {"L": 50, "P": 60}),
    ):
        points = estimate_index(design, SKM).points
        assert points.value == pytest.approx(100)
        assert points.interval is None


def test_a_stratum_of_one_leaves_the_uncertainty_unknown():
    parts = {"a": tally_answers(SKM, [{"waktu": 4}]), "b": tally_answers(SKM, [{"waktu": 2}] * 3)}
    found = estimate_share(parts, "waktu")
    assert found.value == 0.25
    assert (found.se, found.low) == (None, None)
    change = compare_groups(parts, {"a": parts["a"]}, {"b": parts["b"]}, SKM).items["waktu"]
    assert change.points.value == -2
    assert change.points.se is None


EMPTY = Tally.empty(SKM.codes, SKM.scale.values)
SOME = tally_answers(SKM, [{"waktu": 4}] * 4)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: sample_design({"KTP": SOME}, {"KIA": 9}), "'KTP' belum"),
        (lambda: sample_design({"KTP": SOME}, {"KTP": 3}), "Populasi 3"),
        (lambda: sample_design({"KTP": SOME, "KIA": SOME}, 90), "'KTP' belum"),
        (lambda: sample_design(SOME, float("nan")), "nan"),
        (lambda: sample_design({"KTP": SOME}, {"KTP": 0}), "Populasi 0"),
        (lambda: domain_design({"KTP": SOME}, {"KIA": SOME}), "'KIA' bukan bagian"),
        (lambda: domain_design(SOME, SOME + SOME), "bukan bagian"),
        (lambda: post_stratified_design({"L": SOME}, {"P": 3}), "'L'"),
        (lambda: post_stratified_design({"L": SOME, "P": EMPTY}, {"L": 2, "P": 3}), "'P'"),
        (lambda: post_stratified_design({"L": SOME}, {"L": -1}), "-1"),
        (lambda: post_stratified_design({"L": SOME}, {"L": float("nan")}), "nan"),
        (lambda: estimate_share(SOME, "waktu", [5]), "Nilai 5"),
        (lambda: estimate_share(SOME, "waktu", method="wald"), "'wald'"),
        (lambda: estimate_share(SOME, "waktu", confidence=95), "95"),
        (lambda: estimate_share(SOME, "pungli"), "pungli"),
    ],
)
def test_impossible_designs_are_refused_by_name(call, words):
    with pytest.raises(SurveyError, match=words):
        call()
