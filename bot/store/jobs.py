"""The `job` table: the list of what is due, kept in the same transactions as what it is about.

A row is armed with the change that makes work necessary, so that neither can be lost without the other. A
dispatcher marks due rows running, and then hands them to the durable engine, as workflow `kind:subject:attempt`;
interrupted in between it finds them again as lost, since the engine does not know that id. Work that ends
finishes or fails its attempt. Armed again while running, a job keeps its later attempt and becomes due once
the running one ends. What a workflow does to the row counts only while the row says that its attempt runs:
two workflows never work on one subject at the same time. Of the jobs in one lane only the first is due: what
failed and waits for its next attempt is not overtaken.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, exists, insert, null, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bot import trace
from bot.errors import NotAuthenticated
from bot.storage import Job as JobView
from bot.store.tables import Job, core

job = core(Job)
_c = job.c


class SqlJobs:
    """Implements `bot.storage.Jobs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def arm(self, kind: str, subject: int, due_at: datetime, lane: str = "") -> None:
        # An id may have been another subject's before; an arming without a lane leaves the job where it is.
        again_in = {"lane": lane} if lane else {}
        values = {"due_at": due_at, "done": False, "failures": 0, "last_error": "", "request": trace.current()}
        again = self._session.connection().execute(
            update(job)
            .where(_c.kind == kind, _c.subject == subject)
            .values(attempt=_c.attempt + 1, **again_in, **values)
        )
        if not again.rowcount:
            self._session.execute(insert(job).values(kind=kind, subject=subject, attempt=1, lane=lane, **values))

    def leave_lane(self, kind: str, subject: int) -> None:
        self._session.execute(update(job).where(_c.kind == kind, _c.subject == subject).values(lane=""))

    def due(self, now: datetime, kinds: Collection[str], limit: int) -> list[JobView]:
        ahead = aliased(job)
        waits = exists().where(ahead.c.lane == _c.lane, ahead.c.id < _c.id, ahead.c.done.is_(False), _c.lane != "")
        query = (
            select(Job)
            .where(_c.kind.in_(kinds), _c.done.is_(False), _c.due_at <= now, _c.running.is_(None), ~waits)
            .order_by(_c.due_at, _c.id)
            .limit(limit)
        )
        return [
            JobView(row.id or 0, row.kind, row.subject, row.attempt, row.request) for row in self._session.exec(query)
        ]

    def take(self, job: JobView, now: datetime) -> bool:
        taken = self._session.connection().execute(
            update(core(Job))
            .where(_c.id == job.id, _c.attempt == job.attempt, _c.running.is_(None), _c.done.is_(False))
            .values(running=job.attempt, running_since=now)
        )
        return taken.rowcount == 1

    def runs(self, job: int, attempt: int) -> bool:
        query = select(Job.id).where(_c.id == job, _c.running == attempt)
        return self._session.exec(query).first() is not None

    def finish(self, job: int, attempt: int) -> None:
        self._session.execute(
            update(core(Job))
            .where(_c.id == job, _c.running == attempt)
            .values(running=null(), last_error="", done=case((_c.attempt == attempt, True), else_=_c.done))
        )

    def fail(self, job: int, attempt: int, due_at: datetime | None, error: str) -> None:
        table = core(Job)
        ended = self._session.connection().execute(
            update(table).where(_c.id == job, _c.running == attempt).values(running=null())
        )
        if not ended.rowcount:
            return
        given_up = {} if due_at else {"done": True}
        self._session.execute(
            update(table)
            .where(_c.id == job, _c.attempt == attempt)
            .values(attempt=_c.attempt + 1, failures=_c.failures + 1, last_error=error, **given_up)
        )
        if due_at:
            # Also what was armed again meanwhile waits, and for the same reason: the vendor is in that trouble for it.
            self._session.execute(
                update(table).where(_c.id == job, _c.due_at < due_at).values(due_at=due_at, last_error=error)
            )

    def hurry(self, vendor: str, now: datetime) -> None:
        refused = _c.last_error.startswith(f"{vendor}: {NotAuthenticated.__name__}", autoescape=True)
        self._session.execute(
            update(core(Job))
            .where(_c.done.is_(False), _c.running.is_(None), _c.due_at > now, refused)
            .values(due_at=now)
        )

    def failures(self, job: int) -> int:
        return self._session.exec(select(Job.failures).where(_c.id == job)).one()

    def running_since(self, moment: datetime | None) -> list[JobView]:
        query = select(Job).where(_c.running.is_not(None))
        if moment:
            query = query.where(_c.running_since < moment)
        return [JobView(row.id or 0, row.kind, row.subject, row.running or 0) for row in self._session.exec(query)]

    def release(self, job: JobView) -> None:
        self._session.execute(
            update(core(Job))
            .where(_c.id == job.id, _c.running == job.attempt)
            .values(running=null(), attempt=_c.attempt + 1)
        )

    def done(self, kind: str, subject: int) -> bool:
        row = self._session.exec(select(Job).where(col(Job.kind) == kind, col(Job.subject) == subject)).first()
        return row is None or (row.done and row.running is None)

    def given_up(self) -> list[tuple[str, int, str]]:
        query = select(Job.kind, Job.subject, Job.last_error).where(_c.done.is_(True), _c.last_error != "")
        return [(kind, subject, error) for kind, subject, error in self._session.exec(query)]

    def forget_given_up(self, before: datetime) -> None:
        self._session.execute(
            update(core(Job)).where(_c.done.is_(True), _c.last_error != "", _c.due_at < before).values(last_error="")
        )
