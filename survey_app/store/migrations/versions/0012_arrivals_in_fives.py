"""Arrivals wait without a time until five are together; opened forms are counted beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ingest_waiting",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("n", "n_fast", "n_straight", "score_sum")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_ingest_waiting_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", "channel", name=op.f("pk_ingest_waiting")),
    )
    with op.batch_alter_table("ingest_stats") as batch:
        batch.add_column(sa.Column("opened", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("ingest_stats") as batch:
        batch.drop_column("opened")
    op.drop_table("ingest_waiting")
