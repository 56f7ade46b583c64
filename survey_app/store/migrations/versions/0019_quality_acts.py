"""The book of quality evidence: findings, replies, decisions. Its rows stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE = "quality_act"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("unusual", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("previous_head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_quality_act_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_key.id"], name=op.f("fk_quality_act_key_id_signing_key")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_quality_act_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_act")),
        sa.UniqueConstraint("head", name=op.f("uq_quality_act_head")),
        sa.UniqueConstraint("survey_id", "number", name=op.f("uq_quality_act_survey_id_number")),
    )
    op.create_index(op.f("ix_quality_act_survey_id"), TABLE, ["survey_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for act in ("UPDATE", "DELETE") if is_sqlite else ("UPDATE", "DELETE", "TRUNCATE"):
        op.execute(_trigger(is_sqlite, act))


def downgrade() -> None:
    # Its triggers go with the table.
    op.drop_index(op.f("ix_quality_act_survey_id"), table_name=TABLE)
    op.drop_table(TABLE)


def _trigger(is_sqlite: bool, act: str) -> str:
    begin = f"CREATE TRIGGER {TABLE}_keeps_{act.lower()} BEFORE {act} ON {TABLE}"
    if is_sqlite:
        return (
            f"{begin} FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {TABLE} stay as they are'); END"
        )
    each = "STATEMENT" if act == "TRUNCATE" else "ROW"
    return f"{begin} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
