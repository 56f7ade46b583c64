"""Batches of printed questionnaires with their two entries; a batch that ended stays."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STAYS = {"update": "WHEN (OLD.state <> 'open')", "delete": ""}


def upgrade() -> None:
    _make_batches()
    _make_entries()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for act, condition in STAYS.items():
        head = f"CREATE TRIGGER paper_batch_keeps_{act} BEFORE {act.upper()} ON paper_batch "
        refuse = (
            "BEGIN SELECT RAISE(ABORT, 'rows of paper_batch stay as they are'); END"
            if is_sqlite
            else "EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"{head} FOR EACH ROW {condition} {refuse}")


def downgrade() -> None:
    for table in ("settlement", "entry", "pass", "sheet", "batch"):
        op.drop_table(f"paper_{table}")


def _make_batches() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("counter", sa.String(length=80), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.Column(name, sa.Integer(), nullable=True)
            for name in ("answered", "blank", "spoiled", "unused", "typed")
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_paper_batch_{column}_{table}")
            )
            for column, table in (
                *(("survey_id", "survey"), ("service_id", "service")),
                *(("prepared_by", "account"), ("ended_by", "account")),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_batch_code")),
    )
    op.create_index(op.f("ix_paper_batch_survey_id"), "paper_batch", ["survey_id"])
    op.create_table(
        "paper_sheet",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_sheet_batch_id_paper_batch")
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_paper_sheet")),
        sqlite_with_rowid=False,
    )


def _make_entries() -> None:
    op.create_table(
        "paper_pass",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number IN (1, 2)", name=op.f("ck_paper_pass_number")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_pass_batch_id_paper_batch")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_paper_pass_account_id_account")
        ),
        sa.PrimaryKeyConstraint("batch_id", "account_id", name=op.f("pk_paper_pass")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_paper_pass_batch_id_number")),
    )
    op.create_table(
        "paper_entry",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id", "account_id"],
            ["paper_pass.batch_id", "paper_pass.account_id"],
            name=op.f("fk_paper_entry_batch_id_account_id_paper_pass"),
        ),
        sa.PrimaryKeyConstraint("batch_id", "account_id", "sheet", name=op.f("pk_paper_entry")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paper_settlement",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_settlement_batch_id_paper_batch")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["account.id"], name=op.f("fk_paper_settlement_settled_by_account")
        ),
        sa.PrimaryKeyConstraint("batch_id", "sheet", "field", name=op.f("pk_paper_settlement")),
        sqlite_with_rowid=False,
    )
