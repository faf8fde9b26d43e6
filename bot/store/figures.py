"""What operators watch, in a few counts."""

from datetime import datetime

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, col, select

from bot.storage import Figures
from bot.store.tables import Delivery, Executor, Job, Subscription, Tally


class SqlFigures:
    """Implements `bot.storage.Watch`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, now: datetime, *, late_before: datetime, alive_since: datetime) -> Figures:
        waits = col(Job.running).is_(None) & (col(Job.due_at) <= now)
        jobs = self._session.exec(
            select(
                Job.kind,
                func.sum(case((waits, 1), else_=0)),
                func.count(col(Job.running)),
                func.min(case((waits, col(Job.due_at)))),
            )
            .where(col(Job.done).is_(False))
            .group_by(Job.kind)
        ).all()
        open_errors = self._session.exec(select(Tally.category, Tally.errors).where(Tally.category != ""))
        return Figures(
            due={kind: due for kind, due, _, _ in jobs},
            running={kind: running for kind, _, running, _ in jobs},
            oldest_due=min((oldest for *_, oldest in jobs if oldest), default=None),
            given_up=self._count(col(Job.done).is_(True), col(Job.last_error) != ""),
            open_errors=dict(open_errors.all()),
            deliveries_due=self._undelivered(now),
            deliveries_late=self._undelivered(late_before),
            paused=self._count(col(Subscription.paused) != ""),
            executors=self._count(col(Executor.ended_at).is_(None), col(Executor.seen_at) >= alive_since),
        )

    def _undelivered(self, since: datetime) -> int:
        """Count digests due since before a moment: also those that nobody has planned yet, say because all are down."""
        planned = self._count(col(Delivery.state) == "due", col(Delivery.due_at) <= since)
        return planned + self._count(col(Subscription.paused) == "", col(Subscription.next_at) <= since)

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        return self._session.exec(select(func.count()).where(*conditions)).one()
