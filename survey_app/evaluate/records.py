"""The records that `/api/v1` gives to evaluators' programs, and the queries it takes.

The published description is generated from these very types.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from survey_app.publish.queries import Published
from survey_app.store.tables import Survey, SurveyState, Unit
from survey_app.web.described import Query, Record

PAGE_SIZE = 100
PAGE_MAXIMUM = 1000
# The LKE rows read "survei eksternal": a unit's own survey must say that it is not.
SELF_SURVEY = "survei mandiri"

Moment = Annotated[
    datetime,
    PlainSerializer(lambda moment: moment.astimezone(UTC).isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


def _read_moment(text: Any) -> Any:
    """A moment of ISO 8601 with its zone; pydantic alone would also read bare numbers."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of all calendars") from error


Since = Annotated[
    datetime | None,
    BeforeValidator(_read_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
# No database takes NUL, and no name has control characters.
Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


Year = Annotated[
    Annotated[int, Field(ge=1900, le=9999)] | None,
    # A form sends what was left empty, too.
    BeforeValidator(lambda text: text or None),
    WithJsonSchema({"type": "integer", "minimum": 1900, "maximum": 9999}),
]


class UnitRecord(Record):
    """A unit that the token may see."""

    unit: str = Field(description="Kode unit, dipakai sebagai saringan di alamat lain")
    name: str
    agency: str
    parent: str | None = Field(description="Kode unit induk")
    timezone: str = Field(description="Nama zona waktu IANA yang menentukan hari di unit itu")


class SurveyRecord(Record):
    """A survey of a unit that is no longer a draft."""

    survey: str
    unit: str
    title: str
    period: str
    period_start: date
    period_end: date
    state: SurveyState
    instrument_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    population: int | None = Field(description="Penerima layanan selama periode")
    target: int | None = Field(description="Jawaban yang diperlukan")
    demo: bool
    updated_at: Moment


class IndexRecord(Record):
    """A published index with its uncertainty and where it comes from."""

    unit: str
    unit_name: str
    agency: str
    survey: str
    title: str
    period: str
    index: str = Field(description="IKM, IPAK, IPKP, atau indeks kuesioner lain")
    value: float | None = Field(description="Skala 4, presisi penuh")
    score100: float | None = Field(description="Skala 100, dibulatkan sekali ke dua desimal")
    se: float | None = Field(description="Galat baku dalam butir skala 100")
    ci_low: float | None
    ci_high: float | None
    grade: str | None
    label: str | None
    resolved: bool = Field(description="Apakah seluruh selang ada dalam satu mutu")
    raw_mean: float | None = Field(description="Rata-rata pada skala asli; hanya IPAK dan IPKP")
    n: int
    population: int | None
    method: str
    conversion: str | None
    variance: str
    instrument: str = Field(description="SHA-256 kuesioner yang ditanyakan")
    head: str = Field(description="Kepala segel yang menjamin hasil ini")
    source: str = Field(description="survei mandiri; tidak pernah survei eksternal")
    origin: str | None = Field(
        description="Nama instalasi asal bila diimpor dengan buktinya; null bila dari sini"
    )
    updated_at: Moment
    demo: bool


class UnitPage(Record):
    """One page of units; `next` is the cursor of the next, null on the last."""

    items: list[UnitRecord]
    next: str | None


class SurveyPage(Record):
    """One page of surveys."""

    items: list[SurveyRecord]
    next: str | None


class IndexPage(Record):
    """One page of published indices."""

    items: list[IndexRecord]
    next: str | None


class PageQuery(Query):
    """Which page of a list."""

    cursor: Word = Field("", description="Isi `next` dari halaman sebelumnya")
    limit: int = Field(PAGE_SIZE, ge=1, le=PAGE_MAXIMUM, description="Ukuran halaman")


class SurveyQuery(PageQuery):
    """Which surveys."""

    unit: Word = ""
    period: Word = Field("", description="Misalnya 2026-TW3")
    updated_since: Since = None


class Chosen(Query):
    """Which published results."""

    unit: Word = ""
    agency: Word = Field("", description="Kode instansi")
    index: Word = Field("", description="IKM, IPAK, IPKP; huruf besar atau kecil")
    period: Word = Field("", description="Misalnya 2026-TW3")
    year: Year = Field(None, description="Tahun akhir periode")
    updated_since: Since = Field(None, description="Diterbitkan pada atau sesudah waktu ini")


class IndexQuery(Chosen, PageQuery):
    """Which published indices, and which page of them."""


def unit_record(unit: Unit, agency: str, parent: str | None) -> UnitRecord:
    """A unit as the API gives it."""
    return UnitRecord(
        unit=unit.slug, name=unit.name, agency=agency, parent=parent, timezone=unit.timezone
    )


def survey_record(survey: Survey) -> SurveyRecord:
    """A survey as the API gives it."""
    return SurveyRecord(
        survey=survey.key,
        unit=survey.unit.slug,
        title=survey.title,
        period=survey.period,
        period_start=survey.period_start,
        period_end=survey.period_end,
        state=survey.state,
        instrument_sha256=survey.instrument_sha256,
        population=survey.population,
        target=survey.target,
        demo=survey.is_demo,
        updated_at=survey.updated_at,
    )


def index_record(one: Published) -> IndexRecord:
    """A published result as the API gives it."""
    index, method = one.index, one.result["method"]
    low, high = index.get("ci") or (None, None)
    figures = {name: index.get(name) for name in ("value", "score100", "se", "grade", "label")}
    return IndexRecord(
        unit=one.unit_slug,
        unit_name=one.unit_name,
        agency=one.agency_name,
        survey=one.survey_key,
        title=one.title,
        period=one.period,
        index=one.index_code,
        **figures,
        ci_low=low,
        ci_high=high,
        resolved=index.get("resolved", False),
        raw_mean=index.get("raw_mean"),
        n=one.whole["n"],
        population=one.whole["population"],
        method=method["weights"],
        conversion=method["conversion"],
        variance=method["variance"],
        instrument=one.result["instrument"]["sha256"],
        head=one.result["head"],
        source=SELF_SURVEY,
        origin=None,
        updated_at=one.published_at,
        demo=one.is_demo,
    )
