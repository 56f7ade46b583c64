"""What programs send with an answer and get back: the JSON twin of the citizen's form.

Bodies are read by `submission` and `sealed`, which name every fault in the citizen's words;
these models say the same for the published description.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from survey_app.ledger.masking import Personal
from survey_app.web.described import Answer, Described, Record

Work = Annotated[
    str | None,
    Field(
        max_length=20,
        description="Hanya bila balasan 429 membawa Work-Bits: teks yang membuat SHA-256 dari "
        "submission_id (atau 64 huruf terakhir sealed), garis tegak, dan teks itu diawali "
        "sekian bit nol",
    ),
]


class Submission(BaseModel):
    """One answer; aman diulang dengan submission_id yang sama."""

    model_config = ConfigDict(extra="forbid")

    submission_id: str = Field(pattern="^[A-Za-z0-9_-]{22}$")
    answers: dict[str, int | None] = Field(description="Kode pertanyaan dan jawabannya")
    profile: dict[str, str | None] | None = None
    comment: str | None = None
    language: Literal["id", "mudah", "jv", "su", "en"] | None = None
    service: str | None = Field(None, description="Kode layanan, bila tautannya untuk semua")
    ticket: str | None = Field(None, description="Tiket, untuk tautan bersaluran tiket")
    work: Work = None


class Sealed(BaseModel):
    """One form that waited on a phone, sealed to the server's key."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(description="Nama kunci pada halaman")
    ephemeral: str = Field(json_schema_extra={"contentEncoding": "base64"})
    sealed: str = Field(json_schema_extra={"contentEncoding": "base64"})
    work: Annotated[str, Field(max_length=20)] = ""


class Acknowledged(Record):
    """The receipt of an answer that is on disk."""

    receipt: str
    masked: list[Personal] = Field(
        default=[], description="Jenis data pribadi yang disamarkan dalam saran, bila ada"
    )


def submission_described(summary: str, body: type[BaseModel]) -> Described:
    """What an address that accepts an answer says of itself."""
    answers = {
        201: Answer("Jawaban baru tersimpan", Acknowledged),
        200: Answer("Jawaban yang sama sudah tersimpan", Acknowledged),
    }
    return Described(summary, answers, body=body, problems=(403, 404, 409, 410, 413, 422, 429))
