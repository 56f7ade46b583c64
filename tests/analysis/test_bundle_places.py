"""An edit of any one cell of a bundle is refused with its table, row and column."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import read_bundle
from analysis.bundle import SIGNED, pack, seal_manifest
from analysis.bundle_checks import verify_bundle
from instruments.errors import SurveyErrors
from tests.analysis.test_bundle import GOOD, SIGNER

TABLES = ("indices.csv", "tallies.csv")
OBJECTS = tuple(name for name in SIGNED if name.endswith(".json"))


def rows_of(name):
    return list(csv.reader(io.StringIO(GOOD[name].decode())))


def table(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def refused(files):
    """The places that are named when the edited bundle is read."""
    with pytest.raises(SurveyErrors) as refusal:
        read_bundle(pack(files))
    return {(one.where.file, one.where.line, one.where.field) for one in refusal.value.errors}


@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(TABLES))
def test_one_cell_of_a_table_is_named_by_row_and_column(data, name):
    rows = rows_of(name)
    line = data.draw(st.integers(1, len(rows) - 1), "row")
    place = data.draw(st.integers(0, len(rows[0]) - 1), "column")
    cell = data.draw(st.sampled_from([rows[line][place] + "1", "", "0", "x", "=1+1"]), "cell")
    if cell == rows[line][place]:
        cell += "9"
    rows[line][place] = cell
    assert (name, line + 1, rows[0][place]) in refused(GOOD | {name: table(rows)})


@pytest.mark.parametrize("column", rows_of("indices.csv")[0])
def test_a_cell_of_every_column_of_the_figures_is_named(column):
    rows = rows_of("indices.csv")
    rows[2][rows[0].index(column)] += "7"
    assert ("indices.csv", 3, column) in refused(GOOD | {"indices.csv": table(rows)})


def leaves(value, path=""):
    if isinstance(value, dict) and value:
        return [leaf for name in value for leaf in leaves(value[name], f"{path}/{name}")]
    if isinstance(value, list) and value:
        return [leaf for at, one in enumerate(value) for leaf in leaves(one, f"{path}/{at}")]
    return [path]


def changed(value, steps):
    """The same with another value at the end of the steps."""
    if not steps:
        return f"{value}x" if isinstance(value, str) else "lain"
    own = int(steps[0]) if isinstance(value, list) else steps[0]
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[own] = changed(value[own], steps[1:])
    return copy


@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(OBJECTS))
def test_one_value_of_a_json_file_is_named_by_its_path(data, name):
    value = json.loads(GOOD[name])
    path = data.draw(st.sampled_from(leaves(value)), "path")
    edited = changed(value, path.split("/")[1:])
    text = json.dumps(edited, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert (name, None, path) in refused(GOOD | {name: text.encode()})


@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_came_or_went_is_named_where_it_did(name):
    rows = rows_of(name)
    gone = refused(GOOD | {name: table(rows[:4] + rows[5:])})
    more = refused(GOOD | {name: table([*rows[:4], rows[4], *rows[4:]])})
    assert {(name, 5, None)} <= gone
    assert {(name, 6, None)} <= more


def test_two_rows_that_changed_places_are_both_named():
    rows = rows_of("tallies.csv")
    rows[3], rows[9] = rows[9], rows[3]
    lines = {line for file, line, _ in refused(GOOD | {"tallies.csv": table(rows)}) if line}
    assert {4, 10} <= lines


def test_a_bundle_from_before_there_were_marks_is_still_good_and_refused_by_file():
    plain = seal_manifest(GOOD, has_marks=False)
    old = GOOD | {"manifest.json": plain, "manifest.sig": SIGNER.sign(plain)}
    assert verify_bundle(pack(old)) == []
    rows = rows_of("tallies.csv")
    rows[1][-1] = "61"
    assert ("tallies.csv", None, None) in refused(old | {"tallies.csv": table(rows)})


def test_marks_take_less_room_than_what_they_mark():
    assert len(GOOD["manifest.json"]) < len(GOOD["tallies.csv"])
