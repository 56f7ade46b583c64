"""From which seals results may be read while a survey is open.

Surveys that are open now show results again once new answers are sealed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interim_step",
        sa.Column("seal_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seal_id"], ["seal.id"], name=op.f("fk_interim_step_seal_id_seal")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_interim_step_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("seal_id", name=op.f("pk_interim_step")),
    )
    op.create_index(op.f("ix_interim_step_survey_id"), "interim_step", ["survey_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_interim_step_survey_id"), table_name="interim_step")
    op.drop_table("interim_step")
