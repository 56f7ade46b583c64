"""The report's page of a survey's desk: one click for PDF or DOCX, and the unit's own words."""

from typing import Any, Literal

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField
from wtforms.validators import Length

from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.reports.build import report_code, report_docx, report_name, report_pdf
from survey_app.reports.passages import PASSAGES, list_passages, write_passages
from survey_app.store.tables import Role, Survey, SurveyState
from survey_app.web.context import context

blueprint = Blueprint("reports", __name__, template_folder="templates")

STAFF = (Role.STAFF, Role.ADMIN)
PASSAGE_LETTERS = 4000
_MAKERS = {"pdf": report_pdf, "docx": report_docx}
_KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class PassagesForm(FlaskForm):  # type: ignore[misc]
    """The passages that the unit writes."""


for _name, _label, _hint in PASSAGES:
    _field = TextAreaField(
        _label, [Length(max=PASSAGE_LETTERS)], description=_hint, render_kw={"rows": 4}
    )
    setattr(PassagesForm, _name, _field)


@blueprint.get("/meja/survei/<key>/laporan")
@requires(*STAFF)
def report(key: str) -> str:
    """The report of a survey, and what the unit adds to it."""
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        form = PassagesForm(formdata=None, data=list_passages(session, found.id))
        return _page(session, found, form)


@blueprint.post("/meja/survei/<key>/laporan")
@requires(*STAFF)
def write(key: str) -> AnyResponse | tuple[str, int]:
    """Keep the unit's passages."""
    parts, person, form = context(), viewer(), PassagesForm()
    with parts.store.write() as session:
        found = person.find_survey(session, key, *STAFF)
        if not form.validate_on_submit():
            return _page(session, found, form), 422
        texts = {name: form[name].data or "" for name, _label, _hint in PASSAGES}
        write_passages(session, found, texts, person.account, parts.clock())
        audit.record(session, person.account, "write-report", key, parts.clock())
    flash(_("Uraian laporan disimpan."))
    return redirect(url_for("reports.report", key=key))


@blueprint.get("/meja/survei/<key>/laporan.<any(pdf, docx):form>")
@requires(*STAFF)
def download(key: str, form: Literal["pdf", "docx"]) -> Response:
    """The report as a file."""
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        content = _MAKERS[form](session, found, **_where_and_when())
        name = f"{report_name(found)}.{form}"
    response = Response(content, mimetype=_KINDS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(session: Session, found: Survey, form: PassagesForm) -> str:
    is_draft = found.state == SurveyState.DRAFT
    code = "" if is_draft else report_code(session, found, **_where_and_when())
    return render_template(
        "monitor/report.html", survey=found, form=form, is_draft=is_draft, code=code
    )


def _where_and_when() -> dict[str, Any]:
    parts = context()
    return {
        "public_url": parts.settings.public_url,
        "minimum": parts.settings.display_minimum,
        "now": parts.clock(),
    }
