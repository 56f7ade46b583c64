"""When staff see comments: late, many at a time, in an order that tells nothing."""

import itertools
import random

import pytest

from survey_app.comments.bribery import word_list
from survey_app.comments.release import released_comments
from survey_app.ledger.accept import Submission
from survey_app.store.tables import Comment, Survey
from tests.worlds import make_world, submission_id, submissions


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


def comment(world, *texts, seed=0):
    dice = random.Random(f"{seed}{texts}")
    pattern = next(submissions(world.instrument, 1))
    for text in texts:
        world.accept(Submission(submission_id(dice), pattern.answers, {}, text))


def seen(world, minimum=10):
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        found = released_comments(session, survey, world.clock().date(), word_list(), minimum)
        return [one.text for one in found]


def many(count, start=0):
    # Numbered in letters: long numbers are masked.
    letters = str.maketrans("0123456789", "aeioubcdfg")
    return [f"Saran urutan {start + place}".translate(letters) for place in range(count)]


def test_nothing_is_seen_before_it_is_sealed_or_a_week_old(world):
    comment(world, *many(12))
    world.clock.advance(days=8)
    assert seen(world) == []
    world.close()
    assert seen(world) == []
    world.clock.advance(days=6)
    assert seen(world) == []
    world.clock.advance(days=1)
    assert sorted(seen(world)) == sorted(many(12))


def test_fewer_than_ten_are_never_seen(world):
    comment(world, *many(9))
    world.close()
    world.clock.advance(days=400)
    assert seen(world) == []


def test_reports_of_bribery_do_not_make_up_the_ten(world):
    comment(world, *many(9), "Ada pungli", "Ada calo")
    world.close()
    world.clock.advance(days=8)
    assert seen(world) == []


def test_reports_of_bribery_are_never_seen(world):
    comment(world, *many(10), "Ada pungli di loket")
    world.close()
    world.clock.advance(days=8)
    assert len(seen(world)) == 10
    assert "Ada pungli di loket" not in seen(world)


def test_no_two_looks_differ_by_less_than_ten_comments(world):
    """Somebody who looks every day, whatever is sealed in between, learns of groups only."""
    dice, looks = random.Random(7), []
    for day in range(40):
        comment(world, *many(dice.choice((0, 0, 1, 2, 3, 11)), start=day * 20), seed=day)
        world.seal()
        world.clock.advance(days=1)
        looks.append(frozenset(seen(world)))
    world.close()
    for _ in range(9):
        world.clock.advance(days=1)
        looks.append(frozenset(seen(world)))
    for before, after in itertools.pairwise(looks):
        assert before <= after
        assert len(after - before) == 0 or len(after - before) >= 10
    with world.store.read() as session:
        assert len(looks[-1]) == session.query(Comment).count()
    assert len(set(looks)) > 3


def test_the_order_is_stable_and_that_of_random_ids(world):
    comment(world, *many(40))
    world.close()
    world.clock.advance(days=8)
    order = seen(world)
    assert order == seen(world)
    assert order != many(40)
    with world.store.read() as session:
        rows = session.query(Comment).order_by(Comment.id).all()
    assert order == [row.text for row in rows]
