"""The inspectorate's page: comments that may report bribery, which no unit has read."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.comments.bribery import word_list
from survey_app.comments.retention import kept_months
from survey_app.comments.review import (
    find_referred,
    list_reports,
    refer_comment,
    release_comment,
)
from survey_app.comments.sorting import sort_all
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("bribery_reports", __name__, template_folder="templates")

INSPECTORS = (Role.INSPECTOR,)


class ReportForm(FlaskForm):  # type: ignore[misc]
    """A decision with a note."""

    reason = StringField(validators=[Length(max=500)])


@blueprint.get("/evaluasi/saran")
@requires(*INSPECTORS)
def listing() -> str:
    """Reports of all units that the inspector may see."""
    parts = context()
    words = word_list(parts.settings.instance)
    with parts.store.read() as session:
        visible = viewer().visible_unit_ids(session, *INSPECTORS)
    sort_all(parts.store, words, visible, parts.clock())
    with parts.store.read() as session:
        reports = list_reports(session, visible)
    months = kept_months(parts.settings, parts.clock())
    return render_template(
        "evaluate/reports.html", reports=reports, form=ReportForm(), months=months
    )


@blueprint.post("/evaluasi/saran/<identity>/<any(lepas, catat):decision>")
@requires(*INSPECTORS)
def decide(identity: str, decision: str) -> Response:
    """Let a comment go to the unit's staff, or keep it with a note."""
    parts, person, form = context(), viewer(), ReportForm()
    act = release_comment if decision == "lepas" else refer_comment
    try:
        with parts.store.write() as session:
            visible = person.visible_unit_ids(session, *INSPECTORS)
            comment = find_referred(session, identity, visible)
            act(session, comment, form.reason.data or "", person.account)
            audit.record(session, person.account, f"report-{decision}", identity, parts.clock())
        flash(_("Saran dilepas kepada unit.") if decision == "lepas" else _("Catatan disimpan."))
    except NotFoundError:
        raise
    except SurveyError as error:
        flash(error.text(message_language()), "error")
    return redirect(url_for("bribery_reports.listing"))
