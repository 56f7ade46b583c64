"""The shape of an instrument: frozen, validated, and hashed over its canonical content."""

import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, Self

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

import instruments.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError
from instruments.masked import MaskedQuestion
from instruments.translations import LanguageCode, Translation

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Text = Annotated[str, Field(min_length=1, max_length=1000)]
NOTICE_WORDS = 60
RESERVED_CODES = frozenset(
    {"submission_id", "answers", "profile", "comment", "language", "service", "website"}
    | {"apa_adanya", "begun", "csrf_token", "ganti_bahasa"}
)
# The index of surveys that ask a unit's own staff, and nobody from outside.
STAFF_INDEX = "IIP"
LATER_FIELDS = frozenset({"masked", "translations"})
_NUMBERED = re.compile(r"^[up]\d+$")


class UnknownItemError(SurveyError):
    """A code that the instrument does not have."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Option(_Part):
    """One worded answer and its value on the scale."""

    value: int
    label: Text


class Item(_Part):
    """One unsur or statement.

    `number` is its place in the regulation's list (shown as U1…), `form_position` its place
    on the printed form; the two differ for pengaduan and sarana in PermenPANRB 14/2017.
    """

    code: Code
    number: int = Field(ge=1)
    form_position: int = Field(ge=1)
    label: Text
    question: Text
    info: str = ""
    options: tuple[Option, ...]
    replaceable: bool = False

    def option_label(self, value: int) -> str:
        """The words of one answer. Raises KeyError for a value off the scale."""
        return {option.value: option.label for option in self.options}[value]


class Scale(_Part):
    """The integers that an answer may take, both ends included; higher is better."""

    minimum: int = Field(ge=0)
    maximum: int = Field(le=100)

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.minimum >= self.maximum:
            raise ValueError("scale.minimum must be below scale.maximum")
        return self

    @property
    def values(self) -> tuple[int, ...]:
        """Every value of the scale, lowest first."""
        return tuple(range(self.minimum, self.maximum + 1))


class ProfileOption(_Part):
    """One choice of a profile question."""

    code: Code
    label: Text


class ProfileQuestion(_Part):
    """An optional question about the respondent, answered in bands only."""

    code: Code
    label: Text
    options: tuple[ProfileOption, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the choices."""
        return tuple(option.code for option in self.options)


class GradeBand(_Part):
    """A grade (mutu pelayanan) and the lowest index, on 0-100 and rounded, that earns it."""

    grade: Text
    label: Text
    minimum: Decimal


class IndexRule(_Part):
    """How the items become an index: its names, the conversion to scale 4, the grades."""

    code: Text
    name: Text
    conversion: Literal["ratio", "linear"] | None = None
    bands: tuple[GradeBand, ...] = Field(min_length=1)


