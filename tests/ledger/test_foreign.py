"""Results of another installation come in with their evidence, or are refused by place."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from analysis.bundle import Package, describe, pack, seal_manifest, unpack
from analysis.bundle_heads import canonical
from instruments.errors import SurveyError, SurveyErrors
from survey_app.accounts.people import find_account
from survey_app.administer.places import create_agency, create_unit
from survey_app.ledger.bundles import bundle_survey
from survey_app.ledger.foreign import Expected, import_bundle, list_foreign
from survey_app.ledger.installations import (
    fingerprint,
    list_installations,
    register_installation,
    revoke_installation,
)
from survey_app.ledger.keys import Signer, instance_signer
from survey_app.ledger.rotation import rotate_key
from survey_app.settings import load_settings
from survey_app.store import open_store
from survey_app.store.migrate import upgrade
from survey_app.store.tables import Account, ForeignBundle, Role, Survey, Unit
from tests.conftest import START, FrozenClock
from tests.people import add_person
from tests.publications import publish
from tests.worlds import make_world

PERIOD = "2026-TW4"


def bundled(world):
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        return bundle_survey(session, survey, instance_signer(world.settings))


@pytest.fixture(scope="module")
def abroad(tmp_path_factory):
    """Another installation, its bundle, and the one after late answers and a correction."""
    clock = FrozenClock(START)
    instance = tmp_path_factory.mktemp("lain")
    settings = load_settings(instance, public_url="https://lain", ratelimit="off")
    store = open_store(settings)
    upgrade(store)
    world = make_world(store, settings, clock, slug="dinas-x")
    world.fill(40)
    world.close()
    publish(world)
    first = bundled(world)
    world.fill(12, seed=9)
    world.seal()
    publish(world, reason="Jawaban susulan")
    second = bundled(world)
    yield world, instance_signer(settings), first, second
    store.engine.dispose()


@pytest.fixture
def here(store, clock):
    """Our side: the same unit, another one, an evaluator."""
    add_person(store, clock, "tpn@x.id", Role.EVALUATOR)
    with store.write() as session:
        agency = create_agency(session, slug="kota", name="Kota")
        for slug in ("dinas-x", "dinas-y"):
            create_unit(session, agency, slug=slug, name=slug)
    return store


@pytest.fixture
def trusting(here, abroad, clock):
    _, signer, _, _ = abroad
    trust(here, signer, clock)
    return here


def trust(store, signer, clock, name="Provinsi"):
    with store.write() as session:
        account = find_account(session, "tpn@x.id")
        key = signer.public_key.hex()
        register_installation(session, name, key, fingerprint(signer.public_key), account, clock())


def bring(store, clock, content, unit="dinas-x", foreign="dinas-x", period=PERIOD):
    with store.write() as session:
        place = session.scalars(select(Unit).where(Unit.slug == unit)).one()
        account = session.scalars(select(Account)).first()
        return import_bundle(session, content, Expected(place, foreign, period), account, clock())


def refusal(*arguments, **options):
    with pytest.raises(SurveyError) as refused:
        bring(*arguments, **options)
    error = refused.value
    parts = error.errors if isinstance(error, SurveyErrors) else [error]
    return {(one.code, one.where.file, one.where.field) for one in parts}


def count(store):
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(ForeignBundle))


def resigned(content, signer, **changes):
    """The same bundle with files changed, signed by whoever holds the key."""
    (package,) = unpack(content).packages
    files = dict(package.files)
    about = json.loads(files["datapackage.json"])["zi-survey"]
    files |= {name: canonical(value) for name, value in changes.get("files", {}).items()}
    files["datapackage.json"] = describe(about | changes.get("about", {}), files)
    files["manifest.json"] = seal_manifest(files)
    files["manifest.sig"] = signer.sign(files["manifest.json"])
    if not changes.get("keeps_key"):
        record = {"id": signer.id, "public_key": signer.public_key.hex()}
        key = record | {"voucher": None, "vouched_by": None}
        files["key.json"] = canonical({"algorithm": "Ed25519", "keys": [key]})
    return pack(files)


def test_a_result_comes_in_whole_and_keeps_its_origin(trusting, abroad, clock):
    _, _, first, _ = abroad
    (done,) = bring(trusting, clock, first)
    with trusting.read() as session:
        (row,) = list_foreign(session, None)
        kept = session.get_one(ForeignBundle, done.bundle.id).content
    assert (row.unit, row.installation, row.bundle.index_code) == ("dinas-x", "Provinsi", "IKM")
    assert row.figures["n"] == 40
    assert kept == first


def test_the_same_bundle_twice_is_one(trusting, abroad, clock):
    _, _, first, _ = abroad
    assert [one.is_new for one in bring(trusting, clock, first)] == [True]
    assert [one.is_new for one in bring(trusting, clock, first)] == [False]
    assert count(trusting) == 1


def test_a_newer_bundle_extends_the_chain_and_the_older_one_is_then_a_replay(
    trusting, abroad, clock
):
    world, _, first, second = abroad
    bring(trusting, clock, first)
    bring(trusting, clock, second)
    with trusting.read() as session:
        (row,) = list_foreign(session, None)
    assert (row.figures["n"], row.bundle.seals, count(trusting)) == (52, 2, 2)
    assert [one.is_new for one in bring(trusting, clock, first)] == [False]
    assert world.key == row.bundle.survey


def test_what_was_never_imported_and_is_older_is_refused(trusting, abroad, clock):
    _, _, first, second = abroad
    bring(trusting, clock, second)
    assert refusal(trusting, clock, first) == {("foreign-older", "seals.json", "segel 1")}
    assert count(trusting) == 1


def test_a_rewritten_history_is_refused_at_the_seal_where_it_forks(
    trusting, abroad, clock, settings
):
    from analysis.bundle_heads import head_of

    _, signer, first, second = abroad
    bring(trusting, clock, first)
    (package,) = unpack(second).packages
    heads, previous = json.loads(package.files["seals.json"])["heads"], "00" * 32
    for head in heads:
        head |= {"root": "cd" * 32, "previous": previous}
        head["head"] = previous = head_of(head)
        head["signature"] = signer.sign(bytes.fromhex(previous)).hex()
    forged = resigned(
        second, signer, files={"seals.json": {"heads": heads}}, about={"head": previous}
    )
    assert refusal(trusting, clock, forged) == {("foreign-chain-forked", "seals.json", "segel 1")}


def test_nobodys_key_is_believed_before_it_is_registered_or_after_it_is_revoked(
    here, abroad, clock
):
    _, signer, first, _ = abroad
    unknown = {("foreign-key-unknown", "key.json", signer.id)}
    assert refusal(here, clock, first) == unknown
    trust(here, signer, clock)
    bring(here, clock, first)
    with here.write() as session:
        (known,) = list_installations(session)
        revoke_installation(known, find_account(session, "tpn@x.id"), clock())
    assert refusal(here, clock, first) == unknown
    assert count(here) == 1


def test_a_thief_who_signs_again_is_not_taken_for_the_installation(trusting, abroad, clock):
    _, _, first, _ = abroad
    thief = Signer(Ed25519PrivateKey.generate())
    codes = {code for code, _, _ in refusal(trusting, clock, resigned(first, thief))}
    # Its heads are not signed by that key either.
    assert codes == {"bundle-signature-wrong"}


def test_unit_and_period_must_be_those_the_evaluator_names(trusting, abroad, clock):
    _, _, first, _ = abroad
    place = ("datapackage.json", "/zi-survey/unit")
    assert refusal(trusting, clock, first, unit="dinas-y", foreign="dinas-y") == {
        ("foreign-other-unit", *place)
    }
    assert refusal(trusting, clock, first, period="2025-TW4") == {
        ("foreign-other-period", "datapackage.json", "/zi-survey/period")
    }
    bring(trusting, clock, first, unit="dinas-y")
    assert refusal(trusting, clock, first, unit="dinas-x") == {("foreign-unit-bound", *place)}


@pytest.mark.parametrize(
    "about",
    [{"published_at": None}, {"published_at": "kemarin"}, {"publication": "2"}, {"period": 4}],
    ids=str,
)
def test_a_description_that_cannot_be_is_refused_and_no_fault_of_ours(
    trusting, abroad, clock, about
):
    _, signer, first, _ = abroad
    found = refusal(trusting, clock, resigned(first, signer, about=about))
    assert {place for _, _, place in found} <= {"/zi-survey", "period"}


def test_our_own_bundle_is_not_imported(here, world_here, clock):
    (found,) = refusal(here, clock, bundled(world_here), unit="dinas-x", foreign="unit-uji")
    assert found[0] == "foreign-own"


@pytest.fixture
def world_here(store, settings, clock):
    world = make_world(store, settings, clock)
    world.fill(30)
    world.close()
    publish(world)
    return world


def test_one_edited_cell_among_many_surveys_leaves_nothing_imported(trusting, abroad, clock):
    _, _, first, _ = abroad
    (package,) = unpack(first).packages
    lines = package.files["indices.csv"].split(b"\n")
    lines[1] = lines[1].replace(b",IKM,", b",IKN,")
    edited = Package("b", {**package.files, "indices.csv": b"\n".join(lines)})
    files = {f"a/{name}": text for name, text in package.files.items()}
    files |= {f"b/{name}": text for name, text in edited.files.items()}
    assert ("bundle-hash-wrong", "b/indices.csv", "code") in refusal(trusting, clock, pack(files))
    assert count(trusting) == 0


def test_a_key_is_registered_only_with_its_own_fingerprint(here, abroad, clock, settings):
    _, signer, _, _ = abroad
    other = Signer(Ed25519PrivateKey.generate())
    own = instance_signer(settings)
    with here.read() as session:
        account = find_account(session, "tpn@x.id")
    for key, mark, field in (
        (signer.public_key.hex(), fingerprint(other.public_key), "fingerprint"),
        ("ab", fingerprint(signer.public_key), "public_key"),
        (own.public_key.hex(), fingerprint(own.public_key), "public_key"),
    ):
        if key == own.public_key.hex():
            rotate_key(here, settings, clock())
        with pytest.raises(SurveyError) as refused, here.write() as session:
            register_installation(session, "X", key, mark, account, clock())
        assert refused.value.where.field == field
    upper = fingerprint(signer.public_key).upper().replace(" ", ":")
    with here.write() as session:
        register_installation(session, "X", signer.public_key.hex(), upper, account, clock())


@pytest.mark.parametrize(
    "change", ["UPDATE foreign_bundle SET unit_id = 2", "DELETE FROM foreign_bundle"]
)
def test_what_was_imported_is_never_changed(trusting, abroad, clock, change):
    bring(trusting, clock, abroad[2])
    with pytest.raises(DBAPIError, match="stay as they are"), trusting.write() as session:
        session.execute(text(change))
