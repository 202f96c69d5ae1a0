"""What comes from the field: reports as they were sent, what became of each, and their photos."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "field_report",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("brought_by", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_field_report_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_field_report"),
    )
    op.create_table(
        "field_part",
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_field_part_event_id"),
        sa.ForeignKeyConstraint(["report_id"], ["field_report.id"], name="fk_field_part_report_id"),
        sa.PrimaryKeyConstraint("report_id", "what", name="pk_field_part"),
    )
    op.create_index("ix_field_part_outcome", "field_part", ["outcome"], unique=False)
    op.create_table(
        "field_photo",
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("kept_hash", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["field_report.id"], name="fk_field_photo_report_id"),
        sa.PrimaryKeyConstraint("report_id", "hash", name="pk_field_photo"),
    )
    op.create_index("ix_field_photo_kept_hash", "field_photo", ["kept_hash"], unique=False)


def downgrade() -> None:
    """Drop the tables, and with them every report as it was sent; what became of them stays."""
    op.drop_table("field_photo")
    op.drop_table("field_part")
    op.drop_table("field_report")