class Instrument(_Part):
    """A questionnaire with the rule that turns its answers into an index."""

    id: Code
    version: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$")
    title: Text
    short_title: Text
    regulation: Text
    introduction: Text
    notice: Text
    is_sensitive: bool = False
    scale: Scale
    index: IndexRule
    items: tuple[Item, ...] = Field(min_length=1)
    profile: tuple[ProfileQuestion, ...] = ()
    weights: dict[str, str] = {}
    based_on: str | None = None
    masked: tuple[MaskedQuestion, ...] = ()
    translations: dict[LanguageCode, Translation] = {}

    @field_validator("notice")
    @classmethod
    def _short_notice(cls, notice: str) -> str:
        if len(notice.split()) > NOTICE_WORDS:
            raise ValueError(f"must have at most {NOTICE_WORDS} words, has {len(notice.split())}")
        return notice

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        self._require_unique("code", [item.code for item in self.items])
        self._require_unique("number", [item.number for item in self.items])
        self._require_unique("form_position", [item.form_position for item in self.items])
        self._require_free_codes()
        self._require_unique("profile code", [question.code for question in self.profile])
        self._require_unique("masked code", self.masked_codes)
        for item in self.items:
            if tuple(option.value for option in item.options) != self.scale.values:
                raise ValueError(
                    f"items.{item.code}.options must have the values {list(self.scale.values)}"
                )
        if self.weights and set(self.weights) != set(self.codes):
            raise ValueError("weights must name every item once")
        self._require_fractions()
        if sum(self.weight(code) for code in self.codes) != 1:
            raise ValueError("weights must sum to exactly 1")
        if any(self.weight(code) <= 0 for code in self.codes):
            raise ValueError("weights must be above 0")
        self._require_translations_that_fit()
        return self

    def _require_fractions(self) -> None:
        for code, weight in self.weights.items():
            try:
                Fraction(weight)
            except (ValueError, ZeroDivisionError) as error:
                raise ValueError(f"weights.{code} must be a number such as 1/9 or 0.2") from error

    def _require_free_codes(self) -> None:
        """Codes become names of form fields and columns, so they must not mean two things."""
        questions = {question.code for question in self.profile}
        for item in self.items:
            if item.code in RESERVED_CODES | questions or _NUMBERED.match(item.code):
                raise ValueError(f"items.{item.code}.code is taken; choose another")
        if questions & RESERVED_CODES:
            raise ValueError(f"profile code {sorted(questions & RESERVED_CODES)} is taken")
        taken = RESERVED_CODES | questions | set(self.codes)
        for code in self.masked_codes:
            if code in taken or _NUMBERED.match(code):
                raise ValueError(f"masked.{code}.code is taken; choose another")

    def _require_translations_that_fit(self) -> None:
        choices = {question.code: set(question.codes) for question in self.profile}
        for language, words in self.translations.items():
            place = f"translations.{language}"
            if len((words.notice or "").split()) > NOTICE_WORDS:
                raise ValueError(f"{place}.notice must have at most {NOTICE_WORDS} words")
            for code, item in words.items.items():
                if code not in self.codes:
                    raise ValueError(f"{place}.items.{code} is not an item of the instrument")
                if len(item.options) != len(self.scale.values):
                    raise ValueError(f"{place}.items.{code}.options must have one text per answer")
            for code, question in words.profile.items():
                if choices.get(code) != set(question.options):
                    raise ValueError(f"{place}.profile.{code} must name every choice once")
            for code in words.masked.keys() - set(self.masked_codes):
                raise ValueError(f"{place}.masked.{code} is not a question of the instrument")

    @staticmethod
    def _require_unique(name: str, values: Sequence[Any]) -> None:
        repeated = {value for value in values if values.count(value) > 1}
        if repeated:
            raise ValueError(f"{name} {sorted(repeated)} is used twice")

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Item codes in the order of the regulation's list (U1, U2, …)."""
        return tuple(item.code for item in sorted(self.items, key=lambda item: item.number))

    @cached_property
    def masked_codes(self) -> tuple[str, ...]:
        """Codes of the masked questions, which take no part in the index."""
        return tuple(question.code for question in self.masked)

    @cached_property
    def form_items(self) -> tuple[Item, ...]:
        """Items in the order of the printed form."""
        return tuple(sorted(self.items, key=lambda item: item.form_position))

    def item(self, code: str) -> Item:
        """One item. Raises UnknownItemError."""
        for item in self.items:
            if item.code == code:
                return item
        raise UnknownItemError("item-unknown", name=code, instrument=self.id)

    def weight(self, code: str) -> Fraction:
        """The exact weight of one item; all weights sum to 1 (PermenPANRB 14/2017 Bab V.A)."""
        return Fraction(self.weights[code]) if self.weights else Fraction(1, len(self.items))

    def column_names(self, order: Literal["unsur", "form"] = "unsur") -> dict[str, str]:
        """Header of a response file, lower case, to item code.

        Codes always count; so do `u1`… and `p1`…, numbered by the regulation's list or by
        the form.
        """
        names = {code.lower(): code for code in self.codes}
        for item in self.items:
            number = item.number if order == "unsur" else item.form_position
            names |= {f"u{number}": item.code, f"p{number}": item.code}
        return names

    @cached_property
    def sha256(self) -> str:
        """Hash of the content as RFC 8785 canonical JSON, in hex: the identity of a version."""
        return hashlib.sha256(rfc8785.dumps(self.to_dict())).hexdigest()

    @property
    def is_for_staff(self) -> bool:
        """Whether it asks a unit's own staff; what they say is never published."""
        return self.index.code == STAFF_INDEX

    def to_dict(self) -> dict[str, Any]:
        """Plain values that `from_dict` reads back exactly.

        A field that came after the first instruments were frozen appears only where it is
        filled, so that their hashes stand for ever.
        """
        content = self.model_dump(mode="json")
        return {key: value for key, value in content.items() if value or key not in LATER_FIELDS}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """The instrument of `to_dict`. Raises pydantic's ValidationError where it is none."""
        return cls.model_validate(content)
