"""The desk's first page: what wants attention comes first, and many surveys cost no more."""

import json
import secrets
import time
from dataclasses import replace

import pytest
from sqlalchemy import event, insert, select

import instruments
from survey_app.administer.places import create_unit
from survey_app.administer.surveys import create_survey, open_survey
from survey_app.comments.review import hide_comment
from survey_app.comments.sorting import sort_new_comments
from survey_app.comments.waiting import count_reports
from survey_app.monitor.morning import expected_total, fetch_morning
from survey_app.monitor.reminders import list_reminders
from survey_app.store.tables import Account, FollowUp, Publication, Role, Seal, Survey, Unit
from tests.comments.test_release import comment, many
from tests.comments.test_sorting import decide
from tests.people import add_person, log_in, post
from tests.worlds import submissions

SKM = instruments.load("skm-2017")


def morning(world, **options):
    with world.store.read() as session:
        return fetch_morning(session, None, world.clock(), **options)


def reasons(world):
    return [reason.words for line in morning(world).urgent for reason in line.reasons]


def fill(world, count, seed=0):
    for one in submissions(world.instrument, count, seed):
        world.accept(one)


def test_a_target_out_of_reach_at_this_pace_is_said_with_its_numbers(world):
    fill(world, 30)  # of 234, after 54 of 92 days
    assert reasons(world) == ["Target terancam: dengan laju ini 51 / 234"]


def test_a_survey_on_its_way_wants_nothing(world):
    fill(world, 160)
    assert reasons(world) == []
    assert [line.total for line in morning(world).running] == [160]


def test_the_end_of_the_period_is_announced_a_week_before(world, clock):
    fill(world, 240)
    clock.advance(days=30)
    assert reasons(world) == ["Periode berakhir 7 hari lagi"]
    clock.advance(days=8)
    assert reasons(world) == ["Periode sudah berakhir, survei masih dibuka"]


def test_a_closed_survey_wants_to_be_published(world):
    fill(world, 60)
    world.close()
    assert reasons(world) == ["Sudah ditutup, belum diterbitkan"]


def test_follow_ups_that_are_due_are_counted_and_done_ones_are_not(world, store, desk):
    fill(world, 160)
    with store.write() as session:
        for state in ("planned", "running", "done", "dropped"):
            session.add(
                FollowUp(
                    survey_id=world.survey_id,
                    unsur="waktu",
                    programme="P",
                    due=world.clock().date(),
                    responsible="R",
                    state=state,
                )
            )
    assert reasons(world) == ["2 tindak lanjut jatuh tempo"]
    assert "2 tindak lanjut jatuh tempo" in desk.get("/meja").text


def test_no_survey_is_judged_in_its_first_week(world, store):
    with store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
    start = survey.period_start
    assert expected_total(survey, 5, start) is None
    assert expected_total(survey, 46, start.replace(day=24)) == 46 * 4


def published(world, period, level, clock):
    """A closed survey of the world's unit in which three of four answer `level`."""
    with world.store.write() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == "unit-uji")).one()
        survey = create_survey(session, unit, SKM, period=period, now=clock(), population=600)
        open_survey(session, survey, clock())
        own = replace(world, survey_id=survey.id, key=survey.key)
    for one in submissions(SKM, 60, seed=level):
        answers = {code: level - ((drawn or 0) == 1) for code, drawn in one.answers.items()}
        own.accept(type(one)(one.submission_id, answers))
    own.close()
    return own


def test_a_grade_that_fell_beyond_noise_is_told_of_the_newest_period_only(
    world, clock, app, store, desk
):
    fill(world, 160)
    for period, level in (("2026-TW1", 4), ("2026-TW2", 3), ("2026-TW3", 3)):
        own = published(world, period, level, clock)
        post(desk, f"/meja/survei/{own.key}/terbitkan")
        fell = [words for words in reasons(world) if "turun" in words]
        assert len(fell) == (period == "2026-TW2")
        if fell:
            assert fell[0].startswith("Mutu turun dari A ke")


def test_todays_answers_are_counted_sealed_or_not_and_yesterdays_are_not(world, clock):
    fill(world, 160, seed=1)
    world.seal()
    clock.advance(days=1)
    fill(world, 6, seed=2)
    world.seal()
    fill(world, 2, seed=3)
    (line,) = morning(world).running
    assert (line.total, line.today) == (168, 8)


def questions(world):
    count = []
    listen = lambda *_: count.append(1)  # noqa: E731
    event.listen(world.store.engine, "after_cursor_execute", listen)
    morning(world)
    event.remove(world.store.engine, "after_cursor_execute", listen)
    return len(count)


