"""A differencing attacker: which single answers follow from all that was shown of a survey.

It knows who answered in which order, and everybody's profile. Each window between two results
gives it, for every unsur, how many chose each level; a shown group gives the sum of its
members' answers. An answer is recovered if no other assignment agrees with all of that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array


@dataclass(frozen=True)
class Window:
    """Those between two results: their answers (people, items), and groups whose sum is known."""

    answers: np.ndarray
    groups: Sequence[Sequence[int]]


def recovered(window: Window, levels: Sequence[int]) -> set[tuple[int, int]]:
    """(person, item) pairs whose answer is the only one possible.

    Every other assignment found frees the answers in which it differs from the truth; what
    no assignment can free is recovered. Group sums are held within the window, which leaves
    the attacker more to go on than it has.
    """
    bound = {(i, q) for i in range(len(window.answers)) for q in range(window.answers.shape[1])}
    while bound:
        other = _other_assignment(window, levels, bound)
        if other is None:
            break
        bound = {(i, q) for i, q in bound if other[i, q] == window.answers[i, q]}
    return bound


def windows_of(
    answers: np.ndarray, sizes: Sequence[int], groups: Mapping[str, Sequence[int]]
) -> list[Window]:
    """The windows between the results of `sizes` respondents, in the order of arrival."""
    edges = sorted({0, *sizes})
    return [
        Window(
            answers[start:end],
            [[i - start for i in members if start <= i < end] for members in groups.values()],
        )
        for start, end in pairwise(edges)
    ]


def _other_assignment(
    window: Window, levels: Sequence[int], bound: set[tuple[int, int]]
) -> np.ndarray | None:
    """An assignment that agrees with all sums and differs from the truth in most of `bound`."""
    people, items = window.answers.shape
    shape = (people, items, len(levels))
    place = np.arange(np.prod(shape)).reshape(shape)
    truth = window.answers[:, :, None] == np.array(levels)
    cost = np.zeros(shape)
    for i, q in bound:
        cost[i, q] = truth[i, q]
    rows = [place[i, q] for i in range(people) for q in range(items)]  # one answer each
    sums = [1] * len(rows)
    rows += [place[:, q, v] for q in range(items) for v in range(len(levels))]
    sums += [int(truth[:, q, v].sum()) for q in range(items) for v in range(len(levels))]
    matrix = _matrix(rows, place.size)
    weighted = [place[members].ravel() for members in window.groups]
    values = [np.tile(levels, len(members) * items) for members in window.groups]
    totals = [int(window.answers[members].sum()) for members in window.groups]
    some = sum(truth[i, q].sum() for i, q in bound)
    limits = [
        LinearConstraint(matrix, sums, sums),
        LinearConstraint(_matrix([place.ravel()], place.size, [cost.ravel()]), 0, some - 1),
    ]
    if weighted:
        limits.append(LinearConstraint(_matrix(weighted, place.size, values), totals, totals))
    found = milp(cost.ravel(), integrality=1, bounds=Bounds(0, 1), constraints=limits)
    if not found.success:
        return None
    chosen = np.round(found.x).reshape(shape).argmax(axis=2)
    return np.array(levels)[chosen]


def _matrix(rows, width, values=None):
    """A sparse matrix of the given columns in each row, ones unless values are given."""
    values = values or [np.ones(len(row)) for row in rows]
    numbers = np.concatenate([np.full(len(row), n) for n, row in enumerate(rows)])
    entries = (np.concatenate(values), (numbers, np.concatenate(rows)))
    return coo_array(entries, shape=(len(rows), width)).tocsr()
