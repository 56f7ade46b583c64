"""Laws of tallies and indices, the regulation's own edges, and published tables."""

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import instruments
from analysis.disclosure import presentable, round_count
from analysis.engines import tally_file
from analysis.index import compute_index, grade_of, round_half_up
from analysis.inference import estimate_index, simple_design, stratified_design
from analysis.sampling import krejcie_morgan
from analysis.tally import Tally, tally, tally_answers, tally_by
from instruments.errors import SurveyError
from tests.cases_dir import CASES

SKM, SPAK = instruments.load("skm-2017"), instruments.load("spak-2023")
ZERO = Tally.empty(SKM.codes, SKM.scale.values)
ANSWER = st.one_of(st.none(), st.integers(1, 4))
RESPONSES = st.lists(st.fixed_dictionaries(dict.fromkeys(SKM.codes, ANSWER)), max_size=12)


@given(st.lists(RESPONSES, min_size=1, max_size=4))
def test_tally_of_all_is_the_sum_of_tallies_of_parts(parts):
    together = [response for part in parts for response in part]
    assert tally_answers(SKM, together) == sum((tally_answers(SKM, p) for p in parts), ZERO)


@given(RESPONSES, st.randoms())
def test_order_of_respondents_is_irrelevant(responses, dice):
    shuffled = responses[:]
    dice.shuffle(shuffled)
    assert tally_answers(SKM, responses) == tally_answers(SKM, shuffled)


@given(RESPONSES)
def test_a_tally_survives_json(responses):
    whole = tally_answers(SKM, responses)
    assert Tally.from_dict(json.loads(json.dumps(whole.to_dict()))) == whole


@given(RESPONSES.filter(bool))
def test_frame_and_answers_give_the_same_tally(responses):
    frame = pd.DataFrame(responses, columns=list(SKM.codes))
    assert tally(frame, SKM) == tally_answers(SKM, responses)


@given(RESPONSES)
def test_the_index_equals_plain_fractions(responses):
    result = compute_index(tally_answers(SKM, responses), SKM)
    answered = {c: [r[c] for r in responses if r[c] is not None] for c in SKM.codes}
    if not all(answered.values()):
        assert result.value is None
        assert result.reason is not None
    else:
        means = [Fraction(sum(values), len(values)) for values in answered.values()]
        assert result.value == sum(means) / 9


@pytest.mark.parametrize("n", [1, 7, 300])
def test_all_fours_is_exactly_one_hundred(n):
    result = compute_index(tally_answers(SKM, [dict.fromkeys(SKM.codes, 4)] * n), SKM)
    assert result.score100 == Decimal("100.00")
    assert result.band.grade == "A"


def test_no_answers_is_no_index():
    result = compute_index(ZERO, SKM)
    assert result.value is None
    assert result.reason.code == "index-no-answers"


def test_an_unsur_nobody_answered_leaves_the_index_undefined():
    answers = dict.fromkeys(SKM.codes, 3) | {"sarana": None}
    result = compute_index(tally_answers(SKM, [answers]), SKM)
    assert result.value is None
    assert "Sarana" in result.reason.text()


@pytest.mark.parametrize(
    "exact, rounded",
    [("88.305", "88.31"), ("88.3049999", "88.30"), ("76.605", "76.61"), ("64.995", "65.00")],
)
def test_rounding_is_half_up_in_decimal(exact, rounded):
    assert round_half_up(Fraction(exact)) == Decimal(rounded)


@pytest.mark.parametrize(
    "score, grade",
    [
        *(("25.00", "D"), ("64.99", "D"), ("65.00", "C"), ("76.60", "C")),
        *(("76.61", "B"), ("88.30", "B"), ("88.31", "A"), ("100.00", "A")),
    ],
)
def test_grades_change_at_the_edges_of_tabel_2(score, grade):
    assert grade_of(Decimal(score), SKM).grade == grade


@pytest.mark.parametrize("mean, exact, short", [("3.08", "B", "C"), ("3.55", "A", "B")])
def test_the_printed_weight_can_flip_a_grade(mean, exact, short):
    # PermenPANRB prints 0,11 for 1/9; nine times that is 0.99.
    assert grade_of(round_half_up(Fraction(mean) * 25), SKM).grade == exact
    assert grade_of(round_half_up(Fraction(mean) * 25 * Fraction("0.99")), SKM).grade == short


