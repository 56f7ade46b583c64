"""The one family of errors, and the catalogue of what they say to a reader.

An error is raised where its rule is known and carries a stable code, a place and the
values that its message needs. Indonesian is the first language, English the second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

Language = Literal["id", "en"]

_MESSAGES: dict[str, tuple[str, str]] = {}


@dataclass(frozen=True)
class Where:
    """The place of a fault: a file, a line of it (1 is the first), a field or key."""

    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return ": ".join(part for part in (place, self.field) if part)


class SurveyError(ValueError):
    """Something a user or caller can mend, with a message ready for that reader.

    `code` is stable (machine clients see it as the problem's type), `where` names file,
    line and field, `values` fill the message's template.
    """

    http_status: ClassVar[int] = 422

    def __init__(self, code: str, /, *, where: Where | None = None, **values: object) -> None:
        super().__init__(code)
        if code not in _MESSAGES:
            raise LookupError(f"no message registered for error code {code!r}")
        self.code = code
        self.where = where or Where()
        self.values = values

    def text(self, language: Language = "id") -> str:
        """The message without its place, in Indonesian or English."""
        template = _MESSAGES[self.code][0 if language == "id" else 1]
        return template.format(**self.values)

    def line(self, language: Language = "id") -> str:
        """One line as the command line prints it: `FILE:LINE: FIELD: message`."""
        place = str(self.where)
        return f"{place}: {self.text(language)}" if place else self.text(language)

    def __str__(self) -> str:
        return self.line()


class SurveyErrors(SurveyError):
    """Several faults of one input, found in one pass; `errors` lists them in order."""

    def __init__(self, errors: Sequence[SurveyError]) -> None:
        super().__init__("several-errors", count=len(errors))
        self.errors = list(errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


def register(messages: Mapping[str, tuple[str, str]]) -> None:
    """Add messages, keyed by error code, each an (Indonesian, English) pair of templates.

    Raises ValueError where a code is already taken by other words.
    """
    for code, pair in messages.items():
        if _MESSAGES.setdefault(code, pair) != pair:
            raise ValueError(f"error code {code!r} is registered twice")


register(
    {
        "several-errors": (
            "Ditemukan {count} kesalahan.",
            "{count} errors were found.",
        ),
    }
)
