"""Pictures of periods: what they say to eyes and to screen readers, and as Vega-Lite."""

import json
from xml.etree import ElementTree

from analysis.pictures import Mark, trend_picture
from analysis.vega import trend_chart

MARKS = [
    Mark("TW1 2026", 80.12, (78.9, 81.3)),
    Mark("TW2 <b>", 80.4, (79.2, 81.6)),
    Mark("TW3 2026", 84.0, (82.9, 85.1)),
]
CHANGES = [None, 3.6]


def drawn(picture):
    root = ElementTree.fromstring(picture.standalone())
    return [part for part in root.iter() if part.get("class")]


def test_a_change_is_drawn_through_and_noise_is_dashed():
    names = [part.get("class") for part in drawn(trend_picture(MARKS, "IKM", CHANGES))]
    assert (names.count("path"), names.count("change")) == (1, 1)
    assert names.count("interval") == 3


def test_a_change_is_said_by_sign_and_number_not_by_colour_alone():
    picture = trend_picture(MARKS, "IKM", CHANGES)
    texts = [part.text for part in drawn(picture)]
    assert "▲ +3,60" in texts
    fall = trend_picture(MARKS[::-1], "IKM", [-3.6, None])
    assert "▼ −3,60" in [part.text for part in drawn(fall)]


def test_a_reader_who_cannot_see_hears_values_intervals_and_changes():
    label = str(trend_picture(MARKS, "IKM dari waktu ke waktu", CHANGES)).split('aria-label="')[1]
    assert label.startswith("IKM dari waktu ke waktu. TW1 2026 80,12, selang 78,90 sampai 81,30")
    assert "TW1 2026 ke TW2 &lt;b&gt;: tidak dapat dibedakan dari kebetulan" in label
    assert "ke TW3 2026: ▲ +3,60" in label


def test_without_steps_periods_are_joined_as_before():
    assert [part.get("class") for part in drawn(trend_picture(MARKS, "IKM"))].count("path") == 1
    alone = trend_picture(MARKS[:1], "IKM")
    assert "80,12" in [part.text for part in drawn(alone)]


def test_of_many_periods_only_the_ends_are_written():
    many = [Mark(f"P{i:02}", 80.0 + i, None) for i in range(12)]
    texts = [part.text for part in drawn(trend_picture(many, "IKM")) if part.text]
    assert {"P00", "80,00", "P11", "91,00"} <= set(texts)
    assert "P05" not in texts


def test_labels_cannot_add_elements():
    assert "<b>" not in trend_picture(MARKS, "<script>", CHANGES)


def test_a_notebook_gets_a_whole_picture_with_its_colours():
    html = trend_picture(MARKS, "IKM", CHANGES)._repr_html_()
    assert html.startswith("<svg") and "<style>" in html
    assert 'xmlns="http://www.w3.org/2000/svg"' in html


def test_vega_lite_has_the_same_figures_and_is_plain_json():
    chart = trend_chart(MARKS, "IKM", CHANGES)
    assert json.loads(json.dumps(chart)) == chart
    steps, bars, dots = (layer["data"]["values"] for layer in chart["layer"])
    assert [row["kind"] for row in steps] == ["kebetulan"] * 2 + ["perubahan"] * 2
    assert [(row["low"], row["high"]) for row in bars] == [mark.interval for mark in MARKS]
    assert [row["score"] for row in dots] == [80.12, 80.4, 84.0]
