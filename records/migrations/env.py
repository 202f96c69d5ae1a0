"""Runs the migrations on the connection, and in the transaction, that `records.store` hands over."""

from alembic import context

from records.model import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
