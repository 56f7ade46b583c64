"""Signals of a period: found where planted, frozen, computed again, and telling on nobody."""

import json

import numpy as np
import pytest
from sqlalchemy import select, text

import instruments
from analysis.answers import matrix_of
from analysis.quality_units import UnitEvidence
from survey_app.administer.places import create_agency, create_service, create_unit
from survey_app.administer.surveys import close_survey, create_survey, open_survey
from survey_app.evaluate.quality_job import check_period, judge_period
from survey_app.evaluate.quality_sensitivity import told_sensitivity
from survey_app.ledger.accept import Origin, Submission, record_many
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.quality_acts import read_content
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import QualityAct, Survey
from tests.worlds import RECEIPT_KEY, submission_id

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

SKM = instruments.load("skm-2017")
PERIOD = "2026-TW3"
COPY = [3, 4, 3, 4, 4, 3, 3, 4, 4]


@pytest.fixture
def period(store, settings, clock):
    """Twelve closed surveys of one period; the first holds forty copies of one form."""
    add_surveys(store, settings, clock)
    return store


def add_surveys(store, settings, clock, **sizes):
    random = np.random.default_rng(8)
    with store.write() as session:
        agency = create_agency(session, slug="kota", name="Kota")
        for place in range(12):
            add_survey(session, agency, place, random, settings, clock, **sizes)


def add_survey(session, agency, place, random, settings, clock, n=80, copies=40):
    unit = create_unit(session, agency, slug=f"unit-{place}", name=f"Unit {place}")
    service = create_service(session, unit, code="a", name="A")
    survey = create_survey(session, unit, SKM, period=PERIOD, now=clock(), population=900)
    open_survey(session, survey, clock())
    forms = honest(random, n)
    if place == 0:
        forms = np.concatenate([forms, np.tile(COPY, (copies, 1))])
    origin = Origin(
        survey_id=survey.id,
        survey_key=survey.key,
        service_id=service.id,
        service_code="a",
        channel="open",
        day=survey.period_start,
        instrument_sha256=survey.instrument_sha256,
    )
    record_many(session, origin, [submission(form, random) for form in forms], RECEIPT_KEY)
    close_survey(session, survey, instance_signer(settings), clock())


def honest(random, n):
    level = random.standard_normal((n, 1)) * 0.8 + random.standard_normal((n, 9)) * 0.8
    return np.digitize(level, [-2.0, -0.9, 0.5]) + 1


def submission(form, random):
    answers = dict(zip(SKM.codes, map(int, form), strict=True))
    dice = type("Dice", (), {"randbytes": lambda self, n: random.bytes(n)})()
    return Submission(submission_id(dice), answers, {}, "")


def findings(store):
    with store.read() as session:
        rows = session.execute(
            select(Survey.key, QualityAct)
            .join(Survey, Survey.id == QualityAct.survey_id)
            .order_by(QualityAct.id)
        )
        return {key: read_content(act) for key, act in rows}


def judge(store, settings, clock):
    return judge_period(store, instance_signer(settings), PERIOD, clock(), draws=1999)


def test_a_period_is_judged_frozen_and_computed_again(period, settings, clock):
    done = judge(period, settings, clock)
    assert (done.judged, done.recorded, done.unusual) == (12, 12, 1)
    found = findings(period)
    unusual = {key: [one["code"] for one in content["unusual"]] for key, content in found.items()}
    assert "salinan" in unusual.pop(f"unit-0-skm-2017-{PERIOD}".lower())
    assert not any(unusual.values())
    content = found[f"unit-0-skm-2017-{PERIOD}".lower()]
    assert content["sensitivity"]["flagged"] % 5 == 0
    assert content["sensitivity"]["flagged"] >= 40
    assert content["sensitivity"]["all"] != content["sensitivity"]["without"]
    assert "volume" in content["untested"]
    assert verify_database(period).damages == []

    clock.advance(days=3)
    assert judge(period, settings, clock).recorded == 0
    assert list(check_period(period, PERIOD)) == []

    with period.write() as session:
        session.execute(text("DROP TRIGGER response_keeps_update"))
        session.execute(text("UPDATE response SET leaf = zeroblob(32) WHERE survey_id = 1"))
    assert any("jawabannya bukan" in line for line in check_period(period, PERIOD))


def test_findings_hold_no_respondent(period, settings, clock):
    judge(period, settings, clock)
    with period.read() as session:
        ids = {row.hex() for row in session.scalars(text("SELECT id FROM response"))}
    told = json.dumps(findings(period))
    assert not any(identity in told for identity in ids)


def evidence(forms, channels):
    answers = [dict(zip(SKM.codes, map(int, form), strict=True)) for form in forms]
    n = len(forms)
    return UnitEvidence(
        matrix=matrix_of(SKM, answers),
        highest=4,
        days=np.zeros(n, dtype=np.int64),
        channels=channels,
        services=["a"] * n,
        profile=np.zeros((n, 0), dtype=np.int64),
    )


@pytest.fixture
def forms(database_kind):
    return honest(np.random.default_rng(2), 60)


def test_the_index_without_flagged_answers_is_told_only_of_ten(forms):
    few = np.concatenate([forms[~(forms == forms[:, :1]).all(axis=1)], np.full((9, 9), 4)])
    many = np.concatenate([few, np.full((6, 9), 4)])
    assert told_sensitivity(SKM, evidence(few, ["open"] * len(few)), ["lurus"]) == {"reason": "few"}
    told = told_sensitivity(SKM, evidence(many, ["open"] * len(many)), ["lurus"])
    assert told["flagged"] == 15
    assert told["without"] < told["all"]


def test_nine_flagged_in_one_channel_hold_the_figure_back(forms):
    lines = np.full((30, 9), 4)
    plain = forms[~(forms == forms[:, :1]).all(axis=1)]
    both = np.concatenate([plain, lines])
    channels = ["open"] * (len(plain) + 21) + ["ticket"] * 9
    assert told_sensitivity(SKM, evidence(both, channels), ["lurus"]) == {"reason": "few"}


def test_a_second_set_of_flagged_answers_may_not_differ_by_a_few(forms):
    plain = forms[~(forms == forms[:, :1]).all(axis=1)]
    both = np.concatenate([plain, np.full((20, 9), 4), np.tile(COPY, (5, 1))])
    here = evidence(both, ["open"] * len(both))
    assert "without" in told_sensitivity(SKM, here, ["lurus"])
    told = told_sensitivity(SKM, here, ["lurus", "salinan"], told_before=[["lurus"]])
    assert told == {"reason": "overlap"}


def test_signals_from_counts_point_at_no_answer(forms):
    told = told_sensitivity(SKM, evidence(forms, ["open"] * len(forms)), ["cepat", "volume"])
    assert told == {"reason": "counts"}
