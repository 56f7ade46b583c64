"""Comments go when their time is over, and verify tells that from every other loss."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from instruments.errors import SurveyError
from survey_app.comments.retention import FILE, DailyDestruction, destroy_expired_comments
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import AuditEvent, Comment, CommentReview, CommentState
from tests.ledger.tampering import unguarded


@pytest.fixture
def old(world):
    """A closed survey whose 4 comments are of 24 November 2026."""
    world.fill(16)
    world.close()
    return world


def destroy(world):
    return destroy_expired_comments(world.store, world.settings, world.clock())


def kept(world):
    with world.store.read() as session:
        return session.scalar(select(func.count()).where(Comment.text.is_not(None)))


def test_comments_go_after_twelve_months_and_the_ledger_stays_whole(old):
    old.clock.advance(days=365)
    assert (destroy(old), kept(old)) == (0, 4)
    old.clock.advance(days=1)
    assert (destroy(old), kept(old), destroy(old)) == (4, 0, 0)
    report = verify_database(old.store)
    assert (report.damages, report.destroyed, report.erased) == ([], 4, 0)
    with old.store.read() as session:
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "comments-destroyed")
        ).one()
        assert (event.object, event.detail["count"], event.detail["months"]) == (old.key, 4, 12)
        assert not session.scalar(select(func.count()).where(Comment.nonce.is_not(None)))


def test_copies_of_the_words_go_too(old):
    with old.store.write() as session:
        comment = session.scalars(select(Comment)).first()
        session.add(
            CommentReview(
                comment_id=comment.id,
                state=CommentState.SHOWN,
                shown_text=comment.text,
                reason="Menyebut nama",
            )
        )
    old.clock.advance(days=366)
    destroy(old)
    with old.store.read() as session:
        review = session.scalars(select(CommentReview)).one()
        assert (review.shown_text, review.reason) == ("", "")


def test_a_comment_that_vanishes_otherwise_is_damage(old):
    old.clock.advance(days=366)
    with unguarded(old) as session:
        session.execute(text("UPDATE comment SET text = NULL, nonce = NULL"))
    assert len(verify_database(old.store).damages) == 4


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_record_with_a_damaged_day_is_named_and_not_a_crash(old):
    old.clock.advance(days=366)
    destroy(old)
    with unguarded(old) as session:
        session.execute(text("UPDATE comment_destruction SET before = '1', day = 'x'"))
    assert any("pemusnahan saran 1" in damage for damage in verify_database(old.store).damages)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE comment_destruction SET comments = (SELECT id FROM comment LIMIT 1)",
        "UPDATE comment_destruction SET comments = 'x'",
        "UPDATE comment_destruction SET months = 1",
        "UPDATE comment_destruction SET before = '2026-12-24', day = '2027-12-24'",
        "DELETE FROM comment_destruction",
    ],
)
def test_a_record_of_destruction_cannot_be_forged(old, forgery):
    old.clock.advance(days=366)
    destroy(old)
    with pytest.raises(DBAPIError, match="stay as they are"), old.store.write() as session:
        session.execute(text(forgery))
    with unguarded(old) as session:
        session.execute(text(forgery))
    assert verify_database(old.store).damages


def test_a_record_does_not_cover_words_that_came_later_or_came_back(old):
    old.clock.advance(days=366)
    with unguarded(old) as session:
        first = session.execute(text("SELECT id, text, nonce FROM comment LIMIT 1")).one()
    destroy(old)
    with unguarded(old) as session:
        session.execute(
            text("UPDATE comment SET text = :text, nonce = :nonce WHERE id = :id"), first._asdict()
        )
    (damage,) = verify_database(old.store).damages
    assert "masih ada" in damage


def test_what_is_not_old_enough_is_guarded_although_older_comments_went(world):
    world.fill(16)
    world.seal()
    world.clock.advance(days=300)
    world.fill(16, seed=2)
    world.close()
    world.clock.advance(days=66)
    assert (destroy(world), kept(world)) == (4, 4)
    with pytest.raises(DBAPIError, match="stay as they are"), world.store.write() as session:
        session.execute(text("UPDATE comment SET text = NULL, nonce = NULL WHERE text <> ''"))
    assert verify_database(world.store).damages == []


def test_an_instance_has_its_own_dated_rules(old):
    rules = "[[comments]]\nsince = 2026-01-01\nmonths = 36\nbasis = 'Perwali 1/2026'\n"
    rules += "[[comments]]\nsince = 2027-06-01\nmonths = 2\nbasis = 'Perwali 2/2027'\n"
    (old.settings.instance / FILE).write_text(rules, encoding="utf-8")
    old.clock.advance(days=188)
    assert destroy(old) == 0  # 31 May 2027: the first rule still
    old.clock.advance(days=1)
    assert destroy(old) == 4
    assert verify_database(old.store).damages == []


@pytest.mark.parametrize("rules", ["[[comments]]\nsince = 3", "x", "", "months = 0"])
def test_faulty_rules_destroy_nothing(old, rules):
    (old.settings.instance / FILE).write_text(rules, encoding="utf-8")
    old.clock.advance(days=4000)
    with pytest.raises(SurveyError) as refusal:
        destroy(old)
    assert refusal.value.where.file.endswith(FILE)
    assert kept(old) == 4


def test_it_runs_once_a_day(old):
    chore = DailyDestruction()
    now = old.clock.advance(days=366)
    assert chore(old.store, old.settings, now) == 4
    assert chore(old.store, old.settings, now + timedelta(hours=1)) == 0
