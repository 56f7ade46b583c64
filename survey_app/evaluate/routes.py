"""Evaluators' addresses: the overview and its downloads."""

from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request
from sqlalchemy.orm import Session

import survey_app.evaluate.messages  # noqa: F401  registers the words of the errors raised here
from survey_app.accounts.access import Viewer, requires, viewer
from survey_app.comments.waiting import count_reports
from survey_app.evaluate import (
    api,
    arrivals,
    bribery_reports,
    contacts,
    erasures,
    evidence,
    lists,
    quality_pages,
    tickets,
    unit_overview,
)
from survey_app.evaluate.queries import (
    INDEX_COLUMNS,
    Filters,
    list_indices,
    page_of_published,
    read_moment,
)
from survey_app.evaluate.records import index_record
from survey_app.spreadsheets import to_csv, to_xlsx
from survey_app.web.context import context

blueprint = Blueprint("evaluate", __name__, template_folder="templates")

READERS = api.READERS
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def init_app(app: Flask) -> None:
    """Register the room."""
    app.register_blueprint(blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(erasures.blueprint)
    app.register_blueprint(bribery_reports.blueprint)
    app.register_blueprint(tickets.blueprint)
    app.register_blueprint(arrivals.blueprint)
    app.register_blueprint(contacts.blueprint)
    app.register_blueprint(lists.blueprint)
    app.register_blueprint(unit_overview.blueprint)
    app.register_blueprint(evidence.blueprint)
    app.register_blueprint(quality_pages.blueprint)


@blueprint.get("/evaluasi")
@requires(*READERS)
def overview() -> str:
    """The indices that the evaluator may see, a page at a time, with filters."""
    person, page = viewer(), max(1, request.args.get("hal", 1, type=int))
    with context().store.read() as session:
        visible = person.visible_unit_ids(session, *READERS)
        published, last_page = page_of_published(session, visible, _filters(), page)
        reports = _waiting_reports(session, person)
    return render_template(
        "evaluate/overview.html",
        records=[index_record(one).model_dump(mode="json") for one in published],
        masked=[one for one in published if "sensitive" in one.result],
        page=page,
        last_page=last_page,
        may_call=contacts.is_evaluator(person),
        filters=_filters(),
        may_erase=viewer().has(*erasures.GUARDIANS),
        may_read_reports=viewer().has(*bribery_reports.INSPECTORS),
        reports=reports,
        may_issue=viewer().has(*tickets.ISSUERS),
    )


@blueprint.get("/evaluasi/indeks.<any(json, csv, xlsx):form>")
@requires(*READERS)
def download(form: str) -> Response:
    """The same list as a file."""
    return _file(_visible_indices(viewer()), form)


def _waiting_reports(session: Session, person: Viewer) -> int:
    """Comments that wait for this inspector; 0 for everybody who is none."""
    if not person.has(*bribery_reports.INSPECTORS):
        return 0
    return count_reports(session, person.visible_unit_ids(session, *bribery_reports.INSPECTORS))


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
