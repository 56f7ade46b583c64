"""Figures of an evaluation that a person enters: worksheet points, and external surveys' indices.

All of them stay what they are: entered by hand, by a named person, from a named document, and not
verified. A new figure does not overwrite the one before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import survey_app.zi.messages  # noqa: F401  registers the words of the errors raised here
from analysis.zi import Index
from analysis.zi_rules import ZiRules
from instruments.errors import SurveyError, SurveyErrors, Where
from survey_app.store.tables import Account, Unit, ZiEntry, ZiEvaluation
from survey_app.zi.evaluations import begin_evaluation, rules_of

INDICES = {"ipak": "IPAK", "ipkp": "IPKP"}
CAPAIAN = "capaian-kinerja"
SOURCE_LENGTH = 300
_VALUE_LENGTH = 40
_LARGEST = 1000


@dataclass(frozen=True)
class Component:
    """What may be entered under a code: its name and the largest value.

    Indices are on the rules' own scale (0-4), everything else is points.
    """

    code: str
    label: str
    maximum: Fraction
    part: str = ""

    @property
    def is_index(self) -> bool:
        """Whether it is an external survey's index."""
        return self.code in INDICES


@dataclass(frozen=True)
class NewEntry:
    """A figure to enter; a value of None takes back what was entered.

    `where` is the place it was read from, so that a fault names file, row or cell.
    """

    code: str
    value: Decimal | None
    source: str = ""
    se: Decimal | None = None
    n: int | None = None
    where: Where = field(default_factory=Where)


@dataclass(frozen=True)
class Entered:
    """The figure that counts for a component, with who entered it, when and from what."""

    code: str
    value: Fraction
    source: str
    origin: str
    at: datetime
    by: str
    se: float | None = None
    n: int | None = None

    @property
    def index(self) -> Index:
        """An external survey's index, with its standard error where the document tells one."""
        df = self.n - 1 if self.n and self.se else None
        return Index(self.value, self.se, df, "eksternal")


def components(rules: ZiRules) -> dict[str, Component]:
    """Everything that may be entered under these rules, by code, in the worksheet's order."""
    found = [
        Component(f"{area.code}.{part}", area.label, getattr(area, part), part)
        for area in rules.areas
        for part in ("pemenuhan", "reform")
    ]
    found.append(Component("ipak", INDICES["ipak"], rules.index_maximum))
    found.append(Component(CAPAIAN, "Capaian Kinerja Lebih Baik", rules.hasil.capaian_kinerja))
    found.append(Component("ipkp", INDICES["ipkp"], rules.index_maximum))
    return {one.code: one for one in found}


def read_value(text: str, where: Where | None = None) -> Decimal | None:
    """A number as people write it, with a comma or a point; None for nothing.

    Raises SurveyError.
    """
    plain = text.strip().replace(",", ".")
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise SurveyError("zi-not-number", where=where, value=text) from error
    is_sane = value.is_finite() and abs(value) <= _LARGEST and len(plain) <= _VALUE_LENGTH
    if not is_sane or len(format(value, "f")) > _VALUE_LENGTH:
        raise SurveyError("zi-not-number", where=where, value=text)
    return value


def record_entries(
    session: Session,
    unit: Unit,
    year: int,
    entries: Sequence[NewEntry],
    account: Account,
    now: datetime,
    *,
    origin: str = "form",
) -> int:
    """Record figures for a unit's year, all or none; returns how many differ from before.

    Begins the evaluation if it has not. `origin` says where they come from, as in `form` or
    `impor lke-2026.xlsx`. Raises SurveyErrors with every fault, each with its entry's place and
    code.
    """
    evaluation = begin_evaluation(session, unit, year, now)
    known = components(rules_of(evaluation))
    faults = check_entries(known, entries)
    if faults:
        raise SurveyErrors(faults)
    latest = {row.code: row for row, _name in _latest(session, evaluation.id)}
    changed = [one for one in entries if _differs(one, latest.get(one.code))]
    for one in changed:
        session.add(_row(evaluation, one, account, now, origin))
    session.flush()
    return len(changed)


