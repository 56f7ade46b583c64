"""What every exchange format is made of: one published result, its questionnaire, its services."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from instruments import Instrument
from survey_app.clock import day_in
from survey_app.publish.queries import Published, list_published, service_names
from survey_app.store.tables import Agency, Survey
from survey_app.web.errors import NotFoundError

WHOLE = ""
PROTECTION = (
    "Berkas ini berisi tabel jumlah jawaban, bukan jawaban perorangan. Jawaban perorangan tidak "
    "pernah keluar dari sistem. Kelompok di bawah sepuluh responden, dan angka yang dapat "
    "menunjuk jawaban seseorang melalui pengurangan, tidak dimuat."
)


@dataclass(frozen=True)
class Material:
    """A survey with its published result and the words around it."""

    survey: Survey
    published: Published
    agency: str
    services: dict[str, str]
    address: str

    @property
    def instrument(self) -> Instrument:
        """The questionnaire as it was asked."""
        return self.published.instrument

    @property
    def published_on(self) -> date:
        """The day of publication at the unit."""
        return day_in(self.survey.unit.timezone, self.published.published_at)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The published groups, the whole first."""
        return list(self.published.result["groups"])


@dataclass(frozen=True)
class Counts:
    """The published answers to one item in one group; `service` is empty for the whole.

    `levels` has every level of the scale; with `blank` they add up to the group's respondents.
    """

    service: str
    code: str
    levels: dict[int, int]
    blank: int
    mean: float


def fetch_material(session: Session, survey: Survey, public_url: str) -> Material:
    """What a survey's exchange files are made of. Raises NotFoundError where none is published."""
    published = list_published(session, survey_ids={survey.id})
    if not published:
        raise NotFoundError
    agency = session.get_one(Agency, survey.unit.agency_id)
    return Material(
        survey,
        published[0],
        agency.name,
        service_names(session, survey.unit_id),
        f"{public_url}/hasil/{survey.unit.slug}",
    )


def has_result(session: Session, survey: Survey) -> bool:
    """Whether there is a published result to make files of."""
    return bool(list_published(session, survey_ids={survey.id}))


def list_counts(material: Material) -> Iterator[Counts]:
    """Published counts by group and item; items that are kept back have none."""
    levels = material.instrument.scale.values
    for group in material.groups:
        service = group["key"].get("layanan", WHOLE)
        for item in group["items"]:
            if item["mean"] is None:
                continue
            counts = {level: item["counts"].get(str(level), 0) for level in levels}
            blank = group["n"] - item["n"]
            yield Counts(service, item["code"], counts, blank, item["mean"])


def kept_back(material: Material) -> list[str]:
    """Items of the whole that disclosure control keeps back."""
    return list(material.groups[0].get("kept_back", ()))
