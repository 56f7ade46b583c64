"""Every route and who may open it. A route without a row here fails the suite."""

import pytest
from sqlalchemy import select

from survey_app.administer.places import create_agency, create_unit
from survey_app.paper.batches import prepare_batch
from survey_app.store.tables import Account, Agency, Channel, Role, Unit
from tests.follow_ups import make_follow_up
from tests.people import add_person, log_in, post
from tests.worlds import make_world
from tests.zi_files import make_document

PEOPLE = ("nobody", "staff", "other", "admin", "evaluator", "inspector", "auditor", "super")
LOGIN = 302

# Expected statuses in the order of PEOPLE. `staff` and `admin` are bound to the unit, `other`
# is staff of another unit, evaluator, inspector and auditor are bound to the agency.
ALL_200 = (200,) * 8
DESK = (LOGIN, 200, 404, 200, 404, 404, 404, 200)
DESK_FORM = (LOGIN, 422, 404, 422, 404, 404, 404, 422)
INSPECT = (LOGIN, 404, 404, 404, 404, 200, 404, 200)
SHARED = (LOGIN, 200, 404, 200, 200, 200, 200, 200)
NOT_THERE = (LOGIN, *((404,) * 7))
DESK_ACT = (LOGIN, 302, 404, 302, 404, 404, 404, 302)
ADMIN = (LOGIN, 404, 404, 200, 404, 404, 404, 200)
ADMIN_FORM = (LOGIN, 404, 404, 422, 404, 404, 404, 422)
ADMIN_ACT = (LOGIN, 404, 404, 302, 404, 404, 404, 302)
SUPER = (LOGIN, 404, 404, 404, 404, 404, 404, 200)
SUPER_FORM = (LOGIN, 404, 404, 404, 404, 404, 404, 422)
SUPER_ACT = (LOGIN, 404, 404, 404, 404, 404, 404, 302)
READ = (LOGIN, 404, 404, 404, 200, 200, 200, 200)
GUARD = (LOGIN, 404, 404, 404, 404, 200, 200, 200)
GUARD_FORM = (LOGIN, 404, 404, 404, 404, 422, 422, 422)
ISSUE = (LOGIN, 404, 404, 404, 404, 200, 404, 200)
ISSUE_FORM = (LOGIN, 404, 404, 404, 404, 422, 404, 422)
EVALUATOR_ALONE = (LOGIN, 404, 404, 404, 200, 404, 404, 404)
IMPORT_FORM = (LOGIN, 404, 404, 404, 422, 404, 404, 422)
ALL_DESKS = (LOGIN, *((200,) * 7))
FILE_FORM = (LOGIN, 422, 404, 422, 422, 404, 404, 422)
SCORE = (LOGIN, 404, 404, 404, 200, 404, 404, 200)
SCORE_ACT = (LOGIN, 404, 404, 404, 302, 404, 404, 302)
SCORE_FORM = (LOGIN, 404, 404, 404, 422, 404, 404, 422)
NOBODY_FINDS = (LOGIN, *((404,) * 7))
API = (401, 401, 401, 401, 200, 200, 200, 200)

