"""Proposes what the entries of a foreign column mean; a person confirms or corrects it."""

import re
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz, process

from instruments import Instrument
from survey_app.exchange.mapping import BLANK, ITEM, PROFILE, SERVICE, Frame, meanings

# Below this a proposal would be wrong more often than a person likes to correct it.
ENTRY_SCORE = 82
# Answers of forms that do not use the questionnaire's own words, lowest first.
GENERIC = {
    4: ("tidak baik", "kurang baik", "baik", "sangat baik"),
    6: (
        *("sangat tidak setuju", "tidak setuju", "kurang setuju"),
        *("cukup setuju", "setuju", "sangat setuju"),
    ),
}
SATISFIED = {4: ("tidak puas", "kurang puas", "puas", "sangat puas")}
NOT_ANSWERED = frozenset(
    {"-", "n/a", "tidak tahu", "tidak menjawab", "kosong", "tidak ada jawaban", "no answer"}
)
# What LimeSurvey writes for its own kinds of question, and other words for a choice's label.
SAME = {
    "laki-laki": ("l", "m", "pria", "laki laki", "laki"),
    "perempuan": ("p", "f", "wanita"),
    "lainnya": ("-oth-", "other", "yang lain"),
    "ya": ("y", "yes"),
    "tidak": ("n", "no"),
}
_LEADING = re.compile(r"^\(?(\d{1,3})\)?\s*[-.:=)]?\s+\D")


def suggest_values(entries: list[str], role: str, frame: Frame) -> dict[str, str]:
    """The meaning of each entry that is near enough to one; the rest is left to a person."""
    known = meanings(role, frame)
    words = _words(role, known, frame)
    found = {entry: _meaning(entry, role, known, words) for entry in entries}
    return {entry: meaning for entry, meaning in found.items() if meaning is not None}


def _words(role: str, known: Mapping[str, str], frame: Frame) -> dict[str, str]:
    """Lower-case words and what each means under a role; what would mean two things is out."""
    # "4 Sangat sesuai": the words alone are compared.
    own = {text.lstrip("0123456789 ").lower(): meaning for meaning, text in known.items()}
    others: dict[str, str] = {}
    unclear = set()
    for text, meaning in (
        *_translated(role, frame.instrument),
        *_general(role, own, frame.instrument),
    ):
        if others.setdefault(text, meaning) != meaning:
            unclear.add(text)
    return {text: one for text, one in others.items() if text not in unclear} | own


def _translated(role: str, instrument: Instrument) -> Iterator[tuple[str, str]]:
    """The answers as the questionnaire's other languages word them."""
    code = role.partition(":")[2]
    for words in instrument.translations.values():
        if role.startswith(PROFILE) and code in words.profile:
            pairs: Iterable[tuple[str, str]] = words.profile[code].options.items()
        elif role.startswith(ITEM) and code in words.items:
            levels = (str(option.value) for option in instrument.item(code).options)
            pairs = zip(levels, words.items[code].options, strict=False)
        else:
            pairs = ()
        yield from ((text.lower(), meaning) for meaning, text in pairs)


def _general(
    role: str, own: Mapping[str, str], instrument: Instrument
) -> Iterator[tuple[str, str]]:
    """Words that forms commonly use for the same answers."""
    if role == SERVICE:
        return
    for label, texts in SAME.items():
        if label in own:
            yield from ((text, own[label]) for text in texts)
    if role.startswith(ITEM) and role.removeprefix(ITEM) in instrument.codes:
        levels = [str(value) for value in instrument.scale.values]
        for scale in (GENERIC, SATISFIED):
            yield from zip(scale.get(len(levels), ()), levels, strict=False)


def _meaning(
    entry: str, role: str, known: Mapping[str, str], words: Mapping[str, str]
) -> str | None:
    lowered = entry.lower()
    if lowered in NOT_ANSWERED:
        return BLANK
    if entry in known:
        return entry
    leading = _LEADING.match(entry)
    if role.startswith(ITEM) and leading and leading[1] in known:
        return leading[1]
    if lowered in words:
        return words[lowered]
    # "21-30" and "21–30 tahun" are one band.
    numbers = re.findall(r"\d+", entry)
    alike = [m for m, text in known.items() if numbers and re.findall(r"\d+", text) == numbers]
    if role.startswith(PROFILE) and len(alike) == 1:
        return alike[0]
    best = process.extractOne(lowered, list(words), scorer=fuzz.ratio, score_cutoff=ENTRY_SCORE)
    return words[best[0]] if best else None
