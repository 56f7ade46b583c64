"""Evaluators' addresses: the overview and its downloads, and the read-only API."""

from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request

import survey_app.evaluate.messages  # noqa: F401  registers the words of the errors raised here
from survey_app.accounts.access import Viewer, public, requires, requires_token, viewer
from survey_app.evaluate import arrivals, bribery_reports, contacts, erasures, tickets
from survey_app.evaluate.openapi import describe_api
from survey_app.evaluate.queries import (
    INDEX_COLUMNS,
    Filters,
    list_indices,
    list_masked,
    list_surveys,
    list_units,
    page_of,
    read_limit,
    read_moment,
)
from survey_app.ledger.bundles import bundle_survey
from survey_app.ledger.keys import instance_signer
from survey_app.spreadsheets import to_csv, to_xlsx
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError

blueprint = Blueprint("evaluate", __name__, template_folder="templates")

READERS = (Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)
SCOPE = "evaluate"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def init_app(app: Flask) -> None:
    """Register the room."""
    app.register_blueprint(blueprint)
    app.register_blueprint(erasures.blueprint)
    app.register_blueprint(bribery_reports.blueprint)
    app.register_blueprint(tickets.blueprint)
    app.register_blueprint(arrivals.blueprint)
    app.register_blueprint(contacts.blueprint)


@blueprint.get("/evaluasi")
@requires(*READERS)
def overview() -> str:
    """All indices that the evaluator may see, with filters."""
    person = viewer()
    with context().store.read() as session:
        masked = list_masked(session, person.visible_unit_ids(session, *READERS), _filters())
    return render_template(
        "evaluate/overview.html",
        records=_visible_indices(person),
        masked=masked,
        may_call=contacts.is_evaluator(person),
        filters=_filters(),
        may_erase=viewer().has(*erasures.GUARDIANS),
        may_read_reports=viewer().has(*bribery_reports.INSPECTORS),
        may_issue=viewer().has(*tickets.ISSUERS),
    )


@blueprint.get("/evaluasi/indeks.<any(json, csv, xlsx):form>")
@requires(*READERS)
def download(form: str) -> Response:
    """The same list as a file."""
    return _file(_visible_indices(viewer()), form)


@blueprint.get("/api/v1/units")
@requires_token(SCOPE, *READERS)
def units() -> Response:
    """Units that the token may see."""
    person = viewer()
    with context().store.read() as session:
        records = list_units(session, person.visible_unit_ids(session, *READERS))
    return _json_page(records, "unit")


@blueprint.get("/api/v1/surveys")
@requires_token(SCOPE, *READERS)
def surveys() -> Response:
    """Surveys of those units."""
    person = viewer()
    with context().store.read() as session:
        records = list_surveys(session, person.visible_unit_ids(session, *READERS))
    return _json_page(records, "survey")


@blueprint.get("/api/v1/indices")
@requires_token(SCOPE, *READERS)
def indices() -> Response:
    """Published indices, as JSON or (by Accept) CSV."""
    records = _visible_indices(viewer())
    if request.accept_mimetypes.best_match(["application/json", "text/csv"]) == "text/csv":
        return _validated(_file(records, "csv"))
    return _json_page(records, "survey")


@blueprint.get("/api/v1/surveys/<key>/bundle")
@requires_token(SCOPE, *READERS)
def bundle(key: str) -> Response:
    """The evidence bundle of a published survey."""
    person, signer = viewer(), instance_signer(context().settings)
    with context().store.read() as session:
        content = bundle_survey(session, person.find_survey(session, key, *READERS), signer)
    response = Response(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.zip"'
    return _validated(response)


@blueprint.get("/api/v1/openapi.json")
@public
def openapi() -> Response:
    """What the API offers."""
    response = jsonify(describe_api(context().settings.public_url))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/api/v1/<path:rest>")
@public
def unknown(rest: str) -> Response:
    """Nothing is at this address of the API."""
    raise NotFoundError


def _filters() -> Filters:
    return Filters(
        unit=request.args.get("unit", ""),
        index=request.args.get("index", ""),
        period=request.args.get("period", ""),
        updated_since=read_moment(request.args.get("updated_since", "")),
    )


def _visible_indices(person: Viewer) -> list[dict[str, Any]]:
    with context().store.read() as session:
        visible = person.visible_unit_ids(session, *READERS)
        return list_indices(session, visible, _filters())


def _json_page(records: list[dict[str, Any]], key: str) -> Response:
    page, following = page_of(
        records, key, request.args.get("cursor", ""), read_limit(request.args.get("limit", ""))
    )
    return _validated(jsonify(items=page, next=following))


def _validated(response: Response) -> Response:
    """Let clients ask whether anything changed; never let a shared cache keep it."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(["Accept", "Authorization"])
    response.add_etag()
    response.make_conditional(request)
    return response


def _file(records: list[dict[str, Any]], form: str) -> Response:
    rows = [[record[name] for name in INDEX_COLUMNS] for record in records]
    if form == "json":
        response = jsonify(items=records)
    elif form == "csv":
        response = Response(to_csv(INDEX_COLUMNS, rows), mimetype="text/csv")
    else:
        response = Response(to_xlsx({"Indeks": (INDEX_COLUMNS, rows)}), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="indeks.{form}"'
    return response