def test_bantul_publishes_what_exact_weights_give():
    case = json.loads((CASES / "t1-bantul-2023.json").read_text())
    value = sum(Fraction(str(nrr)) for nrr in case["nrr"].values()) / 9 * 25
    assert float(round_half_up(value)) == pytest.approx(87.28)
    assert float(value) == pytest.approx(case["computed"]["weight_1_9_exact"], abs=1e-6)
    assert grade_of(round_half_up(value), SKM).grade == case["published_grade"]


def test_gaspul_margins_give_the_published_indices():
    case = json.loads((CASES / "t2-gaspul.json").read_text())
    frame = pd.read_csv(CASES / "t2-gaspul-29rows.csv")
    columns = {name.upper(): code for name, code in SKM.column_names("form").items()}
    whole = tally(frame.rename(columns=columns), SKM)
    for method, key in [("exact", "weight_1_9_exact"), ("0.11", "weight_0.11")]:
        value = compute_index(whole, SKM, method).value * 25
        assert float(value) == pytest.approx(case["computed"][key], abs=1e-6)
    assert float(compute_index(whole, SKM).score100) == 91.48


@pytest.mark.parametrize(
    "conversion, raw, score4", [("ratio", 5, 10 / 3), ("linear", 5, 3.4), ("linear", 1, 1.0)]
)
def test_six_stars_become_scale_four_by_the_named_conversion(conversion, raw, score4):
    whole = tally_answers(SPAK, [dict.fromkeys(SPAK.codes, raw)])
    result = compute_index(whole, SPAK, conversion=conversion)
    assert float(result.value) == pytest.approx(score4)
    assert result.raw_mean == raw


def test_the_linear_conversion_shifts_the_interval_with_the_index():
    rows = [dict.fromkeys(SPAK.codes, value) for value in (4, 5, 6, 6, 5)]
    whole = tally_answers(SPAK, rows)
    exact = compute_index(whole, SPAK, conversion="linear")
    points = estimate_index(simple_design(whole), SPAK, conversion="linear").points
    assert points.value == pytest.approx(float(exact.value * 25))
    assert points.low < points.value < points.high


def test_no_spread_is_no_certainty():
    whole = tally_answers(SKM, [dict.fromkeys(SKM.codes, 4)] * 15)
    estimate = estimate_index(simple_design(whole), SKM)
    assert estimate.points.interval == pytest.approx((86.42, 100), abs=0.01)
    assert not estimate.is_resolved
    plain = estimate_index(simple_design(whole), SKM, interval="t")
    assert plain.points.interval is None


def test_one_respondent_has_an_index_without_interval():
    whole = tally_answers(SKM, [dict.fromkeys(SKM.codes, 3)])
    assert estimate_index(simple_design(whole), SKM).points.se is None


def test_a_population_smaller_than_its_sample_is_refused():
    whole = tally_answers(SKM, [dict.fromkeys(SKM.codes, 3)] * 5)
    with pytest.raises(SurveyError, match="4"):
        simple_design(whole, 4)


def test_a_stratum_without_population_is_named():
    part = tally_answers(SKM, [dict.fromkeys(SKM.codes, 3)] * 5)
    with pytest.raises(SurveyError, match="KIA"):
        stratified_design({"KTP": part, "KIA": part}, {"KTP": 50})


@pytest.mark.parametrize("engine_file", ["csv", "parquet"])
def test_duckdb_gives_the_same_tallies_as_the_frame(tmp_path, engine_file):
    frame = pd.read_csv(CASES / "ref_600.csv")
    file = tmp_path / f"ref.{engine_file}"
    if engine_file == "csv":
        frame.to_csv(file, index=False)
    else:
        frame.to_parquet(file)
    columns = dict(zip([f"U{i}" for i in range(1, 10)], SKM.codes, strict=True))
    expected = tally_by(frame.rename(columns=columns), SKM, ["layanan", "jk"])
    read, groups = tally_file(file, SKM, ["layanan", "jk"])
    assert read == 600
    assert groups == {tuple(map(str, key)): part for key, part in expected.items()}


@pytest.mark.parametrize("engine_file", ["csv", "parquet"])
def test_duckdb_gives_the_same_whole_as_the_frame(tmp_path, engine_file):
    frame = pd.read_csv(CASES / "ref_600.csv")
    file = tmp_path / f"ref.{engine_file}"
    if engine_file == "csv":
        frame.to_csv(file, index=False)
    else:
        frame.to_parquet(file)
    columns = dict(zip([f"U{i}" for i in range(1, 10)], SKM.codes, strict=True))
    expected = tally(frame.rename(columns=columns), SKM)
    assert tally_file(file, SKM) == (600, {(): expected})


