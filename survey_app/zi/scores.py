"""A unit's evaluation put together: indices, points, and every minimum met, missed, how surely.

Two results stand side by side and never mix: an estimate with the unit's own survey, and the
worksheet's with the external survey. Points entered by hand are in both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.zi import (
    Check,
    Index,
    Inputs,
    Score,
    Source,
    Verdict,
    respondents_to_settle,
    score,
    verdict,
)
from analysis.zi_rules import ZiRules
from analysis.zi_surveys import Proposal, propose_index
from instruments.errors import SurveyError
from survey_app.publish.queries import Published, list_published
from survey_app.store.tables import Unit, ZiEvaluation
from survey_app.zi.entries import CAPAIAN, INDICES, Entered, fetch_entries
from survey_app.zi.evaluations import Basis, rules_of
from survey_app.zi.rules import rules_on
from survey_app.zi.self_surveys import survey_indices


@dataclass(frozen=True)
class IndexEvidence:
    """Where an index comes from: the unit's own surveys, or why not; and the external survey."""

    code: str
    own: Proposal | None
    missing: SurveyError | None
    external: Entered | None

    @property
    def label(self) -> str:
        """IPAK or IPKP."""
        return INDICES[self.code]


@dataclass(frozen=True)
class Side:
    """One minimum as one of the two results has it.

    `needed` is the number of respondents with which the interval would lie on one side of the
    minimum; it equals `n` where it does already, and is None where nothing can be said.
    """

    check: Check
    n: int | None = None
    needed: int | None = None

    @property
    def is_settled(self) -> bool | None:
        """Whether the interval lies on one side of the minimum; None where not known."""
        return None if self.needed is None or self.n is None else self.needed <= self.n


@dataclass(frozen=True)
class Minimum:
    """One minimum of a predicate with both results."""

    label: str
    points: Fraction
    index: Fraction | None
    own: Side
    external: Side


@dataclass(frozen=True)
class Target:
    """One predicate: its minimums, and what both results come to."""

    code: str
    label: str
    minimums: tuple[Minimum, ...]
    own: Verdict
    external: Verdict


@dataclass(frozen=True)
class Sheet:
    """Everything about a unit's year that the pages show."""

    unit: Unit
    year: int
    evaluation: ZiEvaluation | None
    basis: Basis
    until: date
    entries: Mapping[str, Entered]
    indices: Mapping[str, IndexEvidence]
    scores: Mapping[Source, Score]
    targets: tuple[Target, ...]
    published: Mapping[str, Published]

    @property
    def rules(self) -> ZiRules:
        """The rules that the evaluation keeps."""
        return self.basis.rules


def assemble(session: Session, unit: Unit, year: int, today: date) -> Sheet:
    """The evaluation of one unit's year as it stands on a day."""
    return assemble_many(session, [unit], year, today)[0]


def assemble_many(session: Session, units: Sequence[Unit], year: int, today: date) -> list[Sheet]:
    """Evaluations of several units, in their order, for one read of the published results."""
    ids = {unit.id for unit in units}
    published: dict[int, list[Published]] = {}
    for one in list_published(session, unit_ids=ids):
        published.setdefault(one.unit_id, []).append(one)
    query = select(ZiEvaluation).where(ZiEvaluation.unit_id.in_(ids), ZiEvaluation.year == year)
    begun = {one.unit_id: one for one in session.scalars(query)}
    rules = rules_on(session, min(today, date(year, 12, 31)))
    return [
        _assemble(session, unit, year, today, published.get(unit.id, []), begun.get(unit.id), rules)
        for unit in units
    ]


