"""What the server's own PostgreSQL role may do: add evidence, never change or delete it.

The schema belongs to the role that runs `db upgrade`; the server should connect as another
one, which then cannot switch the triggers off either.
"""

import re

from sqlalchemy import text
from sqlalchemy.orm import Session

import survey_app.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where
from survey_app.store.engine import Store
from survey_app.store.tables import Base

ADDED_ONLY = {
    *("seal", "interim_step", "publication", "audit_event", "instrument_version"),
    *("follow_up_event", "transaction_report", "quality_act"),
    *("zi_rule_set", "zi_entry", "zi_event"),
    *("zi_requirement", "zi_monitoring", "zi_step", "zi_outcome"),
    *("foreign_bundle", "comment_destruction"),
}
# Columns that change once: a row is given its seal, content is emptied, a key retires.
CHANGED_ONCE = {
    "response": ["seal_id", "answers", "profile", "nonce"],
    "comment": ["seal_id", "text", "nonce"],
    "receipt": ["seal_id"],
    "signing_key": ["retired_at"],
    "paper_batch": [
        *("state", "ended_by", "ended_at", "typed", "reason"),
        *("answered", "blank", "spoiled", "unused"),
    ],
}
_ROLE = re.compile(r"^[a-z_][a-z0-9_]{0,62}$")


def grant_to(store: Store, role: str) -> None:
    """Give a role what the server needs and no more; what it had before is taken back.

    Raises SurveyError for SQLite, which has no roles, and for a name that is not one.
    """
    if store.is_sqlite:
        raise SurveyError("roles-need-postgresql")
    if not _ROLE.match(role):
        raise SurveyError("role-invalid", where=Where(field="role"), name=role)
    with store.write() as session:
        known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
        if session.execute(known, {"role": role}).first() is None:
            raise SurveyError("role-invalid", where=Where(field="role"), name=role)
        _grant(session, role)


def _grant(session: Session, role: str) -> None:
    statements = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"GRANT SELECT ON alembic_version TO {role}",
    ]
    for table in sorted(Base.metadata.tables):
        statements.append(f"GRANT SELECT, INSERT ON {table} TO {role}")
        if table in CHANGED_ONCE:
            columns = ", ".join(CHANGED_ONCE[table])
            statements.append(f"GRANT UPDATE ({columns}) ON {table} TO {role}")
        elif table not in ADDED_ONLY:
            statements.append(f"GRANT UPDATE, DELETE ON {table} TO {role}")
    for statement in statements:
        session.execute(text(statement))
