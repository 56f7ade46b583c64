"""The weights and minimums of a Zona Integritas evaluation, as dated data.

The shipped rules are what is known of PermenPANRB 90/2021 as amended by 5/2024; whoever runs
an instance may load others. Numbers are kept exact: they come as text and become fractions.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

import analysis.zi_messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where


def _exact(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, str | int | Fraction):
        raise ValueError('must be written as text such as "17.5"')
    return Fraction(value)


def _decimal_text(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


Points = Annotated[
    Fraction,
    BeforeValidator(_exact),
    PlainSerializer(_decimal_text, return_type=str),
    Field(ge=0),
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Area(_Part):
    """One of the areas of change (pengungkit) with the points of its two halves."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    label: str = Field(min_length=1)
    pemenuhan: Points
    reform: Points

    @property
    def maximum(self) -> Fraction:
        """All points of the area."""
        return self.pemenuhan + self.reform


class Hasil(_Part):
    """The most points that each part of the results component can bring."""

    ipak: Points
    capaian_kinerja: Points
    ipkp: Points


class Minimums(_Part):
    """What a predicate asks at least, in points; `area_share` is a share of each area."""

    label: str = Field(min_length=1)
    total: Points
    pengungkit: Points
    area_share: Points
    birokrasi_bersih: Points
    ipak: Points
    capaian_kinerja: Points
    ipkp: Points


class Requirement(_Part):
    """What an agency or a unit must have before a unit can be proposed, beside all points.

    `asked` says what each predicate asks, in the rule's own words; `certainty` how far the text
    of the rule itself was read.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    label: str = Field(min_length=1)
    scope: Literal["instansi", "unit"]
    asked: dict[str, str] = Field(min_length=1)
    certainty: str = ""


class ZiRules(_Part):
    """One evaluation's weights, minimums and requirements, with the regulation they come from."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,79}$")
    regulation: str = Field(min_length=1)
    effective_from: date
    source: str = ""
    index_maximum: Points
    months_minimum: int = Field(ge=1, le=12)
    hasil: Hasil
    areas: tuple[Area, ...] = Field(min_length=1)
    targets: dict[str, Minimums] = Field(min_length=1)
    requirements: tuple[Requirement, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        codes = [area.code for area in self.areas]
        if len(set(codes)) != len(codes):
            raise ValueError("areas must have different codes")
        asked = [one.code for one in self.requirements]
        if len(set(asked)) != len(asked):
            raise ValueError("requirements must have different codes")
        if self.total != 100:
            raise ValueError(f"all points must sum to 100, not {float(self.total):g}")
        return self

    @property
    def pengungkit(self) -> Fraction:
        """All points of the areas together."""
        return sum((area.maximum for area in self.areas), Fraction(0))

    @property
    def total(self) -> Fraction:
        """All points there are."""
        hasil = self.hasil
        return self.pengungkit + hasil.ipak + hasil.capaian_kinerja + hasil.ipkp

    def area(self, name: str) -> Area:
        """An area by code, label or number from 1. Raises SurveyError for another name."""
        wanted = name.strip().casefold().replace("_", "-")
        for number, area in enumerate(self.areas, 1):
            if wanted in {area.code, area.label.casefold(), str(number)}:
                return area
        known = ", ".join(area.code for area in self.areas)
        raise SurveyError("zi-area-unknown", where=Where(field="area"), name=name, known=known)

    def target(self, name: str) -> Minimums:
        """The minimums of a predicate. Raises SurveyError for another name."""
        if name not in self.targets:
            known = ", ".join(self.targets)
            raise SurveyError(
                "zi-target-unknown", where=Where(field="target"), name=name, known=known
            )
        return self.targets[name]

    def to_dict(self) -> dict[str, Any]:
        """Plain values that `read_rules` reads back exactly."""
        return self.model_dump(mode="json")


def read_rules(content: Mapping[str, Any], file: str | None = None) -> ZiRules:
    """Rules from plain values. Raises SurveyError naming the key that is wrong."""
    try:
        return ZiRules.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or None
        reason = first["msg"].removeprefix("Value error, ")
        raise SurveyError(
            "zi-rules-invalid", where=Where(file, field=key), reason=reason
        ) from error


def parse_rules(text: str, file: str | None = None) -> ZiRules:
    """Rules written as TOML. Raises SurveyError naming the line or key that is wrong."""
    try:
        return read_rules(tomllib.loads(text), file)
    except tomllib.TOMLDecodeError as error:
        raise SurveyError("zi-rules-invalid", where=Where(file), reason=str(error)) from error


@cache
def shipped_rules() -> ZiRules:
    """The rules that come with the package.

    >>> shipped_rules().total
    Fraction(100, 1)
    """
    source = files("analysis").joinpath("data/zi-rules.toml").read_text(encoding="utf-8")
    return parse_rules(source, "zi-rules.toml")
