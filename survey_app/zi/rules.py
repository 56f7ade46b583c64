"""Versions of the evaluation's weights, minimums and requirements, each valid from a day.

The rules that come with the package are the first version. A later one is added, never changed,
and an evaluation that has begun keeps the one it began with (`evaluations`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.zi.messages  # noqa: F401  registers the words of the errors raised here
from analysis.zi_rules import ZiRules, read_rules, shipped_rules
from instruments.errors import SurveyError, Where
from survey_app.store.tables import Account, ZiRuleSet


@dataclass(frozen=True)
class RuleVersion:
    """One version: from when it counts, why it was made, when and by whom."""

    rules: ZiRules
    valid_from: date
    reason: str
    added_at: datetime | None = None
    added_by: str | None = None


def list_rule_versions(session: Session) -> list[RuleVersion]:
    """All versions, the one that counts latest first, the shipped one last."""
    query = (
        select(ZiRuleSet, Account.name)
        .outerjoin(Account, Account.id == ZiRuleSet.added_by)
        .order_by(ZiRuleSet.valid_from.desc(), ZiRuleSet.id.desc())
    )
    added = [
        RuleVersion(
            read_rules(json.loads(row.document)), row.valid_from, row.reason, row.added_at, name
        )
        for row, name in session.execute(query)
    ]
    shipped = shipped_rules()
    return [*added, RuleVersion(shipped, shipped.effective_from, shipped.source)]


def rules_on(session: Session, day: date) -> ZiRules:
    """The rules valid on a day: the newest of the latest `valid_from`, else the shipped ones."""
    query = select(ZiRuleSet.document).where(ZiRuleSet.valid_from <= day)
    newest = query.order_by(ZiRuleSet.valid_from.desc(), ZiRuleSet.id.desc()).limit(1)
    document = session.scalar(newest)
    return read_rules(json.loads(document)) if document else shipped_rules()


def add_rules(
    session: Session, content: Mapping[str, Any], reason: str, account: Account, now: datetime
) -> ZiRules:
    """Add a version valid from its `effective_from`.

    Raises SurveyError where the content is no rules (naming the key), nothing differs from what
    is valid on that day already, or no reason is given.
    """
    if not reason.strip():
        raise SurveyError("zi-rules-reason", where=Where(field="reason"))
    rules = read_rules(content)
    before = rules_on(session, rules.effective_from)
    plain = {"id", "effective_from"}
    if rules.model_dump(exclude=plain) == before.model_dump(exclude=plain):
        raise SurveyError("zi-rules-same", where=Where(field="reason"))
    session.add(
        ZiRuleSet(
            valid_from=rules.effective_from,
            document=write_rules(rules),
            reason=reason.strip(),
            added_at=now,
            added_by=account.id,
        )
    )
    session.flush()
    return rules


def write_rules(rules: ZiRules) -> str:
    """Rules as the JSON text that the database keeps."""
    return json.dumps(rules.to_dict(), ensure_ascii=False)
