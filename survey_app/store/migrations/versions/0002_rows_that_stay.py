"""Evidence is only ever added: the database itself refuses to change or delete it.

Two changes are let through. A row that waits may be given its seal, once. And the content
of a response or comment may be emptied where two different accounts agreed to erase it.
A later migration that rebuilds one of these tables on SQLite must lay the triggers again.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RESPONSE = "id survey_id service_id channel day instrument_sha256 language leaf"
SEALED_ONCE = {  # table: (columns that stay, columns that an erasure empties)
    "response": (RESPONSE.split(), ["answers", "profile", "nonce"]),
    "comment": (["id", "survey_id", "day", "leaf"], ["text", "nonce"]),
    "receipt": (["submission_hash", "survey_id", "body_mac", "receipt_hash", "day"], []),
}
ERASURE_AGREED = (
    "EXISTS (SELECT 1 FROM erasure WHERE kind = $1 AND target_id = $2 "
    "AND state = 'done' AND decided_by <> asked_by)"
)
NEVER_CHANGED = ("seal", "publication", "audit_event")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'rows of % stay as they are', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        # PostgreSQL allows no subquery in a trigger's condition; a function may hold it.
        op.execute(
            "CREATE FUNCTION may_be_erased(text, bytea) RETURNS boolean "
            f"LANGUAGE sql STABLE AS $$ SELECT {ERASURE_AGREED} $$"
        )
    for table, (kept, content) in SEALED_ONCE.items():
        _refuse(is_sqlite, table, "UPDATE", f"NOT ({_allowed(is_sqlite, table, kept, content)})")
        _refuse(is_sqlite, table, "DELETE", "")
    for table in NEVER_CHANGED:
        _refuse(is_sqlite, table, "UPDATE", "")
        _refuse(is_sqlite, table, "DELETE", "")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in (*SEALED_ONCE, *NEVER_CHANGED):
        for act in ("update", "delete") if is_sqlite else ("update", "delete", "truncate"):
            where = "" if is_sqlite else f" ON {table}"
            op.execute(f"DROP TRIGGER {table}_keeps_{act}{where}")
    if not is_sqlite:
        op.execute("DROP FUNCTION may_be_erased(text, bytea)")
        op.execute("DROP FUNCTION refuse_change()")


def _refuse(is_sqlite: bool, table: str, act: str, when: str) -> None:
    name = f"{table}_keeps_{act.lower()}"
    condition = f"WHEN ({when})" if when else ""
    if is_sqlite:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {condition} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} stay as they are'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {condition} "
        "EXECUTE FUNCTION refuse_change()"
    )
    if act == "DELETE":
        op.execute(
            f"CREATE TRIGGER {table}_keeps_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _allowed(is_sqlite: bool, table: str, kept: list[str], content: list[str]) -> str:
    same = "IS" if is_sqlite else "IS NOT DISTINCT FROM"
    unchanged = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in kept)
    untouched = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in content) or "1 = 1"
    sealing = f"OLD.seal_id IS NULL AND NEW.seal_id IS NOT NULL AND {untouched}"
    if not content:
        return f"{unchanged} AND {sealing}"
    emptied = " AND ".join(f"NEW.{name} IS NULL" for name in content)
    agreed = ERASURE_AGREED if is_sqlite else "may_be_erased($1, $2)"
    agreed = agreed.replace("$1", f"'{table}'").replace("$2", "OLD.id")
    erasing = f"NEW.seal_id {same} OLD.seal_id AND {emptied} AND {agreed}"
    return f"{unchanged} AND (({sealing}) OR ({erasing}))"
