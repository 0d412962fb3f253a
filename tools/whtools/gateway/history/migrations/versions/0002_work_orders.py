"""Work orders with their records, and the water of each well by day."""

from alembic import op

from whtools.gateway.history.schema import META
from whtools.gateway.work import tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make them."""
    META.create_all(op.get_bind(), tables=list(tables.TABLES))


def downgrade() -> None:
    """Drop them, with all that is in them."""
    META.drop_all(op.get_bind(), tables=list(tables.TABLES))
