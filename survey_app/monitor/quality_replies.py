"""What the unit sees of unusual patterns in its own survey, and its reply."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from instruments.errors import SurveyError
from survey_app.accounts.access import requires, viewer
from survey_app.evaluate.quality_cases import CaseState, read_examination
from survey_app.evaluate.quality_decisions import LONGEST, find_case, reply
from survey_app.evaluate.quality_pages import cards_of
from survey_app.ledger.keys import instance_signer
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("quality_replies", __name__, template_folder="templates")

DESK = (Role.STAFF, Role.ADMIN)


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """What the unit says to one pattern."""

    text = TextAreaField(
        __("Tanggapan unit"), [InputRequired(__("Wajib diisi.")), Length(max=LONGEST)]
    )


@blueprint.get("/meja/survei/<key>/temuan")
@requires(*DESK)
def overview(key: str) -> str:
    """The patterns of the unit's own survey, none with fewer than ten respondents behind it."""
    return _page(key)


@blueprint.post("/meja/survei/<key>/temuan/<int:number>/<code>")
@requires(*DESK)
def answer(key: str, number: int, code: str) -> Response | tuple[str, int]:
    """Reply to one pattern."""
    parts, person, form = context(), viewer(), ReplyForm(prefix=code)
    is_filled = form.validate_on_submit()
    try:
        with parts.store.write() as session:
            survey = person.find_survey(session, key, *DESK)
            case = find_case(session, survey, number, code)
            if is_filled:
                signer, now = instance_signer(parts.settings), parts.clock()
                reply(session, survey, case, form.text.data, person.account, signer, now)
    except NotFoundError:
        raise
    except SurveyError as error:
        flash(error.text(message_language()), "error")
        return redirect(url_for("quality_replies.overview", key=key))
    if not is_filled:
        return _page(key, form, code), 422
    flash(_("Tanggapan dicatat dalam buku besar dan tidak dapat diubah."))
    return redirect(url_for("quality_replies.overview", key=key, _anchor=code))


def _page(key: str, form: ReplyForm | None = None, code: str = "") -> str:
    with context().store.read() as session:
        survey = viewer().find_survey(session, key, *DESK)
        examination = read_examination(session, survey)
    cards = cards_of(examination)
    forms = {
        card.case.code: form
        if form is not None and card.case.code == code
        else ReplyForm(prefix=card.case.code, formdata=None)
        for card in cards
        if card.case.state != CaseState.DECIDED
    }
    return render_template(
        "monitor/quality.html", survey=survey, examination=examination, cards=cards, forms=forms
    )
