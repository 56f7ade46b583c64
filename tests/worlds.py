"""A small world for tests: an agency, a unit with two services, and one open survey."""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass

import instruments
from instruments import Instrument
from survey_app.administer.places import create_agency, create_service, create_unit
from survey_app.administer.surveys import close_survey, create_link, create_survey, open_survey
from survey_app.clock import Clock, day_in
from survey_app.ledger.accept import Acceptance, Origin, Submission, record_many, record_response
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.seal import seal_survey
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import Seal, Survey

RECEIPT_KEY = bytes(range(32))
SERVICES = ("ktp", "akta")
COMMENTS = ("Antrean panjang.", "Petugas ramah & cepat.", "Toilet kotor…", "Terima kasih 🙏")


@dataclass(frozen=True)
class World:
    """One open survey on a store, with a link for each service."""

    store: Store
    settings: Settings
    clock: Clock
    instrument: Instrument
    survey_id: int
    key: str
    services: dict[str, int]
    links: dict[str, str]

    def origin(self, service: str | None = "ktp", channel: str = "open") -> Origin:
        """Where a submission about a service belongs, today."""
        return Origin(
            survey_id=self.survey_id,
            survey_key=self.key,
            service_id=self.services[service] if service else None,
            service_code=service,
            channel=channel,
            day=day_in("Asia/Jakarta", self.clock()),
            instrument_sha256=self.instrument.sha256,
        )

    def accept(self, submission: Submission, **origin: str) -> Acceptance:
        """Record one submission in a transaction of its own."""
        with self.store.write() as session:
            return record_response(session, self.origin(**origin), submission, RECEIPT_KEY)

    def fill(self, count: int, seed: int = 0) -> list[Submission]:
        """Record submissions over services and channels; returns them."""
        drawn = list(submissions(self.instrument, count, seed))
        with self.store.write() as session:
            for service in (*SERVICES, None):
                for channel in ("open", "ticket"):
                    part = [
                        one
                        for place, one in enumerate(drawn)
                        if (*SERVICES, None)[place % 3] == service
                        and ("open", "ticket")[place % 2] == channel
                    ]
                    record_many(session, self.origin(service, channel), part, RECEIPT_KEY)
        return drawn

    def seal(self, minimum: int = 1) -> Seal | None:
        """Seal what waits."""
        signer = instance_signer(self.settings)
        with self.store.write() as session:
            return seal_survey(session, self.survey_id, signer, self.clock(), minimum=minimum)

    def close(self) -> None:
        """Close the survey, which seals the rest."""
        with self.store.write() as session:
            survey = session.get_one(Survey, self.survey_id)
            close_survey(session, survey, instance_signer(self.settings), self.clock())


def make_world(
    store: Store,
    settings: Settings,
    clock: Clock,
    instrument_id: str = "skm-2017",
    slug: str = "unit-uji",
) -> World:
    """Set up an agency, a unit, its services, an open survey and its links."""
    instrument = instruments.load(instrument_id)
    with store.write() as session:
        agency = create_agency(session, slug=f"kota-{slug}", name="Kota Uji")
        unit = create_unit(session, agency, slug=slug, name="Dinas Uji")
        services = {
            code: create_service(session, unit, code=code, name=code.upper()) for code in SERVICES
        }
        survey = create_survey(
            session, unit, instrument, period="2026-TW4", now=clock(), population=600
        )
        open_survey(session, survey, clock())
        links = {
            code: create_link(session, survey, service=service).code
            for code, service in services.items()
        }
        ids = {code: service.id for code, service in services.items()}
        return World(store, settings, clock, instrument, survey.id, survey.key, ids, links)


def submissions(instrument: Instrument, count: int, seed: int = 0) -> Iterator[Submission]:
    """Seeded submissions: some blanks, a profile, a comment on every fourth."""
    dice = random.Random(seed)
    for place in range(count):
        answers = {
            code: None if dice.random() < 0.05 else dice.choice(instrument.scale.values)
            for code in instrument.codes
        }
        yield Submission(
            submission_id=submission_id(dice),
            answers=answers,
            profile={
                question.code: dice.choice(question.options).code for question in instrument.profile
            },
            comment=dice.choice(COMMENTS) if place % 4 == 0 else "",
        )


def submission_id(dice: random.Random) -> str:
    """22 characters of base64url over 128 bits, as the page of a form carries."""
    return base64.urlsafe_b64encode(dice.randbytes(16)).decode().rstrip("=")
