"""The print page of a survey's desk, and what it hands out."""

from flask import Blueprint, Response, render_template
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from survey_app.accounts.access import requires, viewer
from survey_app.monitor.paper_pages import questionnaire_of
from survey_app.monitor.posters import Poster, Product, draw_poster
from survey_app.monitor.print_pack import (
    FORMS,
    Form,
    find_printable,
    pack,
    place_of,
    poster_of,
    preview,
    printable_links,
)
from survey_app.paper.batches import list_batches
from survey_app.paper.questionnaire import draw_questionnaires, shown_code
from survey_app.store.tables import BatchState, PaperBatch, Role, Survey
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError

blueprint = Blueprint("printing", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
NAMES = {
    Product.POSTER_A4: _("Poster A4"),
    Product.POSTER_A5: _("Poster A5"),
    Product.TENT: _("Tenda meja"),
    Product.STICKER: _("Stiker loket (A6)"),
}
_KINDS = {"pdf": "application/pdf", "png": "image/png"}


@blueprint.get("/meja/survei/<key>/cetak")
@requires(*STAFF)
def overview(key: str) -> str:
    """Everything that can be printed for a survey."""
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        return render_template(
            "monitor/print.html",
            survey=found,
            links=printable_links(session, found),
            products=NAMES,
            forms=FORMS,
            place_of=place_of,
            public_url=parts.settings.public_url,
            batches=_batches(session, found),
            shown_code=shown_code,
        )


@blueprint.get("/meja/survei/<key>/cetak/<code>/<product>.<any(pdf, png):form>")
@requires(*STAFF)
def product(key: str, code: str, product: str, form: Form) -> Response:
    """One product of one link."""
    chosen = _product(product)
    drawn = draw_poster(_poster(key, code), form, chosen)
    response = Response(drawn, mimetype=_KINDS[form])
    response.headers["Content-Disposition"] = f'inline; filename="{product}-{code}.{form}"'
    return response


@blueprint.get("/meja/survei/<key>/cetak/<code>/<product>/kecil.png")
@requires(*STAFF)
def small(key: str, code: str, product: str) -> Response:
    """A product as it looks, small."""
    response = Response(preview(_poster(key, code), _product(product)), mimetype="image/png")
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@blueprint.get("/meja/survei/<key>/cetak.zip")
@requires(*STAFF)
def everything(key: str) -> Response:
    """All products of all links and the questionnaires of open batches in one ZIP."""
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        posters = [
            (link.code, poster_of(session, found, link, parts.settings.public_url))
            for link in printable_links(session, found)
        ]
        papers = [questionnaire_of(session, found, batch) for batch in _batches(session, found)]
    sheets = {f"kertas/kuesioner-{one.code}.pdf": draw_questionnaires(one)[0] for one in papers}
    response = Response(pack(posters, sheets), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="cetak-{key}.zip"'
    return response


def _batches(session: Session, survey: Survey) -> list[PaperBatch]:
    standings = list_batches(session, survey.id)
    return [one.batch for one in standings if one.batch.state == BatchState.OPEN]


def _poster(key: str, code: str) -> Poster:
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        link = find_printable(session, found, code)
        return poster_of(session, found, link, parts.settings.public_url)


def _product(name: str) -> Product:
    if name not in set(Product):
        raise NotFoundError
    return Product(name)