def test_duckdb_passes_over_respondents_who_answered_nothing(tmp_path):
    file = tmp_path / "kosong.csv"
    file.write_text(",".join(SPAK.codes) + "\n,,,,\n6,,5,4,1\n,,,,6\n")
    expected = tally_answers(
        SPAK,
        [
            dict(zip(SPAK.codes, answers, strict=True))
            for answers in [(6, None, 5, 4, 1), (None, None, None, None, 6)]
        ],
    )
    assert tally_file(file, SPAK) == (3, {(): expected})


def test_duckdb_names_the_line_of_a_faulty_answer(tmp_path):
    file = tmp_path / "salah.csv"
    header = ",".join(SKM.codes)
    file.write_text(f"{header}\n4,4,4,4,4,4,4,4,4\n4,4,9,4,4,4,4,4,4\n4,4,x,4,4,4,4,4,4\n")
    with pytest.raises(SurveyError) as caught:
        tally_file(file, SKM)
    assert "salah.csv:3: waktu" in str(caught.value)
    assert "salah.csv:4: waktu" in str(caught.value)


PRINTED = (
    "10:10 15:14 20:19 25:24 30:28 35:32 40:36 45:40 50:44 55:48 60:52 65:56 70:59 75:63 80:66 "
    "85:70 90:73 95:76 100:80 110:86 120:92 130:97 140:103 150:108 160:113 170:118 180:123 "
    "190:127 200:132 210:136 220:140 230:144 240:148 250:152 260:155 270:159 280:162 290:165 "
    "300:169 320:175 340:181 360:186 380:191 400:196 420:201 440:205 460:210 480:214 500:217 "
    "550:226 600:234 650:242 700:248 750:254 800:260 850:265 900:269 950:274 1000:278 1100:285 "
    "1200:291 1300:297 1400:302 1500:306 1600:310 1700:313 1800:317 1900:320 2000:322 2200:327 "
    "2400:331 2600:335 2800:338 3000:341 3500:346 4000:351 4500:354 5000:357 6000:361 7000:364 "
    "8000:367 9000:368 10000:370 15000:375 20000:377 30000:379 40000:380 50000:381 75000:382 "
    "1000000:384"
)


def test_sample_sizes_are_the_ninety_rows_of_lampiran_2():
    rows = [tuple(map(int, pair.split(":"))) for pair in PRINTED.split()]
    assert len(rows) == 90
    assert {n: krejcie_morgan(n) for n, _ in rows} == dict(rows)


def few(n, value=3):
    rows = [dict.fromkeys(SKM.codes, value + (i % 2)) for i in range(n)]
    return tally_answers(SKM, rows)


def test_small_groups_are_kept_back_with_the_reason():
    shown = presentable({"KTP": few(40), "Akta": few(25), "KIA": few(6), "Pindah": few(7)})
    assert set(shown.shown) == {"KTP", "Akta"}
    assert shown.hidden == {"KIA": "few", "Pindah": "few"}


def test_a_lone_small_group_takes_a_second_with_it():
    shown = presentable({"KTP": few(40), "Akta": few(25), "KIA": few(6)})
    assert shown.hidden == {"KIA": "few", "Akta": "complement"}


def test_a_group_where_all_answered_alike_is_kept_back():
    alike = tally_answers(SKM, [dict.fromkeys(SKM.codes, 4)] * 20)
    assert presentable({"KTP": few(40), "KIA": alike, "Akta": few(30)}).hidden["KIA"] == "uniform"


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_what_is_hidden_cannot_be_had_by_subtraction(sizes):
    shown = presentable({str(i): few(n) for i, n in enumerate(sizes)})
    hidden = sum(sizes[int(key)] for key in shown.hidden)
    assert hidden == 0 or hidden >= 10 or not shown.shown
    assert all(part.n >= 10 for part in shown.shown.values())


def test_counts_are_rounded_to_five():
    assert [round_count(n) for n in (0, 2, 3, 7, 8, 12)] == [0, 0, 5, 5, 10, 10]


def test_alpha_of_identical_items_is_one():
    from analysis.reliability import cronbach_alpha

    rows = [dict.fromkeys(SKM.codes, value) for value in (1, 2, 3, 4)]
    assert cronbach_alpha(tally_answers(SKM, rows)) == pytest.approx(1.0)
    assert cronbach_alpha(tally_answers(SKM, rows[:1])) is None
    assert not np.isnan(cronbach_alpha(tally_answers(SKM, rows)))
