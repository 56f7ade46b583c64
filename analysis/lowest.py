"""Which unsur is the lowest, and which cannot be told from it.

The regulation asks to mend the lowest first (Bab V.B); where the answers do not settle which
that is, a plan should not hang on the second decimal.
"""

import math
from dataclasses import dataclass

import numpy as np

from analysis.inference import Change, Design, Estimate, item_means, t_interval, variance
from analysis.multiplicity import holm
from instruments.model import Instrument


@dataclass(frozen=True)
class Gap:
    """How far an unsur stands above the lowest, on its own scale, and whether that is settled."""

    code: str
    above: Change
    adjusted_p_value: float | None
    is_settled: bool


@dataclass(frozen=True)
class Lowest:
    """The lowest unsur, and the others from the lowest up."""

    code: str
    gaps: tuple[Gap, ...]

    @property
    def tied(self) -> tuple[str, ...]:
        """The others that cannot be told from the lowest."""
        return tuple(gap.code for gap in self.gaps if not gap.is_settled)


def find_lowest(design: Design, instrument: Instrument, level: float = 0.05) -> Lowest | None:
    """The lowest mean, each other one tested against it by their joint influence.

    Respondents answer all unsur, so that differences are surer than two intervals would say:
    z_i = z_iq - z_ip, t on the design's degrees of freedom (of complete answers the paired t
    test), adjusted for the number of others (Holm). Unsur that nobody answered are left out;
    None where none was. Where the uncertainty is not known nothing is settled.

    >>> import instruments
    >>> from analysis.inference import simple_design
    >>> from analysis.tally import tally_answers
    >>> skm = instruments.load("skm-2017")
    >>> rows = [dict.fromkeys(skm.codes, 4) | {"waktu": 2 + i % 2, "biaya": 2 + i % 3 // 2 + i % 2}
    ...         for i in range(40)]
    >>> lowest = find_lowest(simple_design(tally_answers(skm, rows)), skm)
    >>> lowest.code, lowest.gaps[0].code, lowest.tied
    ('waktu', 'biaya', ())
    """
    means = item_means(design) if design.parts else np.array([math.nan])
    order = [int(q) for q in np.argsort(means, kind="stable") if not math.isnan(means[q])]
    if not order:
        return None
    first, *others = order
    changes = [_above(design, float(means[q] - means[first]), first, q) for q in others]
    adjusted = holm([change.p_value for change in changes])
    gaps = [
        Gap(instrument.codes[q], change, p, p is not None and p < level)
        for q, change, p in zip(others, changes, adjusted, strict=True)
    ]
    return Lowest(instrument.codes[first], tuple(gaps))


def _above(design: Design, value: float, low: int, high: int) -> Change:
    from scipy import special

    weights = np.zeros(len(design.parts[0].answered))
    weights[high], weights[low] = 1, -1
    found, df = variance(design, weights), design.degrees_of_freedom
    se = None if found is None else math.sqrt(found)
    points = t_interval(value, se, df, 0.95)
    if se is None or points.interval is None:
        return Change(Estimate(value, se, None, None), None)
    return Change(points, float(2 * special.stdtr(df, -abs(value) / se)))
