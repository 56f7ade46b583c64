"""Evidence files and history of the follow-up plan; reasons of reviewed comments."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follow_up", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "comment_review", sa.Column("reason", sa.Text(), nullable=False, server_default="")
    )
    op.create_table(
        "follow_up_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_follow_up_event_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_up.id"],
            name=op.f("fk_follow_up_event_follow_up_id_follow_up"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_event")),
    )
    op.create_index(op.f("ix_follow_up_event_follow_up_id"), "follow_up_event", ["follow_up_id"])
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"], ["account.id"], name=op.f("fk_evidence_file_added_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_up.id"],
            name=op.f("fk_evidence_file_follow_up_id_follow_up"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_evidence_file_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
    )
    op.create_index(op.f("ix_evidence_file_follow_up_id"), "evidence_file", ["follow_up_id"])
    op.create_index(op.f("ix_evidence_file_survey_id"), "evidence_file", ["survey_id"])
    for act in ("UPDATE", "DELETE"):
        _refuse(act)


def downgrade() -> None:
    op.drop_table("evidence_file")
    op.drop_table("follow_up_event")
    op.drop_column("comment_review", "reason")
    op.drop_column("follow_up", "reason")


def _refuse(act: str) -> None:
    name = f"follow_up_event_keeps_{act.lower()}"
    start = f"CREATE TRIGGER {name} BEFORE {act} ON follow_up_event FOR EACH ROW "
    if op.get_bind().dialect.name == "sqlite":
        words = "rows of follow_up_event stay as they are"
        op.execute(f"{start}BEGIN SELECT RAISE(ABORT, '{words}'); END")
    else:
        op.execute(f"{start}EXECUTE FUNCTION refuse_change()")
