"""Alembic's entry point; the connection comes from `bot.store.migrate`, under its lock."""

from alembic import context
from sqlmodel import SQLModel

from bot.store import tables  # noqa: F401 - registers the tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
