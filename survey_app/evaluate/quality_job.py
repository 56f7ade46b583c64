"""Computes the signals of all closed surveys of a period and freezes what they say.

It needs respondents, so it runs where they are; what leaves are signals, each over ten people at
least. Findings carry method, seed and fingerprints of their data, so that anybody who holds the
data computes them again (`check_period`). Published results are never touched.
"""

import hashlib
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.quality import DRAWS
from analysis.quality_units import METHOD, RATE, Measured, Verdict, judge_units
from survey_app.administer.periods import period_before, period_span
from survey_app.estimates import instrument_of
from survey_app.evaluate.quality_evidence import (
    Before,
    Ground,
    read_ground,
    services_given,
    week_rhythm,
)
from survey_app.evaluate.quality_measures import (
    Measure,
    forget_measured,
    measure_afresh,
    measure_once,
)
from survey_app.evaluate.quality_sensitivity import stands_on_enough, told_sensitivity
from survey_app.evaluate.unit_lines import index_rules
from survey_app.ledger.keys import Signer
from survey_app.ledger.quality_acts import (
    ActKind,
    list_acts,
    lock_book,
    read_content,
    record_act,
)
from survey_app.store import Store
from survey_app.store.tables import QualityAct, Seal, Survey, SurveyState

REPLY_DAYS = 14
FIGURES = ("observed", "expected", "low", "high", "effect", "p")
# What of findings says when they were made, and not what was found.
DATES = ("computed", "due")
HISTORY_MOST = 40


@dataclass(frozen=True)
class Done:
    """How many surveys were judged, how many findings were new, how many ask for a look."""

    judged: int
    recorded: int
    unusual: int


@dataclass(frozen=True)
class Judged:
    """One survey's findings, to be frozen."""

    survey: Survey
    content: dict[str, Any]

    @property
    def unusual(self) -> int:
        """Patterns that ask for verification."""
        return len(self.content["unusual"])


def judge_period(
    store: Store,
    signer: Signer,
    period: str,
    now: datetime,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    only: Container[str] | None = None,
) -> Done:
    """Judge every closed survey of a period, index by index, and freeze what is new.

    Findings that say the same as the last ones of their survey are not recorded again; with
    `only`, all are judged together and those of these surveys' keys recorded. Raises SurveyError
    for a period that is none.
    """
    judged = recorded = unusual = 0
    for one in _judge(store, period, seed, draws, measure_once):
        judged += 1
        unusual += one.unusual > 0
        if only is not None and one.survey.key not in only:
            continue
        with store.write() as session:
            # Locked, so that of two who judge at once the second sees what the first wrote.
            lock_book(session, one.survey)
            if _is_known(session, one):
                continue
            dates = {
                "computed": now.date().isoformat(),
                "due": (now.date() + timedelta(days=REPLY_DAYS)).isoformat(),
            }
            content = one.content | dates
            kind = ActKind.FINDINGS
            record_act(session, one.survey, kind, content, signer, now, unusual=one.unusual)
            recorded += 1
    with store.write() as session:
        forget_measured(session, period)
    return Done(judged, recorded, unusual)


def check_period(store: Store, period: str) -> Iterator[str]:
    """Compute the newest findings of a period again, and name the surveys where they differ.

    Counts of arrivals are kept 90 days; findings that used them say so once they are gone.
    """
    with store.read() as session:
        frozen = {
            survey.key: content
            for survey in _closed(session, period)
            if (content := newest_findings(session, survey.id)) is not None
        }
    for seed, draws in sorted({(one["seed"], one["draws"]) for one in frozen.values()}):
        for one in _judge(store, period, seed, draws, measure_afresh):
            content = frozen.get(one.survey.key)
            if content is None or (content["seed"], content["draws"]) != (seed, draws):
                continue
            yield from _differences(one, content)


def newest_findings(session: Session, survey_id: int) -> dict[str, Any] | None:
    """The content of a survey's newest findings."""
    act = session.scalars(
        select(QualityAct)
        .where(QualityAct.survey_id == survey_id, QualityAct.kind == ActKind.FINDINGS)
        .order_by(QualityAct.number.desc())
        .limit(1)
    ).first()
    return read_content(act) if act else None


def _differences(one: Judged, content: dict[str, Any]) -> Iterator[str]:
    now, then = one.content["data"], content["data"]
    if now["answers"] != then["answers"]:
        yield f"survei {one.survey.key}: jawabannya bukan yang dulu dihitung"
    elif now != then:
        yield f"survei {one.survey.key}: hitungan atau unit pembandingnya bukan yang dulu"
    elif one.content != _found(content):
        yield f"survei {one.survey.key}: temuan tidak sama bila dihitung ulang"


def _judge(store: Store, period: str, seed: int, draws: int, measure: Measure) -> Iterator[Judged]:
    period_span(period)
    with store.read() as session:
        surveys = _closed(session, period)
        rules = index_rules(session, {survey.instrument_sha256 for survey in surveys})
    codes = {survey.id: rules[survey.instrument_sha256][0] for survey in surveys}
    for code in sorted(set(codes.values())):
        same = [one for one in surveys if codes[one.id] == code]
        yield from _judge_index(store, same, code, seed, draws, measure)


