"""Tallies with and without weights: laws of addition, and that nothing is lost in tables."""

import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

import instruments
from analysis.tally import Tally, tally, tally_answers
from analysis.tally_tables import from_arrow, from_frame, to_arrow, to_frame
from analysis.weighted_tally import WeightedTally, weighted_tally
from instruments.errors import SurveyError
from tests.cases_dir import CASES

SPAK = instruments.load("spak-2023")
SKM = instruments.load("skm-2017")
ANSWER = st.one_of(st.none(), st.integers(1, 6))
RESPONSES = st.lists(st.fixed_dictionaries(dict.fromkeys(SPAK.codes, ANSWER)), max_size=8)
# Quarters are exact in binary, so that sums in any order are equal to the last bit.
WEIGHTED = st.lists(
    st.tuples(
        st.fixed_dictionaries(dict.fromkeys(SPAK.codes, ANSWER)),
        st.integers(1, 400).map(lambda quarters: quarters / 4),
    ),
    max_size=8,
)


def weigh(rows):
    frame = pd.DataFrame([answers for answers, _ in rows], columns=list(SPAK.codes))
    return weighted_tally(frame, SPAK, [weight for _, weight in rows])


@pytest.fixture(scope="module")
def frame():
    return pd.read_csv(CASES / "ref_600.csv")


@given(st.lists(WEIGHTED, min_size=1, max_size=4))
def test_weighted_tally_of_all_is_the_sum_of_those_of_parts(parts):
    together = [row for part in parts for row in part]
    assert weigh(together) == sum(map(weigh, parts))


@given(WEIGHTED)
def test_weights_of_one_give_the_integer_tally(rows):
    plain = tally_answers(SPAK, [answers for answers, _ in rows])
    assert weigh([(answers, 1.0) for answers, _ in rows]) == WeightedTally.of(plain)


@given(RESPONSES, st.integers(1, 9))
def test_a_whole_weight_is_that_many_respondents_in_the_means(responses, times):
    often = tally_answers(SPAK, responses * times)
    weighted = WeightedTally.of(tally_answers(SPAK, responses), times)
    assert np.array_equal(weighted.sums, often.sums)
    for code in SPAK.codes:
        mean = often.mean(code)
        assert weighted.mean(code) == (None if mean is None else pytest.approx(float(mean)))


@given(WEIGHTED)
def test_a_weighted_tally_survives_json(rows):
    one = weigh(rows)
    assert WeightedTally.from_dict(json.loads(json.dumps(one.to_dict()))) == one


@given(RESPONSES, WEIGHTED)
def test_tallies_survive_a_tidy_frame(responses, rows):
    for one in (tally_answers(SPAK, responses), weigh(rows)):
        assert from_frame(to_frame(one)) == {(): one}


@given(RESPONSES, WEIGHTED)
def test_tallies_survive_arrow(responses, rows):
    for one in (tally_answers(SPAK, responses), weigh(rows)):
        assert from_arrow(to_arrow(one)) == {(): one}


def test_a_tally_of_every_group_survives_a_parquet_file(frame):
    for groups in (
        tally(frame, SKM, by=["layanan", "periode"]),
        weighted_tally(frame, SKM, "weight", by=["layanan", "periode"]),
    ):
        file = io.BytesIO()
        parquet.write_table(to_arrow(groups, ["layanan", "periode"]), file)
        assert from_arrow(parquet.read_table(file)) == groups


def test_a_tidy_frame_survives_csv(frame):
    groups = tally(frame, SKM, by="layanan")
    text = to_frame(groups, ["layanan"]).to_csv(index=False)
    again = pd.read_csv(io.StringIO(text), keep_default_na=False)
    assert from_frame(again, ["layanan"]) == groups


def test_groups_add_up_to_the_whole(frame):
    assert sum(tally(frame, SKM, by=["layanan", "jk"]).values()) == tally(frame, SKM)


def test_groups_of_a_category_and_of_blanks_are_kept(frame):
    few = frame.head(6).assign(loket=pd.Categorical(["B", "A", None, "A", "B", "A"]))
    assert {key: part.n for key, part in tally(few, SKM, by="loket").items()} == {
        ("",): 1,
        ("A",): 3,
        ("B",): 2,
    }


def test_numbers_beyond_doubles_are_kept_in_every_form():
    one = tally_answers(SPAK, [dict.fromkeys(SPAK.codes, 6)])
    large = Tally.from_dict(one.to_dict() | {"sums": [[2**60 + 1] * 5] * 5})
    assert from_frame(to_frame(large)) == {(): large}
    assert from_arrow(to_arrow(large)) == {(): large}


def test_a_table_that_lacks_a_number_is_refused():
    table = to_frame(tally_answers(SPAK, [{"pungli": 3}]))
    with pytest.raises(SurveyError, match="sums pungli pungli"):
        from_frame(
            table.query("not (moment == 'sums' and item == 'pungli' and `with` == 'pungli')")
        )
    with pytest.raises(SurveyError, match="answered"):
        from_frame(pd.concat([table, table.iloc[[1]]]))
    with pytest.raises(SurveyError, match="schema"):
        from_arrow(pa.table({"n": [1]}))


def test_tallies_of_two_instruments_share_no_table():
    mixed = {("a",): Tally.empty(SPAK.codes, (1, 2)), ("b",): Tally.empty(SKM.codes, (1, 2))}
    with pytest.raises(SurveyError, match="berbeda"):
        to_arrow(mixed, ["unit"])
    with pytest.raises(SurveyError, match="berbeda"):
        mixed["a",] + mixed["b",]
