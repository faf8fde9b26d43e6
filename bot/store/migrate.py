"""Bringing the tables up to date, safe to do from several processes at once."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.errors import PersonError
from bot.store.database import Database
from bot.store.tables import SCHEMA

_SCRIPTS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x5F5C
"""Our number among PostgreSQL's advisory locks of this database."""


def current(database: Database) -> str:
    """Return the migration the tables are at, "" for an empty database."""
    with database.engine.connect() as connection:
        return _version(connection)


def _reached(database: Database) -> str:
    try:
        return current(database)
    except DBAPIError as error:
        raise PersonError(
            "The database cannot be opened: %(why)s.", "Check DATABASE_URL.", why=str(error.orig).strip().rstrip(".")
        ) from error


def migrate(database: Database) -> str:
    """Bring the tables up to date, one process at a time; answer the migration they were at."""
    from alembic import command  # noqa: PLC0415 - 0.2 s that only a database behind its version pays
    from alembic.config import Config  # noqa: PLC0415 - likewise

    _reached(database)
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    with _alone(database), database.engine.connect() as connection, _references_ignored(connection):
        before = _version(connection)
        connection.rollback()
        _refuse_newer(before)
        if before != SCHEMA:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        return before


def make_current(database: Database) -> None:
    """Make sure the tables are what this version needs.

    A SQLite file is the user's own and brought up to date on the way; a PostgreSQL server is shared, and
    changed only by `sfsync migrate`.
    """
    version = _reached(database)
    if version == SCHEMA:
        return
    _refuse_newer(version)
    if not database.on_sqlite:
        raise PersonError("The database is not up to date.", "Run `sfsync migrate`, then try again.")
    migrate(database)


def _version(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def _refuse_newer(version: str) -> None:
    if version > SCHEMA:
        raise PersonError(
            "The database belongs to a newer version of sfsync.", "Start that version, or restore a backup."
        )


@contextmanager
def _references_ignored(connection: Connection) -> Iterator[None]:
    """Let SQLite look at no reference for the time of a migration.

    A table is altered there by building it anew; dropping the old one would delete, or be refused for, the rows of
    others that refer to it. Nothing else may be open on the connection: within a transaction SQLite ignores this.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.cursor()
    try:
        raw.execute("PRAGMA foreign_keys = OFF")
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys = ON")
        raw.close()


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Hold the lock on migrations: a file beside a SQLite database, an advisory lock on PostgreSQL.

    Without it, of four processes that migrate one SQLite file at once three fail.
    """
    if database.on_sqlite:
        with database.file.with_name(database.file.name + ".migrate-lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": _ADVISORY_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": _ADVISORY_LOCK})
