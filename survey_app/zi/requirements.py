"""Requirements to be proposed, as a checklist: what the unit says, what evaluators say, proof.

The two never overwrite one another, and what either said before stays.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.zi.file_messages  # noqa: F401  registers the words of the errors raised here
from analysis.zi_rules import Requirement, ZiRules
from instruments.errors import SurveyError, Where
from survey_app.store.tables import Account, RequirementState, ZiEvaluation, ZiRequirement
from survey_app.web.errors import NotFoundError
from survey_app.zi.documents import Listed, list_documents
from survey_app.zi.evaluations import rules_of


@dataclass(frozen=True)
class Statement:
    """What somebody said of a requirement."""

    code: str
    is_evaluator: bool
    state: RequirementState
    note: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Row:
    """One requirement with what both sides say now, everything said before, and the proof."""

    requirement: Requirement
    history: tuple[Statement, ...]
    documents: tuple[Listed, ...]

    @property
    def unit(self) -> Statement | None:
        """What the unit says."""
        return next((one for one in self.history if not one.is_evaluator), None)

    @property
    def evaluator(self) -> Statement | None:
        """What an evaluator says."""
        return next((one for one in self.history if one.is_evaluator), None)


def subject_of(code: str) -> str:
    """The subject under which a requirement's documents are kept."""
    return f"requirement:{code}"


def list_requirements(
    session: Session, evaluation: ZiEvaluation | None, rules: ZiRules
) -> list[Row]:
    """All requirements of the rules, in their order."""
    if evaluation is None:
        return [Row(one, (), ()) for one in rules.requirements]
    documents = list_documents(session, evaluation.id)
    statements = _statements(session, evaluation.id)
    return [
        Row(
            one,
            tuple(said for said in statements if said.code == one.code),
            tuple(documents.get(subject_of(one.code), ())),
        )
        for one in rules.requirements
    ]


def find_requirement(rules: ZiRules, code: str) -> Requirement:
    """A requirement of the rules. Raises NotFoundError."""
    for one in rules.requirements:
        if one.code == code:
            return one
    raise NotFoundError


def record_requirement(
    session: Session,
    evaluation: ZiEvaluation,
    code: str,
    state: RequirementState,
    note: str,
    account: Account,
    now: datetime,
    *,
    is_evaluator: bool,
) -> None:
    """Say how a requirement stands. Raises SurveyError where nothing tells or proves it."""
    find_requirement(rules_of(evaluation), code)
    is_proved = subject_of(code) in list_documents(session, evaluation.id)
    is_grounded = state == RequirementState.OPEN or (state == RequirementState.MET and is_proved)
    if not (is_grounded or note.strip()):
        raise SurveyError("zi-requirement-note", where=Where(field="note"))
    session.add(
        ZiRequirement(
            evaluation_id=evaluation.id,
            code=code,
            is_evaluator=is_evaluator,
            state=state,
            note=note.strip(),
            at=now,
            account_id=account.id,
        )
    )
    session.flush()


def _statements(session: Session, evaluation_id: int) -> list[Statement]:
    query = (
        select(ZiRequirement, Account.name)
        .outerjoin(Account, Account.id == ZiRequirement.account_id)
        .where(ZiRequirement.evaluation_id == evaluation_id)
        .order_by(ZiRequirement.id.desc())
    )
    return [
        Statement(row.code, row.is_evaluator, RequirementState(row.state), row.note, row.at, name)
        for row, name in session.execute(query)
    ]
