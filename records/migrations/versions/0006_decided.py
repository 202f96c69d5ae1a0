"""Who took a decision back; and decisions keep the names of what they are about, as they are known now."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

decision = sa.table("decision", sa.column("id"), sa.column("kind"), sa.column("body", sa.JSON()))
work = sa.table("work", sa.column("id"), sa.column("pano_id"), sa.column("kind"))
pano = sa.table("pano", sa.column("id"), sa.column("name"))


def upgrade() -> None:
    """Add the columns and the names; a decision that was taken back before says nobody."""
    for name in ("withdrawn_by", "withdrawn_by_name"):
        op.add_column("decision", sa.Column(name, sa.Text(), nullable=True))
    connection = op.get_bind()
    works = {one.id: one for one in connection.execute(sa.select(work))}
    names = dict(connection.execute(sa.select(pano.c.id, pano.c.name)).all())
    of_kinds = sa.select(decision).where(decision.c.kind.in_(("approve", "repair")))
    for key, kind, body in connection.execute(of_kinds).all():
        order = works.get(body["work_id"]) if kind == "approve" else None
        pano_id = order.pano_id if order else body.get("pano_id")
        known = {"label": names.get(pano_id) or body.get("work_id") or pano_id}
        if kind == "approve":
            known["work_kind"] = order.kind if order else "build"
        connection.execute(sa.update(decision).where(decision.c.id == key).values(body=body | known))


def downgrade() -> None:
    """Drop the columns; the names do no harm."""
    for name in ("withdrawn_by_name", "withdrawn_by"):
        op.drop_column("decision", name)
