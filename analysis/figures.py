"""The figures of a group as everybody shows them: items, index, method; one shape for all.

`group_result` is the JSON that other programs rely on (`zi-survey compute --format json`,
published results); evidence bundles take their rows from the same figures.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from analysis.designs import Populations, Strata, sample_design
from analysis.index import (
    IndexResult,
    compute_index,
    conversion_of,
    grade_of,
    item_weights,
    round_half_up,
    to_scale4,
)
from analysis.inference import (
    Design,
    Estimate,
    IndexEstimate,
    estimate_index,
    estimate_item,
    item_means,
)
from analysis.intervals import LOGIT
from analysis.reliability import cronbach_alpha
from analysis.tally import Tally
from instruments.errors import SurveyError
from instruments.model import GradeBand, Instrument


@dataclass(frozen=True)
class Options:
    """How to compute: methods (the first is official), conversion, confidence, interval.

    `is_design_based` takes means from the design, where weights or strata change them, in place
    of the exact ones in which every respondent counts once.
    """

    methods: tuple[str, ...] = ("exact",)
    conversion: str | None = None
    confidence: float = 0.95
    is_design_based: bool = False
    interval: str = LOGIT


@dataclass(frozen=True)
class ItemFigures:
    """One item: mean on its own scale with its uncertainty, weight, and the mean as a grade.

    None where nobody answered it.
    """

    code: str
    n: int
    mean: float | None
    estimate: Estimate | None
    weight: float
    score100: float | None
    band: GradeBand | None


@dataclass(frozen=True)
class IndexFigures:
    """An index on scale 4 and of 100, with its uncertainty in points of 100.

    `value` is at full precision, `score100` rounded once, half-up, to two decimals; `raw_mean`
    is on the instrument's own scale where that is not 1-4. Without an index `reason` says why,
    and the rest is None.
    """

    code: str
    n: int
    method: str
    value: float | None
    score100: float | None
    band: GradeBand | None
    points: Estimate | None
    is_resolved: bool
    raw_mean: float | None
    reason: SurveyError | None = None

    def __str__(self) -> str:
        if self.score100 is None or self.band is None:
            return f"{self.code}: {self.reason}"
        words = f"{self.code} {self.score100:.2f}, {self.band.grade} ({self.band.label})"
        if self.points and self.points.interval:
            words += " [{:.2f}, {:.2f}]".format(*self.points.interval)
        return f"{words}, n {self.n}"


def index(
    sample: Strata,
    instrument: Instrument,
    populations: Populations = None,
    *,
    confidence: float = 0.95,
    conversion: str | None = None,
    method: str = "exact",
    interval: str = LOGIT,
) -> IndexFigures:
    """The index of a sample with its interval: one tally, or a tally by stratum, or weighted.

    Of one integer tally it is the regulation's own figure, exact; strata and weights make it
    design-based. `populations` is the number of users, or that of each stratum. Raises
    SurveyError as `sample_design` does, and for names of methods that are not known.

    >>> import instruments
    >>> from analysis.tally import tally_answers
    >>> skm = instruments.load("skm-2017")
    >>> answers = [dict.fromkeys(skm.codes, level) for level in (3, 4, 3, 4, 4, 3, 4, 4)]
    >>> print(index(tally_answers(skm, answers), skm, 80))
    IKM 90.63, A (Sangat baik) [74.79, 97.09], n 8
    """
    options = Options((method,), conversion, confidence, not isinstance(sample, Tally), interval)
    design = sample_design(sample, populations)
    whole = sample if isinstance(sample, Tally) else None
    return index_figures(whole, design, instrument, options)


def index_figures(
    tally: Tally | None,
    design: Design,
    instrument: Instrument,
    options: Options,
    method: str | None = None,
) -> IndexFigures:
    """The index under a method (the official one), exact from the tally or from the design.

    A design-based one needs no tally. Raises SurveyError for names that are not known.
    """
    name = method or options.methods[0]
    estimate = estimate_index(
        design, instrument, options.confidence, options.conversion, name, options.interval
    )
    if tally is not None:
        exact = compute_index(tally, instrument, name, options.conversion)
        if exact.value is None or not options.is_design_based or estimate is None:
            return _exact(exact, estimate)
    return _design_based(estimate, design, instrument, options, name)


def _exact(exact: IndexResult, estimate: IndexEstimate | None) -> IndexFigures:
    is_own_scale = exact.conversion is None
    return IndexFigures(
        exact.code,
        exact.n,
        exact.method,
        None if exact.value is None else float(exact.value),
        None if exact.score100 is None else float(exact.score100),
        exact.band,
        estimate.points if estimate else None,
        bool(estimate and estimate.is_resolved),
        None if is_own_scale or exact.raw_mean is None else float(exact.raw_mean),
        exact.reason,
    )


def _design_based(
    estimate: IndexEstimate | None,
    design: Design,
    instrument: Instrument,
    options: Options,
    method: str,
) -> IndexFigures:
    code, n = instrument.index.code, sum(part.n for part in design.parts)
    if estimate is None:
        reason = _why_none(design, instrument)
        return IndexFigures(code, n, method, None, None, None, None, False, None, reason)
    value = Fraction(estimate.points.value) / 25
    score = round_half_up(value * 25)
    raw = None
    if conversion_of(instrument, options.conversion) is not None:
        shares = item_weights(instrument, method)
        means = zip(instrument.codes, item_means(design), strict=True)
        raw = float(sum(shares[code] * Fraction(float(mean)) for code, mean in means))
    band, points = grade_of(score, instrument), estimate.points
    is_resolved = estimate.is_resolved
    return IndexFigures(code, n, method, float(value), float(score), band, points, is_resolved, raw)


def _why_none(design: Design, instrument: Instrument) -> SurveyError:
    if not sum(part.n for part in design.parts):
        return SurveyError("index-no-answers")
    means = zip(instrument.codes, item_means(design), strict=True)
    silent = [instrument.item(code).label for code, mean in means if math.isnan(mean)]
    return SurveyError("index-item-unanswered", items=", ".join(silent))


def item_figures(
    code: str, tally: Tally, design: Design, instrument: Instrument, options: Options
) -> ItemFigures:
    """One item, exact from the tally or from the design. Raises as `index_figures` does."""
    estimate = estimate_item(design, instrument, code, options.confidence, options.interval)
    weight = float(item_weights(instrument, options.methods[0])[code])
    answered, mean = tally.answered_by(code), tally.mean(code)
    if mean is None:
        return ItemFigures(code, answered, None, None, weight, None, None)
    if options.is_design_based and estimate is not None:
        mean = Fraction(estimate.value)
    rule = conversion_of(instrument, options.conversion)
    score = round_half_up(to_scale4(mean, instrument, rule) * 25)
    band = grade_of(score, instrument)
    return ItemFigures(code, answered, float(mean), estimate, weight, float(score), band)


def group_result(
    key: Mapping[str, str],
    tally: Tally,
    design: Design,
    population: int | None,
    instrument: Instrument,
    options: Options,
) -> dict[str, Any]:
    """One group: its items, index and reliability; an index of None has its `reason` beside it.

    Raises SurveyError for names of methods that are not known.
    """
    official = index_figures(tally, design, instrument, options)
    items = [item_figures(code, tally, design, instrument, options) for code in instrument.codes]
    content: dict[str, Any] = {
        "key": key,
        "n": tally.n,
        "population": population,
        "items": [_item_content(item, tally, instrument) for item in items],
        "index": _index_content(official),
        "reliability": {"alpha": cronbach_alpha(tally)},
    }
    if official.value is None:
        content["reason"] = official.reason.text() if official.reason else ""
    elif len(options.methods) > 1:
        # What other methods would have given; never the official figure.
        others = [
            index_figures(tally, design, instrument, options, name) for name in options.methods[1:]
        ]
        content["index"]["comparisons"] = {
            other.method: {
                "value": other.value,
                "score100": other.score100,
                "grade": other.band.grade if other.band else None,
            }
            for other in others
        }
    return content


def result_head(
    instrument: Instrument, options: Options, variance: str
) -> dict[str, dict[str, Any]]:
    """What heads every result: the instrument as it was asked, and how it was computed."""
    return {
        "instrument": {
            "id": instrument.id,
            "version": instrument.version,
            "sha256": instrument.sha256,
        },
        "method": {
            "weights": options.methods[0],
            "conversion": conversion_of(instrument, options.conversion),
            "rounding": "half-up-2",
            "confidence": options.confidence,
            "variance": variance,
            "interval": options.interval,
        },
    }


def _item_content(item: ItemFigures, tally: Tally, instrument: Instrument) -> dict[str, Any]:
    estimate = item.estimate
    return {
        "code": item.code,
        "label": instrument.item(item.code).label,
        "n": item.n,
        "mean": item.mean,
        "se": estimate.se if estimate else None,
        "ci": list(estimate.interval) if estimate and estimate.interval else None,
        "weight": item.weight,
        "weighted": None if item.mean is None else item.mean * item.weight,
        "score100": item.score100,
        "grade": item.band.grade if item.band else None,
        "counts": {str(level): n for level, n in tally.level_counts(item.code).items()},
    }


def _index_content(index: IndexFigures) -> dict[str, Any] | None:
    if index.value is None or index.band is None:
        return None
    points = index.points
    content: dict[str, Any] = {
        "code": index.code,
        "value": index.value,
        "scale": 4,
        "score100": index.score100,
        "se": points.se if points else None,
        "ci": list(points.interval) if points and points.interval else None,
        "grade": index.band.grade,
        "label": index.band.label,
        "resolved": index.is_resolved,
    }
    if index.raw_mean is not None:
        content["raw_mean"] = index.raw_mean
    return content
