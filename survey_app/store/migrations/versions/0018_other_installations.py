"""Other installations' keys, and the evidence imported from them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        _refers("installation", "registered_by", "account"),
        _refers("installation", "revoked_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sa.UniqueConstraint("public_key", name=op.f("uq_installation_public_key")),
    )
    _create_bundles()
    for act in ("UPDATE", "DELETE"):
        _refuse(act)


def downgrade() -> None:
    op.drop_table("foreign_bundle")
    op.drop_table("installation")


def _create_bundles() -> None:
    table = "foreign_bundle"
    texts = {"foreign_unit": 80, "survey": 120, "period": 20, "index_code": 20}
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(length=size), nullable=False) for name, size in texts.items()),
        sa.Column("publication", sa.Integer(), nullable=False),
        sa.Column("seals", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _refers(table, "installation_id", "installation"),
        _refers(table, "unit_id", "unit"),
        _refers(table, "imported_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_bundle")),
        sa.UniqueConstraint(
            "installation_id",
            "manifest_sha256",
            name=op.f("uq_foreign_bundle_installation_id_manifest_sha256"),
        ),
    )
    op.create_index(op.f("ix_foreign_bundle_unit_id"), table, ["unit_id"])
    both = ["installation_id", "survey"]
    op.create_index(op.f("ix_foreign_bundle_installation_id_survey"), table, both)


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def _refuse(act: str) -> None:
    table = "foreign_bundle"
    start = f"CREATE TRIGGER {table}_keeps_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW "
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{start}BEGIN SELECT RAISE(ABORT, 'rows of {table} stay as they are'); END")
    else:
        op.execute(f"{start}EXECUTE FUNCTION refuse_change()")
