"""The live part of a survey's page, and its counts to take away."""

from flask import Blueprint, Response, render_template, request

from survey_app.accounts.access import requires, viewer
from survey_app.monitor.fieldwork import Count, fetch_fieldwork, fetch_mark
from survey_app.monitor.findings import channel_names
from survey_app.spreadsheets import to_csv
from survey_app.store.tables import Role
from survey_app.web.context import context

blueprint = Blueprint("fieldwork", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)


@blueprint.get("/meja/survei/<key>/lapangan")
@requires(*STAFF)
def live(key: str) -> Response:
    """The part that changes while answers come in; 304 where nothing has."""
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        response = Response(mimetype="text/html")
        response.set_etag(fetch_mark(session, found, parts.clock()))
        if response.make_conditional(request).status_code != 304:
            work = fetch_fieldwork(session, found, parts.clock())
            response.set_data(
                render_template(
                    "monitor/_fieldwork.html", survey=found, work=work, channels=channel_names()
                )
            )
    return response


@blueprint.get("/meja/survei/<key>/lapangan.csv")
@requires(*STAFF)
def download(key: str) -> Response:
    """Counts by service and by channel as CSV."""
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        work = fetch_fieldwork(session, found, parts.clock())
    names = channel_names()
    rows = [("seluruhnya", "", *_counts(work.whole), work.target)]
    rows += [("layanan", line.name, *_counts(line.count), line.target) for line in work.services]
    rows += [("saluran", names.get(code, code), *_counts(n), None) for code, n in work.channels]
    header = ("menurut", "nama", "hari_ini", "minggu_ini", "seluruhnya", "diperlukan")
    response = Response(to_csv(header, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="lapangan-{key}.csv"'
    return response


def _counts(count: Count) -> tuple[int, int, int]:
    return count.today, count.week, count.total
