"""Proposes what the columns of a foreign table mean; a person confirms or corrects it."""

import re
from collections.abc import Iterator, Mapping

from rapidfuzz import fuzz, utils

from survey_app.exchange.answer_table import AnswerTable
from survey_app.exchange.entry_suggestions import suggest_values
from survey_app.exchange.mapping import (
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
    has_clock,
    read_day,
    roles_of,
)

# Below this a proposal would be wrong more often than a person likes to correct it.
COLUMN_SCORE = 70
# As everywhere, U1 to U9 and P1 to P9 alone are counted by the regulation's list.
_UNSUR = re.compile(r"^(?:u|p|unsur)\W*(\d{1,2})$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:[upq]|unsur|pertanyaan|no)?\W*(\d{1,2})\b", re.IGNORECASE)
_SUBQUESTION = re.compile(r"^SQ0*(\d{1,2})$", re.IGNORECASE)
# "Pertanyaan [baris]": rows of a grid, in Google Forms as in LimeSurvey.
_GRID = re.compile(r"\[([^\[\]]+)\]\s*$")
_FREE_TEXT = frozenset({"other", "lainnya", "comment", "komentar", "filecount"})
_TIME = re.compile(
    r"\b(timestamp|cap waktu|stempel waktu|tanggal|submitdate|date submitted|datestamp|"
    r"waktu isi)\b"
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
    order = _order(table.column(days[0]), frame) if days else DAY_FIRST
    return ColumnMapping(roles, values, order)


def _suggest_roles(table: AnswerTable, frame: Frame) -> dict[int, str]:
    """One role a column, the surest first, so that no two columns get the same."""
    names = _names(frame)
    ranked: list[tuple[float, int, str]] = []
    for at, title in enumerate(table.header):
        if at in table.personal:
            continue
        lowered = title.lower()
        if _MARK.match(lowered):
            ranked.append((100, at, MARK))
        elif _tells_days(table, at):
            ranked.append((100 if _TIME.search(lowered) else 90, at, DAY))
        elif len(distinct(table, at)) <= DISTINCT_MAXIMUM:
            ranked += _likely(at, title, names, frame)
    chosen: dict[int, str] = {}
    for _score, at, role in sorted(ranked, key=lambda one: (-one[0], one[1])):
        if at not in chosen and role not in chosen.values():
            chosen[at] = role
    return dict(sorted(chosen.items()))


def _tells_days(table: AnswerTable, at: int) -> bool:
    """Whether a column is of dates: by its title, or in any language by dates with a time."""
    cells = [cell for cell in table.column(at) if cell]
    if _TIME.search(table.header[at].lower()):
        return any(read_day(cell, DAY_FIRST) or read_day(cell, MONTH_FIRST) for cell in cells)
    is_dated = bool(cells) and all(
        read_day(cell, DAY_FIRST) or read_day(cell, MONTH_FIRST) for cell in cells
    )
    return is_dated and has_clock(table, at)


def _names(frame: Frame) -> dict[str, list[str]]:
    """What a column of each role may be called, in every language of the questionnaire."""
    instrument = frame.instrument
    names = {
        f"{ITEM}{item.code}": [item.question, item.label, item.code] for item in instrument.items
    }
    names |= {f"{ITEM}{one.code}": [one.question, one.label, one.code] for one in instrument.masked}
    names |= {f"{PROFILE}{one.code}": [one.label, one.code] for one in instrument.profile}
    for words in instrument.translations.values():
        for code, item in words.items.items():
            names[f"{ITEM}{code}"] += [item.question, item.label]
        for code, asked in words.profile.items():
            names[f"{PROFILE}{code}"].append(asked.label)
    return {role: texts for role, texts in names.items() if role in roles_of(frame)}


def _likely(
    at: int, title: str, names: Mapping[str, list[str]], frame: Frame
) -> list[tuple[float, int, str]]:
    grid = _GRID.search(title)
    if grid and grid[1].strip().lower() in _FREE_TEXT:
        return []
    asked = grid[1].strip() if grid else title
    found = [(_nearness(asked, texts, role), at, role) for role, texts in names.items()]
    likely = [one for one in found if one[0] >= COLUMN_SCORE]
    if not likely:
        likely += [(60, at, role) for role in _numbered(asked, frame)]
    if _SERVICE.search(title.lower()):
        likely.append((75, at, SERVICE))
    return likely


def _numbered(title: str, frame: Frame) -> Iterator[str]:
    """The item that a number alone stands for.

    Sarana and pengaduan change places between the regulation's list and its form, so that a
    number of unknown count stands for an item only where both agree.
    """
    items = frame.instrument.items
    if listed := _UNSUR.match(title):
        yield from (f"{ITEM}{one.code}" for one in items if one.number == int(listed[1]))
    elif counted := _SUBQUESTION.match(title) or _NUMBERED.match(title):
        number = int(counted[1])
        yield from (
            f"{ITEM}{one.code}" for one in items if one.number == one.form_position == number
        )


def _nearness(title: str, texts: list[str], role: str) -> float:
    plain = re.sub(r"^\W*[A-Za-z]{0,2}\d+\w*[.):\s-]+", "", title)
    # "Usia" is asked as "Kelompok usia"; questions about the service share too many words.
    scorer = fuzz.token_set_ratio if role.startswith(PROFILE) else fuzz.token_sort_ratio
    return max(scorer(plain, text, processor=utils.default_process) for text in texts)


def _order(cells: list[str], frame: Frame) -> str:
    """Whether days or months come first: the way in which more dates lie within the survey."""
    fitting = {
        order: sum(
            day is not None and frame.first <= day <= frame.last
            for day in (read_day(cell, order) for cell in cells)
        )
        for order in (DAY_FIRST, MONTH_FIRST)
    }
    return max(fitting, key=lambda order: fitting[order])
