"""Signals of unusual answers: found where planted, silent where honest, silent where few."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import instruments
from analysis.answers import BLANK, answer_matrix
from analysis.honest_answers import draw_honest, fit_honest, latent_correlation
from analysis.index import compute_index
from analysis.quality import (
    Signal,
    against_peers,
    answer_signals,
    channel_signal,
    control_false_discovery,
    copied_pairs,
    mardia_kurtosis,
    shift_signal,
    signal_words,
    straight_share,
)
from analysis.quality_arrivals import (
    burst_signal,
    demographics_signal,
    fit_beta_binomial,
    share_against_peers,
    volume_signal,
)
from analysis.quality_comments import count_repeated, repeated_comments
from analysis.sensitivity import answers_to_change_grade, sensitivity
from analysis.tally import tally_matrix
from tests.cases_dir import CASES

SKM = instruments.load("skm-2017")


@pytest.fixture(scope="module")
def honest():
    """Synthetic respondents with one common factor, without blanks."""
    frame = pd.read_csv(CASES / "ref_600.csv").rename(columns=str.lower)
    names = SKM.column_names()
    frame = frame.rename(columns={one: names[one] for one in frame.columns if one in names})
    return answer_matrix(frame[list(SKM.codes)].dropna(), SKM)


def by_code(signals):
    return {signal.code: signal for signal in signals}


def test_the_latent_correlation_undoes_coarse_scales():
    random = np.random.default_rng(5)
    z = random.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], 100_000)
    coarse = np.digitize(z, [-2.0, -1.2, -0.3])
    assert np.corrcoef(coarse.T)[0, 1] < 0.62
    assert latent_correlation(*coarse.T) == pytest.approx(0.7, abs=0.01)


def test_honest_draws_keep_margins_exactly_and_correlations_nearly(honest):
    matrix = honest.copy()
    matrix[:40, 2] = BLANK
    drawn = list(draw_honest(fit_honest(matrix), 30, seed=1))
    for one in drawn[:3]:
        for item in range(matrix.shape[1]):
            assert sorted(one[:, item]) == sorted(matrix[:, item])
    complete = [one[(one != BLANK).all(axis=1)] for one in drawn]
    seen = np.mean([np.corrcoef(one.T) for one in complete], axis=0)
    assert np.abs(seen - np.corrcoef(honest.T)).max() < 0.06


def test_honest_answers_give_no_signal_and_copies_do(honest):
    clean = by_code(answer_signals(honest, seed=3))
    copies = np.tile([3, 4, 3, 4, 4, 3, 3, 4, 4], (60, 1))
    stuffed = by_code(answer_signals(np.concatenate([honest, copies]), draws=999, seed=3))
    assert clean["salinan"].p > 0.05
    assert stuffed["salinan"].p == pytest.approx(1 / 1000)
    assert stuffed["salinan"].observed > stuffed["salinan"].high
    assert stuffed["salinan"].observed >= 60 * 59 / 2


def test_shuffled_columns_would_have_accused_honest_answers(honest):
    """Why the null keeps correlations: against shuffled columns honest forms look copied."""
    random = np.random.default_rng(0)
    shuffled = [
        copied_pairs(np.stack([random.permutation(column) for column in honest.T], axis=1))
        for _ in range(50)
    ]
    assert copied_pairs(honest) > max(shuffled)


def test_small_or_uniform_sets_are_not_judged(honest):
    assert {s.reason for s in answer_signals(honest[:29])} == {"few"}
    assert {s.reason for s in answer_signals(np.full((50, 9), 4))} == {"uniform"}


@given(st.integers(0, 10_000))
def test_statistics_do_not_depend_on_the_order_of_respondents(seed):
    random = np.random.default_rng(seed)
    matrix = random.integers(1, 5, (20, 4))
    mixed = random.permutation(matrix)
    assert straight_share(matrix) == straight_share(mixed)
    assert copied_pairs(matrix) == copied_pairs(mixed)
    assert mardia_kurtosis(matrix) == pytest.approx(mardia_kurtosis(mixed))


def test_mardia_kurtosis_of_normal_data_is_near_its_expectation():
    matrix = np.random.default_rng(2).normal(size=(20_000, 3)) * 1000
    assert mardia_kurtosis(matrix.astype(np.int64)) == pytest.approx(3 * 5, rel=0.03)


def test_a_unit_like_its_peers_is_not_singled_out():
    units = {
        str(i): [Signal("struktur", 100, excess=6.0 + i % 3 / 10, p=0.0001)] for i in range(12)
    }
    units["ganjil"] = [Signal("struktur", 100, excess=30.0, p=0.0001)]
    judged = against_peers(units)
    assert judged["3"][0].p > 0.3
    assert judged["ganjil"][0].p == 0.0001
    few = against_peers({name: units[name] for name in ("1", "2", "ganjil")})
    assert few["ganjil"][0].reason == "peers"


def test_a_shift_at_the_end_is_found_with_its_size_and_place():
    random = np.random.default_rng(4)
    batches = np.repeat(np.arange(10), 20)
    level = random.normal(3.2, 0.4, 200)
    assert shift_signal(level, batches, seed=1).p > 0.05
    raised = np.where(batches >= 8, 4.0, level)
    found = shift_signal(raised, batches, draws=999, seed=1)
    assert found.p < 0.01
    assert found.effect == pytest.approx(raised[160:].mean() - raised[:160].mean())


def test_channels_are_compared_within_services_only():
    random = np.random.default_rng(6)
    high, low = random.normal(3.8, 0.2, 90), random.normal(3.0, 0.2, 90)
    # Open answers come mostly from the better service: the crude means differ, the strata do not.
    signal = channel_signal({"a": high[:80], "b": low[:10]}, {"a": high[80:], "b": low[10:]})
    assert high[:80].mean() - low[10:].mean() > 0.7
    assert abs(signal.effect) < 0.1
    assert signal.p > 0.05
    lifted = channel_signal({"a": high[:45] + 0.4}, {"a": high[45:]}, draws=999)
    assert lifted.effect == pytest.approx(0.4, abs=0.1)
    assert lifted.p < 0.01
    assert channel_signal({"a": high}, {"b": low}).reason == "few"


def test_shares_are_judged_against_the_spread_of_peers():
    peers = [(round(200 * share), 200) for share in np.linspace(0.02, 0.20, 20)]
    assert share_against_peers("lurus", 40, 200, peers).p > 0.01
    assert share_against_peers("lurus", 130, 200, peers).p < 1e-6
    assert share_against_peers("lurus", 20, 200, peers[:5]).reason == "peers"
    assert share_against_peers("lurus", 3, 10, peers).reason == "few"


def test_the_beta_binomial_fit_recovers_its_parameters():
    counts = stats.betabinom(150, 3.0, 12.0).rvs(800, random_state=1)
    a, b = fit_beta_binomial([(int(count), 150) for count in counts])
    assert a == pytest.approx(3.0, rel=0.15)
    assert b == pytest.approx(12.0, rel=0.15)


def test_a_burst_is_judged_against_the_usual_rhythm():
    usual = np.tile([1.0] * 6 + [5.0] * 6, 10)
    random = np.random.default_rng(3)
    steady = random.multinomial(300, usual / usual.sum())
    assert burst_signal(steady, usual).p > 0.05
    crowded = steady.copy()
    crowded[30:33] += 30
    found = burst_signal(crowded, usual)
    assert found.p < 0.01
    assert found.effect > 5
    assert burst_signal(steady[:5], usual[:5], window=3).reason == "few"


def test_more_answers_than_services_is_impossible():
    assert volume_signal(120, 100, []).p == 0.0
    assert volume_signal(50, 100, []).reason == "peers"
    history = [(round(1000 * share), 1000) for share in np.linspace(0.08, 0.13, 12)]
    assert volume_signal(100, 1000, history).p > 0.2
    assert volume_signal(600, 1000, history).p < 1e-4


def test_demographics_that_fit_too_well_or_too_badly_stand_out():
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    assert demographics_signal({"a": 500, "b": 300, "c": 200}, shares).p < 0.01
    assert demographics_signal({"a": 300, "b": 300, "c": 400}, shares).p < 0.01
    assert demographics_signal({"a": 520, "b": 290, "c": 190}, shares).p > 0.1


def test_false_discoveries_are_controlled_over_all_units():
    signals = {str(i): [Signal("lurus", 100, p=(i + 1) / 101)] for i in range(100)}
    assert not any(control_false_discovery(signals).values())
    signals["7"] = [Signal("lurus", 100, p=1e-6), Signal("kanal", 9, reason="few")]
    found = control_false_discovery(signals)
    assert [unit for unit, ones in found.items() if ones] == ["7"]
    assert control_false_discovery({"a": []}) == {"a": []}


def test_nearly_equal_comments_are_grouped_and_short_ones_left_alone():
    texts = [
        "Pelayanan sangat memuaskan, petugas ramah sekali.",
        "pelayanan sangat memuaskan,  petugas ramah sekali",
        "Antrean di loket dua terlalu lama, mohon ditambah.",
        "Bagus",
        "Bagus",
    ]
    assert repeated_comments(texts) == [[0, 1]]
    assert count_repeated(texts) == (2, 3)


def test_every_signal_has_words_and_they_accuse_nobody():
    words = signal_words()
    used = {"lurus", "salinan", "struktur", "lonjakan", "pergeseran", "kanal", "volume"}
    assert used | {"cepat", "jam", "komentar", "merata"} == set(words)
    for part in words.values():
        assert len(part.causes) == 3
        text = " ".join([part.title, part.effect, *part.causes, part.settle]).lower()
        assert not any(word in text for word in ("curang", "palsu", "manipulasi", "pelaku"))


def test_the_index_is_shown_with_and_without_flagged_answers(honest):
    flagged = straight_lines(honest)
    found = sensitivity(SKM, honest, flagged)
    assert found.flagged == flagged.sum()
    assert found.with_all.score100 == compute_index(tally_matrix(SKM, honest), SKM).score100
    rest = tally_matrix(SKM, honest[~flagged])
    assert found.without_flagged.score100 == compute_index(rest, SKM).score100


def straight_lines(matrix):
    return (matrix == matrix[:, :1]).all(axis=1)


@given(st.integers(0, 2000))
def test_no_smaller_removal_changes_the_grade(seed):
    """Against every subset, for sets small enough to try them all."""
    from itertools import combinations

    random = np.random.default_rng(seed)
    matrix = random.integers(2, 5, (7, 9))

    def grade(rows):
        return compute_index(tally_matrix(SKM, rows), SKM).band.grade

    before = grade(matrix)
    best = next(
        (
            count
            for count in range(1, 4)
            for gone in combinations(range(7), count)
            if grade(np.delete(matrix, gone, axis=0)) != before
        ),
        None,
    )
    assert answers_to_change_grade(SKM, matrix) == best
