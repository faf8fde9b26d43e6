"""Transactions over all tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from bot.storage import PATIENCE
from bot.store.database import Database
from bot.store.errors import SqlErrors
from bot.store.executors import SqlExecutors
from bot.store.figures import SqlFigures
from bot.store.ignored import SqlIgnored
from bot.store.jobs import SqlJobs
from bot.store.people import SqlAudit, SqlExports, SqlNotes, SqlPeople, SqlUsage
from bot.store.resyncs import SqlResyncs
from bot.store.retention import SqlRetention
from bot.store.revision import RevisionWatch
from bot.store.runs import SqlRuns
from bot.store.subscriptions import SqlSubscriptions
from bot.store.traces import SqlTraces
from bot.store.uploads import SqlUploads
from bot.store.views import SqlViews


class SqlTransaction:
    """Implements `bot.storage.Transaction` on one session."""

    def __init__(self, session: Session) -> None:
        self.errors = SqlErrors(session)
        self.ignored = SqlIgnored(session)
        self.views = SqlViews(session)
        self.runs = SqlRuns(session)
        self.jobs = SqlJobs(session)
        self.resyncs = SqlResyncs(session)
        self.subscriptions = SqlSubscriptions(session)
        self.exports = SqlExports(session)
        self.uploads = SqlUploads(session)
        self.people = SqlPeople(session)
        self.usage = SqlUsage(session)
        self.notes = SqlNotes(session)
        self.audit = SqlAudit(session)
        self.traces = SqlTraces(session)
        self.retention = SqlRetention(session)
        self.figures = SqlFigures(session)
        self.executors = SqlExecutors(session)


class SqlStorage:
    """Implements `bot.storage.Storage`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._revision = RevisionWatch(database)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        with self._database.read() as session:
            yield SqlTransaction(session)

    @contextmanager
    def write(self, patience: float = PATIENCE) -> Iterator[SqlTransaction]:
        with self._database.write(patience) as session:
            yield SqlTransaction(session)

    def revision(self) -> str:
        return self._revision.read()
