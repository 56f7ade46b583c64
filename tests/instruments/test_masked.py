"""Instruments with masked questions, and those without, whose hashes must not move."""

import pytest

import instruments
from instruments.errors import SurveyErrors

BASE = 'based_on = "spak-2023"\nid = "uji"\nversion = "1"\n'


def load(tmp_path, text):
    path = tmp_path / "uji.toml"
    path.write_text(BASE + text, encoding="utf-8")
    return instruments.load_file(path)


def masked(code="dimintai", **more):
    lines = {"code": f'"{code}"', "label": '"Dimintai"', "question": '"Pernahkah?"'} | more
    return "[[masked]]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items())


def test_the_worked_instrument_asks_the_items_of_its_base_and_one_masked_question():
    base, own = instruments.load("spak-2023"), instruments.load("spak-2023-suap")
    assert own.items == base.items
    assert own.index == base.index
    assert [question.coins for question in own.masked] == [2]
    assert own.is_sensitive


def test_an_instrument_without_masked_questions_keeps_its_content_and_hash(tmp_path):
    content = instruments.load("skm-2017").to_dict()
    assert "masked" not in content
    assert load(tmp_path, "").sha256 != load(tmp_path, masked()).sha256


def test_a_masked_question_survives_the_trip_through_plain_values(tmp_path):
    own = load(tmp_path, masked(coins="3"))
    assert type(own).from_dict(own.to_dict()) == own
    assert own.masked[0].coins == 3


@pytest.mark.parametrize(
    "text",
    [
        masked(code="pungli"),
        masked(code="jenis_kelamin"),
        masked(code="comment"),
        masked(code="u1"),
        masked() + "\n" + masked(),
        masked(coins="0"),
        masked(coins="9"),
        masked(peluang="0.5"),
    ],
)
def test_a_masked_question_that_cannot_be_asked_is_refused(tmp_path, text):
    with pytest.raises(SurveyErrors):
        load(tmp_path, text)


def test_every_shipped_instrument_is_called_after_its_file():
    assert [one.id for one in instruments.available()] == sorted(
        one.id for one in instruments.available()
    )
    for one in instruments.available():
        assert instruments.load(one.id) is one
