"""Points, minimums and readiness of a unit for WBK and WBBM, and how sure they are.

An index becomes points by index / 4 x 17.5, as the evaluation worksheet (LKE) computes it;
nothing is rounded before it is compared with a minimum. A self-survey's index is never called
the external survey's: the caller says which of the two it is and every result repeats it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from analysis.zi_rules import Minimums, ZiRules
from instruments.errors import SurveyError, Where

Source = Literal["mandiri", "eksternal"]


@dataclass(frozen=True)
class Index:
    """An index on scale 4 with its standard error and degrees of freedom, where known."""

    value: Fraction
    se: float | None = None
    df: int | None = None
    source: Source = "mandiri"


@dataclass(frozen=True)
class Inputs:
    """What is known of a unit; None or absent means not entered yet, never 0."""

    ipak: Index | None = None
    ipkp: Index | None = None
    capaian_kinerja: Fraction | None = None
    areas: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One minimum: points reached, points asked, and the chance that it is truly met.

    `probability` is that of the true index lying at or above the minimum, given its standard
    error; None for what is no survey result or has no standard error.
    """

    code: str
    label: str
    points: Fraction | None
    minimum: Fraction
    probability: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the minimum is reached; None where the points are not known."""
        return None if self.points is None else self.points >= self.minimum

    @property
    def margin(self) -> Fraction | None:
        """Points above the minimum, negative where they are missing."""
        return None if self.points is None else self.points - self.minimum


@dataclass(frozen=True)
class Verdict:
    """All minimums of one predicate."""

    target: str
    label: str
    checks: tuple[Check, ...]

    @property
    def is_met(self) -> bool | None:
        """False where a minimum is missed, None where something is not entered, else True."""
        states = [check.is_met for check in self.checks]
        if False in states:
            return False
        return None if None in states else True


@dataclass(frozen=True)
class Score:
    """A unit's points: by part, summed where all parts are known."""

    ipak: Fraction | None
    capaian_kinerja: Fraction | None
    ipkp: Fraction | None
    areas: Mapping[str, Fraction | None]
    rules: ZiRules

    @property
    def birokrasi_bersih(self) -> Fraction | None:
        """IPAK and capaian kinerja (B.I); None while one of them is not known."""
        return _sum([self.ipak, self.capaian_kinerja])

    @property
    def hasil(self) -> Fraction | None:
        """The results component; None while a part is not known."""
        return _sum([self.ipak, self.capaian_kinerja, self.ipkp])

    @property
    def pengungkit(self) -> Fraction | None:
        """The six areas; None while one is not known."""
        return _sum([self.areas.get(area.code) for area in self.rules.areas])

    @property
    def total(self) -> Fraction | None:
        """Everything; None while a part is not known."""
        return _sum([self.pengungkit, self.hasil])


def index_points(value: Fraction, maximum: Fraction, index_maximum: Fraction) -> Fraction:
    """Points of an index: value / index_maximum x maximum (LKE: index / 4 x 17.5), exact.

    >>> float(index_points(Fraction("3.60"), Fraction("17.5"), Fraction(4)))
    15.75
    """
    return value / index_maximum * maximum


def score(inputs: Inputs, rules: ZiRules) -> Score:
    """The points of a unit. Raises SurveyError for a value outside its range."""
    hasil = rules.hasil
    _require_range("capaian_kinerja", inputs.capaian_kinerja, hasil.capaian_kinerja)
    areas: dict[str, Fraction | None] = {}
    for name, points in inputs.areas.items():
        area = rules.area(name)
        _require_range(area.code, points, area.maximum)
        areas[area.code] = points
    return Score(
        ipak=_points("ipak", inputs.ipak, hasil.ipak, rules),
        capaian_kinerja=inputs.capaian_kinerja,
        ipkp=_points("ipkp", inputs.ipkp, hasil.ipkp, rules),
        areas=areas,
        rules=rules,
    )


