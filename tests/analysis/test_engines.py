"""The tally of a file is the same whatever engine and packing sums it up."""

import numpy as np
import pandas as pd
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

import instruments
from analysis.engines import packed_tally_sql, tally_file, tally_sql
from analysis.packed_forms import tally_parquet
from analysis.packed_products import BLOCK, UnsuitedError
from analysis.packed_sums import Packing
from analysis.tally import tally_by
from instruments.errors import SurveyErrors

SKM, SPAK = instruments.load("skm-2017"), instruments.load("spak-2023")


def respondents(instrument, n, seed, groups=3):
    dice = np.random.default_rng(seed)
    levels = [*instrument.scale.values, None]
    frame = pd.DataFrame({code: dice.choice(levels, n) for code in instrument.codes}, dtype="Int8")
    return frame.assign(unit=dice.integers(0, groups, n).astype("int16"))


def by_unit(frame, instrument):
    found = tally_by(frame.astype(dict.fromkeys(instrument.codes, float)), instrument, ["unit"])
    return {(str(key[0]),): part for key, part in found.items()}


@settings(max_examples=15, deadline=None)
@given(n=st.integers(1, 300), seed=st.integers(0, 10**6), spak=st.booleans())
def test_packed_sums_are_the_tally(tmp_path_factory, n, seed, spak):
    instrument = SPAK if spak else SKM
    frame = respondents(instrument, n, seed)
    path = tmp_path_factory.mktemp("packed") / "answers.parquet"
    # Answers kept as doubles are summed by SQL.
    frame.astype(dict.fromkeys(instrument.codes, "Float64")).to_parquet(path)
    assert tally_file(path, instrument, ["unit"]) == (n, by_unit(frame, instrument))


KINDS = ["Int8", "Int16", "Int64", "UInt8", "string"]


@settings(max_examples=25)
@given(
    n=st.integers(1, 400),
    seed=st.integers(0, 10**6),
    kinds=st.lists(st.sampled_from(KINDS), max_size=2),
    row_group=st.integers(1, 400),
)
def test_packed_forms_are_the_tally_whatever_the_keys(tmp_path_factory, n, seed, kinds, row_group):
    frame = respondents(SKM, n, seed)
    dice = np.random.default_rng(seed)
    for place, kind in enumerate(kinds):
        frame[f"k{place}"] = pd.Series(dice.integers(0, 5, n)).astype("Int64").astype(kind)
        frame.loc[dice.random(n) < 0.1, f"k{place}"] = pd.NA
    path = tmp_path_factory.mktemp("forms") / "answers.parquet"
    frame.to_parquet(path, row_group_size=row_group)
    keys = list(frame.columns[len(SKM.codes) + 1 :])
    columns = {code: code for code in SKM.codes}
    expected = tally_by(frame.astype(dict.fromkeys(SKM.codes, float)), SKM, keys or ["unit"])
    found = tally_parquet(path, SKM, columns, keys or ["unit"])
    assert found == (n, {tuple(map(str, key)): part for key, part in expected.items()})


def test_a_group_longer_than_one_product_is_exact(tmp_path):
    frame = respondents(SPAK, 3 * BLOCK + 1, 5, groups=2)
    frame.to_parquet(tmp_path / "answers.parquet", row_group_size=BLOCK)
    columns = {code: code for code in SPAK.codes}
    for by, expected in (
        ([], {(): sum(by_unit(frame, SPAK).values())}),
        (["unit"], by_unit(frame, SPAK)),
    ):
        assert tally_parquet(tmp_path / "answers.parquet", SPAK, columns, by) == (
            len(frame),
            expected,
        )


@pytest.mark.parametrize(
    "change",
    [
        {SKM.codes[0]: 0},  # below the scale, where a blank is packed
        {SKM.codes[0]: -1},
        {SKM.codes[0]: 5},
        {SKM.codes[0]: 300},
        {"unit": 1.5},
        {SKM.codes[0]: 2.5},
    ],
)
def test_what_packing_cannot_hold_takes_the_slower_road(tmp_path, change):
    frame = respondents(SKM, 20, 2)
    for name, value in change.items():
        kind = "Float64" if isinstance(value, float) else "Int16"
        frame[name] = frame[name].astype(kind)
        frame.loc[3, name] = value
    frame.to_parquet(tmp_path / "answers.parquet")
    with pytest.raises(UnsuitedError):
        tally_parquet(tmp_path / "answers.parquet", SKM, {one: one for one in SKM.codes}, ["unit"])
    if "unit" in change:
        assert tally_file(tmp_path / "answers.parquet", SKM, ["unit"])[0] == 20
        return
    with pytest.raises(SurveyErrors) as caught:
        tally_file(tmp_path / "answers.parquet", SKM, ["unit"])
    assert [(error.where.line, error.where.field) for error in caught.value.errors] == [
        (5, SKM.codes[0])
    ]


@pytest.mark.parametrize("instrument", [SKM, SPAK], ids=lambda i: i.id)
@pytest.mark.parametrize("over", [0, 1])
def test_groups_at_and_over_the_limit_of_packing_are_exact(tmp_path, instrument, over):
    n = Packing.of(instrument).limit + over
    top = instrument.scale.maximum
    frame = pd.DataFrame({code: [float(top)] * n for code in instrument.codes}).assign(unit=1)
    frame.to_parquet(tmp_path / "answers.parquet")
    _, found = tally_file(tmp_path / "answers.parquet", instrument, ["unit"])
    assert found["1",].products.min() == found["1",].products.max() == top * top * n
    assert found["1",].answered.min() == n


def test_a_blank_group_and_an_empty_one_are_the_same(tmp_path):
    frame = respondents(SKM, 40, 1).assign(unit=["", None] * 20)
    frame.to_parquet(tmp_path / "answers.parquet")
    read, found = tally_file(tmp_path / "answers.parquet", SKM, ["unit"])
    assert read == 40
    assert found.keys() == {("",)}


@pytest.mark.parametrize("dialect", ["spark", "duckdb"])
def test_the_tally_is_sql_that_a_cluster_reads_too(dialect):
    columns = {code: code for code in SKM.codes}
    packed = packed_tally_sql("answers", columns, SKM, Packing.of(SKM), ["unit"], SKM.codes)
    for text in (packed, tally_sql("answers", columns, SKM, ["unit"], SKM.codes)):
        (statement,) = sqlglot.parse(text, read=dialect)
        assert isinstance(statement, sqlglot.exp.Select)
        assert {table.name for table in statement.find_all(sqlglot.exp.Table)} == {"answers"}


def test_spark_and_duckdb_understand_the_packed_tally_alike():
    columns = {code: code for code in SKM.codes}
    text = packed_tally_sql("answers", columns, SKM, Packing.of(SKM), (), SKM.codes)
    text = text.replace('"', "`")  # how Spark quotes the names of columns
    spark, duckdb = (
        sqlglot.parse_one(text, read="spark").sql(name) for name in ("spark", "duckdb")
    )
    written = packed_tally_sql("answers", columns, SKM, Packing.of(SKM), (), SKM.codes)
    assert sqlglot.parse_one(written, read="duckdb").sql("spark") == spark
    assert duckdb == sqlglot.parse_one(spark, read="spark").sql("duckdb")
