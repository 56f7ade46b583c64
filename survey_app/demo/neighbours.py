"""Twelve invented offices of the demo's city, one of which holds answers that ask for a look.

Small surveys, answered in a few days each: they give the evaluators' overview something to see,
and the unusual pattern its peers.
"""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

import instruments
from instruments import Instrument
from survey_app.administer.periods import period_span, quarter_before, quarter_of
from survey_app.administer.places import create_service, create_unit, find_unit
from survey_app.administer.surveys import close_survey, create_survey, open_survey
from survey_app.clock import Clock
from survey_app.demo.generator import Drawn, draw
from survey_app.estimates import survey_result
from survey_app.evaluate.quality_cases import read_examination
from survey_app.evaluate.quality_decisions import find_case, reply
from survey_app.evaluate.quality_job import judge_period
from survey_app.ledger.accept import Origin, Submission, record_many
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.publication import publish_result
from survey_app.settings import Settings, instance_secret
from survey_app.store import Store
from survey_app.store.tables import Account, Agency, Channel, Service, Survey, Unit

NAMES = (
    *("Mawar", "Melati", "Kenanga", "Cempaka", "Anggrek", "Dahlia"),
    *("Flamboyan", "Teratai", "Seroja", "Kamboja", "Bougenvil", "Wijaya Kusuma"),
)
SERVICES = {"pengantar": ("Surat pengantar", 70), "domisili": ("Keterangan domisili", 45)}
DAYS = 6
ANSWERING = 0.62
COPIES = 44
# Fewer draws than a real run takes; what is planted is far beyond them.
DRAWS = 1999
SEED = 7
STAFF = "petugas.kelurahan@contoh.go.id"
REPLY = (
    "Pada minggu terakhir petugas membantu rombongan peserta pelatihan usaha mengisi di aula; "
    "daftar hadirnya ada. Kami menyadari pengisian tidak dilakukan sendiri-sendiri."
)


def make_neighbours(session: Session, agency: Agency) -> list[Unit]:
    """The offices with their services; the first is the one to look at."""
    return [_make_unit(session, agency, name) for name in NAMES]


def run_neighbours(store: Store, settings: Settings, clock: Clock) -> None:
    """Two quarters surveyed and published, the newer one judged, and the unit's reply."""
    instrument = instruments.load("skm-2017")
    newest = quarter_before(quarter_of(clock().date()))
    for age, period in enumerate((quarter_before(newest), newest)):
        for place, name in enumerate(NAMES):
            is_planted = age == 1 and place == 0
            _survey(store, settings, clock, _slug(name), instrument, period, age, is_planted)
    judge_period(store, instance_signer(settings), newest, clock(), draws=DRAWS)
    _reply(store, settings, clock, newest)


def _slug(name: str) -> str:
    return "kelurahan-" + name.lower().replace(" ", "-")


def _make_unit(session: Session, agency: Agency, name: str) -> Unit:
    unit = create_unit(
        session,
        agency,
        slug=_slug(name),
        name=f"Kelurahan {name}",
        address=f"Jalan {name} Nomor 1, Kota Contoh",
        timezone="Asia/Jakarta",
    )
    for code, (title, _population) in SERVICES.items():
        create_service(session, unit, code=code, name=title)
    return unit


def _survey(
    store: Store,
    settings: Settings,
    clock: Clock,
    slug: str,
    instrument: Instrument,
    period: str,
    age: int,
    is_planted: bool,
) -> None:
    rng = np.random.default_rng([SEED, age, *slug.encode()])
    level = float(np.random.default_rng([SEED, *slug.encode()]).normal(0, 0.3)) + 0.1 * age
    start, _end = period_span(period)
    populations = {code: population for code, (_, population) in SERVICES.items()}
    with store.write() as session:
        unit = find_unit(session, slug)
        survey = create_survey(
            session,
            unit,
            instrument,
            period=period,
            service_populations=populations,
            now=clock(),
            is_demo=True,
        )
        open_survey(session, survey, clock())
        days = [start + timedelta(days=14 * number) for number in range(DAYS)]
        for service in _services(session, unit):
            users = populations[service[1]]
            n = int(rng.binomial(users, 0.35 if is_planted else ANSWERING))
            drawn = draw(rng, instrument, "dukcapil", n, level)
            _record(session, settings, survey, service, drawn, days)
        if is_planted:
            copies = _copies(rng, instrument)
            _record(session, settings, survey, service, copies, days[-1:])
        close_survey(session, survey, instance_signer(settings), clock())
        result = survey_result(session, survey)
        publish_result(session, survey, result, clock(), minimum=settings.display_minimum)


def _services(session: Session, unit: Unit) -> list[tuple[int, str]]:
    query = select(Service.id, Service.code).where(Service.unit_id == unit.id).order_by(Service.id)
    return [(row[0], row[1]) for row in session.execute(query)]


def _record(
    session: Session,
    settings: Settings,
    survey: Survey,
    service: tuple[int, str],
    drawn: Sequence[Drawn],
    days: Sequence[date],
) -> None:
    key = instance_secret(settings, "receipt.key")
    for place, day in enumerate(days):
        origin = Origin(
            survey_id=survey.id,
            survey_key=survey.key,
            service_id=service[0],
            service_code=service[1],
            channel=Channel.OPEN,
            day=day,
            instrument_sha256=survey.instrument_sha256,
        )
        part = drawn[place :: len(days)]
        record_many(session, origin, [_submission(one) for one in part], key)


def _submission(drawn: Drawn) -> Submission:
    return Submission(secrets.token_urlsafe(16), drawn.answers, drawn.profile, drawn.comment)


def _copies(rng: np.random.Generator, instrument: Instrument) -> list[Drawn]:
    """One satisfied form many times over, as when one hand fills in for all."""
    people = draw(rng, instrument, "dukcapil", COPIES, 0.0)
    high = instrument.scale.maximum
    form = {code: high - (place % 3 == 1) for place, code in enumerate(instrument.codes)}
    return [Drawn(dict(form), one.profile, "") for one in people]


def _reply(store: Store, settings: Settings, clock: Clock, period: str) -> None:
    with store.write() as session:
        unit = find_unit(session, _slug(NAMES[0]))
        survey = session.scalars(
            select(Survey).where(Survey.unit_id == unit.id, Survey.period == period)
        ).one()
        found = read_examination(session, survey)
        staff = session.scalars(select(Account).where(Account.email == STAFF)).one()
        for case in found.cases[:1] if found is not None else []:
            now = clock()
            known = find_case(session, survey, case.number, case.code)
            reply(session, survey, known, REPLY, staff, instance_signer(settings), now)
