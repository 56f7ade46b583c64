"""The catalogue's own instruments, variants of them, and files that are wrong."""

from fractions import Fraction

import pytest

import instruments
from instruments import Instrument, SurveyErrors
from instruments.errors import SurveyError

SKM = instruments.load("skm-2017")

VARIANT = """
id = "skm-dukcapil"
version = "1"
based_on = "skm-2017"

[replace.biaya]
question = "Bagaimana pendapat Saudara tentang bebas biaya?"

[[add]]
code = "antrean"
number = 10
form_position = 10
label = "Antrean"
question = "Bagaimana antreannya?"
options = [
  { value = 1, label = "Buruk" }, { value = 2, label = "Cukup" },
  { value = 3, label = "Baik" }, { value = 4, label = "Sangat baik" },
]
"""


def load_text(tmp_path, text):
    file = tmp_path / "instrumen.toml"
    file.write_text(text, encoding="utf-8")
    return instruments.load_file(file)


def test_skm_has_the_nine_unsur_in_the_order_of_bab_1f():
    assert SKM.codes == (
        *("persyaratan", "prosedur", "waktu", "biaya", "produk"),
        *("kompetensi", "perilaku", "pengaduan", "sarana"),
    )


def test_skm_form_asks_sarana_eighth_and_pengaduan_ninth():
    assert [item.code for item in SKM.form_items][-2:] == ["sarana", "pengaduan"]


def test_skm_wordings_are_those_of_lampiran_3():
    assert [o.label for o in SKM.item("biaya").options] == [
        *("Sangat mahal", "Cukup mahal", "Murah", "Gratis")
    ]
    assert SKM.item("pengaduan").options[1].label == "Ada tetapi tidak berfungsi"


def test_only_unsur_4_6_and_7_may_be_replaced():
    assert [item.number for item in SKM.items if item.replaceable] == [4, 6, 7]


@pytest.mark.parametrize("name, items, scale", [("spak-2023", 5, (1, 6)), ("spkp-2023", 8, (1, 6))])
def test_zi_surveys_have_the_items_and_scale_of_the_circular(name, items, scale):
    instrument = instruments.load(name)
    assert len(instrument.items) == items
    assert (instrument.scale.minimum, instrument.scale.maximum) == scale
    assert instrument.index.conversion == "ratio"


@pytest.mark.parametrize("instrument", instruments.available(), ids=lambda one: one.id)
def test_every_notice_has_at_most_sixty_words(instrument):
    assert len(instrument.notice.split()) <= 60


@pytest.mark.parametrize("instrument", instruments.available(), ids=lambda one: one.id)
def test_content_survives_the_trip_through_plain_values(instrument):
    again = Instrument.from_dict(instrument.to_dict())
    assert again == instrument
    assert again.sha256 == instrument.sha256


def test_hash_changes_with_any_wording():
    content = SKM.to_dict()
    content["items"][0]["options"][0]["label"] = "Tidak sesuai sama sekali"
    assert Instrument.from_dict(content).sha256 != SKM.sha256


def test_weights_are_exactly_one_ninth():
    assert {SKM.weight(code) for code in SKM.codes} == {Fraction(1, 9)}


def test_a_variant_replaces_and_adds_unsur(tmp_path):
    variant = load_text(tmp_path, VARIANT)
    assert variant.item("biaya").question.endswith("bebas biaya?")
    assert variant.codes[-1] == "antrean"
    assert variant.weight("antrean") == Fraction(1, 10)


def test_a_variant_may_not_replace_other_unsur(tmp_path):
    with pytest.raises(SurveyErrors) as caught:
        load_text(tmp_path, VARIANT.replace("replace.biaya", "replace.waktu"))
    assert "replace.waktu" in str(caught.value)
    assert "biaya, kompetensi, perilaku" in str(caught.value)


