"""Helper texts of instruments: whole, beside the official words, and honest about approval."""

import pytest

import instruments
from instruments import Instrument, SurveyErrors
from instruments.errors import SurveyError

SKM = instruments.load("skm-2017")
SHIPPED = instruments.available()

# What the first instruments of the package hashed to, before they had translations.
FIRST_HASHES = {
    "skm-2017": "ab7af662a062364af0c678d7eab592bf966bb7c76e80457bd9cdf75bd956cf74",
    "spak-2023-skala4": "9398457e54a0145624ff8952d7684566b0036e7c42172119dc9bb21aadc378a2",
    "spak-2023": "52216e5e5e3a7953b3c9c566e1856b1540b9529a5b73a7660f52d5130e05fa0b",
    "spkp-2023-skala4": "01aabf736d5ff401c2429a33daaf822e7861c6faa770245e694a60c436686708",
    "spkp-2023": "98698d1ca71c0a5df2414c9ce5c029aec6708c4b6e7674dbae6463345f24d70b",
}


@pytest.mark.parametrize("name", list(FIRST_HASHES))
def test_an_instrument_without_translations_keeps_the_hash_it_always_had(name):
    content = instruments.load(name).to_dict() | {"version": "1"}
    del content["translations"]
    frozen = Instrument.from_dict(content)
    assert frozen.sha256 == FIRST_HASHES[name]
    assert "translations" not in frozen.to_dict()


def test_a_changed_helper_text_is_another_version_of_the_instrument():
    content = SKM.to_dict()
    content["translations"]["jv"]["items"]["waktu"]["question"] = "Sanes"
    assert Instrument.from_dict(content).sha256 != SKM.sha256


@pytest.mark.parametrize("language", ["mudah", "jv", "su", "en"])
@pytest.mark.parametrize("name", list(FIRST_HASHES))
def test_shipped_instruments_are_translated_whole(name, language):
    instrument = instruments.load(name)
    words = instrument.translations[language]
    assert set(words.items) == set(instrument.codes)
    assert set(words.profile) == {question.code for question in instrument.profile}
    assert all((words.title, words.introduction, words.notice))
    for item in instrument.items:
        assert bool(words.items[item.code].info) == bool(item.info)
        assert len(set(words.items[item.code].options)) == len(item.options)


@pytest.mark.parametrize("instrument", SHIPPED, ids=lambda one: one.id)
def test_our_own_translations_are_drafts_until_an_authority_approves_them(instrument):
    assert not any(words.is_approved for words in instrument.translations.values())


@pytest.mark.parametrize("instrument", SHIPPED, ids=lambda one: one.id)
def test_easy_sentences_are_short(instrument):
    if "mudah" not in instrument.translations:
        return
    words = instrument.translations["mudah"]
    texts = [item.question for item in words.items.values()]
    texts += words.notice.split(". ")
    assert max(len(text.split()) for text in texts) <= 12


VARIANT = 'id = "skm-x"\nversion = "1"\nbased_on = "skm-2017"\n'


def variant(lines):
    return instruments.load_text(VARIANT + lines, "varian.toml")


def test_a_variant_inherits_translations_and_can_have_them_approved():
    approved = variant(
        '[translations.su]\napproved_by = "Balai Bahasa"\napproved_on = 2026-10-01\n'
    )
    assert approved.translations["su"].is_approved
    assert approved.translations["su"].items == SKM.translations["su"].items
    assert not approved.translations["jv"].is_approved


def test_words_of_a_replaced_item_are_left_behind_with_their_approval():
    base = variant('[replace.biaya]\nquestion = "Apakah layanan ini bebas biaya?"\n')
    assert "biaya" not in base.translations["jv"].items
    assert set(base.translations["jv"].items) == set(SKM.codes) - {"biaya"}


def test_a_notice_of_a_variants_own_has_no_old_translation():
    own = variant('notice = "Tanpa nama."\n')
    assert own.translations["jv"].notice is None
    assert own.translations["jv"].title == SKM.translations["jv"].title


@pytest.mark.parametrize(
    "lines, named",
    [
        ('[translations.jv.items.lain]\nlabel="a"\nquestion="b"\noptions=["1"]\n', "lain"),
        ('[translations.jv.items.waktu]\nlabel="a"\nquestion="b"\noptions=["1"]\n', "waktu"),
        ('[translations.jv.profile.pekerjaan]\nlabel="a"\noptions={pns="x"}\n', "pekerjaan"),
        ('[translations.jv]\napproved_by = "x"\n', "approved_on"),
        ("[translations.Jawa]\n", "Jawa"),
        (f'[translations.jv]\nnotice = "{"kata " * 61}"\n', "60"),
        ('translations = "jv"\n', "translations"),
    ],
)
def test_a_translation_that_does_not_fit_is_refused_naming_its_place(lines, named):
    with pytest.raises((SurveyErrors, SurveyError)) as caught:
        variant(lines)
    assert named in str(caught.value)
    assert "varian.toml" in str(caught.value)
