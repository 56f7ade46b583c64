"""How long comments are kept, by dated rules that an operator can change, and their end."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

from sqlalchemy import exists, select

import survey_app.comments.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.accounts import audit
from survey_app.ledger.destruction import destroy_comments, months_before
from survey_app.ledger.keys import instance_signer
from survey_app.ledger.seal import lock_survey
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import Comment, Survey

FILE = "retention.toml"


@dataclass(frozen=True)
class RetentionRule:
    """From a day on comments are kept so many months, for a reason that is named."""

    since: date
    months: int
    basis: str


class DailyDestruction:
    """`destroy_expired_comments` at most once a day of this process, for a faster loop."""

    def __init__(self) -> None:
        self._last: date | None = None

    def __call__(self, store: Store, settings: Settings, now: datetime) -> int:
        """How many comments were destroyed; 0 between the days. Raises SurveyError."""
        if now.date() == self._last:
            return 0
        done = destroy_expired_comments(store, settings, now)
        self._last = now.date()
        return done


def destroy_expired_comments(store: Store, settings: Settings, now: datetime) -> int:
    """Destroy sealed comments that are older than the rule in force allows; how many.

    Each survey's go in transactions of their own, with an entry in the journal. Raises
    SurveyError where the rules cannot be read.
    """
    today = now.date()
    rule = retention_rule(today, settings.instance)
    before = months_before(today, rule.months)
    signer, done = instance_signer(settings), 0
    for survey_id in _surveys_due(store, before):
        while True:
            with store.write() as session:
                survey = lock_survey(session, survey_id)
                count = destroy_comments(session, survey, rule.months, rule.basis, signer, now)
                if count:
                    audit.record(
                        session,
                        None,
                        "comments-destroyed",
                        survey.key,
                        now,
                        count=count,
                        before=before.isoformat(),
                        months=rule.months,
                    )
            if not count:
                break
            done += count
    return done


def retention_rule(day: date, instance: Path | None = None) -> RetentionRule:
    """The rule in force on a day, by the instance's own file where it has one.

    Raises SurveyError naming the file where it cannot be read or no rule is in force yet.
    """
    own = instance / FILE if instance else None
    if own is not None and own.exists():
        name, content = str(own), own.read_text(encoding="utf-8")
    else:
        name = FILE
        content = (files("survey_app.comments") / "data" / FILE).read_text(encoding="utf-8")
    in_force = [rule for rule in _read(name, content) if rule.since <= day]
    if not in_force:
        raise SurveyError("retention-invalid", where=Where(name), reason=f"since > {day}")
    return max(in_force, key=lambda rule: rule.since)


def kept_months(settings: Settings, now: datetime) -> int:
    """For how many months comments are kept by the rule in force."""
    return retention_rule(now.date(), settings.instance).months


def _read(name: str, content: str) -> list[RetentionRule]:
    try:
        return [
            RetentionRule(_day(row["since"]), _months(row["months"]), str(row["basis"]))
            for row in tomllib.loads(content)["comments"]
        ]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise SurveyError("retention-invalid", where=Where(name), reason=error) from error


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"since = {value!r}")
    return value


def _months(value: object) -> int:
    if not isinstance(value, int) or not 1 <= value <= 120:
        raise ValueError(f"months = {value!r}")
    return value


def _surveys_due(store: Store, before: date) -> Sequence[int]:
    due = exists().where(
        Comment.survey_id == Survey.id,
        Comment.day < before,
        Comment.text.is_not(None),
        Comment.seal_id.is_not(None),
    )
    with store.read() as session:
        return session.scalars(
            select(Survey.id).where(Survey.period_start < before, due).order_by(Survey.id)
        ).all()
