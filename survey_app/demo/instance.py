"""Builds the worked instance once, and says where everything in it is."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

import instruments
from instruments import Instrument
from survey_app.accounts.people import create_account, grant_role
from survey_app.administer.places import create_agency, create_service, create_unit
from survey_app.administer.surveys import (
    create_link,
    create_survey,
    open_survey,
)
from survey_app.clock import Clock
from survey_app.demo.generator import draw
from survey_app.ledger.accept import Origin, Submission, record_many
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import Agency, Role, Service, Survey, Unit

SEED = 14_2017
ACCOUNTS_FILE = "demo-accounts.json"


@dataclass(frozen=True)
class UnitPlan:
    """One invented unit: its services with their users in a quarter."""

    slug: str
    name: str
    address: str
    timezone: str
    case: str
    services: dict[str, tuple[str, int]]
    instruments: tuple[str, ...] = ("skm-2017",)


UNITS = (
    UnitPlan(
        "disdukcapil-contoh",
        "Dinas Kependudukan dan Pencatatan Sipil Kota Contoh",
        "Jalan Contoh Nomor 1, Kota Contoh",
        "Asia/Jakarta",
        "dukcapil",
        {
            "ktp-el": ("KTP elektronik", 2400),
            "akta": ("Akta kelahiran", 900),
            "pindah": ("Pindah datang", 420),
            "kia": ("Kartu identitas anak", 180),
        },
        ("skm-2017", "spak-2023", "spkp-2023"),
    ),
    UnitPlan(
        "mpp-contoh",
        "Mal Pelayanan Publik Kota Contoh",
        "Jalan Contoh Nomor 20, Kota Contoh",
        "Asia/Jakarta",
        "mpp",
        {
            "usaha": ("Perizinan berusaha", 1300),
            "bangunan": ("Persetujuan bangunan gedung", 350),
            "pajak": ("Pajak daerah", 950),
        },
        ("skm-2017", "spak-2023"),
    ),
    UnitPlan(
        "rsud-contoh",
        "RSUD Kota Contoh",
        "Jalan Sehat Nomor 3, Kota Contoh",
        "Asia/Makassar",
        "rsud",
        {
            "pendaftaran": ("Pendaftaran", 1900),
            "rawat-jalan": ("Rawat jalan", 1500),
            "farmasi": ("Farmasi", 1100),
        },
    ),
)
LINK_CODES = {"skm-2017": "demo-skm", "spak-2023": "demo-spak", "spkp-2023": "demo-spkp"}
QUARTERS_BEFORE = 3


@dataclass(frozen=True)
class Guide:
    """Where to look in the demo: addresses and log-ins."""

    links: list[tuple[str, str]]
    accounts: list[dict[str, str]]
    results: list[tuple[str, str]] = field(default_factory=list)

    def as_text(self, address: str) -> str:
        """The guide as the command prints it."""
        lines = ["", "Warga (isi survei, tanpa akun):"]
        lines += [f"  {address}/s/{code}   {title}" for code, title in self.links]
        lines += ["", "Hasil untuk umum:"]
        lines += [f"  {address}{path}   {name}" for path, name in self.results]
        lines += ["", f"Masuk di {address}/masuk:"]
        lines += [
            f"  {account['label']:<22} {account['email']:<34} kata sandi: {account['password']}"
            for account in self.accounts
        ]
        return "\n".join(lines)


def prepare_demo(store: Store, settings: Settings, clock: Clock) -> Guide:
    """Fill an empty instance with the demo, or find the demo that is there already."""
    with store.read() as session:
        exists = session.scalar(select(Agency.id).limit(1)) is not None
    path = settings.instance / ACCOUNTS_FILE
    if not exists:
        with store.write() as session:
            agency = create_agency(session, slug="kota-contoh", name="Pemerintah Kota Contoh")
            units = [_make_unit(session, agency, plan) for plan in UNITS]
            _keep_private(path, _make_accounts(session, agency, units, clock))
        for plan in UNITS:
            for instrument_id in plan.instruments:
                _run_surveys(store, settings, clock, plan, instruments.load(instrument_id))
    return _guide(store, path)


def _make_unit(session: Session, agency: Agency, plan: UnitPlan) -> Unit:
    unit = create_unit(
        session,
        agency,
        slug=plan.slug,
        name=plan.name,
        address=plan.address,
        timezone=plan.timezone,
    )
    for code, (name, _population) in plan.services.items():
        create_service(session, unit, code=code, name=name)
    return unit


def _make_accounts(
    session: Session, agency: Agency, units: list[Unit], clock: Clock
) -> list[dict[str, str]]:
    people: list[tuple[str, str, Role, dict[str, Any]]] = [
        ("Administrator", "admin@contoh.go.id", Role.SUPERADMIN, {}),
        ("Petugas Disdukcapil", "petugas.dukcapil@contoh.go.id", Role.STAFF, {"unit": units[0]}),
        ("Petugas MPP", "petugas.mpp@contoh.go.id", Role.STAFF, {"unit": units[1]}),
        ("Petugas RSUD", "petugas.rsud@contoh.go.id", Role.STAFF, {"unit": units[2]}),
        ("Evaluator TPI", "tpi@contoh.go.id", Role.EVALUATOR, {"agency": agency}),
        ("Inspektorat", "inspektorat@contoh.go.id", Role.INSPECTOR, {"agency": agency}),
    ]
    made = []
    for label, email, role, place in people:
        password = secrets.token_urlsafe(12)
        account = create_account(session, email=email, name=label, password=password, now=clock())
        grant_role(session, account, role, **place)
        made.append({"label": label, "email": email, "password": password})
    return made


def _keep_private(path: Path, accounts: list[dict[str, str]]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(accounts, indent=1), encoding="utf-8")


def _run_surveys(
    store: Store, settings: Settings, clock: Clock, plan: UnitPlan, instrument: Instrument
) -> None:
    """Past quarters surveyed, closed and published; this one open and partly answered."""
    today = clock().date()
    quarters = list(_quarters_until(today, QUARTERS_BEFORE))
    for age, (period, start, end) in enumerate(quarters):
        is_current = age == len(quarters) - 1
        # Each quarter a little better than the one before, so that a trend is there to see.
        key = _open(store, clock, plan, instrument, period, is_current)
        _answer(store, settings, clock, key, plan, instrument, (start, min(end, today)), age)
        if not is_current:
            _finish(store, settings, clock, key)


def _quarters_until(today: date, before: int) -> Iterator[tuple[str, date, date]]:
    number = today.year * 4 + (today.month - 1) // 3
    for quarter in range(number - before, number + 1):
        year, index = divmod(quarter, 4)
        start = date(year, 3 * index + 1, 1)
        end = date(year + (index == 3), (3 * index + 3) % 12 + 1, 1) - timedelta(days=1)
        yield f"{year}-TW{index + 1}", start, end


def _open(
    store: Store,
    clock: Clock,
    plan: UnitPlan,
    instrument: Instrument,
    period: str,
    is_current: bool,
) -> str:
    with store.write() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == plan.slug)).one()
        populations = {code: population for code, (_, population) in plan.services.items()}
        survey = create_survey(
            session,
            unit,
            instrument,
            period=period,
            service_populations=populations,
            now=clock(),
            is_demo=True,
        )
        is_shown = is_current and plan is UNITS[0]
        code = LINK_CODES[instrument.id] if is_shown else None
        create_link(session, survey, code=code)
        for service in session.scalars(select(Service).where(Service.unit_id == unit.id)):
            create_link(session, survey, service=service, counter=f"Loket {service.name}")
        open_survey(session, survey, now=clock())
        return survey.key


def _answer(
    store: Store,
    settings: Settings,
    clock: Clock,
    key: str,
    plan: UnitPlan,
    instrument: Instrument,
    span: tuple[date, date],
    age: int,
) -> None:
    from survey_app.ledger.keys import instance_keys
    from survey_app.ledger.seal import seal_survey
    from survey_app.settings import instance_secret

    rng = np.random.default_rng([SEED, age, *key.encode()])
    receipt_key = instance_secret(settings, "receipt.key")
    start, end = span
    weeks = max(1, ((end - start).days + 1) // 7)
    for week in range(weeks):
        day = min(start + timedelta(days=7 * week + int(rng.integers(0, 5))), end)
        with store.write() as session:
            survey = session.scalars(select(Survey).where(Survey.key == key)).one()
            services = session.scalars(select(Service).where(Service.unit_id == survey.unit_id))
            for number, service in enumerate(services):
                share = plan.services[service.code][1] / sum(p for _, p in plan.services.values())
                n = int(rng.poisson((survey.target or 300) * 1.06 * share / 13))
                shift = 0.06 * age - 0.12 * number
                drawn = draw(rng, instrument, plan.case, n, shift)
                submissions = [
                    Submission(
                        submission_id=secrets.token_urlsafe(16),
                        answers=person.answers,
                        profile=person.profile,
                        comment=person.comment,
                        language="id",
                    )
                    for person in drawn
                ]
                origin = Origin(
                    survey_id=survey.id,
                    service_id=service.id,
                    channel="open",
                    day=day,
                    instrument_sha256=survey.instrument_sha256,
                )
                record_many(session, origin, submissions, receipt_key=receipt_key)
            seal_survey(session, survey.id, instance_keys(settings, session), clock())


def _finish(store: Store, settings: Settings, clock: Clock, key: str) -> None:
    """Close and publish a past quarter, with a follow-up plan for its two lowest unsur."""
    raise NotImplementedError
