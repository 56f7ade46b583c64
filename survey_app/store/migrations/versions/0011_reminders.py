"""Reminders by e-mail: which kinds are not wanted, and which were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder_off",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reminder_off_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_reminder_off")),
    )
    op.create_table(
        "reminder_sent",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("occasion", sa.String(20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reminder_sent_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_reminder_sent_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "survey_id", "kind", "occasion", name=op.f("pk_reminder_sent")
        ),
    )
    op.create_index(op.f("ix_reminder_sent_sent_at"), "reminder_sent", ["sent_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_reminder_sent_sent_at"), table_name="reminder_sent")
    op.drop_table("reminder_sent")
    op.drop_table("reminder_off")
