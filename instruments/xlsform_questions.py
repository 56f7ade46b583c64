"""The questions of an XLSForm workbook: notes, items, profile and masked ones, and their words.

Takes what our form can ask. What would change who is asked what (`relevant`, `constraint`, …) is
a fault, for dropping it silently would alter the questionnaire; what merely has no use here
becomes a note.
"""

from typing import Any

from instruments.errors import SurveyError, Where
from instruments.xlsform import INTRODUCTION, NOTICE, OFFICIAL, SURVEY
from instruments.xlsform_draft import (
    Draft,
    Place,
    choices_of,
    is_whole,
    read_label,
    read_names,
    read_number,
    type_of,
    value_of,
)
from instruments.xlsform_sheets import Line

PARTS = ("introduction", "notice", "item", "profile", "masked")
NOTES = {INTRODUCTION: "introduction", NOTICE: "notice"}
REFUSED = ("relevant", "constraint", "calculation", "choice_filter", "repeat_count")
UNUSED = ("default", "appearance", "trigger", "parameters", "guidance_hint", "read_only")
PASSED_OVER = frozenset(
    {"begin_group", "end_group", "start", "end", "today", "deviceid", "username", "phonenumber"}
    | {"audit", "email", "text", "start-geopoint", "simserial", "subscriberid"}
)
UNWORDED = frozenset({"begin_group", "end_group"})
TRUE = frozenset({"yes", "true", "1", "true()"})


def read_questions(draft: Draft) -> None:
    """Put every question of the sheet `survey` into the draft."""
    questions: dict[str, list[Line]] = {part: [] for part in ("item", "profile", "masked")}
    seen: dict[str, str] = {}
    for line in draft.lines(SURVEY):
        kind, _, _rest = type_of(line).partition(" ")
        part = _part(draft, line, kind)
        _note_what_is_not_used(draft, line)
        if kind == "note" and part in NOTES.values():
            _read_note(draft, line, part)
        if part not in questions:
            continue
        draft.require_new(seen, line["name"], line)
        questions[part].append(line)
    if SURVEY in draft.sheets.lines:
        _require_whole(draft, questions["item"])
    _read_items(draft, questions["item"])
    _read_profile(draft, questions["profile"])
    _read_masked(draft, questions["masked"])


def _require_whole(draft: Draft, items: list[Line]) -> None:
    where = Where(field=SURVEY)
    for name, part in NOTES.items():
        if not draft.content.get(part):
            draft.faults.append(SurveyError("xlsform-note", where=where, name=name))
    if not items:
        draft.faults.append(SurveyError("xlsform-no-items", where=where))


def _part(draft: Draft, line: Line, kind: str) -> str:
    """Which part of the questionnaire a row is; empty for what is passed over."""
    for heading in REFUSED:
        if line[heading]:
            draft.faults.append(line.fault(heading, "xlsform-branching", name=heading))
    named = line["zi_part"].lower()
    if named and named not in PARTS:
        known = ", ".join(PARTS)
        draft.faults.append(line.fault("zi_part", "xlsform-part", name=named, known=known))
        return ""
    if kind == "note":
        return named or NOTES.get(line["name"], "")
    if kind in PASSED_OVER:
        if kind not in UNWORDED:
            draft.notes.append(line.fault("type", "xlsform-not-used", name=kind))
        return ""
    if kind != "select_one":
        draft.faults.append(line.fault("type", "xlsform-type", name=line["type"]))
        return ""
    choices = choices_of(draft, line)
    if not choices:
        return ""
    return named or ("item" if all(is_whole(one["name"]) for one in choices) else "profile")


def _note_what_is_not_used(draft: Draft, line: Line) -> None:
    for heading in UNUSED:
        if line[heading]:
            draft.notes.append(line.fault(heading, "xlsform-not-used", name=heading))
    if type_of(line).endswith(" or_other"):
        draft.notes.append(line.fault("type", "xlsform-not-used", name="or_other"))
    if line["required"].lower() in TRUE:
        draft.notes.append(line.fault("required", "xlsform-not-used", name="required"))


def _read_note(draft: Draft, line: Line, part: str) -> None:
    draft.content[part] = draft.put((part,), line, f"label::{OFFICIAL}")
    for code, words in draft.translations.items():
        text = draft.put(("translations", code, part), line, f"label::{code}")
        if text:
            words[part] = text


