"""Public pages: front page, list of results, a unit's result, open data, transparency."""

from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request
from sqlalchemy.orm import Session

from analysis.inference import Estimate
from analysis.monotone import step_changes
from analysis.pictures import Mark, index_picture, trend_picture, unsur_picture
from survey_app.accounts.access import public
from survey_app.comments.review import list_shown
from survey_app.ledger.installations import fingerprint
from survey_app.ledger.transparency import public_heads, public_keys
from survey_app.publish import bundle_check, cache, feeds, open_data, panels, verification
from survey_app.publish.badges import badge_snippet, draw_badge
from survey_app.publish.cache import MAX_AGE_SECONDS, rendered_once
from survey_app.publish.directory import Filters, list_agencies, list_directory, list_newest
from survey_app.publish.queries import (
    INDICES,
    Published,
    by_index,
    fetch_unit,
    follow_ups,
    list_published,
    newest_of,
    service_names,
)
from survey_app.store.tables import Unit
from survey_app.web.context import context

blueprint = Blueprint("publish", __name__, template_folder="templates")

HOME_UNITS = 12


def init_app(app: Flask) -> None:
    """Register the room and its cache of rendered pages."""
    cache.init_app(app)
    app.register_blueprint(blueprint)
    app.register_blueprint(open_data.blueprint)
    app.register_blueprint(panels.blueprint)
    app.register_blueprint(feeds.blueprint)
    app.register_blueprint(verification.blueprint)
    app.register_blueprint(bundle_check.blueprint)


@blueprint.get("/")
@public
@rendered_once()
def home() -> Response:
    """What this is, and the newest results."""
    with context().store.read() as session:
        entries = list_newest(session, HOME_UNITS)
    return Response(render_template("publish/home.html", entries=entries), mimetype="text/html")


@blueprint.get("/hasil")
@public
@rendered_once("cari", "instansi", "indeks", "halaman")
def results() -> Response:
    """Every unit with a published result: searched by name, filtered, in pages."""
    filters = _filters()
    with context().store.read() as session:
        found = list_directory(session, filters)
        agencies = list_agencies(session)
    page = render_template(
        "publish/results.html", found=found, filters=filters, agencies=agencies, indices=INDICES
    )
    return Response(page, mimetype="text/html")


@blueprint.get("/hasil/<unit>")
@public
@rendered_once()
def unit_result(unit: str) -> Response:
    """One unit: its newest results with history, method and follow-up."""
    return Response(unit_page(unit), mimetype="text/html")


@blueprint.get("/transparansi/")
@public
def transparency() -> Response:
    """In plain words: what is kept, how it is sealed, what the operator could still do."""
    with context().store.read() as session:
        heads, keys = public_heads(session), public_keys(session)
    marks = [fingerprint(bytes.fromhex(key["public_key"])) for key in keys if not key["retired_at"]]
    page = render_template("publish/transparency.html", heads=heads[-10:], marks=marks)
    return _made_cacheable(Response(page, mimetype="text/html"))


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


def unit_page(unit: str) -> str:
    """The page of one unit as its readers get it. Raises NotFoundError."""
    with context().store.read() as session:
        place = fetch_unit(session, unit)
        newest = by_index(list_published(session, unit_slug=unit))
        content = _unit_content(session, place.id, newest)
    return render_template(
        "publish/unit.html",
        unit=place,
        newest=newest,
        index_picture=_index_picture,
        unsur_picture=_unsur_picture,
        trend_picture=_trend_picture,
        ranked=ranked_items,
        **content,
        **_badge_content(place, newest),
    )


def ranked_items(group: dict[str, Any]) -> list[dict[str, Any]]:
    """Items from the lowest mean up: the regulation asks to mend the lowest first."""
    known = [item for item in group["items"] if item["score100"] is not None]
    return sorted(known, key=lambda item: item["score100"])


def _filters() -> Filters:
    return Filters(
        text=request.args.get("cari", "")[:80].strip(),
        agency=request.args.get("instansi", "")[:80],
        index=request.args.get("indeks", "")[:20],
        page=request.args.get("halaman", 1, type=int),
    )


def _unit_content(session: Session, unit_id: int, newest: list[list[Published]]) -> dict[str, Any]:
    plans = {history[0].survey_id: follow_ups(session, history[0].survey_id) for history in newest}
    voices = {history[0].survey_id: list_shown(session, history[0].survey_id) for history in newest}
    return {"plans": plans, "voices": voices, "names": service_names(session, unit_id)}


def _badge_content(place: Unit, newest: list[list[Published]]) -> dict[str, Any]:
    one = newest_of([history[0] for history in newest])
    badge = draw_badge(place.name, one)
    address = f"{context().settings.public_url}/hasil/{place.slug}"
    return {"badge": badge, "snippet": badge_snippet(badge, address)}


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
    periods = [one for one in reversed(history[:12]) if one.index]
    marks = [
        Mark(
            one.period,
            one.index["score100"],
            tuple(one.index["ci"]) if one.index["ci"] else None,
        )
        for one in periods
    ]
    estimates = [Estimate(one.index["score100"], one.index["se"], None, None) for one in periods]
    steps = step_changes(estimates, [one.whole["n"] for one in periods])
    changes = [step.change.points.value if step.is_change() else None for step in steps]
    title = f"{history[0].index_code} dari waktu ke waktu"
    return trend_picture(marks, title, changes) if marks else ""


def _made_cacheable(response: Response) -> Response:
    """What changes with every seal is not kept here, but may be by whoever stands between."""
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    response.add_etag()
    response.make_conditional(request)
    return response
