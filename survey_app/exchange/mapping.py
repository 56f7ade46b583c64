"""What the columns of a foreign table mean, as a person confirmed it, and what follows of each row.

A role is a short text, as it stands in the form: `item:kode`, `profil:kode`, `layanan`, `hari`
(a date or time, of which the day is kept), `tanda` (a number that knows a row again), or nothing.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from analysis.masked import WORDS
from instruments import Instrument
from instruments.errors import SurveyError, Where
from survey_app.exchange.answer_table import AnswerTable

ITEM, PROFILE = "item:", "profil:"
SERVICE, DAY, MARK, IGNORE = "layanan", "hari", "tanda", ""
BLANK = "kosong"
DISTINCT_MAXIMUM = 40
DAY_FIRST, MONTH_FIRST = "hari-bulan", "bulan-hari"

_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")
_WORLD = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
# LimeSurvey leaves this date blank until an answer is submitted, and where a survey keeps no
# dates writes one of 1980 in its place.
_SUBMITTED = re.compile(r"\b(submitdate|date submitted|tanggal dikirim)\b")
_NO_DATE = "1980-01-01"


@dataclass(frozen=True)
class ColumnMapping:
    """Roles by column, the meaning of values by column, and how dates are written."""

    roles: Mapping[int, str]
    values: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    order: str = DAY_FIRST


@dataclass(frozen=True)
class Frame:
    """What rows are read against: the questionnaire, the unit's services, and possible days."""

    instrument: Instrument
    services: Mapping[str, str]
    first: date
    last: date


@dataclass(frozen=True)
class MappedRow:
    """One respondent of the table; `marks` knows the row again, `day` is None where unmapped."""

    answers: dict[str, int | None]
    profile: dict[str, str]
    service: str | None
    day: date | None
    marks: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass
class Checked:
    """What a table would bring: rows with answers, rows passed over, and every problem.

    Passed over are rows without an answer (`blank`) and those never submitted (`unsent`).
    """

    rows: list[MappedRow] = field(default_factory=list)
    blank: int = 0
    unsent: int = 0
    problems: list[SurveyError] = field(default_factory=list)

    @property
    def undated(self) -> int:
        """Rows whose day nobody knows; they count on the day of the import."""
        return sum(row.day is None for row in self.rows)


def check_mapping(table: AnswerTable, mapping: ColumnMapping, frame: Frame) -> Checked:
    """Read every row; finds every problem, of the mapping first, then by row and column."""
    checked = Checked(problems=list(_role_faults(table, mapping, frame)))
    clocks = {at for at, role in mapping.roles.items() if role == DAY and has_clock(table, at)}
    sent = [at for at in clocks if _SUBMITTED.search(table.header[at].lower())]
    for line, cells in zip(table.lines, table.rows, strict=True):
        if any(not cells[at] for at in sent):
            checked.unsent += 1
            continue
        faults: list[SurveyError] = []
        row = _row(line, cells, table.header, mapping, frame, clocks, faults)
        checked.problems += faults
        if all(row.answers.get(code) is None for code in frame.instrument.codes):
            checked.blank += 1
        else:
            checked.rows.append(row)
    return checked


def distinct(table: AnswerTable, at: int) -> list[str]:
    """The different entries of a column in order, blanks left out."""
    return sorted({cell for cell in table.column(at) if cell})


def has_clock(table: AnswerTable, at: int) -> bool:
    """Whether a column of days tells the time too, so that it knows a row again."""
    return any(_CLOCK.search(cell) for cell in table.column(at))


def read_day(text: str, order: str) -> date | None:
    """The day that a date or time begins with; None where it is none.

    >>> read_day("2026/11/02 10:22:33 AM GMT+7", DAY_FIRST).isoformat()
    '2026-11-02'
    >>> read_day("02/11/2026 10:22", DAY_FIRST) == read_day("11/02/2026", MONTH_FIRST)
    True
    """
    found = _ISO.match(text)
    if found:
        year, month, day = map(int, found.groups())
    elif found := _WORLD.match(text):
        day, month, year = map(int, found.groups())
        if order == MONTH_FIRST:
            day, month = month, day
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _role_faults(table: AnswerTable, mapping: ColumnMapping, frame: Frame) -> Iterator[SurveyError]:
    taken: dict[str, int] = {}
    for at, role in sorted(mapping.roles.items()):
        where = Where(field=table.header[at])
        if role == IGNORE:
            continue
        if at in table.personal:
            yield SurveyError("role-personal", where=where)
        if role in taken and role != MARK:
            other = table.header[taken[role]]
            yield SurveyError("role-repeated", where=where, name=role, other=other)
        taken.setdefault(role, at)
        is_closed = role not in {DAY, MARK}
        if is_closed and len(distinct(table, at)) > DISTINCT_MAXIMUM:
            yield SurveyError("values-many", where=where, maximum=DISTINCT_MAXIMUM)
    for item in frame.instrument.form_items:
        if f"{ITEM}{item.code}" not in taken:
            yield SurveyError("item-unmapped", name=item.label)


