"""What staff, the inspectorate and the public read, and who decides it."""

import re

import pytest
from sqlalchemy import select

from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Agency, Comment, CommentReview, CommentState, Role, Unit
from tests.comments.test_release import comment, many
from tests.people import add_person, log_in, post
from tests.publications import publish
from tests.worlds import make_world

REPORT = "Petugas minta uang rokok di loket 2"
LONG = "Pelayanan cepat, tetapi kursi di ruang tunggu kurang banyak"
REPORTS = "/evaluasi/saran"


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    comment(made, *many(9), LONG, REPORT)
    made.close()
    clock.advance(days=8)
    return made


@pytest.fixture
def desk(app, store, clock, world):
    with store.read() as session:
        unit = session.scalars(select(Unit)).first()
    return log_in(app, add_person(store, clock, "petugas@x.id", Role.STAFF, unit=unit))


@pytest.fixture
def inspector(app, store, clock, world):
    with store.read() as session:
        agency = session.scalars(select(Agency)).first()
    return log_in(app, add_person(store, clock, "inspektur@x.id", Role.INSPECTOR, agency=agency))


def page(world):
    return f"/meja/survei/{world.key}/komentar"


def key_of(store, text):
    with store.read() as session:
        return session.scalars(select(Comment.id).where(Comment.text == text)).one().hex()


def decide(browser, world, store, text, decision, **fields):
    address = f"{page(world)}/{key_of(store, text)}/{decision}"
    return post(browser, address, page="/akun", **fields)


def state_of(store, text):
    with store.read() as session:
        review = session.get(CommentReview, bytes.fromhex(key_of(store, text)))
        return review and CommentState(review.state)


def test_staff_read_comments_without_day_service_or_profile(desk, world):
    text = desk.get(page(world)).text
    assert LONG in text
    assert "Sekitar 10" in text
    main = text.split("<main", 1)[1].split("</nav>", 1)[1]
    for word in ("KTP", "AKTA", "Laki-laki", "2026-11-24", "24 November"):
        assert word not in main


def test_staff_never_read_a_report_of_bribery_and_cannot_decide_on_it(desk, world, store):
    assert REPORT not in desk.get(page(world)).text
    for decision in ("tampilkan", "sembunyikan", "teruskan"):
        fields = {"reason": "x", "shown_text": REPORT}
        assert decide(desk, world, store, REPORT, decision, **fields).status_code == 404
    assert REPORT not in desk.get(f"{page(world)}?cari=rokok").text


def test_the_inspectorate_reads_reports_at_once_and_nothing_else(inspector, world):
    text = inspector.get(REPORTS).text
    assert REPORT in text
    assert LONG not in text


def test_a_released_report_comes_to_staff_with_a_reason_only(inspector, desk, world, store):
    inspector.get(REPORTS)
    address = f"{REPORTS}/{key_of(store, REPORT)}/lepas"
    post(inspector, address, page="/akun")
    assert REPORT not in desk.get(page(world)).text
    post(inspector, address, page="/akun", reason="Bukan laporan")
    assert REPORT in desk.get(page(world)).text
    assert REPORT not in inspector.get(REPORTS).text


def test_a_note_of_the_inspectorate_keeps_the_report_with_it(inspector, desk, world, store):
    inspector.get(REPORTS)
    post(inspector, f"{REPORTS}/{key_of(store, REPORT)}/catat", page="/akun", reason="Diperiksa")
    assert "Diperiksa" in inspector.get(REPORTS).text
    assert REPORT not in desk.get(page(world)).text


def test_an_inspector_of_another_agency_reads_nothing(app, store, clock, world, inspector):
    inspector.get(REPORTS)
    with store.write() as session:
        other = Agency(slug="lain", name="Lain")
        session.add(other)
    foreign = log_in(app, add_person(store, clock, "jauh@x.id", Role.INSPECTOR, agency=other))
    assert REPORT not in foreign.get(REPORTS).text
    address = f"{REPORTS}/{key_of(store, REPORT)}/lepas"
    assert post(foreign, address, page="/akun", reason="x").status_code == 404


