"""What came of the plan: the next period's change in an unsur, and the share followed up.

A change is told with its uncertainty. Unsur are chosen because they were lowest, and what
was lowest by chance rises by itself; the words beside a change must never say more than that
it is more than chance.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.inference import Estimate, change_between
from survey_app.ledger.publication import newest_publication
from survey_app.store.tables import (
    FollowUp,
    FollowUpState,
    InstrumentVersion,
    Survey,
    SurveyState,
)

POOR = frozenset({"C", "D"})
LEVEL = 0.05


@dataclass(frozen=True)
class Effect:
    """The change of an unsur's mean on its own scale, with half the width of its interval."""

    period: str
    change: float
    margin: float | None
    is_real: bool


@dataclass(frozen=True)
class Share:
    """How much of what the survey showed was followed up, and the LKE's answer to it.

    `wanted` counts the rows of the plan and each poor unsur (C or D) that no row takes up.
    """

    done: int
    wanted: int
    uncovered: tuple[str, ...]

    @property
    def answer(self) -> str:
        """A all, B most, C some, D none (LKE, area 6, block iv, question c)."""
        if not self.done:
            return "D"
        if self.done == self.wanted:
            return "A"
        return "B" if 2 * self.done > self.wanted else "C"


def published_result(session: Session, survey: Survey) -> dict[str, Any] | None:
    """The standing published result of a survey; None where it is not published."""
    publication = newest_publication(session, survey.id)
    return json.loads(publication.result) if publication else None


def next_published(session: Session, survey: Survey) -> Survey | None:
    """The unit's first published survey after this one with the same questionnaire."""
    own = session.get_one(InstrumentVersion, survey.instrument_sha256).instrument_id
    query = (
        select(Survey)
        .join(InstrumentVersion, InstrumentVersion.sha256 == Survey.instrument_sha256)
        .where(
            Survey.unit_id == survey.unit_id,
            InstrumentVersion.instrument_id == own,
            Survey.state == SurveyState.PUBLISHED,
            Survey.period_start > survey.period_end,
        )
        .order_by(Survey.period_start, Survey.id)
        .limit(1)
    )
    return session.scalars(query).first()


def measure_effects(session: Session, survey: Survey) -> dict[str, Effect]:
    """By unsur, what changed from this survey to the unit's next published one."""
    later = next_published(session, survey)
    before = published_result(session, survey)
    after = published_result(session, later) if later else None
    if later is None or before is None or after is None:
        return {}
    old, new = (_items(result) for result in (before, after))
    found = {code: _effect(old[code], new[code], later.period) for code in old if code in new}
    return {code: effect for code, effect in found.items() if effect is not None}


def share_followed_up(rows: Sequence[FollowUp], result: dict[str, Any] | None) -> Share:
    """The share of one survey's findings that is done, from its plan and its result."""
    planned = {row.unsur for row in rows}
    items = result["groups"][0]["items"] if result else []
    uncovered = tuple(
        item["code"] for item in items if item["grade"] in POOR and item["code"] not in planned
    )
    done = sum(row.state == FollowUpState.DONE for row in rows)
    return Share(done, len(rows) + len(uncovered), uncovered)


def add_shares(shares: Sequence[Share]) -> Share:
    """The share of several surveys together."""
    uncovered = tuple(code for share in shares for code in share.uncovered)
    return Share(sum(s.done for s in shares), sum(s.wanted for s in shares), uncovered)


def _items(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["code"]: item for item in result["groups"][0]["items"]}


def _effect(old: dict[str, Any], new: dict[str, Any], period: str) -> Effect | None:
    if old["mean"] is None or new["mean"] is None:
        return None
    before, after = (Estimate(item["mean"], item["se"], None, None) for item in (old, new))
    found = change_between(before, after, old["n"] + new["n"] - 2)
    points = found.points
    margin = None if points.high is None else points.high - points.value
    is_real = found.p_value is not None and found.p_value < LEVEL
    return Effect(period, points.value, margin, is_real)
