"""Builds the worked instance once, and says where everything in it is."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

import instruments
from instruments import Instrument
from survey_app.accounts.people import create_account, grant_role
from survey_app.administer.periods import quarter_before, quarter_of
from survey_app.administer.places import create_agency, create_service, create_unit, find_unit
from survey_app.administer.surveys import close_survey, create_link, create_survey, open_survey
from survey_app.clock import Clock
from survey_app.demo.generator import Drawn, draw
from survey_app.demo.neighbours import make_neighbours, run_neighbours
from survey_app.demo.zona_integritas import fill_zona_integritas
from survey_app.estimates import survey_result
from survey_app.ledger.accept import Origin, Submission, record_many
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.publication import publish_result
from survey_app.ledger.seal import seal_survey
from survey_app.paper.batches import prepare_batch
from survey_app.settings import Settings, instance_secret
from survey_app.store import Store
from survey_app.store.tables import (
    Account,
    Agency,
    Channel,
    FollowUp,
    FollowUpState,
    Link,
    Role,
    Service,
    Survey,
    SurveyState,
    Unit,
)

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
        ("skm-2017", "spak-2023-suap"),
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
LINK_CODES = {
    "disdukcapil-contoh": {
        "skm-2017": "demo-skm",
        "spak-2023": "demo-spak",
        "spkp-2023": "demo-spkp",
    },
    "mpp-contoh": {"spak-2023-suap": "demo-suap"},
}
# One unit shows every way in: how its answers came, and a link or batch for each.
MANY_CHANNELS = "mpp-contoh"
CHANNEL_SHARES = ((Channel.OPEN, 0.5), (Channel.TICKET, 0.25), (Channel.KIOSK, 0.25))
CHANNEL_LINKS = {
    Channel.TICKET: "Loket informasi",
    Channel.KIOSK: "Ruang tunggu",
    Channel.LOBBY: "Lobi",
    Channel.ASSISTED: "Loket prioritas",
}
PAPER_OFFICER, PAPER_SHEETS = "petugas.mpp@contoh.go.id", 20
QUARTERS_BEFORE = 3
WEEKS = 13
WORKDAYS = 5
FOLLOW_UPS = (
    ("Menambah loket pada jam sibuk pagi", "Kepala Bidang Pelayanan", 90),
    ("Memasang papan biaya dan alur di pintu masuk", "Sekretaris", 60),
)
OUTCOMES = {
    FollowUpState.DONE: "Sudah berjalan sejak awal bulan; waktu tunggu dicatat tiap minggu.",
    FollowUpState.RUNNING: "Papan selesai dicetak, pemasangan dijadwalkan.",
}


@dataclass(frozen=True)
class Guide:
    """Where to look in the demo: addresses and log-ins."""

    links: list[tuple[str, str]]
    accounts: list[dict[str, str]]
    results: list[tuple[str, str]]
    channels: list[tuple[str, str]] = field(default_factory=list)

    def as_text(self, address: str) -> str:
        """The guide as the command prints it."""
        lines = ["", "Warga (isi survei, tanpa akun):"]
        lines += [f"  {address}/s/{code}   {title}" for code, title in self.links]
        lines += ["", "Saluran lain (lihat tab Saluran dan Kertas di meja unit):"]
        lines += [f"  {address}{path}   {words}" for path, words in self.channels]
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
            units += make_neighbours(session, agency)
            _keep_private(path, _make_accounts(session, agency, units, clock))
        for plan in UNITS:
            for instrument_id in plan.instruments:
                _run_surveys(store, settings, clock, plan, instruments.load(instrument_id))
        fill_zona_integritas(store, settings, clock)
        run_neighbours(store, settings, clock)
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
        ("Petugas MPP", PAPER_OFFICER, Role.STAFF, {"unit": units[1]}),
        ("Petugas RSUD", "petugas.rsud@contoh.go.id", Role.STAFF, {"unit": units[2]}),
        ("Petugas Kelurahan", "petugas.kelurahan@contoh.go.id", Role.STAFF, {"unit": units[3]}),
        ("Evaluator TPI", "tpi@contoh.go.id", Role.EVALUATOR, {"agency": agency}),
        ("Evaluator TPI kedua", "tpi2@contoh.go.id", Role.EVALUATOR, {"agency": agency}),
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
    periods = [quarter_of(today)]
    for _ in range(QUARTERS_BEFORE):
        periods.insert(0, quarter_before(periods[0]))
    for age, period in enumerate(periods):
        is_current = age == QUARTERS_BEFORE
        survey_id = _open(store, clock, plan, instrument, period, is_current)
        _answer(store, settings, clock, survey_id, plan, instrument, age)
        if not is_current:
            _finish(store, settings, clock, survey_id)


def _open(
    store: Store,
    clock: Clock,
    plan: UnitPlan,
    instrument: Instrument,
    period: str,
    is_current: bool,
) -> int:
    with store.write() as session:
        unit = find_unit(session, plan.slug)
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
        code = LINK_CODES.get(plan.slug, {}).get(instrument.id) if is_current else None
        create_link(session, survey, code=code)
        if is_current:
            for service in session.scalars(select(Service).where(Service.unit_id == unit.id)):
                create_link(session, survey, service=service, counter=f"Loket {service.name}")
        if is_current and plan.slug == MANY_CHANNELS:
            _offer_channels(session, survey, clock())
        open_survey(session, survey, datetime.combine(survey.period_start, time(1), UTC))
        return survey.id


def _offer_channels(session: Session, survey: Survey, now: datetime) -> None:
    """A link of every channel, and a batch of paper that waits to be printed."""
    for channel, counter in CHANNEL_LINKS.items():
        create_link(session, survey, channel=channel, counter=counter)
    officer = session.scalars(select(Account).where(Account.email == PAPER_OFFICER)).one()
    prepare_batch(session, survey, PAPER_SHEETS, officer, now, counter="Layanan keliling")


def _answer(
    store: Store,
    settings: Settings,
    clock: Clock,
    survey_id: int,
    plan: UnitPlan,
    instrument: Instrument,
    age: int,
) -> None:
    """Draw the answers week by week, this quarter's day by day, sealed as they would have been."""
    receipt_key = instance_secret(settings, "receipt.key")
    signer = instance_signer(settings)
    rng = np.random.default_rng([SEED, age, *plan.slug.encode(), *instrument.id.encode()])
    with store.read() as session:
        survey = session.get_one(Survey, survey_id)
        services = session.scalars(select(Service).where(Service.unit_id == survey.unit_id)).all()
    users = sum(population for _, population in plan.services.values())
    target = survey.target or users
    last = min(survey.period_end, clock().date())
    is_current = age == QUARTERS_BEFORE
    days = (_workdays if is_current else _weeks)(survey.period_start, last)
    slots = WEEKS * WORKDAYS if is_current else WEEKS
    for day in days:
        with store.write() as session:
            for place, service in enumerate(services):
                share = plan.services[service.code][1] / users
                n = int(rng.poisson(1.08 * target * share / slots))
                # Each quarter a little better than the last, each service a little different.
                drawn = draw(rng, instrument, plan.case, n, 0.06 * age - 0.1 * place)
                for channel, part in _by_channel(plan, drawn):
                    origin = Origin(
                        survey_id=survey.id,
                        survey_key=survey.key,
                        service_id=service.id,
                        service_code=service.code,
                        channel=channel,
                        day=day,
                        instrument_sha256=survey.instrument_sha256,
                    )
                    record_many(session, origin, [_submission(one) for one in part], receipt_key)
            evening = datetime.combine(day, time(10), UTC)
            seal_survey(session, survey.id, signer, evening, minimum=settings.batch_minimum)


