"""Proposes what columns and entries of a foreign table mean; a person confirms or corrects it."""

import re
from collections.abc import Mapping

from rapidfuzz import fuzz, process, utils

from survey_app.exchange.answer_table import AnswerTable
from survey_app.exchange.mapping import (
    BLANK,
    DAY,
    DAY_FIRST,
    DISTINCT_MAXIMUM,
    ITEM,
    MARK,
    MONTH_FIRST,
    PROFILE,
    SERVICE,
    ColumnMapping,
    Frame,
    distinct,
    meanings,
    read_day,
    roles_of,
)

# Below these a proposal would be wrong more often than a person likes to correct it.
COLUMN_SCORE, ENTRY_SCORE = 70, 82
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
    {"-", "n/a", "tidak tahu", "tidak menjawab", "kosong", "tidak ada jawaban"}
)
_LEADING = re.compile(r"^\(?(\d{1,3})\)?\s*[-.:=)]?\s+\D")
_NUMBERED = re.compile(r"^(?:[upq]|unsur|pertanyaan|no)?\W*(\d{1,2})\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(timestamp|cap waktu|stempel waktu|tanggal|submitdate|datestamp|waktu isi)\b"
)
_MARK = re.compile(r"^(id|id tanggapan|response id|nomor tanggapan|id\. tanggapan|seed)$")
_SERVICE = re.compile(r"\b(layanan|pelayanan) (yang|apa)|^(jenis |nama )?(layanan|pelayanan)\b")


def suggest_mapping(table: AnswerTable, frame: Frame) -> ColumnMapping:
    """A whole mapping to begin with."""
    roles = _suggest_roles(table, frame)
    values = {
        at: suggest_values(distinct(table, at), role, frame)
        for at, role in roles.items()
        if role not in {DAY, MARK}
    }
    days = [at for at, role in roles.items() if role == DAY]
    return ColumnMapping(roles, values, _order(table, days[0]) if days else DAY_FIRST)


def suggest_values(entries: list[str], role: str, frame: Frame) -> dict[str, str]:
    """The meaning of each entry that is near enough to one; the rest is left to a person."""
    known = meanings(role, frame)
    found = {}
    for entry in entries:
        meaning = _meaning(entry, role, known, frame)
        if meaning is not None:
            found[entry] = meaning
    return found


def _suggest_roles(table: AnswerTable, frame: Frame) -> dict[int, str]:
    """One role a column, the surest first, so that no two columns get the same."""
    names = _names(frame)
    ranked: list[tuple[float, int, str]] = []
    for at, title in enumerate(table.header):
        if at in table.personal:
            continue
        lowered = title.lower()
        if _TIME.search(lowered) and any(read_day(cell, DAY_FIRST) for cell in table.column(at)):
            ranked.append((100, at, DAY))
        elif _MARK.match(lowered):
            ranked.append((100, at, MARK))
        elif len(distinct(table, at)) <= DISTINCT_MAXIMUM:
            ranked += _likely(at, title, names, frame)
    chosen: dict[int, str] = {}
    for _score, at, role in sorted(ranked, key=lambda one: (-one[0], one[1])):
        if at not in chosen and role not in chosen.values():
            chosen[at] = role
    return dict(sorted(chosen.items()))


def _names(frame: Frame) -> dict[str, list[str]]:
    """What a column of each role may be called."""
    instrument = frame.instrument
    names = {
        f"{ITEM}{item.code}": [item.question, item.label, item.code] for item in instrument.items
    }
    names |= {f"{ITEM}{one.code}": [one.question, one.label, one.code] for one in instrument.masked}
    names |= {f"{PROFILE}{one.code}": [one.label, one.code] for one in instrument.profile}
    return {role: texts for role, texts in names.items() if role in roles_of(frame)}


def _likely(
    at: int, title: str, names: Mapping[str, list[str]], frame: Frame
) -> list[tuple[float, int, str]]:
    found = [(_nearness(title, texts, role), at, role) for role, texts in names.items()]
    likely = [one for one in found if one[0] >= COLUMN_SCORE]
    numbered = _NUMBERED.match(title)
    if numbered and not likely:
        # As everywhere, U1 to U9 are counted by the regulation's list.
        number = int(numbered[1])
        likely += [
            (60, at, f"{ITEM}{i.code}") for i in frame.instrument.items if i.number == number
        ]
    if _SERVICE.search(title.lower()):
        likely.append((75, at, SERVICE))
    return likely


def _nearness(title: str, texts: list[str], role: str) -> float:
    plain = re.sub(r"^\W*[A-Za-z]{0,2}\d+\w*[.):\s-]+", "", title)
    # "Usia" is asked as "Kelompok usia"; questions about the service share too many words.
    scorer = fuzz.token_set_ratio if role.startswith(PROFILE) else fuzz.token_sort_ratio
    return max(scorer(plain, text, processor=utils.default_process) for text in texts)


def _meaning(entry: str, role: str, known: Mapping[str, str], frame: Frame) -> str | None:
    lowered = entry.lower()
    if lowered in NOT_ANSWERED:
        return BLANK
    if entry in known:
        return entry
    leading = _LEADING.match(entry)
    if role.startswith(ITEM) and leading and leading[1] in known:
        return leading[1]
    # "4 Sangat sesuai": the words alone are compared.
    words = {text.lstrip("0123456789 ").lower(): meaning for meaning, text in known.items()}
    if role.startswith(ITEM):
        levels = [str(value) for value in frame.instrument.scale.values]
        for scale in (GENERIC, SATISFIED):
            words |= {
                text: level
                for text, level in zip(scale.get(len(levels), ()), levels, strict=False)
                if text not in words
            }
    if lowered in words:
        return words[lowered]
    # "21-30" and "21–30 tahun" are one band.
    numbers = re.findall(r"\d+", entry)
    alike = [m for m, text in known.items() if numbers and re.findall(r"\d+", text) == numbers]
    if role.startswith(PROFILE) and len(alike) == 1:
        return alike[0]
    best = process.extractOne(lowered, list(words), scorer=fuzz.ratio, score_cutoff=ENTRY_SCORE)
    return words[best[0]] if best else None


def _order(table: AnswerTable, at: int) -> str:
    """Whether days or months come first: a number above 12 tells."""
    firsts = [re.match(r"^(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}", cell) for cell in table.column(at)]
    is_month_first = any(int(found[2]) > 12 for found in firsts if found)
    return MONTH_FIRST if is_month_first else DAY_FIRST
