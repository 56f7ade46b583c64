"""One submission is counted exactly once, and its receipt says only that it was."""

import dataclasses
import json
import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey_app.ledger.accept import (
    Submission,
    SubmissionConflictError,
    receipt_code,
    receipt_hash,
    record_many,
)
from survey_app.ledger.leaves import canonical
from survey_app.ledger.receipts import find_receipt
from survey_app.store.tables import Comment, Receipt, Response
from tests.worlds import RECEIPT_KEY, submissions


def one(world, seed=1, **changes) -> Submission:
    return dataclasses.replace(next(submissions(world.instrument, 1, seed)), **changes)


def count(store, table) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_submission_becomes_a_response_a_comment_and_a_receipt(world):
    accepted = world.accept(one(world, comment="Cepat."))
    assert accepted.is_new
    assert [count(world.store, table) for table in (Response, Comment, Receipt)] == [1, 1, 1]


def test_a_retry_is_shown_the_same_receipt_and_adds_nothing(world):
    submission = one(world, comment="Cepat.")
    first = world.accept(submission)
    again = [world.accept(submission) for _ in range(3)]
    assert {reply.receipt for reply in again} == {first.receipt}
    assert not any(reply.is_new for reply in again)
    assert [count(world.store, table) for table in (Response, Comment, Receipt)] == [1, 1, 1]


def test_a_retry_on_the_next_day_is_still_the_same_submission(world):
    submission = one(world)
    first = world.accept(submission)
    world.clock.advance(days=1)
    assert world.accept(submission).receipt == first.receipt
    assert count(world.store, Response) == 1


@pytest.mark.parametrize("field", ["answers", "profile", "comment"])
def test_the_same_id_with_another_body_is_refused_and_the_first_stands(world, field):
    submission = one(world)
    world.accept(submission)
    other = {
        "answers": dict.fromkeys(world.instrument.codes, 1),
        "profile": {},
        "comment": "Lain.",
    }[field]
    with pytest.raises(SubmissionConflictError) as refusal:
        world.accept(dataclasses.replace(submission, **{field: other}))
    assert refusal.value.http_status == 409
    with world.store.read() as session:
        assert json.loads(session.scalars(select(Response.answers)).one()) == submission.answers


def test_a_hundred_identical_posts_at_once_are_one_row_with_one_receipt(world):
    submission = one(world, comment="Sekali saja.")
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: world.accept(submission), range(100)))
    assert len({reply.receipt for reply in replies}) == 1
    assert sum(reply.is_new for reply in replies) == 1
    assert [count(world.store, table) for table in (Response, Comment, Receipt)] == [1, 1, 1]


def test_different_submissions_at_once_are_all_kept(world):
    drawn = list(submissions(world.instrument, 60))
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(world.accept, drawn))
    assert all(reply.is_new for reply in replies)
    assert len({reply.receipt for reply in replies}) == 60
    assert count(world.store, Response) == 60


def test_nothing_is_kept_of_a_transaction_that_fails(world):
    with pytest.raises(RuntimeError), world.store.write() as session:
        record_many(session, world.origin(), [one(world, comment="x")], RECEIPT_KEY)
        raise RuntimeError("crash before commit")
    assert [count(world.store, table) for table in (Response, Comment, Receipt)] == [0, 0, 0]


def test_importing_again_adds_only_what_is_new(world):
    drawn = list(submissions(world.instrument, 12))
    with world.store.write() as session:
        assert record_many(session, world.origin(), drawn[:8], RECEIPT_KEY) == 8
    with world.store.write() as session:
        assert record_many(session, world.origin(), drawn, RECEIPT_KEY) == 4
    assert count(world.store, Response) == count(world.store, Receipt) == 12


def test_rows_of_one_submission_share_no_value(world):
    world.accept(one(world, comment="Cepat."))
    with world.store.read() as session:
        rows = [session.execute(select(t.__table__)).one() for t in (Response, Comment, Receipt)]
    # What all submissions of a survey and day have in common tells nobody apart.
    common = {world.survey_id, world.origin().day, None, 1}
    values = [set(row) - common for row in rows]
    assert not values[0] & values[1]
    assert not values[0] & values[2]
    assert not values[1] & values[2]


def test_the_database_never_holds_the_receipt_code_or_the_submission_id(world):
    submission = one(world)
    receipt = world.accept(submission).receipt
    with world.store.read() as session:
        row = session.execute(select(Receipt.__table__)).one()
    plain = receipt.replace("-", "")
    for value in row:
        assert plain not in str(value)
        assert submission.submission_id not in str(value)
        assert submission.submission_id.encode() not in (value if isinstance(value, bytes) else b"")


def test_a_receipt_is_80_bits_in_groups_that_can_be_read_aloud():
    codes = {receipt_code(RECEIPT_KEY, 1, str(number)) for number in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)


def test_a_receipt_differs_between_surveys_and_instances():
    assert receipt_code(RECEIPT_KEY, 1, "a") != receipt_code(RECEIPT_KEY, 2, "a")
    assert receipt_code(RECEIPT_KEY, 1, "a") != receipt_code(bytes(32), 1, "a")


def test_a_receipt_is_found_however_people_type_it(world):
    receipt = world.accept(one(world)).receipt
    typed = [
        receipt,
        receipt.lower(),
        receipt.replace("-", " "),
        receipt.replace("-", ""),
        receipt.replace("0", "O").replace("1", "l"),
    ]
    with world.store.read() as session:
        for code in typed:
            status = find_receipt(session, code)
            assert (status.day, status.batch) == (world.origin().day, None)


def test_a_receipt_names_its_batch_once_there_is_one(world):
    receipt = world.accept(one(world)).receipt
    world.fill(6)
    world.seal()
    with world.store.read() as session:
        assert find_receipt(session, receipt).batch == 1


def test_guessed_receipts_are_not_found(world):
    world.fill(20)
    dice = random.Random(5)
    with world.store.read() as session:
        guesses = [receipt_code(dice.randbytes(32), 1, "x") for _ in range(500)]
        assert not any(find_receipt(session, guess) for guess in guesses)


# Every shape that a leaf, a head or a body tag is made of: objects with code-like keys.
plain = (
    st.none()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
keys = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=12)


@given(
    st.recursive(plain, lambda part: st.lists(part) | st.dictionaries(keys, part), max_leaves=12)
)
def test_our_canonical_json_is_rfc_8785_for_what_we_hash(content):
    assert canonical(content).encode() == rfc8785.dumps(content)


def test_hashing_a_receipt_ignores_case_and_hyphens():
    assert receipt_hash("abcd-0123") == receipt_hash("ABCD 0I23") == receipt_hash("ABCDO123")
