"""Values of outcome series that are entered by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "zi_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("benefit", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("se", sa.String(length=40), nullable=True),
        sa.Column("is_higher_better", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_zi_outcome_account_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_zi_outcome_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zi_outcome")),
    )
    op.create_index(op.f("ix_zi_outcome_unit_id"), "zi_outcome", ["unit_id"])
    for act in ("UPDATE", "DELETE"):
        start = (
            f"CREATE TRIGGER zi_outcome_keeps_{act.lower()} BEFORE {act} ON zi_outcome "
            "FOR EACH ROW "
        )
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"{start}BEGIN SELECT RAISE(ABORT, 'rows of zi_outcome stay as they are'); END"
            )
        else:
            op.execute(f"{start}EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    op.drop_table("zi_outcome")