def test_what_staff_refer_leaves_their_page_for_the_inspectorates(desk, inspector, world, store):
    decide(desk, world, store, LONG, "teruskan")
    assert LONG not in desk.get(page(world)).text
    assert LONG in inspector.get(REPORTS).text


@pytest.mark.parametrize(
    "shown",
    [
        LONG,
        "Pelayanan cepat, […] kursi di ruang tunggu kurang banyak",
        "Pelayanan cepat",
        "[…] kursi [...] kurang banyak",
    ],
)
def test_parts_may_be_left_out_of_what_is_shown(client, desk, world, store, shown):
    publish(world)
    assert decide(desk, world, store, LONG, "tampilkan", shown_text=shown).status_code == 302
    assert state_of(store, LONG) == CommentState.SHOWN
    assert shown.replace("[...]", "[…]") in client.get("/hasil/unit-uji").text


@pytest.mark.parametrize(
    "shown",
    [
        "Pelayanan sangat cepat",
        "cepat Pelayanan",
        "Pelayanan […] memuaskan",
        "kursi […] Pelayanan cepat",
        "Pelayanan cepa",
        "[…]",
        "",
    ],
)
def test_a_citizens_words_are_never_changed(desk, world, store, shown):
    decide(desk, world, store, LONG, "tampilkan", shown_text=shown)
    assert state_of(store, LONG) is None


def test_hiding_needs_a_reason_and_leaves_the_comment_as_it_was(desk, world, store):
    decide(desk, world, store, LONG, "sembunyikan")
    assert state_of(store, LONG) is None
    decide(desk, world, store, LONG, "sembunyikan", reason="Menyebut nama anak")
    assert state_of(store, LONG) == CommentState.HIDDEN
    assert "Menyebut nama anak" in desk.get(page(world)).text
    assert verify_database(store).damages == []


def test_the_public_reads_only_what_was_shown(client, desk, world, store):
    publish(world)
    before = client.get("/hasil/unit-uji").text
    assert LONG not in before
    assert "Saran warga" not in before
    decide(desk, world, store, LONG, "tampilkan", shown_text=LONG)
    assert LONG in client.get("/hasil/unit-uji").text
    decide(desk, world, store, LONG, "sembunyikan", reason="Ternyata menyebut nama")
    assert LONG not in client.get("/hasil/unit-uji").text


def test_personal_data_is_masked_for_whoever_reads(desk, world, store, settings, clock):
    other = make_world(store, settings, clock, slug="unit-dua")
    comment(other, *many(10), "Hubungi Pak Budi di 0812-3456-7890 atau budi@contoh.id")
    other.close()
    clock.advance(days=8)
    with store.read() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == "unit-dua")).one()
    add_person(store, clock, "dua@x.id", Role.STAFF, unit=unit)
    text = log_in(desk.application, "dua@x.id").get(page(other)).text
    assert "[telepon]" in text
    for hidden in ("Budi", "0812", "budi@contoh.id"):
        assert hidden not in text


def test_the_page_groups_filters_and_searches(desk, world):
    text = desk.get(page(world)).text
    assert re.search(r"<h2>(Waktu Penyelesaian|Sarana dan Prasarana)</h2>", text)
    assert "9 saran serupa" in text or "8 saran serupa" in text
    assert LONG in desk.get(f"{page(world)}?cari=kursi").text
    assert LONG not in desk.get(f"{page(world)}?cari=toilet").text
    assert LONG not in desk.get(f"{page(world)}?unsur=biaya").text
    assert LONG not in desk.get(f"{page(world)}?keadaan=shown").text


def test_every_decision_is_in_the_journal_without_the_words(desk, world, store):
    from survey_app.store.tables import AuditEvent

    decide(desk, world, store, LONG, "sembunyikan", reason="Menyebut nama")
    with store.read() as session:
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "comment-sembunyikan")
        ).one()
    assert event.object == world.key
    assert LONG not in str(event.detail)
