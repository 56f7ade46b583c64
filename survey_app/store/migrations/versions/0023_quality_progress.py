"""How far the search for unusual patterns has come with each closed survey."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "quality_progress"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("measured", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_quality_progress_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_quality_progress")),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
