"""The result of a computation in the shape that other programs rely on."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from analysis.index import (
    IndexResult,
    compute_index,
    conversion_of,
    grade_of,
    item_weights,
    round_half_up,
    to_scale4,
)
from analysis.inference import Design, IndexEstimate, estimate_index, estimate_item, item_means
from analysis.intervals import LOGIT
from analysis.reliability import cronbach_alpha
from analysis.tally import Tally
from instruments.model import Instrument


@dataclass(frozen=True)
class Options:
    """How to compute: methods (the first is official), conversion, confidence, interval."""

    methods: tuple[str, ...] = ("exact",)
    conversion: str | None = None
    confidence: float = 0.95
    is_design_based: bool = False
    interval: str = LOGIT


def group_result(
    key: dict[str, str],
    tally: Tally,
    design: Design,
    population: int | None,
    instrument: Instrument,
    options: Options,
) -> dict[str, Any]:
    """One group: its items, index and reliability; an index of None has its `reason` beside it.

    Means and index are exact from the tally, or design-based where weights or strata
    change them.
    """
    content: dict[str, Any] = {
        "key": key,
        "n": tally.n,
        "population": population,
        "items": [_item(code, tally, design, instrument, options) for code in instrument.codes],
        "index": _index(tally, design, instrument, options),
        "reliability": {"alpha": cronbach_alpha(tally)},
    }
    if content["index"] is None:
        reason = compute_index(tally, instrument).reason
        content["reason"] = reason.text() if reason else ""
    return content


def _item(
    code: str, tally: Tally, design: Design, instrument: Instrument, options: Options
) -> dict[str, Any]:
    item = instrument.item(code)
    estimate = estimate_item(design, instrument, code, options.confidence, options.interval)
    weight = item_weights(instrument, options.methods[0])[code]
    mean = None if estimate is None else estimate.value
    exact = tally.mean(code)
    if exact is not None and not options.is_design_based:
        mean = float(exact)
    content: dict[str, Any] = {
        "code": code,
        "label": item.label,
        "n": tally.answered_by(code),
        "mean": mean,
        "se": estimate.se if estimate else None,
        "ci": list(estimate.interval) if estimate and estimate.interval else None,
        "weight": float(weight),
        "weighted": None if mean is None else mean * float(weight),
        "score100": None,
        "grade": None,
        "counts": {str(level): n for level, n in tally.level_counts(code).items()},
    }
    if mean is not None and exact is not None:
        rule = conversion_of(instrument, options.conversion)
        own = type(exact)(mean) if options.is_design_based else exact
        score = round_half_up(to_scale4(own, instrument, rule) * 25)
        content |= {"score100": float(score), "grade": grade_of(score, instrument).grade}
    return content


def _index(
    tally: Tally, design: Design, instrument: Instrument, options: Options
) -> dict[str, Any] | None:
    results = [
        compute_index(tally, instrument, method, options.conversion) for method in options.methods
    ]
    official = results[0]
    if official.value is None or official.score100 is None or official.band is None:
        return None
    estimate = _estimate(design, instrument, options, official.method)
    value, score, band = official.value, official.score100, official.band
    raw = official.raw_mean
    if options.is_design_based and estimate is not None:
        value = type(value)(estimate.points.value) / 25
        score = round_half_up(value * 25)
        band = grade_of(score, instrument)
        means = item_means(design)
        shares = item_weights(instrument, official.method)
        raw = sum(
            (
                shares[code] * type(value)(float(mean))
                for code, mean in zip(instrument.codes, means, strict=True)
            ),
            type(value)(0),
        )
    points = estimate.points if estimate else None
    content: dict[str, Any] = {
        "code": official.code,
        "value": float(value),
        "scale": 4,
        "score100": float(score),
        "se": points.se if points else None,
        "ci": list(points.interval) if points and points.interval else None,
        "grade": band.grade,
        "label": band.label,
        "resolved": bool(estimate and estimate.is_resolved),
    }
    if official.conversion is not None:
        content["raw_mean"] = float(raw or 0)
    if len(results) > 1:
        content["comparisons"] = {
            other.method: _design_comparison(other.method, design, instrument, options)
            if options.is_design_based
            else _comparison(other)
            for other in results[1:]
        }
    return content


def _estimate(
    design: Design, instrument: Instrument, options: Options, method: str
) -> IndexEstimate | None:
    return estimate_index(
        design, instrument, options.confidence, options.conversion, method, options.interval
    )


def _design_comparison(
    method: str, design: Design, instrument: Instrument, options: Options
) -> dict[str, Any]:
    """Another method's figure from the same weighted or stratified means as the official one."""
    estimate = _estimate(design, instrument, options, method)
    if estimate is None:
        return {"value": None, "score100": None, "grade": None}
    score = round_half_up(Fraction(estimate.points.value))
    return {
        "value": estimate.points.value / 25,
        "score100": float(score),
        "grade": grade_of(score, instrument).grade,
    }


def _comparison(result: IndexResult) -> dict[str, Any]:
    """What another method would have given; never the official figure."""
    return {
        "value": float(result.value) if result.value is not None else None,
        "score100": float(result.score100) if result.score100 is not None else None,
        "grade": result.band.grade if result.band else None,
    }
