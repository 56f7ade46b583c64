"""How the answers of one survey come in: today, this week, in all, by service and channel.

Counts alone, never what anybody answered: results lag behind and have no parts while a survey
is open (`ledger.interim`). What is sealed is read from seals, so the cost is that of a week
and not of the survey's whole history.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from analysis.fieldwork import Forecast, forecast_completion
from survey_app.clock import day_in
from survey_app.ledger.running import read_tally
from survey_app.ledger.seal import newest_seal
from survey_app.store.tables import Response, Seal, Service, ServicePlan, Survey, SurveyState

PACE_DAYS = 28
MINIMUM_DAYS = 3


@dataclass(frozen=True)
class Count:
    """Answers of today, of this week (from Monday) and in all."""

    today: int = 0
    week: int = 0
    total: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.today + other.today, self.week + other.week, self.total + other.total)


@dataclass(frozen=True)
class ServiceLine:
    """One service: its counts, users in the period, and the sample it would need alone."""

    name: str
    count: Count
    population: int | None = None
    target: int | None = None

    @property
    def share(self) -> float | None:
        """Answers as a share of the target, at most 1; None without a target."""
        return min(1.0, self.count.total / self.target) if self.target else None


@dataclass(frozen=True)
class Fieldwork:
    """All that the page of one survey's fieldwork says of the answers coming in."""

    day: date
    whole: Count
    services: tuple[ServiceLine, ...]
    channels: tuple[tuple[str, Count], ...]
    target: int | None
    days_left: int
    forecast: Forecast | None

    @property
    def remaining(self) -> int:
        """Answers still needed; 0 once the target is met or where there is none."""
        return max(0, (self.target or 0) - self.whole.total)

    @property
    def is_late(self) -> bool:
        """Whether the target is expected only after the period, or never."""
        if self.forecast is None or not self.remaining:
            return False
        expected = self.forecast.expected
        return expected is None or (expected - self.day).days > self.days_left


def fetch_fieldwork(session: Session, survey: Survey, now: datetime) -> Fieldwork:
    """The fieldwork of a survey as it stands now."""
    day = day_in(survey.unit.timezone, now)
    counts = _counts(session, survey.id, day)
    whole = sum(counts.values(), Count())
    left = max(0, (survey.period_end - day).days)
    forecast = _forecast(session, survey, whole.total, day)
    return Fieldwork(
        day=day,
        whole=whole,
        services=_services(session, survey.id, counts),
        channels=_channels(counts),
        target=survey.target,
        days_left=left,
        forecast=forecast,
    )


def fetch_growth(session: Session, survey: Survey, now: datetime) -> list[int]:
    """Running totals from the period's first day on; empty before it.

    Reads a few numbers of each seal of the survey, so it is for a page and not for every look.
    """
    day = day_in(survey.unit.timezone, now)
    days = (min(day, survey.period_end) - survey.period_start).days
    if days < 0:
        return []
    grown = _grown(session, survey.id, survey.period_start, day)
    totals, sum_so_far = [], _sealed_before(session, survey.id, survey.period_start)
    for step in range(days + 1):
        sum_so_far += grown.get(survey.period_start + timedelta(days=step), 0)
        totals.append(sum_so_far)
    totals[-1] += _waiting(session, survey.id)
    return totals


def fetch_mark(session: Session, survey: Survey, now: datetime) -> str:
    """What tells whether the fieldwork has changed; cheap enough to ask every few seconds."""
    newest = select(func.max(Seal.number)).where(Seal.survey_id == survey.id)
    waits = select(func.count()).where(Response.survey_id == survey.id, Response.seal_id.is_(None))
    sealed, waiting = session.execute(
        select(newest.scalar_subquery(), waits.scalar_subquery())
    ).one()
    day = day_in(survey.unit.timezone, now)
    return f"{survey.key}-{survey.state}-{sealed or 0}-{waiting}-{day}"


def _counts(session: Session, survey_id: int, day: date) -> dict[tuple[int | None, str], Count]:
    """Counts by service and channel: sealed ones from the newest seal, recent ones from rows."""
    sealed = newest_seal(session, survey_id)
    totals: Counter[tuple[str, str]] = Counter()
    for name, tally in read_tally(sealed.tally if sealed else None)["cells"].items():
        channel, code = name.split("|", 1)
        totals[code, channel] += tally.n
    ids = _service_ids(session, survey_id)
    counts = {(ids.get(code), ch): Count(total=n) for (code, ch), n in totals.items()}
    for key, count in _recent(session, survey_id, day).items():
        counts[key] = counts.get(key, Count()) + count
    return counts


