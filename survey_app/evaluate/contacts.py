"""Contacts for the call-back by TPN: read by evaluators alone, and every reading is on record.

Not even a superadmin opens these pages without the role.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from survey_app.accounts import audit
from survey_app.accounts.access import Viewer, requires, viewer
from survey_app.ledger.contacts import count_contacts, erase_contact, list_contacts
from survey_app.spreadsheets import to_csv, to_xlsx
from survey_app.store.tables import Role, Survey
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError

blueprint = Blueprint("contacts_given", __name__, template_folder="templates")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = ("nama", "telepon")


@blueprint.get("/evaluasi/kontak")
@requires(Role.EVALUATOR)
def overview() -> str:
    """Surveys that ask for contacts, and how many each has."""
    surveys, counts = list_asking()
    return render_template("evaluate/contacts.html", surveys=surveys, counts=counts)


def list_asking() -> tuple[list[Survey], dict[int, int]]:
    """Surveys of the viewer's that ask for contacts, with the number of each by its id."""
    person = _evaluator()
    with context().store.read() as session:
        visible = person.visible_unit_ids(session, Role.EVALUATOR)
        query = select(Survey).order_by(Survey.period_end.desc(), Survey.key)
        if visible is not None:
            query = query.where(Survey.unit_id.in_(visible))
        surveys = session.scalars(query).all()
        counts = count_contacts(session, [survey.id for survey in surveys])
    return [one for one in surveys if one.asks_contact or one.id in counts], counts


@blueprint.get("/evaluasi/kontak/<key>")
@requires(Role.EVALUATOR)
def survey(key: str) -> str:
    """The contacts of one survey."""

    def read(session: Session, found: Survey) -> str:
        contacts = list_contacts(session, found.id)
        return render_template("evaluate/contacts_of.html", survey=found, contacts=contacts)

    return str(_on_record(key, "read-contacts", read))


@blueprint.get("/evaluasi/kontak/<key>.<any(csv, xlsx):form>")
@requires(Role.EVALUATOR)
def download(key: str, form: str) -> Response:
    """The respondent data (nama dan nomor telepon) that SE Menteri PANRB 04/2023 asks for."""

    def write(session: Session, found: Survey) -> Response:
        rows = [[one.name, one.telephone] for one in list_contacts(session, found.id)]
        if form == "csv":
            response = Response(to_csv(COLUMNS, rows), mimetype="text/csv")
        else:
            response = Response(to_xlsx({"Kontak": (COLUMNS, rows)}), mimetype=XLSX)
        name = f'attachment; filename="kontak-{key}.{form}"'
        response.headers["Content-Disposition"] = name
        return response

    response: Response = _on_record(key, "export-contacts", write)
    return response


@blueprint.post("/evaluasi/kontak/<key>/<identity>/hapus")
@requires(Role.EVALUATOR)
def erase(key: str, identity: str) -> AnyResponse:
    """Erase a contact whose owner asks for it."""

    def act(session: Session, found: Survey) -> None:
        try:
            is_gone = erase_contact(session, found.id, bytes.fromhex(identity))
        except ValueError:
            is_gone = False
        if not is_gone:
            raise NotFoundError

    _on_record(key, "erase-contact", act)
    flash(_("Kontak dihapus."))
    return redirect(url_for("contacts_given.survey", key=key))


def is_evaluator(person: Viewer) -> bool:
    """Whether somebody holds the role itself."""
    return Role.EVALUATOR in {grant.role for grant in person.account.grants}


def _on_record(key: str, action: str, act: Callable[[Session, Survey], Any]) -> Any:
    """Do an act on a survey's contacts in the transaction that records it."""
    person, parts = _evaluator(), context()
    with parts.store.write() as session:
        found = person.find_survey(session, key, Role.EVALUATOR)
        done = act(session, found)
        audit.record(session, person.account, action, key, parts.clock())
    return done


def _evaluator() -> Viewer:
    """The viewer, who must hold the role itself."""
    person = viewer()
    if not is_evaluator(person):
        raise NotFoundError
    return person
