"""The five aspects of Zona Integritas and what each of a unit rests on: surveys and documents.

Four aspects are asked of the unit's staff (`integritas-pegawai`), the fifth of the public. The
staff survey is read where it has closed, through the same disclosure control as every result;
it is never published and never becomes IPAK or IPKP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.model import STAFF_INDEX
from survey_app.estimates import instrument_of, survey_result
from survey_app.publish.queries import Published
from survey_app.store.tables import Survey, SurveyState

WIDEST_T = 1.96


@dataclass(frozen=True)
class Aspect:
    """One aspect: its code and name, how its items begin, and the area of change it speaks to."""

    code: str
    label: str
    items: str
    areas: tuple[str, ...]
    requirements: tuple[str, ...] = ()


ASPECTS = (
    Aspect("komitmen", "Komitmen pimpinan dan pegawai", "pimpinan-", ("perubahan",)),
    Aspect("budaya", "Pola pikir dan budaya kerja", "budaya-", ("perubahan", "tatalaksana")),
    Aspect(
        "pengawasan",
        "Pengawasan internal",
        "awas-",
        ("pengawasan", "akuntabilitas"),
        ("spip", "tlhp", "lhkpn", "lhkan"),
    ),
    Aspect("sdm", "Manajemen SDM", "sdm-", ("sdm",)),
    Aspect("pelayanan", "Kualitas layanan publik", "", ("pelayanan",), ("layanan-inti",)),
)


@dataclass(frozen=True)
class StaffSurvey:
    """The newest closed staff survey of a unit: its result, or that too few answered to show."""

    survey: Survey
    result: dict[str, Any] | None

    @property
    def whole(self) -> dict[str, Any] | None:
        """The group of all who answered, where it may be shown."""
        return self.result["groups"][0] if self.result else None


@dataclass(frozen=True)
class AspectScore:
    """An aspect as staff see it, on 0-100: the mean of its statements with its widest interval.

    Statements are answered by the same people, so their errors go together by an unknown
    amount; the interval is the one of errors that go together wholly, which no truth exceeds.
    `hidden` counts statements that disclosure control keeps back.
    """

    score100: float | None
    low: float | None
    high: float | None
    items: tuple[dict[str, Any], ...]

    @property
    def hidden(self) -> int:
        """Statements of the aspect that are not shown."""
        return sum(1 for item in self.items if item["mean"] is None)


def staff_survey(session: Session, unit_id: int, minimum: int) -> StaffSurvey | None:
    """The newest staff survey of a unit that has closed; None where there is none."""
    query = (
        select(Survey)
        .where(Survey.unit_id == unit_id, Survey.state == SurveyState.CLOSED)
        .order_by(Survey.period_end.desc(), Survey.id.desc())
    )
    for survey in session.scalars(query):
        if instrument_of(session, survey).index.code == STAFF_INDEX:
            result = survey_result(session, survey)
            is_shown = result["groups"][0]["n"] >= minimum and result["groups"][0]["index"]
            return StaffSurvey(survey, result if is_shown else None)
    return None


def aspect_score(group: dict[str, Any], prefix: str, factor: float) -> AspectScore:
    """An aspect from the items of a shown result; `factor` turns the item's scale into 0-100.

    SE(mean of k items) <= sum of their SEs / k, whatever their correlation (Minkowski).
    """
    items = [item for item in group["items"] if item["code"].startswith(prefix)]
    shown = [item for item in items if item["mean"] is not None]
    if not shown or len(shown) < len(items):
        return AspectScore(None, None, None, tuple(items))
    score = sum(item["score100"] for item in shown) / len(shown)
    errors = [item["se"] for item in shown]
    if any(se is None for se in errors):
        return AspectScore(score, None, None, tuple(items))
    half = WIDEST_T * factor * sum(errors) / len(errors)
    return AspectScore(score, max(0.0, score - half), min(100.0, score + half), tuple(items))


def newest_public(published: Sequence[Published]) -> list[Published]:
    """The newest public result of each index, what the fifth aspect rests on."""
    newest: dict[str, Published] = {}
    for one in sorted(published, key=lambda one: one.period_end, reverse=True):
        if one.index:
            newest.setdefault(one.index_code, one)
    return list(newest.values())
