"""Figures entered by hand, and the versions of the rules that they are held against."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from analysis.zi_rules import shipped_rules
from instruments.errors import SurveyError, SurveyErrors, Where
from survey_app.store.tables import Account, Role, Unit
from survey_app.zi.entries import (
    NewEntry,
    fetch_entries,
    list_entries,
    read_value,
    record_entries,
)
from survey_app.zi.evaluations import (
    basis_of,
    begin_evaluation,
    find_evaluation,
    list_changes,
    rules_of,
    set_basis,
)
from survey_app.zi.figures import selisih_poin
from survey_app.zi.rules import add_rules, list_rule_versions, rules_on
from survey_app.zi.self_surveys import exact
from tests.people import add_person
from tests.worlds import make_world


@pytest.fixture
def desk(store, settings, clock):
    """A unit and an evaluator's account."""
    make_world(store, settings, clock)
    add_person(store, clock, "tpi@x.id", Role.EVALUATOR)
    return store


def enter(store, clock, *entries, year=2026, **known):
    with store.write() as session:
        unit = session.scalars(select(Unit)).one()
        account = session.scalars(select(Account)).one()
        return record_entries(session, unit, year, entries, account, clock(), **known)


def entered(store, year=2026):
    with store.read() as session:
        found = find_evaluation(session, session.scalars(select(Unit.id)).one(), year)
        return fetch_entries(session, found.id if found else None)


def points(code, value, **known):
    return NewEntry(code, Decimal(value), **known)


def test_the_newest_figure_counts_and_every_earlier_one_is_kept(desk, clock):
    assert enter(desk, clock, points("pengawasan.pemenuhan", "6.1")) == 1
    assert enter(desk, clock, points("pengawasan.pemenuhan", "6.5"), origin="impor lke.xlsx") == 1
    found = entered(desk)["pengawasan.pemenuhan"]
    assert (found.value, found.origin, found.by) == (Fraction("6.5"), "impor lke.xlsx", "tpi@x.id")
    with desk.read() as session:
        evaluation = find_evaluation(session, session.scalars(select(Unit.id)).one(), 2026)
        assert [row.value for row, _ in list_entries(session, evaluation.id)] == ["6.5", "6.1"]
    for act in ("UPDATE zi_entry SET value = '7'", "DELETE FROM zi_entry"):
        with pytest.raises(DBAPIError, match="stay as they are"), desk.write() as session:
            session.execute(text(act))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_same_figure_again_adds_nothing_and_none_takes_it_back(desk, clock):
    enter(desk, clock, points("ipak", "3.60", source="Surat 12/TPI"))
    assert enter(desk, clock, points("ipak", "3.6", source="Surat 12/TPI ")) == 0
    assert enter(desk, clock, NewEntry("ipak", None)) == 1
    assert entered(desk) == {}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_external_index_knows_where_it_comes_from_and_how_sure_it_is(desk, clock):
    one = points("ipkp", "3.45", source="Laporan TPN 3/2026", se=Decimal("0.04"), n=120)
    enter(desk, clock, one)
    index = entered(desk)["ipkp"].index
    assert (index.source, index.se, index.df) == ("eksternal", 0.04, 119)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_one_fault_refuses_all_and_each_names_its_place(desk, clock):
    cell = Where("lke.xlsx", 12, "F12")
    wrong = (
        points("pengawasan.reform", "7.51", where=cell),
        points("ipak", "3.7"),
        points("ipkp", "3.7", source="Surat", se=Decimal("0.1")),
        points("entah", "1"),
        points("sdm.reform", "1"),
        points("sdm.reform", "2"),
    )
    with pytest.raises(SurveyErrors) as caught:
        enter(desk, clock, points("capaian-kinerja", "5"), *wrong)
    assert [(one.code, one.where.field) for one in caught.value.errors] == [
        ("zi-points-range", "F12"),
        ("zi-entry-needs-source", "ipak:source"),
        ("zi-entry-error", "ipkp:se"),
        ("zi-entry-unknown", "entah"),
        ("zi-entry-twice", "sdm.reform"),
    ]
    assert entered(desk) == {}


@pytest.mark.parametrize("typed", ["abc", "nan", "inf", "1e999999", "9" * 41, "1e-60", "0x1"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(SurveyError) as caught:
        read_value(typed)
    assert caught.value.code == "zi-not-number"


def test_numbers_are_read_with_a_comma_or_a_point_and_exactly():
    assert read_value(" 3,30 ") == Decimal("3.30")
    assert read_value("") is None


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_new_rules_count_from_their_day_and_a_begun_evaluation_keeps_its_own(desk, clock):
    harder = shipped_rules().to_dict() | {"effective_from": "2026-11-01", "id": "lebih-ketat"}
    harder["targets"]["wbk"]["total"] = "78"
    with desk.write() as session:
        unit = session.scalars(select(Unit)).one()
        account = session.scalars(select(Account)).one()
        old = begin_evaluation(session, unit, 2025, clock())
        add_rules(session, harder, "Peraturan baru", account, clock())
        new = begin_evaluation(session, unit, 2026, clock())
        assert rules_of(new).target("wbk").total == 78
        assert rules_of(old) == rules_on(session, date(2026, 10, 31)) == shipped_rules()
        assert list_rule_versions(session)[0].reason == "Peraturan baru"
        with pytest.raises(SurveyError) as caught:
            add_rules(session, harder | {"id": "sama"}, "Lagi", account, clock())
        assert caught.value.code == "zi-rules-same"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_past_year_takes_the_rules_of_its_end(desk, clock):
    later = shipped_rules().to_dict() | {"effective_from": "2026-01-01", "months_minimum": 4}
    with desk.write() as session:
        unit = session.scalars(select(Unit)).one()
        add_rules(session, later, "Lebih lama", session.scalars(select(Account)).one(), clock())
        assert basis_of(session, unit.id, 2025, clock().date()).months == 3
        assert basis_of(session, unit.id, 2026, clock().date()).months == 4


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_basis_of_a_proposal_is_kept_with_its_history(desk, clock):
    with desk.write() as session:
        unit = session.scalars(select(Unit)).one()
        account = session.scalars(select(Account)).one()
        begun = begin_evaluation(session, unit, 2026, clock())
        set_basis(session, begun, 6, date(2026, 5, 15), account, clock())
        set_basis(session, begun, 6, date(2026, 5, 15), account, clock())
        (change,) = list_changes(session, begun.id)
        assert change.change == {"months": [3, 6], "proposed_on": [None, "2026-05-15"]}
        with pytest.raises(SurveyError):
            set_basis(session, begun, 2, None, account, clock())
        with pytest.raises(SurveyError):
            begin_evaluation(session, unit, 2016, clock())


def test_published_decimals_are_taken_as_written():
    assert exact(3.6) * 10 == 36
    assert selisih_poin(exact(3.5999999) - exact(3.6)).startswith("−")