MATRIX = {
    ("GET", "web.health", "/healthz"): ALL_200,
    ("GET", "web.readiness", "/readyz"): ALL_200,
    ("GET", "web.metrics", "/metrics"): ALL_200,
    ("GET", "publish.home", "/"): ALL_200,
    ("GET", "publish.results", "/hasil"): ALL_200,
    ("GET", "publish.unit_result", "/hasil/{unit}"): ALL_200,
    ("GET", "open_data.indices", "/hasil/{unit}/data.csv"): ALL_200,
    ("GET", "open_data.unsur", "/hasil/{unit}/unsur.csv"): ALL_200,
    ("GET", "open_data.dictionary", "/hasil/kamus.csv"): ALL_200,
    ("GET", "open_data.package", "/hasil/{unit}/datapackage.json"): ALL_200,
    ("GET", "feeds.everybody", "/hasil/umpan.atom"): ALL_200,
    ("GET", "feeds.of_unit", "/hasil/{unit}/umpan.atom"): ALL_200,
    ("GET", "panels.badge", "/hasil/{unit}/lencana.svg"): ALL_200,
    ("GET", "panels.panel", "/hasil/{unit}/panel"): (404,) * 8,
    ("GET", "panels.poster", "/hasil/{unit}/panel.pdf"): (404,) * 8,
    ("GET", "publish.transparency", "/transparansi/"): ALL_200,
    ("GET", "publish.heads", "/transparansi/heads.json"): ALL_200,
    ("GET", "publish.keys", "/transparansi/kunci.json"): ALL_200,
    ("GET", "verification.ask_code", "/transparansi/periksa"): ALL_200,
    ("GET", "verification.verify", "/transparansi/periksa/0000"): (404,) * 8,
    ("GET", "bundle_check.ask", "/verifikasi"): ALL_200,
    ("POST", "bundle_check.check", "/verifikasi"): (422,) * 8,
    ("GET", "respond.form", "/s/{link}"): ALL_200,
    ("POST", "respond.submit", "/s/{link}"): (422,) * 8,
    ("POST", "respond.submit_json", "/api/v1/links/{link}/responses"): (400,) * 8,
    ("POST", "respond.submit_sealed", "/api/v1/links/{link}/sealed"): (400,) * 8,
    ("GET", "respond.worker", "/s/sw.js"): ALL_200,
    ("GET", "respond.reader", "/s/baca.js"): ALL_200,
    ("GET", "respond.effort_script", "/s/usaha.js"): ALL_200,
    ("GET", "respond.thanks", "/s/{link}/terima-kasih"): ALL_200,
    ("GET", "respond.ask_receipt", "/struk"): ALL_200,
    ("GET", "respond.receipt", "/struk/0000"): (404,) * 8,
    ("GET", "tickets.ask", "/t"): ALL_200,
    ("POST", "tickets.type_", "/t"): (404,) * 8,
    ("GET", "tickets.scan", "/t/0000"): (404,) * 8,
    ("GET", "contacts.form", "/s/{link}/kontak"): (404,) * 8,
    ("POST", "contacts.submit", "/s/{link}/kontak"): (404,) * 8,
    ("GET", "kiosk.start", "/kios/{kiosk}"): ALL_200,
    ("POST", "kiosk.enter", "/kios/{kiosk}"): (422,) * 8,
    ("GET", "kiosk.leaving", "/kios/{kiosk}/keluar"): (302,) * 8,
    ("POST", "kiosk.leave", "/kios/{kiosk}/keluar"): (422,) * 8,
    ("GET", "kiosk.thanks", "/kios/{kiosk}/terima-kasih"): ALL_200,
    ("GET", "accounts.log_in", "/masuk"): ALL_200,
    ("POST", "accounts.log_in", "/masuk"): (422,) * 8,
    ("GET", "accounts.own", "/akun"): (LOGIN, *((200,) * 7)),
    ("POST", "accounts.new_password", "/akun/kata-sandi"): (LOGIN, *((422,) * 7)),
    ("POST", "accounts.new_token", "/akun/token"): READ,
    ("POST", "accounts.new_reminders", "/akun/pengingat"): (
        *(LOGIN, 302, 302, 302, 404, 404, 404, 302),
    ),
    ("POST", "accounts.log_out", "/keluar"): (LOGIN,) * 8,
    ("GET", "bulk.overview", "/kelola/massal"): SUPER,
    ("GET", "bulk.example", "/kelola/massal/contoh.xlsx"): SUPER,
    ("GET", "bulk.export", "/kelola/massal/daftar.xlsx"): ADMIN,
    ("POST", "bulk.import_", "/kelola/massal"): SUPER_FORM,
    ("GET", "monitor.surveys", "/meja"): (LOGIN, 200, 200, 200, 404, 404, 404, 200),
    ("GET", "monitor.survey", "/meja/survei/{survey}"): DESK,
    ("GET", "results.result", "/meja/survei/{survey}/hasil"): DESK,
    ("GET", "results.table", "/meja/survei/{survey}/hasil/unsur.csv"): DESK,
    ("GET", "results.workbook", "/meja/survei/{survey}/hasil.xlsx"): DESK,
    ("GET", "fieldwork.live", "/meja/survei/{survey}/lapangan"): DESK,
    ("GET", "fieldwork.download", "/meja/survei/{survey}/lapangan.csv"): DESK,
    ("GET", "visits.overview", "/meja/survei/{survey}/kunjungan"): DESK,
    ("GET", "visits.download", "/meja/survei/{survey}/kunjungan.csv"): DESK,
    ("POST", "visits.record", "/meja/survei/{survey}/kunjungan"): DESK_FORM,
    ("GET", "exchange.overview", "/meja/survei/{survey}/pertukaran"): SHARED,
    ("GET", "exchange.questionnaire", "/meja/survei/{survey}/pertukaran/kuesioner.xlsx"): SHARED,
    ("GET", "exchange.download", "/meja/survei/{survey}/pertukaran/paket.zip"): NOT_THERE,
    ("POST", "exchange.save_metadata", "/meja/survei/{survey}/pertukaran/metadata"): NOT_THERE,
    ("GET", "exchange_import.choose", "/meja/survei/{survey}/pertukaran/impor"): ADMIN,
    ("POST", "exchange_import.propose", "/meja/survei/{survey}/pertukaran/impor"): ADMIN_FORM,
    ("POST", "exchange_import.decide", "/meja/survei/{survey}/pertukaran/impor/periksa"): ADMIN_ACT,
    ("GET", "monitor.preview", "/meja/survei/{survey}/pratinjau"): DESK,
    ("POST", "monitor.open_", "/meja/survei/{survey}/buka"): DESK_ACT,
    ("POST", "monitor.close", "/meja/survei/{survey}/tutup"): DESK_ACT,
    ("POST", "monitor.publish", "/meja/survei/{survey}/terbitkan"): DESK_ACT,
    ("GET", "monitor.poster", "/meja/survei/{survey}/poster/{link}.svg"): DESK,
    ("GET", "printing.overview", "/meja/survei/{survey}/cetak"): DESK,
    ("GET", "printing.product", "/meja/survei/{survey}/cetak/{link}/stiker-loket.pdf"): DESK,
    ("GET", "printing.small", "/meja/survei/{survey}/cetak/{link}/stiker-loket/kecil.png"): DESK,
    ("GET", "printing.everything", "/meja/survei/{survey}/cetak.zip"): DESK,
    ("GET", "reports.report", "/meja/survei/{survey}/laporan"): DESK,
    ("POST", "reports.write", "/meja/survei/{survey}/laporan"): DESK_ACT,
    ("GET", "reports.download", "/meja/survei/{survey}/laporan.pdf"): DESK,
    ("GET", "lke.overview", "/meja/unit/{unit}/bukti-lke"): SHARED,
    ("POST", "lke.upload", "/meja/unit/{unit}/bukti-lke"): NOT_THERE,
    ("GET", "lke.download", "/meja/unit/{unit}/bukti-lke.zip"): SHARED,
    ("GET", "comments.listing", "/meja/survei/{survey}/komentar"): DESK,
    ("POST", "comments.decide", "/meja/survei/{survey}/komentar/00/sembunyikan"): NOT_THERE,
    ("GET", "follow_up.plans", "/meja/survei/{survey}/tindak-lanjut"): DESK,
    ("POST", "follow_up.plan", "/meja/survei/{survey}/tindak-lanjut"): DESK_FORM,
    ("GET", "follow_up.row", "/meja/survei/{survey}/tindak-lanjut/{plan}"): DESK,
    ("POST", "follow_up.change", "/meja/survei/{survey}/tindak-lanjut/{plan}"): DESK_FORM,
    ("POST", "follow_up.upload", "/meja/survei/{survey}/tindak-lanjut/{plan}/berkas"): DESK_FORM,
    ("GET", "follow_up.download", "/meja/survei/{survey}/berkas/{file}"): SHARED,
    ("POST", "follow_up.remove", "/meja/survei/{survey}/berkas/99/hapus"): NOT_THERE,
    ("GET", "channels.overview", "/meja/survei/{survey}/saluran"): DESK,
    ("POST", "channels.report", "/meja/survei/{survey}/saluran/layanan-selesai"): DESK_FORM,
    ("GET", "paper.overview", "/meja/survei/{survey}/kertas"): DESK,
    ("POST", "paper.prepare", "/meja/survei/{survey}/kertas"): DESK_FORM,
    ("GET", "paper.batch", "/meja/survei/{survey}/kertas/{batch}"): DESK,
    ("GET", "paper.sheets", "/meja/survei/{survey}/kertas/{batch}/kuesioner.pdf"): DESK,
    ("POST", "paper.begin", "/meja/survei/{survey}/kertas/{batch}/entri"): DESK_ACT,
    ("GET", "paper.entry", "/meja/survei/{survey}/kertas/{batch}/entri"): DESK_ACT,
    ("POST", "paper.type_", "/meja/survei/{survey}/kertas/{batch}/entri/1"): DESK_ACT,
    ("POST", "paper.rest", "/meja/survei/{survey}/kertas/{batch}/entri/sisa"): DESK_ACT,
    ("POST", "paper.complete", "/meja/survei/{survey}/kertas/{batch}/entri/selesai"): DESK_ACT,
    ("GET", "paper.differences", "/meja/survei/{survey}/kertas/{batch}/beda"): ADMIN_ACT,
    ("POST", "paper.settle", "/meja/survei/{survey}/kertas/{batch}/beda/1"): ADMIN_ACT,
    ("POST", "paper.accept", "/meja/survei/{survey}/kertas/{batch}/terima"): ADMIN_ACT,
    ("POST", "paper.give_up", "/meja/survei/{survey}/kertas/{batch}/batal"): ADMIN_ACT,
    ("GET", "evaluate.overview", "/evaluasi"): READ,
    ("POST", "channels.kiosk_pin", "/meja/survei/{survey}/kios/{kiosk}/pin"): DESK_ACT,
    ("GET", "channels.lobby_screen", "/meja/survei/{survey}/layar/{lobby}"): DESK,
    ("GET", "arrivals.overview", "/evaluasi/kedatangan"): ISSUE,
    ("GET", "arrivals.survey", "/evaluasi/kedatangan/{survey}"): ISSUE,
    ("GET", "tickets_issued.overview", "/evaluasi/tiket"): ISSUE,
    ("POST", "tickets_issued.issue", "/evaluasi/tiket"): ISSUE_FORM,
    ("POST", "tickets_issued.revoke", "/evaluasi/tiket/99/cabut"): (LOGIN, *((404,) * 7)),
    ("GET", "evaluate.download", "/evaluasi/indeks.csv"): READ,
    ("GET", "quality_evidence.overview", "/evaluasi/temuan"): READ,
    ("GET", "quality_evidence.survey", "/evaluasi/temuan/{survey}"): NOT_THERE,
    ("POST", "quality_evidence.decision", "/evaluasi/temuan/{survey}/1/lurus"): NOT_THERE,
    ("GET", "quality_replies.overview", "/meja/survei/{survey}/temuan"): DESK,
    ("POST", "quality_replies.answer", "/meja/survei/{survey}/temuan/1/lurus"): NOT_THERE,
    ("GET", "unit_overview.overview", "/evaluasi/ikhtisar"): READ,
    ("GET", "unit_overview.download", "/evaluasi/ikhtisar.csv"): READ,
    ("GET", "erasures.overview", "/evaluasi/penghapusan"): GUARD,
    ("GET", "desk_lists.surveys", "/meja/survei.csv"): (LOGIN, 200, 200, 200, 404, 404, 404, 200),
    ("GET", "desk_lists.links", "/meja/survei/{survey}/tautan.csv"): DESK,
    ("GET", "desk_lists.comments", "/meja/survei/{survey}/komentar.csv"): DESK,
    ("GET", "desk_lists.plans", "/meja/survei/{survey}/tindak-lanjut.csv"): DESK,
    ("GET", "desk_lists.batches", "/meja/survei/{survey}/kertas.csv"): DESK,
    ("GET", "desk_lists.channels", "/meja/survei/{survey}/saluran.csv"): DESK,
    ("GET", "inspection_lists.reports", "/evaluasi/saran.csv"): INSPECT,
    ("GET", "inspection_lists.lots", "/evaluasi/tiket.csv"): ISSUE,
    ("GET", "inspection_lists.requests", "/evaluasi/penghapusan.csv"): GUARD,
    ("GET", "inspection_lists.counted_surveys", "/evaluasi/kedatangan.csv"): ISSUE,
    ("GET", "inspection_lists.hours", "/evaluasi/kedatangan/{survey}.csv"): ISSUE,
    ("GET", "inspection_lists.patterns", "/evaluasi/temuan.csv"): READ,
    ("GET", "inspection_lists.contact_counts", "/evaluasi/kontak.csv"): EVALUATOR_ALONE,
    ("GET", "unit_lists.table", "/kelola/unit/{unit}/tautan.csv"): ADMIN,
    ("GET", "bribery_reports.listing", "/evaluasi/saran"): INSPECT,
    ("POST", "bribery_reports.decide", "/evaluasi/saran/00/lepas"): NOT_THERE,
    ("POST", "erasures.ask", "/evaluasi/penghapusan"): GUARD_FORM,
    ("POST", "erasures.decide", "/evaluasi/penghapusan/99/setuju"): (LOGIN, *((404,) * 7)),
    ("GET", "contacts_given.overview", "/evaluasi/kontak"): EVALUATOR_ALONE,
    ("GET", "contacts_given.survey", "/evaluasi/kontak/{survey}"): EVALUATOR_ALONE,
    ("GET", "contacts_given.download", "/evaluasi/kontak/{survey}.csv"): EVALUATOR_ALONE,
    ("POST", "contacts_given.erase", "/evaluasi/kontak/{survey}/00/hapus"): NOBODY_FINDS,
    ("GET", "evidence.overview", "/evaluasi/bukti"): READ,
    ("GET", "evidence.download", "/evaluasi/bukti.zip"): READ,
    ("POST", "evidence.import_", "/evaluasi/bukti"): IMPORT_FORM,
    ("GET", "evidence.original", "/evaluasi/bukti/99.zip"): NOT_THERE,
    ("GET", "api.bundles", "/api/v1/bundles"): API,
    ("GET", "api.units", "/api/v1/units"): API,
    ("GET", "api.surveys", "/api/v1/surveys"): API,
    ("GET", "api.bundle", "/api/v1/surveys/{survey}/bundle"): (*((401,) * 4), *((404,) * 4)),
    ("GET", "api.indices", "/api/v1/indices"): API,
    ("GET", "api.openapi", "/api/v1/openapi.json"): ALL_200,
    ("GET", "api.unknown", "/api/v1/tidak-ada"): (404,) * 8,
    ("GET", "installations.overview", "/kelola/instalasi"): SUPER,
    ("POST", "installations.register", "/kelola/instalasi"): SUPER_FORM,
    ("POST", "installations.revoke", "/kelola/instalasi/99/cabut"): NOT_THERE,
    ("GET", "zi.overview", "/zi"): ALL_DESKS,
    ("GET", "zi.score", "/zi/{unit}/2026"): SHARED,
    ("GET", "zi.document", "/zi/{unit}/2026/dokumen/{document}"): SHARED,
    ("GET", "zi_entries.overview", "/zi/{unit}/2026/isi"): SCORE,
    ("POST", "zi_entries.points", "/zi/{unit}/2026/isi/poin"): SCORE_ACT,
    ("POST", "zi_entries.external", "/zi/{unit}/2026/isi/eksternal"): SCORE_FORM,
    ("POST", "zi_entries.basis", "/zi/{unit}/2026/isi/dasar"): SCORE_FORM,
    ("GET", "zi_import.overview", "/zi/impor"): SCORE,
    ("GET", "zi_import.example", "/zi/impor/contoh.xlsx"): SCORE,
    ("POST", "zi_import.import_", "/zi/impor"): SCORE_FORM,
    ("GET", "lke_workbook.overview", "/zi/lke"): READ,
    ("GET", "lke_workbook.download", "/zi/lke.xlsx"): READ,
    ("POST", "lke_workbook.import_", "/zi/lke"): IMPORT_FORM,
    ("GET", "zi_requirements.overview", "/zi/{unit}/2026/syarat"): SHARED,
    ("GET", "zi_requirements.row", "/zi/{unit}/2026/syarat/tlhp"): SHARED,
    ("POST", "zi_requirements.record", "/zi/{unit}/2026/syarat/tlhp"): FILE_FORM,
    ("POST", "zi_requirements.remove", "/zi/{unit}/2026/dokumen/99/hapus"): NOT_THERE,
    ("GET", "zi_file.overview", "/zi/{unit}/2026/berkas"): SHARED,
    ("POST", "zi_file.plan", "/zi/{unit}/2026/berkas/rencana"): DESK_FORM,
    ("GET", "zi_file.row", "/zi/{unit}/2026/berkas/rencana/99"): NOT_THERE,
    ("POST", "zi_file.change", "/zi/{unit}/2026/berkas/rencana/99"): NOT_THERE,
    ("POST", "zi_file.monitor", "/zi/{unit}/2026/berkas/monev"): DESK_FORM,
    ("POST", "zi_file.step", "/zi/{unit}/2026/berkas/tahap"): FILE_FORM,
    ("POST", "zi_file.upload", "/zi/{unit}/2026/berkas/dokumen"): FILE_FORM,
    ("GET", "zi_aspects.overview", "/zi/{unit}/2026/aspek"): SHARED,
    ("GET", "zi_outcomes.overview", "/zi/{unit}/2026/manfaat"): SHARED,
    ("POST", "zi_outcomes.record", "/zi/{unit}/2026/manfaat"): FILE_FORM,
    ("GET", "zi_rules.overview", "/zi/aturan"): ALL_DESKS,
    ("POST", "zi_rules.add", "/zi/aturan"): SUPER_FORM,
    ("GET", "administer.overview", "/kelola"): ADMIN,
    ("POST", "administer.new_agency", "/kelola/instansi"): SUPER_FORM,
    ("GET", "administer.new_unit", "/kelola/instansi/{agency}/unit"): SUPER,
    ("POST", "administer.new_unit", "/kelola/instansi/{agency}/unit"): SUPER_FORM,
    ("GET", "logos.logo", "/kelola/instansi/{agency}/logo"): SUPER,
    ("POST", "logos.put", "/kelola/instansi/{agency}/logo"): SUPER_FORM,
    ("POST", "logos.remove", "/kelola/instansi/{agency}/logo/hapus"): SUPER_ACT,
    ("GET", "logos.image", "/kelola/instansi/{agency}/logo.png"): (LOGIN, *((404,) * 7)),
    ("GET", "administer.unit", "/kelola/unit/{unit}"): ADMIN,
    ("POST", "administer.new_service", "/kelola/unit/{unit}/layanan"): ADMIN_FORM,
    ("POST", "administer.new_account", "/kelola/unit/{unit}/akun"): ADMIN_FORM,
    ("POST", "administer.disable", "/kelola/unit/{unit}/akun/{victim}/nonaktif"): ADMIN_ACT,
    ("GET", "guide.new", "/kelola/unit/{unit}/survei"): ADMIN,
    ("POST", "guide.create", "/kelola/unit/{unit}/survei"): ADMIN_FORM,
    ("GET", "guide.plan", "/kelola/survei/{survey}/rencana"): ADMIN,
    ("POST", "guide.plan", "/kelola/survei/{survey}/rencana"): ADMIN_ACT,
    ("POST", "administer.new_instrument", "/kelola/unit/{unit}/kuesioner"): ADMIN_FORM,
    ("POST", "administer.new_link", "/kelola/survei/{survey}/tautan"): ADMIN_ACT,
    ("POST", "administer.switch_contact_page", "/kelola/survei/{survey}/kontak"): ADMIN_ACT,
    ("POST", "administer.revoke", "/kelola/survei/{survey}/tautan/{spare}/cabut"): ADMIN_ACT,
}


