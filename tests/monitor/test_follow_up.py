"""The follow-up plan: the regulation's table, proof, history, and what came of it."""

import io
import json
import math
import zipfile
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from instruments.errors import SurveyError
from survey_app.administer.surveys import create_survey, open_survey
from survey_app.estimates import survey_result
from survey_app.ledger.publication import publish_result
from survey_app.monitor.evidence_files import MAXIMUM_BYTES, UNPACKED_MAXIMUM_BYTES, recognise
from survey_app.monitor.follow_up import Horizon, horizon, list_due_follow_ups
from survey_app.monitor.follow_up_effect import Share, measure_effects, share_followed_up
from survey_app.monitor.proposals import propose
from survey_app.store.backup import restore_backup, write_backup
from survey_app.store.tables import (
    EvidenceFile,
    FollowUp,
    FollowUpEvent,
    FollowUpState,
    Publication,
    Role,
    Survey,
    Unit,
)
from tests.people import add_person, csrf_token, log_in, post
from tests.worlds import make_world, submissions

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
PLAN = {
    "unsur": "waktu",
    "programme": "Menambah loket",
    "due": "2027-03-31",
    "responsible": "Kepala Bidang",
}


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(60)
    made.close()
    return made


def unit_of(store):
    with store.read() as session:
        return session.scalars(select(Unit)).first()


def address(world, rest=""):
    return f"/meja/survei/{world.key}/tindak-lanjut{rest}"


def publish(world, key=None):
    with world.store.write() as session:
        survey = session.scalars(select(Survey).where(Survey.key == (key or world.key))).one()
        publish_result(session, survey, survey_result(session, survey), world.clock(), minimum=10)


def upload(desk, world, content, name="foto.png"):
    token = csrf_token(desk.get(address(world, "/1")).text)
    return desk.post(
        address(world, "/1/berkas"),
        data={"csrf_token": token, "file": (io.BytesIO(content), name)},
        headers={"Referer": "https://localhost/"},
        content_type="multipart/form-data",
    )


def office(part, *, extra=(), size=10):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, b"x" * size)
        for name in extra:
            archive.writestr(name, "x")
    return buffer.getvalue()


def test_a_row_shows_as_the_regulations_table_with_its_horizon(desk, world):
    assert post(desk, address(world), **PLAN).status_code == 302
    page = desk.get(address(world)).text
    for words in ("Prioritas unsur", "Program/kegiatan", "Penanggung jawab", "Waktu Penyelesaian"):
        assert words in page
    assert "31 Maret 2027" in page
    assert "TW I 2027 · jangka pendek" in page


@pytest.mark.parametrize(
    "due, expected",
    [
        (date(2027, 9, 29), Horizon.SHORT),
        (date(2027, 9, 30), Horizon.MIDDLE),
        (date(2028, 9, 30), Horizon.MIDDLE),
        (date(2028, 10, 1), Horizon.LONG),
    ],
)
def test_the_horizon_turns_at_twelve_and_twenty_four_months(due, expected):
    assert horizon(date(2026, 9, 30), due) == expected


@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(0, 2000))
def test_a_later_day_never_has_a_nearer_horizon(start, days):
    order = list(Horizon)
    sooner, later = (horizon(start, start + timedelta(days=d)) for d in (days, days + 1))
    assert order.index(sooner) <= order.index(later)


def test_a_plan_waits_for_the_survey_to_close(store, settings, clock, app):
    world = make_world(store, settings, clock)
    desk = log_in(app, add_person(store, clock, "p@x.id", Role.STAFF, unit=unit_of(store)))
    assert "setelah survei ditutup" in desk.get(address(world)).text
    token = desk.get("/akun").text
    refused = desk.post(
        address(world),
        data=PLAN | {"csrf_token": csrf_token(token)},
        headers={"Referer": "https://localhost/"},
    )
    assert refused.status_code == 422
    with store.read() as session:
        assert not session.scalars(select(FollowUp)).all()


@pytest.mark.parametrize(
    "fault, words",
    [
        ({"due": "2026-01-01"}, "tidak boleh sebelum periode"),
        ({"due": "besok"}, "Waktu"),
        ({"unsur": "lain"}, "Prioritas unsur"),
        ({"responsible": "  "}, "Isi program/kegiatan"),
        ({"responsible": ""}, "Wajib diisi"),
    ],
)
def test_a_wrong_plan_is_told_beside_its_field_and_keeps_the_rest(desk, world, fault, words):
    page = post(desk, address(world), **(PLAN | fault))
    assert page.status_code == 422
    assert words in page.text
    assert "Menambah loket" in page.text


