"""What people say about a pattern: the unit replies, two evaluators who agree decide.

Every word becomes an act in the survey's book and stays. No answer is taken away for it: the
published index stands, and the decision is written beside it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

import survey_app.evaluate.quality_messages  # noqa: F401  registers the words of errors
from instruments.errors import SurveyError
from survey_app.evaluate.quality_cases import Case, CaseState, Outcome, read_examination
from survey_app.ledger.keys import Signer
from survey_app.ledger.quality_acts import ActKind, record_act
from survey_app.store.tables import Account, Role, Survey
from survey_app.web.errors import NotFoundError

LONGEST = 4000


class QualityError(SurveyError):
    """A reply or decision that may not be given, or not like this."""

    http_status = 409


def find_case(session: Session, survey: Survey, number: int, code: str) -> Case:
    """A pattern of the newest findings. Raises NotFoundError for one that is not among them."""
    found = read_examination(session, survey)
    cases = found.cases if found is not None and found.number == number else []
    case = next((one for one in cases if one.code == code), None)
    if case is None:
        raise NotFoundError
    return case


def reply(
    session: Session,
    survey: Survey,
    case: Case,
    text: str,
    account: Account,
    signer: Signer,
    now: datetime,
) -> None:
    """What the unit says to a pattern; after the day that was set it is kept and marked late.

    Raises QualityError without words, and once it is decided.
    """
    if case.state == CaseState.DECIDED:
        raise QualityError("quality-decided")
    content = {"findings": case.number, "code": case.code, "text": _words(text)}
    record_act(session, survey, ActKind.REPLY, content, signer, now, account=account)


def decide(
    session: Session,
    survey: Survey,
    case: Case,
    outcome: Outcome,
    reason: str,
    account: Account,
    signer: Signer,
    now: datetime,
) -> None:
    """One evaluator's decision: two that agree settle a pattern, else a third decides.

    Raises QualityError without a reason, before the unit has replied or its time is over, for
    who has decided already or works for a unit, and once it is settled.
    """
    if case.state == CaseState.DECIDED:
        raise QualityError("quality-decided")
    if not case.may_be_decided(now.date()):
        raise QualityError("quality-reply-awaited", due=case.due.isoformat())
    if account.id in {one.account_id for one in case.decisions}:
        raise QualityError("quality-needs-another")
    if not is_independent(account):
        raise QualityError("quality-own-unit")
    content = {
        "findings": case.number,
        "code": case.code,
        "outcome": str(outcome),
        "text": _words(reason),
    }
    record_act(session, survey, ActKind.DECISION, content, signer, now, account=account)


def is_independent(account: Account) -> bool:
    """Whether an account is an evaluator, and staff or administrator of no unit at all."""
    held = {grant.role for grant in account.grants}
    return Role.EVALUATOR in held and not held & {Role.STAFF, Role.ADMIN}


def _words(text: str) -> str:
    plain = text.strip()
    if not plain:
        raise QualityError("quality-needs-words")
    return plain[:LONGEST]