def test_own_weights_must_sum_to_one(tmp_path):
    header = 'id = "x"\nversion = "1"\nbased_on = "skm-2017"\n[weights]\n'
    weights = dict.fromkeys(SKM.codes, "1/10")
    lines = "".join(f'{code} = "{weight}"\n' for code, weight in weights.items())
    with pytest.raises(SurveyErrors, match="sum to exactly 1"):
        load_text(tmp_path, header + lines)
    weights["waktu"] = "2/10"
    lines = "".join(f'{code} = "{weight}"\n' for code, weight in weights.items())
    assert load_text(tmp_path, header + lines).weight("waktu") == Fraction(1, 5)


@pytest.mark.parametrize(
    "change, named",
    [
        (('version = "1"', 'version = "satu"'), "version"),
        (('version = "1"', 'versi = "1"'), "versi"),
        (("number = 10", 'number = "sepuluh"'), "antrean.number"),
        (("value = 4", "value = 5"), "items.antrean.options"),
        (('id = "skm-dukcapil"', "id = ["), "instrumen.toml"),
    ],
)
def test_a_broken_file_is_refused_naming_file_and_key(tmp_path, change, named):
    with pytest.raises(SurveyError) as caught:
        load_text(tmp_path, VARIANT.replace(*change))
    assert "instrumen.toml" in str(caught.value)
    assert named in str(caught.value)


def test_a_fault_names_the_line_of_its_key(tmp_path):
    with pytest.raises(SurveyErrors) as caught:
        load_text(tmp_path, VARIANT.replace('version = "1"', 'version = "satu"'))
    assert caught.value.errors[0].where.line == 3


@pytest.mark.parametrize("code", ["comment", "language", "u5", "p12", "jenis_kelamin", "waktu"])
def test_a_code_that_already_means_something_is_refused(tmp_path, code):
    with pytest.raises(SurveyErrors, match=code):
        load_text(tmp_path, VARIANT.replace('code = "antrean"', f'code = "{code}"'))


@pytest.mark.parametrize("name", ["spak-2023-skala4", "spkp-2023-skala4"])
def test_the_four_point_variants_ask_the_same_statements(name):
    four, six = instruments.load(name), instruments.load(name.removesuffix("-skala4"))
    assert [item.question for item in four.items] == [item.question for item in six.items]
    assert four.scale.maximum == 4


def test_an_unknown_instrument_lists_those_there_are():
    with pytest.raises(SurveyError, match="skm-2017"):
        instruments.load("skm-2099")


BASED = 'id = "x"\nversion = "1"\nbased_on = "skm-2017"\n'


@pytest.mark.parametrize(
    "lines, named",
    [
        ('[add]\ncode = "a"\n', "add: "),
        ("add = [1]\n", "add: "),
        ('remove = "biaya"\n', "remove: "),
        ('replace = "biaya"\n', "replace: "),
        ("[replace]\nbiaya = 1\n", "replace: "),
        ("[scale]\nminimum = 1\nmaximum = 1000000000\n", "scale.maximum"),
        ("[scale]\nminimum = 4\nmaximum = 1\n", "scale.minimum must be below"),
        ('[index]\ncode = "I"\nname = "I"\nbands = []\n', "index.bands"),
        ("[weights]\n" + "".join(f'{code} = "1/0"\n' for code in SKM.codes), "weights.persyaratan"),
        ("[weights]\n" + "".join(f'{code} = "x"\n' for code in SKM.codes), "weights.persyaratan"),
    ],
)
def test_a_variant_of_the_wrong_shape_is_refused_naming_its_key(tmp_path, lines, named):
    with pytest.raises(SurveyError) as caught:
        load_text(tmp_path, BASED + lines)
    assert "instrumen.toml" in str(caught.value)
    assert named in str(caught.value)


def test_a_base_that_is_no_name_is_refused(tmp_path):
    with pytest.raises(SurveyErrors, match="based_on"):
        load_text(tmp_path, BASED.replace('"skm-2017"', "3"))
