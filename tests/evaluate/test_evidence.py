"""Evidence on the evaluators' pages: many surveys in one ZIP, imports, the public check."""

import csv
import io
import json
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text

from analysis import read_bundles
from analysis.bundle import pack, unpack
from analysis.bundle_checks import verify_bundle
from survey_app.ledger.bundle_archive import stream_publications
from survey_app.ledger.bundles import bundle_survey
from survey_app.ledger.installations import fingerprint
from survey_app.ledger.keys import Signer, instance_signer
from survey_app.store.tables import AuditEvent, Publication, Role, Survey
from tests.analysis.test_bundle import content
from tests.people import add_person, csrf_token, log_in
from tests.publications import publish
from tests.worlds import make_world

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
REFERER = {"Referer": "https://localhost/"}


@pytest.fixture
def worlds(store, settings, clock):
    made = []
    for seed, (slug, name) in enumerate([("unit-a", "skm-2017"), ("unit-b", "spak-2023")]):
        world = make_world(store, settings, clock, name, slug)
        world.fill(40, seed)
        publish(world)
        made.append(world)
    return made


@pytest.fixture
def evaluator(app, store, clock, worlds):
    return log_in(app, add_person(store, clock, "tpn@x.id", Role.EVALUATOR))


def send(client, address, raw, **fields):
    token = csrf_token(client.get(address).text)
    data = {"csrf_token": token, "file": (io.BytesIO(raw), "bukti.zip"), **fields}
    return client.post(address, data=data, headers=REFERER)


def bundle_of(world):
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        return bundle_survey(session, survey, instance_signer(world.settings))


def test_chosen_evidence_comes_in_one_zip_that_verifies(evaluator, worlds):
    everything = evaluator.get("/evaluasi/bukti.zip?agency=&unit=&index=&year=").data
    assert verify_bundle(everything) == []
    assert [one.unit for one in read_bundles(everything)] == ["unit-a", "unit-b"]
    some = evaluator.get("/evaluasi/bukti.zip?index=ipak&year=2026").data
    assert [one.index.code for one in read_bundles(some)] == ["IPAK"]
    with zipfile.ZipFile(io.BytesIO(some)) as archive:
        (row,) = csv.DictReader(io.StringIO(archive.read("bundles.csv").decode()))
    assert (row["unit"], row["index"], row["problem"]) == ("unit-b", "IPAK", "")
    assert row["manifest_sha256"] == next(read_bundles(some)).manifest_sha256
    with zipfile.ZipFile(io.BytesIO(evaluator.get("/evaluasi/bukti.zip?year=2025").data)) as none:
        assert none.namelist() == ["bundles.csv"]


def test_what_is_not_as_published_is_left_out_and_the_list_says_so(store, settings, worlds):
    with store.write() as session:
        session.execute(text("DROP TRIGGER publication_keeps_update"))
        session.execute(text("UPDATE publication SET bundle_sha256 = 'ab' WHERE id = 1"))
        ids = list(session.scalars(select(Publication.id).order_by(Publication.id)))
    raw = b"".join(stream_publications(store, ids, instance_signer(settings)))
    assert verify_bundle(raw) == []
    assert [one.unit for one in read_bundles(raw)] == ["unit-b"]
    assert b"bundle-changed" in unpack(raw).listing


def test_a_publication_from_before_marks_still_goes_out_as_it_was(store, settings, worlds):
    from hashlib import sha256

    from analysis.bundle import seal_manifest
    from survey_app.ledger.bundles import _files

    with store.write() as session:
        publication = session.get_one(Publication, 1)
        old = seal_manifest(_files(session, publication), has_marks=False)
        session.execute(text("DROP TRIGGER publication_keeps_update"))
        publication.bundle_sha256 = sha256(old).hexdigest()
    raw = bundle_of(worlds[0])
    assert next(unpack(raw).packages).files["manifest.json"] == old
    assert verify_bundle(raw) == []


def test_anybody_sees_what_was_checked_and_where_it_fails(client, worlds):
    raw = bundle_of(worlds[0])
    good = send(client, "/verifikasi", raw)
    assert good.status_code == 200
    assert "semua pemeriksaan cocok" in good.text
    assert "instalasi ini sendiri" in good.text
    assert "unit-a" in good.text and "2026-TW4" in good.text
    (package,) = unpack(raw).packages
    cells = package.files["tallies.csv"].replace(b",n,,,40\n", b",n,,,41\n", 1)
    bad = send(client, "/verifikasi", pack({**package.files, "tallies.csv": cells}))
    assert bad.status_code == 422
    assert "tallies.csv:2: value" in bad.text
    assert "Tidak cocok" in bad.text


