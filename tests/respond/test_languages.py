"""Helper texts beside the official wording, in every language, without scripts."""

import importlib.util
import re
from pathlib import Path

import pytest
from markupsafe import escape
from sqlalchemy import select

import instruments
from survey_app.store.tables import Response
from survey_app.web.languages import LANGUAGES

ROOT = Path(__file__).parent.parent.parent
HELPERS = ("mudah", "jv", "su", "en")


def catalogues():
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / ".ci/catalogues.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["en", "jv", "su"])
def test_every_word_of_the_citizens_pages_is_translated_and_compiled(language):
    tool = catalogues()
    assert list(tool.check(language, tool.citizens_words(language))) == []


@pytest.mark.parametrize("language", HELPERS)
def test_a_helper_text_stands_beside_the_official_wording_and_never_instead(
    client, link, world, language
):
    page = client.get(f"{link}?bahasa={language}").text
    words = world.instrument.translations[language]
    for item in world.instrument.items:
        assert str(escape(item.question)) in page
        assert str(escape(words.items[item.code].question)) in page
        for option, helper in zip(item.options, words.items[item.code].options, strict=True):
            assert str(escape(option.label)) in page
            assert str(escape(helper)) in page
    for text in (world.instrument.notice, words.notice):
        assert str(escape(text)) in page


@pytest.mark.parametrize("language, locale", [("jv", "jv"), ("su", "su"), ("en", "en")])
def test_each_part_is_marked_with_its_language(client, link, world, language, locale):
    page = client.get(f"{link}?bahasa={language}").text
    assert f'<html lang="{locale}">' in page
    question = world.instrument.item("waktu").question
    assert f'<span lang="id">{question}</span>' in page


def test_indonesian_is_what_is_shown_unless_another_language_is_asked_for(client, link):
    page = client.get(link, headers={"Accept-Language": "en-US"}).text
    assert '<html lang="id">' in page
    assert 'class="help"' not in page


def test_switching_without_scripts_keeps_every_answer(client, link, fields, store):
    given = fields | {"waktu": "1", "comment": "Kursi kurang", "kelompok_usia": "u21-30"}
    del given["biaya"]
    page = client.get(link).text
    switch = re.search(r'formaction="([^"]+)" name="(\w+)" value="(\w+)" lang="jv"', page)
    answer = client.post(switch.group(1), data=given | {switch.group(2): switch.group(3)})
    assert answer.status_code == 200
    assert 'id="waktu-1" name="waktu" value="1" checked' in answer.text
    assert answer.text.count(" checked") == 8
    assert ">Kursi kurang</textarea>" in answer.text
    assert 'value="u21-30" selected' in answer.text
    assert given["submission_id"] in answer.text
    assert 'name="language" value="jv"' in answer.text
    assert 'role="alert">' not in answer.text
    with store.read() as session:
        assert session.scalars(select(Response)).first() is None


def test_enter_in_a_field_sends_the_form_and_does_not_switch_languages(client, link):
    page = client.get(link).text
    buttons = re.findall(r"<button[^>]*>", page[page.index('class="tools"') :])
    submits = [button for button in buttons if 'type="button"' not in button]
    assert "formaction" not in submits[0]


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_language_is_stored_with_the_response(client, link, fields, store, language):
    page = client.get(f"{link}?bahasa={language}").text
    shown = re.search(r'name="language" value="(\w+)"', page).group(1)
    address = re.search(r'<form id="isian" method="post" action="([^"]+)"', page).group(1)
    done = client.post(address.replace("&amp;", "&"), data=fields | {"language": shown})
    assert done.status_code == 303
    with store.read() as session:
        assert session.scalars(select(Response.language)).one() == language
    thanks = client.get(done.location).text
    expected = {"jv": "Matur nuwun", "su": "Hatur nuhun", "en": "Thank you"}
    assert expected.get(language, "Terima kasih") in thanks


def test_blanks_and_closed_doors_are_explained_in_the_language_of_the_page(
    client, link, fields, world
):
    del fields["waktu"]
    asked = client.post(f"{link}?bahasa=jv", data=fields)
    assert "1 pitakenan dereng dipunwangsuli" in asked.text
    world.close()
    assert "sampun dipuntutup" in client.get(f"{link}?bahasa=jv").text
    assert "takes no more answers" in client.get(f"{link}?bahasa=en").text


def test_a_language_that_the_instrument_lacks_is_not_offered(store, settings, clock, client):
    from survey_app.administer.places import create_agency, create_unit
    from survey_app.administer.surveys import create_link, create_survey, open_survey

    skm = instruments.load("skm-2017")
    content = skm.to_dict()
    del content["translations"]["su"]
    content["id"] = "skm-lain"
    with store.write() as session:
        agency = create_agency(session, slug="kota-lain", name="Kota Lain")
        unit = create_unit(session, agency, slug="unit-lain", name="Dinas Lain")
        survey = create_survey(
            session,
            unit,
            instruments.Instrument.from_dict(content),
            period="2026-TW4",
            now=clock(),
        )
        open_survey(session, survey, clock())
        code = create_link(session, survey).code
    page = client.get(f"/s/{code}").text
    assert "Basa Jawa" in page
    assert "Basa Sunda" not in page


def test_pages_of_the_desk_do_not_pretend_to_speak_a_citizens_language(client):
    assert '<html lang="id">' in client.get("/hasil?bahasa=jv").text
    assert '<html lang="en">' in client.get("/hasil?bahasa=en").text
