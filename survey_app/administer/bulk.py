"""Brings agencies, units, services and accounts in from one workbook: all of it or nothing.

What exists already and says the same is passed over, so that a corrected workbook can come
again; what exists and says something else is a problem, for an import never changes anything.
"""

import secrets
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.errors import SurveyError, SurveyErrors
from survey_app.accounts.passwords import hash_password
from survey_app.administer.places import create_agency, create_service, create_unit
from survey_app.administer.workbook import Line, Sheets
from survey_app.store.tables import Account, Agency, Role, RoleGrant, Service, Unit

# Hashing a password takes a tenth of a second by design.
ACCOUNTS_MAXIMUM = 300
ROLES = {role.value: role for role in Role if role is not Role.SUPERADMIN}
ZONE = "Asia/Jakarta"


@dataclass
class Plan:
    """What an import would do: rows to make by sheet, rows that exist, and problems."""

    new: dict[str, list[Line]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    problems: list[SurveyError] = field(default_factory=list)

    def count(self, sheet: str) -> int:
        """How many rows of a sheet would be made."""
        return len(self.new.get(sheet, ()))


@dataclass(frozen=True)
class FirstPassword:
    """A new account with the password to hand over; it is shown once and kept nowhere."""

    email: str
    name: str
    password: str
    password_hash: str


def plan_import(session: Session, sheets: Sheets) -> Plan:
    """Compare a workbook with what exists; finds every problem, changes nothing."""
    plan = Plan(problems=list(sheets.problems))
    agencies = {one.slug: one.name for one in session.scalars(select(Agency))}
    units = {one.slug: one for one in session.scalars(select(Unit))}
    services = {
        (slug, service.code): service.name
        for slug, service in session.execute(
            select(Unit.slug, Service).join(Service, Service.unit_id == Unit.id)
        )
    }
    accounts = set(session.scalars(select(Account.email)))
    _sort(plan, sheets.lines["instansi"], lambda line: line["kode"], agencies)
    _sort(plan, sheets.lines["unit"], lambda line: line["kode"], _names(units.values()))
    _sort(plan, sheets.lines["layanan"], lambda line: (line["unit"], line["kode"]), services)
    _sort(plan, sheets.lines["akun"], lambda line: line["surel"].lower(), dict.fromkeys(accounts))
    known_agencies = agencies.keys() | {line["kode"] for line in sheets.lines["instansi"]}
    homes = {slug: unit.agency.slug for slug, unit in units.items()}
    homes |= {line["kode"]: line["instansi"] for line in plan.new.get("unit", ())}
    plan.problems += _reference_faults(plan, known_agencies, homes)
    plan.problems.sort(key=lambda one: (_place(one.where.file), one.where.line or 0))
    return plan


def make_passwords(plan: Plan) -> list[FirstPassword]:
    """First passwords for the accounts of a plan, hashed before any transaction is open."""
    return [_first_password(line) for line in plan.new.get("akun", ())]


def apply_import(
    session: Session, sheets: Sheets, passwords: list[FirstPassword], now: datetime
) -> Plan:
    """Make what a workbook asks for. Raises SurveyErrors, making nothing, on any problem.

    The plan is made anew inside the transaction: what another administrator made meanwhile is
    passed over or refused like anything else that exists.
    """
    plan = plan_import(session, sheets)
    if plan.problems:
        raise SurveyErrors(plan.problems)
    agencies = {one.slug: one for one in session.scalars(select(Agency))}
    for line in plan.new.get("instansi", ()):
        agencies[line["kode"]] = create_agency(session, slug=line["kode"], name=line["nama"])
    units = {one.slug: one for one in session.scalars(select(Unit))}
    for line in _parents_first(plan.new.get("unit", []), set(units)):
        units[line["kode"]] = create_unit(
            session,
            agencies[line["instansi"]],
            slug=line["kode"],
            name=line["nama"],
            parent=units[line["induk"]] if line["induk"] else None,
            address=line["alamat"],
            timezone=line["zona waktu"] or ZONE,
        )
    for line in plan.new.get("layanan", ()):
        create_service(session, units[line["unit"]], code=line["kode"], name=line["nama"])
    _create_accounts(session, plan.new.get("akun", []), units, passwords, now)
    return plan


def _create_accounts(
    session: Session,
    lines: list[Line],
    units: dict[str, Unit],
    passwords: list[FirstPassword],
    now: datetime,
) -> None:
    first = {one.email: one for one in passwords}
    for line in lines:
        email = line["surel"].lower()
        account = Account(
            email=email,
            name=line["nama"],
            password_hash=first[email].password_hash,
            created_at=now,
            grants=[RoleGrant(role=ROLES[line["peran"].lower()], unit_id=units[line["unit"]].id)],
        )
        session.add(account)
    session.flush()


def _first_password(line: Line) -> FirstPassword:
    password = secrets.token_urlsafe(12)
    return FirstPassword(line["surel"].lower(), line["nama"], password, hash_password(password))


def _names(units: Iterable[Unit]) -> dict[str, str]:
    return {unit.slug: unit.name for unit in units}


def _sort(
    plan: Plan,
    lines: list[Line],
    key: Callable[[Line], Hashable],
    existing: Mapping[Any, str | None],
) -> None:
    """Split a sheet's rows into new and known ones; repeated or contrary rows are problems."""
    seen: dict[Hashable, int] = {}
    for line in lines:
        identity = key(line)
        heading = "surel" if line.sheet == "akun" else "kode"
        if identity in seen:
            plan.problems.append(line.problem(heading, "row-repeated", row=seen[identity]))
        elif identity not in existing:
            plan.new.setdefault(line.sheet, []).append(line)
        elif existing[identity] in {None, line["nama"]}:
            plan.known[line.sheet] = plan.known.get(line.sheet, 0) + 1
        else:
            name = existing[identity]
            plan.problems.append(line.problem("nama", "row-differs", name=name))
        seen.setdefault(identity, line.number)


def _reference_faults(
    plan: Plan, agencies: set[str], homes: dict[str, str]
) -> Iterable[SurveyError]:
    zones = available_timezones()
    for line in plan.new.get("unit", ()):
        if line["instansi"] and line["instansi"] not in agencies:
            yield line.problem("instansi", "place-unknown", slug=line["instansi"])
        if line["induk"] and homes.get(line["induk"]) != line["instansi"]:
            yield line.problem("induk", "parent-elsewhere", slug=line["induk"])
        if line["zona waktu"] and line["zona waktu"] not in zones:
            yield line.problem("zona waktu", "timezone-unknown", name=line["zona waktu"])
    for line in [*plan.new.get("layanan", ()), *plan.new.get("akun", ())]:
        if line["unit"] and line["unit"] not in homes:
            yield line.problem("unit", "place-unknown", slug=line["unit"])
    accounts = plan.new.get("akun", [])
    for line in accounts:
        if line["peran"] and line["peran"].lower() not in ROLES:
            yield line.problem("peran", "role-unknown", known=", ".join(ROLES))
    for line in accounts[ACCOUNTS_MAXIMUM : ACCOUNTS_MAXIMUM + 1]:
        yield line.problem("surel", "accounts-many", maximum=ACCOUNTS_MAXIMUM)
    yield from _circles(plan.new.get("unit", []))


def _circles(lines: list[Line]) -> Iterable[SurveyError]:
    """Units whose parents lead back to themselves."""
    above = {line["kode"]: line["induk"] for line in lines}
    for line in lines:
        place, steps = line["induk"], 0
        while place in above and place != line["kode"] and steps <= len(above):
            place, steps = above[place], steps + 1
        if place == line["kode"]:
            yield line.problem("induk", "parent-circle", slug=line["kode"])


def _parents_first(lines: list[Line], made: set[str]) -> list[Line]:
    """New units so that each comes after its parent; circles were refused before."""
    waiting, ordered, done = list(lines), [], set(made)
    while waiting:
        ready = [line for line in waiting if not line["induk"] or line["induk"] in done]
        ordered += ready
        done |= {line["kode"] for line in ready}
        waiting = [line for line in waiting if line not in ready]
    return ordered


def _place(sheet: str | None) -> int:
    order = ("instansi", "unit", "layanan", "akun")
    return order.index(sheet) if sheet in order else -1
