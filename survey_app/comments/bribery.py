"""Which comments may report bribery, by a list of words that anybody can read and change.

A list misses what it does not know and catches what is harmless; it is made to catch too
much, for a harmless comment is released by the inspectorate, while a report that staff read
cannot be taken back.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import survey_app.comments.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where

FILE = "bribery.toml"
_PREFIXES = "di|me|mem|men|meng|meny|ke|pe|pem|pen|peng|per|ber|ter|memper|diper"
_SUFFIXES = "an|kan|i|in|nya|lah|kah|ku|mu|nyalah|annya|innya|inya"
# Digits and signs that stand for letters inside a word, as in "pun9l1" or "su@p".
_LOOKALIKES = str.maketrans("0134579@$", "oieastgas")
_TOKEN = re.compile(r"[\w@$]+")
_SPELLED_OUT = re.compile(r"(?<!\w)(?:[^\W\d_][ .\-_*]){3,}[^\W\d_](?!\w)")
_LONG_DRAWN = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Nearness:
    """Two kinds of words that tell something only when they stand close together."""

    words: frozenset[str]
    others: frozenset[str]
    within: int


@dataclass(frozen=True)
class WordList:
    """Phrases that mark a report of bribery, compiled, and words that do so in pairs."""

    phrases: re.Pattern[str]
    near: tuple[Nearness, ...]

    @property
    def sha256(self) -> str:
        """A fingerprint of what the list marks: another one may sort comments otherwise."""
        pairs = [(sorted(rule.words), sorted(rule.others), rule.within) for rule in self.near]
        return hashlib.sha256(repr((self.phrases.pattern, pairs)).encode()).hexdigest()

    def marks(self, text: str) -> bool:
        """Whether a comment may report bribery."""
        plain = normalised(text)
        return bool(self.phrases.search(plain)) or any(
            _are_near(_WORD.findall(plain), rule) for rule in self.near
        )


def normalised(text: str) -> str:
    """A text in which the usual disguises of a word are undone.

    >>> normalised("P.U.N.G.L.I dan p u n g l 1, sUAAAP"), normalised("pun9li 50 ribu")
    ('pungli dan pungli, suap', 'pungli 50 ribu')
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"(?<= )[01345](?=\W|$)", lambda m: m.group().translate(_LOOKALIKES), plain)
    plain = _SPELLED_OUT.sub(lambda match: re.sub(r"[ .\-_*]", "", match.group()), plain)
    plain = _TOKEN.sub(lambda match: _undisguised(match.group()), plain)
    return " ".join(_LONG_DRAWN.sub(r"\1", plain).split())


def _undisguised(word: str) -> str:
    has_letters = any(sign.isalpha() for sign in word)
    return word.translate(_LOOKALIKES) if has_letters else word


def word_list(instance: Path | None = None) -> WordList:
    """The instance's own list where it has one, else the program's.

    Raises SurveyError naming the file where it cannot be read.
    """
    own = instance / FILE if instance else None
    if own is not None and own.exists():
        return _read(str(own), own.read_text(encoding="utf-8"))
    resource = files("survey_app.comments") / "data" / FILE
    return _read(FILE, resource.read_text(encoding="utf-8"))


@lru_cache(maxsize=4)
def _read(name: str, content: str) -> WordList:
    try:
        document = tomllib.loads(content)
        near = tuple(
            Nearness(frozenset(rule["words"]), frozenset(rule["others"]), int(rule["within"]))
            for rule in document.get("near", [])
        )
        return WordList(_compiled(document["phrases"]), near)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SurveyError("word-list-invalid", where=Where(name), reason=error) from error


def _compiled(phrases: Sequence[str]) -> re.Pattern[str]:
    if isinstance(phrases, str):
        raise ValueError(f"{phrases!r}")
    forms = []
    for phrase in phrases:
        words = [re.escape(word) for word in _WORD.findall(normalised(phrase))]
        if not words:
            raise ValueError(f"{phrase!r}")
        first = f"(?:{_PREFIXES})?{words[0]}"
        forms.append(r"\W+".join([first, *words[1:]]) + f"(?:{_SUFFIXES})?")
    # An alternation of nothing would match everywhere; a list without phrases marks nothing.
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)" if forms else r"(?!)")


def _are_near(words: Sequence[str], rule: Nearness) -> bool:
    places = [place for place, word in enumerate(words) if word in rule.words]
    return any(
        word in rule.others
        for place in places
        for word in words[max(0, place - rule.within) : place + rule.within + 1]
    )
