"""What two results of the same growing survey tell together: their difference.

Whoever reads a result twice can subtract. If the answers that came between are few, or all
alike in one item, the difference names them one by one.
"""

from collections.abc import Iterable

from analysis.tally import Tally

MINIMUM_STEP = 5


def is_safe_step(before: Tally, after: Tally, minimum: int = MINIMUM_STEP) -> bool:
    """Whether `after` less `before` is of at least `minimum` respondents and names no answer.

    An answer is named where everybody between gave the same one to some item, or where
    nobody answered it. Adding more respondents to a safe difference leaves it safe.
    """
    n = after.n - before.n
    if n < minimum:
        return False
    counts = after.counts - before.counts
    blanks = n - (after.answered - before.answered).diagonal()
    outcomes = (counts > 0).sum(axis=1) + (blanks > 0)
    return bool((outcomes > 1).all())


def remainder(whole: Tally, parts: Iterable[Tally]) -> Tally:
    """Those of a whole who are in none of its disjoint parts.

    A reader has it by subtraction, so disclosure control must see it as one group more.
    """
    together = sum(parts, Tally.empty(whole.items, whole.levels))
    return Tally(
        whole.items,
        whole.levels,
        whole.n - together.n,
        whole.answered - together.answered,
        whole.sums - together.sums,
        whole.products - together.products,
        whole.counts - together.counts,
    )
