"""Results of a survey, read from one seal and from nothing else."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.disclosure import presentable
from analysis.tally import Tally
from instruments import Instrument
from survey_app.ledger.interim import newest_step
from survey_app.ledger.running import read_tally
from survey_app.ledger.seal import newest_seal
from survey_app.store.tables import Receipt, Seal

OTHERS = "lainnya"


@dataclass(frozen=True)
class SurveyTallies:
    """What is sealed of a survey: the whole, and its parts by service code, channel, profile.

    `by_cell` has channel and service crossed.

    Masked questions have a tally each, of the whole alone.
    Answers about no particular service are under the empty code in `by_place` only.
    """

    whole: Tally
    by_service: dict[str, Tally]
    by_channel: dict[str, Tally]
    by_profile: dict[str, dict[str, Tally]]
    by_place: dict[str, Tally]
    masked: dict[str, Tally]
    seal: Seal | None
    by_cell: dict[tuple[str, str], Tally] = field(default_factory=dict)

    @property
    def head(self) -> str:
        """The head that vouches for these figures, in hex; empty where nothing is sealed."""
        return self.seal.head.hex() if self.seal else ""


def channel_counts(tallies: SurveyTallies) -> dict[str, int]:
    """Respondents of each channel that may be shown, and of all others together."""
    counts = {name: tally.n for name, tally in presentable(tallies.by_channel).shown.items()}
    others = tallies.whole.n - sum(counts.values())
    return counts | ({OTHERS: others} if others else {})


def survey_tallies(
    session: Session, survey_id: int, instrument: Instrument, *, is_open: bool = False
) -> SurveyTallies:
    """The sealed tallies of a survey; all empty where nothing is sealed yet.

    While a survey is open they are those of a step behind the newest seal, so that no two
    results tell anybody's answer by their difference (`ledger.interim`).
    """
    seal = newest_seal(session, survey_id)
    if is_open and seal is not None:
        seal = newest_step(session, seal)
    return tallies_of(seal, instrument)


def tallies_of(seal: Seal | None, instrument: Instrument) -> SurveyTallies:
    """The tallies that one seal holds."""
    running = read_tally(seal.tally if seal else None)
    zero = Tally.empty(instrument.codes, instrument.scale.values)
    by_place: dict[str, Tally] = {}
    by_channel: dict[str, Tally] = {}
    by_cell: dict[tuple[str, str], Tally] = {}
    for name, tally in running["cells"].items():
        channel, service = name.split("|", 1)
        by_cell[channel, service] = tally
        by_channel[channel] = by_channel.get(channel, 0) + tally
        by_place[service] = by_place.get(service, 0) + tally
    by_service = {service: tally for service, tally in by_place.items() if service}
    by_profile: dict[str, dict[str, Tally]] = defaultdict(dict)
    for name, tally in running["profile"].items():
        question, option = name.split("|", 1)
        by_profile[question][option] = tally
    whole = sum(running["cells"].values(), zero)
    masked = running["masked"]
    return SurveyTallies(
        whole, by_service, by_channel, dict(by_profile), by_place, masked, seal, by_cell
    )


@dataclass(frozen=True)
class Arrivals:
    """How many submissions came, in all and on one day. Counts only."""

    total: int
    today: int


def count_arrivals(session: Session, survey_id: int, day: date) -> Arrivals:
    """Submissions of a survey so far, sealed or not, and those of `day`.

    Reads the newest seal, what waits, and the batches sealed on `day` or later, never the
    whole history.
    """
    since = select(Seal.id).where(Seal.survey_id == survey_id, Seal.day >= day)
    mine = Receipt.survey_id == survey_id
    waits = Receipt.seal_id.is_(None)
    waiting, today = session.execute(
        select(func.count(), func.count().filter(Receipt.day == day)).where(mine, waits)
    ).one()
    sealed_today = session.scalar(
        select(func.count()).where(mine, Receipt.seal_id.in_(since), Receipt.day == day)
    )
    sealed = session.scalar(
        select(Seal.responses)
        .where(Seal.survey_id == survey_id)
        .order_by(Seal.number.desc())
        .limit(1)
    )
    return Arrivals((sealed or 0) + waiting, (sealed_today or 0) + today)