def check_entries(known: Mapping[str, Component], entries: Sequence[NewEntry]) -> list[SurveyError]:
    """Everything that is wrong with figures, in their order."""
    faults, seen = [], set()
    for one in entries:
        try:
            if one.code in seen:
                raise SurveyError("zi-entry-twice", where=_place(one), code=one.code)
            seen.add(one.code)
            _check(known, one)
        except SurveyError as error:
            faults.append(error)
    return faults


def fetch_entries(session: Session, evaluation_id: int | None) -> dict[str, Entered]:
    """The figures that count for an evaluation, by code; what was taken back is left out."""
    if evaluation_id is None:
        return {}
    return {
        row.code: _entered(row, name or "–")
        for row, name in _latest(session, evaluation_id)
        if row.value is not None
    }


def list_entries(session: Session, evaluation_id: int) -> list[tuple[ZiEntry, str]]:
    """Everything ever entered for an evaluation, newest first, with who entered it."""
    query = (
        select(ZiEntry, Account.name)
        .outerjoin(Account, Account.id == ZiEntry.entered_by)
        .where(ZiEntry.evaluation_id == evaluation_id)
        .order_by(ZiEntry.id.desc())
    )
    return [(row, name or "–") for row, name in session.execute(query)]


def _check(known: Mapping[str, Component], one: NewEntry) -> None:
    component = known.get(one.code)
    if component is None:
        names = ", ".join(known)
        raise SurveyError("zi-entry-unknown", where=_place(one), code=one.code, known=names)
    if len(one.source) > SOURCE_LENGTH:
        raise SurveyError("zi-text-long", where=_place(one, "source"), limit=SOURCE_LENGTH)
    if one.value is None:
        return
    if not 0 <= one.value <= component.maximum:
        raise SurveyError(
            "zi-points-range",
            where=_place(one),
            value=format(one.value, "f"),
            maximum=f"{float(component.maximum):g}",
        )
    if component.is_index:
        _check_index(one, component)


def _check_index(one: NewEntry, component: Component) -> None:
    if not one.source.strip():
        raise SurveyError("zi-entry-needs-source", where=_place(one, "source"))
    if one.n is not None and one.n < 2:
        raise SurveyError("zi-respondents", where=_place(one, "n"))
    if one.se is not None and not (0 < one.se <= component.maximum and one.n):
        limit = f"{float(component.maximum):g}"
        raise SurveyError("zi-entry-error", where=_place(one, "se"), maximum=limit)


def _place(one: NewEntry, part: str = "") -> Where:
    name = f"{one.code}:{part}" if part else one.code
    return Where(one.where.file, one.where.line, one.where.field or name)


def _latest(session: Session, evaluation_id: int) -> list[tuple[ZiEntry, str | None]]:
    newest = (
        select(func.max(ZiEntry.id))
        .where(ZiEntry.evaluation_id == evaluation_id)
        .group_by(ZiEntry.code)
    )
    query = (
        select(ZiEntry, Account.name)
        .outerjoin(Account, Account.id == ZiEntry.entered_by)
        .where(ZiEntry.id.in_(newest))
    )
    return [(row, name) for row, name in session.execute(query)]


def _differs(one: NewEntry, before: ZiEntry | None) -> bool:
    if before is None:
        return one.value is not None
    same = (_text(one.value), _text(one.se), one.n, one.source.strip())
    return same != (before.value, before.se, before.n, before.source)


def _row(
    evaluation: ZiEvaluation, one: NewEntry, account: Account, now: datetime, origin: str
) -> ZiEntry:
    return ZiEntry(
        evaluation_id=evaluation.id,
        code=one.code,
        value=_text(one.value),
        se=_text(one.se),
        n=one.n,
        source=one.source.strip(),
        origin=origin[:200],
        entered_at=now,
        entered_by=account.id,
    )


def _text(value: Decimal | None) -> str | None:
    """The value as written, less zeros that say nothing: 3.60 and 3.6 are one."""
    return None if value is None else format(value.normalize(), "f")


def _entered(row: ZiEntry, by: str) -> Entered:
    return Entered(
        code=row.code,
        value=Fraction(row.value or "0"),
        source=row.source,
        origin=row.origin,
        at=row.entered_at,
        by=by,
        se=float(row.se) if row.se else None,
        n=row.n,
    )
