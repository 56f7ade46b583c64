"""Two people agree and content is destroyed for good; the ledger stays whole and says so."""

import pytest
from sqlalchemy import select, text

from survey_app.ledger.erasure import (
    ErasureError,
    ErasureKind,
    approve_erasure,
    ask_erasure,
    refuse_erasure,
)
from survey_app.ledger.results import survey_tallies
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import (
    Account,
    Comment,
    CommentReview,
    Erasure,
    ErasureState,
    Response,
)

KINDS = {ErasureKind.RESPONSE: Response, ErasureKind.COMMENT: Comment}


@pytest.fixture
def people(world):
    with world.store.write() as session:
        accounts = [
            Account(
                email=f"{name}@contoh.go.id", name=name, password_hash="x", created_at=world.clock()
            )
            for name in ("peminta", "pemutus")
        ]
        session.add_all(accounts)
    return accounts


@pytest.fixture
def sealed(world):
    world.fill(12)
    world.seal()
    return world


def first_id(world, kind):
    with world.store.read() as session:
        return session.scalars(select(KINDS[kind].id)).first()


def ask(world, kind, account, reason="Putusan pengadilan 12/2026"):
    with world.store.write() as session:
        return ask_erasure(session, kind, first_id(world, kind), reason, account).id


def decide(world, erasure_id, account, act=approve_erasure):
    with world.store.write() as session:
        act(session, session.get_one(Erasure, erasure_id), account, world.clock())


@pytest.mark.parametrize("kind", KINDS)
def test_two_accounts_erase_and_the_ledger_stays_whole(sealed, people, kind):
    target = first_id(sealed, kind)
    decide(sealed, ask(sealed, kind, people[0]), people[1])
    with sealed.store.read() as session:
        row = session.get_one(KINDS[kind], target)
        assert row.nonce is None
        assert (row.answers if kind == ErasureKind.RESPONSE else row.text) is None
        assert row.leaf
    report = verify_database(sealed.store)
    assert (report.damages, report.erased) == ([], 1)


def test_sealing_goes_on_after_an_erasure_and_results_keep_what_was_counted(sealed, people):
    decide(sealed, ask(sealed, ErasureKind.RESPONSE, people[0]), people[1])
    sealed.fill(6, seed=4)
    sealed.seal()
    with sealed.store.read() as session:
        assert survey_tallies(session, sealed.survey_id, sealed.instrument).whole.n == 18
    assert verify_database(sealed.store).damages == []


def test_an_answer_may_be_erased_before_it_is_sealed(world, people):
    world.fill(6)
    decide(world, ask(world, ErasureKind.RESPONSE, people[0]), people[1])
    assert verify_database(world.store).damages == []
    world.seal()
    report = verify_database(world.store)
    assert (report.damages, report.erased) == ([], 1)


def test_who_asks_may_not_decide(sealed, people):
    asked = ask(sealed, ErasureKind.RESPONSE, people[0])
    for act in (approve_erasure, refuse_erasure):
        with pytest.raises(ErasureError) as refusal:
            decide(sealed, asked, people[0], act)
        assert refusal.value.code == "erasure-needs-another"
    assert verify_database(sealed.store).erased == 0


def test_a_refused_request_erases_nothing_and_is_final(sealed, people):
    asked = ask(sealed, ErasureKind.RESPONSE, people[0])
    decide(sealed, asked, people[1], refuse_erasure)
    with pytest.raises(ErasureError) as refusal:
        decide(sealed, asked, people[1])
    assert refusal.value.code == "erasure-decided-already"
    with sealed.store.read() as session:
        assert session.get_one(Erasure, asked).state == ErasureState.REFUSED
    assert verify_database(sealed.store).erased == 0


def test_a_request_needs_a_reason_a_target_and_no_twin(sealed, people):
    with pytest.raises(ErasureError) as refusal:
        ask(sealed, ErasureKind.RESPONSE, people[0], reason=" ")
    assert refusal.value.code == "erasure-needs-reason"
    ask(sealed, ErasureKind.RESPONSE, people[0])
    with pytest.raises(ErasureError) as refusal:
        ask(sealed, ErasureKind.RESPONSE, people[1])
    assert refusal.value.code == "erasure-asked-already"
    with pytest.raises(ErasureError) as refusal, sealed.store.write() as session:
        ask_erasure(session, ErasureKind.COMMENT, bytes(16), "x", people[0])
    assert refusal.value.code == "erasure-target-unknown"


def test_what_was_shown_of_an_erased_comment_goes_too(sealed, people):
    target = first_id(sealed, ErasureKind.COMMENT)
    with sealed.store.write() as session:
        session.add(CommentReview(comment_id=target, state="shown", shown_text="Antrean panjang."))
    decide(sealed, ask(sealed, ErasureKind.COMMENT, people[0]), people[1])
    with sealed.store.read() as session:
        assert session.get_one(CommentReview, target).shown_text == ""


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_erased_words_are_gone_from_the_file(world, people):
    secret = "KATA-RAHASIA-YANG-HARUS-HILANG"
    world.fill(3)
    with world.store.write() as session:
        any_comment = dict(session.execute(select(Comment.__table__)).first()._mapping)
        session.execute(Comment.__table__.insert(), any_comment | {"id": bytes(16), "text": secret})
        asked = ask_erasure(session, ErasureKind.COMMENT, bytes(16), "x", people[0]).id
    decide(world, asked, people[1])
    with world.store.read() as session:
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    for file in world.settings.instance.iterdir():
        assert secret.encode() not in file.read_bytes(), file
