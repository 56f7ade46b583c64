"""The stages of a unit's ZI file and who may move it from one to the next.

Persiapan, pelaksanaan, monitoring dan evaluasi are the unit's; the assessment has the steps of
the national team's process as run in 2024-25: administrative selection, one objection (sanggah),
documents, interview, visit, panel, and the predicate, which may be taken back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import survey_app.zi.file_messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.store.tables import (
    Account,
    PlanState,
    ZiEvaluation,
    ZiMonitoring,
    ZiPlan,
    ZiStep,
)
from survey_app.zi.evaluations import rules_of, set_basis


class Stage(StrEnum):
    """Where a file stands."""

    PREPARING = "persiapan"
    RUNNING = "pelaksanaan"
    MONITORING = "monev"
    PROPOSED = "usulan"
    NOT_SELECTED = "seleksi-gagal"
    OBJECTED = "sanggah"
    SELECTED = "seleksi-lolos"
    DOCUMENTS = "analisis-dokumen"
    INTERVIEW = "wawancara"
    VISIT = "verifikasi-lapangan"
    PANEL = "panel"
    CONFERRED = "ditetapkan"
    REFUSED = "tidak-ditetapkan"
    REVOKED = "dicabut"


class Actor(StrEnum):
    """Who may take a step."""

    UNIT = "unit"
    EVALUATOR = "evaluator"


REVIEW = (Stage.SELECTED, Stage.DOCUMENTS, Stage.INTERVIEW, Stage.VISIT, Stage.PANEL)
TRANSITIONS: dict[Stage, dict[Stage, Actor]] = {
    Stage.PREPARING: {Stage.RUNNING: Actor.UNIT},
    Stage.RUNNING: {Stage.MONITORING: Actor.UNIT},
    Stage.MONITORING: {Stage.PROPOSED: Actor.UNIT, Stage.RUNNING: Actor.UNIT},
    Stage.PROPOSED: {Stage.SELECTED: Actor.EVALUATOR, Stage.NOT_SELECTED: Actor.EVALUATOR},
    Stage.NOT_SELECTED: {Stage.OBJECTED: Actor.UNIT},
    Stage.OBJECTED: {Stage.SELECTED: Actor.EVALUATOR, Stage.REFUSED: Actor.EVALUATOR},
    **{
        here: {following: Actor.EVALUATOR, Stage.REFUSED: Actor.EVALUATOR}
        for here, following in zip(REVIEW, (*REVIEW[1:], Stage.CONFERRED), strict=True)
    },
    Stage.CONFERRED: {Stage.REVOKED: Actor.EVALUATOR},
    Stage.REFUSED: {},
    Stage.REVOKED: {},
}
# Decisions that say why.
EXPLAINED = {Stage.NOT_SELECTED, Stage.OBJECTED, Stage.REFUSED, Stage.REVOKED}


@dataclass(frozen=True)
class Step:
    """A stage that was reached: on which day, through whom, with what note."""

    stage: Stage
    day: date
    target: str
    note: str
    at: datetime
    by: str


def list_steps(session: Session, evaluation_id: int) -> list[Step]:
    """The steps of a file, first to last; the file itself begins with persiapan."""
    query = (
        select(ZiStep, Account.name)
        .outerjoin(Account, Account.id == ZiStep.account_id)
        .where(ZiStep.evaluation_id == evaluation_id)
        .order_by(ZiStep.id)
    )
    return [
        Step(Stage(row.stage), row.day, row.target, row.note, row.at, name or "–")
        for row, name in session.execute(query)
    ]


def stage_of(steps: list[Step]) -> Stage:
    """Where a file with these steps stands."""
    return steps[-1].stage if steps else Stage.PREPARING


def open_steps(stage: Stage, actors: set[Actor]) -> list[Stage]:
    """The stages to which these people may move a file from here."""
    return [to for to, actor in TRANSITIONS[stage].items() if actor in actors]


def take_step(
    session: Session,
    evaluation: ZiEvaluation,
    to: Stage,
    day: date,
    note: str,
    actors: set[Actor],
    account: Account,
    now: datetime,
    *,
    target: str = "",
) -> None:
    """Move a file on.

    Raises SurveyError for a step that does not follow, is not theirs, lies before the last one
    or in the future, lacks its reason, or comes before what it rests on was recorded.
    """
    # Two who decide at once must not both be the next step.
    locked = select(ZiEvaluation.id).where(ZiEvaluation.id == evaluation.id).with_for_update()
    session.execute(locked)
    steps = list_steps(session, evaluation.id)
    if to not in open_steps(stage_of(steps), actors):
        raise SurveyError("zi-step-order", where=Where(field="to"), stage=stage_of(steps), to=to)
    _require_day(day, steps, now)
    if to in EXPLAINED and not note.strip():
        raise SurveyError("zi-step-reason", where=Where(field="note"))
    _require_ground(session, evaluation, to)
    if to == Stage.PROPOSED:
        rules_of(evaluation).target(target)
        set_basis(session, evaluation, evaluation.months, day, account, now)
    kept = target if to == Stage.PROPOSED else next((s.target for s in steps[::-1] if s.target), "")
    session.add(
        ZiStep(
            evaluation_id=evaluation.id,
            stage=to,
            day=day,
            target=kept,
            note=note.strip(),
            at=now,
            account_id=account.id,
        )
    )
    session.flush()


def _require_day(day: date, steps: list[Step], now: datetime) -> None:
    # A day east of the server may have begun already.
    if (day - now.date()).days > 1:
        raise SurveyError("zi-step-future", where=Where(field="day"))
    if steps and day < steps[-1].day:
        last = steps[-1].day.isoformat()
        raise SurveyError("zi-step-earlier", where=Where(field="day"), last=last)


def _require_ground(session: Session, evaluation: ZiEvaluation, to: Stage) -> None:
    plans = select(func.count()).where(ZiPlan.evaluation_id == evaluation.id)
    if to == Stage.RUNNING and not session.scalar(plans):
        raise SurveyError("zi-step-needs-plan", where=Where(field="to"))
    begun = plans.where(ZiPlan.state.in_((PlanState.RUNNING, PlanState.DONE)))
    if to == Stage.MONITORING and not session.scalar(begun):
        raise SurveyError("zi-step-needs-programme", where=Where(field="to"))
    minutes = select(func.count()).where(ZiMonitoring.evaluation_id == evaluation.id)
    if to == Stage.PROPOSED and not session.scalar(minutes):
        raise SurveyError("zi-step-needs-monitoring", where=Where(field="to"))
