"""How Alembic gets its connection: from ``knowledge.store.database.upgrade``, inside a transaction that it holds."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
