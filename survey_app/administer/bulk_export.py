"""Everything an administrator may see, as the sheets that the bulk import reads."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.administer.workbook import SHEETS
from survey_app.store.tables import Account, Agency, RoleGrant, Service, Unit

Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]


def list_places(session: Session, unit_ids: set[int] | None) -> dict[str, Table]:
    """Agencies, units, services and accounts at those units (None: all), sheet by sheet.

    Accounts whose role is not at a unit stand in no row, for the import could not give it.
    """
    units = [
        unit
        for unit in session.scalars(select(Unit).order_by(Unit.slug))
        if unit_ids is None or unit.id in unit_ids
    ]
    slugs = dict(session.execute(select(Unit.id, Unit.slug)).all())
    seen = {unit.id for unit in units}
    homes = {unit.agency_id for unit in units}
    agencies = session.execute(select(Agency.id, Agency.slug, Agency.name).order_by(Agency.slug))
    rows: dict[str, list[tuple[Any, ...]]] = {
        "instansi": [
            (slug, name)
            for identity, slug, name in agencies
            if unit_ids is None or identity in homes
        ],
        "unit": [_unit_row(unit, slugs) for unit in units],
        "layanan": [
            (slugs[unit], code, name)
            for unit, code, name in session.execute(
                select(Service.unit_id, Service.code, Service.name).order_by(
                    Service.unit_id, Service.code
                )
            )
            if unit in seen
        ],
        "akun": [
            (email, name, str(role), slugs[unit])
            for email, name, role, unit in session.execute(
                select(Account.email, Account.name, RoleGrant.role, RoleGrant.unit_id)
                .join(RoleGrant, RoleGrant.account_id == Account.id)
                .where(Account.disabled_at.is_(None))
                .order_by(Account.email)
            )
            if unit in seen
        ],
    }
    return {name: (headings, rows[name]) for name, headings in SHEETS.items()}


def _unit_row(unit: Unit, slugs: dict[int, str]) -> tuple[Any, ...]:
    parent = slugs.get(unit.parent_id, "") if unit.parent_id else ""
    return (unit.slug, unit.name, unit.agency.slug, parent, unit.address, unit.timezone)
