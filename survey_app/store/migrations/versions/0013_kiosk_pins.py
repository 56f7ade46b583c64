"""The PIN of each kiosk."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kiosk_pin",
        sa.Column("link_code", sa.String(length=32), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_code"], ["link.code"], name=op.f("fk_kiosk_pin_link_code_link")
        ),
        sa.PrimaryKeyConstraint("link_code", name=op.f("pk_kiosk_pin")),
    )


def downgrade() -> None:
    op.drop_table("kiosk_pin")
