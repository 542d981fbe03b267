"""What staff did in the chat, and which senders of applications are to be told how far staff are."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_acts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("allowed", sa.Boolean, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )
    op.create_index("ix_staff_acts_until", "staff_acts", ["until"])
    op.add_column("applications", sa.Column("untold", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_applications_untold", "applications", ["untold"])


def downgrade() -> None:
    op.drop_index("ix_applications_untold", "applications")
    op.drop_column("applications", "untold")
    op.drop_table("staff_acts")
