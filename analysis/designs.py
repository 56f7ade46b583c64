"""Designs from tallies by stratum: domains of a sample, and post-stratification to known totals.

Each makes a `Design` that every estimate of `analysis.inference` takes. Tallies come by
stratum as `tally(frame, instrument, by=...)` gives them; those with respondent weights carry
their own, integer ones weigh P_h / n_h where the strata's populations are known.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import analysis.messages
import analysis.statistics_messages  # noqa: F401  both register the words of the errors raised here
from analysis.inference import Design, Part
from analysis.tally import Tally
from analysis.weighted_tally import WeightedTally
from instruments.errors import SurveyError

Doubles = NDArray[np.float64]
AnyTally = Tally | WeightedTally
Key = Hashable
Strata = AnyTally | Mapping[Any, AnyTally]
Populations = int | Mapping[str, int] | None


@dataclass(frozen=True)
class Stratum:
    """Respondents of one stratum with their weights: `n` drawn from `population` if it is known.

    Where the tally is of some of them only, n is still that of the stratum.
    """

    tally: WeightedTally
    n: int
    population: int | None


def sample_design(
    sample: Strata, populations: Populations = None, *, is_finite: bool = True
) -> Design:
    """A simple sample (one tally) or a stratified one (a tally by stratum).

    `populations` is the size of the whole, or of each stratum by name; without it there is no
    finite-population correction. `is_finite=False` keeps the sizes as weights alone, as for a
    sample drawn with replacement. Strata without a respondent are left out. Raises SurveyError
    for a stratum whose population is missing or smaller than its sample.
    """
    strata = strata_of(sample, populations, is_finite=is_finite)
    return Design(tuple(_part(stratum) for stratum in strata.values()))


def domain_design(
    sample: Strata, inside: Strata, populations: Populations = None, *, is_finite: bool = True
) -> Design:
    """A group of a sample whose own size was not fixed by the design, such as women.

    `sample` are the tallies of all respondents and `inside` those of the group, by the same
    strata. Others have influence 0 but count for n_h, so that the group's size is as uncertain
    as it is (R `survey::svyby`, `subset`). Degrees of freedom are the group's respondents less
    the strata in which it has any. Raises SurveyError as `sample_design` does, and for a group
    in a stratum that the sample does not have or that is larger than it.
    """
    whole, group = _by_stratum(sample), _by_stratum(inside)
    for name, tally in group.items():
        if name not in whole or tally.n > whole[name].n:
            raise SurveyError("domain-outside", name=name)
    return Design(
        tuple(
            replace(_part(_some_of(stratum, whole[name], group.get(name))), members=members)
            for name, stratum in strata_of(sample, populations, is_finite=is_finite).items()
            for members in [group[name].n if name in group else 0]
        )
    )


def post_stratified_design(
    cells: Mapping[Any, AnyTally],
    totals: Mapping[str, float],
    populations: Populations = None,
    *,
    is_finite: bool = True,
) -> Design:
    """A sample weighted afterwards so that each group weighs its known total.

    Keys of `cells` are the group for a simple sample, or (stratum, group) for a stratified one,
    as `tally(frame, instrument, by=[stratum, group])` gives them. Group g's weights d become
    d N_g / D_g with D_g the sum of d, and a respondent's influence is less its group's mean,
    sum d z / D_g (Holt and Smith 1979; Valliant 1993; R `survey::postStratify`). Raises
    SurveyError for a group without a total, a total without respondents or that is not a
    positive number, and as `sample_design` does.
    """
    by_stratum: dict[str, dict[str, AnyTally]] = {}
    for key, tally in cells.items():
        stratum, group = _two(key)
        by_stratum.setdefault(stratum, {})[group] = tally
    weighed = {
        name: _weighed(name, groups, populations, is_finite) for name, groups in by_stratum.items()
    }
    adjustments, centres = _adjustments(weighed, totals), _centres(weighed)
    parts = [
        _joined([_centred(one, centres[group], adjustments[group]) for group, one in some.items()])
        for some in weighed.values()
        if some
    ]
    return Design(tuple(parts))


def strata_of(
    sample: Strata, populations: Populations = None, *, is_finite: bool = True
) -> dict[str, Stratum]:
    """The strata of a sample that have respondents, each with its weights. As `sample_design`."""
    strata = _by_stratum(sample)
    return {
        name: _stratum(name, tally, tally.n, populations, is_finite)
        for name, tally in strata.items()
        if tally.n or len(strata) == 1
    }


def _stratum(
    name: str, tally: AnyTally, n: int, populations: Populations, is_finite: bool
) -> Stratum:
    population = _population_of(name, populations)
    if population is not None and population < n:
        raise SurveyError("population-too-small", population=population, n=n)
    if isinstance(tally, Tally):
        tally = WeightedTally.of(tally, population / n if population and n else 1.0)
    return Stratum(tally, n, population if is_finite else None)


def _some_of(stratum: Stratum, whole: AnyTally, some: AnyTally | None) -> Stratum:
    """A stratum cut down to a group, which keeps the weights of the whole."""
    if some is None:
        some = Tally.empty(whole.items, whole.levels)
    if isinstance(some, Tally):
        weight = stratum.tally.weight / stratum.n if stratum.n else 1.0
        some = WeightedTally.of(some, weight)
    return replace(stratum, tally=some)


def _part(stratum: Stratum) -> Part:
    tally = stratum.tally
    return Part(
        stratum.n,
        stratum.population,
        np.diag(tally.answered),
        np.diag(tally.sums),
        tally.answered2,
        tally.sums2,
        tally.products2,
    )


def _by_stratum(sample: Strata) -> dict[str, AnyTally]:
    if isinstance(sample, Tally | WeightedTally):
        return {"": sample}
    return {_name(key): tally for key, tally in sample.items()}


def _name(key: Key) -> str:
    """The stratum of a key: what `tally(by=...)` makes of one column is a tuple of one."""
    return "|".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _two(key: Key) -> tuple[str, str]:
    if isinstance(key, tuple) and len(key) > 1:
        return _name(key[:-1]), str(key[-1])
    return "", _name(key)


def _population_of(stratum: str, populations: Populations) -> int | None:
    if populations is None:
        return None
    sizes = populations if isinstance(populations, Mapping) else {"": populations}
    if stratum not in sizes:
        raise SurveyError("stratum-without-population", name=stratum)
    size = sizes[stratum]
    if not (np.isfinite(size) and size > 0):
        raise SurveyError("population-not-number", value=size)
    return size


def _weighed(
    stratum: str, groups: Mapping[str, AnyTally], populations: Populations, is_finite: bool
) -> dict[str, Stratum]:
    n = sum(tally.n for tally in groups.values())
    return {
        group: _stratum(stratum, tally, n, populations, is_finite)
        for group, tally in groups.items()
        if tally.n
    }


def _adjustments(
    weighed: Mapping[str, Mapping[str, Stratum]], totals: Mapping[str, float]
) -> dict[str, float]:
    have: dict[str, float] = {}
    for groups in weighed.values():
        for group, one in groups.items():
            have[group] = have.get(group, 0.0) + one.tally.weight
    for group in have:
        if group not in totals:
            raise SurveyError("margin-category-unknown", category=group, variable="totals")
    for group, total in totals.items():
        if not (np.isfinite(total) and total > 0):
            raise SurveyError("margin-total-invalid", value=total, category=group)
        if group not in have:
            raise SurveyError("margin-category-empty", category=group, variable="totals")
    return {group: totals[group] / have[group] for group in have}


def _centres(
    weighed: Mapping[str, Mapping[str, Stratum]],
) -> dict[str, tuple[Doubles, Doubles]]:
    """Mean of r and of x over all of each group, where a blank counts as 0."""
    whole: dict[str, WeightedTally] = {}
    for groups in weighed.values():
        for group, one in groups.items():
            whole[group] = one.tally + whole.get(group, 0)
    return {
        group: (np.diag(one.answered) / one.weight, np.diag(one.sums) / one.weight)
        for group, one in whole.items()
    }


def _centred(stratum: Stratum, centre: tuple[Doubles, Doubles], adjustment: float) -> Part:
    """A cell's sums with its new weights, those for the spread about the group's mean."""
    part, tally, (r, x) = _part(stratum), stratum.tally, centre
    a, t, twice = np.diag(tally.answered2), np.diag(tally.sums2), tally.weight2
    square = adjustment**2
    return replace(
        part,
        answered=adjustment * part.answered,
        totals=adjustment * part.totals,
        answered2=square
        * (part.answered2 - np.outer(a, r) - np.outer(r, a) + twice * np.outer(r, r)),
        sums2=square * (part.sums2 - np.outer(t, r) - np.outer(x, a) + twice * np.outer(x, r)),
        products2=square
        * (part.products2 - np.outer(t, x) - np.outer(x, t) + twice * np.outer(x, x)),
        answered_left=adjustment * (part.answered - tally.weight * r),
        totals_left=adjustment * (part.totals - tally.weight * x),
    )


def _joined(parts: list[Part]) -> Part:
    """The groups within one stratum as one part of the design."""
    names = ("answered", "totals", "answered2", "sums2", "products2")
    left = ("answered_left", "totals_left")
    sums = {
        name: np.sum([getattr(part, name) for part in parts], axis=0) for name in (*names, *left)
    }
    return replace(parts[0], **sums)
