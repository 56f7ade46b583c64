"""Reminds the staff of a unit by e-mail of what its surveys want: one letter a person.

What is worth a reminder is what the desk's first page shows. Each occasion is told once: a
survey that is closing once, a target at risk once a week, a fall of the index once a result, a
follow-up once a month. Each kind can be turned off by each person.
"""

from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey_app.clock import day_in
from survey_app.mail import send_letter
from survey_app.monitor.morning import Line, Reason, fetch_morning
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import (
    Account,
    ReminderKind,
    ReminderOff,
    ReminderSent,
    Role,
    RoleGrant,
)

STAFF = (Role.STAFF, Role.ADMIN)
Claim = tuple[int, int, str, str]


@dataclass(frozen=True)
class Reminder:
    """One thing to tell one person: what, about which survey, on which occasion."""

    account_id: int
    email: str
    line: Line
    reason: Reason
    occasion: str

    @property
    def claim(self) -> Claim:
        """The key under which it is told once."""
        kind = self.reason.kind
        return (self.account_id, self.line.survey.id, kind.value if kind else "", self.occasion)


class HourlyReminders:
    """`send_reminders` at most once an hour of this process, for a loop that turns faster."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def __call__(self, store: Store, settings: Settings, now: datetime) -> int:
        """How many letters were sent; 0 between the hours. Raises as `send_reminders`."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour == self._last:
            return 0
        self._last = hour
        return send_reminders(store, settings, now)


def send_reminders(store: Store, settings: Settings, now: datetime) -> int:
    """Write to everybody who has something new to be told; how many letters were sent.

    Does nothing unless both `mail_from` and `smtp_url` are set. Raises OSError where the mail
    server cannot be had; what was not sent waits for the next time.
    """
    if not (settings.mail_from and settings.smtp_url):
        return 0
    with store.read() as session:
        wanted = list_reminders(session, now)
    if not wanted:
        return 0
    with store.write() as session:
        claimed = _claim(session, wanted, now)
    letters: dict[str, list[Reminder]] = {}
    for reminder in wanted:
        if reminder.claim in claimed:
            letters.setdefault(reminder.email, []).append(reminder)
    sent = 0
    for email, reminders in letters.items():
        try:
            send_letter(settings, _letter(settings, email, reminders))
        except Exception:
            unsent = [one for ones in list(letters.values())[sent:] for one in ones]
            with store.write() as session:
                _forget(session, unsent)
            raise
        sent += 1
    return sent


def list_reminders(session: Session, now: datetime) -> list[Reminder]:
    """What everybody would be told now, told before or not; what is turned off left out."""
    morning = fetch_morning(session, None, now, show_all=True)
    people = _people(session)
    off = set(session.execute(select(ReminderOff.account_id, ReminderOff.kind)).all())
    return [
        Reminder(identity, email, line, reason, _occasion(reason, line, now))
        for line in morning.urgent
        for identity, email in people.get(line.survey.unit_id, ())
        for reason in line.reasons
        if reason.kind is not None and (identity, reason.kind) not in off
    ]


def _people(session: Session) -> dict[int, list[tuple[int, str]]]:
    """Staff and administrators by the unit at which they have their role."""
    rows = session.execute(
        select(RoleGrant.unit_id, Account.id, Account.email)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.role.in_(STAFF), Account.disabled_at.is_(None))
        .distinct()
        .order_by(Account.email)
    )
    people: dict[int, list[tuple[int, str]]] = {}
    for unit, identity, email in rows:
        if unit is not None:
            people.setdefault(unit, []).append((identity, email))
    return people


def _occasion(reason: Reason, line: Line, now: datetime) -> str:
    day: date = day_in(line.survey.unit.timezone, now)
    if reason.kind is ReminderKind.TARGET:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02d}"
    if reason.kind is ReminderKind.FOLLOW_UP:
        return f"{day:%Y-%m}"
    if reason.kind is ReminderKind.INDEX:
        return "result"
    # Before and after the period's end are two occasions.
    return str(line.survey.state) if day <= line.survey.period_end else f"{line.survey.state}-late"


def _claim(session: Session, wanted: list[Reminder], now: datetime) -> set[Claim]:
    """Of several workers one sends; returns what is ours to send."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    names = ("account_id", "survey_id", "kind", "occasion")
    rows = [
        dict(zip(names, claim, strict=True)) | {"sent_at": now}
        for claim in dict.fromkeys(reminder.claim for reminder in wanted)
    ]
    columns = [getattr(ReminderSent, name) for name in names]
    claimed: set[Claim] = set()
    for start in range(0, len(rows), 100):
        insert = dialect.insert(ReminderSent).values(rows[start : start + 100])
        new = session.execute(insert.on_conflict_do_nothing().returning(*columns))
        claimed |= {(row[0], row[1], str(row[2]), row[3]) for row in new}
    return claimed


def _forget(session: Session, reminders: list[Reminder]) -> None:
    key = tuple_(
        ReminderSent.account_id, ReminderSent.survey_id, ReminderSent.kind, ReminderSent.occasion
    )
    session.execute(delete(ReminderSent).where(key.in_([one.claim for one in reminders])))


def _letter(settings: Settings, email: str, reminders: list[Reminder]) -> EmailMessage:
    letter = EmailMessage()
    surveys = {one.line.survey.key: one.line.survey for one in reminders}
    letter["Subject"] = f"Pengingat survei: {len(surveys)} survei perlu perhatian"
    letter["From"] = settings.mail_from
    letter["To"] = email
    parts = []
    for key, survey in surveys.items():
        words = [f"- {one.reason.words}" for one in reminders if one.line.survey.key == key]
        address = f"{settings.public_url}/meja/survei/{key}"
        head = f"{survey.title} {survey.period}, {survey.unit.name}"
        parts.append("\n".join([head, *words, address]))
    foot = f"Matikan jenis pengingat yang tidak diperlukan di {settings.public_url}/akun"
    letter.set_content("\n\n".join([*parts, foot]) + "\n")
    return letter
