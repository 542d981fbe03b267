"""Daily counts for the monthly report, which hold nothing of persons, and the role that somebody chose.

Votes, gaps, applications and hand-offs that are still kept are counted now, on the days when later changes of them
count too. Questions were counted nowhere before.
"""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BEIJING = ZoneInfo("Asia/Shanghai")
# What each row counts as: its day, event, what and state; as the program counts what comes from now on.
KEPT = (
    "SELECT answered, 'vote', vote, coalesce(reason, '') FROM feedback WHERE vote IS NOT NULL",
    "SELECT asked, 'gap', 'new', why FROM open_questions",
    "SELECT closed, 'gap', 'answered', '' FROM open_questions WHERE state = 'closed' AND closed IS NOT NULL",
    "SELECT made, 'application', form, state FROM applications",
    "SELECT opened, 'handoff', 'opened', '' FROM handoffs WHERE opened IS NOT NULL",
    "SELECT closed, 'handoff', 'ended', coalesce(ended_by, '') FROM handoffs WHERE closed IS NOT NULL",
)


def upgrade() -> None:
    op.add_column("conversations", sa.Column("role", sa.String(16)))
    op.create_table(
        "daily_questions",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("language", sa.String(8), primary_key=True),
        sa.Column("role", sa.String(16), primary_key=True),
        sa.Column("status", sa.String(16), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    events = op.create_table(
        "daily_events",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("event", sa.String(16), primary_key=True),
        sa.Column("what", sa.String(40), primary_key=True),
        sa.Column("state", sa.String(16), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    counted: Counter[tuple[str, ...]] = Counter()
    for kept in KEPT:
        for at, event, what, state in op.get_bind().execute(sa.text(kept)):
            counted[f"{datetime.fromtimestamp(at, BEIJING):%Y-%m-%d}", event, what, state] += 1
    names = ("day", "event", "what", "state")
    rows = [dict(zip(names, key, strict=True)) | {"count": count} for key, count in sorted(counted.items())]
    if rows:
        op.bulk_insert(events, rows)


def downgrade() -> None:
    op.drop_table("daily_events")
    op.drop_table("daily_questions")
    op.drop_column("conversations", "role")
