"""The index of each published survey in columns, filled from the publications there are."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FLOATS = ("value", "score100", "se", "ci_low", "ci_high")


def upgrade() -> None:
    table = op.create_table(
        "survey_figure",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Double(), nullable=True) for name in FLOATS),
        sa.Column("grade", sa.String(length=4), nullable=True),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_survey_figure_publication_id_publication"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_figure_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_survey_figure")),
    )
    standing = sa.text(
        "SELECT survey_id, id, result FROM publication p WHERE number = "
        "(SELECT max(number) FROM publication q WHERE q.survey_id = p.survey_id)"
    )
    rows = [_figure(*row) for row in op.get_bind().execute(standing)]
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    op.drop_table("survey_figure")


def _figure(survey_id: int, publication_id: int, result: str) -> dict[str, object]:
    whole = json.loads(result)["groups"][0]
    index = whole["index"] or {}
    low, high = index.get("ci") or (None, None)
    return {
        "survey_id": survey_id,
        "publication_id": publication_id,
        "n": whole["n"],
        "population": whole.get("population"),
        "value": index.get("value"),
        "score100": index.get("score100"),
        "se": index.get("se"),
        "ci_low": low,
        "ci_high": high,
        "grade": index.get("grade"),
        "resolved": bool(index.get("resolved", False)),
    }
