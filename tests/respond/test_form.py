"""The form as a citizen without scripts meets it."""

import re
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

import instruments
from survey_app.store.tables import Comment, Link, Receipt, Response
from tests.worlds import make_world


def count(store, table=Response):
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def receipt_of(response):
    return unquote(response.location.split("struk=")[1])


def test_the_form_shows_every_question_with_its_worded_answers(client, link, world):
    page = client.get(link).text
    for item in world.instrument.items:
        assert item.question in page
        assert page.count(f'name="{item.code}"') == len(item.options)
        for option in item.options:
            assert f">{option.label}</label>" in page


def test_the_form_asks_in_the_order_of_the_printed_form(client, link, world):
    page = client.get(link).text
    places = [page.index(item.question) for item in world.instrument.form_items]
    assert places == sorted(places)


def test_the_privacy_notice_comes_before_the_first_question(client, link, world):
    page = client.get(link).text
    assert page.index(world.instrument.notice) < page.index(world.instrument.items[0].question)


def test_nothing_is_chosen_beforehand(client, link):
    assert " checked" not in client.get(link).text


def test_each_page_carries_a_fresh_submission_id(client, link):
    pattern = re.compile(r'name="submission_id" value="([A-Za-z0-9_-]{22})"')
    first, second = (pattern.search(client.get(link).text).group(1) for _ in range(2))
    assert first != second


@pytest.mark.parametrize("name", ["spak-2023", "spkp-2023"])
def test_the_other_instruments_have_the_same_form(client, store, settings, clock, name):
    world = make_world(store, settings, clock, name, "unit-lain")
    address = f"/s/{world.links['ktp']}"
    answers = dict.fromkeys(instruments.load(name).codes, "6")
    done = client.post(address, data={"submission_id": "A" * 22} | answers)
    assert "Sangat setuju" in client.get(address).text
    assert done.status_code == 303


def test_a_whole_form_is_thanked_with_a_receipt_that_was_counted(client, link, fields, store):
    done = client.post(link, data=fields)
    assert done.status_code == 303
    assert receipt_of(done) in client.get(done.location).text
    assert "Dihitung pada 24 November 2026" in client.get(f"/struk/{receipt_of(done)}").text
    assert count(store) == 1


def test_sending_the_same_form_again_changes_nothing(client, link, fields, store):
    first, second = (receipt_of(client.post(link, data=fields)) for _ in range(2))
    assert first == second
    assert count(store) == count(store, Receipt) == 1


def test_blanks_are_pointed_out_once_and_everything_given_is_kept(client, link, fields, store):
    del fields["waktu"]
    asked = client.post(link, data=fields | {"comment": "Bagus", "kelompok_usia": "u21-30"})
    assert asked.status_code == 422
    assert "1 pertanyaan belum dijawab" in asked.text
    assert '<a href="#waktu">' in asked.text
    assert asked.text.count(" checked") == 8
    assert ">Bagus</textarea>" in asked.text
    assert re.search(r'value="u21-30" selected', asked.text)
    assert fields["submission_id"] in asked.text
    assert count(store) == 0


def test_a_blank_may_be_sent_as_it_is(client, link, fields, store):
    del fields["waktu"]
    assert client.post(link, data=fields | {"apa_adanya": "ya"}).status_code == 303
    with store.read() as session:
        assert '"waktu":null' in session.scalars(select(Response.answers)).one()


def test_a_form_without_any_answer_is_refused(client, link, store):
    empty = {"submission_id": "A" * 22, "apa_adanya": "ya"}
    refused = client.post(link, data=empty)
    assert refused.status_code == 422
    assert "Belum ada pertanyaan yang dijawab" in refused.text
    assert count(store) == 0


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("waktu", "5", "bilangan bulat 1 sampai 4"),
        ("waktu", "0", "bilangan bulat 1 sampai 4"),
        ("waktu", "3.5", "bilangan bulat 1 sampai 4"),
        ("waktu", "tiga", "bilangan bulat 1 sampai 4"),
        ("jenis_kelamin", "x", "tidak ada dalam daftar"),
        ("service", "kia", "tidak ada dalam daftar"),
        ("language", "xx", "tidak ada dalam daftar"),
        ("submission_id", "pendek", "22 karakter"),
        ("nik", "3273", "tidak dikenal"),
        ("comment", "a" * 1001, "1001 karakter"),
        ("website", "http://spam", "tersembunyi"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(
    client, link, fields, store, name, value, words
):
    refused = client.post(link, data=fields | {name: value})
    assert refused.status_code == 422
    assert words in refused.text
    assert count(store) == 0


def test_an_answer_given_twice_is_refused(client, link, fields):
    refused = client.post(link, data=fields | {"waktu": ["3", "4"]})
    assert refused.status_code == 422
    assert "lebih dari sekali" in refused.text


def test_an_unknown_link_is_explained(client):
    missing = client.get("/s/tidakada1")
    assert missing.status_code == 404
    assert "tidak dikenal" in missing.text


def test_a_closed_survey_says_so_and_takes_nothing(client, world, link, fields, store):
    client.get(link)
    world.close()
    refused = client.post(link, data=fields)
    assert refused.status_code == 410
    assert "sudah ditutup" in refused.text
    assert count(store) == 0


def test_a_revoked_link_says_so_at_once(client, world, link, fields, store, clock):
    client.get(link)
    with store.write() as session:
        session.get(Link, world.links["ktp"]).revoked_at = clock()
    assert client.post(link, data=fields).status_code == 410


def test_a_comment_is_kept_apart_from_the_answers(client, link, fields, store):
    client.post(link, data=fields | {"comment": "Kursinya kurang"})
    with store.read() as session:
        comment = session.scalars(select(Comment)).one()
        response = session.scalars(select(Response)).one()
    assert comment.text == "Kursinya kurang"
    shared = {column.name for column in Comment.__table__.c} & {"response_id", "receipt_id"}
    assert not shared
    assert comment.id != response.id


def test_the_day_is_that_of_the_units_own_zone(client, link, fields, store, clock):
    clock.advance(hours=15)  # 01.00 of the next day in Jakarta
    client.post(link, data=fields)
    with store.read() as session:
        assert str(session.scalars(select(Response.day)).one()) == "2026-11-25"


def test_citizens_get_no_cookie_and_no_page_is_kept(client, link, fields):
    done = client.post(link, data=fields)
    for response in (client.get(link), done, client.get(done.location)):
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"


def test_the_policy_lets_only_marked_styles_and_scripts_run(client, link):
    response = client.get(link)
    policy = response.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy).group(1)
    assert "unsafe" not in policy
    assert len(re.findall(rf'<(?:style|script)[^>]* nonce="{nonce}"', response.text)) == 2
    assert not re.search(r'\sstyle="|\son[a-z]+="', response.text)


def test_the_whole_form_is_one_small_document(client, link):
    response = client.get(link, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.data) < 14_000
    plain = client.get(link).text
    assert not re.search(r'<(?:img|link|script)[^>]+(?:src|href)="(?!data:,)', plain)


def test_where_there_is_no_account_of_a_receipt_it_is_not_found(client):
    assert client.get("/struk/0000-0000-0000-0000").status_code == 404
    typed = client.get("/struk?kode=abcd")
    assert typed.location.endswith("/struk/abcd")
