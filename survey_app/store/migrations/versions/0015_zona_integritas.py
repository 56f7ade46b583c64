"""Zona Integritas: dated rules, evaluations, entries, documents, history."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ADDED_ONLY = ("zi_rule_set", "zi_entry", "zi_event")


def upgrade() -> None:
    op.create_table(
        "zi_rule_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        _refers("zi_rule_set", "added_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zi_rule_set")),
    )
    op.create_index(op.f("ix_zi_rule_set_valid_from"), "zi_rule_set", ["valid_from"])
    op.create_table(
        "zi_evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        _refers("zi_evaluation", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zi_evaluation")),
        sa.UniqueConstraint("unit_id", "year", name=op.f("uq_zi_evaluation_unit_id_year")),
    )
    op.create_index(op.f("ix_zi_evaluation_unit_id"), "zi_evaluation", ["unit_id"])
    _create_parts()
    for table in ADDED_ONLY:
        for act in ("UPDATE", "DELETE"):
            _refuse(table, act)


def downgrade() -> None:
    for table in ("zi_event", "zi_document", "zi_entry", "zi_evaluation", "zi_rule_set"):
        op.drop_table(table)


def _create_parts() -> None:
    op.create_table(
        "zi_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("se", sa.String(length=40), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        _refers("zi_entry", "entered_by", "account"),
        _refers("zi_entry", "evaluation_id", "zi_evaluation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zi_entry")),
    )
    op.create_table(
        "zi_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        _refers("zi_document", "added_by", "account"),
        _refers("zi_document", "evaluation_id", "zi_evaluation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zi_document")),
    )
    op.create_table(
        "zi_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        _refers("zi_event", "account_id", "account"),
        _refers("zi_event", "evaluation_id", "zi_evaluation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zi_event")),
    )
    for table in ("zi_entry", "zi_document", "zi_event"):
        op.create_index(op.f(f"ix_{table}_evaluation_id"), table, ["evaluation_id"])


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def _refuse(table: str, act: str) -> None:
    start = f"CREATE TRIGGER {table}_keeps_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW "
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{start}BEGIN SELECT RAISE(ABORT, 'rows of {table} stay as they are'); END")
    else:
        op.execute(f"{start}EXECUTE FUNCTION refuse_change()")
