"""The codebook of a questionnaire, against the standard's schema."""

from pathlib import Path

import pytest
from lxml import etree

import instruments
from instruments.ddi import write_ddi

SCHEMA = etree.XMLSchema(
    etree.parse(Path(__file__).parent.parent / "cases/ddi-codebook-2.5-part.xsd")
)
DDI = {"d": "ddi:codebook:2_5"}


@pytest.mark.parametrize("instrument", instruments.available(), ids=lambda one: one.id)
def test_every_questionnaire_makes_a_valid_codebook_that_says_what_is_asked(instrument):
    tree = etree.fromstring(write_ddi(instrument))
    SCHEMA.assertValid(tree)
    asked = [one.text for one in tree.iterfind(".//d:qstnLit", DDI)]
    assert asked[: len(instrument.items)] == [item.question for item in instrument.form_items]
    for item in instrument.items:
        labels = tree.findall(f".//d:var[@name='{item.code}']/d:catgry/d:labl", DDI)
        assert [one.text for one in labels] == [option.label for option in item.options]


def test_the_schema_refuses_elements_out_of_order():
    tree = etree.fromstring(write_ddi(instruments.load("skm-2017")))
    variable = tree.find(".//d:var", DDI)
    variable.insert(0, variable.find("d:varFormat", DDI))
    assert not SCHEMA.validate(tree)


def test_signs_that_xml_cannot_hold_are_left_out():
    skm = instruments.load("skm-2017").model_copy(update={"title": "SKM \x00<&\x0b>"})
    tree = etree.fromstring(write_ddi(skm))
    assert tree.findtext(".//d:titl", "", DDI) == "SKM <&>"
