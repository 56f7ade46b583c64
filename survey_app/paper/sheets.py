"""What one sheet says, as typed: read from form fields, checked, compared, put together.

Nothing here knows the database. Fields are named by the instrument's codes; `@outcome` is what
became of the sheet and cannot be a code.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import survey_app.paper.messages  # noqa: F401  registers the words of the errors raised here
from instruments import Instrument
from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.masked import NO, YES
from survey_app.store.tables import SheetOutcome

OUTCOME = "@outcome"
COMMENT = "comment"
Value = int | str | None


class PaperError(SurveyError):
    """An act that the state of a paper batch does not allow."""

    http_status = 409


@dataclass(frozen=True)
class Question:
    """One place on the sheet to tick. Each box is its digit, its words and its value."""

    code: str
    label: str
    question: str
    boxes: tuple[tuple[int, str, int | str], ...]

    def value_of(self, typed: str) -> Value:
        """The value of a typed digit, None for an empty field. Raises SurveyError."""
        text = typed.strip()
        if not text:
            return None
        for digit, _words, value in self.boxes:
            if text == str(digit):
                return value
        digits = [str(digit) for digit, _words, _value in self.boxes]
        raise SurveyError("paper-value", allowed=" / ".join(digits), value=text[:20])

    def words_of(self, value: Value) -> str:
        """A value as a reader knows it: `3 Sesuai`, or a dash."""
        for digit, words, one in self.boxes:
            if one == value:
                return f"{digit} {words}"
        return "–"


@dataclass(frozen=True)
class Sheet:
    """One sheet as one person read it. `values` hold answers and profile by code."""

    outcome: SheetOutcome
    values: dict[str, Value] = field(default_factory=dict)
    comment: str = ""

    def value(self, name: str) -> Value:
        """The value of one field, OUTCOME and COMMENT among them."""
        if name == OUTCOME:
            return str(self.outcome)
        return (self.comment or None) if name == COMMENT else self.values.get(name)


@dataclass(frozen=True)
class Difference:
    """A field of a sheet that two people read differently."""

    sheet: int
    name: str
    first: Value
    second: Value


def item_questions(instrument: Instrument) -> list[Question]:
    """The items, in the order of the printed form; the digits are the answers themselves."""
    return [
        Question(
            item.code,
            item.label,
            item.question,
            tuple((option.value, option.label, option.value) for option in item.options),
        )
        for item in instrument.form_items
    ]


def masked_questions(instrument: Instrument) -> list[Question]:
    """The questions with coins."""
    boxes = ((YES, "Ya", YES), (NO, "Tidak", NO))
    return [Question(one.code, one.label, one.question, boxes) for one in instrument.masked]


def profile_questions(instrument: Instrument) -> list[Question]:
    """The profile questions; their choices are numbered from 1."""
    return [
        Question(
            one.code,
            one.label,
            one.label,
            tuple((n, option.label, option.code) for n, option in enumerate(one.options, 1)),
        )
        for one in instrument.profile
    ]


def sheet_questions(instrument: Instrument) -> list[Question]:
    """Everything to tick, in the order of the sheet."""
    return [
        *item_questions(instrument),
        *masked_questions(instrument),
        *profile_questions(instrument),
    ]


def read_sheet(
    number: int, typed: Mapping[str, str], instrument: Instrument, comment_maximum: int
) -> Sheet:
    """A sheet from what was typed, digits by code. Raises SurveyErrors by sheet and question."""
    faults: list[SurveyError] = []
    values: dict[str, Value] = {}
    for question in sheet_questions(instrument):
        try:
            values[question.code] = question.value_of(typed.get(question.code, ""))
        except SurveyError as error:
            faults.append(located(error, number, question.label))
    chosen = typed.get(OUTCOME, "")
    if chosen not in set(SheetOutcome):
        faults.append(located(SurveyError("paper-outcome"), number, OUTCOME))
    if faults:
        raise SurveyErrors(faults)
    comment = " ".join(typed.get(COMMENT, "").replace("\0", "").split())
    sheet = Sheet(SheetOutcome(chosen), values, comment)
    return require_sound(number, sheet, instrument, comment_maximum)


def require_sound(number: int, sheet: Sheet, instrument: Instrument, comment_maximum: int) -> Sheet:
    """The sheet, if it is one that may be counted. Raises SurveyErrors by sheet and question."""
    faults = list(_faults(sheet, instrument, comment_maximum))
    if faults:
        raise SurveyErrors([located(error, number, name) for name, error in faults])
    return sheet


def located(error: SurveyError, number: int, name: str) -> SurveyError:
    """An error that names the sheet and the question it is about."""
    place = f"lembar {number}" if name == OUTCOME else f"lembar {number}: {name}"
    return SurveyError(error.code, where=Where(field=place), **error.values)


def find_differences(
    instrument: Instrument,
    first: Mapping[int, Sheet],
    second: Mapping[int, Sheet],
    settled: Mapping[tuple[int, str], Value],
) -> list[Difference]:
    """Fields read differently and not settled yet, by sheet and in the order of the sheet.

    Where two people do not agree on what became of a sheet, that comes first; the fields of
    such a sheet are compared once it is settled to be answered.
    """
    found: list[Difference] = []
    for number in sorted(first):
        one, other = first[number], second[number]
        for name in _compared(instrument, number, one, other, settled):
            if (number, name) not in settled and not _is_same(name, one, other):
                found.append(Difference(number, name, one.value(name), other.value(name)))
    return found


def put_together(
    first: Mapping[int, Sheet],
    second: Mapping[int, Sheet],
    settled: Mapping[tuple[int, str], Value],
) -> dict[int, Sheet]:
    """The sheets as both, or a third person, read them. Needs every difference settled."""
    return {number: _joined(number, first[number], second[number], settled) for number in first}


def _joined(
    number: int, one: Sheet, other: Sheet, settled: Mapping[tuple[int, str], Value]
) -> Sheet:
    outcome = SheetOutcome(str(settled.get((number, OUTCOME), one.outcome)))
    if outcome != SheetOutcome.ANSWERED:
        return Sheet(outcome)
    names = one.values.keys() | other.values.keys()
    values = {name: settled.get((number, name), one.values.get(name)) for name in names}
    comment = settled.get((number, COMMENT), one.comment)
    return replace(one, outcome=outcome, values=values, comment=str(comment or ""))


def _compared(
    instrument: Instrument,
    number: int,
    one: Sheet,
    other: Sheet,
    settled: Mapping[tuple[int, str], Value],
) -> Iterable[str]:
    agreed = one.outcome if one.outcome == other.outcome else settled.get((number, OUTCOME))
    if agreed is None:
        return [OUTCOME]
    if agreed != SheetOutcome.ANSWERED:
        return []
    return [*(question.code for question in sheet_questions(instrument)), COMMENT]


def _is_same(name: str, one: Sheet, other: Sheet) -> bool:
    if name != COMMENT:
        return one.value(name) == other.value(name)
    return _plain(one.comment) == _plain(other.comment)


def _plain(comment: str) -> str:
    """Free words without what two typists never agree on: capitals, points and spaces."""
    return "".join(letter for letter in comment.casefold() if letter.isalnum())


def _faults(
    sheet: Sheet, instrument: Instrument, comment_maximum: int
) -> Iterator[tuple[str, SurveyError]]:
    given = [value for value in sheet.values.values() if value is not None]
    if sheet.outcome != SheetOutcome.ANSWERED:
        if given or sheet.comment:
            yield OUTCOME, SurveyError("paper-answers-on-empty")
        return
    if all(sheet.values.get(code) is None for code in instrument.codes):
        yield OUTCOME, SurveyError("paper-no-answers")
    for question in sheet_questions(instrument):
        value = sheet.values.get(question.code)
        allowed = [one for _digit, _words, one in question.boxes]
        if value is not None and value not in allowed:
            words = " / ".join(str(digit) for digit, _words, _value in question.boxes)
            yield question.label, SurveyError("paper-value", allowed=words, value=str(value)[:20])
    if len(sheet.comment) > comment_maximum:
        actual = len(sheet.comment)
        yield "Saran", SurveyError("paper-comment-long", actual=actual, maximum=comment_maximum)
