"""Comments that repeat one another, for the inspectorate alone."""

from collections.abc import Sequence

LENGTH_MINIMUM = 20
SIMILARITY = 0.9


def repeated_comments(texts: Sequence[str]) -> list[list[int]]:
    """Groups of positions of comments that are nearly the same, largest group first.

    Two comments of at least 20 characters belong together from a Jaccard similarity of 0.9 of
    their three-letter pieces; groups are what such pairs connect.
    """
    pieces = {
        place: _pieces(text) for place, text in enumerate(texts) if len(text) >= LENGTH_MINIMUM
    }
    groups: list[list[int]] = []
    for place, own in pieces.items():
        near = [
            group
            for group in groups
            if any(_similarity(own, pieces[i]) >= SIMILARITY for i in group)
        ]
        merged = [i for group in near for i in group] + [place]
        groups = [group for group in groups if group not in near] + [merged]
    return sorted((group for group in groups if len(group) > 1), key=len, reverse=True)


def count_repeated(texts: Sequence[str]) -> tuple[int, int]:
    """How many long comments repeat another, and how many long ones there are.

    The pair that `quality_arrivals.share_against_peers` compares between units.
    """
    long = [text for text in texts if len(text) >= LENGTH_MINIMUM]
    return sum(len(group) for group in repeated_comments(long)), len(long)


def _pieces(text: str) -> frozenset[str]:
    plain = " ".join(text.casefold().split())
    return frozenset(plain[start : start + 3] for start in range(len(plain) - 2))


def _similarity(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)
