"""Sorts comments by unsur and by similar wording, so that many can be read as a few.

Words are brought to their stems (Snowball, Indonesian), stop words dropped. A comment belongs
to the unsur whose keywords it names most; one that names none goes with the comment most like
it, where one is alike enough. Comments that say the same in nearly the same words
(token-sorted Levenshtein ratio, RapidFuzz) stand together.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

OTHER = ""
ALIKE = 75.0
SAME_TOPIC = 70.0
COMPARED_AT_MOST = 2000
_WORD = re.compile(r"[^\W\d_]+")
_MASKED = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class Cluster:
    """Comments that say nearly the same, the fullest first."""

    keys: tuple[bytes, ...]


@dataclass(frozen=True)
class Topic:
    """An unsur (or OTHER) with its clusters, the largest first."""

    code: str
    clusters: tuple[Cluster, ...]

    @property
    def size(self) -> int:
        """How many comments there are."""
        return sum(len(cluster.keys) for cluster in self.clusters)


def sort_comments(texts: Mapping[bytes, str], codes: Sequence[str]) -> list[Topic]:
    """Comments by unsur, in the order of `codes`, and last those about none of them."""
    stemmed = {key: stems(text) for key, text in texts.items()}
    places = _places(stemmed, codes)
    topics = []
    for code in (*codes, OTHER):
        own = {key: stemmed[key] for key in texts if places[key] == code}
        if own:
            topics.append(Topic(code, _clusters(own)))
    return topics


def stems(text: str) -> str:
    """The stems of a text's words that carry meaning, in order.

    >>> stems("Petugasnya melayani dengan ramah. Terima kasih!")
    'tugas layan ramah'
    """
    words = _WORD.findall(_MASKED.sub(" ", text.casefold()))
    return " ".join(_stem(word) for word in words if word not in _stop_words())


def has_words(text: str, asked: str) -> bool:
    """Whether a text holds what was asked for, as written or in another form of the words."""
    if asked.casefold() in text.casefold():
        return True
    wanted = stems(asked).split()
    return bool(wanted) and set(wanted) <= set(stems(text).split())


def _places(stemmed: Mapping[bytes, str], codes: Sequence[str]) -> dict[bytes, str]:
    places = {key: _named(words.split(), codes) for key, words in stemmed.items()}
    known = [key for key in places if places[key] != OTHER][:COMPARED_AT_MOST]
    unknown = [key for key in places if places[key] == OTHER and stemmed[key]]
    unknown = unknown[:COMPARED_AT_MOST]
    if known and unknown:
        alike = _ratios([stemmed[key] for key in unknown], [stemmed[key] for key in known])
        for key, row in zip(unknown, alike, strict=True):
            nearest = int(row.argmax())
            if row[nearest] >= SAME_TOPIC:
                places[key] = places[known[nearest]]
    return places


def _named(words: Sequence[str], codes: Sequence[str]) -> str:
    found = set(words)
    scores = {code: len(found & _keywords().get(code, frozenset())) for code in codes}
    best = max(codes, key=lambda code: scores[code], default=OTHER)
    return best if scores.get(best) else OTHER


def _clusters(stemmed: Mapping[bytes, str]) -> tuple[Cluster, ...]:
    keys = list(stemmed)
    compared = keys[:COMPARED_AT_MOST]
    words = [stemmed[key] for key in compared]
    alike = _ratios(words, words) >= ALIKE
    groups: list[list[bytes]] = []
    left = set(range(len(compared)))
    for place in range(len(compared)):
        if place in left:
            together = {place} | (left & set(np.flatnonzero(alike[place]).tolist()))
            left -= together
            groups.append([compared[other] for other in together])
    groups += [[key] for key in keys[COMPARED_AT_MOST:]]
    ordered = [sorted(group, key=lambda key: (-len(stemmed[key]), key)) for group in groups]
    ordered.sort(key=lambda group: (-len(group), group[0]))
    return tuple(Cluster(tuple(group)) for group in ordered)


def _ratios(some: Sequence[str], others: Sequence[str]) -> NDArray[np.float32]:
    from rapidfuzz import fuzz, process

    return np.asarray(process.cdist(some, others, scorer=fuzz.token_sort_ratio, dtype=np.float32))


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("indonesian")


@cache
def _keywords() -> dict[str, frozenset[str]]:
    return {
        code: frozenset(_stem(word) for word in words)
        for code, words in _document()["topics"].items()
    }


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(_document()["stop"]["words"])


@cache
def _document() -> dict[str, dict[str, list[str]]]:
    text = (files("survey_app.comments") / "data" / "topics.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
