"""Logos of agencies for what is printed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_logo",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_agency_logo_agency_id_agency")
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["account.id"], name=op.f("fk_agency_logo_added_by_account")
        ),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_agency_logo")),
    )


def downgrade() -> None:
    op.drop_table("agency_logo")
