"""Addresses of the Zona Integritas room: units of a year, and one unit's score."""

from flask import Blueprint, Flask, Response, render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import survey_app.zi.messages  # noqa: F401  registers the words of the errors raised here
from survey_app.accounts.access import Viewer, requires, viewer
from survey_app.clock import day_in
from survey_app.store.tables import Role, Unit
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.zi import (
    aspect_pages,
    entry_pages,
    file_pages,
    import_pages,
    lke_pages,
    outcome_pages,
    requirement_pages,
    rule_pages,
)
from survey_app.zi.documents import find_document, list_documents
from survey_app.zi.entries import list_entries
from survey_app.zi.evaluations import FIRST_YEAR, list_changes
from survey_app.zi.figures import poin, selisih_poin
from survey_app.zi.scores import assemble, assemble_many
from survey_app.zi.tabs import zi_tabs

blueprint = Blueprint("zi", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
READERS = (*STAFF, Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)
PAGE_SIZE = 40


def init_app(app: Flask) -> None:
    """Register the room."""
    app.jinja_env.globals["zi_tabs"] = zi_tabs
    app.jinja_env.filters.update(poin=poin, selisih_poin=selisih_poin)
    app.register_blueprint(blueprint)
    app.register_blueprint(entry_pages.blueprint)
    app.register_blueprint(import_pages.blueprint)
    app.register_blueprint(lke_pages.blueprint)
    app.register_blueprint(rule_pages.blueprint)
    app.register_blueprint(requirement_pages.blueprint)
    app.register_blueprint(file_pages.blueprint)
    app.register_blueprint(aspect_pages.blueprint)
    app.register_blueprint(outcome_pages.blueprint)


@blueprint.get("/zi")
@requires(*READERS)
def overview() -> str:
    """Units of a year with how far they are from each predicate."""
    person, today = viewer(), context().clock().date()
    year = request.args.get("tahun", today.year, type=int)
    if not FIRST_YEAR <= year <= today.year + 1:
        raise NotFoundError
    text, page = request.args.get("cari", "").strip()[:80], request.args.get("halaman", 1, type=int)
    with context().store.read() as session:
        units, total = _units(session, person, text, max(1, page))
        sheets = assemble_many(session, units, year, today)
        return render_template(
            "zi/overview.html",
            sheets=sheets,
            year=year,
            years=range(today.year, today.year - 3, -1),
            text=text,
            page=max(1, page),
            pages=-(-total // PAGE_SIZE),
            total=total,
            may_enter=person.has(Role.EVALUATOR),
        )


@blueprint.get("/zi/<slug>/<int:year>")
@requires(*READERS)
def score(slug: str, year: int) -> str:
    """One unit's indices, points and minimums, for evaluators and the unit alike."""
    person = viewer()
    with context().store.read() as session:
        unit = person.find_unit(session, slug, *READERS)
        today = day_in(unit.timezone, context().clock())
        if not FIRST_YEAR <= year <= today.year + 1:
            raise NotFoundError
        sheet = assemble(session, unit, year, today)
        begun = sheet.evaluation
        return render_template(
            "zi/score.html",
            sheet=sheet,
            unit=unit,
            year=year,
            documents=list_documents(session, begun.id) if begun else {},
            history=list_entries(session, begun.id) if begun else [],
            changes=list_changes(session, begun.id, "basis") if begun else [],
            may_enter=entry_pages.may_enter(session, person, unit),
            may_read_bundles=person.has(Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR),
        )


@blueprint.get("/zi/<slug>/<int:year>/dokumen/<int:number>")
@requires(*READERS)
def document(slug: str, year: int, number: int) -> Response:
    """A document of the evaluation, always as a download."""
    with context().store.read() as session:
        unit = viewer().find_unit(session, slug, *READERS)
        found = find_document(session, unit, year, number)
        response = Response(found.content, mimetype=found.media_type)
        response.headers.set("Content-Disposition", "attachment", filename=found.name)
        return response


def _units(session: Session, person: Viewer, text: str, page: int) -> tuple[list[Unit], int]:
    """One page of the units that a person may see, by name, and how many there are."""
    visible = person.visible_unit_ids(session, *READERS)
    query = select(Unit).order_by(Unit.name, Unit.id)
    if text:
        query = query.where(func.lower(Unit.name).contains(text.lower(), autoescape=True))
    if visible is None:
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = session.scalars(query.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE))
        return list(rows), total
    mine = [unit for unit in session.scalars(query) if unit.id in visible]
    return mine[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], len(mine)
