"""What the publication panel of PermenPANRB 14/2017 Lampiran IV says, on screen and on paper.

Beside the printed form's fields it carries the interval, the method and the follow-up plan,
which the regulation wants published with the result (Bab IV.B.c, VI.2, VI.7).
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.ledger.results import tallies_of
from survey_app.publish.composition import Group, profile_composition
from survey_app.publish.queries import Published, follow_ups
from survey_app.store.tables import FollowUp, FollowUpState, Seal, Service, ServicePlan
from survey_app.web.pages import angka, bilangan

THANKS = "Terima kasih atas penilaian yang telah Anda berikan"
CLOSING = (
    "Masukan Anda sangat bermanfaat untuk kemajuan unit kami agar terus memperbaiki dan "
    "meningkatkan kualitas pelayanan bagi masyarakat"
)
SERVICES_NAMED = 4
PLANS_NAMED = 3


@dataclass(frozen=True)
class PlanLine:
    """One row of the follow-up plan as the panel names it."""

    unsur: str
    programme: str
    due: str


@dataclass(frozen=True)
class Panel:
    """The fields of Lampiran IV for one published result."""

    result: Published
    services: str
    gender: list[Group]
    education: list[Group]
    plans: list[PlanLine]

    @property
    def score(self) -> str:
        """The index as the panel prints it."""
        return angka(self.result.index.get("score100"))

    @property
    def method(self) -> str:
        """The method in one line."""
        whole, index = self.result.whole, self.result.index
        words = f"{self.result.instrument.regulation}; {bilangan(whole['n'])} responden"
        if whole["population"]:
            words += f" dari {bilangan(whole['population'])} pengguna layanan"
        if index.get("ci"):
            words += f"; selang kepercayaan 95%: {angka(index['ci'][0])}–{angka(index['ci'][1])}"
        return words + "; survei mandiri unit"


def build_panel(session: Session, one: Published) -> Panel:
    """The panel of a published result, its composition under disclosure control."""
    profile = tallies_of(session.get_one(Seal, one.seal_id), one.instrument).by_profile
    return Panel(
        result=one,
        services=_services(session, one),
        gender=profile_composition(one.instrument, profile, "jenis_kelamin"),
        education=profile_composition(one.instrument, profile, "pendidikan"),
        plans=_plans(follow_ups(session, one.survey_id), one),
    )


def _services(session: Session, one: Published) -> str:
    """The services surveyed: by name while they fit, else how many."""
    query = (
        select(Service.name)
        .join(ServicePlan, ServicePlan.service_id == Service.id)
        .where(ServicePlan.survey_id == one.survey_id)
        .order_by(Service.name)
    )
    listed = session.scalars(query).all()
    if not listed:
        return "Seluruh layanan"
    if len(listed) > SERVICES_NAMED:
        return f"Seluruh layanan ({len(listed)} jenis)"
    return ", ".join(listed)


def _plans(rows: list[FollowUp], one: Published) -> list[PlanLine]:
    standing = [row for row in rows if row.state != FollowUpState.DROPPED]
    return [
        PlanLine(
            one.instrument.item(row.unsur).label,
            row.programme,
            "selesai" if row.state == FollowUpState.DONE else f"{row.due:%m/%Y}",
        )
        for row in standing[:PLANS_NAMED]
    ]
