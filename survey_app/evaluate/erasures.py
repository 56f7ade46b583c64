"""Erasure pages: one inspector or auditor asks, another decides."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.ledger.erasure import (
    ErasureKind,
    approve_erasure,
    ask_erasure,
    refuse_erasure,
)
from survey_app.store.tables import Account, Comment, Erasure, ErasureState, Role, Survey
from survey_app.store.tables import Response as ResponseRow
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("erasures", __name__, template_folder="templates")

GUARDIANS = (Role.INSPECTOR, Role.AUDITOR)
Page = str | Response | tuple[str, int]


class ErasureForm(FlaskForm):  # type: ignore[misc]
    """A request to erase one response or comment."""

    kind = SelectField(
        __("Yang dihapus"),
        choices=[(ErasureKind.COMMENT, __("Saran")), (ErasureKind.RESPONSE, __("Jawaban"))],
    )
    target = StringField(
        __("Nomor baris"),
        [InputRequired(__("Wajib diisi.")), Regexp(r"^[0-9a-f]{32}$", message=__("32 heksa."))],
        description=__("32 huruf heksadesimal, seperti yang ditulis zi-survey verify."),
    )
    reason = TextAreaField(
        __("Dasar hukum dan alasan"), [InputRequired(__("Wajib diisi.")), Length(max=2000)]
    )


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """A decision; there is nothing to fill in."""


@dataclass(frozen=True)
class Request:
    """One erasure as the list shows it."""

    erasure: Erasure
    asked_by: str
    decided_by: str | None
    is_own: bool


@blueprint.get("/evaluasi/penghapusan")
@requires(*GUARDIANS)
def overview() -> str:
    """Requests so far, and the form for a new one."""
    return _page(ErasureForm())


@blueprint.post("/evaluasi/penghapusan")
@requires(*GUARDIANS)
def ask() -> Page:
    """Ask for an erasure."""
    form, parts, person = ErasureForm(), context(), viewer()
    if not form.validate_on_submit():
        return _page(form), 422
    kind, target = ErasureKind(form.kind.data), bytes.fromhex(form.target.data)
    try:
        with parts.store.write() as session:
            _require_visible(session, kind, target)
            ask_erasure(session, kind, target, form.reason.data, person.account)
            audit.record(session, person.account, "ask-erasure", target.hex(), parts.clock())
    except SurveyError as error:
        form.form_errors.append(error.text(message_language()))
        return _page(form), 422
    flash(_("Permintaan dicatat. Orang lain harus menyetujuinya."))
    return redirect(url_for("erasures.overview"))


@blueprint.post("/evaluasi/penghapusan/<int:number>/<any(setuju, tolak):decision>")
@requires(*GUARDIANS)
def decide(number: int, decision: str) -> Response:
    """Approve or refuse somebody else's request."""
    parts, person = context(), viewer()
    act = approve_erasure if decision == "setuju" else refuse_erasure
    try:
        with parts.store.write() as session:
            erasure = session.get(Erasure, number)
            if erasure is None:
                raise NotFoundError
            _require_visible(session, ErasureKind(erasure.kind), erasure.target_id)
            act(session, erasure, person.account, parts.clock())
            thing = erasure.target_id.hex()
            audit.record(session, person.account, f"erasure-{decision}", thing, parts.clock())
        flash(_("Isi dihapus; segelnya tetap utuh.") if decision == "setuju" else _("Ditolak."))
    except NotFoundError:
        raise
    except SurveyError as error:
        flash(error.text(message_language()), "error")
    return redirect(url_for("erasures.overview"))


def list_requests() -> list[Request]:
    """Requests that the viewer may see, those that wait for a decision first."""
    account = viewer().account
    asker, decider = aliased(Account), aliased(Account)
    query = (
        select(Erasure, asker.name, decider.name)
        .join(asker, asker.id == Erasure.asked_by)
        .outerjoin(decider, decider.id == Erasure.decided_by)
        .order_by((Erasure.state == ErasureState.ASKED).desc(), Erasure.id.desc())
    )
    with context().store.read() as session:
        return [
            Request(erasure, asked_by, decided_by, erasure.asked_by == account.id)
            for erasure, asked_by, decided_by in session.execute(query)
            if _is_visible(session, ErasureKind(erasure.kind), erasure.target_id)
        ]


def _page(form: ErasureForm) -> str:
    return render_template("evaluate/erasures.html", form=form, requests=list_requests())


def _require_visible(session: Session, kind: ErasureKind, target: bytes) -> None:
    """What belongs to a unit that is not theirs is unknown to them."""
    if not _is_visible(session, kind, target):
        raise SurveyError("erasure-target-unknown")


def _is_visible(session: Session, kind: ErasureKind, target: bytes) -> bool:
    table = ResponseRow if kind == ErasureKind.RESPONSE else Comment
    unit = session.scalar(
        select(Survey.unit_id).join(table, table.survey_id == Survey.id).where(table.id == target)
    )
    visible = viewer().visible_unit_ids(session, *GUARDIANS)
    return unit is not None and (visible is None or unit in visible)
