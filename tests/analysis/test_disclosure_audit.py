"""The auditor finds what bad tables tell, says by which tables, and passes what is shown."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import instruments
from analysis.disclosure import kept_of_whole, presentable, round_count
from analysis.disclosure_audit import Cell, Table, audit_tables, told_by_index
from analysis.tally import tally_matrix

SKM = instruments.load("skm-2017")


def sizes(by, release=0, base=1, **counts):
    """A table of respondents alone; None is a group kept back."""
    cells = {(name,): None if n is None else Cell(n, {}, base) for name, n in counts.items()}
    return Table((by,), cells, release)


def whole(n, release=0, base=1, **counts):
    return Table((), {(): Cell(n, {"waktu": counts["waktu"]} if counts else {}, base)}, release)


def test_a_small_group_that_is_shown_is_found():
    (finding,) = audit_tables([whole(50), sizes("layanan", ktp=44, kia=6)])
    assert (finding.kind, finding.group, finding.n) == ("few", {"layanan": "kia"}, 6)
    assert len(finding.tables) == 1


def test_a_hidden_group_that_follows_by_subtraction_is_found_with_its_tables():
    (finding,) = audit_tables([whole(50), sizes("layanan", ktp=44, kia=None)])
    assert (finding.kind, finding.group, finding.n) == ("few", {"layanan": "kia"}, 6)
    assert finding.tables == ("whole, release 0", "layanan, release 0")


def test_two_hidden_groups_hide_one_another():
    assert audit_tables([whole(50), sizes("layanan", ktp=34, kia=None, akta=None)]) == []


def test_tables_that_do_not_matter_are_not_named():
    tables = [whole(50), sizes("layanan", ktp=44, kia=None), sizes("jk", L=25, P=None)]
    found = audit_tables(tables)
    assert {one.tables for one in found} == {("whole, release 0", "layanan, release 0")}


def test_the_difference_of_two_releases_is_found():
    (finding,) = audit_tables([whole(40, release=1), whole(43, release=2)])
    assert (finding.kind, finding.release, finding.since, finding.n) == ("few", 2, 1, 3)
    assert finding.tables == ("whole, release 1", "whole, release 2")


def test_an_answer_that_the_difference_of_two_releases_makes_certain_is_found():
    before = whole(40, release=1, waktu={3: 20, 4: 20})
    after = whole(55, release=2, waktu={3: 20, 4: 35})
    (finding,) = audit_tables([before, after])
    assert (finding.kind, finding.item, finding.level) == ("certain", "waktu", 4)
    assert (finding.release, finding.since) == (2, 1)


def test_nested_filters_are_found():
    both = Table(("jk", "layanan"), {("L", "ktp"): Cell(21, {}), ("P", "ktp"): None})
    found = audit_tables([sizes("layanan", ktp=25, kia=30), both])
    assert {"jk": "P", "layanan": "ktp"} in [one.group for one in found]


def test_margins_that_leave_no_choice_are_found():
    # 38 of 40 come for the card and 39 are women: at least 37 women for the card.
    found = audit_tables([whole(40), sizes("layanan", ktp=40, kia=0), sizes("jk", L=10, P=30)])
    assert found == []
    found = audit_tables([whole(40), sizes("layanan", ktp=31, kia=9), sizes("jk", L=0, P=40)])
    assert {"jk": "P", "layanan": "kia"} in [one.group for one in found]


def test_a_cell_where_all_agree_is_found():
    alike = Cell(20, {"biaya": {3: 0, 4: 20}, "waktu": {3: 8, 4: 12}})
    (finding,) = audit_tables([Table(("layanan",), {("ktp",): alike})])
    assert (finding.kind, finding.item, finding.level) == ("certain", "biaya", 4)


def test_a_hidden_cell_where_all_agree_is_found_by_subtraction():
    tables = [
        Table((), {(): Cell(50, {"biaya": {3: 6, 4: 44}})}),
        Table(("layanan",), {("ktp",): Cell(30, {"biaya": {3: 6, 4: 24}}), ("kia",): None}),
    ]
    (finding,) = audit_tables(tables)
    assert (finding.kind, finding.group) == ("certain", {"layanan": "kia"})


def test_rounding_protects_what_exact_counts_would_tell():
    exact = [whole(52), sizes("layanan", ktp=44, kia=None)]
    assert audit_tables(exact)
    rounded = [whole(50, base=5), sizes("layanan", base=5, ktp=45, kia=None)]
    assert audit_tables(rounded) == []


def test_tables_that_contradict_one_another_are_no_pass():
    with pytest.raises(ArithmeticError):
        audit_tables([whole(50), sizes("layanan", ktp=60, kia=None)])


LEVELS = st.lists(st.integers(1, 4), min_size=1, max_size=4)
POPULATIONS = st.dictionaries(
    st.sampled_from(["ktp", "kia", "akta", "pindah"]),
    st.tuples(st.integers(1, 30), st.integers(0, 10**6), st.floats(0.3, 4)),
    min_size=1,
)


@settings(max_examples=25, deadline=None)
@given(POPULATIONS)
def test_what_is_presentable_passes_the_auditor(population):
    groups = {name: drawn(*made) for name, made in population.items()}
    total = sum(groups.values())
    if total.n < 10:
        return
    assert audit_tables(published(total, groups)) == []


def drawn(n, seed, tilt):
    """Answers near the ceiling for a great tilt, so that many cells are uniform."""
    dice = np.random.default_rng(seed)
    chances = np.exp(tilt * np.arange(4))
    return tally_matrix(SKM, dice.choice([1, 2, 3, 4], (n, 9), p=chances / chances.sum()))


def published(total, groups):
    kept = kept_of_whole(total)
    found = presentable(groups, kept=kept)
    cells = {(name,): None for name in groups}
    cells |= {(k,): cell(t, found.kept_items.get(k, ())) for k, t in found.shown.items()}
    return [Table((), {(): cell(total, kept)}), Table(("layanan",), cells)]


def cell(tally, kept):
    return Cell(tally.n, {q: tally.level_counts(q) for q in tally.items if q not in kept})


@given(POPULATIONS)
def test_the_index_does_not_tell_the_items_kept_back(population):
    groups = {name: drawn(*made) for name, made in population.items()}
    found = presentable(groups, kept=kept_of_whole(sum(groups.values())))
    for name, kept in found.kept_items.items():
        tally = groups[name]
        if len(kept) == len(tally.items):
            continue
        part = sum(float(tally.mean(code)) for code in kept) / 9
        rest = (part - 0.005 / 25, part + 0.005 / 25)
        weights = dict.fromkeys(kept, 1 / 9)
        assert told_by_index(rest, weights, tally.n, tally.levels) == frozenset()


def test_an_index_beside_all_other_items_tells_the_missing_one():
    assert told_by_index((4 / 9 - 1e-5, 4 / 9), {"biaya": 1 / 9}, 30, (1, 2, 3, 4)) == {"biaya"}


def test_rounded_parts_do_not_tell_a_small_category():
    counts = {"L": 43, "P": 4, "lain": 6}
    cells = {(name,): Cell(round_count(n), {}, 5) for name, n in counts.items()}
    found = audit_tables([whole(53), Table(("jk",), cells)])
    assert found == []


def test_an_audit_of_a_surveys_tables_is_quick():
    dice = np.random.default_rng(5)
    groups = {f"s{i}": drawn(int(dice.integers(3, 80)), i, 1.5) for i in range(8)}
    started = time.perf_counter()
    audit_tables(published(sum(groups.values()), groups))
    assert time.perf_counter() - started < 20
