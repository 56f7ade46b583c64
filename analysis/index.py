"""IKM, IPAK and IPKP from a tally: exact arithmetic, one rounding, then the grade.

DOMAIN of the rule: PermenPANRB 14/2017 Bab V for weights, conversion to 100 and grades;
SE Menteri PANRB 04/2023 for indices on scale 4 of questionnaires with other scales.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from analysis.tally import Tally
from instruments.errors import SurveyError
from instruments.model import GradeBand, Instrument

Method = Literal["exact", "0.111", "0.11"]
Conversion = Literal["ratio", "linear"]

# The regulation prints 1/9 as 0,11; applications in use also take 0,111. Neither sums to 1.
METHODS: Mapping[str, Fraction | None] = {
    "exact": None,
    "0.111": Fraction(111, 1000),
    "0.11": Fraction(11, 100),
}
TOP = 4


@dataclass(frozen=True)
class IndexResult:
    """An index, or the reason why there is none.

    `value` is on scale 4 and exact, `score100` is it times 25, rounded once (half-up, two
    decimals), `raw_mean` the weighted mean on the instrument's own scale.
    """

    code: str
    n: int
    method: str
    conversion: str | None
    value: Fraction | None
    raw_mean: Fraction | None
    score100: Decimal | None
    band: GradeBand | None
    reason: SurveyError | None = None


def compute_index(
    tally: Tally,
    instrument: Instrument,
    method: str = "exact",
    conversion: str | None = None,
) -> IndexResult:
    """The index of the respondents in a tally.

    `method` names the weights: `exact` are the instrument's own (1/number of items unless it
    sets others), `0.111` and `0.11` are the comparison methods for nine items. `conversion`
    overrides the instrument's rule for scales other than 1-4. An item that nobody answered
    leaves the index undefined. Raises SurveyError for an unknown method or conversion.
    """
    rule = conversion_of(instrument, conversion)
    weights = item_weights(instrument, method)
    means = {code: tally.mean(code) for code in instrument.codes}
    reason = _why_undefined(tally, means, instrument)
    if reason is not None:
        return IndexResult(
            instrument.index.code, tally.n, method, rule, None, None, None, None, reason
        )
    raw = sum((weights[code] * (means[code] or 0) for code in instrument.codes), Fraction(0))
    value = to_scale4(raw, instrument, rule)
    score = round_half_up(value * 25)
    band = grade_of(score, instrument)
    return IndexResult(instrument.index.code, tally.n, method, rule, value, raw, score, band)


def item_weights(instrument: Instrument, method: str) -> dict[str, Fraction]:
    """Weight of each item under a method. Raises SurveyError for a method not known."""
    if method not in METHODS:
        raise SurveyError("method-unknown", name=method, known=", ".join(METHODS))
    fixed = METHODS[method]
    return {code: instrument.weight(code) if fixed is None else fixed for code in instrument.codes}


def conversion_of(instrument: Instrument, conversion: str | None = None) -> str | None:
    """The conversion to scale 4 that applies: none for a 1-4 scale, else asked or the rule's."""
    if (instrument.scale.minimum, instrument.scale.maximum) == (1, TOP):
        return None
    name = conversion or instrument.index.conversion or "ratio"
    if name not in {"ratio", "linear"}:
        raise SurveyError("conversion-unknown", name=name)
    return name


def to_scale4(raw: Fraction, instrument: Instrument, conversion: str | None) -> Fraction:
    """A mean on the instrument's scale as one on scale 4.

    `ratio` is x*4/maximum; `linear` is (x-minimum)/(maximum-minimum)*3+1. Both are seen in
    use for SE 04/2023, which prints no formula.
    """
    low, high = instrument.scale.minimum, instrument.scale.maximum
    if conversion == "ratio":
        return raw * TOP / high
    if conversion == "linear":
        return (raw - low) / (high - low) * (TOP - 1) + 1
    return raw


def points_per_unit(instrument: Instrument, conversion: str | None) -> float:
    """How many points of 100 one unit of the instrument's own scale is worth."""
    low, high = Fraction(0), Fraction(1)
    change = to_scale4(high, instrument, conversion) - to_scale4(low, instrument, conversion)
    return float(change * 25)


def round_half_up(value: Fraction, places: int = 2) -> Decimal:
    """Round an exact number half-up in decimal, as the regulation's tables are rounded.

    >>> round_half_up(Fraction(88305, 1000))
    Decimal('88.31')
    """
    scaled = value * 10**places
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    digits = Decimal(-whole if scaled < 0 else whole)
    return digits.scaleb(-places)


def grade_of(score100: Decimal, instrument: Instrument) -> GradeBand:
    """The band of an index already rounded to two decimals (Tabel II, Bab V)."""
    bands = sorted(instrument.index.bands, key=lambda band: band.minimum, reverse=True)
    return next((band for band in bands if score100 >= band.minimum), bands[-1])


def _why_undefined(
    tally: Tally, means: Mapping[str, Fraction | None], instrument: Instrument
) -> SurveyError | None:
    if tally.n == 0:
        return SurveyError("index-no-answers")
    silent = [instrument.item(code).label for code, mean in means.items() if mean is None]
    return SurveyError("index-item-unanswered", items=", ".join(silent)) if silent else None
