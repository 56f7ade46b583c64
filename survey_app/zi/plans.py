"""Risks of a unit's areas with the programmes against them, and the minutes of monitoring."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.zi.file_messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.store.tables import Account, PlanState, ZiEvaluation, ZiMonitoring, ZiPlan
from survey_app.web.errors import NotFoundError
from survey_app.zi.evaluations import record_change, rules_of

LEVELS = ("tinggi", "sedang", "rendah")
_TOLD = ("area", "risk", "level", "programme", "due", "responsible", "state", "progress")


@dataclass(frozen=True)
class Programme:
    """A risk and the programme against it, as somebody fills it in."""

    area: str
    risk: str
    level: str
    programme: str
    due: date
    responsible: str
    state: PlanState = PlanState.PLANNED
    progress: str = ""


@dataclass(frozen=True)
class Minutes:
    """One periodic monitoring, as somebody fills it in."""

    period: str
    held_on: date
    progress: str
    obstacles: str
    agreed: str


def list_plans(session: Session, evaluation_id: int) -> list[ZiPlan]:
    """Risks and programmes of a file: gravest first, then soonest."""
    query = select(ZiPlan).where(ZiPlan.evaluation_id == evaluation_id)
    return sorted(
        session.scalars(query), key=lambda row: (LEVELS.index(row.level), row.due, row.id)
    )


def find_plan(session: Session, evaluation: ZiEvaluation, number: int) -> ZiPlan:
    """A row of a file. Raises NotFoundError where it is none of it."""
    row = session.get(ZiPlan, number)
    if row is None or row.evaluation_id != evaluation.id:
        raise NotFoundError
    return row


def plan_programme(
    session: Session, evaluation: ZiEvaluation, plan: Programme, account: Account, now: datetime
) -> ZiPlan:
    """Add a risk with its programme. Raises SurveyError for what does not belong."""
    _check(evaluation, plan)
    row = ZiPlan(evaluation_id=evaluation.id, **asdict(plan))
    session.add(row)
    session.flush()
    change = {"programme": [None, plan.programme]}
    record_change(session, evaluation, f"plan:{row.id}", change, account, now)
    return row


def change_programme(
    session: Session,
    evaluation: ZiEvaluation,
    row: ZiPlan,
    plan: Programme,
    account: Account,
    now: datetime,
) -> None:
    """Change a row; done and dropped need words. Raises SurveyError."""
    _check(evaluation, plan)
    if plan.state in {PlanState.DONE, PlanState.DROPPED} and not plan.progress:
        raise SurveyError("zi-plan-words", where=Where(field="progress"))
    values = asdict(plan)
    change = {
        name: [_text(getattr(row, name)), _text(values[name])]
        for name in _TOLD
        if getattr(row, name) != values[name]
    }
    for name in _TOLD:
        setattr(row, name, values[name])
    record_change(session, evaluation, f"plan:{row.id}", change, account, now)


def list_monitoring(session: Session, evaluation_id: int) -> list[tuple[ZiMonitoring, str]]:
    """Minutes of a file with who wrote them, newest first."""
    query = (
        select(ZiMonitoring, Account.name)
        .outerjoin(Account, Account.id == ZiMonitoring.account_id)
        .where(ZiMonitoring.evaluation_id == evaluation_id)
        .order_by(ZiMonitoring.held_on.desc(), ZiMonitoring.id.desc())
    )
    return [(row, name or "–") for row, name in session.execute(query)]


def record_monitoring(
    session: Session, evaluation: ZiEvaluation, minutes: Minutes, account: Account, now: datetime
) -> None:
    """Add minutes; what hindered is never left out. Raises SurveyError."""
    if not minutes.obstacles.strip():
        raise SurveyError("zi-obstacles", where=Where(field="obstacles"))
    if (minutes.held_on - now.date()).days > 1:
        raise SurveyError("zi-step-future", where=Where(field="held_on"))
    values = asdict(minutes)
    row = ZiMonitoring(evaluation_id=evaluation.id, at=now, account_id=account.id, **values)
    session.add(row)
    session.flush()


def _check(evaluation: ZiEvaluation, plan: Programme) -> None:
    rules_of(evaluation).area(plan.area)
    for name in ("risk", "programme", "responsible"):
        if not getattr(plan, name).strip():
            raise SurveyError("zi-plan-empty", where=Where(field=name))
    if plan.level not in LEVELS:
        raise SurveyError("zi-plan-empty", where=Where(field="level"))


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
