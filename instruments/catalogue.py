"""Finds and reads instruments: those that come with the package, and files of a unit's own."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.model import Instrument
from instruments.translations import inherit_translations

SHAPES = {
    "based_on": 'based_on = "skm-2017"',
    "remove": 'remove = ["biaya"]',
    "replace": "[replace.biaya]",
    "add": "[[add]]",
    "translations": "[translations.jv]",
}


# What a variant may word anew, so that the base's translations of it no longer fit.
WORDED = frozenset({"title", "introduction", "notice", "profile", "masked"})


class UnknownInstrumentError(SurveyError):
    """A name that the catalogue does not have."""

    http_status = 404


def available() -> tuple[Instrument, ...]:
    """Every instrument of the package, by id."""
    return tuple(_shipped(name) for name in _names())


def load(instrument_id: str) -> Instrument:
    """An instrument of the package. Raises UnknownInstrumentError."""
    if instrument_id in _names():
        return _shipped(instrument_id)
    known = ", ".join(_names())
    raise UnknownInstrumentError("instrument-unknown", name=instrument_id, known=known)


@cache
def _names() -> tuple[str, ...]:
    """Ids of the package's instruments, which their files are called after."""
    entries = (files("instruments") / "data").iterdir()
    names = (entry.name for entry in entries)
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml")))


@cache
def _shipped(instrument_id: str) -> Instrument:
    # One file at a time, for a variant reads its base.
    name = f"{instrument_id}.toml"
    return _read((files("instruments") / "data" / name).read_text(encoding="utf-8"), name)


def load_file(path: Path) -> Instrument:
    """An instrument from a TOML file, perhaps one `based_on` another of the package.

    Raises SurveyErrors that name file, line and key.
    """
    try:
        return _read(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SurveyError("instrument-unreadable", where=Where(str(path)), reason=error) from error


def load_text(text: str, name: str) -> Instrument:
    """An instrument from the text of a TOML file that is called `name`. Raises SurveyErrors."""
    return _read(text, name)


def load_bytes(content: bytes, name: str) -> Instrument:
    """An instrument from a file's content: an XLSForm workbook, or else TOML, by its name.

    Raises SurveyErrors.
    """
    if name.lower().endswith(".xlsx"):
        from instruments.xlsform_reading import read_xlsform

        return read_xlsform(content, name).instrument
    return load_text(content.decode("utf-8", errors="replace"), name)


def _read(text: str, file: str) -> Instrument:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SurveyError("instrument-unreadable", where=Where(file), reason=error) from error
    if "based_on" in content:
        content = _variant(content, file)
    try:
        return Instrument.from_dict(content)
    except ValidationError as error:
        faults = [_fault(fault, text, file, content) for fault in error.errors()]
        raise SurveyErrors(faults) from error


def _variant(content: dict[str, Any], file: str) -> dict[str, Any]:
    """Full content of a variant: the base, with items removed, replaced and added."""
    _require_shapes(content, file)
    base = load(content["based_on"])
    whole = base.to_dict()
    removed = content.pop("remove", [])
    replaced = content.pop("replace", {})
    added = content.pop("add", [])
    for code in [*removed, *replaced]:
        base.item(code)
    _require_replaceable(base, replaced, file)
    items = [item | replaced.get(item["code"], {}) for item in whole["items"]]
    whole["items"] = [item for item in items if item["code"] not in removed] + added
    if removed or added:
        whole["weights"] = {}
    translations = inherit_translations(
        whole.pop("translations", {}),
        content.pop("translations", {}),
        changed={*removed, *replaced},
        keys=WORDED & content.keys(),
    )
    return whole | content | {"translations": translations}


def _require_shapes(content: dict[str, Any], file: str) -> None:
    """Refuse keys of a variant that are not of the kind they should be."""
    replaced, added = content.get("replace", {}), content.get("add", [])
    faults = {
        "based_on": not isinstance(content["based_on"], str),
        "remove": not isinstance(content.get("remove", []), list),
        "replace": not isinstance(replaced, dict)
        or not all(isinstance(item, dict) for item in replaced.values()),
        "add": not isinstance(added, list) or not all(isinstance(item, dict) for item in added),
        "translations": not isinstance(content.get("translations", {}), dict)
        or not all(isinstance(words, dict) for words in content.get("translations", {}).values()),
    }
    errors = [
        SurveyError("instrument-shape", where=Where(file, None, key), shape=SHAPES[key])
        for key, is_wrong in faults.items()
        if is_wrong
    ]
    if errors:
        raise SurveyErrors(errors)


def _require_replaceable(base: Instrument, replaced: dict[str, Any], file: str) -> None:
    allowed = [item.code for item in base.items if item.replaceable]
    wrong = [code for code in replaced if code not in allowed]
    if wrong:
        raise SurveyErrors(
            [
                SurveyError(
                    "instrument-not-replaceable",
                    where=Where(file, None, f"replace.{code}"),
                    name=code,
                    allowed=", ".join(allowed) or "-",
                )
                for code in wrong
            ]
        )


def _fault(fault: Any, text: str, file: str, content: dict[str, Any]) -> SurveyError:
    place = list(fault["loc"])
    key = ".".join(_named(place, content))
    names = [part for part in place if isinstance(part, str)]
    where = Where(file, _line_of(text, names[-1]) if names else None, key or None)
    reason = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] in {"missing", "extra_forbidden"}:
        return SurveyError("instrument-key", where=where, name=names[-1], reason=reason)
    return SurveyError("instrument-invalid", where=where, reason=reason)


def _named(place: list[str | int], content: Any) -> list[str]:
    """The place with an item's code instead of its number, where it has one."""
    parts = []
    for step in place:
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            content = None
        code = content.get("code") if isinstance(content, dict) and isinstance(step, int) else None
        parts.append(str(code or step))
    return parts


def _line_of(text: str, key: str) -> int | None:
    """The line where a key stands, if it stands only once (else the place says enough)."""
    pattern = re.compile(rf"^\s*\[*{re.escape(key)}\b")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)]
    return lines[0] if len(lines) == 1 else None
