"""An invented Zona Integritas file for the demo's first unit."""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

import instruments
from survey_app.administer.periods import quarter_before, quarter_of
from survey_app.administer.places import find_unit
from survey_app.administer.surveys import close_survey, create_link, create_survey, open_survey
from survey_app.clock import Clock
from survey_app.demo.generator import draw
from survey_app.ledger.accept import Origin, Submission, record_many
from survey_app.ledger.keys import instance_signer
from survey_app.settings import Settings, instance_secret
from survey_app.store import Store
from survey_app.store.tables import (
    Account,
    Channel,
    PlanState,
    RequirementState,
    Unit,
    ZiEvaluation,
)
from survey_app.zi.entries import NewEntry, record_entries
from survey_app.zi.evaluations import begin_evaluation
from survey_app.zi.outcomes import Benefit, NewOutcome, record_outcome
from survey_app.zi.plans import Minutes, Programme, plan_programme, record_monitoring
from survey_app.zi.requirements import record_requirement
from survey_app.zi.steps import Actor, Stage, take_step

UNIT = "disdukcapil-contoh"
EVALUATOR = "tpi@contoh.go.id"
OFFICER = "petugas.dukcapil@contoh.go.id"
STAFF, ANSWERED = 58, 47
SEED = 2024
LKE = "LKE peraga, hasil evaluasi TPI"
POINTS = {
    "perubahan.pemenuhan": "3.4",
    "perubahan.reform": "2.9",
    "tatalaksana.pemenuhan": "2.8",
    "tatalaksana.reform": "2.45",
    "sdm.pemenuhan": "4.1",
    "sdm.reform": "3.3",
    "akuntabilitas.pemenuhan": "4.2",
    "akuntabilitas.reform": "3.1",
    "pengawasan.pemenuhan": "6.3",
    "pengawasan.reform": "5.2",
    "pelayanan.pemenuhan": "4.3",
    "pelayanan.reform": "2.4",
    "capaian-kinerja": "3.75",
}
REQUIREMENTS = {
    "opini-bpk": (RequirementState.MET, "WTP, LHP BPK peraga"),
    "tlhp": (RequirementState.MISSED, "Satu rekomendasi masih berjalan"),
    "lhkpn": (RequirementState.MET, "Seluruh wajib lapor sudah melapor"),
}
OBSTACLES = "Papan biaya menunggu anggaran perubahan."


def fill_zona_integritas(store: Store, settings: Settings, clock: Clock) -> None:
    """This year's figures and file of one unit, and its staff's survey of the last quarter."""
    now, year = clock(), clock().year
    _ask_staff(store, settings, clock)
    with store.write() as session:
        unit = find_unit(session, UNIT)
        evaluator, officer = (_account(session, email) for email in (EVALUATOR, OFFICER))
        record_entries(session, unit, year, _entries(), evaluator, now)
        evaluation = begin_evaluation(session, unit, year, now)
        _fill_file(session, evaluation, officer, now)
        _fill_series(session, unit, officer, now)
        note = "Menunggu bukti dari unit"
        state = RequirementState.OPEN
        record_requirement(
            session, evaluation, "tlhp", state, note, evaluator, now, is_evaluator=True
        )


def _entries() -> list[NewEntry]:
    points = [NewEntry(code, Decimal(value), LKE) for code, value in POINTS.items()]
    source = "Laporan survei eksternal peraga nomor 7"
    external = NewEntry("ipak", Decimal("3.58"), source, se=Decimal("0.03"), n=160)
    return [*points, external]


def _fill_file(session: Session, evaluation: ZiEvaluation, officer: Account, now: datetime) -> None:
    day = now.date()
    plans = (
        ("pengawasan", "Berkas dititipkan lewat kenalan", "tinggi", "Loket tunggal bernomor"),
        ("pelayanan", "Biaya tidak diketahui warga", "sedang", "Papan biaya di pintu masuk"),
    )
    states = (PlanState.DONE, PlanState.RUNNING)
    words = ("Berjalan sejak awal triwulan", "Rancangan papan selesai")
    for (area, risk, level, programme), state, progress in zip(plans, states, words, strict=True):
        due = day + timedelta(days=60)
        plan = Programme(
            area, risk, level, programme, due, "Kepala Bidang Pelayanan", state, progress
        )
        plan_programme(session, evaluation, plan, officer, now)
    for stage, before in ((Stage.RUNNING, 60), (Stage.MONITORING, 20)):
        begun, actors = day - timedelta(days=before), {Actor.UNIT}
        take_step(session, evaluation, stage, begun, "", actors, officer, now)
    held = day - timedelta(days=14)
    minutes = Minutes(
        f"Sampai {held.month}/{held.year}",
        held,
        "Satu program selesai, satu berjalan.",
        OBSTACLES,
        "Sekretaris mengajukan anggaran.",
    )
    record_monitoring(session, evaluation, minutes, officer, now)
    for code, (said, note) in REQUIREMENTS.items():
        record_requirement(session, evaluation, code, said, note, officer, now, is_evaluator=False)


def _fill_series(session: Session, unit: Unit, officer: Account, now: datetime) -> None:
    for months, value in ((9, "41"), (6, "38"), (3, "29")):
        day = (now - timedelta(days=30 * months)).date()
        entry = NewOutcome(
            Benefit.TRUST,
            "Pengaduan lewat SP4N-LAPOR! tiap triwulan",
            "pengaduan",
            day,
            Decimal(value),
            None,
            "Rekap peraga SP4N-LAPOR!",
            is_higher_better=False,
        )
        record_outcome(session, unit, entry, officer, now)


def _ask_staff(store: Store, settings: Settings, clock: Clock) -> None:
    instrument = instruments.load("integritas-pegawai")
    period = quarter_before(quarter_of(clock().date()))
    rng = np.random.default_rng(SEED)
    with store.write() as session:
        unit = find_unit(session, UNIT)
        survey = create_survey(
            session, unit, instrument, period=period, now=clock(), population=STAFF, is_demo=True
        )
        create_link(session, survey)
        start: date = survey.period_start
        open_survey(session, survey, datetime.combine(start, time(1), UTC))
        origin = Origin(
            survey_id=survey.id,
            survey_key=survey.key,
            service_id=None,
            service_code=None,
            channel=Channel.OPEN,
            day=start + timedelta(days=20),
            instrument_sha256=survey.instrument_sha256,
        )
        drawn = draw(rng, instrument, "dukcapil", ANSWERED, 0.2)
        answers = [Submission(secrets.token_urlsafe(16), one.answers, {}, "") for one in drawn]
        record_many(session, origin, answers, instance_secret(settings, "receipt.key"))
        close_survey(session, survey, instance_signer(settings), clock())


def _account(session: Session, email: str) -> Account:
    return session.scalars(select(Account).where(Account.email == email)).one()
