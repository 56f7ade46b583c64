"""The page of the five aspects: what staff and public say of each, documents, what is lacking."""

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from survey_app.accounts.access import requires
from survey_app.estimates import instrument_of
from survey_app.publish.queries import list_published
from survey_app.store.tables import Unit
from survey_app.web.context import context
from survey_app.zi.aspects import ASPECTS, aspect_score, newest_public, staff_survey
from survey_app.zi.evaluations import find_evaluation
from survey_app.zi.outcomes import score_factor
from survey_app.zi.plans import list_plans
from survey_app.zi.requirements import list_requirements
from survey_app.zi.saving import READERS, find_place
from survey_app.zi.scores import assemble

blueprint = Blueprint("zi_aspects", __name__, template_folder="templates")


@blueprint.get("/zi/<slug>/<int:year>/aspek")
@requires(*READERS)
def overview(slug: str, year: int) -> str:
    """Each aspect with what it rests on."""
    with context().store.read() as session:
        unit = find_place(session, slug, year, *READERS)
        return render_template(
            "zi/aspects.html", unit=unit, year=year, **_content(session, unit, year)
        )


def _content(session: Session, unit: Unit, year: int) -> dict[str, Any]:
    minimum = context().settings.display_minimum
    staff = staff_survey(session, unit.id, minimum)
    begun = find_evaluation(session, unit.id, year)
    sheet = assemble(session, unit, year, context().clock().date())
    rows = list_requirements(session, begun, sheet.rules)
    scores = {}
    if staff and staff.whole:
        factor = score_factor(instrument_of(session, staff.survey))
        scores = {
            one.code: aspect_score(staff.whole, one.items, factor) for one in ASPECTS if one.items
        }
    return {
        "aspects": ASPECTS,
        "staff": staff,
        "minimum": minimum,
        "scores": scores,
        "public": newest_public(list_published(session, unit_slug=unit.slug)),
        "sheet": sheet,
        "areas": {area.code: area.label for area in sheet.rules.areas},
        "requirements": {row.requirement.code: row for row in rows},
        "plans": list_plans(session, begun.id) if begun else [],
    }
