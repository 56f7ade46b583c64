"""What all forms of a unit's year share: whose it is, one transaction, faults at their fields."""

from collections.abc import Callable

from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from instruments.errors import SurveyError, SurveyErrors
from survey_app.accounts import audit
from survey_app.accounts.access import Viewer, viewer
from survey_app.clock import day_in
from survey_app.store.tables import Role, Unit, ZiEvaluation
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language
from survey_app.zi.evaluations import begin_evaluation, require_year
from survey_app.zi.steps import Actor

STAFF = (Role.STAFF, Role.ADMIN)
WRITERS = (*STAFF, Role.EVALUATOR)
READERS = (*WRITERS, Role.INSPECTOR, Role.AUDITOR)


def find_place(session: Session, slug: str, year: int, *roles: Role) -> Unit:
    """A unit for a year that has pages. Raises NotFoundError."""
    unit = viewer().find_unit(session, slug, *roles)
    try:
        require_year(year, day_in(unit.timezone, context().clock()))
    except SurveyError as error:
        raise NotFoundError from error
    return unit


def actors_of(session: Session, person: Viewer, unit: Unit) -> set[Actor]:
    """As whom a person may act on a unit's file."""
    places = {Actor.UNIT: STAFF, Actor.EVALUATOR: (Role.EVALUATOR,)}
    found = set()
    for actor, roles in places.items():
        visible = person.visible_unit_ids(session, *roles)
        if person.has(*roles) and (visible is None or unit.id in visible):
            found.add(actor)
    return found


def save(
    slug: str,
    year: int,
    roles: tuple[Role, ...],
    action: str,
    form: FlaskForm,
    act: Callable[[Session, Unit, ZiEvaluation], None],
) -> bool:
    """Do what a form asks for, beginning the evaluation if need be; False where it is refused."""
    parts, person = context(), viewer()
    try:
        with parts.store.write() as session:
            unit = find_place(session, slug, year, *roles)
            if not form.validate_on_submit():
                return False
            act(session, unit, begin_evaluation(session, unit, year, parts.clock()))
            audit.record(session, person.account, action, f"{slug}/{year}", parts.clock())
    except NotFoundError:
        raise
    except SurveyError as error:
        for one in error.errors if isinstance(error, SurveyErrors) else [error]:
            _show(form, one)
        return False
    return True


def _show(form: FlaskForm, error: SurveyError) -> None:
    words, field = error.text(message_language()), error.where.field
    if field and field in form:
        form[field].errors = [*form[field].errors, words]
    else:
        form.form_errors.append(words)
