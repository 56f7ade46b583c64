"""Addresses of the panel in the service room, its poster, and the badge for other sites."""

import segno
from flask import Blueprint, Response, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from survey_app.accounts.access import public
from survey_app.administer.periods import period_in_words
from survey_app.publish.badges import draw_badge
from survey_app.publish.cache import rendered_once
from survey_app.publish.panel import CLOSING, THANKS, Panel, build_panel
from survey_app.publish.panel_poster import draw_panel_poster
from survey_app.publish.queries import fetch_unit, list_published, newest_of
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError

blueprint = Blueprint("panels", __name__, template_folder="templates")

REFRESH_SECONDS = 300


@blueprint.get("/hasil/<unit>/panel")
@public
@rendered_once("indeks")
def panel(unit: str) -> Response:
    """The panel as a room display: large type, brought up to date by itself."""
    with context().store.read() as session:
        built = _panel(session, unit)
        others = sorted(_codes(session, unit))
    address = context().settings.public_url
    page = render_template(
        "publish/panel.html",
        panel=built,
        period=period_in_words(built.result.period),
        qr=_qr(f"{address}/hasil/{unit}"),
        others=others,
        thanks=THANKS,
        closing=CLOSING,
        seconds=REFRESH_SECONDS,
    )
    return Response(page, mimetype="text/html")


@blueprint.get("/hasil/<unit>/panel.pdf")
@public
@rendered_once("indeks")
def poster(unit: str) -> Response:
    """The panel as an A3 poster to print."""
    with context().store.read() as session:
        built = _panel(session, unit)
    content = draw_panel_poster(built, context().settings.public_url)
    response = Response(content, mimetype="application/pdf")
    name = f"panel-{built.result.index_code.lower()}-{unit}.pdf"
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response


@blueprint.get("/hasil/<unit>/lencana.svg")
@public
@rendered_once("indeks")
def badge(unit: str) -> Response:
    """A badge with the newest index, which any site may embed."""
    with context().store.read() as session:
        place = fetch_unit(session, unit)
        one = newest_of(list_published(session, unit_slug=unit), _asked())
    response = Response(draw_badge(place.name, one).svg, mimetype="image/svg+xml")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _qr(address: str) -> Markup:
    # Without a size of its own, so that the stylesheet gives it one.
    code = segno.make(address, error="q", micro=False)
    return Markup(code.svg_inline(border=4, omitsize=True))  # noqa: S704  made by Segno


def _panel(session: Session, unit: str) -> Panel:
    fetch_unit(session, unit)
    one = newest_of(list_published(session, unit_slug=unit), _asked())
    if one is None:
        raise NotFoundError
    return build_panel(session, one)


def _codes(session: Session, unit: str) -> set[str]:
    return {one.index_code for one in list_published(session, unit_slug=unit)}


def _asked() -> str:
    return request.args.get("indeks", "")[:20]
