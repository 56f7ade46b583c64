"""Comments may be emptied once their time is over, by a record that is only ever added.

The guard of the table `comment` is laid anew with that third way; see 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = "comment_destruction"
ERASURE_AGREED = (
    "EXISTS (SELECT 1 FROM erasure WHERE kind = 'comment' AND target_id = OLD.id "
    "AND state = 'done' AND decided_by <> asked_by)"
)
TIME_IS_OVER = "EXISTS (SELECT 1 FROM comment_destruction WHERE survey_id = $1 AND $2 < before)"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("comments", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.CheckConstraint("before < day", name=op.f("ck_comment_destruction_past")),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_comment_destruction_survey_id_survey")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_key.id"], name=op.f("fk_comment_destruction_key_id_signing_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_destruction")),
    )
    op.create_index(op.f("ix_comment_destruction_survey_id"), TABLE, ["survey_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(
            "CREATE FUNCTION may_be_destroyed(integer, date) RETURNS boolean "
            f"LANGUAGE sql STABLE AS $$ SELECT {TIME_IS_OVER} $$"
        )
    _guard_comments(is_sqlite, is_ending=True)
    for act in ("UPDATE", "DELETE") if is_sqlite else ("UPDATE", "DELETE", "TRUNCATE"):
        _refuse(is_sqlite, TABLE, act)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    _guard_comments(is_sqlite, is_ending=False)
    op.drop_table(TABLE)
    if not is_sqlite:
        op.execute("DROP FUNCTION may_be_destroyed(integer, date)")


def _guard_comments(is_sqlite: bool, *, is_ending: bool) -> None:
    op.execute("DROP TRIGGER comment_keeps_update" + ("" if is_sqlite else " ON comment"))
    same = "IS" if is_sqlite else "IS NOT DISTINCT FROM"
    kept = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in _KEPT)
    untouched = f"NEW.text {same} OLD.text AND NEW.nonce {same} OLD.nonce"
    sealing = f"OLD.seal_id IS NULL AND NEW.seal_id IS NOT NULL AND {untouched}"
    agreed = ERASURE_AGREED if is_sqlite else "may_be_erased('comment', OLD.id)"
    over = TIME_IS_OVER.replace("$1", "OLD.survey_id").replace("$2", "OLD.day")
    over = over if is_sqlite else "may_be_destroyed(OLD.survey_id, OLD.day)"
    lawful = f"({agreed}) OR ({over})" if is_ending else agreed
    emptied = f"NEW.seal_id {same} OLD.seal_id AND NEW.text IS NULL AND NEW.nonce IS NULL"
    allowed = f"{kept} AND (({sealing}) OR ({emptied} AND ({lawful})))"
    _refuse(is_sqlite, "comment", "UPDATE", f"WHEN (NOT ({allowed}))")


_KEPT = ("id", "survey_id", "day", "leaf")


def _refuse(is_sqlite: bool, table: str, act: str, condition: str = "") -> None:
    each = "FOR EACH STATEMENT" if act == "TRUNCATE" else "FOR EACH ROW"
    done = (
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} stay as they are'); END"
        if is_sqlite
        else "EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_keeps_{act.lower()} BEFORE {act} ON {table} "
        f"{each} {condition} {done}"
    )
