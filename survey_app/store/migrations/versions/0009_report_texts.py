"""What units write into their reports, and a quick way from a printed code to its publication."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_text",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("passage", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_report_text_survey_id_survey")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_report_text_written_by_account")
        ),
        sa.PrimaryKeyConstraint("survey_id", "passage", name=op.f("pk_report_text")),
    )
    op.create_index("ix_publication_bundle_sha256", "publication", ["bundle_sha256"])


def downgrade() -> None:
    op.drop_index("ix_publication_bundle_sha256", table_name="publication")
    op.drop_table("report_text")
