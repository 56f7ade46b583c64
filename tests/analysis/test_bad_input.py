"""What cannot be computed is refused by column and row, or is None with a reason."""

import numpy as np
import pandas as pd
import pytest

import instruments
from analysis.index import compute_index
from analysis.inference import (
    estimate_index,
    simple_design,
    stratified_design,
    weighted_design,
)
from analysis.tally import tally, tally_answers
from analysis.weighted_tally import weighted_tally
from instruments.model import UnknownItemError

SKM = instruments.load("skm-2017")


def frame(rows=4, **columns):
    return pd.DataFrame(dict.fromkeys(SKM.codes, [3] * rows) | columns)


@pytest.mark.parametrize(
    "answers, value",
    [
        ([3, 2.5, 3, 3], "2.5"),
        ([3, float("inf"), 3, 3], "inf"),
        ([3, -float("inf"), 3, 3], "-inf"),
        ([3, "puas", None, 3], "puas"),
        ([3, 0, 3, 3], "0"),
        ([3, 5, 3, 3], "5"),
        ([3, -1, 3, 3], "-1"),
        (pd.array([3, 9, None, 3], dtype="Int64"), "9"),
    ],
)
def test_answers_off_the_scale_are_named_by_column_and_row(answers, value):
    with pytest.raises(ValueError, match=rf"waktu: Jawaban '?{value}'? pada baris 1 ") as caught:
        tally(frame(waktu=answers), SKM)
    assert len(caught.value.errors) == 1


def test_every_faulty_column_is_named_at_once_with_the_first_rows():
    with pytest.raises(ValueError, match="2 kesalahan|waktu") as caught:
        tally(frame(8, waktu=[7] * 8, biaya=[1.5, *[3] * 7]), SKM)
    assert str(caught.value).splitlines() == [
        "waktu: Jawaban 7 pada baris 0, 1, 2, 3, 4 (+3) di luar skala; "
        "isi 1 sampai 4 atau kosongkan.",
        "biaya: Jawaban 1.5 pada baris 0 bukan bilangan bulat; isi 1 sampai 4 atau kosongkan.",
    ]


def test_rows_are_named_by_the_frames_own_index():
    with pytest.raises(ValueError, match="pada baris budi "):
        tally(frame(2, waktu=[3, 8]).set_axis(["ani", "budi"]), SKM)


@pytest.mark.parametrize(
    "blank", [None, np.nan, pd.NA, "", " "], ids=["None", "NaN", "NA", "empty", "space"]
)
def test_a_blank_is_not_an_answer_in_any_spelling(blank):
    answers = pd.Series([4, blank, 4, 4], dtype=object)
    whole = tally(frame(waktu=answers), SKM)
    assert whole.answered_by("waktu") == 3
    assert whole.mean("waktu") == 4


def test_a_column_that_is_missing_or_there_twice_is_named():
    with pytest.raises(ValueError, match="sarana: Kolom unsur ini tidak ada"):
        tally(frame().drop(columns="sarana"), SKM)
    with pytest.raises(ValueError, match="U3: Judul kolom ini dipakai dua kali"):
        tally(frame(U3=[3] * 4), SKM)
    with pytest.raises(ValueError, match="'loket' tidak ada"):
        tally(frame(), SKM, by="loket")


def test_an_item_of_another_instrument_is_named():
    with pytest.raises(UnknownItemError, match="pungli") as caught:
        tally_answers(SKM, [{"waktu": 3}, {"pungli": 3}])
    assert caught.value.where.field == "1"
    with pytest.raises(ValueError, match="pungli"):
        tally(frame(), SKM).mean("pungli")


@pytest.mark.parametrize("answer", [7, 2.5, "puas", float("inf")])
def test_answers_as_mappings_are_checked_too(answer):
    rows = [{"waktu": 3}, {"waktu": answer, "biaya": 2}]
    with pytest.raises(ValueError, match=r"waktu: Jawaban '?\w"):
        tally_answers(SKM, rows)


def test_an_item_that_nobody_answered_leaves_no_index_and_says_why():
    whole = tally(frame(sarana=[None] * 4), SKM)
    result = compute_index(whole, SKM)
    assert result.value is None
    assert "Sarana" in result.reason.text()
    assert estimate_index(simple_design(whole), SKM) is None


def test_no_respondents_leave_no_index_and_say_why():
    whole = tally(frame(0), SKM)
    assert whole.n == 0
    assert compute_index(whole, SKM).reason.code == "index-no-answers"
    assert estimate_index(simple_design(whole), SKM) is None


def test_one_respondent_gives_an_index_without_an_interval():
    whole = tally(frame(1), SKM)
    assert compute_index(whole, SKM).score100 == 75
    assert estimate_index(simple_design(whole), SKM).points.interval is None


@pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf"), None, "berat"])
def test_weights_that_are_no_positive_numbers_are_named_by_row(weight):
    weights = pd.Series([1, 1, weight, 1], dtype=object)
    with pytest.raises(ValueError, match=r"bobot: Bobot .* pada baris 2 harus"):
        weighted_tally(frame(bobot=weights), SKM, "bobot")
    with pytest.raises(ValueError, match="pada baris 2 harus"):
        weighted_tally(frame(), SKM, list(weights))


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_design_names_the_rows_of_weights_that_are_no_positive_numbers(weight):
    with pytest.raises(ValueError, match="pada baris 1 harus"):
        weighted_design(np.full((3, 9), 3.0), np.array([1.0, weight, 1.0]))


def test_a_weight_is_needed_for_each_row():
    with pytest.raises(ValueError, match="4, 3"):
        weighted_tally(frame(), SKM, [1, 2, 3])
    with pytest.raises(ValueError, match="'bobot' tidak ada"):
        weighted_tally(frame(), SKM, "bobot")


def test_a_population_below_the_sample_and_a_stratum_without_one_are_named():
    whole = tally(frame(), SKM)
    with pytest.raises(ValueError, match=r"Populasi 3 .* 4"):
        simple_design(whole, 3)
    with pytest.raises(ValueError, match="'KIA'"):
        stratified_design({"KIA": whole}, {"KTP": 9})
