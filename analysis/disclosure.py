"""What may be shown without telling on anybody: minimum groups, rounding, complements.

The rules are those of ordinary statistical disclosure control (Hundepool et al. 2012) in a
form that needs no person's judgement: a group is shown from a minimum of respondents, and
where hiding one group would let a reader subtract it from the whole, a second is hidden too.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from analysis.tally import Tally

MINIMUM = 10
BASE = 5

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Presentation(Generic[Key]):
    """Groups that may be shown, and those kept back with the reason."""

    shown: dict[Key, Tally]
    hidden: dict[Key, str]


def round_count(n: int, base: int = BASE) -> int:
    """A count rounded to the nearest multiple of `base`, halves up.

    >>> [round_count(n) for n in (0, 2, 3, 12, 13)]
    [0, 0, 5, 10, 15]
    """
    return (2 * n + base) // (2 * base) * base


def presentable(groups: Mapping[Key, Tally], minimum: int = MINIMUM) -> Presentation[Key]:
    """Which groups of a whole may be shown when the whole itself is shown.

    Groups below `minimum` are kept back (`few`). If what is kept back adds up to fewer than
    `minimum` it could be had by subtraction, so the smallest shown group joins it
    (`complement`) until it no longer can. Groups where all answered alike are kept back too
    (`uniform`): there the mean is everybody's answer.
    """
    hidden = {key: "few" for key, tally in groups.items() if 0 < tally.n < minimum}
    hidden |= {
        key: "uniform" for key, tally in groups.items() if tally.n >= minimum and is_uniform(tally)
    }
    empty = {key for key, tally in groups.items() if tally.n == 0}
    shown = {k: t for k, t in groups.items() if k not in hidden and k not in empty}
    while shown and hidden and _is_exposed([groups[key] for key in hidden], minimum):
        smallest = min(shown, key=lambda key: shown[key].n)
        del shown[smallest]
        hidden[smallest] = "complement"
    return Presentation(shown, hidden)


def is_uniform(tally: Tally) -> bool:
    """Whether everybody gave the same answer to every item, so that a mean names it."""
    return bool(((tally.counts > 0).sum(axis=1) <= 1).all())


def _is_exposed(hidden: list[Tally], minimum: int) -> bool:
    """Whether the whole less the shown groups would tell a hidden group's answers."""
    together = sum(hidden[1:], hidden[0])
    return together.n < minimum or is_uniform(together)
