"""Reads of administration: the tree of places, one unit with all it has."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.store.tables import Account, Agency, Link, RoleGrant, Service, Survey, Unit


@dataclass
class Branch:
    """A unit with the units below it."""

    unit: Unit
    below: list["Branch"] = field(default_factory=list)


def fetch_tree(session: Session, unit_ids: set[int] | None) -> list[tuple[Agency, list[Branch]]]:
    """Agencies with their trees, as far as the units may be seen (None: all)."""
    units = [
        unit
        for unit in session.scalars(select(Unit).order_by(Unit.name))
        if unit_ids is None or unit.id in unit_ids
    ]
    branches = {unit.id: Branch(unit) for unit in units}
    tops: dict[int, list[Branch]] = {}
    for unit in units:
        above = branches.get(unit.parent_id) if unit.parent_id else None
        below = above.below if above else tops.setdefault(unit.agency_id, [])
        below.append(branches[unit.id])
    agencies = session.scalars(select(Agency).order_by(Agency.name)).all()
    return [(a, tops.get(a.id, [])) for a in agencies if unit_ids is None or a.id in tops]


def list_services(session: Session, unit_id: int) -> list[Service]:
    """Services of a unit by name."""
    query = select(Service).where(Service.unit_id == unit_id).order_by(Service.name)
    return list(session.scalars(query))


def list_surveys(session: Session, unit_id: int) -> list[Survey]:
    """Surveys of a unit, newest first."""
    query = (
        select(Survey)
        .where(Survey.unit_id == unit_id)
        .order_by(Survey.period_end.desc(), Survey.title)
    )
    return list(session.scalars(query))


def list_accounts(session: Session, unit_id: int) -> list[tuple[Account, str]]:
    """Accounts with a role at this very unit."""
    rows = session.execute(
        select(Account, RoleGrant.role)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(RoleGrant.unit_id == unit_id)
        .order_by(Account.email)
    )
    return [(account, str(role)) for account, role in rows]


def list_links(session: Session, survey_ids: list[int]) -> dict[int, list[Link]]:
    """Links by survey."""
    links: dict[int, list[Link]] = {}
    query = select(Link).where(Link.survey_id.in_(survey_ids)).order_by(Link.counter, Link.code)
    for link in session.scalars(query):
        links.setdefault(link.survey_id, []).append(link)
    return links
