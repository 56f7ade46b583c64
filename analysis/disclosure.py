"""What may be shown without telling on anybody: minimum groups, rounding, complements.

The rules are those of ordinary statistical disclosure control (Hundepool et al. 2012) in a
form that needs no person's judgement: a group is shown from a minimum of respondents, and
where hiding one group would let a reader subtract it from the whole, a second is hidden too.
Which tables there are at all is fixed (`tables_of`): nobody can filter one by another, so no
two published groups overlap but by the whole. `analysis.disclosure_audit` is the attacker.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from analysis.tally import Tally
from instruments.model import Instrument

MINIMUM = 10
BASE = 5
FEWEST_SENSITIVE = 3
TABLES = ("whole", "service", "channel")

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Presentation(Generic[Key]):
    """Groups that may be shown, those kept back with the reason, and items kept back.

    `kept_items` has, for groups that are shown, the items of which nothing may be told.
    """

    shown: dict[Key, Tally]
    hidden: dict[Key, str]
    kept_items: dict[Key, frozenset[str]] = field(default_factory=dict)


def tables_of(instrument: Instrument) -> tuple[str, ...]:
    """All tables ever published of a survey, each a split of the whole by one thing alone.

    The whole, by service, by channel, and by each question of the profile one at a time.
    """
    return (*TABLES, *(f"profile:{question.code}" for question in instrument.profile))


def is_share_shown(yes: int, n: int) -> bool:
    """Whether a sensitive yes/no may be told: at least 3 said yes and at least 3 said no.

    >>> is_share_shown(3, 20), is_share_shown(18, 20)
    (True, False)
    """
    return FEWEST_SENSITIVE <= yes <= n - FEWEST_SENSITIVE


def rounded_profile(counts: Mapping[str, int], base: int = BASE) -> dict[str, int]:
    """Respondents by category of one profile question, each rounded by itself.

    Rounded parts need not add up to the rounded whole; that is what protects them.
    """
    return {category: round_count(n, base) for category, n in counts.items()}


def round_count(n: int, base: int = BASE) -> int:
    """A count rounded to the nearest multiple of `base`, halves up.

    >>> [round_count(n) for n in (0, 2, 3, 12, 13)]
    [0, 0, 5, 10, 15]
    """
    return (2 * n + base) // (2 * base) * base


def presentable(
    groups: Mapping[Key, Tally], minimum: int = MINIMUM, kept: Iterable[str] = ()
) -> Presentation[Key]:
    """Which groups of a whole may be shown when the whole itself is shown.

    Groups below `minimum` are kept back (`few`). If what is kept back adds up to fewer than
    `minimum` it could be had by subtraction, so the smallest shown group joins it
    (`complement`) until it no longer can. Groups where all answered alike are kept back too
    (`uniform`): there the mean is everybody's answer. Where all of a shown group gave the same
    answer to some item, that item is kept back (`kept_items`), with a second one and a second
    group, for one blank in a table is found by subtraction and four are not. `kept` are items
    that are kept back of the whole (`kept_of_whole`).
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
    kept_items = _kept_items(shown, [groups[key] for key in hidden], frozenset(kept))
    return Presentation(shown, hidden, kept_items)


def kept_of_whole(whole: Tally) -> frozenset[str]:
    """Items of which nothing may be told of the whole: all gave the same answer to one.

    With them further items, so that the index and the other means do not give it away.
    """
    items = uniform_items(whole)
    return _with_cover(items, [whole]) if items else frozenset()


def uniform_items(tally: Tally) -> frozenset[str]:
    """Items to which everybody who answered gave the same answer."""
    alike = (tally.counts > 0).sum(axis=1) == 1
    return frozenset(code for code, same in zip(tally.items, alike, strict=True) if same)


def _kept_items(
    shown: Mapping[Key, Tally], hidden: list[Tally], kept: frozenset[str]
) -> dict[Key, frozenset[str]]:
    """The same items for every group that keeps any back: a rectangle of the table.

    A cell alone in its row or column follows from the margins (Hundepool et al. 2012, 4.4).
    """
    rest = sum(hidden[1:], hidden[0]) if hidden else None
    items = kept | (uniform_items(rest) if rest else frozenset())
    groups = {key for key, tally in shown.items() if kept or uniform_items(tally)}
    items = items.union(*(uniform_items(shown[key]) for key in groups))
    others = sorted(shown.keys() - groups, key=lambda key: shown[key].n)
    while others and _is_told([shown[key] for key in groups], rest, items):
        groups.add(others.pop(0))
    if not items or not groups:
        return {}
    return dict.fromkeys(groups, _with_cover(items, [shown[key] for key in groups]))


def _is_told(groups: list[Tally], rest: Tally | None, items: frozenset[str]) -> bool:
    """Whether the whole less all other groups tells an item of a group that keeps it back."""
    parts = [*groups, *([rest] if rest else [])]
    if not items or not parts:
        return False
    return len(parts) < 2 or bool(uniform_items(sum(parts[1:], parts[0])) & items)


def _with_cover(items: frozenset[str], groups: list[Tally]) -> frozenset[str]:
    """Items with further ones, so that their part of each group's index has room to move.

    At least two, which together lie at least three steps from either end of the scale: nobody
    can say of one of them that all gave the best answer, or the worst.
    """
    while len(items) < len(groups[0].items) and not all(_has_room(items, one) for one in groups):
        rest = [code for code in groups[0].items if code not in items]
        # The highest of those that help, for the lowest unsur are what a reader looks for.
        helpful = [code for code in rest if min(_room(code, one) for one in groups) >= 3]
        total = sum(groups[1:], groups[0])
        best = max(helpful, key=lambda code: total.mean(code) or 0, default=None)
        items |= {best or max(rest, key=lambda code: _room(code, total))}
    return items


def _has_room(items: Iterable[str], tally: Tally) -> bool:
    codes = list(items)
    below = sum(tally.levels[-1] * tally.answered_by(code) - tally.total(code) for code in codes)
    above = sum(tally.total(code) - tally.levels[0] * tally.answered_by(code) for code in codes)
    return len(codes) >= 2 and min(below, above) >= 3


def _room(code: str, tally: Tally) -> int:
    """Steps between all answers to an item and the nearer end of the scale."""
    answered, total = tally.answered_by(code), tally.total(code)
    return min(tally.levels[-1] * answered - total, total - tally.levels[0] * answered)


def is_uniform(tally: Tally) -> bool:
    """Whether everybody gave the same answer to every item, so that a mean names it."""
    return bool(((tally.counts > 0).sum(axis=1) <= 1).all())


def _is_exposed(hidden: list[Tally], minimum: int) -> bool:
    """Whether the whole less the shown groups would tell a hidden group's answers."""
    together = sum(hidden[1:], hidden[0])
    return together.n < minimum or is_uniform(together)