def _row(
    line: int,
    cells: tuple[str, ...],
    header: tuple[str, ...],
    mapping: ColumnMapping,
    frame: Frame,
    clocks: Collection[int],
    faults: list[SurveyError],
) -> MappedRow:
    answers: dict[str, int | None] = dict.fromkeys(
        (*frame.instrument.codes, *frame.instrument.masked_codes)
    )
    profile: dict[str, str] = {}
    service, day, marks = None, None, []
    for at, role in mapping.roles.items():
        text, where = cells[at], Where(None, line, header[at])
        if role == MARK:
            marks.append(text)
        elif role == DAY:
            day = _day(text, where, mapping.order, frame, faults)
            if at in clocks:
                marks.append(text)
        elif text:
            meaning = _meaning(text, role, mapping.values.get(at, {}), frame)
            if meaning is None:
                faults.append(SurveyError("value-unmapped", where=where, value=text[:60]))
            elif role == SERVICE:
                service = None if meaning == BLANK else meaning
            elif role.startswith(PROFILE) and meaning != BLANK:
                profile[role.removeprefix(PROFILE)] = meaning
            elif role.startswith(ITEM) and meaning != BLANK:
                answers[role.removeprefix(ITEM)] = int(meaning)
    return MappedRow(answers, profile, service, day, tuple(marks), cells)


def _meaning(text: str, role: str, values: Mapping[str, str], frame: Frame) -> str | None:
    """What an entry means under a role; None where nobody has said."""
    known = {BLANK, *meanings(role, frame)}
    if text in values:
        return values[text] if values[text] in known else None
    if role.removeprefix(ITEM) in frame.instrument.masked_codes:
        word = WORDS.get(text.lower())
        return None if word is None else str(word)
    # A number on the scale means itself; all else somebody has to say.
    return text if role.startswith(ITEM) and text in known - {BLANK} else None


def meanings(role: str, frame: Frame) -> dict[str, str]:
    """What an entry may mean under a role, in words; BLANK is no answer, or no service."""
    code, instrument = role.partition(":")[2], frame.instrument
    if role == SERVICE:
        return dict(frame.services)
    if role.startswith(PROFILE):
        found = next(one for one in instrument.profile if one.code == code)
        return {option.code: option.label for option in found.options}
    if code in instrument.masked_codes:
        return {"1": "Ya", "0": "Tidak"}
    return {
        str(option.value): f"{option.value} {option.label}"
        for option in instrument.item(code).options
    }


def roles_of(frame: Frame) -> dict[str, str]:
    """Every role that a column may have, in words."""
    instrument = frame.instrument
    items = {f"{ITEM}{item.code}": item.label for item in instrument.form_items}
    masked = {f"{ITEM}{one.code}": one.label for one in instrument.masked}
    profile = {f"{PROFILE}{one.code}": one.label for one in instrument.profile}
    others = {SERVICE: "Layanan", DAY: "Tanggal atau waktu isi", MARK: "Nomor tanggapan"}
    return {**items, **masked, **profile, **others}


def _day(
    text: str, where: Where, order: str, frame: Frame, faults: list[SurveyError]
) -> date | None:
    if text.startswith(_NO_DATE):
        return None
    if not text:
        faults.append(SurveyError("day-missing", where=where))
        return None
    day = read_day(text, order)
    if day is None:
        faults.append(SurveyError("day-unreadable", where=where, value=text[:40]))
    elif not frame.first <= day <= frame.last:
        faults.append(SurveyError("day-outside", where=where, day=day.isoformat()))
    return day
