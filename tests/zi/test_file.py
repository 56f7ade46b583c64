"""The checklist and the ZI file: who says what, which step follows which, what is never lost."""

import io
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from instruments.errors import SurveyError
from survey_app.store.tables import Account, PlanState, RequirementState, Role, Unit
from survey_app.zi.evaluations import begin_evaluation, list_changes, rules_of
from survey_app.zi.plans import (
    Minutes,
    Programme,
    change_programme,
    list_plans,
    plan_programme,
    record_monitoring,
)
from survey_app.zi.requirements import list_requirements, record_requirement
from survey_app.zi.steps import TRANSITIONS, Actor, Stage, list_steps, stage_of, take_step
from tests.people import add_person, post
from tests.worlds import make_world

UNIT, EVALUATOR = {Actor.UNIT}, {Actor.EVALUATOR}
DAY = date(2026, 11, 20)
PROGRAMME = Programme(
    "pengawasan", "Titipan berkas", "tinggi", "Loket tunggal", DAY, "Kepala Bidang"
)
MINUTES = Minutes("TW III", DAY, "Dua dari tiga berjalan", "Anggaran terlambat", "Ajukan lagi")


@pytest.fixture
def file(store, settings, clock):
    """An evaluation in one transaction, with somebody who writes in it."""
    make_world(store, settings, clock)
    add_person(store, clock, "a@x.id", Role.STAFF)
    with store.write() as session:
        unit = session.scalars(select(Unit)).one()
        account = session.scalars(select(Account)).one()
        yield session, begin_evaluation(session, unit, 2026, clock()), account, clock()


def go(file, to, actors, day=DAY, note="", target="wbk"):
    session, evaluation, account, now = file
    take_step(session, evaluation, to, day, note, actors, account, now, target=target)


def prepare(file):
    """A file that is ready to be proposed."""
    session, evaluation, account, now = file
    row = plan_programme(session, evaluation, PROGRAMME, account, now)
    go(file, Stage.RUNNING, UNIT)
    running = Programme(**PROGRAMME.__dict__ | {"state": PlanState.RUNNING})
    change_programme(session, evaluation, row, running, account, now)
    go(file, Stage.MONITORING, UNIT)
    record_monitoring(session, evaluation, MINUTES, account, now)


def refused(file, *step, **more):
    with pytest.raises(SurveyError) as caught:
        go(file, *step, **more)
    return caught.value.code