def _assemble(
    session: Session,
    unit: Unit,
    year: int,
    today: date,
    published: list[Published],
    evaluation: ZiEvaluation | None,
    current: ZiRules,
) -> Sheet:
    basis = Basis(current, current.months_minimum, None)
    if evaluation:
        basis = Basis(rules_of(evaluation), evaluation.months, evaluation.proposed_on)
    until = basis.proposed_on or min(today, date(year, 12, 31))
    entries = fetch_entries(session, evaluation.id if evaluation else None)
    indices = {code: _evidence(code, published, basis, until, entries) for code in INDICES}
    inputs = {source: _inputs(source, indices, entries, basis.rules) for source in _SOURCES}
    return Sheet(
        unit=unit,
        year=year,
        evaluation=evaluation,
        basis=basis,
        until=until,
        entries=entries,
        indices=indices,
        scores={source: score(inputs[source], basis.rules) for source in _SOURCES},
        targets=tuple(_target(code, inputs, indices, basis.rules) for code in basis.rules.targets),
        published={one.survey_key: one for one in published},
    )


_SOURCES: tuple[Source, Source] = ("mandiri", "eksternal")


def _evidence(
    code: str,
    published: list[Published],
    basis: Basis,
    until: date,
    entries: Mapping[str, Entered],
) -> IndexEvidence:
    surveys = survey_indices(published, code)
    minimum = basis.rules.months_minimum
    try:
        own = propose_index(surveys, until, count=basis.months, minimum=minimum)
    except SurveyError as error:
        return IndexEvidence(code, None, error, entries.get(code))
    return IndexEvidence(code, own, None, entries.get(code))


def _inputs(
    source: Source,
    indices: Mapping[str, IndexEvidence],
    entries: Mapping[str, Entered],
    rules: ZiRules,
) -> Inputs:
    capaian = entries.get(CAPAIAN)
    return Inputs(
        ipak=_index(indices["ipak"], source),
        ipkp=_index(indices["ipkp"], source),
        capaian_kinerja=capaian.value if capaian else None,
        areas=area_points(entries, rules),
    )


def area_points(entries: Mapping[str, Entered], rules: ZiRules) -> dict[str, Fraction]:
    """Points of the areas of which both halves, pemenuhan and reform, were entered."""
    halves = {
        area.code: [entries.get(f"{area.code}.{part}") for part in ("pemenuhan", "reform")]
        for area in rules.areas
    }
    return {
        code: sum((one.value for one in both if one), Fraction(0))
        for code, both in halves.items()
        if all(both)
    }


def _index(evidence: IndexEvidence, source: Source) -> Index | None:
    if source == "eksternal":
        return evidence.external.index if evidence.external else None
    return evidence.own.index if evidence.own else None


def _target(
    code: str,
    inputs: Mapping[Source, Inputs],
    indices: Mapping[str, IndexEvidence],
    rules: ZiRules,
) -> Target:
    verdicts = {source: verdict(inputs[source], rules, code) for source in _SOURCES}
    pairs = zip(verdicts["mandiri"].checks, verdicts["eksternal"].checks, strict=True)
    minimums = tuple(_minimum(own, external, indices, rules) for own, external in pairs)
    own, external = verdicts["mandiri"], verdicts["eksternal"]
    return Target(code, own.label, minimums, own, external)


def _minimum(
    own: Check, external: Check, indices: Mapping[str, IndexEvidence], rules: ZiRules
) -> Minimum:
    evidence = indices.get(own.code)
    if evidence is None:
        return Minimum(own.label, own.minimum, None, Side(own), Side(external))
    most = rules.hasil.ipak if own.code == "ipak" else rules.hasil.ipkp
    threshold = own.minimum / most * rules.index_maximum
    return Minimum(
        own.label,
        own.minimum,
        threshold,
        _own_side(own, evidence.own, threshold),
        _external_side(external, evidence.external, threshold),
    )


def _own_side(check: Check, proposal: Proposal | None, threshold: Fraction) -> Side:
    if proposal is None:
        return Side(check)
    needed = respondents_to_settle(
        proposal.index, proposal.n, threshold, population=proposal.population
    )
    return Side(check, proposal.n, needed)


def _external_side(check: Check, entered: Entered | None, threshold: Fraction) -> Side:
    if entered is None or entered.n is None:
        return Side(check)
    return Side(check, entered.n, respondents_to_settle(entered.index, entered.n, threshold))
