"""A paper batch and the people who handle it."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from survey_app.administer.surveys import find_survey
from survey_app.paper.acceptance import Reason, accept_batch, settle_difference
from survey_app.paper.batches import find_batch, prepare_batch
from survey_app.paper.entry import begin_entry, complete_entry, record_sheet
from survey_app.paper.sheets import Sheet
from survey_app.store.tables import Account, PaperBatch, Role, Service, SheetOutcome, Unit
from tests.people import add_person
from tests.worlds import RECEIPT_KEY, World, make_world

COMMENT_MAXIMUM = 2000
PEOPLE = {
    "ani": Role.STAFF,
    "budi": Role.STAFF,
    "cici": Role.STAFF,
    "dewi": Role.ADMIN,
}


def answered(world: World, digit: int = 3, comment: str = "", **changed) -> Sheet:
    """A sheet on which every item has the same answer, but for what is changed."""
    values = dict.fromkeys(world.instrument.codes, digit) | {"jenis_kelamin": "p"} | changed
    return Sheet(SheetOutcome.ANSWERED, values, comment)


@dataclass
class Desk:
    """A world with one batch; each act is a transaction of its own, by name of the person."""

    world: World
    code: str

    def account(self, session, name: str) -> Account:
        return session.scalars(select(Account).where(Account.email == f"{name}@x.id")).one()

    def batch(self, session) -> PaperBatch:
        return find_batch(session, find_survey(session, self.world.key), self.code)

    def act(self, act, name: str, *arguments, **named):
        """Do one act on the batch as a person."""
        with self.world.store.write() as session:
            return act(
                session, self.batch(session), *arguments, self.account(session, name), **named
            )

    def begin(self, name: str) -> None:
        with self.world.store.write() as session:
            survey = find_survey(session, self.world.key)
            account = self.account(session, name)
            begin_entry(session, survey, self.batch(session), account, self.world.clock())

    def type(self, name: str, sheets: dict[int, Sheet], *, completes: bool = True) -> None:
        """Begin, type sheets and complete."""
        self.begin(name)
        with self.world.store.write() as session:
            for number, sheet in sheets.items():
                record_sheet(
                    session,
                    self.batch(session),
                    self.account(session, name),
                    number,
                    sheet,
                    self.world.instrument,
                    COMMENT_MAXIMUM,
                )
        if completes:
            self.act(complete_entry, name, now=self.world.clock())

    def settle(self, name: str, number: int, field: str, value, reason=Reason.FIRST_SLIPPED):
        with self.world.store.write() as session:
            settle_difference(
                session,
                self.batch(session),
                self.world.instrument,
                number,
                field,
                value,
                reason,
                self.account(session, name),
                self.world.clock(),
            )

    def accept(self, name: str = "dewi") -> int:
        with self.world.store.write() as session:
            return self.accept_within(session, name)

    def accept_within(self, session, name: str = "dewi") -> int:
        return accept_batch(
            session,
            find_survey(session, self.world.key),
            self.batch(session),
            self.world.instrument,
            self.account(session, name),
            RECEIPT_KEY,
            self.world.clock(),
            COMMENT_MAXIMUM,
        )


@pytest.fixture
def world(store, settings, clock) -> World:
    made = make_world(store, settings, clock)
    with store.read() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == "unit-uji")).one()
    for name, role in PEOPLE.items():
        add_person(store, clock, f"{name}@x.id", role, unit=unit)
    return made


@pytest.fixture
def desk(world) -> Desk:
    """A batch of six sheets for one service, nothing typed yet."""
    with world.store.write() as session:
        account = session.scalars(select(Account).where(Account.email == "ani@x.id")).one()
        service = session.get_one(Service, world.services["ktp"])
        survey = find_survey(session, world.key)
        batch = prepare_batch(
            session, survey, 6, account, world.clock(), service=service, counter="Loket 2"
        )
        return Desk(world, batch.code)
