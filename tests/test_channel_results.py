"""Results are kept apart by channel, the headline says which it used, and nobody is told on."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import instruments
from analysis.disclosure import MINIMUM
from analysis.index import compute_index
from analysis.tally import Tally, tally_answers
from survey_app.channel_results import channel_results, is_crossing_safe
from survey_app.estimates import survey_result
from survey_app.ledger.publication import publish_result
from survey_app.ledger.results import SurveyTallies
from survey_app.store.tables import Survey
from tests.worlds import make_world, submissions

SKM = instruments.load("skm-2017")
CHANNELS, PLACES = ("open", "ticket", "kiosk"), ("ktp", "akta", "")


def answers(count, seed=0):
    return tally_answers(SKM, [one.answers for one in submissions(SKM, count, seed)])


@pytest.fixture
def world(store, settings, clock):
    made = make_world(store, settings, clock)
    made.fill(120)
    made.seal()
    return made


def result(world):
    with world.store.read() as session:
        return survey_result(session, session.get_one(Survey, world.survey_id))


def test_an_open_survey_tells_the_shares_and_no_channels_index(world):
    rows = result(world)["by_channel"]
    assert all(row["index"] is None and row["reason"] == "open" for row in rows)


def test_after_closing_each_channel_stands_beside_an_unchanged_headline(world):
    world.close()
    found = result(world)
    rows = {row["channel"]: row for row in found["by_channel"]}
    assert list(rows) == ["ticket", "open"]
    assert sum(row["n"] for row in rows.values()) == found["groups"][0]["n"] == 120
    assert sum(row["share"] for row in rows.values()) == pytest.approx(1)
    assert found["channels"] == {name: row["n"] for name, row in rows.items()}
    drawn = list(submissions(world.instrument, 120))
    whole = tally_answers(SKM, [one.answers for one in drawn])
    assert found["groups"][0]["index"]["score100"] == float(compute_index(whole, SKM).score100)
    tickets = tally_answers(SKM, [one.answers for one in drawn[1::2]])
    assert rows["ticket"]["index"]["score100"] == float(compute_index(tickets, SKM).score100)


def test_the_public_page_says_which_channels_the_headline_uses(client, world):
    world.close()
    with world.store.write() as session:
        survey = session.scalars(select(Survey)).one()
        found = survey_result(session, survey)
        publication = publish_result(session, survey, found, world.clock(), minimum=10)
        assert json.loads(publication.result)["by_channel"]
    page = client.get("/hasil/unit-uji").text
    assert "tiket sekali pakai 60 (50 persen), tautan terbuka 60 (50 persen)." in page
    assert "Nilai tiap saluran" in page


def results_of(cells):
    by_channel: dict[str, Tally] = {}
    for (channel, _), tally in cells.items():
        by_channel[channel] = by_channel.get(channel, 0) + tally
    whole = sum(by_channel.values(), Tally.empty(SKM.codes, SKM.scale.values))
    found = SurveyTallies(whole, {}, by_channel, {}, {}, {}, None, cells)
    return {row["channel"]: row for row in channel_results(found, SKM, is_open=False)}


def test_a_small_channel_is_pooled_with_the_one_that_would_tell_it():
    rows = results_of(
        {("open", ""): answers(50), ("ticket", ""): answers(60, 1), ("kiosk", ""): answers(4)}
    )
    assert list(rows) == ["ticket", "lainnya"]
    assert (rows["lainnya"]["n"], rows["lainnya"]["index"]) == (54, None)
    assert rows["ticket"]["index"] is not None


def test_a_channels_index_has_the_decimals_that_people_read():
    rows = results_of({("open", ""): answers(50), ("ticket", ""): answers(61, 1)})
    for row in rows.values():
        assert set(row["index"]) == {"code", "score100", "grade", "label", "ci"}
        assert all(end == round(end, 1) for end in row["index"]["ci"])
        assert row["index"]["score100"] == round(row["index"]["score100"], 2)


def test_a_channel_that_is_a_service_and_three_more_is_kept_back():
    cells = {
        ("ticket", "ktp"): answers(40),
        ("ticket", "akta"): answers(3, 1),
        ("open", "akta"): answers(50, 2),
    }
    assert not is_crossing_safe(cells)
    assert {row["reason"] for row in results_of(cells).values()} == {"complement"}


def leftovers(cells, channels, places):
    """What channels less services leave, as plain sets of cells: the reader's arithmetic."""
    mine = {place for place in cells if place[0] in channels}
    theirs = {place for place in cells if place[1] in places}
    return mine - theirs, theirs - mine


def subsets(names):
    return [
        {name for place, name in enumerate(names) if picked >> place & 1}
        for picked in range(1 << len(names))
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(CHANNELS), st.sampled_from(PLACES)), st.integers(1, 25)
    )
)
def test_what_passes_leaves_no_small_group_to_any_sum_of_channels_less_services(sizes):
    cells: dict[tuple[str, str], Tally] = {
        place: answers(n, number) for number, (place, n) in enumerate(sizes.items())
    }
    if not is_crossing_safe(cells):
        return
    alone = {
        channel: sum(n for (own, _), n in sizes.items() if own == channel) for channel in CHANNELS
    }
    whole = {place: sum(n for (_, own), n in sizes.items() if own == place) for place in PLACES}
    if any(0 < n < MINIMUM for n in (*alone.values(), *whole.values())):
        return
    for channels in subsets(CHANNELS):
        for places in subsets(PLACES):
            first, second = leftovers(cells, channels, places)
            for pure, other in ((first, second), (second, first)):
                if pure and not other:
                    assert sum(sizes[place] for place in pure) >= MINIMUM