def _judge_index(
    store: Store, surveys: Sequence[Survey], code: str, seed: int, draws: int, measure: Measure
) -> Iterator[Judged]:
    """Measure survey by survey, so that only one survey's answers are in memory at a time."""
    measured: dict[str, Measured] = {}
    prints: dict[str, dict[str, str]] = {}
    with store.read() as session:
        rhythm = week_rhythm(session, surveys)
    for survey in surveys:
        ground = _ground(store, survey, code, rhythm)
        measured[survey.key] = measure(store, ground, seed, draws)
        prints[survey.key] = {"answers": ground.answers, "counts": ground.counts}
    verdicts = judge_units(measured)
    peers = _peers_digest(prints)
    for survey in surveys:
        shared = {
            "method": METHOD,
            "seed": seed,
            "draws": draws,
            "rate": RATE,
            "index": code,
            "period": survey.period,
            "units": len(surveys),
            "data": prints[survey.key] | {"peers": peers},
        }
        ground = _ground(store, survey, code, rhythm)
        with store.read() as session:
            earlier = _told_before(session, survey.id)
        yield Judged(survey, shared | _say(ground, verdicts[survey.key], earlier))


def _say(ground: Ground, verdicts: list[Verdict], earlier: list[list[str]]) -> dict[str, Any]:
    """What may be told: figures of what is unusual and stands on ten, names of all else."""
    unusual = [one for one in verdicts if one.is_unusual()]
    told = [one for one in unusual if stands_on_enough(one.signal.code, ground.evidence)]
    codes = [one.signal.code for one in told]
    return {
        "n": len(ground.evidence.matrix),
        "tested": [one.signal.code for one in verdicts if one.adjusted is not None],
        "untested": {
            one.signal.code: one.signal.reason or "few" for one in verdicts if one.adjusted is None
        },
        "withheld": [one.signal.code for one in unusual if one not in told],
        "unusual": [_figures(one) for one in told],
        "sensitivity": told_sensitivity(ground.instrument, ground.evidence, codes, earlier)
        if told
        else None,
    }


def _figures(verdict: Verdict) -> dict[str, Any]:
    signal = asdict(verdict.signal)
    # Nine digits are enough for any reader, and the same on every processor.
    figures = {name: _rounded(signal[name]) for name in FIGURES}
    return {
        "code": verdict.signal.code,
        "n": verdict.signal.n,
        **figures,
        "adjusted": _rounded(verdict.adjusted),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.9g}")


def _ground(store: Store, survey: Survey, code: str, rhythm: Sequence[float]) -> Ground:
    with store.read() as session:
        return read_ground(
            session, survey, instrument_of(session, survey), rhythm, _before(session, survey, code)
        )


def _before(session: Session, survey: Survey, code: str) -> Before:
    query = (
        select(Survey)
        .where(
            Survey.unit_id == survey.unit_id,
            Survey.period_end < survey.period_start,
            Survey.state.in_((SurveyState.CLOSED, SurveyState.PUBLISHED)),
        )
        .order_by(Survey.period_end.desc(), Survey.id)
        .limit(HISTORY_MOST)
    )
    past = session.scalars(query).all()
    rules = index_rules(session, {one.instrument_sha256 for one in past})
    same = [one for one in past if rules[one.instrument_sha256][0] == code]
    last = next((one for one in same if one.period == period_before(survey.period)), None)
    given = [(one.id, services_given(session, one.id)) for one in same]
    history = [
        (_responses(session, identity), services) for identity, services in given if services
    ]
    return Before(last, tuple((n, services) for n, services in history if n <= services))


def _responses(session: Session, survey_id: int) -> int:
    query = select(func.max(Seal.responses)).where(Seal.survey_id == survey_id)
    return session.scalar(query) or 0


def _closed(session: Session, period: str) -> Sequence[Survey]:
    states = (SurveyState.CLOSED, SurveyState.PUBLISHED)
    query = select(Survey).where(Survey.period == period, Survey.state.in_(states))
    return session.scalars(query.order_by(Survey.key)).all()


def _told_before(session: Session, survey_id: int) -> list[list[str]]:
    """Codes of the sets of answers that earlier findings told the index without."""
    acts = [act for act in list_acts(session, survey_id) if act.kind == ActKind.FINDINGS]
    told = [read_content(act)["sensitivity"] or {} for act in acts]
    return [one["codes"] for one in told if "codes" in one]


def _is_known(session: Session, one: Judged) -> bool:
    last = newest_findings(session, one.survey.id)
    return last is not None and _found(last) == one.content


def _found(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in DATES}


def _peers_digest(prints: dict[str, dict[str, str]]) -> str:
    lines = (f"{key} {one['answers']} {one['counts']}" for key, one in sorted(prints.items()))
    return _sha256(lines)


def _sha256(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
