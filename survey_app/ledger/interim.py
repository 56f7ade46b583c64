"""From which seals results may be read while a survey is open.

A batch of five may agree on some unsur; two results, one with it and one without, would then
name five people's answers. So results move on by steps: seals between which the answers
differ in every unsur. And a step is read only once the seals after it are as safe, for the
last batch, sealed at closing, may be a single answer. What is held back only grows, so every
two results that anybody ever sees, the final one among them, differ safely.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.differencing import is_safe_step
from analysis.tally import Tally
from survey_app.ledger.running import RunningTally, read_tally
from survey_app.store.tables import InterimStep, Seal


def record_step(session: Session, seal: Seal, running: RunningTally) -> bool:
    """Note a new seal as a step where the answers since the last step name nobody's."""
    last = _step_before(session, seal)
    after = whole_of(running)
    before = whole_of(read_tally(last.tally)) if last else _nobody(after)
    if not is_safe_step(before, after):
        return False
    session.add(InterimStep(seal_id=seal.id, survey_id=seal.survey_id))
    return True


def newest_step(session: Session, newest: Seal) -> Seal | None:
    """The last step that may be read while `newest` is the survey's newest seal."""
    after = whole_of(read_tally(newest.tally))
    step = _step_before(session, newest)
    while step is not None and not is_safe_step(whole_of(read_tally(step.tally)), after):
        step = _step_before(session, step)
    return step


def whole_of(running: RunningTally) -> Tally:
    """All respondents of a running tally that is not empty."""
    cells = list(running["cells"].values())
    return sum(cells[1:], cells[0])


def _nobody(like: Tally) -> Tally:
    return Tally.empty(like.items, like.levels)


def _step_before(session: Session, seal: Seal) -> Seal | None:
    query = (
        select(Seal)
        .join(InterimStep, InterimStep.seal_id == Seal.id)
        .where(InterimStep.survey_id == seal.survey_id, Seal.number < seal.number)
        .order_by(Seal.number.desc())
        .limit(1)
    )
    return session.scalars(query).first()