def verdict(inputs: Inputs, rules: ZiRules, target: str) -> Verdict:
    """Each minimum of a predicate: met, missed, by how much, how sure. Raises SurveyError."""
    minimums = rules.target(target)
    reached = score(inputs, rules)
    checks = (
        Check("total", "Nilai total", reached.total, minimums.total),
        Check("pengungkit", "Pengungkit", reached.pengungkit, minimums.pengungkit),
        *_area_checks(reached, minimums),
        Check(
            "birokrasi_bersih",
            "Birokrasi yang Bersih dan Akuntabel",
            reached.birokrasi_bersih,
            minimums.birokrasi_bersih,
        ),
        _index_check("ipak", "IPAK", inputs.ipak, reached.ipak, minimums.ipak, rules),
        Check(
            "capaian_kinerja",
            "Capaian Kinerja Lebih Baik",
            reached.capaian_kinerja,
            minimums.capaian_kinerja,
        ),
        _index_check("ipkp", "IPKP", inputs.ipkp, reached.ipkp, minimums.ipkp, rules),
    )
    return Verdict(target, minimums.label, checks)


def probability_above(value: float, se: float, df: int, threshold: float) -> float:
    """The chance that the true index is at or above a threshold, on Student's t.

    The flat-prior reading of a t interval: P(T_df <= (value - threshold) / se). A standard
    error of 0 says nothing of certainty, so it is refused. Raises SurveyError.
    """
    if not (se > 0 and df >= 1):
        raise SurveyError("zi-not-number", where=Where(field="se"), value=se)
    from scipy import special  # scipy.stats would take half a second to import

    return float(special.stdtr(df, (value - threshold) / se))


def respondents_to_settle(
    index: Index,
    n: int,
    threshold: Fraction,
    *,
    population: int | None = None,
    confidence: float = 0.95,
) -> int | None:
    """Respondents with which the interval would lie on one side of a threshold.

    Keeps the spread seen so far: s^2 = se^2 / (1/n - 1/P), and asks for
    t s sqrt(1/n' - 1/P) < |value - threshold|. Never below `n`; None where the index sits on
    the threshold, or its standard error is not known, so that no number would do.
    """
    distance = abs(float(index.value - threshold))
    if index.se is None or index.se <= 0 or not index.df or distance == 0:
        return None
    from scipy import special

    t = float(special.stdtrit(index.df, (1 + confidence) / 2))
    rest = 1 / population if population else 0.0
    if 1 / n <= rest:
        return n
    spread2 = index.se**2 / (1 / n - rest)
    needed = math.ceil(1 / (distance**2 / (t**2 * spread2) + rest))
    return max(n, needed if population is None else min(needed, population))


def _sum(parts: list[Fraction | None]) -> Fraction | None:
    known = [part for part in parts if part is not None]
    return sum(known, Fraction(0)) if len(known) == len(parts) else None


def _points(name: str, index: Index | None, maximum: Fraction, rules: ZiRules) -> Fraction | None:
    if index is None:
        return None
    _require_range(name, index.value, rules.index_maximum)
    return index_points(index.value, maximum, rules.index_maximum)


def _require_range(name: str, value: Fraction | None, maximum: Fraction) -> None:
    if value is not None and not 0 <= value <= maximum:
        raise SurveyError(
            "zi-points-range",
            where=Where(field=name),
            value=f"{float(value):g}",
            maximum=f"{float(maximum):g}",
        )


def _area_checks(reached: Score, minimums: Minimums) -> list[Check]:
    return [
        Check(
            f"area:{area.code}",
            area.label,
            reached.areas.get(area.code),
            area.maximum * minimums.area_share,
        )
        for area in reached.rules.areas
    ]


def _index_check(
    code: str,
    label: str,
    index: Index | None,
    points: Fraction | None,
    minimum: Fraction,
    rules: ZiRules,
) -> Check:
    if index is None or index.se is None or index.se <= 0 or not index.df:
        return Check(code, label, points, minimum)
    maximum = rules.hasil.ipak if code == "ipak" else rules.hasil.ipkp
    threshold = minimum / maximum * rules.index_maximum
    chance = probability_above(float(index.value), index.se, index.df, float(threshold))
    return Check(code, label, points, minimum, chance)
