"""A store knows which data folder it was filled from, so that it is never taken for that of another."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the name; a store that was filled before says none."""
    op.add_column("meta", sa.Column("workspace", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop the name."""
    op.drop_column("meta", "workspace")