def many_surveys(world, clock, count):
    """So many units, each with one open survey."""
    with world.store.write() as session:
        agency = session.scalars(select(Unit)).first().agency
        for number in range(count):
            unit = create_unit(session, agency, slug=f"unit-{number}", name=f"Unit {number}")
            survey = create_survey(
                session, unit, SKM, period="2026-TW4", now=clock(), population=600
            )
            open_survey(session, survey, clock())


def test_the_number_of_questions_does_not_depend_on_the_number_of_surveys(world, clock):
    fill(world, 12)
    few = questions(world)
    many_surveys(world, clock, 12)
    assert questions(world) == few
    assert few <= 6


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_five_hundred_surveys_with_a_long_history_are_read_at_once(world, clock, capsys):
    many_surveys(world, clock, 500)
    fill(world, 12)
    world.seal()
    with world.store.write() as session:
        row = session.execute(select(Seal.__table__)).mappings().one()
        surveys = session.scalars(select(Survey.id).where(Survey.id != world.survey_id)).all()
        copies = [
            dict(row)
            | {"survey_id": survey, "number": number, "responses": number * 12}
            | {"head": f"{survey}-{number}".encode().ljust(32)}
            for survey in surveys
            for number in range(1, 21)
        ]
        for copy in copies:
            del copy["id"]
        session.execute(insert(Seal), copies)
    begun = time.process_time()
    found = morning(world, show_all=True)
    spent = time.process_time() - begun
    with capsys.disabled():
        print(f"\n500 surveys, 10.000 seals: {spent * 1000:.0f} ms")
    assert {line.total for line in found.urgent + found.running} == {12, 240}
    assert spent < 1.0


def test_a_long_list_is_cut_and_the_rest_is_one_click_away(desk, world, clock, app, store):
    many_surveys(world, clock, 45)
    boss = log_in(app, add_person(store, clock, "super@x.id", Role.SUPERADMIN))
    page = boss.get("/meja").text
    assert "Tampilkan" in page
    assert page.count("card attention") == 40
    assert boss.get("/meja?semua=1").text.count("card attention") == 46


def test_staff_see_no_survey_of_another_unit(desk, world, clock):
    fill(world, 12)
    many_surveys(world, clock, 3)
    page = desk.get("/meja").text
    assert "Dinas Uji" in page
    assert "Unit 1" not in page


def test_a_result_without_an_index_is_no_fall(world, clock, store, desk):
    own = published(world, "2026-TW2", 3, clock)
    post(desk, f"/meja/survei/{own.key}/terbitkan")
    with store.write() as session:
        survey = create_survey(
            session,
            session.get_one(Survey, own.survey_id).unit,
            SKM,
            period="2026-TW3",
            now=clock(),
            population=600,
        )
        first = session.scalars(select(Publication)).one()
        result = json.loads(first.result)
        result["groups"][0]["index"] = None
        session.add(
            Publication(
                survey_id=survey.id,
                number=1,
                seal_id=first.seal_id,
                published_at=clock(),
                result=json.dumps(result),
                bundle_sha256="0" * 64,
            )
        )
    assert not [words for words in reasons(world) if "turun" in words]


def test_comments_that_wait_are_told_late_in_fives_and_from_ten_up(world, clock):
    comment(world, *many(12), "Ada pungli")
    world.close()
    sort_new_comments(world.store, world.settings, clock())
    waiting = "Sekitar 10 saran menunggu keputusan"
    assert waiting not in reasons(world)
    clock.advance(days=8)
    assert waiting in reasons(world)
    decide(world, hide_comment, many(12)[0], add_account(world))
    assert waiting in reasons(world)
    decide(world, hide_comment, many(12)[1], add_account(world))
    decide(world, hide_comment, many(12)[2], add_account(world))
    assert waiting not in reasons(world)
    with world.store.read() as session:
        assert count_reports(session, None) == 1


def test_waiting_comments_are_no_reminder_by_mail(world, clock):
    comment(world, *many(12))
    world.close()
    sort_new_comments(world.store, world.settings, clock())
    clock.advance(days=8)
    with world.store.read() as session:
        told = list_reminders(session, clock())
    assert not [one for one in told if "saran" in one.reason.words]


def add_account(world):
    with world.store.write() as session:
        email = f"{secrets.token_hex(4)}@x.id"
        account = Account(email=email, name="A", password_hash="x", created_at=world.clock())
        session.add(account)
        session.flush()
        return account
