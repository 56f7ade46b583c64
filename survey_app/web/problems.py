"""The body of every refusal to a machine: RFC 9457 problem details."""

from pydantic import Field

from survey_app.web.described import Record


class FieldFault(Record):
    """One field that is at fault."""

    field: str
    detail: str


class Problem(Record):
    """What went wrong (RFC 9457); `type` is stable, `detail` is for a person."""

    type: str = Field(pattern="^urn:zi-survey:[a-z0-9-]+$")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: list[FieldFault] = Field(
        default=[], description="Hanya bila isian atau parameter tertentu yang salah"
    )