def _by_channel(plan: UnitPlan, drawn: list[Drawn]) -> Iterator[tuple[Channel, list[Drawn]]]:
    """Answers by the way they came; all by the open link, but for the unit with many ways."""
    shares = CHANNEL_SHARES if plan.slug == MANY_CHANNELS else ((Channel.OPEN, 1.0),)
    ends = [round(len(drawn) * end) for end in accumulate(share for _, share in shares)]
    for (channel, _share), start, end in zip(shares, [0, *ends], ends, strict=False):
        yield channel, drawn[start:end]


def _weeks(start: date, last: date) -> Iterator[date]:
    day = start
    while day <= last:
        yield day
        day += timedelta(days=7)


def _workdays(start: date, last: date) -> Iterator[date]:
    for monday in _weeks(start - timedelta(days=start.weekday()), last):
        week = (monday + timedelta(days=n) for n in range(WORKDAYS))
        yield from (day for day in week if start <= day <= last)


def _submission(drawn: Drawn) -> Submission:
    return Submission(secrets.token_urlsafe(16), drawn.answers, drawn.profile, drawn.comment)


def _finish(store: Store, settings: Settings, clock: Clock, survey_id: int) -> None:
    """Close and publish a past quarter, with a follow-up plan for its lowest unsur."""
    with store.write() as session:
        survey = session.get_one(Survey, survey_id)
        close_survey(session, survey, instance_signer(settings), clock())
        result = survey_result(session, survey)
        publish_result(session, survey, result, clock(), minimum=settings.display_minimum)
        survey.published_at = datetime.combine(survey.period_end, time(), UTC) + timedelta(days=14)
        known = [item for item in result["groups"][0]["items"] if item["mean"] is not None]
        items = sorted(known, key=lambda item: item["mean"])
        plans = zip(items, FOLLOW_UPS, OUTCOMES.items(), strict=False)
        for item, (programme, responsible, days), (state, outcome) in plans:
            session.add(
                FollowUp(
                    survey_id=survey.id,
                    unsur=item["code"],
                    programme=programme,
                    due=survey.period_end + timedelta(days=days),
                    responsible=responsible,
                    state=state,
                    evidence=outcome,
                )
            )


def _guide(store: Store, accounts: Path) -> Guide:
    with store.read() as session:
        links = session.execute(
            select(Link.code, Link.channel, Survey.title, Unit.name, Link.counter)
            .join(Survey, Survey.id == Link.survey_id)
            .join(Unit, Unit.id == Survey.unit_id)
            .where(Survey.state == SurveyState.OPEN)
            .order_by(Link.code.startswith("demo-").desc(), Unit.name, Survey.title)
        ).all()
        units = session.execute(select(Unit.slug, Unit.name).order_by(Unit.id)).all()
    named = [
        (code, channel, " · ".join(part for part in place if part))
        for code, channel, *place in links
    ]
    return Guide(
        links=[(code, words) for code, channel, words in named if channel == Channel.OPEN],
        accounts=json.loads(accounts.read_text(encoding="utf-8")) if accounts.exists() else [],
        results=[(f"/hasil/{slug}", name) for slug, name in units],
        channels=[
            (f"/{'kios' if channel == Channel.KIOSK else 's'}/{code}", f"{words} ({channel})")
            for code, channel, words in named
            if channel != Channel.OPEN
        ],
    )