def test_a_file_goes_through_its_stages_to_the_predicate_and_remembers_them(file):
    prepare(file)
    go(file, Stage.PROPOSED, UNIT, note="Surat 5")
    for stage in (Stage.NOT_SELECTED, Stage.OBJECTED, Stage.SELECTED, Stage.DOCUMENTS):
        go(file, stage, UNIT if stage == Stage.OBJECTED else EVALUATOR, note="Alasan")
    for stage in (Stage.INTERVIEW, Stage.VISIT, Stage.PANEL, Stage.CONFERRED):
        go(file, stage, EVALUATOR)
    session, evaluation, _account, _now = file
    steps = list_steps(session, evaluation.id)
    assert stage_of(steps) == Stage.CONFERRED
    assert steps[-1].target == "wbk" and evaluation.proposed_on == DAY
    assert refused(file, Stage.REVOKED, EVALUATOR) == "zi-step-reason"
    with pytest.raises(DBAPIError, match="stay as they are"), session.begin_nested():
        session.execute(text("DELETE FROM zi_step"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_step_comes_before_what_it_rests_on(file):
    session, evaluation, account, now = file
    assert refused(file, Stage.RUNNING, UNIT) == "zi-step-needs-plan"
    plan_programme(session, evaluation, PROGRAMME, account, now)
    go(file, Stage.RUNNING, UNIT)
    assert refused(file, Stage.MONITORING, UNIT) == "zi-step-needs-programme"
    assert refused(file, Stage.PROPOSED, UNIT) == "zi-step-order"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_each_side_takes_its_own_steps_on_days_that_can_be(file):
    prepare(file)
    assert refused(file, Stage.PROPOSED, EVALUATOR) == "zi-step-order"
    assert refused(file, Stage.PROPOSED, UNIT, day=date(2026, 11, 19)) == "zi-step-earlier"
    assert refused(file, Stage.PROPOSED, UNIT, day=date(2026, 12, 1)) == "zi-step-future"
    assert refused(file, Stage.PROPOSED, UNIT, target="entah") == "zi-target-unknown"
    go(file, Stage.PROPOSED, UNIT)
    assert refused(file, Stage.SELECTED, UNIT) == "zi-step-order"
    assert refused(file, Stage.NOT_SELECTED, EVALUATOR) == "zi-step-reason"


def test_an_objection_is_made_once_and_every_stage_can_be_reached():
    def reached(start):
        found, waiting = set(), [start]
        while waiting:
            for stage in TRANSITIONS[waiting.pop()]:
                if stage not in found:
                    found.add(stage)
                    waiting.append(stage)
        return found

    assert reached(Stage.PREPARING) == set(Stage) - {Stage.PREPARING}
    assert Stage.OBJECTED not in reached(Stage.OBJECTED)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_programme_ends_with_words_and_keeps_its_history(file):
    session, evaluation, account, now = file
    row = plan_programme(session, evaluation, PROGRAMME, account, now)
    done = Programme(**PROGRAMME.__dict__ | {"state": PlanState.DONE})
    with pytest.raises(SurveyError) as caught:
        change_programme(session, evaluation, row, done, account, now)
    assert caught.value.where.field == "progress"
    done = Programme(**done.__dict__ | {"progress": "Loket dibuka"})
    change_programme(session, evaluation, row, done, account, now)
    newest = list_changes(session, evaluation.id, f"plan:{row.id}")[0]
    assert newest.change["state"] == ["planned", "done"]
    low = Programme(**PROGRAMME.__dict__ | {"level": "rendah", "risk": "Kecil"})
    plan_programme(session, evaluation, low, account, now)
    assert [one.level for one in list_plans(session, evaluation.id)] == ["tinggi", "rendah"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_units_word_and_the_evaluators_stand_side_by_side(file):
    session, evaluation, account, now = file

    def say(state, note, is_evaluator):
        record_requirement(
            session, evaluation, "tlhp", state, note, account, now, is_evaluator=is_evaluator
        )

    say(RequirementState.MET, "100 persen", False)
    say(RequirementState.MISSED, "Dua temuan terbuka", True)
    say(RequirementState.OPEN, "", False)
    rows = {
        one.requirement.code: one
        for one in list_requirements(session, evaluation, rules_of(evaluation))
    }
    row = rows["tlhp"]
    assert (row.unit.state, row.evaluator.state) == ("open", "missed")
    assert [one.note for one in row.history] == ["", "Dua temuan terbuka", "100 persen"]
    with pytest.raises(SurveyError):
        say(RequirementState.MET, " ", False)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_pages_lead_from_a_survey_to_a_risk_to_the_next_stage(place):
    address = f"{place.address}/berkas"
    page = place.staff.get(address).text
    assert "Jadikan risiko" in page
    hinted = (
        place.staff.get(f"{address}?risiko=IPAK:pungli").text
        + place.staff.get(f"{address}?risiko=IPAK:percaloan").text
    )
    assert "Survei Persepsi Anti Korupsi 2026-TW4" in hinted
    plan = {"area": "pengawasan", "risk": "Titipan", "level": "tinggi", "programme": "Loket"}
    plan |= {"due": "2027-03-01", "responsible": "Kabid"}
    assert post(place.staff, f"{address}/rencana", **plan | {"risk": ""}).status_code == 422
    assert post(place.staff, f"{address}/rencana", **plan).status_code == 302
    done = post(place.staff, f"{address}/tahap", to="pelaksanaan", day="2027-01-12", target="wbk")
    assert done.status_code == 302
    seen = place.evaluator.get(address).text
    assert "Tahap sekarang: Pelaksanaan" in seen and "Titipan" in seen
    # Evaluators read the unit's file and neither plan nor move it here.
    assert "Tambah risiko" not in seen and "Pindahkan" not in seen
    wrong = post(place.evaluator, f"{address}/tahap", to="monev", day="2027-01-13", target="wbk")
    assert wrong.status_code == 422 and "oleh Anda" in wrong.text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_requirement_is_proved_by_a_file_that_its_giver_may_take_back(place):
    address = f"{place.address}/syarat/tlhp"
    assert post(place.staff, address, state="met", note="").status_code == 422
    file = {"file": (io.BytesIO(b"%PDF-1.7\n%%EOF"), "tlhp.pdf")}
    assert post(place.staff, address, state="met", note="", **file).status_code == 302
    page = place.evaluator.get(address).text
    assert "tlhp.pdf" in page and "Hapus" not in page
    number = page.split("/dokumen/")[1].split('"')[0]
    remove = f"{place.address}/dokumen/{number}/hapus"
    assert post(place.evaluator, remove).status_code == 404
    assert post(place.staff, remove).status_code == 302
    assert "tlhp.pdf" in place.staff.get(f"{place.address}/berkas").text
