"""The catalogues of page words: taken from the sources, brought up to date, compiled.

Run `python .ci/catalogues.py` after words were added or changed, fill the empty `msgstr` in
survey_app/web/translations, and run it again; with `--check` it changes nothing and says what
is missing. English covers every page, Javanese and Sundanese the citizen's.
"""

import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "survey_app/web/translations"
CITIZENS = "survey_app/respond/"
# Pages of this room that only officers see.
STAFF = re.compile(r"/respond/(officer|kiosk_staff|staff)")
SCOPES = {"en": "survey_app/", "jv": CITIZENS, "su": CITIZENS}
# Errors bring their own English; citizens read them in the other languages too.
ERRORS = (
    *("survey_app/respond/messages.py", "survey_app/respond/entry_messages.py"),
    "survey_app/ledger/ticket_messages.py",
)
# Codes of errors in those files that citizens never meet.
OFFICERS = ("lot-", "kiosk-pin-", "kiosk-without-pin", "kiosk-throttled", "officer-")
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"encoding": "utf-8"}}
# A text, or singular and plural.
Word = str | tuple[str, str]
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    """Print what is missing; 1 where a citizen's language is not complete and in step."""
    found = list(_extracted())
    status = 0
    for language, scope in SCOPES.items():
        words = {word: None for word, place in found if place.startswith(scope)}
        if language != "en":
            words |= dict.fromkeys(_error_words())
        if "--check" not in arguments:
            _update(language, list(words))
        faults = list(check(language, set(words)))
        for fault in faults:
            sys.stdout.write(f"{language}: {fault}\n")
        done = 1 - sum("not translated" in fault for fault in faults) / len(words)
        sys.stdout.write(f"{language}: {len(words)} texts, {done:.1%} translated\n")
        status |= bool(faults)
    return status


def citizens_words(language: str) -> set[Word]:
    """Every text of the citizen's pages that a language must have."""
    words = {word for word, place in _extracted() if place.startswith(CITIZENS)}
    return words if language == "en" else words | set(_error_words())


def check(language: str, words: set[Word]) -> Iterator[str]:
    """What is wrong with a catalogue, given the texts that it must have."""
    texts = {message.id: _forms(message.string) for message in _read(language) if message.id}
    with (FOLDER / language / "LC_MESSAGES/messages.mo").open("rb") as file:
        compiled = {_forms(m.id)[0]: _forms(m.string) for m in read_mo(file) if m.id}
    if compiled != {_forms(word)[0]: forms for word, forms in texts.items() if all(forms)}:
        yield "messages.mo is older than messages.po"
    for word in sorted(words, key=str):
        forms = texts.get(word, ("",))
        if not all(forms):
            yield f"not translated: {word!r}"
        elif _placeholders(_forms(word)[-1]) != _placeholders(forms[-1]):
            yield f"other placeholders: {word!r}"


def _forms(text: Word) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _extracted() -> Iterator[tuple[Word, str]]:
    """Each text with the file it stands in, relative to the project."""
    for file, _line, word, _comments, _context in extract_from_dir(
        ROOT / "survey_app", METHODS, OPTIONS
    ):
        place = f"survey_app/{file}"
        yield word, place if not STAFF.search(place) else place.replace("/", ":", 1)


def _error_words() -> list[str]:
    """Indonesian errors without values, which `told` looks up in the catalogue."""
    texts = [
        value.elts[0]
        for path in ERRORS
        if (ROOT / path).exists()
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        for code, value in zip(node.keys, node.values, strict=True)
        if isinstance(value, ast.Tuple) and not str(getattr(code, "value", "")).startswith(OFFICERS)
    ]
    words = [str(text.value) for text in texts if isinstance(text, ast.Constant)]
    return [word for word in words if "{" not in word]


def _read(language: str) -> Catalog:
    path = FOLDER / language / "LC_MESSAGES/messages.po"
    if not path.exists():
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _update(language: str, words: list[Word]) -> None:
    known = {message.id: message.string for message in _read(language) if message.id}
    # The same dates in every run, so that only words make a difference.
    fresh = Catalog(language, creation_date=SINCE, revision_date=SINCE)
    for word in sorted(words, key=str):
        flags = ("python-format",) if "%(" in str(word) else ()
        fresh.add(word, known.get(word, ""), flags=flags)
    folder = FOLDER / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "messages.po").open("wb") as file:
        write_po(file, fresh, width=0, omit_header=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, fresh)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
