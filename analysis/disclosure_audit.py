"""The attacker: what all published tables of a period tell together about small groups.

Every published count is an equation over the numbers of respondents who answered in each way
in each combination of groups. Integer programs give the least and the greatest value that any
group can have; where both are the same, the group is found out, shown or not. Rounded counts
are ranges. Nothing is assumed of who the respondents are, so a finding is certain.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import MINIMUM

Key = tuple[str, ...]
Doubles = NDArray[np.float64]
FEW, CERTAIN = "few", "certain"


@dataclass(frozen=True)
class Cell:
    """What is published of one group.

    `n` respondents, None where not told; `counts` for each item shown how many gave each
    answer. All are rounded to multiples of `base`.
    """

    n: int | None
    counts: Mapping[str, Mapping[int, int]]
    base: int = 1


@dataclass(frozen=True)
class Table:
    """A split of the respondents up to a release by some dimensions, none for the whole.

    A group that exists but is kept back is None in `cells`. Releases count up: each has the
    respondents of those before and further ones.
    """

    by: tuple[str, ...]
    cells: Mapping[Key, Cell | None]
    release: int = 0

    @property
    def name(self) -> str:
        """How findings call it."""
        return f"{' x '.join(self.by) or 'whole'}, release {self.release}"


@dataclass(frozen=True)
class Finding:
    """A group found out, and the tables that tell it together.

    `few`: it has exactly `n` respondents, fewer than the minimum. `certain`: all of it who
    answered `item` gave the answer `level`. `since` is the release after which its
    respondents came, None for all up to `release`.
    """

    kind: str
    group: Mapping[str, str]
    release: int
    since: int | None
    n: int | None
    item: str | None
    level: int | None
    tables: tuple[str, ...]


def audit_tables(tables: Sequence[Table], minimum: int = MINIMUM) -> list[Finding]:
    """Every group that the tables of one survey tell: none where they may be published.

    Groups are looked for in each dimension, in each two together, and between releases. A
    finding names only tables without which it could not be made.
    """
    found: dict[tuple[object, ...], Finding] = {}
    tables = [_without_single(table, tables) for table in tables]
    dimensions = sorted({name for table in tables for name in table.by})
    pairs: list[Key] = [*combinations(dimensions, 2)] or [tuple(dimensions)]
    for pair in pairs:
        inside = [table for table in tables if set(table.by) <= set(pair)]
        for finding in _audit(inside, pair, minimum):
            key = (finding.kind, *sorted(finding.group.items()), finding.release, finding.since)
            found.setdefault((*key, finding.item), finding)
    return list(found.values())


def _without_single(table: Table, tables: Sequence[Table]) -> Table:
    """A table without the dimensions that have one category only, which split nothing."""
    kept = [at for at, name in enumerate(table.by) if len(_categories(tables, name)) > 1]
    cells = {tuple(key[at] for at in kept): cell for key, cell in table.cells.items()}
    return Table(tuple(table.by[at] for at in kept), cells, table.release)


def _audit(tables: Sequence[Table], by: tuple[str, ...], minimum: int) -> Iterator[Finding]:
    items = sorted({q for t in tables for cell in t.cells.values() if cell for q in cell.counts})
    for item in [None, *items]:
        model = _Model(tables, by, item)
        for group, release, since in model.groups():
            finding = model.find(group, release, since, minimum)
            if finding is not None:
                needed = _needed(tables, by, item, finding, minimum)
                yield Finding(**{**finding.__dict__, "tables": needed})


def _needed(
    tables: Sequence[Table], by: tuple[str, ...], item: str | None, finding: Finding, minimum: int
) -> tuple[str, ...]:
    """Tables of which none can be left out, found by leaving out one after the other."""
    kept = list(tables)
    for table in tables:
        fewer = [one for one in kept if one is not table]
        model = _Model(fewer, by, item, like=tables)
        again = model.find(finding.group, finding.release, finding.since, minimum)
        if again is not None:
            kept = fewer
    return tuple(table.name for table in kept)


def told_by_index(
    rest: tuple[float, float], weights: Mapping[str, float], n: int, levels: Sequence[int]
) -> frozenset[str]:
    """Items kept back of which the index tells that all gave the best answer, or the worst.

    `rest` is the least and greatest that the index leaves for them, sum w_q m_q over the kept
    items, once the items shown are taken off. A mean of `n` answers less than 1/n from an end
    of the scale is at the end.
    """
    top, bottom = levels[-1], levels[0]
    span = sum(weights.values())
    told = set()
    for item, weight in weights.items():
        least = (rest[0] - (span - weight) * top) / weight
        greatest = (rest[1] - (span - weight) * bottom) / weight
        if least > top - 1 / n or greatest < bottom + 1 / n:
            told.add(item)
    return frozenset(told)


class _Model:
    """Unknown numbers of respondents by batch, group and answer, and what is known of sums.

    One item at a time, for items share nothing but the sizes of groups; none for sizes alone.
    """

    def __init__(
        self,
        tables: Sequence[Table],
        by: tuple[str, ...],
        item: str | None,
        like: Sequence[Table] | None = None,
    ) -> None:
        self.by, self.item = by, item
        every = like or tables
        self.releases = sorted({table.release for table in every})
        self.categories = [_categories(every, name) for name in by]
        levels = sorted({v for t in every for c in t.cells.values() if c and item in c.counts
                         for v in c.counts[item]}) if item else []  # fmt: skip
        self.answers: list[int | None] = [None, *levels]
        shape = (len(self.releases), *(len(c) for c in self.categories), len(self.answers))
        self.places = np.arange(int(np.prod(shape))).reshape(shape)
        self.rows: list[tuple[Doubles, float, float]] = []
        for table in tables:
            for key, cell in table.cells.items():
                if cell is not None:
                    self._learn(dict(zip(table.by, key, strict=True)), table.release, cell)

    def _learn(self, group: Mapping[str, str], release: int, cell: Cell) -> None:
        slack = cell.base // 2
        if cell.n is not None:
            self.rows.append((self._sum(group, release), cell.n - slack, cell.n + slack))
        for level, count in cell.counts.get(self.item or "", {}).items():
            self.rows.append(
                (self._sum(group, release, None, (level,)), count - slack, count + slack)
            )

    def _sum(
        self,
        group: Mapping[str, str],
        release: int,
        since: int | None = None,
        answers: Sequence[int | None] | None = None,
    ) -> Doubles:
        """Which unknowns a group's size, or its count of some answers, adds up."""
        batches = [
            i for i, r in enumerate(self.releases) if (since is None or r > since) and r <= release
        ]
        axes = [
            [c.index(group[name])] if name in group else list(range(len(c)))
            for name, c in zip(self.by, self.categories, strict=True)
        ]
        wanted = [i for i, a in enumerate(self.answers) if answers is None or a in answers]
        chosen = np.zeros(self.places.size)
        chosen[self.places[np.ix_(batches, *axes, wanted)].ravel()] = 1
        return chosen

    def groups(self) -> Iterator[tuple[dict[str, str], int, int | None]]:
        """Groups of each dimension and of all together, up to a release and between two."""
        named = [
            *({name: c} for name, cs in zip(self.by, self.categories, strict=True) for c in cs),
            *(
                dict(zip(self.by, key, strict=True))
                for key in product(*self.categories)
                if len(key) != 1
            ),
        ]
        for group in named:
            for place, release in enumerate(self.releases):
                yield group, release, None
                if place:
                    yield group, release, self.releases[place - 1]

    def find(
        self, group: Mapping[str, str], release: int, since: int | None, minimum: int
    ) -> Finding | None:
        """What is told of a group."""
        same = (dict(group), release, since)
        if self.item is None:
            size = self._sum(group, release, since)
            low, high = self._extreme(size, 1), self._extreme(size, -1)
            if low == high and 0 < low < minimum:
                return Finding(FEW, *same, int(low), None, None, ())
            return None
        levels = self.answers[1:]
        counts = [self._known_directly(self._sum(group, release, since, (v,))) for v in levels]
        if sum(bool(count) for count in counts) > 1:
            return None
        for level in levels:
            others = [a for a in self.answers[1:] if a != level]
            some = self._sum(group, release, since, (level,))
            if self._extreme(some, 1) > 0 and (
                self._extreme(self._sum(group, release, since, others), -1) == 0
            ):
                return Finding(CERTAIN, *same, None, self.item, level, ())
        return None

    def _extreme(self, aim: Doubles, sign: int) -> float:
        """The least (1) or greatest (-1) value of a sum that agrees with all that is known."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        known = self._known_directly(aim)
        if known is not None:
            return known
        if not self.rows:
            return 0.0 if sign == 1 else float("inf")
        matrix, low, high = (np.array(part) for part in zip(*self.rows, strict=True))
        # Solvers tell "unbounded" from "impossible" badly, so no unknown may grow for ever.
        ample = 10 * float(high.max()) + 100
        found = milp(
            sign * aim,
            integrality=np.ones(len(aim)),
            bounds=Bounds(0, ample),
            constraints=LinearConstraint(matrix, low, high),
        )
        if found.x is None:
            raise ArithmeticError(f"published tables contradict one another: {found.message}")
        value = float(round(aim @ found.x))
        return value if value < ample else float("inf")

    def _known_directly(self, aim: Doubles) -> float | None:
        for row, low, high in self.rows:
            if low == high and np.array_equal(row, aim):
                return float(low)
        return None


def _categories(tables: Sequence[Table], name: str) -> list[str]:
    return sorted({key[t.by.index(name)] for t in tables if name in t.by for key in t.cells})
