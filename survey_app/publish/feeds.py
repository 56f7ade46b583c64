"""Atom feeds (RFC 4287) of publications: of everybody, and of one unit."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.accounts.access import public
from survey_app.publish.cache import rendered_once
from survey_app.publish.queries import Published, fetch_unit, list_published
from survey_app.store.tables import Publication
from survey_app.web.context import context
from survey_app.web.pages import angka, bilangan

blueprint = Blueprint("feeds", __name__)

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
# What XML 1.0 cannot hold, escaped or not.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@blueprint.get("/hasil/umpan.atom")
@public
@rendered_once()
def everybody() -> Response:
    """The newest publications of all units."""
    with context().store.read() as session:
        newest = _newest_surveys(session)
        published = list_published(session, survey_ids=newest)
    return _response(
        published,
        title=_("Hasil survei pelayanan publik"),
        page=url_for("publish.results"),
        feed=url_for("feeds.everybody"),
    )


@blueprint.get("/hasil/<unit>/umpan.atom")
@public
@rendered_once()
def of_unit(unit: str) -> Response:
    """The publications of one unit."""
    with context().store.read() as session:
        place = fetch_unit(session, unit)
        published = list_published(session, unit_slug=unit)
    return _response(
        published,
        title=f"{_('Hasil survei')} {place.name}",
        page=url_for("publish.unit_result", unit=unit),
        feed=url_for("feeds.of_unit", unit=unit),
    )


def _newest_surveys(session: Session) -> set[int]:
    query = select(Publication.survey_id).order_by(Publication.id.desc()).limit(ENTRIES)
    return set(session.scalars(query))


def _response(published: list[Published], title: str, page: str, feed: str) -> Response:
    address = context().settings.public_url
    newest = sorted(published, key=lambda one: one.published_at, reverse=True)[:ENTRIES]
    root = _feed(newest, title, address + page, address + feed, context().clock())
    ET.register_namespace("", ATOM)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def _feed(
    published: list[Published], title: str, page: str, feed: str, now: datetime
) -> ET.Element:
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "id"})
    _add(root, "id", feed)
    _add(root, "title", title)
    _add(root, "updated", _moment(max((one.published_at for one in published), default=now)))
    _add(root, "link", rel="self", type="application/atom+xml", href=feed)
    _add(root, "link", rel="alternate", type="text/html", href=page)
    _add(root, "generator", "zi-survey")
    for one in published:
        _entry(root, one)
    return root


def _entry(root: ET.Element, one: Published) -> None:
    address = context().settings.public_url
    entry = _add(root, "entry")
    _add(entry, "id", _identity(one, address))
    _add(entry, "title", f"{one.unit_name}: {one.index_code} {one.period} {_figure(one)}".strip())
    _add(entry, "updated", _moment(one.published_at))
    _add(entry, "published", _moment(one.published_at))
    author = _add(entry, "author")
    _add(author, "name", f"{one.unit_name}, {one.agency_name}")
    page = address + url_for("publish.unit_result", unit=one.unit_slug)
    _add(entry, "link", rel="alternate", type="text/html", href=page)
    _add(entry, "summary", _summary(one))


def _identity(one: Published, address: str) -> str:
    """A tag URI (RFC 4151): the same for a publication forever, another for its correction."""
    host = urlsplit(address).hostname
    day = one.published_at.astimezone(UTC).date().isoformat()
    return f"tag:{host},{day}:{one.survey_key}/{one.number}"


def _figure(one: Published) -> str:
    index = one.index
    return f"{angka(index['score100'])} ({index['grade']}, {index['label']})" if index else ""


def _summary(one: Published) -> str:
    words = f"{one.title}, {one.period}: {bilangan(one.whole['n'])} {_('responden')}."
    interval = one.index.get("ci")
    if interval:
        ends = f"{angka(interval[0])}–{angka(interval[1])}"
        words += f" {_('Selang kepercayaan 95 persen')} {ends}."
    if one.reason:
        words += f" {_('Koreksi')}: {one.reason}"
    return words + (f" {_('Data peraga.')}" if one.is_demo else "")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _add(parent: ET.Element, name: str, words: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if words:
        child.text = _FORBIDDEN.sub("", words)
    return child