def test_done_needs_something_to_show_and_dropped_a_reason(desk, world, store):
    post(desk, address(world), **PLAN)
    for state, words in (("done", "uraikan hasilnya"), ("dropped", "Tuliskan alasan")):
        page = post(desk, address(world, "/1"), **PLAN, state=state)
        assert page.status_code == 422
        assert words in page.text
    assert upload(desk, world, PDF).status_code == 302
    assert post(desk, address(world, "/1"), **PLAN, state="done").status_code == 302
    with store.read() as session:
        assert session.get_one(FollowUp, 1).state == FollowUpState.DONE


def test_every_change_is_kept_with_who_made_it(desk, world, store):
    post(desk, address(world), **PLAN)
    later = PLAN | {"due": "2027-06-30"}
    post(desk, address(world, "/1"), **later, state="running")
    post(desk, address(world, "/1"), **later, state="running")
    with store.read() as session:
        changes = session.scalars(select(FollowUpEvent.change)).all()
    assert changes[1:] == [{"due": ["2027-03-31", "2027-06-30"], "state": ["planned", "running"]}]
    page = desk.get(address(world, "/1")).text
    assert "petugas@x.id" in page
    assert "<del>2027-03-31</del>" in page


@pytest.mark.parametrize(
    "statement", ["UPDATE follow_up_event SET change = '{}'", "DELETE FROM follow_up_event"]
)
def test_the_history_cannot_be_rewritten(desk, world, store, statement):
    post(desk, address(world), **PLAN)
    with pytest.raises(DBAPIError, match="stay as they are"), store.write() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    "content, kind",
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (office("word/document.xml"), "wordprocessingml.document"),
        (office("xl/workbook.xml"), "spreadsheetml.sheet"),
    ],
)
def test_a_files_kind_is_read_from_its_content(content, kind):
    assert recognise(content).endswith(kind)


@pytest.mark.parametrize(
    "content, code",
    [
        (b"<html><script>alert(1)</script>", "evidence-kind"),
        (b"", "evidence-kind"),
        (b"PK\x03\x04 rusak", "evidence-kind"),
        (office("lain.txt"), "evidence-kind"),
        (office("word/document.xml", extra=["word/vbaProject.bin"]), "evidence-bomb"),
        (office("xl/workbook.xml", size=UNPACKED_MAXIMUM_BYTES + 1), "evidence-bomb"),
        (PDF + b"x" * MAXIMUM_BYTES, "evidence-too-large"),
    ],
)
def test_what_is_no_proof_or_a_bomb_is_refused(content, code):
    with pytest.raises(SurveyError) as refusal:
        recognise(content)
    assert refusal.value.code == code


def test_a_file_comes_back_as_a_download_under_a_harmless_name(desk, world):
    post(desk, address(world), **PLAN)
    upload(desk, world, PDF, name='../../x"<b>.exe.png')
    reply = desk.get(f"/meja/survei/{world.key}/berkas/1")
    assert reply.data == PDF
    assert reply.mimetype == "application/pdf"
    disposition = reply.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "/" not in disposition.split("filename", 1)[1]
    assert ".pdf" in disposition
    assert "script" not in desk.get(address(world, "/1")).text.split('<h2 id="judul-bukti"')[1]


def test_a_refused_file_is_told_in_words_and_not_kept(desk, world, store):
    post(desk, address(world), **PLAN)
    page = upload(desk, world, b"<svg onload=alert(1)>")
    assert page.status_code == 422
    assert "bukan PDF" in page.text
    with store.read() as session:
        assert not session.scalars(select(EvidenceFile.id)).all()


def test_a_removed_file_leaves_its_name_in_the_history(desk, world, store):
    post(desk, address(world), **PLAN)
    upload(desk, world, PDF, name="notula.pdf")
    post(desk, f"/meja/survei/{world.key}/berkas/1/hapus", page=address(world, "/1"))
    with store.read() as session:
        assert not session.scalars(select(EvidenceFile.id)).all()
    assert "notula.pdf" in desk.get(address(world, "/1")).text


def test_evidence_and_history_survive_backup_and_restore(
    desk, world, store, settings, tmp_path, make_settings, clock
):
    from survey_app.settings import load_settings
    from survey_app.store import open_store

    post(desk, address(world), **PLAN)
    upload(desk, world, PDF)
    write_backup(store, settings, tmp_path / "cadangan.zip", clock())
    other = load_settings(tmp_path / "lain")
    restored = open_store(other)
    restore_backup(restored, other, tmp_path / "cadangan.zip")
    with restored.read() as session:
        assert session.scalars(select(EvidenceFile)).one().content == PDF
        assert len(session.scalars(select(FollowUpEvent)).all()) == 2


def next_period(world, lift, period="2027-TW1"):
    """A second quarter; where `lift` says so all but one rate the time 4."""
    world.clock.advance(days=92)
    with world.store.write() as session:
        unit = session.scalars(select(Unit)).one()
        survey = create_survey(
            session, unit, world.instrument, period=period, now=world.clock(), population=600
        )
        open_survey(session, survey, world.clock())
    other = type(world)(**(vars(world) | {"survey_id": survey.id, "key": survey.key}))
    for place, one in enumerate(submissions(world.instrument, 60, seed=8)):
        answers = one.answers | ({"waktu": 4 if place else 3} if lift else {})
        other.accept(type(one)(one.submission_id, answers))
    other.close()
    publish(other)