def test_a_bundle_of_nobody_known_is_sound_but_not_proven(client):
    reply = send(client, "/verifikasi", pack(content()))
    assert reply.status_code == 200
    assert "siapa yang membuatnya belum terbukti" in reply.text
    # What nobody compared is not said to agree.
    assert "kepala segel yang diumumkan" not in reply.text


@pytest.mark.parametrize("raw", [b"", b"PK", pack({"key.json": b"["}), pack({"a/b": b""})])
def test_junk_is_refused_by_the_public_check_and_never_a_fault(client, raw):
    assert send(client, "/verifikasi", raw).status_code == 422


def test_a_result_from_elsewhere_needs_a_confirmed_key_and_is_labelled(
    app, store, clock, evaluator, worlds
):
    signer = Signer(Ed25519PrivateKey.generate())
    raw = foreign_bundle(signer)
    fields = {"unit": "unit-a", "foreign_unit": "unit-uji", "period": "2026-TW4"}
    refused = send(evaluator, "/evaluasi/bukti", raw, **fields)
    assert refused.status_code == 422
    assert "tidak dipercaya" in refused.text
    boss = log_in(app, add_person(store, clock, "super@x.id", Role.SUPERADMIN))
    key = {"name": "Provinsi Jauh", "public_key": signer.public_key.hex()}
    for mark, status in (("0000", 422), (fingerprint(signer.public_key), 302)):
        token = csrf_token(boss.get("/kelola/instalasi").text)
        data = {"csrf_token": token, "fingerprint": mark, **key}
        reply = boss.post("/kelola/instalasi", data=data, headers=REFERER)
        assert reply.status_code == status
    assert send(evaluator, "/evaluasi/bukti", raw, **fields).status_code == 302
    page = evaluator.get("/evaluasi/bukti").text
    assert "Provinsi Jauh" in page
    assert "1 survei diimpor" in page
    address = "/evaluasi/bukti/1.zip"
    assert evaluator.get(address).data == raw
    assert send(evaluator, "/evaluasi/bukti", raw, **fields).status_code == 302
    assert "sudah pernah diimpor" in evaluator.get("/evaluasi/bukti").text
    with store.read() as session:
        acts = list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert acts.count("import-bundle") == 2
    assert "trust-installation" in acts
    assert indices_in_pages_of_one(evaluator) == [
        ("unit-a", "IKM", None),
        ("unit-b", "IPAK", None),
        ("unit-a", "IKM", "Provinsi Jauh"),
    ]
    table = evaluator.get("/api/v1/indices?index=ikm", headers={"Accept": "text/csv"}).text
    assert [row["origin"] for row in csv.DictReader(io.StringIO(table))] == ["", "Provinsi Jauh"]
    for query in ("unit=unit-b", "period=2026-TW1", "year=2025", "agency=kota-unit-b"):
        assert "Provinsi Jauh" not in evaluator.get(f"/api/v1/indices?{query}").text
    stranger = add_person(store, clock, "lain@x.id", Role.EVALUATOR, agency=_agency(store))
    assert log_in(app, stranger).get(address).status_code == 404


def indices_in_pages_of_one(browser):
    found, cursor = [], ""
    while cursor is not None:
        page = browser.get(f"/api/v1/indices?limit=1&cursor={cursor}").json
        found += [(one["unit"], one["index"], one["origin"]) for one in page["items"]]
        cursor = page["next"]
    return found


def _agency(store):
    from survey_app.administer.places import create_agency

    with store.write() as session:
        return create_agency(session, slug="lain", name="Lain")


def foreign_bundle(signer):
    """A bundle that another installation signed, with the description of a publication."""
    from analysis.bundle import describe
    from tests.analysis.test_bundle import signed

    files = content(signer.private)
    about = json.loads(files["datapackage.json"])["zi-survey"]
    about |= {"publication": 1, "published_at": "2026-11-20T01:00:00+00:00"}
    plain = {name: files[name] for name in files if not name.startswith(("manifest", "key"))}
    plain["datapackage.json"] = describe(about, plain)

    return pack(signed(plain, signer.private))
