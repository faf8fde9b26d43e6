"""What is forgotten by itself, a bounded number of rows at a time."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import Session, SQLModel, col, delete

from bot.model.sync import Status
from bot.store.errors import SqlErrors
from bot.store.tables import AuditEntry, Delivery, Error, Export, Job, KnownPerson, Resync, ResyncedError, Upload, core


class SqlRetention:
    """Implements `bot.storage.Retention`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def resolved(self, before: datetime, limit: int) -> int:
        held = exists().where(col(ResyncedError.open_error) == col(Error.id))
        query = select(col(Error.id)).where(
            col(Error.status) == Status.RESOLVED, col(Error.resolved_at) < before, ~held
        )
        ids = [number for (number,) in self._session.execute(query.limit(limit)) if number]
        if ids:
            SqlErrors(self._session).forget(ids, before)
        return len(ids)

    def resyncs(self, before: datetime, limit: int) -> int:
        held = exists().where(col(ResyncedError.batch_id) == col(Resync.id), col(ResyncedError.open_error).is_not(None))
        old = select(col(Resync.id)).where(col(Resync.finished_at) < before, ~held).limit(limit)
        ids = [number for (number,) in self._session.execute(old)]
        self._session.exec(delete(ResyncedError).where(col(ResyncedError.batch_id).in_(ids)))
        self._session.exec(delete(Resync).where(col(Resync.id).in_(ids)))
        return len(ids)

    def jobs(self, before: datetime, limit: int) -> int:
        # One that was given up is told of for a week (`forget_given_up`), and forgotten then.
        over = (col(Job.done).is_(True), col(Job.running).is_(None), col(Job.last_error) == "")
        return self._forget(Job, limit, *over, col(Job.due_at) < before)

    def deliveries(self, before: datetime, limit: int) -> int:
        return self._forget(Delivery, limit, col(Delivery.state) != "due", col(Delivery.due_at) < before)

    def exports(self, before: datetime, limit: int) -> int:
        return self._forget(Export, limit, col(Export.delivered_at) < before)

    def uploads(self, before: datetime, limit: int) -> int:
        return self._forget(Upload, limit, col(Upload.requested_at) < before)

    def people(self, before: datetime, limit: int) -> int:
        return self._forget(KnownPerson, limit, col(KnownPerson.looked_up_at) < before)

    def audit(self, before: datetime, limit: int) -> int:
        return self._forget(AuditEntry, limit, col(AuditEntry.at) < before)

    def _forget(self, model: type[SQLModel], limit: int, *conditions: ColumnElement[bool]) -> int:
        table = core(model)
        old = select(table.c.id).where(*conditions).limit(limit)
        return self._session.connection().execute(table.delete().where(table.c.id.in_(old))).rowcount
