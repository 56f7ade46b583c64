"""From nothing to an open survey, in the browser and by command."""

import io
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

import instruments
from instruments.xlsform import write_xlsform
from survey_app import cli
from survey_app.store.tables import Account, Link, Role, Survey, Unit
from tests.people import add_person, csrf_token, log_in, post

OWN = """
id = "skm-antrean"
version = "1"
based_on = "skm-2017"
title = "SKM dengan antrean"
[[add]]
code = "antrean"
number = 10
form_position = 10
label = "Antrean"
question = "Bagaimana antreannya?"
options = [
  { value = 1, label = "Buruk" }, { value = 2, label = "Cukup" },
  { value = 3, label = "Baik" }, { value = 4, label = "Sangat baik" },
]
"""


@pytest.fixture
def admin(app, store, clock):
    return log_in(app, add_person(store, clock, "admin@x.id", Role.SUPERADMIN))


@pytest.fixture
def unit(admin):
    post(admin, "/kelola/instansi", name="Kota Baru", slug="kota-baru")
    fields = {"name": "Dinas", "slug": "dinas", "parent": "", "timezone": "Asia/Makassar"}
    post(admin, "/kelola/instansi/kota-baru/unit", **fields)
    post(admin, "/kelola/unit/dinas/layanan", name="Kartu Keluarga", code="kk")
    return "/kelola/unit/dinas"


def upload(admin, address, content, name="punya-kami.toml"):
    token = csrf_token(admin.get("/akun").text)
    content = content if isinstance(content, bytes) else content.encode()
    content = {"csrf_token": token, "file": (io.BytesIO(content), name)}
    return admin.post(address, data=content, headers={"Referer": "https://localhost/"})


def test_a_survey_made_in_the_browser_is_answered_by_its_link(admin, unit, store, app):
    fields = {"instrument": "skm-2017", "period": "2026-tw4", "populasi-kk": "600"}
    made = post(admin, f"{unit}/survei", **fields)
    assert made.location == "/meja/survei/dinas-skm-2017-2026-tw4"
    with store.read() as session:
        survey = session.scalars(select(Survey)).one()
        codes = session.scalars(select(Link.code).order_by(Link.service_id)).all()
    assert (survey.population, survey.target) == (600, 234)
    citizen = app.test_client()
    assert citizen.get(f"/s/{codes[0]}").status_code == 404
    post(admin, f"{made.location}/buka")
    assert "Kartu Keluarga" in citizen.get(f"/s/{codes[-1]}").text


def test_a_units_own_questionnaire_is_uploaded_and_asked(admin, unit, app, store):
    assert upload(admin, f"{unit}/kuesioner", OWN).status_code == 302
    page = admin.get(f"{unit}/survei").text
    chosen = re.search(r'value="([0-9a-f]{64})"', page).group(1)
    made = post(admin, f"{unit}/survei", instrument=chosen, period="2026-TW4")
    post(admin, f"{made.location}/buka")
    with store.read() as session:
        code = session.scalars(select(Link.code)).first()
    assert "Bagaimana antreannya?" in app.test_client().get(f"/s/{code}").text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_xlsform_is_uploaded_as_a_questionnaire_or_refused_by_its_cells(admin, unit):
    own = instruments.load("spak-2023-suap").model_copy(update={"id": "spak-kami"})
    assert upload(admin, f"{unit}/kuesioner", write_xlsform(own), "kami.xlsx").status_code == 302
    assert "spak-kami" in admin.get(unit).text
    broken = write_xlsform(own.model_copy(update={"version": "satu"}))
    refused = upload(admin, f"{unit}/kuesioner", broken, "kami.xlsx")
    assert refused.status_code == 422
    assert "kami.xlsx: settings!C2" in refused.text


