"""Makes accounts, gives them roles at places, changes passwords, disables."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.errors import SurveyError, Where
from survey_app.accounts.passwords import hash_password
from survey_app.accounts.sessions import close_all_sessions
from survey_app.store.tables import Account, Agency, Role, RoleGrant, Unit


def create_account(
    session: Session, *, email: str, name: str, password: str, now: datetime
) -> Account:
    """A new account. Raises SurveyError for an address in use or a weak password."""
    address = email.strip().lower()
    if session.scalars(select(Account).where(Account.email == address)).first():
        raise SurveyError("email-taken", where=Where(field="email"), email=address)
    account = Account(
        email=address, name=name, password_hash=hash_password(password), created_at=now
    )
    session.add(account)
    session.flush()
    return account


def grant_role(
    session: Session,
    account: Account,
    role: Role,
    *,
    unit: Unit | None = None,
    agency: Agency | None = None,
) -> None:
    """Give a role at a unit, at an agency, or (neither) everywhere."""
    grant = RoleGrant(
        role=role,
        unit_id=unit.id if unit else None,
        agency_id=agency.id if agency else None,
    )
    account.grants.append(grant)
    session.flush()


def find_account(session: Session, email: str) -> Account:
    """An account by its address. Raises SurveyError."""
    address = email.strip().lower()
    account = session.scalars(select(Account).where(Account.email == address)).first()
    if account is None:
        raise SurveyError("account-unknown", where=Where(field="email"), email=address)
    return account


def change_password(session: Session, account: Account, password: str) -> None:
    """Set a new password and end every session of the account."""
    account.password_hash = hash_password(password)
    close_all_sessions(session, account)


def disable_account(session: Session, account: Account, now: datetime) -> None:
    """Shut an account out, at once."""
    account.disabled_at = now
    close_all_sessions(session, account)
