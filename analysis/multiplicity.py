"""Chances of several looks at once, so that many looks at noise do not find something."""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Each chance adjusted for the number of looks (Holm 1979); None is no look.

    With m chances sorted upward the i-th becomes the largest of (m - j + 1) p_j up to it, at
    most 1: whoever calls those below 0.05 something is wrong once in twenty for all together.

    >>> holm([0.01, 0.04, None, 0.03])
    [0.03, 0.06, None, 0.06]
    """
    known = sorted((p, at) for at, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, at) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[at] = highest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Each chance adjusted for false discovery (Benjamini and Hochberg 1995); None is no look.

    With m chances sorted upward the i-th becomes the least of m p_j / j from it on: of those
    called at 0.05 at most one in twenty is expected to be chance.

    >>> benjamini_hochberg([0.01, 0.04, None, 0.03])
    [0.03, 0.04, None, 0.04]
    """
    known = sorted((p, at) for at, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    lowest = 1.0
    for rank in range(len(known), 0, -1):
        p, at = known[rank - 1]
        lowest = min(lowest, len(known) * p / rank)
        adjusted[at] = lowest
    return adjusted
