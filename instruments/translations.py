"""Helper texts of an instrument in other languages, shown with its official wording.

They are part of the instrument's content and of its hash: an answer thus says which helper
text stood beside its question. A text that no authority has approved yet is a draft, and an
administrator sees that it is one.
"""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

# ISO 639 codes, and `mudah`: Indonesian in short sentences.
LanguageCode = Annotated[str, Field(pattern=r"^([a-z]{2,3}|mudah)$")]
NESTED = ("items", "profile", "masked")
Words = Annotated[str, Field(min_length=1, max_length=1000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class ItemWords(_Part):
    """One item in another language; options from the lowest value to the highest."""

    label: Words
    question: Words
    info: str = ""
    options: tuple[Words, ...]


class ProfileWords(_Part):
    """One profile question in another language; the choices by their code."""

    label: Words
    options: dict[str, Words]


class MaskedWords(_Part):
    """One masked question in another language."""

    label: Words
    question: Words


class Translation(_Part):
    """The helper texts of one language. What it leaves out is shown in Indonesian alone."""

    version: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$")
    approved_by: Words | None = None
    approved_on: date | None = None
    title: Words | None = None
    introduction: Words | None = None
    notice: Words | None = None
    items: dict[str, ItemWords] = {}
    profile: dict[str, ProfileWords] = {}
    masked: dict[str, MaskedWords] = {}

    @model_validator(mode="after")
    def _whole_approval(self) -> "Translation":
        if (self.approved_by is None) != (self.approved_on is None):
            raise ValueError("approved_by and approved_on belong together")
        return self

    @property
    def is_approved(self) -> bool:
        """Whether an authority has approved these words."""
        return self.approved_by is not None


def inherit_translations(
    inherited: dict[str, Any], own: dict[str, Any], changed: Collection[str], keys: Collection[str]
) -> dict[str, Any]:
    """The translations of a variant, as plain values.

    Words of items in `changed` (removed or replaced) and of top-level `keys` that the variant
    words anew no longer say what the official text says, so they are left behind; with any of
    them goes the approval. What the variant's `own` translations hold comes on top.
    """
    merged = {}
    for language in [*inherited, *(own.keys() - inherited.keys())]:
        words = dict(inherited.get(language, {}))
        items = {code: item for code, item in words.get("items", {}).items() if code not in changed}
        kept = {key: value for key, value in words.items() if key not in keys} | {"items": items}
        if kept != words:
            kept |= {"approved_by": None, "approved_on": None}
        merged[language] = _on_top(kept, own.get(language, {}))
    return merged


def _on_top(words: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    nested = {
        part: words.get(part, {}) | own[part]
        for part in ("items", "profile", "masked")
        if part in own
    }
    return words | own | nested
