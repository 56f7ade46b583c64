"""Public pages: front page, list of results, a unit's result, open data, transparency."""

import json
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request

from analysis.pictures import Mark, index_picture, trend_picture, unsur_picture
from survey_app.accounts.access import public
from survey_app.ledger.transparency import public_heads, public_keys
from survey_app.publish import verification
from survey_app.publish.queries import (
    Published,
    fetch_unit,
    follow_ups,
    list_published,
    service_names,
)
from survey_app.spreadsheets import to_csv
from survey_app.web.context import context

blueprint = Blueprint("publish", __name__, template_folder="templates")

MAX_AGE_SECONDS = 300
CSV_COLUMNS = (
    *("unit", "instansi", "survei", "periode", "indeks", "nilai", "batas_bawah", "batas_atas"),
    *("mutu", "responden", "populasi", "metode", "segel"),
)


def init_app(app: Flask) -> None:
    """Register the room."""
    app.register_blueprint(blueprint)
    app.register_blueprint(verification.blueprint)


@blueprint.get("/")
@public
def home() -> Response:
    """What this is, and the newest results."""
    with context().store.read() as session:
        newest = _newest_per_unit(list_published(session))
    return _cached(render_template("publish/home.html", newest=newest))


@blueprint.get("/hasil")
@public
def results() -> Response:
    """Every unit with a published result, searchable by name."""
    text = request.args.get("cari", "")[:80]
    with context().store.read() as session:
        newest = _newest_per_unit(list_published(session, text=text))
    return _cached(render_template("publish/results.html", newest=newest, text=text))


@blueprint.get("/hasil/<unit>")
@public
def unit_result(unit: str) -> Response:
    """One unit: its newest results with history, method and follow-up."""
    with context().store.read() as session:
        place = fetch_unit(session, unit)
        published = list_published(session, unit_slug=unit)
        names = service_names(session, place.id)
        newest = _by_index(published)
        plans = {part[0].survey_id: follow_ups(session, part[0].survey_id) for part in newest}
    page = render_template(
        "publish/unit.html",
        unit=place,
        newest=newest,
        plans=plans,
        names=names,
        index_picture=_index_picture,
        unsur_picture=_unsur_picture,
        trend_picture=_trend_picture,
        ranked=ranked_items,
    )
    return _cached(page)


@blueprint.get("/hasil/<unit>/data.csv")
@public
def open_data(unit: str) -> Response:
    """A unit's published indices as open data."""
    with context().store.read() as session:
        fetch_unit(session, unit)
        rows = [_csv_row(one) for one in list_published(session, unit_slug=unit)]
    response = Response(to_csv(CSV_COLUMNS, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="indeks-{unit}.csv"'
    return _made_cacheable(response)


@blueprint.get("/transparansi/")
@public
def transparency() -> Response:
    """In plain words: what is kept, how it is sealed, what the operator could still do."""
    with context().store.read() as session:
        heads, keys = public_heads(session), public_keys(session)
    return _cached(render_template("publish/transparency.html", heads=heads[-10:], keys=keys))


@blueprint.get("/transparansi/heads.json")
@public
def heads() -> Response:
    """Heads of all seals, for anyone to keep."""
    with context().store.read() as session:
        return _made_cacheable(jsonify(heads=public_heads(session)))


@blueprint.get("/transparansi/kunci.json")
@public
def keys() -> Response:
    """Public keys that signed the heads."""
    with context().store.read() as session:
        return _made_cacheable(jsonify(keys=public_keys(session)))


def ranked_items(group: dict[str, Any]) -> list[dict[str, Any]]:
    """Items from the lowest mean up: the regulation asks to mend the lowest first."""
    known = [item for item in group["items"] if item["score100"] is not None]
    return sorted(known, key=lambda item: item["score100"])


def _newest_per_unit(published: list[Published]) -> dict[tuple[str, str, str], list[Published]]:
    """For each unit, the newest result of each index."""
    units: dict[tuple[str, str, str], list[Published]] = {}
    for one in published:
        place = units.setdefault((one.unit_slug, one.unit_name, one.agency_name), [])
        if one.index_code not in {known.index_code for known in place}:
            place.append(one)
    return units


def _by_index(published: list[Published]) -> list[list[Published]]:
    """For each index its results, newest first."""
    groups: dict[str, list[Published]] = {}
    for one in published:
        groups.setdefault(one.index_code, []).append(one)
    return list(groups.values())


def _index_picture(one: Published) -> Any:
    index = one.index
    interval = tuple(index["ci"]) if index["ci"] else None
    mark = Mark(index["code"], index["score100"], interval, index["grade"])
    return index_picture(mark, one.instrument.index.bands)


def _unsur_picture(one: Published) -> Any:
    marks = [_item_mark(item, one) for item in ranked_items(one.whole)]
    return unsur_picture(marks, f"Nilai tiap unsur, {one.index_code} {one.period}")


def _item_mark(item: dict[str, Any], one: Published) -> Mark:
    per_point = item["score100"] / item["mean"] if item["mean"] else 0.0
    interval = None
    if item["ci"] and one.result["method"]["conversion"] != "linear":
        interval = (item["ci"][0] * per_point, item["ci"][1] * per_point)
    return Mark(item["label"], item["score100"], interval, item["grade"])


def _trend_picture(history: list[Published]) -> Any:
    marks = [
        Mark(
            one.period,
            one.index["score100"],
            tuple(one.index["ci"]) if one.index["ci"] else None,
        )
        for one in reversed(history[:12])
        if one.index
    ]
    return trend_picture(marks, f"{history[0].index_code} dari waktu ke waktu") if marks else ""


def _csv_row(one: Published) -> list[Any]:
    index = one.index
    low, high = index.get("ci") or (None, None)
    method = json.dumps(one.result["method"], sort_keys=True)
    return [
        *(one.unit_name, one.agency_name, one.title, one.period, one.index_code),
        *(index.get("score100"), low, high, index.get("grade")),
        *(one.whole["n"], one.whole["population"], method, one.result["head"]),
    ]


def _cached(page: str) -> Response:
    return _made_cacheable(Response(page, mimetype="text/html"))


def _made_cacheable(response: Response) -> Response:
    """Let a thousand readers cost one rendering. The nonce makes pages differ, so no ETag there."""
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    if response.mimetype != "text/html":
        response.add_etag()
        response.make_conditional(request)
    return response
