"""The `executor` table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.storage import Executor as ExecutorView
from bot.store.tables import Executor


class SqlExecutors:
    """Implements `bot.storage.Executors`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, number: int, host: str, pid: int, now: datetime) -> None:
        self._session.merge(Executor(id=number, host=host, pid=pid, started_at=now, seen_at=now, ended_at=None))

    def seen(self, number: int, slack: Mapping[str, Any], now: datetime) -> None:
        if row := self._session.get(Executor, number):
            row.seen_at, row.slack, row.ended_at = now, dict(slack), None

    def end(self, number: int, now: datetime) -> None:
        if row := self._session.get(Executor, number):
            row.ended_at = now

    def working(self) -> list[ExecutorView]:
        query = select(Executor).where(col(Executor.ended_at).is_(None)).order_by(col(Executor.id))
        return [ExecutorView(**row.model_dump()) for row in self._session.exec(query)]
