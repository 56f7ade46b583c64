"""What a published survey tells altogether, put before the auditor; and single items kept back."""

import csv
import io
import json
import zipfile

import pytest
from sqlalchemy import select

from analysis.bundle_checks import verify_bundle
from analysis.disclosure_audit import Cell, Table, audit_tables, told_by_index
from survey_app.demo.instance import prepare_demo
from survey_app.estimates import instrument_of, survey_result
from survey_app.ledger.accept import record_many
from survey_app.ledger.bundles import bundle_survey
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.publication import newest_publication, publish_result
from survey_app.ledger.results import OTHERS
from survey_app.settings import load_settings
from survey_app.store import open_store
from survey_app.store.migrate import upgrade
from survey_app.store.tables import Publication, Survey
from tests.worlds import RECEIPT_KEY, submissions


def tables_of_result(result):
    """The tables on a result's pages, as the auditor reads them."""
    whole, *services = result["groups"]
    cells = {(one["key"]["layanan"],): cell_of(one) for one in services}
    cells |= dict.fromkeys((code,) for code in result["hidden"])
    cells[("",)] = None  # answers about no service may exist
    channels = {(name,): Cell(n, {}) for name, n in result["channels"].items() if name != OTHERS}
    return [
        Table((), {(): cell_of(whole)}),
        Table(("layanan",), cells),
        Table(("channel",), channels | {(OTHERS,): None}),
    ]


def cell_of(group):
    counts = {item["code"]: item["counts"] for item in group["items"] if item["counts"]}
    levels = {code: {int(level): n for level, n in own.items()} for code, own in counts.items()}
    return Cell(group["n"], levels)


def tables_of_bundle(content):
    """The tables of a bundle: whole, services and rest, with their exact counts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("tallies.csv").decode())))
    sizes = {(r["group"], r["service"]): int(r["value"]) for r in rows if r["moment"] == "n"}
    counts = {group: {} for group in sizes}
    for row in rows:
        if row["moment"] == "counts":
            own = counts[row["group"], row["service"]].setdefault(row["item"], {})
            own[int(row["with"])] = int(row["value"])
    parts = {(" ".join(g),): Cell(n, counts[g]) for g, n in sizes.items() if g[0] != "whole"}
    whole = Cell(sizes["whole", ""], counts["whole", ""])
    return [Table((), {(): whole}), *([Table(("part",), parts)] if parts else [])]


def told_through_indices(result, instrument):
    found = set()
    for group in result["groups"]:
        kept = {code: float(instrument.weight(code)) for code in group.get("kept_back", ())}
        if not kept or len(kept) == len(group["items"]):
            continue
        shown = sum(item["weighted"] for item in group["items"] if item["code"] not in kept)
        left = group["index"]["value"] - shown
        rest = (left - 0.005 / 25, left + 0.005 / 25)
        found |= told_by_index(rest, kept, group["n"], instrument.scale.values)
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    settings = load_settings(tmp_path_factory.mktemp("told") / "instance")
    store = open_store(settings)
    upgrade(store)
    from survey_app.clock import utc_now

    prepare_demo(store, settings, utc_now)
    return store, settings


def test_the_demos_published_surveys_tell_nobodys_answer(demo):
    store, _ = demo
    with store.read() as session:
        published = session.scalars(select(Survey).join(Publication).distinct()).all()
        assert len(published) > 10
        for survey in published:
            result = json.loads(newest_publication(session, survey.id).result)
            assert audit_tables(tables_of_result(result)) == [], survey.key
            assert told_through_indices(result, instrument_of(session, survey)) == set()


def test_the_demos_bundles_tell_no_small_group(demo):
    store, settings = demo
    with store.read() as session:
        for survey in session.scalars(select(Survey).join(Publication).distinct()).all():
            bundle = bundle_survey(session, survey, instance_signer(settings))
            found = audit_tables(tables_of_bundle(bundle))
            # The whole's own items are evidence and stay in, also where all agreed.
            assert [one for one in found if one.group] == [], survey.key


def answered(world, service, count, seed, **fixed):
    with world.store.write() as session:
        drawn = [
            one.__class__(**{**one.__dict__, "answers": one.answers | fixed})
            for one in submissions(world.instrument, count, seed)
        ]
        record_many(session, world.origin(service), drawn, RECEIPT_KEY)


def published(world):
    world.close()
    with world.store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        result = survey_result(session, survey)
        publish_result(session, survey, result, world.clock(), minimum=10)
    return json.loads(json.dumps(result))


def kept_of(result):
    return {g["key"].get("layanan", ""): g.get("kept_back", []) for g in result["groups"]}


def test_an_item_that_a_service_agreed_on_is_kept_back_and_the_service_shown(world):
    answered(world, "ktp", 20, 1, biaya=4)
    answered(world, "akta", 40, 2)
    answered(world, None, 15, 3)
    result = published(world)
    kept = kept_of(result)
    assert kept[""] == []
    assert "biaya" in kept["ktp"]
    assert len(kept["ktp"]) >= 2
    (ktp,) = (one for one in result["groups"] if one["key"].get("layanan") == "ktp")
    hidden = [item for item in ktp["items"] if item["code"] in kept["ktp"]]
    assert {item["hidden"] for item in hidden} == {"protected"}
    assert all(item["mean"] is None and item["counts"] == {} for item in hidden)
    assert ktp["index"]["score100"] == ktp["index"]["value"] * 25
    assert audit_tables(tables_of_result(result)) == []


def test_its_bundle_verifies_without_telling_the_item(world, tmp_path):
    answered(world, "ktp", 20, 1, biaya=4)
    answered(world, "akta", 40, 2)
    answered(world, None, 15, 3)
    published(world)
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        content = bundle_survey(session, survey, instance_signer(world.settings))
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)
    assert verify_bundle(path) == []
    tables = tables_of_bundle(content)
    assert "service ktp" not in {key[0] for key in tables[-1].cells}
    assert audit_tables(tables) == []


def test_an_item_that_all_agreed_on_is_kept_back_of_the_whole_too(world, tmp_path):
    answered(world, "ktp", 30, 1, biaya=4)
    answered(world, "akta", 40, 2, biaya=4)
    result = published(world)
    kept = kept_of(result)
    assert "biaya" in kept[""]
    assert kept["ktp"] == kept["akta"] == kept[""]
    assert result["groups"][0]["index"]["score100"] is not None
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        assert told_through_indices(result, instrument_of(session, survey)) == set()
        content = bundle_survey(session, survey, instance_signer(world.settings))
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)
    assert verify_bundle(path) == []


def test_a_channel_of_a_few_is_counted_with_the_others(world):
    answered(world, "ktp", 40, 1)
    with world.store.write() as session:
        few = list(submissions(world.instrument, 4, 9))
        record_many(session, world.origin("ktp", "ticket"), few, RECEIPT_KEY)
    assert published(world)["channels"] == {OTHERS: 44}
