"""What a search for patterns has measured so far, so that one that was stopped goes on there.

Kept are the signals and what peers are held against: counts by level and correlations, as in a
tally, and no respondent. All of it goes once the search is done.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from analysis.honest_answers import HonestModel
from analysis.quality import Signal
from analysis.quality_units import METHOD, Lines, Measured, measure_unit
from survey_app.evaluate.quality_evidence import Ground
from survey_app.store import Store
from survey_app.store.tables import QualityProgress, Survey

Measure = Callable[[Store, Ground, int, int], Measured]


def measure_afresh(_store: Store, ground: Ground, seed: int, draws: int) -> Measured:
    """What `measure_unit` says of a survey, whatever is kept."""
    return measure_unit(ground.survey.key, ground.evidence, seed=seed, draws=draws)


def measure_once(store: Store, ground: Ground, seed: int, draws: int) -> Measured:
    """What `measure_unit` says of a survey; kept, so that the same data are not measured again."""
    basis = hashlib.sha256(
        f"{METHOD} {seed} {draws} {ground.answers} {ground.counts}".encode()
    ).hexdigest()
    with store.read() as session:
        known = session.get(QualityProgress, ground.survey.id)
    if known is not None and known.basis == basis and known.measured:
        return _read(json.loads(known.measured))
    measured = measure_afresh(store, ground, seed, draws)
    with store.write() as session:
        progress = _progress(session, ground.survey.id)
        progress.basis, progress.measured = basis, json.dumps(_plain(measured))
    return measured


def forget_measured(session: Session, period: str) -> None:
    """Drop what was kept of a period whose search is done."""
    surveys = select(Survey.id).where(Survey.period == period)
    mine = update(QualityProgress).where(QualityProgress.survey_id.in_(surveys))
    session.execute(mine.values(basis="", measured=""))


def mark_seen(session: Session, survey: Survey, judged_on: date | None) -> None:
    """Note that a survey was looked at as it was when it was read, and the day it was judged."""
    progress = _progress(session, survey.id)
    progress.seen, progress.judged_on = survey.updated_at, judged_on or progress.judged_on


def _progress(session: Session, survey_id: int) -> QualityProgress:
    found = session.get(QualityProgress, survey_id)
    if found is None:
        found = QualityProgress(survey_id=survey_id, basis="", measured="")
        session.add(found)
    return found


def _plain(measured: Measured) -> dict[str, Any]:
    lines = measured.lines
    return {
        "signals": [asdict(one) for one in measured.signals],
        "shares": measured.shares,
        "lines": None if lines is None else _plain_lines(lines),
    }


def _plain_lines(lines: Lines) -> dict[str, Any]:
    levels = [np.unique(item, return_counts=True) for item in lines.model.answers]
    return {
        "hits": lines.hits,
        "n": lines.n,
        "levels": [[values.tolist(), counts.tolist()] for values, counts in levels],
        "correlation": lines.model.correlation.tolist(),
    }


def _read(plain: dict[str, Any]) -> Measured:
    return Measured(
        [Signal(**one) for one in plain["signals"]],
        {code: (pair[0], pair[1]) for code, pair in plain["shares"].items()},
        None if plain["lines"] is None else _read_lines(plain["lines"]),
    )


def _read_lines(plain: dict[str, Any]) -> Lines:
    answers = tuple(np.repeat(values, counts) for values, counts in plain["levels"])
    answered = np.ones((plain["n"], len(answers)), dtype=np.bool_)
    model = HonestModel(answers, answered, np.array(plain["correlation"]))
    return Lines(plain["hits"], plain["n"], model)
