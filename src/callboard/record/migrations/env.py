"""How Alembic runs the migrations: on the connection, and in the transaction, that `callboard.record.opening` began."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
