"""Which list of words sorted a comment, who let staff have it, and whether it was counted."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bribery_word_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("used_from", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bribery_word_list")),
    )
    with op.batch_alter_table("comment_review") as batch:
        batch.add_column(
            sa.Column("is_counted", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch.add_column(sa.Column("released_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("word_list_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_comment_review_released_by_account"), "account", ["released_by"], ["id"]
        )
        batch.create_foreign_key(
            op.f("fk_comment_review_word_list_id_bribery_word_list"),
            "bribery_word_list",
            ["word_list_id"],
            ["id"],
        )
        batch.create_index(op.f("ix_comment_review_word_list_id"), ["word_list_id"])
    # Only the inspectorate puts a comment back to waiting; staff's decisions have other states.
    op.execute(
        "UPDATE comment_review SET released_by = reviewed_by "
        "WHERE state = 'waiting' AND reviewed_by IS NOT NULL"
    )
    op.execute(
        "UPDATE comment_review SET is_counted = false WHERE released_by IS NOT NULL "
        "OR (state = 'referred' AND reviewed_by IS NULL)"
    )


def downgrade() -> None:
    with op.batch_alter_table("comment_review") as batch:
        batch.drop_index(op.f("ix_comment_review_word_list_id"))
        for name in ("word_list_id_bribery_word_list", "released_by_account"):
            batch.drop_constraint(op.f(f"fk_comment_review_{name}"), type_="foreignkey")
        for name in ("word_list_id", "released_by", "is_counted"):
            batch.drop_column(name)
    op.drop_table("bribery_word_list")
