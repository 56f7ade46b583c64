"""The API holds what it says of itself, for whatever requests a machine can think of."""

from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from survey_app.accounts.people import find_account
from survey_app.accounts.tokens import issue_token
from survey_app.estimates import survey_result
from survey_app.ledger.publication import publish_result
from survey_app.settings import load_settings
from survey_app.store import open_store
from survey_app.store.migrate import upgrade
from survey_app.store.tables import Role, Survey
from survey_app.web.application import build
from tests.people import add_person
from tests.worlds import make_world

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 40
PREFIX = "/api/v1/"


def now():
    return datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The application with a published and an open survey, and an evaluator's token."""
    instance = tmp_path_factory.mktemp("instance")
    options = load_settings(instance, public_url="https://localhost", ratelimit="off")
    store = open_store(options)
    upgrade(store)
    done, open_ = (make_world(store, options, now, slug=slug) for slug in ("unit-a", "unit-b"))
    done.fill(40)
    done.close()
    with store.write() as session:
        survey = session.get_one(Survey, done.survey_id)
        publish_result(session, survey, survey_result(session, survey), now(), minimum=10)
    email = add_person(store, now, "tpn@x.id", Role.EVALUATOR)
    with store.write() as session:
        token = issue_token(session, find_account(session, email), "evaluate", now())
    app = build(options, clock=now, store=store)
    yield app, token, {"key": done.key, "code": open_.links["ktp"]}
    store.engine.dispose()


@pytest.fixture(scope="module")
def described(running):
    app, _, _ = running
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


OPERATIONS = (
    ("GET", "/api/v1/bundles"),
    ("GET", "/api/v1/indices"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/surveys"),
    ("GET", "/api/v1/surveys/{key}/bundle"),
    ("GET", "/api/v1/units"),
    ("POST", "/api/v1/links/{code}/responses"),
    ("POST", "/api/v1/links/{code}/sealed"),
)


def test_every_address_of_the_api_is_tried(running):
    app, _, _ = running
    paths = app.test_client().get("/api/v1/openapi.json").json["paths"]
    found = {(method.upper(), path) for path, said in paths.items() for method in said}
    assert found == set(OPERATIONS)
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith(PREFIX)}
    assert len(routes) == len(OPERATIONS) + 1  # what is nowhere else is not found


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("method, path", OPERATIONS, ids=lambda part: part.rpartition("/")[2])
def test_every_answer_is_as_described_whatever_is_asked(running, described, method, path, mode):
    _, token, known = running
    headers = {"Authorization": f"Bearer {token}"}

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=described[path][method].as_strategy(generation_mode=mode), is_real=st.booleans())
    def each(case, is_real):
        if is_real and case.path_parameters:
            case.path_parameters = {name: known[name] for name in case.path_parameters}
        case.call_and_validate(headers=headers, checks=CHECKS)

    each()