def test_helper_texts_are_marked_as_drafts_until_an_authority_approved_them(admin, unit):
    page = admin.get(unit).text
    assert "Basa Sunda" in page
    assert "rancangan, belum disahkan" in page
    approved = (
        'id = "skm-bandung"\nversion = "1"\nbased_on = "skm-2017"\n[translations.su]\n'
        'approved_by = "Balai Bahasa"\napproved_on = 2026-10-01\n'
    )
    assert upload(admin, f"{unit}/kuesioner", approved).status_code == 302
    assert "disahkan oleh Balai Bahasa, 1 Oktober 2026" in admin.get(unit).text


def test_a_broken_questionnaire_is_refused_naming_file_and_key(admin, unit):
    refused = upload(admin, f"{unit}/kuesioner", OWN.replace("number = 10", 'number = "x"'))
    assert refused.status_code == 422
    assert "punya-kami.toml" in refused.text
    assert "antrean.number" in refused.text


@pytest.mark.parametrize(
    "address, fields, words",
    [
        ("/kelola/instansi", {"name": "X", "slug": "Kota Baru"}, "Huruf kecil"),
        ("/kelola/instansi", {"name": "X", "slug": "kota-baru"}, "sudah dipakai"),
        ("/kelola/unit/dinas/layanan", {"name": "", "code": "a"}, "Wajib diisi"),
        ("/kelola/unit/dinas/layanan", {"name": "A", "code": "kk"}, "sudah dipakai"),
        ("/kelola/unit/dinas/survei", {"instrument": "skm-2017", "period": "TW4"}, "2026-TW4"),
    ],
)
def test_wrong_fields_are_explained_beside_them(admin, unit, address, fields, words):
    refused = post(admin, address, **fields)
    assert refused.status_code == 422
    assert words in refused.text


def test_a_new_account_gets_a_password_shown_once_and_no_more_than_its_role(
    admin, unit, app, store
):
    fields = {"email": "budi@x.id", "name": "Budi", "role": "staff", "unit_id": "999"}
    shown = admin.get(post(admin, f"{unit}/akun", **fields).location).text
    password = re.search(r"budi@x\.id: (\S+) \(", shown).group(1)
    staff = log_in(app, "budi@x.id", password)
    assert staff.get("/meja").status_code == 200
    assert staff.get("/kelola").status_code == 404
    with store.read() as session:
        grants = session.scalars(select(Account).where(Account.email == "budi@x.id")).one().grants
        units = session.scalars(select(Unit.id)).all()
    assert [(grant.role, grant.unit_id) for grant in grants] == [("staff", units[0])]


def test_a_role_above_ones_own_cannot_be_given(admin, unit):
    refused = post(admin, f"{unit}/akun", email="a@x.id", name="A", role="superadmin")
    assert refused.status_code == 422


def test_a_revoked_link_no_longer_works(admin, unit, app, store):
    made = post(admin, f"{unit}/survei", instrument="spak-2023", period="2026-11")
    post(admin, f"{made.location}/buka")
    with store.read() as session:
        code = session.scalars(select(Link.code)).first()
    post(admin, f"/kelola/survei/dinas-spak-2023-2026-11/tautan/{code}/cabut")
    assert app.test_client().get(f"/s/{code}").status_code == 410


def test_the_same_can_be_set_up_by_command(tmp_path):
    folder = ("--instance", str(tmp_path / "perintah"))

    def run(*words):
        done = CliRunner().invoke(cli.group, [*words, *folder])
        assert done.exception is None, done.exception
        return done.output

    run("agency", "add", "kota", "Kota")
    run("unit", "add", "kota", "dinas", "Dinas", "--timezone", "Asia/Jayapura")
    run("unit", "add", "kota", "upt", "UPT", "--parent", "dinas")
    run("service", "add", "upt", "kk", "Kartu Keluarga")
    made = run("survey", "add", "upt", "skm-2017", "2026-TW4", "--population", "500", "--open")
    assert made.splitlines()[0] == "upt-skm-2017-2026-tw4"
    assert "/s/" in made
    twice = CliRunner().invoke(cli.group, ["agency", "add", "kota", "Kota", *folder])
    assert "sudah dipakai" in str(twice.exception)
