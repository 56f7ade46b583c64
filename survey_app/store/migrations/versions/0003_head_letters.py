"""Which heads have been mailed to the witness."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "head_letter",
        sa.Column("seal_id", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["seal_id"], ["seal.id"], name=op.f("fk_head_letter_seal_id_seal")),
        sa.PrimaryKeyConstraint("seal_id", name=op.f("pk_head_letter")),
    )


def downgrade() -> None:
    op.drop_table("head_letter")
