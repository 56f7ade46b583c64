"""Agencies, units, services and accounts from one workbook: all of it, or a list of problems."""

import io

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from survey_app import cli
from survey_app.administer.workbook import SHEETS
from survey_app.store.tables import Account, Agency, Role, Service, Unit
from tests.people import add_person, csrf_token, log_in

GOOD = {
    "instansi": [("kota-baru", "Kota Baru")],
    "unit": [
        ("loket-dua", "Loket Dua", "kota-baru", "dinas", "", ""),
        ("dinas", "Dinas", "kota-baru", "", "Jl. Merdeka 1", "Asia/Makassar"),
    ],
    "layanan": [("dinas", "ktp", "KTP"), ("loket-dua", "kk", "=KK")],
    "akun": [("Budi@x.id", "Budi", "staff", "loket-dua")],
}


def workbook(sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(SHEETS.get(name, ("a",)))
        for row in rows:
            sheet.append([None] * len(row))
            for column, value in enumerate(row, 1):
                cell = sheet.cell(sheet.max_row, column)
                cell.value = value
                cell.data_type = "s" if isinstance(value, str) else cell.data_type
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def admin(app, store, clock):
    return log_in(app, add_person(store, clock, "admin@x.id", Role.SUPERADMIN))


def send(admin, content, name="massal.xlsx", **fields):
    token = csrf_token(admin.get("/akun").text)
    data = {"csrf_token": token, "file": (io.BytesIO(content), name)} | fields
    return admin.post("/kelola/massal", data=data, headers={"Referer": "https://localhost/"})


def counts(store):
    with store.read() as session:
        tables = (Agency, Unit, Service, Account)
        return tuple(session.scalar(select(func.count()).select_from(t)) for t in tables)


def test_a_workbook_makes_everything_parents_before_children(admin, store):
    done = send(admin, workbook(GOOD))
    assert done.status_code == 200
    with store.read() as session:
        units = {one.slug: one for one in session.scalars(select(Unit))}
        account = session.scalars(select(Account).where(Account.email == "budi@x.id")).one()
        assert units["loket-dua"].parent_id == units["dinas"].id
        assert units["dinas"].timezone == "Asia/Makassar"
        assert [(g.role, g.unit_id) for g in account.grants] == [("staff", units["loket-dua"].id)]
        assert set(session.scalars(select(Service.name))) == {"KTP", "=KK"}


def test_the_first_password_handed_over_logs_in(admin, app):
    handed = openpyxl.load_workbook(io.BytesIO(send(admin, workbook(GOOD)).data)).active
    email, _name, password = next(handed.iter_rows(min_row=2, values_only=True))
    assert log_in(app, email, password).get("/meja").status_code == 200


def test_a_dry_run_counts_and_saves_nothing(admin, store):
    before = counts(store)
    page = send(admin, workbook(GOOD), periksa="ya")
    assert page.status_code == 200
    assert "Buku kerja ini dapat diimpor" in page.text
    assert counts(store) == before


def test_the_same_workbook_twice_adds_nothing(admin, store):
    send(admin, workbook(GOOD))
    after = counts(store)
    assert send(admin, workbook(GOOD)).status_code == 302
    assert counts(store) == after


def test_every_problem_is_named_by_sheet_row_and_column_and_nothing_is_saved(admin, store):
    send(admin, workbook({"instansi": GOOD["instansi"]}))
    before = counts(store)
    wrong = {
        "instansi": [("kota-baru", "Kota Lama"), ("Kota X", "X")],
        "unit": [
            ("a", "A", "kota-baru", "b", "", ""),
            ("b", "B", "kota-baru", "a", "", ""),
            ("c", "", "tiada", "", "", "Asia/Bulan"),
        ],
        "layanan": [("a", "ktp", "KTP"), ("a", "ktp", "KTP"), ("entah", "kk", "KK")],
        "akun": [("bukan surel", "N", "raja", "a")],
    }
    page = send(admin, workbook(wrong)).text
    for words in (
        "instansi:2: nama: Sudah ada dengan nama",
        "instansi:3: kode: Kode",
        "unit:2: induk: Unit",
        "unit:4: nama: Wajib diisi",
        "unit:4: instansi: Instansi atau unit",
        "unit:4: zona waktu: Zona waktu",
        "layanan:3: kode: Sama dengan baris 2",
        "layanan:4: unit: Instansi atau unit",
        "akun:2: surel:",
        "akun:2: peran: Peran tidak dikenal",
    ):
        assert words in page, words
    assert counts(store) == before


def test_a_superadmin_cannot_be_made_in_bulk(admin):
    rows = GOOD | {"akun": [("a@x.id", "A", "superadmin", "dinas")]}
    assert "akun:2: peran: Peran tidak dikenal" in send(admin, workbook(rows)).text


@pytest.mark.parametrize(
    "content, words",
    [
        (b"bukan zip", "tidak dapat dibaca sebagai buku kerja"),
        (workbook({"lain": []}), "Tidak ada lembar yang dikenal"),
    ],
)
def test_what_is_no_workbook_of_ours_is_refused_with_what_to_do(admin, content, words):
    refused = send(admin, content)
    assert refused.status_code == 422
    assert words in refused.text


def test_a_workbook_that_unpacks_too_large_is_not_unpacked(admin):
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    assert "terlalu besar" in send(admin, buffer.getvalue()).text


def test_a_missing_column_is_named(admin):
    book = openpyxl.Workbook()
    book.active.title = "layanan"
    book.active.append(("unit", "nama"))
    buffer = io.BytesIO()
    book.save(buffer)
    assert "layanan:1: Kolom kode tidak ada" in send(admin, buffer.getvalue()).text


def test_the_export_can_be_imported_again_without_a_change(admin, store):
    send(admin, workbook(GOOD))
    after = counts(store)
    exported = admin.get("/kelola/massal/daftar.xlsx").data
    assert send(admin, exported).status_code == 302
    assert counts(store) == after


def test_the_example_is_itself_importable(admin):
    example = admin.get("/kelola/massal/contoh.xlsx").data
    assert "dapat diimpor" in send(admin, example, periksa="ya").text


def test_the_same_is_done_by_command(tmp_path):
    file, folder = tmp_path / "massal.xlsx", ("--instance", str(tmp_path / "perintah"))
    file.write_bytes(workbook(GOOD))
    words = ["agency", "import", str(file), *folder]
    dry = CliRunner().invoke(cli.group, [*words, "--dry-run"])
    assert "unit: 2 akan dibuat" in dry.output
    passwords = tmp_path / "sandi.csv"
    done = CliRunner().invoke(cli.group, [*words, "--passwords", str(passwords)])
    assert "akun: 1 dibuat" in done.output
    assert passwords.read_text().splitlines()[1].startswith("budi@x.id,Budi,")
    assert passwords.stat().st_mode & 0o077 == 0