def _read_items(draft: Draft, lines: list[Line]) -> None:
    items, weights = [], {}
    for at, line in enumerate(lines):
        place: Place = ("items", at)
        item: dict[str, Any] = {
            "code": draft.put((*place, "code"), line, "name"),
            "number": read_number(draft, line, "zi_number", at + 1),
            "form_position": read_number(draft, line, "zi_form_position", at + 1),
            "replaceable": line["zi_replaceable"].lower() in TRUE,
            "info": draft.put((*place, "info"), line, f"hint::{OFFICIAL}"),
        } | read_names(draft, place, line, OFFICIAL)
        choices = sorted(choices_of(draft, line), key=value_of)
        item["options"] = [
            {
                "value": value_of(one),
                "label": read_label(draft, (*place, "options", n, "label"), one),
            }
            for n, one in enumerate(choices)
        ]
        items.append(item)
        if line["zi_weight"]:
            weights[line["name"]] = draft.put(("weights", line["name"]), line, "zi_weight")
        _translate(draft, line, "items", choices)
    _require_one_scale(draft, lines, items)
    draft.content["items"] = sorted(items, key=lambda item: item["number"])
    _follow(draft, items)
    draft.content["weights"] = weights
    if items and items[0]["options"]:
        values = [option["value"] for option in items[0]["options"]]
        draft.content["scale"] = {"minimum": min(values), "maximum": max(values)}


def _follow(draft: Draft, items: list[dict[str, Any]]) -> None:
    """Let the places of items follow them into the order of their numbers."""
    order = sorted(range(len(items)), key=lambda at: items[at]["number"])
    moved = {old: new for new, old in enumerate(order)}
    draft.places = {
        (place[0], moved[int(place[1])], *place[2:]) if place[0] == "items" else place: cell
        for place, cell in draft.places.items()
    }


def _require_one_scale(draft: Draft, lines: list[Line], items: list[dict[str, Any]]) -> None:
    found = [[option["value"] for option in item["options"]] for item in items]
    for line, values in zip(lines, found, strict=True):
        if not values:
            continue
        first = found[0]
        is_scale = values == first == list(range(first[0], first[0] + len(first)))
        if not is_scale:
            expected = list(range(first[0], first[-1] + 1)) if first else []
            faults = {"found": values, "other": lines[0]["name"], "expected": expected}
            draft.faults.append(line.fault("type", "xlsform-scale", **faults))


def _read_profile(draft: Draft, lines: list[Line]) -> None:
    draft.content["profile"] = []
    for at, line in enumerate(lines):
        place: Place = ("profile", at)
        choices = choices_of(draft, line)
        options = [
            {
                "code": draft.put((*place, "options", n, "code"), one, "name"),
                "label": read_label(draft, (*place, "options", n, "label"), one),
            }
            for n, one in enumerate(choices)
        ]
        question = {
            "code": draft.put((*place, "code"), line, "name"),
            "label": read_label(draft, (*place, "label"), line),
            "options": options,
        }
        draft.content["profile"].append(question)
        _translate(draft, line, "profile", choices)


def _read_masked(draft: Draft, lines: list[Line]) -> None:
    draft.content["masked"] = []
    for at, line in enumerate(lines):
        question = {
            "code": draft.put(("masked", at, "code"), line, "name"),
            "coins": read_number(draft, line, "zi_coins", 2),
        }
        draft.content["masked"].append(question | read_names(draft, ("masked", at), line, OFFICIAL))
        draft.places["masked", at, "coins"] = line.place("zi_coins")
        _translate(draft, line, "masked", [])


def _translate(draft: Draft, line: Line, part: str, choices: list[Line]) -> None:
    """Put a question's words of every other language where they belong."""
    for code, words in draft.translations.items():
        place: Place = ("translations", code, part, line["name"])
        labels = [one[f"label::{code}"] for one in choices]
        given = [line[f"label::{code}"], line[f"zi_label::{code}"], *labels]
        # The two words of a masked question, or a list that several share, may stand alone.
        if not any(given[:2]):
            continue
        if not all([line[f"label::{code}"], *labels]):
            where = f"label::{code}"
            fault = line.fault(where, "xlsform-translation", language=code, name=line["name"])
            draft.faults.append(fault)
            continue
        names = read_names(draft, place, line, code)
        if part == "items":
            names |= {"info": line[f"hint::{code}"], "options": labels}
        elif part == "profile":
            pairs = zip(choices, labels, strict=True)
            names = {
                "label": line[f"label::{code}"],
                "options": {one["name"]: label for one, label in pairs},
            }
        words.setdefault(part, {})[line["name"]] = names
        draft.places[place] = line.place(f"label::{code}")
