"""A seal: one act per batch, one winner, a tally that adds up, a chain that holds."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select

from analysis.merkle import merkle_root
from analysis.tally import tally_answers
from instruments.errors import SurveyError, SurveyErrors
from survey_app.ledger.batches import listed_leaves
from survey_app.ledger.keys import instance_signer, is_signed
from survey_app.ledger.results import count_arrivals, survey_tallies
from survey_app.ledger.seal import seal_waiting
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Comment, Receipt, Response, Seal, SigningKey
from tests.worlds import make_world


def seals(world) -> list[Seal]:
    with world.store.read() as session:
        chosen = select(Seal).where(Seal.survey_id == world.survey_id).order_by(Seal.number)
        return list(session.scalars(chosen))


def waiting(world, table) -> int:
    with world.store.read() as session:
        return session.scalar(select(func.count()).where(table.seal_id.is_(None)))


def test_fewer_than_the_minimum_are_not_sealed(world):
    world.fill(4)
    assert world.seal(minimum=5) is None
    assert waiting(world, Response) == 4


def test_the_minimum_is_sealed_whole(world):
    world.fill(5)
    assert world.seal(minimum=5).number == 1
    assert [waiting(world, table) for table in (Response, Comment, Receipt)] == [0, 0, 0]


def test_a_closing_survey_seals_its_last_answers_however_few(world):
    world.fill(2)
    world.close()
    assert [(seal.responses, seal.number) for seal in seals(world)] == [(2, 1)]


def test_nothing_waiting_makes_no_seal(world):
    assert world.seal() is None
    world.fill(5)
    world.seal()
    assert world.seal() is None


def test_leaves_lie_in_the_order_of_their_random_ids(world):
    world.fill(30)
    listed = listed_leaves(world.seal())
    assert listed == sorted(listed)
    with world.store.read() as session:
        rows = [
            *session.execute(select(Response.id, Response.leaf)),
            *session.execute(select(Comment.id, Comment.leaf)),
        ]
    assert listed == sorted(tuple(row) for row in rows)


def test_each_head_is_chained_signed_and_over_the_whole_tree(world):
    for seed in range(4):
        world.fill(7, seed)
        world.seal()
    chain, leaves, before = seals(world), [], bytes(32)
    public_key = instance_signer(world.settings).public_key
    for seal in chain:
        leaves += [leaf for _, leaf in listed_leaves(seal)]
        assert seal.root == merkle_root(leaves)
        assert seal.total == len(leaves)
        assert seal.previous_head == before
        assert is_signed(public_key, seal.signature, seal.head)
        before = seal.head
    assert [seal.responses for seal in chain] == [7, 14, 21, 28]


def test_the_newest_seal_holds_the_tally_of_all_sealed_answers(world):
    drawn = world.fill(20, seed=1)
    world.seal()
    drawn += world.fill(13, seed=2)
    world.seal()
    world.fill(9, seed=3)
    with world.store.read() as session:
        tallies = survey_tallies(session, world.survey_id, world.instrument)
    assert tallies.whole == tally_answers(world.instrument, [one.answers for one in drawn])
    assert sum(tallies.by_channel.values()) == tallies.whole
    assert set(tallies.by_service) == {"ktp", "akta"}
    question = world.instrument.profile[0].code
    assert sum(tallies.by_profile[question].values()) == tallies.whole
    assert tallies.head == seals(world)[-1].head.hex()


def test_results_of_a_survey_without_seals_are_empty(world):
    world.fill(9)
    with world.store.read() as session:
        tallies = survey_tallies(session, world.survey_id, world.instrument)
    assert (tallies.whole.n, tallies.by_service, tallies.head) == (0, {}, "")


def test_arrivals_are_counted_sealed_or_not(world):
    world.fill(6, seed=1)
    world.seal()
    world.clock.advance(days=1)
    world.fill(3, seed=2)
    with world.store.read() as session:
        arrivals = count_arrivals(session, world.survey_id, world.origin().day)
    assert (arrivals.total, arrivals.today) == (9, 3)


def test_many_processes_sealing_at_once_make_one_seal(world):
    world.fill(40)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: world.seal(), range(8)))
    assert sum(seal is not None for seal in made) == 1
    assert len(seals(world)) == 1
    assert verify_database(world.store).is_good


def test_answers_that_arrive_while_sealing_land_in_one_batch_or_the_next(world):
    def answer(seed):
        world.fill(3, seed)

    with ThreadPoolExecutor(6) as pool:
        work = [pool.submit(answer, seed) for seed in range(20)]
        work += [pool.submit(world.seal) for _ in range(10)]
        for one in work:
            one.result()
    world.seal()
    assert seals(world)[-1].responses == 60
    assert [waiting(world, table) for table in (Response, Comment, Receipt)] == [0, 0, 0]
    assert verify_database(world.store).damages == []


def test_every_survey_that_waits_is_sealed_and_others_are_left(store, settings, clock, world):
    other = make_world(store, settings, clock, "spak-2023", "unit-lain")
    few = make_world(store, settings, clock, "spkp-2023", "unit-kecil")
    for each, count in ((world, 8), (other, 5), (few, 4)):
        each.fill(count)
    assert seal_waiting(store, settings, clock) == 2
    assert [len(seals(each)) for each in (world, other, few)] == [1, 1, 0]


def test_a_damaged_answer_stops_its_own_survey_only(store, settings, clock, world):
    other = make_world(store, settings, clock, "spak-2023", "unit-lain")
    other.fill(6)
    world.fill(6)
    with store.write() as session:
        any_row = select(Response.__table__).where(Response.survey_id == world.survey_id)
        values = dict(session.execute(any_row.limit(1)).one()._mapping)
        session.execute(
            Response.__table__.insert(), values | {"id": bytes(16), "answers": "{not json"}
        )
    with pytest.raises(SurveyErrors, match=bytes(16).hex()):
        seal_waiting(store, settings, clock)
    assert [len(seals(each)) for each in (world, other)] == [0, 1]


def test_a_lost_signing_key_is_not_silently_replaced(world):
    world.fill(5)
    world.seal()
    (world.settings.instance / "signing.key").unlink()
    world.fill(5, seed=2)
    with pytest.raises(SurveyError) as refusal:
        world.seal()
    assert refusal.value.code == "key-missing"
    with world.store.read() as session:
        assert len(session.scalars(select(SigningKey)).all()) == 1


def test_a_crash_between_any_two_statements_of_sealing_leaves_no_trace(world):
    world.fill(12)
    crash = _Crash()
    event.listen(world.store.engine, "before_cursor_execute", crash)
    stops = 0
    while True:
        crash.arm(stops)
        try:
            sealed = world.seal()
        except _CrashError:
            stops += 1
            crash.disarm()
            assert seals(world) == []
            assert waiting(world, Response) == 12
            continue
        break
    crash.disarm()
    assert sealed.responses == 12
    assert stops > 6
    assert verify_database(world.store).is_good
    print(f"\ncrash points of sealing: {stops}, all healed")


def test_a_crash_between_any_two_statements_of_accepting_leaves_all_or_nothing(world):
    crash, stops = _Crash(), 0
    event.listen(world.store.engine, "before_cursor_execute", crash)
    while True:
        crash.arm(stops)
        try:
            world.fill(1)
        except _CrashError:
            stops += 1
            crash.disarm()
            assert [waiting(world, t) for t in (Response, Comment, Receipt)] == [0, 0, 0]
            continue
        break
    crash.disarm()
    assert [waiting(world, table) for table in (Response, Comment, Receipt)] == [1, 1, 1]
    assert stops >= 3
    print(f"\ncrash points of accepting: {stops}, all healed")


def test_a_seal_is_cheap_to_read_however_long_the_history(world):
    costs = []
    for seed in range(3):
        world.fill(30, seed)
        world.seal()
        statements = []

        def note(*arguments, into=statements):
            into.append(arguments[2])

        event.listen(world.store.engine, "before_cursor_execute", note)
        with world.store.read() as session:
            survey_tallies(session, world.survey_id, world.instrument)
        event.remove(world.store.engine, "before_cursor_execute", note)
        costs.append(len(statements))
        assert not any(" response" in statement for statement in statements)
    assert len(set(costs)) == 1


def test_the_head_says_nothing_guessable_of_a_small_tally(world):
    world.fill(5)
    seal = world.seal()
    assert len(seal.tally_salt) == 32
    assert json.loads(seal.tally)["cells"]


class _CrashError(Exception):
    pass


class _Crash:
    """Fails at the n-th statement of a transaction, as a process that dies there would."""

    def __init__(self):
        self.left = None

    def arm(self, statements):
        self.left = statements

    def disarm(self):
        self.left = None

    def __call__(self, *_):
        if self.left is None:
            return
        if self.left == 0:
            raise _CrashError
        self.left -= 1
