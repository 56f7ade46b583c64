"""An instrument on its way out of an XLSForm workbook: its parts so far, and their cells."""

from dataclasses import dataclass, field
from typing import Any

from instruments.errors import SurveyError
from instruments.xlsform import OFFICIAL
from instruments.xlsform_sheets import Line, Sheets

Place = tuple[str | int, ...]


@dataclass
class Draft:
    """What has been read so far, and from which cell each part of it came."""

    sheets: Sheets
    content: dict[str, Any] = field(default_factory=dict)
    places: dict[Place, str] = field(default_factory=dict)
    faults: list[SurveyError] = field(default_factory=list)
    notes: list[SurveyError] = field(default_factory=list)
    lists: dict[str, list[Line]] = field(default_factory=dict)
    translations: dict[str, dict[str, Any]] = field(default_factory=dict)

    def lines(self, sheet: str) -> list[Line]:
        """The rows of a sheet; none where it is missing, which is a fault told elsewhere."""
        return self.sheets.lines.get(sheet, [])

    def put(self, place: Place, line: Line, heading: str) -> str:
        """Remember where a value comes from; returns its text."""
        self.places[place] = line.place(heading)
        return line[heading]

    def require_new(self, seen: dict[str, str], key: str, line: Line) -> None:
        """A fault where a name was used before, which `seen` remembers by its cell."""
        first = seen.setdefault(key, line.place("name"))
        if first != line.place("name"):
            values = {"name": line["name"], "place": first}
            self.faults.append(line.fault("name", "xlsform-repeated", **values))


def read_names(draft: Draft, place: Place, line: Line, code: str) -> dict[str, Any]:
    """The question in one language with its short name, which other programs do not have."""
    question = draft.put((*place, "question"), line, f"label::{code}")
    name = draft.put((*place, "label"), line, f"zi_label::{code}") or question
    if not question:
        draft.faults.append(line.fault(f"label::{code}", "xlsform-empty"))
    return {"question": question, "label": name}


def read_label(draft: Draft, place: Place, line: Line) -> str:
    """The official label of a row, which must be filled in."""
    heading = f"label::{OFFICIAL}"
    if not line[heading]:
        draft.faults.append(line.fault(heading, "xlsform-empty"))
    return draft.put(place, line, heading)


def choices_of(draft: Draft, line: Line) -> list[Line]:
    """The choices of a question; none, with a fault, where its list does not exist."""
    name = type_of(line).partition(" ")[2].removesuffix(" or_other").strip()
    if name not in draft.lists:
        fault = line.fault("type", "xlsform-list", name=name)
        if str(fault) not in {str(one) for one in draft.faults}:
            draft.faults.append(fault)
        return []
    return draft.lists[name]


def read_number(draft: Draft, line: Line, heading: str, otherwise: int) -> int:
    """A whole number in a cell, `otherwise` where it is blank or none."""
    text = line[heading]
    if text and not is_whole(text):
        draft.faults.append(line.fault(heading, "xlsform-number", value=text))
    return int(text) if is_whole(text) else otherwise


def is_whole(text: str) -> bool:
    """Whether a text is a whole number, as names of choices on a scale are."""
    return text.removeprefix("-").isdecimal()


def value_of(choice: Line) -> int:
    """The value of a choice on a scale; 0 for one that has none, which no scale accepts alone."""
    return int(choice["name"]) if is_whole(choice["name"]) else 0


def type_of(line: Line) -> str:
    """The type with the words that older forms write apart joined: `begin group`, `select one`."""
    text = " ".join(line["type"].split())
    for first in ("begin", "end", "select"):
        if text.lower().startswith(f"{first} "):
            head, _, rest = text.partition(" ")
            return f"{head}_{rest}"
    return text
