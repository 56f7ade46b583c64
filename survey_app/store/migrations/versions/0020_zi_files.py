"""A unit's ZI file: requirements, risks and programmes, monitoring, steps of the assessment."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ADDED_ONLY = ("zi_requirement", "zi_monitoring", "zi_step")
TABLES = (*ADDED_ONLY, "zi_plan")


def upgrade() -> None:
    op.create_table(
        "zi_requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("is_evaluator", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_who("zi_requirement"),
    )
    op.create_table(
        "zi_monitoring",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("obstacles", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Text(), nullable=False),
        *_who("zi_monitoring"),
    )
    op.create_table(
        "zi_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_who("zi_step"),
    )
    op.create_table(
        "zi_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        _refers("zi_plan", "evaluation_id", "zi_evaluation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zi_plan")),
    )
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_evaluation_id"), table, ["evaluation_id"])
    for table in ADDED_ONLY:
        for act in ("UPDATE", "DELETE"):
            _refuse(table, act)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _who(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        _refers(table, "account_id", "account"),
        _refers(table, "evaluation_id", "zi_evaluation"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def _refuse(table: str, act: str) -> None:
    start = f"CREATE TRIGGER {table}_keeps_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW "
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{start}BEGIN SELECT RAISE(ABORT, 'rows of {table} stay as they are'); END")
    else:
        op.execute(f"{start}EXECUTE FUNCTION refuse_change()")