def test_the_next_periods_change_stands_beside_the_row_with_its_uncertainty(desk, world, store):
    publish(world)
    post(desk, address(world), **PLAN)
    assert "menunggu periode berikutnya" in desk.get(address(world)).text
    next_period(world, lift=True)
    with store.read() as session:
        effect = measure_effects(session, session.get_one(Survey, world.survey_id))["waktu"]
        both = session.scalars(select(Publication.result).order_by(Publication.id)).all()
    old, new = (
        next(item for item in json.loads(one)["groups"][0]["items"] if item["code"] == "waktu")
        for one in both
    )
    assert effect.change == pytest.approx(4 - 1 / 60 - old["mean"])
    from scipy import stats

    t = float(stats.t.ppf(0.975, old["n"] + 60 - 2))
    assert effect.margin == pytest.approx(t * math.hypot(old["se"], new["se"]))
    assert effect.is_real
    page = login_again(desk).get(address(world)).text
    assert "lebih dari sekadar kebetulan" in page
    assert f"naik {effect.change:.2f}".replace(".", ",") in page


def test_a_change_within_noise_is_called_so(desk, world):
    publish(world)
    post(desk, address(world), **(PLAN | {"unsur": "sarana"}))
    next_period(world, lift=False)
    assert "belum dapat dibedakan dari kebetulan" in login_again(desk).get(address(world)).text


def login_again(desk):
    return log_in(desk.application, "petugas@x.id")


def rows(*states):
    return [FollowUp(unsur="waktu", state=state) for state in states]


RESULT = {
    "groups": [
        {
            "items": [
                {"code": "waktu", "label": "W", "grade": "B", "score100": 80.0, "mean": 3.2},
                {"code": "biaya", "label": "B", "grade": "C", "score100": 70.0, "mean": 2.8},
            ]
        }
    ]
}


@pytest.mark.parametrize(
    "done, wanted, answer", [(3, 3, "A"), (2, 3, "B"), (1, 2, "C"), (1, 3, "C"), (0, 3, "D")]
)
def test_the_lkes_answer_follows_from_the_share_done(done, wanted, answer):
    assert Share(done, wanted, ()).answer == answer


def test_a_poor_unsur_without_a_plan_keeps_the_answer_from_being_all():
    share = share_followed_up(rows(FollowUpState.DONE), RESULT)
    assert (share.done, share.wanted, share.uncovered, share.answer) == (1, 2, ("biaya",), "C")


def test_a_dropped_row_counts_as_not_followed_up():
    share = share_followed_up(rows(FollowUpState.DONE, FollowUpState.DROPPED), None)
    assert share.answer == "C"


def test_no_plan_at_all_is_answered_with_not_yet():
    assert share_followed_up([], None).answer == "D"


def test_proposals_start_with_the_lowest_unsur_that_nobody_planned():
    assert [one.code for one in propose(RESULT, [])] == ["biaya", "waktu"]
    assert [one.code for one in propose(RESULT, ["biaya"])] == ["waktu"]
    assert all(one.programmes for one in propose(RESULT, []))


@pytest.mark.parametrize("instrument", ["skm-2017", "spak-2023", "spkp-2023"])
def test_every_unsur_of_the_instruments_has_a_programme_to_begin_from(instrument):
    import instruments
    from survey_app.monitor.proposals import programmes_for

    codes = instruments.load(instrument).codes
    assert [code for code in codes if not programmes_for(code)] == []


def test_due_rows_are_those_neither_done_nor_dropped(world, store):
    with store.write() as session:
        for state in FollowUpState:
            for due in (date(2027, 1, 1), date(2027, 3, 1)):
                session.add(
                    FollowUp(
                        survey_id=world.survey_id,
                        unsur="waktu",
                        programme=f"{state} {due}",
                        due=due,
                        responsible="K",
                        state=state,
                    )
                )
    with store.read() as session:
        found = [row.programme for row in list_due_follow_ups(session, date(2027, 1, 31))]
    assert found == ["planned 2027-01-01", "running 2027-01-01"]


def test_staff_of_another_unit_cannot_fetch_the_file(desk, world, store, clock, app):
    from survey_app.administer.places import create_agency, create_unit

    post(desk, address(world), **PLAN)
    upload(desk, world, PDF)
    with store.write() as session:
        foreign = create_unit(
            session, create_agency(session, slug="lain", name="Lain"), slug="lain", name="Lain"
        )
    other = log_in(app, add_person(store, clock, "jauh@x.id", Role.STAFF, unit=foreign))
    assert other.get(f"/meja/survei/{world.key}/berkas/1").status_code == 404