def _recent(session: Session, survey_id: int, day: date) -> dict[tuple[int | None, str], Count]:
    """Today's and this week's answers; of those that still wait, the total too."""
    monday = day - timedelta(days=day.weekday())
    batches = select(Seal.id).where(Seal.survey_id == survey_id, Seal.day >= monday)
    waits: ColumnElement[bool] = Response.seal_id.is_(None)
    found: dict[tuple[int | None, str], Count] = {}
    # Two statements, for an OR over the two would give up the index.
    for part, is_waiting in ((waits, True), (Response.seal_id.in_(batches), False)):
        rows = session.execute(
            select(
                Response.service_id,
                Response.channel,
                func.count().filter(Response.day == day),
                func.count().filter(Response.day >= monday),
                func.count(),
            )
            .where(Response.survey_id == survey_id, part)
            .group_by(Response.service_id, Response.channel)
        )
        for service, channel, today, week, total in rows:
            key = (service, channel)
            count = Count(today, week, total if is_waiting else 0)
            found[key] = found.get(key, Count()) + count
    return found


def _service_ids(session: Session, survey_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Service.code, Service.id)
        .join(Survey, Survey.unit_id == Service.unit_id)
        .where(Survey.id == survey_id)
    )
    return dict(rows.all())


def _services(
    session: Session, survey_id: int, counts: Mapping[tuple[int | None, str], Count]
) -> tuple[ServiceLine, ...]:
    own: dict[int | None, Count] = {}
    for (service, _channel), count in counts.items():
        own[service] = own.get(service, Count()) + count
    rows = session.execute(
        select(Service.id, Service.name, ServicePlan.population, ServicePlan.target)
        .join(ServicePlan, ServicePlan.service_id == Service.id)
        .where(ServicePlan.survey_id == survey_id)
        .order_by(Service.name)
    )
    lines = [
        ServiceLine(name, own.pop(identity, Count()), population, target)
        for identity, name, population, target in rows
    ]
    rest = sum(own.values(), Count())
    return (*lines, *([ServiceLine("", rest)] if rest.total else []))


def _channels(
    counts: Mapping[tuple[int | None, str], Count],
) -> tuple[tuple[str, Count], ...]:
    own: dict[str, Count] = {}
    for (_service, channel), count in counts.items():
        own[channel] = own.get(channel, Count()) + count
    return tuple(sorted(own.items(), key=lambda part: -part[1].total))


def _forecast(session: Session, survey: Survey, total: int, day: date) -> Forecast | None:
    if not survey.target or survey.state != SurveyState.OPEN:
        return None
    daily = _pace(session, survey, day)
    if len(daily) < MINIMUM_DAYS:
        return None
    return forecast_completion(daily, total, survey.target, day)


def _pace(session: Session, survey: Survey, day: date) -> list[int]:
    """Answers of the last whole days since the survey opened."""
    opened = day_in(survey.unit.timezone, survey.opened_at) if survey.opened_at else day
    first = max(min(opened, day), survey.period_start, day - timedelta(days=PACE_DAYS))
    grown = _grown(session, survey.id, first, day)
    return [grown.get(first + timedelta(days=n), 0) for n in range((day - first).days)]


def _grown(session: Session, survey_id: int, first: date, last: date) -> dict[date, int]:
    """How many answers were sealed on each day.

    A batch counts on the day of its seal, minutes after its answers.
    """
    rows = session.execute(
        select(Seal.day, func.max(Seal.responses))
        .where(Seal.survey_id == survey_id, Seal.day >= first, Seal.day <= last)
        .group_by(Seal.day)
        .order_by(Seal.day)
    )
    grown, before = {}, _sealed_before(session, survey_id, first)
    for day, responses in rows:
        grown[day], before = responses - before, responses
    return grown


def _sealed_before(session: Session, survey_id: int, day: date) -> int:
    query = (
        select(Seal.responses)
        .where(Seal.survey_id == survey_id, Seal.day < day)
        .order_by(Seal.number.desc())
        .limit(1)
    )
    return session.scalar(query) or 0


def _waiting(session: Session, survey_id: int) -> int:
    waits = (Response.survey_id == survey_id, Response.seal_id.is_(None))
    return session.scalar(select(func.count()).where(*waits)) or 0
