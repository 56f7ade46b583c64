"""Tickets carry a second secret, a short code to type; only a keyed hash of it is kept.

And units report how many services they finished, to be set against the tickets.

No ticket can have been issued before this version, so the table is made anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_anew([sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False)])
    op.create_table(
        "transaction_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("transactions", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_transaction_report_survey_id_survey")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"], ["account.id"], name=op.f("fk_transaction_report_reported_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transaction_report")),
    )
    op.create_index(op.f("ix_transaction_report_survey_id"), "transaction_report", ["survey_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_transaction_report_survey_id"), table_name="transaction_report")
    op.drop_table("transaction_report")
    _make_anew([])


def _make_anew(more: list[sa.Column[bytes]]) -> None:
    op.drop_index(op.f("ix_ticket_lot_id"), table_name="ticket")
    op.drop_table("ticket")
    unique = [sa.UniqueConstraint("code_hash", name=op.f("uq_ticket_code_hash"))] if more else []
    op.create_table(
        "ticket",
        sa.Column("ticket_hash", sa.LargeBinary(length=32), nullable=False),
        *more,
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["ticket_lot.id"], name=op.f("fk_ticket_lot_id_ticket_lot")
        ),
        sa.PrimaryKeyConstraint("ticket_hash", name=op.f("pk_ticket")),
        *unique,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_ticket_lot_id"), "ticket", ["lot_id"])
