"""A document of a unit's evaluation, for tests of other things."""

from sqlalchemy import select

from survey_app.store.tables import Account, Survey
from survey_app.zi.documents import keep_document
from survey_app.zi.evaluations import begin_evaluation

PDF = b"%PDF-1.7\n%%EOF\n"


def make_document(world, account_id: int, year: int = 2026) -> int:
    """Begin the evaluation of the world's unit with one document; returns its number."""
    with world.store.write() as session:
        unit = session.get_one(Survey, world.survey_id).unit
        account = session.scalars(select(Account).where(Account.id == account_id)).one()
        begun = begin_evaluation(session, unit, year, world.clock())
        kept = keep_document(session, begun, "entry:ipak", "s.pdf", PDF, account, world.clock())
        return kept.id
