"""Results of an open survey move on by steps that name nobody's answer."""

import itertools
import random

import pytest

from analysis.differencing import is_safe_step
from survey_app.ledger.accept import Submission
from survey_app.ledger.results import survey_tallies
from tests.worlds import make_world, submission_id, submissions


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


def shown(world, *, is_open=True):
    """The whole as somebody sees it now."""
    with world.store.read() as session:
        found = survey_tallies(session, world.survey_id, world.instrument, is_open=is_open)
    return found.whole


def contented(world, count, seed):
    """Respondents of a good counter, who mostly agree, and on the fee nearly always."""
    dice = random.Random(seed)
    for _ in range(count):
        answers = {code: dice.choice((3, 4, 4, 4)) for code in world.instrument.codes}
        answers["biaya"] = 3 if dice.random() < 0.05 else 4
        yield Submission(submission_id(dice), answers)


def test_a_batch_that_agrees_on_an_unsur_is_not_shown_before_others_join_it(world):
    world.fill(20, seed=1)
    world.seal()
    alike = [row for row in contented(world, 60, seed=2) if row.answers["biaya"] == 4][:6]
    for submission in alike:
        world.accept(submission)
    world.seal()
    world.fill(12, seed=3)
    world.seal()
    # Seal 2 is passed over: less seal 1 it would say what six people think of the fee.
    assert shown(world).n == 20
    world.fill(12, seed=4)
    world.seal()
    assert shown(world).n == 20 + 6 + 12


def test_no_two_results_ever_shown_tell_an_answer_by_their_difference(world, settings):
    seen = {0: shown(world)}
    for submission in contented(world, 240, seed=7):
        world.accept(submission)
        world.seal(minimum=settings.batch_minimum)
        whole = shown(world)
        seen[whole.n] = whole
    world.close()
    final = shown(world, is_open=False)
    seen[final.n] = final
    assert final.n == 240
    assert len(seen) > 4  # results do move on while the survey is open
    for before, after in itertools.combinations([seen[n] for n in sorted(seen)], 2):
        assert is_safe_step(before, after)


def test_reading_a_result_costs_the_same_however_many_seals_there_are(world):
    from sqlalchemy import event

    def reads():
        count = []
        listener = lambda *_: count.append(1)  # noqa: E731
        event.listen(world.store.engine, "after_cursor_execute", listener)
        shown(world)
        event.remove(world.store.engine, "after_cursor_execute", listener)
        return len(count)

    for place, submission in enumerate(submissions(world.instrument, 300, seed=9)):
        world.accept(submission)
        if place % 15 == 14:
            world.seal()
        if place == 59:
            early = reads()
    assert reads() <= early + 1
