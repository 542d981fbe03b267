"""Tables of editions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _editions()
    _rows()
    op.create_table(
        "embeddings",
        sa.Column("model", sa.String(300), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
    )


def _editions() -> None:
    op.create_table(
        "editions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("previous", sa.Integer),
        sa.Column("published", sa.Float, nullable=False),
        sa.Column("model", sa.String(300), nullable=False),
        sa.Column("dimension", sa.Integer, nullable=False),
        sa.Column("reading", sa.String(64), nullable=False),
        sa.Column("indexing", sa.String(64), nullable=False),
        sa.Column("collection", sa.String(120)),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("chunks", sa.Integer, nullable=False),
        sa.Column("kept", sa.Boolean, nullable=False),
    )
    op.create_table(
        "live_edition",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("edition", sa.Integer, sa.ForeignKey("editions.number"), nullable=False),
    )


def _rows() -> None:
    op.create_table(
        "files",
        sa.Column("id", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
    )
    op.create_index("files_alive", "files", ["until", "since"])
    op.create_table(
        "chunks",
        sa.Column("row", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("page", sa.Integer),
    )
    op.create_index("chunks_alive", "chunks", ["until", "since"])
    op.create_index("chunks_source", "chunks", ["source"])


def downgrade() -> None:
    for name in ("embeddings", "chunks", "files", "live_edition", "editions"):
        op.drop_table(name)
