"""Evaluators' pages of unusual patterns: what was seen, what the unit says, what two decide."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from analysis.pictures import Picture
from analysis.quality_pictures import signal_picture, told_effect
from instruments.errors import SurveyError
from survey_app.accounts.access import requires, viewer
from survey_app.evaluate.quality_cases import (
    Case,
    Examination,
    Outcome,
    list_summaries,
    read_examination,
)
from survey_app.evaluate.quality_decisions import LONGEST, decide, find_case, is_independent
from survey_app.ledger.keys import instance_signer
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("quality_evidence", __name__, template_folder="templates")

READERS = (Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)
REQUIRED = __("Wajib diisi.")


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """An evaluator's decision on one pattern."""

    outcome = RadioField(
        __("Putusan"),
        [InputRequired(REQUIRED)],
        choices=[
            (Outcome.CONFIRMED, __("Terbukti tidak wajar")),
            (Outcome.EXPLAINED, __("Dapat dijelaskan")),
            (Outcome.UNSETTLED, __("Belum dapat dipastikan")),
        ],
    )
    reason = TextAreaField(__("Alasan"), [InputRequired(REQUIRED), Length(max=LONGEST)])


@dataclass(frozen=True)
class Card:
    """A pattern as a page shows it."""

    case: Case
    picture: Picture | None
    effect: str
    may_decide: bool


@blueprint.get("/evaluasi/temuan")
@requires(*READERS)
def overview() -> str:
    """Surveys with patterns that ask for verification."""
    with context().store.read() as session:
        visible = viewer().visible_unit_ids(session, *READERS)
        summaries = list_summaries(session, visible)
    return render_template("evaluate/quality.html", summaries=summaries)


@blueprint.get("/evaluasi/temuan/<key>")
@requires(*READERS)
def survey(key: str) -> str:
    """The newest findings of one survey."""
    return _page(key)


@blueprint.post("/evaluasi/temuan/<key>/<int:number>/<code>")
@requires(Role.EVALUATOR)
def decision(key: str, number: int, code: str) -> Response | tuple[str, int]:
    """Decide on one pattern."""
    parts, person, form = context(), viewer(), DecisionForm(prefix=code)
    is_filled = form.validate_on_submit()
    try:
        with parts.store.write() as session:
            found = person.find_survey(session, key, Role.EVALUATOR)
            case = find_case(session, found, number, code)
            if is_filled:
                decide(
                    session,
                    found,
                    case,
                    Outcome(form.outcome.data),
                    form.reason.data,
                    person.account,
                    instance_signer(parts.settings),
                    parts.clock(),
                )
    except NotFoundError:
        raise
    except SurveyError as error:
        flash(error.text(message_language()), "error")
        return redirect(url_for("quality_evidence.survey", key=key))
    if not is_filled:
        return _page(key, form, code), 422
    flash(_("Putusan dicatat dalam buku besar."))
    return redirect(url_for("quality_evidence.survey", key=key, _anchor=code))


def cards_of(found: Examination | None, may_decide: bool = False) -> list[Card]:
    """The patterns of an examination as a page shows them."""
    today = context().clock().date()
    return [
        Card(
            case,
            signal_picture(case.signal, case.words.title),
            told_effect(case.signal),
            may_decide and case.outcome is None and case.may_be_decided(today),
        )
        for case in (found.cases if found is not None else [])
    ]


def _page(key: str, form: DecisionForm | None = None, code: str = "") -> str:
    person = viewer()
    with context().store.read() as session:
        found = person.find_survey(session, key, *READERS)
        examination = read_examination(session, found)
    if examination is None:
        raise NotFoundError
    decided = {
        case.code
        for case in examination.cases
        if person.account.id in {one.account_id for one in case.decisions}
    }
    cards = cards_of(examination, is_independent(person.account))
    forms = {
        card.case.code: form
        if form is not None and card.case.code == code
        else DecisionForm(prefix=card.case.code, formdata=None)
        for card in cards
        if card.may_decide and card.case.code not in decided
    }
    return render_template(
        "evaluate/quality_of_survey.html",
        survey=found,
        examination=examination,
        cards=cards,
        forms=forms,
        decided=decided,
    )
