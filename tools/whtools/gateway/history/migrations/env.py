"""Alembic's entry: the connection is handed over by schema.migrate."""

from alembic import context

from whtools.gateway.history.schema import META

context.configure(connection=context.config.attributes["connection"], target_metadata=META, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
