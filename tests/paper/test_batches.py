"""A batch of paper is typed twice, settled, accounted for, and enters the ledger exactly once."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from instruments.errors import SurveyError, SurveyErrors
from survey_app.administer.surveys import begin_closing, find_survey
from survey_app.estimates import survey_result
from survey_app.ledger.verify import verify_database
from survey_app.paper.acceptance import list_differences, list_settled
from survey_app.paper.batches import LARGEST_BATCH, give_up_batch, prepare_batch
from survey_app.paper.entry import both_entries, mark_rest_unused, own_sheets
from survey_app.paper.sheets import OUTCOME, PaperError, Sheet
from survey_app.store.tables import (
    AuditEvent,
    Comment,
    PaperBatch,
    PaperEntry,
    PaperPass,
    PaperSettlement,
    PaperSheet,
    Receipt,
    Response,
    SheetOutcome,
)
from tests.paper.conftest import answered

EMPTY = {outcome: Sheet(outcome) for outcome in SheetOutcome if outcome != SheetOutcome.ANSWERED}
ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def count(store, table):
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def whole_batch(world):
    """Three sheets answered, one of each other outcome."""
    sheets = {number: answered(world, number) for number in (1, 2, 3)}
    return sheets | dict(enumerate(EMPTY.values(), 4))


def refused(act, *arguments, **named):
    """The code of the error that an act is refused with."""
    with pytest.raises(SurveyError) as refusal:
        act(*arguments, **named)
    return refusal.value.code


def type_twice(desk, **changed):
    sheets = whole_batch(desk.world)
    desk.type("ani", sheets)
    desk.type("budi", sheets | changed.get("second", {}))


def test_two_entries_that_agree_become_responses_of_the_paper_channel(desk, world):
    type_twice(desk)
    assert desk.accept() == 3
    with world.store.read() as session:
        responses = session.scalars(select(Response)).all()
        batch = session.scalars(select(PaperBatch)).one()
    assert {(row.channel, row.service_id) for row in responses} == {
        ("paper", world.services["ktp"])
    }
    means = sorted(set(json.loads(row.answers).values()).pop() for row in responses)
    assert means == [1, 2, 3]
    assert {json.loads(row.profile)["jenis_kelamin"] for row in responses} == {"p"}
    accounts = (batch.answered, batch.blank, batch.spoiled, batch.unused)
    assert accounts == (3, 1, 1, 1)
    assert sum(accounts) == batch.sheets


def test_accepted_paper_stands_apart_in_the_result(desk, world):
    type_twice(desk)
    desk.accept()
    world.fill(24)
    world.close()
    with world.store.read() as session:
        result = survey_result(session, find_survey(session, world.key))
    assert result["used"] == 27
    rows = {row["channel"]: row["n"] for row in result["by_channel"]}
    assert sum(rows.values()) == 27
    assert verify_database(world.store).is_good


def test_nothing_that_was_typed_stays_and_no_order_tells_a_sheet(desk, world):
    comments = {n: answered(world, n % 4 + 1, comment=f"Saran ke-{n}") for n in range(1, 7)}
    desk.type("ani", comments)
    desk.type("budi", comments)
    desk.accept()
    for table in (PaperEntry, PaperSheet, PaperSettlement):
        assert count(world.store, table) == 0
    with world.store.read() as session:
        identities = list(session.scalars(select(Response.id)))
        texts = list(session.scalars(select(Comment.text)))
        kept = [str(row) for row in session.execute(select(PaperBatch.__table__))]
    # The rows lie in the order of random ids, on both databases.
    assert identities == sorted(identities)
    assert len(texts) == 6
    assert not any("Saran" in row for row in kept)


def test_a_second_acceptance_creates_nothing(desk, world):
    type_twice(desk)
    desk.accept()
    assert refused(desk.accept) == "paper-ended"
    assert count(world.store, Response) == 3


def test_of_many_acceptances_at_once_one_counts(desk, world):
    type_twice(desk)

    def attempt(_):
        try:
            return desk.accept()
        except PaperError as error:
            return error.code

    with ThreadPoolExecutor(6) as pool:
        outcomes = Counter(pool.map(attempt, range(6)))
    assert outcomes == {3: 1, "paper-ended": 5}
    assert count(world.store, Response) == count(world.store, Receipt) == 3


def test_a_crash_half_way_leaves_the_batch_whole_and_the_next_try_gives_exactly_it(desk, world):
    type_twice(desk)
    with pytest.raises(RuntimeError), world.store.write() as session:
        desk.accept_within(session)
        raise RuntimeError("crash before commit")
    assert count(world.store, Response) == count(world.store, Receipt) == 0
    assert count(world.store, PaperEntry) == 12
    assert desk.accept() == 3
    assert count(world.store, Response) == 3


def test_the_same_account_cannot_make_both_entries(desk, world):
    sheets = whole_batch(world)
    desk.type("ani", sheets)
    desk.begin("ani")
    assert refused(desk.type, "ani", sheets) == "paper-entry-complete"
    assert refused(desk.accept) == "paper-entries-incomplete"
    with pytest.raises(IntegrityError), world.store.write() as session:
        batch = desk.batch(session)
        account = desk.account(session, "ani")
        session.add(
            PaperPass(batch_id=batch.id, account_id=account.id, number=2, begun_at=world.clock())
        )


def test_a_third_typist_is_not_let_in(desk):
    desk.begin("ani")
    desk.begin("budi")
    assert refused(desk.begin, "cici") == "paper-two-typists"


def test_neither_typist_is_given_the_others_entry_before_both_are_complete(desk, world):
    desk.type("ani", whole_batch(world))
    desk.begin("budi")
    with world.store.read() as session:
        batch = desk.batch(session)
        assert own_sheets(session, batch, desk.account(session, "budi")) == {}
        assert refused(both_entries, session, batch) == "paper-entries-incomplete"


def test_differences_are_named_by_sheet_and_question_and_the_third_persons_reading_counts(
    desk, world
):
    type_twice(desk, second={2: answered(world, 2, waktu=4), 4: answered(world, 1)})
    with world.store.read() as session:
        found = list_differences(session, desk.batch(session), world.instrument)
    assert [(one.sheet, one.name, one.first, one.second) for one in found] == [
        (2, "waktu", 2, 4),
        (4, OUTCOME, "blank", "answered"),
    ]
    assert refused(desk.accept) == "paper-differences-left"
    desk.settle("dewi", 2, "waktu", 1, "both-slipped")
    desk.settle("dewi", 4, OUTCOME, "blank", "second-slipped")
    assert desk.accept() == 3
    with world.store.read() as session:
        answers = [json.loads(row) for row in session.scalars(select(Response.answers))]
        events = session.execute(
            select(AuditEvent.object, AuditEvent.detail).where(AuditEvent.action == "settle-paper")
        ).all()
    assert sorted(one["waktu"] for one in answers) == [1, 1, 3]
    assert [tuple(row) for row in events] == [
        (f"{desk.code}#2", {"field": "waktu", "reason": "both-slipped"}),
        (f"{desk.code}#4", {"field": OUTCOME, "reason": "second-slipped"}),
    ]


def test_a_sheet_settled_as_answered_is_compared_field_by_field(desk, world):
    type_twice(desk, second={4: answered(world, 1)})
    desk.settle("dewi", 4, OUTCOME, "answered")
    with world.store.read() as session:
        found = list_differences(session, desk.batch(session), world.instrument)
    assert {one.sheet for one in found} == {4}
    assert {one.name for one in found} == {*world.instrument.codes, "jenis_kelamin"}


def test_a_settlement_can_be_mended_until_the_batch_is_accepted(desk, world):
    type_twice(desk, second={2: answered(world, 2, waktu=4)})
    desk.settle("dewi", 2, "waktu", 4)
    desk.settle("dewi", 2, "waktu", 2)
    with world.store.read() as session:
        settled = list_settled(session, desk.batch(session), world.instrument)
    assert [(one.sheet, one.name, value) for one, value in settled] == [(2, "waktu", 2)]
    desk.accept()
    assert refused(desk.settle, "dewi", 2, "waktu", 4) == "paper-ended"


@pytest.mark.parametrize(
    "name, number, field, value, reason, code",
    [
        ("ani", 2, "waktu", 2, "unclear", "paper-own-difference"),
        ("dewi", 1, "waktu", 2, "unclear", "paper-no-difference"),
        ("dewi", 2, "biaya", 2, "unclear", "paper-no-difference"),
        ("dewi", 2, "waktu", 5, "unclear", "paper-value"),
        ("dewi", 2, "waktu", 2, "saya mau", "paper-reason"),
    ],
)
@ONE_DATABASE
def test_a_settlement_that_may_not_be_is_refused(
    desk, world, name, number, field, value, reason, code
):
    type_twice(desk, second={2: answered(world, 2, waktu=4)})
    assert refused(desk.settle, name, number, field, value, reason) == code
    assert count(world.store, PaperSettlement) == 0


@ONE_DATABASE
def test_capitals_and_points_of_a_comment_are_no_difference_but_words_are(desk, world):
    first = {n: answered(world, 3, comment="Antrean panjang. Tolong tambah loket") for n in (1, 2)}
    rest = dict.fromkeys(range(3, 7), EMPTY[SheetOutcome.UNUSED])
    desk.type("ani", first | rest)
    second = {
        1: answered(world, 3, comment="antrean panjang, tolong  tambah loket!"),
        2: answered(world, 3, comment="antrean pendek"),
    }
    desk.type("budi", second | rest)
    with world.store.read() as session:
        found = list_differences(session, desk.batch(session), world.instrument)
    assert [(one.sheet, one.name) for one in found] == [(2, "comment")]


@ONE_DATABASE
def test_names_and_numbers_in_a_comment_are_masked_like_any_others(desk, world):
    sheets = {1: answered(world, 3, comment="Telepon saya 081234567890")}
    sheets |= dict.fromkeys(range(2, 7), EMPTY[SheetOutcome.UNUSED])
    desk.type("ani", sheets)
    desk.type("budi", sheets)
    desk.accept()
    with world.store.read() as session:
        assert "081234567890" not in session.scalars(select(Comment.text)).one()


@pytest.mark.parametrize(
    "sheet, place",
    [
        (lambda world: answered(world, 3, waktu=9), "lembar 2: Waktu Penyelesaian"),
        (lambda world: answered(world, 3, jenis_kelamin="x"), "lembar 2: Jenis kelamin"),
        (lambda world: Sheet(SheetOutcome.ANSWERED), "lembar 2"),
        (lambda world: Sheet(SheetOutcome.BLANK, {"waktu": 3}), "lembar 2"),
        (lambda world: answered(world, 3, comment="a" * 2001), "lembar 2: Saran"),
    ],
)
@ONE_DATABASE
def test_a_bad_sheet_is_refused_by_its_number_and_question(desk, world, sheet, place):
    with pytest.raises(SurveyErrors) as refusal:
        desk.type("ani", {2: sheet(world)})
    assert [str(error.where) for error in refusal.value.errors] == [place]
    assert count(world.store, PaperEntry) == 0


@ONE_DATABASE
def test_a_sheet_changed_behind_our_back_keeps_the_whole_batch_out(desk, world):
    type_twice(desk)
    with world.store.write() as session:
        forged = json.dumps({"values": dict.fromkeys(world.instrument.codes, 7), "comment": ""})
        session.execute(
            text("UPDATE paper_entry SET content = :forged WHERE sheet = 2"), {"forged": forged}
        )
    with pytest.raises(SurveyErrors) as refusal:
        desk.accept()
    assert {str(one.where).split(":")[0] for one in refusal.value.errors} == {"lembar 2"}
    assert count(world.store, Response) == 0
    assert count(world.store, PaperEntry) == 12


@ONE_DATABASE
def test_every_printed_sheet_must_be_accounted_for(desk, world):
    sheets = whole_batch(world)
    del sheets[6]
    assert refused(desk.type, "ani", sheets) == "paper-sheets-missing"
    assert desk.act(mark_rest_unused, "ani") == 1
    desk.type("ani", {})
    assert refused(desk.act, mark_rest_unused, "ani") == "paper-entry-complete"


@ONE_DATABASE
def test_sheets_can_be_typed_again_until_the_entry_is_complete(desk, world):
    desk.type("ani", {1: answered(world, 2)}, completes=False)
    desk.type("ani", {1: answered(world, 4)}, completes=False)
    with world.store.read() as session:
        own = own_sheets(session, desk.batch(session), desk.account(session, "ani"))
    assert own[1].values["waktu"] == 4
    assert refused(desk.type, "ani", {7: answered(world)}) == "paper-sheet-unknown"


@ONE_DATABASE
def test_a_survey_is_not_closed_over_a_batch_that_is_being_typed(desk, world):
    desk.begin("ani")

    def close():
        with world.store.write() as session:
            begin_closing(session, find_survey(session, world.key), world.clock())

    assert refused(close) == "paper-waiting"
    assert refused(world.close) == "paper-waiting"
    desk.act(give_up_batch, "dewi", "Lembar basah", now=world.clock())
    close()


@ONE_DATABASE
def test_a_batch_given_up_is_deleted_on_record(desk, world):
    type_twice(desk)
    assert refused(desk.act, give_up_batch, "dewi", " ", now=world.clock()) == (
        "paper-give-up-reason"
    )
    desk.act(give_up_batch, "dewi", "Lembar basah", now=world.clock())
    assert count(world.store, PaperEntry) == count(world.store, Response) == 0
    with world.store.read() as session:
        batch = session.scalars(select(PaperBatch)).one()
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "give-up-paper")
        ).one()
    assert (batch.state, batch.typed, batch.answered) == ("given-up", 3, None)
    assert event.detail == {"typed": 3, "reason": "Lembar basah"}
    assert refused(desk.accept) == "paper-ended"
    assert refused(desk.begin, "cici") == "paper-ended"


def test_the_database_itself_keeps_a_batch_that_ended(desk, world):
    type_twice(desk)
    desk.accept()
    for change in (
        "UPDATE paper_batch SET answered = 2, unused = 2",
        "UPDATE paper_batch SET state = 'open'",
        "DELETE FROM paper_batch",
    ):
        with pytest.raises(DBAPIError), world.store.write() as session:
            session.execute(text(change))


@ONE_DATABASE
@pytest.mark.parametrize("sheets", [0, LARGEST_BATCH + 1])
def test_a_batch_has_a_reasonable_size(desk, world, sheets):
    with world.store.write() as session:
        survey, account = find_survey(session, world.key), desk.account(session, "ani")
        code = refused(prepare_batch, session, survey, sheets, account, world.clock())
    assert code == "paper-sheets"


@ONE_DATABASE
def test_a_closed_survey_takes_no_paper(desk, world):
    world.close()
    assert refused(desk.begin, "ani") == "paper-survey-closed"
    with world.store.write() as session:
        survey, account = find_survey(session, world.key), desk.account(session, "ani")
        code = refused(prepare_batch, session, survey, 5, account, world.clock())
    assert code == "paper-survey-closed"
