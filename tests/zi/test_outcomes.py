"""Outcome series: from published surveys, by hand with their source, and what is a change."""

from datetime import date

import pytest

from analysis.inference import Estimate
from survey_app.publish.queries import list_published
from survey_app.zi.outcomes import Benefit, Point, Series, list_series
from tests.people import post

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

ENTRY = {"benefit": "efisiensi", "name": "Hari layanan", "unit": "hari", "direction": "turun"}


def series_of(place):
    with place.store.read() as session:
        published = list_published(session, unit_slug="unit-uji")
        return list_series(session, place.unit, published)


def test_survey_series_are_the_published_figures_on_a_hundred(place):
    found = series_of(place)
    (trust,) = found[Benefit.TRUST]
    assert trust.points[0].estimate.value == place.index["score100"]
    assert trust.points[0].estimate.se == place.index["se"]
    assert len(found[Benefit.CORRUPTION]) == 3
    item = found[Benefit.CORRUPTION][0].points[0].estimate
    # Six stars: x / 6 x 100, and the interval with it.
    assert item.low < item.value < item.high <= 100.5
    assert found[Benefit.EFFICIENCY] == found[Benefit.QUALITY] == []


def test_a_series_by_hand_keeps_its_source_and_its_label(place):
    address = f"{place.address}/manfaat"
    for day, value in (("2026-03-31", "14"), ("2026-06-30", "12,5"), ("2026-06-30", "11,5")):
        sent = post(place.staff, address, **ENTRY, day=day, value=value, source="Rekap loket")
        assert sent.status_code == 302
    assert post(place.staff, address, **ENTRY, day="2026-06-30", value="x").status_code == 422
    (hand,) = series_of(place)[Benefit.EFFICIENCY]
    assert [one.estimate.value for one in hand.points] == [14, 11.5]
    page = place.evaluator.get(address).text
    assert "entri manual, belum terverifikasi" in page and "Rekap loket" in page
    assert "tidak dapat dinilai tanpa galat baku" in page
    post(place.staff, address, **ENTRY, day="2026-06-30", value="", source="Salah ketik")
    assert len(series_of(place)[Benefit.EFFICIENCY][0].points) == 1


def test_only_more_than_noise_is_called_a_change(place, database_kind):
    def point(month, value):
        estimate = Estimate(value, 0.6, value - 1.2, value + 1.2)
        return Point(f"b{month}", date(2026, month, 28), estimate, 300, "uji")

    series = Series(
        Benefit.TRUST, "uji", "", False, (point(3, 80.0), point(6, 80.4), point(9, 84.0))
    )
    assert [step.is_change() for step in series.steps] == [False, True]
    assert series.slope.per_time.value > 0
