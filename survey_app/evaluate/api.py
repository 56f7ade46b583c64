"""The read-only API for evaluators' programs: units, surveys, indices, bundles of evidence."""

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, jsonify, request

from survey_app.accounts.access import public, requires_token, viewer
from survey_app.evaluate.listing import (
    all_indices,
    chosen_publications,
    page_of_indices,
    page_of_surveys,
    page_of_units,
)
from survey_app.evaluate.openapi import describe_api
from survey_app.evaluate.records import (
    PAGE_MAXIMUM,
    Chosen,
    IndexPage,
    IndexQuery,
    IndexRecord,
    PageQuery,
    SurveyPage,
    SurveyQuery,
    UnitPage,
)
from survey_app.ledger.bundle_archive import stream_publications
from survey_app.ledger.bundles import bundle_survey
from survey_app.ledger.keys import instance_signer
from survey_app.spreadsheets import to_csv
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.described import (
    JSON,
    Answer,
    Described,
    Query,
    Words,
    answer,
    described,
    read_query,
)
from survey_app.web.errors import NotFoundError

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

READERS = (Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)
SCOPE = "evaluate"
CSV = "text/csv"
ZIP = "application/zip"
WORDS: Words = {
    "limit": ("limit-invalid", {"maximum": PAGE_MAXIMUM}),
    "updated_since": ("moment-invalid", {}),
    "cursor": ("cursor-invalid", {}),
}


@blueprint.get("/units")
@requires_token(SCOPE, *READERS)
@described(Described("Unit yang boleh dilihat", {200: Answer("Satu halaman", UnitPage)}, PageQuery))
def units() -> Response:
    """Units that the token may see."""
    query = read_query(PageQuery, WORDS)
    with context().store.read() as session:
        visible = viewer().visible_unit_ids(session, *READERS)
        return validated(answer(page_of_units(session, visible, query)))


@blueprint.get("/surveys")
@requires_token(SCOPE, *READERS)
@described(Described("Survei unit", {200: Answer("Satu halaman", SurveyPage)}, SurveyQuery))
def surveys() -> Response:
    """Surveys of those units."""
    query = read_query(SurveyQuery, WORDS)
    with context().store.read() as session:
        visible = viewer().visible_unit_ids(session, *READERS)
        return validated(answer(page_of_surveys(session, visible, query)))


@blueprint.get("/indices")
@requires_token(SCOPE, *READERS)
@described(
    Described(
        "Indeks yang sudah diterbitkan",
        {200: Answer("Satu halaman; sebagai CSV, semua yang dipilih", IndexPage, (CSV,))},
        IndexQuery,
    )
)
def indices() -> Response:
    """Published indices: a page as JSON, or (by Accept) all that are chosen as CSV."""
    query = read_query(IndexQuery, WORDS)
    with context().store.read() as session:
        visible = viewer().visible_unit_ids(session, *READERS)
        if request.accept_mimetypes.best_match([JSON, CSV]) == CSV:
            return validated(_table(list(all_indices(session, visible, query))))
        return validated(answer(page_of_indices(session, visible, query)))


@blueprint.get("/surveys/<key>/bundle")
@requires_token(SCOPE, *READERS)
@described(
    Described(
        "Bundel bukti survei yang terbit; diperiksa dengan zi-survey verify",
        {200: Answer("Frictionless Data Package dalam ZIP, bertanda tangan", None, (ZIP,))},
    )
)
def bundle(key: str) -> Response:
    """The evidence bundle of a published survey."""
    read_query(Query)
    person, signer = viewer(), instance_signer(context().settings)
    with context().store.read() as session:
        content = bundle_survey(session, person.find_survey(session, key, *READERS), signer)
    response = Response(content, mimetype=ZIP)
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.zip"'
    return validated(response)


@blueprint.get("/bundles")
@requires_token(SCOPE, *READERS)
@described(
    Described(
        "Bundel bukti semua hasil yang dipilih, dalam satu ZIP yang dikirim sambil dibuat",
        {200: Answer("Satu folder tiap survei, dan daftar isi bundles.csv", None, (ZIP,))},
        Chosen,
    )
)
def bundles() -> Response:
    """The evidence of every published result that is chosen."""
    chosen = read_query(Chosen, WORDS)
    with context().store.read() as session:
        visible = viewer().visible_unit_ids(session, *READERS)
        publications = chosen_publications(session, visible, chosen)
    return bundles_zip(publications)


@blueprint.get("/openapi.json")
@public
@described(Described("Uraian ini sendiri", {200: Answer("OpenAPI 3.1", None, (JSON,))}))
def openapi() -> Response:
    """What the API offers."""
    response = jsonify(describe_api(current_app, context().settings.public_url))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/<path:rest>")
@public
@described(Described("", {}, is_hidden=True))
def unknown(rest: str) -> Response:
    """Nothing is at this address of the API."""
    raise NotFoundError


def validated(response: Response) -> Response:
    """Let clients ask whether anything changed; never let a shared cache keep it."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(["Accept", "Authorization"])
    response.add_etag()
    response.make_conditional(request)
    return response


def bundles_zip(publications: Sequence[int]) -> Response:
    """The evidence of publications, sent while it is made."""
    parts = context()
    signer = instance_signer(parts.settings)
    content = stream_publications(parts.store, publications, signer)
    response = Response(content, mimetype=ZIP)
    response.headers["Content-Disposition"] = 'attachment; filename="bukti.zip"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _table(records: list[IndexRecord]) -> Response:
    columns = tuple(IndexRecord.model_fields)
    rows = ([record[name] for name in columns] for record in map(_plain, records))
    response = Response(to_csv(columns, rows), mimetype=CSV)
    response.headers["Content-Disposition"] = 'attachment; filename="indeks.csv"'
    return response


def _plain(record: IndexRecord) -> dict[str, object]:
    return record.model_dump(mode="json")
