"""Run by Alembic: migrates over the connection that `email_assistant.store.database` hands it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
