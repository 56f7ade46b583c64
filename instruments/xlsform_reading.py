"""Reads an XLSForm workbook as an instrument; every problem is named by sheet and cell."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.model import Instrument
from instruments.xlsform import (
    CHOICES,
    INDEX,
    SETTINGS,
    SURVEY,
    TRANSLATIONS,
)
from instruments.xlsform_draft import Draft, Place
from instruments.xlsform_questions import TRUE, read_questions
from instruments.xlsform_sheets import read_sheets


@dataclass(frozen=True)
class Reading:
    """The instrument of a workbook, and notes on what of it has no use here."""

    instrument: Instrument
    notes: tuple[SurveyError, ...]


def read_xlsform(content: bytes, name: str) -> Reading:
    """The instrument of an XLSForm workbook called `name`.

    Raises SurveyErrors with every problem, each placed as `name: sheet!cell`.
    """
    try:
        draft = Draft(read_sheets(content))
    except SurveyError as error:
        raise SurveyError(error.code, where=Where(name), **error.values) from error
    draft.faults += draft.sheets.faults
    for sheet in (SURVEY, CHOICES, SETTINGS, INDEX):
        if sheet not in draft.sheets.lines:
            draft.faults.append(SurveyError("xlsform-sheet", name=sheet))
    _read_settings(draft)
    _read_index(draft)
    _read_translations(draft)
    _read_choices(draft)
    read_questions(draft)
    instrument = _validated(draft)
    if draft.faults or instrument is None:
        raise SurveyErrors([_in_file(fault, name) for fault in draft.faults])
    return Reading(instrument, tuple(_in_file(note, name) for note in draft.notes))


def _in_file(fault: SurveyError, name: str) -> SurveyError:
    return SurveyError(fault.code, where=Where(name, field=fault.where.field), **fault.values)


def _read_settings(draft: Draft) -> None:
    names = {
        **{"form_title": "title", "form_id": "id", "version": "version"},
        **{"zi_short_title": "short_title", "zi_regulation": "regulation"},
    }
    line = next(iter(draft.lines(SETTINGS)), None)
    if line is None:
        _require_filled(draft, SETTINGS)
        return
    for heading, key in names.items():
        draft.content[key] = draft.put((key,), line, heading)
        if heading not in line.letters:
            where = Where(field=f"{SETTINGS}!1")
            draft.faults.append(SurveyError("xlsform-column", where=where, name=heading))
        elif not line[heading]:
            draft.faults.append(line.fault(heading, "xlsform-empty"))
    draft.content["is_sensitive"] = line["zi_is_sensitive"].lower() in TRUE
    draft.content["based_on"] = draft.put(("based_on",), line, "zi_based_on") or None


def _read_index(draft: Draft) -> None:
    bands = []
    for at, line in enumerate(draft.lines(INDEX)):
        if at == 0:
            draft.content["index"] = {
                "code": draft.put(("index", "code"), line, "code"),
                "name": draft.put(("index", "name"), line, "name"),
                "conversion": draft.put(("index", "conversion"), line, "conversion") or None,
            }
        names = {"grade": "grade", "label": "grade_label", "minimum": "minimum"}
        place: Place = ("index", "bands", at)
        bands.append({key: draft.put((*place, key), line, name) for key, name in names.items()})
    if bands:
        draft.content["index"]["bands"] = bands
    else:
        _require_filled(draft, INDEX)


def _require_filled(draft: Draft, sheet: str) -> None:
    if sheet in draft.sheets.lines:
        draft.faults.append(SurveyError("xlsform-empty", where=Where(field=f"{sheet}!A2")))


def _read_translations(draft: Draft) -> None:
    draft.translations = {code: {"version": "1"} for code in draft.sheets.languages()}
    for line in draft.lines(TRANSLATIONS):
        code = line["language"]
        words = draft.translations.setdefault(code, {"version": "1"})
        for key in ("version", "approved_by", "approved_on", "title"):
            text = draft.put(("translations", code, key), line, key)
            if text:
                words[key] = text


def _read_choices(draft: Draft) -> None:
    seen: dict[str, str] = {}
    for line in draft.lines(CHOICES):
        name = line["list_name"] or line["list name"]
        draft.lists.setdefault(name, []).append(line)
        if not line["name"]:
            draft.faults.append(line.fault("name", "xlsform-empty"))
        else:
            draft.require_new(seen, f"{name} {line['name']}", line)


def _validated(draft: Draft) -> Instrument | None:
    """The instrument, unless it is faulty; faults that were told before are not told again."""
    content = draft.content
    if draft.translations:
        content["translations"] = draft.translations
    for key, blank in (("weights", {}), ("masked", []), ("translations", {})):
        if content.get(key) == blank:
            content.pop(key, None)
    try:
        return Instrument.from_dict(content)
    except ValidationError as error:
        draft.faults += _new_faults(draft, error)
        return None


def _new_faults(draft: Draft, error: ValidationError) -> Iterator[SurveyError]:
    told = {fault.where.field for fault in draft.faults}
    for one in error.errors():
        cell = _cell(draft, one["loc"])
        # A part that was refused leaves holes behind it; they are no faults of their own.
        if cell in told or (draft.faults and cell == SURVEY):
            continue
        reason = str(one["msg"]).removeprefix("Value error, ")
        yield SurveyError("xlsform-invalid", where=Where(field=cell), reason=reason)


def _cell(draft: Draft, place: Iterable[str | int]) -> str:
    """The cell that a part of the instrument came from, or the nearest part around it."""
    steps = tuple(place)
    while steps:
        if steps in draft.places:
            return draft.places[steps]
        steps = steps[:-1]
    return SURVEY
