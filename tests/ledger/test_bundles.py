"""The bundle of a published survey is checked anywhere, and is the same whoever asks."""

import csv
import io
import json
import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from analysis.bundle import pack, unpack
from analysis.bundle_checks import verify_bundle
from analysis.bundle_heads import canonical
from survey_app.administer.places import create_service
from survey_app.cli import group
from survey_app.estimates import survey_result
from survey_app.ledger.bundles import BundleError, bundle_survey, bundle_surveys
from survey_app.ledger.keys import Signer, instance_signer
from survey_app.ledger.publication import newest_publication, publish_result
from survey_app.ledger.rotation import rotate_key
from survey_app.ledger.transparency import public_heads, public_keys
from survey_app.store.tables import Service, ServicePlan, Survey
from tests.people import add_person
from tests.worlds import make_world


def publish(world, reason=""):
    with world.store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        result = survey_result(session, survey)
        publish_result(session, survey, result, world.clock(), minimum=10, reason=reason)


def bundled(world):
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        return bundle_survey(session, survey, instance_signer(world.settings))


def saved(tmp_path, content, name="bundle.zip"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def published(world):
    """Three seals, then published."""
    for seed in range(2):
        world.fill(30, seed)
        world.seal()
        world.clock.advance(days=1)
    world.fill(3, 9)
    world.close()
    publish(world)
    return world


def test_a_published_survey_goes_out_and_verifies(published, tmp_path):
    path = saved(tmp_path, bundled(published))
    with published.store.read() as session:
        heads, keys = public_heads(session), public_keys(session)
    assert verify_bundle(path) == []
    assert verify_bundle(path, heads, keys) == []
    assert len(heads) == 3


@pytest.mark.parametrize("instrument", ["spak-2023", "spkp-2023"])
def test_other_scales_go_out_and_verify(store, settings, clock, tmp_path, instrument):
    world = make_world(store, settings, clock, instrument)
    world.fill(60)
    world.close()
    publish(world)
    assert verify_bundle(saved(tmp_path, bundled(world))) == []


def with_populations(world, **populations):
    with world.store.write() as session:
        for code, population in populations.items():
            service = session.scalars(select(Service).where(Service.code == code)).one()
            session.merge(
                ServicePlan(survey_id=world.survey_id, service_id=service.id, population=population)
            )


def answers_about(world, **counts):
    from survey_app.ledger.accept import record_many
    from tests.worlds import RECEIPT_KEY, submissions

    for seed, (service, count) in enumerate(counts.items()):
        with world.store.write() as session:
            drawn = list(submissions(world.instrument, count, 100 + seed))
            record_many(session, world.origin(service), drawn, RECEIPT_KEY)


def test_services_that_are_kept_back_are_one_remainder(world, tmp_path):
    with world.store.write() as session:
        unit = session.get_one(Survey, world.survey_id).unit
        world.services["kia"] = create_service(session, unit, code="kia", name="KIA").id
    with_populations(world, ktp=400, akta=90, kia=30)
    answers_about(world, ktp=40, akta=20, kia=4)
    world.close()
    publish(world)
    content = bundled(world)
    assert b"akta" not in files_of(content)["tallies.csv"]
    assert b"kia" not in files_of(content)["tallies.csv"]
    assert verify_bundle(saved(tmp_path, content)) == []


def test_no_small_group_is_in_it(world, tmp_path):
    """Three answers about no service: neither they nor a difference from the whole shows them."""
    answers_about(world, ktp=40, akta=20)
    with world.store.write() as session:
        from survey_app.ledger.accept import record_many
        from tests.worlds import RECEIPT_KEY, submissions

        drawn = list(submissions(world.instrument, 3, 7))
        record_many(session, world.origin(None), drawn, RECEIPT_KEY)
    world.close()
    publish(world)
    content = bundled(world)
    rows = csv.DictReader(io.StringIO(files_of(content)["tallies.csv"].decode()))
    numbers = {
        (row["group"], row["service"]): int(row["value"]) for row in rows if row["moment"] == "n"
    }
    assert numbers == {("whole", ""): 63, ("service", "ktp"): 40, ("rest", ""): 23}
    assert verify_bundle(saved(tmp_path, content)) == []


def test_the_same_bytes_each_time_and_the_hash_that_was_published(published):
    from hashlib import sha256

    first = bundled(published)
    published.clock.advance(days=40)
    assert bundled(published) == first
    with published.store.read() as session:
        kept = newest_publication(session, published.survey_id).bundle_sha256
    assert sha256(files_of(first)["manifest.json"]).hexdigest() == kept


def test_a_correction_is_another_bundle_that_names_the_first(published, tmp_path):
    with published.store.read() as session:
        first = newest_publication(session, published.survey_id).bundle_sha256
    publish(published, reason="Populasi keliru")
    content = bundled(published)
    about = json.loads(files_of(content)["datapackage.json"])["zi-survey"]
    assert (about["replaces"], about["reason"]) == (first, "Populasi keliru")
    assert verify_bundle(saved(tmp_path, content)) == []


def test_after_a_rotation_the_chain_of_keys_goes_along(published, tmp_path):
    before = files_of(bundled(published))
    rotate_key(published.store, published.settings, published.clock())
    after = files_of(bundled(published))
    assert after["manifest.json"] == before["manifest.json"]
    assert len(json.loads(after["key.json"])["keys"]) == 2
    assert verify_bundle(saved(tmp_path, pack(after))) == []


def test_signed_again_by_somebody_else_is_told_apart(published, tmp_path):
    with published.store.read() as session:
        heads, keys = public_heads(session), public_keys(session)
    files = files_of(bundled(published))
    thief = Signer(Ed25519PrivateKey.generate())
    seals = json.loads(files["seals.json"])
    for head in seals["heads"]:
        head |= {"key": thief.id, "signature": thief.sign(bytes.fromhex(head["head"])).hex()}
    forged = forge(files | {"seals.json": canonical(seals)}, thief)
    path = saved(tmp_path, forged)
    assert verify_bundle(path) == []
    assert {one.code for one in verify_bundle(path, None, keys)} == {"bundle-key-unknown"}
    assert {one.code for one in verify_bundle(path, heads)} == {"bundle-signed-anew"}


def forge(files, signer):
    from analysis.bundle import describe, seal_manifest

    about = json.loads(files["datapackage.json"])["zi-survey"]
    files = dict(files) | {"datapackage.json": describe(about, files)}
    files["manifest.json"] = seal_manifest(files)
    files["manifest.sig"] = signer.sign(files["manifest.json"])
    record = {"id": signer.id, "public_key": signer.public_key.hex()}
    key = record | {"voucher": None, "vouched_by": None}
    files["key.json"] = canonical({"algorithm": "Ed25519", "keys": [key]})
    return pack(files)


def test_a_changed_index_is_found_even_with_the_real_key(published, tmp_path):
    files = files_of(bundled(published))
    lines = files["indices.csv"].decode().split("\n")
    cells = lines[1].split(",")
    cells[10] = "99.99"
    lines[1] = ",".join(cells)
    files["indices.csv"] = "\n".join(lines).encode()
    path = saved(tmp_path, forge(files, instance_signer(published.settings)))
    (finding,) = verify_bundle(path)
    assert str(finding).startswith("indices.csv:2: score100: ")


def test_another_periods_figures_do_not_pass_for_this_one(store, settings, clock, tmp_path):
    worlds = [make_world(store, settings, clock, slug=slug) for slug in ("unit-a", "unit-b")]
    for seed, world in enumerate(worlds):
        world.fill(60, seed)
        world.close()
        publish(world)
    here, there = (files_of(bundled(world)) for world in worlds)
    taken = {name: there[name] for name in ("indices.csv", "tallies.csv", "method.json")}
    path = saved(tmp_path, forge(here | taken, instance_signer(settings)))
    assert "tallies.csv:2" in "\n".join(str(one) for one in verify_bundle(path))


def test_an_older_state_is_found_by_a_witness(published, tmp_path):
    path = saved(tmp_path, bundled(published))
    with published.store.read() as session:
        heads = public_heads(session)
    later = heads[-1] | {"number": 4, "head": "ab" * 32}
    assert {one.code for one in verify_bundle(path, [*heads, later])} == {"bundle-behind-witness"}
    other = [heads[0] | {"head": "ab" * 32}]
    assert {one.code for one in verify_bundle(path, other)} == {"bundle-not-as-witnessed"}
    assert {one.code for one in verify_bundle(path, [])} == {"bundle-witness-silent"}


@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
def test_what_is_not_published_has_no_bundle(world, is_closed):
    world.fill(60)
    if is_closed:
        world.close()
    with pytest.raises(BundleError) as refusal:
        bundled(world)
    assert refusal.value.code == "bundle-not-published"


def test_several_surveys_lie_in_folders(store, settings, clock, tmp_path):
    worlds = [make_world(store, settings, clock, slug=slug) for slug in ("unit-a", "unit-b")]
    for seed, world in enumerate(worlds):
        world.fill(60, seed)
        world.close()
        publish(world)
    with store.read() as session:
        surveys = [session.get_one(Survey, world.survey_id) for world in worlds]
        content = bundle_surveys(session, surveys, instance_signer(settings))
    path = saved(tmp_path, content)
    assert [one.folder for one in unpack(path).packages] == [world.key for world in worlds]
    assert verify_bundle(path) == []


def run(world, *arguments):
    instance = str(world.settings.instance)
    environment = {"ZI_SURVEY_DATABASE_URL": world.settings.database_url}
    command = [*map(str, arguments), "--instance", instance]
    return CliRunner().invoke(group, command, env=environment)


def test_written_and_verified_by_command(published, tmp_path):
    file, heads = tmp_path / "all.zip", tmp_path / "heads.json"
    with published.store.read() as session:
        heads.write_text(json.dumps({"heads": public_heads(session)}))
    assert run(published, "bundle", "--all", "--output", file).exit_code == 0
    assert file.read_bytes() == bundled(published)
    done = run(published, "verify", file, "--witness", heads)
    assert (done.exit_code, "utuh" in done.output) == (0, True)
    file.write_bytes(file.read_bytes().replace(b",index,IKM,", b",index,IKN,", 1))
    damaged = run(published, "verify", file)
    assert (damaged.exit_code, "indices.csv" in damaged.stderr) == (1, True)
    for wrong in (["verify"], ["verify", file, "--database"], ["bundle", "--output", file]):
        assert run(published, *wrong).exit_code == 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_checked_with_neither_web_nor_database_in_the_process(published, tmp_path):
    path = saved(tmp_path, bundled(published))
    program = (
        "import sys; sys.argv = ['zi-survey', 'verify', sys.argv[1]]\n"
        "import survey_app.cli as cli\n"
        "try:\n    cli.main()\n"
        "finally:\n    print(sorted({'flask', 'sqlalchemy', 'socketserver'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
    path.write_bytes(path.read_bytes().replace(b"IKM", b"IKN", 1))
    again = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, cwd=tmp_path
    )
    assert again.returncode == 1, again.stderr
    assert "indices.csv" in again.stderr
    assert "Traceback" not in again.stderr
    assert (
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "none.zip")], capture_output=True
        ).returncode
        == 2
    )


def test_evaluators_fetch_it_and_others_do_not_see_it(client, published, store, clock):
    from survey_app.accounts.people import find_account
    from survey_app.accounts.tokens import issue_token
    from survey_app.administer.places import create_agency
    from survey_app.store.tables import Agency, Role

    def token(email, agency):
        add_person(store, clock, email, Role.EVALUATOR, agency=agency)
        with store.write() as session:
            given = issue_token(session, find_account(session, email), "evaluate", clock())
        return {"Authorization": f"Bearer {given}"}

    with store.write() as session:
        own = session.scalars(select(Agency)).one()
        other = create_agency(session, slug="lain", name="Lain")
    address = f"/api/v1/surveys/{published.key}/bundle"
    headers = token("e@x.id", own)
    reply = client.get(address, headers=headers)
    assert (reply.status_code, reply.mimetype) == (200, "application/zip")
    assert reply.data == bundled(published)
    again = client.get(address, headers=headers | {"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(address, headers=token("o@x.id", other)).status_code == 404
    assert client.get(address).status_code == 401