@pytest.fixture
def places(store, settings, clock):
    """The things that addresses name."""
    from survey_app.administer.surveys import create_link, find_survey

    world = make_world(store, settings, clock)
    with store.write() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == "unit-uji")).one()
        agency = session.get_one(Agency, unit.agency_id)
        foreign = create_agency(session, slug="lain", name="Lain")
        other = create_unit(session, foreign, slug="unit-lain", name="Unit Lain")
        survey = find_survey(session, world.key)
        spare = create_link(session, survey).code
        kiosk = create_link(session, survey, channel=Channel.KIOSK).code
        lobby = create_link(session, survey, channel=Channel.LOBBY).code
    add_person(store, clock, "staff@x.id", Role.STAFF, unit=unit)
    add_person(store, clock, "other@x.id", Role.STAFF, unit=other)
    add_person(store, clock, "admin@x.id", Role.ADMIN, unit=unit)
    for role in (Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR):
        add_person(store, clock, f"{role}@x.id", role, agency=agency)
    add_person(store, clock, "super@x.id", Role.SUPERADMIN)
    add_person(store, clock, "victim@x.id", Role.STAFF, unit=unit)
    with store.read() as session:
        victim = session.scalars(select(Account.id).where(Account.email == "victim@x.id")).one()
        preparer = session.get_one(Account, victim)
    with store.write() as session:
        survey = find_survey(session, world.key)
        batch = prepare_batch(session, survey, 2, preparer, clock()).code
    plan, file = make_follow_up(world, victim)
    document = make_document(world, victim)
    return {
        "unit": "unit-uji",
        "agency": agency.slug,
        "survey": world.key,
        "link": world.links["ktp"],
        "spare": spare,
        "kiosk": kiosk,
        "lobby": lobby,
        "batch": batch,
        "victim": victim,
        "plan": plan,
        "file": file,
        "document": document,
    }


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_route_has_its_rows(app):
    routes = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == {(method, endpoint) for method, endpoint, _ in MATRIX}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", PEOPLE)
def test_each_person_gets_what_the_matrix_says(app, places, who):
    client = app.test_client() if who == "nobody" else log_in(app, f"{who}@x.id")
    found, expected = {}, {}
    for (method, endpoint, pattern), statuses in MATRIX.items():
        address = pattern.format(**places)
        if endpoint == "accounts.log_out":
            continue
        reply = client.get(address) if method == "GET" else post(client, address, page="/masuk")
        found[method, endpoint] = reply.status_code
        expected[method, endpoint] = statuses[PEOPLE.index(who)]
    assert found == expected


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_write_of_a_logged_in_person_passes_without_its_token(app, places):
    client = log_in(app, "super@x.id")
    for method, endpoint, pattern in MATRIX:
        if method == "POST" and endpoint.split(".")[0] not in {"respond", "tickets", "contacts"}:
            reply = client.post(pattern.format(**places), headers={"Referer": "https://localhost/"})
            assert reply.status_code == 400, endpoint
            assert "kedaluwarsa" in reply.text
