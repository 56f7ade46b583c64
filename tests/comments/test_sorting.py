"""No comment falls between staff and the inspectorate, however the list of words is edited."""

import random
import threading

import pytest
from sqlalchemy import select

from survey_app.chores import Chore, start_chores
from survey_app.comments.bribery import FILE, word_list
from survey_app.comments.release import released_comments
from survey_app.comments.review import (
    hide_comment,
    list_reports,
    refer_comment,
    release_comment,
    show_comment,
)
from survey_app.comments.sorting import sort_all, sort_new_comments
from survey_app.store.tables import Account, Comment, CommentReview, Survey
from tests.comments.test_release import comment, many
from tests.worlds import make_world

COFFEE, BRIBE, BANANA = "Diminta uang kopi", "Ada pungli", "Minta uang pisang di loket"
LISTS = (
    "phrases = []",
    'phrases = ["pungli"]',
    'phrases = ["pungli", "uang kopi"]',
    'phrases = ["uang pisang"]',
    'phrases = ["saran"]',
)


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    comment(made, *many(10), COFFEE, BRIBE, BANANA)
    made.close()
    return made


@pytest.fixture
def anybody(store, clock):
    with store.write() as session:
        account = Account(email="a@x.id", name="A", password_hash="x", created_at=clock())
        session.add(account)
        session.flush()
        return account


def edit(world, content):
    (world.settings.instance / FILE).write_text(content, encoding="utf-8")


def staff_read(world):
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        words, day = word_list(world.settings.instance), world.clock().date()
        return {one.text for one in released_comments(session, survey, day, words, 10)}


def inspectorate_reads(world):
    """As the page does: what is new is sorted first."""
    sort_all(world.store, word_list(world.settings.instance), None, world.clock())
    with world.store.read() as session:
        return {one.text for one in list_reports(session, None)}


def decide(world, act, text, account, words="Alasan"):
    with world.store.write() as session:
        found = session.scalars(select(Comment).where(Comment.text == text)).one()
        act(session, found, words, account)


@pytest.mark.parametrize("is_before_release", [True, False])
@pytest.mark.parametrize(
    ("first", "then", "reports"),
    [
        (LISTS[1], LISTS[2], {BRIBE, COFFEE}),  # a word is added
        (LISTS[2], LISTS[1], {BRIBE, COFFEE}),  # a word is removed
        (LISTS[2], LISTS[0], {BRIBE, COFFEE}),  # the list is emptied
        (LISTS[0], LISTS[2], {BRIBE, COFFEE}),  # a list is begun
        (LISTS[2], LISTS[3], {BRIBE, COFFEE, BANANA}),  # another one altogether
    ],
)
def test_an_edit_of_the_list_brings_reports_to_the_inspectorate_and_none_back(
    world, first, then, reports, is_before_release
):
    edit(world, first)
    sort_new_comments(world.store, world.settings, world.clock())
    if is_before_release:
        edit(world, then)
        world.clock.advance(days=8)
    else:
        world.clock.advance(days=8)
        staff_read(world)
        edit(world, then)
    assert staff_read(world).isdisjoint(reports)
    assert inspectorate_reads(world) == reports
    assert staff_read(world) == {*many(10), COFFEE, BRIBE, BANANA} - reports


def test_whatever_happens_every_comment_has_one_reader(world, anybody):
    """Edits, sortings and decisions in any order: never nobody, never both."""
    dice = random.Random(11)
    everything = {*many(10), COFFEE, BRIBE, BANANA}
    edit(world, LISTS[0])
    sort_new_comments(world.store, world.settings, world.clock())
    world.clock.advance(days=8)
    was_report: set[str] = set()
    for _ in range(60):
        match dice.randrange(4):
            case 0:
                edit(world, dice.choice(LISTS))
            case 1:
                sort_new_comments(world.store, world.settings, world.clock())
            case 2:
                act = dice.choice([hide_comment, refer_comment, show_comment])
                for text in dice.sample(
                    sorted(staff_read(world)), k=min(1, len(staff_read(world)))
                ):
                    decide(world, act, text, anybody, text if act is show_comment else "Alasan")
            case 3:
                for text in dice.sample(sorted(was_report), k=min(1, len(was_report))):
                    decide(world, release_comment, text, anybody)
                    was_report.discard(text)
        staff = staff_read(world)
        reports = inspectorate_reads(world)
        assert (staff | reports, staff & reports) == (everything, set())
        assert was_report <= reports  # nothing goes back to staff but by a decision
        was_report = reports


def test_a_word_added_later_does_not_move_the_borders_of_the_groups(world):
    edit(world, LISTS[1])
    sort_new_comments(world.store, world.settings, world.clock())
    world.clock.advance(days=8)
    before = staff_read(world)
    edit(world, 'phrases = ["pungli", "urutan", "kopi"]')
    assert staff_read(world) == {BANANA} < before
    assert inspectorate_reads(world) == (before | {BRIBE}) - {BANANA}


def test_what_staff_hid_comes_to_the_inspectorate_when_the_list_learns_the_word(world, anybody):
    edit(world, LISTS[1])
    world.clock.advance(days=8)
    decide(world, hide_comment, COFFEE, anybody, "Tidak penting")
    edit(world, LISTS[2])
    assert COFFEE in inspectorate_reads(world)
    decide(world, release_comment, COFFEE, anybody)
    decide(world, hide_comment, COFFEE, anybody, "Sudah dibaca")
    edit(world, LISTS[2] + "\n# lain\n[[near]]\nwords = ['x']\nothers = ['y']\nwithin = 1")
    assert COFFEE not in inspectorate_reads(world)
    assert COFFEE in staff_read(world)


def test_a_comment_that_waits_for_its_seal_is_left_alone(store, settings, clock):
    made = make_world(store, settings, clock)
    comment(made, BRIBE)
    assert sort_new_comments(store, settings, clock()) == 0
    made.close()
    assert sort_new_comments(store, settings, clock()) == 1
    assert sort_new_comments(store, settings, clock()) == 0


def test_a_servers_rounds_sort_what_was_sealed(store, make_settings, clock):
    settings = make_settings(seal_interval_seconds=5)
    made = make_world(store, settings, clock)
    comment(made, *many(9), BRIBE)
    made.seal()
    sorted_once = threading.Event()

    def sort(*asked):
        sort_new_comments(*asked)
        sorted_once.set()

    stopping = start_chores(store, settings, clock, [Chore("comments", sort)])
    assert sorted_once.wait(20)
    stopping.set()
    with store.read() as session:
        states = list(session.scalars(select(CommentReview.is_counted)))
    assert sorted(states) == [False] + [True] * 9
