"""The evaluators' API and downloads."""

import csv
import io

import openpyxl
import pytest
from openapi_spec_validator import validate
from sqlalchemy import select

from survey_app.accounts.people import find_account
from survey_app.accounts.tokens import issue_token
from survey_app.estimates import survey_result
from survey_app.ledger.publication import publish_result
from survey_app.store.tables import Agency, Role, Survey
from tests.people import add_person, log_in
from tests.worlds import make_world


@pytest.fixture
def worlds(store, settings, clock):
    """Two agencies with one published unit each."""
    made = []
    for seed, (slug, name) in enumerate([("unit-a", "skm-2017"), ("unit-b", "spak-2023")]):
        world = make_world(store, settings, clock, name, slug)
        world.fill(60, seed)
        world.close()
        with store.write() as session:
            survey = session.get_one(Survey, world.survey_id)
            publish_result(session, survey, survey_result(session, survey), clock(), minimum=10)
        made.append(world)
    return made


def token_for(store, clock, slug=None):
    with store.read() as session:
        agency = session.scalars(select(Agency).where(Agency.slug == slug)).first()
    email = add_person(store, clock, f"{slug}@x.id", Role.EVALUATOR, agency=agency)
    with store.write() as session:
        token = issue_token(session, find_account(session, email), "evaluate", clock())
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def everywhere(store, clock, worlds):
    return token_for(store, clock)


def test_indices_carry_value_interval_and_what_they_are_not(client, everywhere, worlds):
    items = client.get("/api/v1/indices", headers=everywhere).json["items"]
    assert [item["index"] for item in items] == ["IKM", "IPAK"]
    ikm, ipak = items
    assert ikm["score100"] == pytest.approx(ikm["value"] * 25, abs=0.005)
    assert ikm["ci_low"] < ikm["value"] * 25 < ikm["ci_high"]
    assert ipak["raw_mean"] == pytest.approx(ipak["value"] * 6 / 4)
    assert ipak["conversion"] == "ratio"
    assert {item["source"] for item in items} == {"survei mandiri"}


def test_an_agencys_evaluator_sees_its_own_units_only(client, store, clock, worlds):
    headers = token_for(store, clock, "kota-unit-a")
    for address, key in [("units", "unit"), ("surveys", "unit"), ("indices", "unit")]:
        items = client.get(f"/api/v1/{address}", headers=headers).json["items"]
        assert {item[key] for item in items} == {"unit-a"}


@pytest.mark.parametrize(
    "query, units",
    [
        ("unit=unit-b", {"unit-b"}),
        ("index=ikm", {"unit-a"}),
        ("period=2026-TW4", {"unit-a", "unit-b"}),
        ("period=2025-TW4", set()),
        ("updated_since=2026-11-24T03:00:00Z", {"unit-a", "unit-b"}),
        ("updated_since=2026-11-25T00:00:00%2B07:00", set()),
    ],
)
def test_filters_narrow_the_list(client, everywhere, query, units):
    items = client.get(f"/api/v1/indices?{query}", headers=everywhere).json["items"]
    assert {item["unit"] for item in items} == units


@pytest.mark.parametrize(
    "query", ["updated_since=kemarin", "updated_since=2026-11-24", "cursor=%", "limit=0"]
)
def test_a_wrong_filter_is_a_problem_that_names_it(client, everywhere, query):
    refused = client.get(f"/api/v1/indices?{query}", headers=everywhere)
    assert refused.status_code == 400
    assert refused.json["errors"][0]["field"] == query.split("=")[0]


@pytest.mark.parametrize(
    "address, status, field",
    [
        ("indices?update_since=2026-11-24T03:00:00Z", 400, "update_since"),
        ("indices?unit=a&unit=b", 400, "unit"),
        ("indices?updated_since=0001-01-01T00:00:00%2B23:59", 400, "updated_since"),
        ("units?limit=1001", 400, "limit"),
        ("units?cursor=AA", 400, "cursor"),
        ("surveys?unit=%00", 400, "unit"),
        ("surveys/%00/bundle", 404, None),
        ("links/%00/responses", 404, None),
    ],
)
def test_what_no_address_takes_is_refused_and_never_a_fault(
    client, everywhere, address, status, field
):
    refused = client.get(f"/api/v1/{address}", headers=everywhere)
    assert (refused.status_code, refused.mimetype) == (status, "application/problem+json")
    assert [one["field"] for one in refused.json.get("errors", [])] == ([field] if field else [])


def test_filters_by_agency_year_and_time_are_the_databases(client, everywhere):
    def units(query):
        reply = client.get(f"/api/v1/{query}", headers=everywhere)
        return [item["unit"] for item in reply.json["items"]]

    assert units("indices?agency=kota-unit-b&year=2026") == ["unit-b"]
    assert units("indices?year=2025") == []
    assert units("surveys?unit=unit-a&period=2026-TW4") == ["unit-a"]
    assert units("surveys?updated_since=2027-01-01T00:00:00Z") == []


def test_pages_follow_a_cursor_without_gap_or_repeat(client, everywhere):
    first = client.get("/api/v1/units?limit=1", headers=everywhere).json
    address = f"/api/v1/units?limit=1&cursor={first['next']}"
    second = client.get(address, headers=everywhere).json
    assert [page["items"][0]["unit"] for page in (first, second)] == ["unit-a", "unit-b"]
    assert second["next"] is None


def test_an_unchanged_list_is_not_sent_again(client, everywhere):
    first = client.get("/api/v1/indices", headers=everywhere)
    again = everywhere | {"If-None-Match": first.headers["ETag"]}
    assert client.get("/api/v1/indices", headers=again).status_code == 304


def test_csv_comes_by_accept(client, everywhere):
    reply = client.get("/api/v1/indices", headers=everywhere | {"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert reply.mimetype == "text/csv"
    assert [row["index"] for row in rows] == ["IKM", "IPAK"]


def test_downloads_hold_the_same_figures(app, store, clock, everywhere):
    browser = log_in(app, add_person(store, clock, "tpn@x.id", Role.EVALUATOR))
    listed = browser.get("/evaluasi/indeks.json").json["items"]
    rows = list(csv.DictReader(io.StringIO(browser.get("/evaluasi/indeks.csv").text)))
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/evaluasi/indeks.xlsx").data))
    sheet = [list(row) for row in book["Indeks"].iter_rows(values_only=True)]
    assert [float(row["value"]) for row in rows] == [item["value"] for item in listed]
    column = sheet[0].index("value")
    assert [row[column] for row in sheet[1:]] == pytest.approx([i["value"] for i in listed])


def test_the_api_describes_itself_as_openapi_31(client):
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_problems_of_the_api_are_rfc_9457(client):
    for address in ("/api/v1/indices", "/api/v1/tidak-ada"):
        reply = client.get(address)
        assert reply.content_type == "application/problem+json"
        assert reply.json["type"].startswith("urn:zi-survey:")
        assert reply.json["status"] == reply.status_code
