"""The first schema.

A later version says here in `op.` what it changes; this one is the tables as they were on 2026-12-01.
"""

from alembic import op

from whtools.gateway.history.schema import META

revision = "0001"
down_revision = None
TABLES = ("series", "minute", "rolled", "ten", "day", "line", "person", "home", "session", "invite", "audit", "name", "hold")


def upgrade() -> None:
    """Make them."""
    META.create_all(op.get_bind(), tables=[META.tables[name] for name in TABLES])


def downgrade() -> None:
    """Drop them, with all that is in them."""
    META.drop_all(op.get_bind(), tables=[META.tables[name] for name in TABLES])
