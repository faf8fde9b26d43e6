"""The `ingest_run` and `ingest_chunk` tables."""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from bot.model.columns import By, Column, FileFound
from bot.model.sync import ReportedError, Source, Status
from bot.storage import Recorded, Run, Scope, Understood
from bot.store import revision
from bot.store.tables import IngestChunk, IngestRun


class SqlRuns:
    """Implements `bot.storage.Runs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, source: Source, name: str, *, complete: bool, now: datetime) -> int:
        run = IngestRun(source=source, name=name, complete=complete, state="reading", started_at=now)
        self._session.add(run)
        self._session.flush()
        return _known(run.id)

    def add_chunk(self, run: int, number: int, rows: Sequence[Understood]) -> None:
        self._session.add(IngestChunk(run_id=run, number=number, rows=_pack(rows)))

    def chunks(self, run: int) -> list[int]:
        query = select(IngestChunk.number).where(IngestChunk.run_id == run).order_by(col(IngestChunk.number))
        return list(self._session.exec(query))

    def chunk(self, run: int, number: int) -> list[Understood]:
        found = self._session.get(IngestChunk, (run, number))
        return _unpack(found.rows) if found else []

    def remove_rows(self, unwanted: Callable[[Understood], bool], *, dry_run: bool) -> int:
        """Take rows out of what is read but not recorded yet; answer how many."""
        removed = 0
        for run, number in self._session.exec(select(IngestChunk.run_id, IngestChunk.number)).all():
            rows = self.chunk(run, number)
            kept = [row for row in rows if not unwanted(row)]
            removed += len(rows) - len(kept)
            if len(kept) < len(rows) and not dry_run:
                self._session.exec(
                    select(IngestChunk).where(IngestChunk.run_id == run, IngestChunk.number == number)
                ).one().rows = _pack(kept)
        return removed

    def drop_chunk(self, run: int, number: int, recorded: Recorded) -> None:
        self._session.exec(delete(IngestChunk).where(col(IngestChunk.run_id) == run, col(IngestChunk.number) == number))
        row = self._row(run)
        row.new += len(recorded.new)
        row.still_open += len(recorded.known)

    def ready(
        self,
        run: int,
        *,
        rows: int,
        rejections: Sequence[Mapping[str, Any]],
        rejected: int,
        scope: Scope,
        files: Sequence[FileFound] = (),
        complete: bool = False,
    ) -> None:
        row = self._row(run)
        row.state, row.rows, row.rejected, row.complete = "ready", rows, rejected, complete
        row.files = [asdict(file) for file in files]
        row.rejections = [dict(rejection) for rejection in rejections]
        row.scope = [list(pair) for pair in sorted(scope)]

    def set_state(self, run: int, state: str) -> None:
        self._row(run).state = state

    def finish(self, run: int, *, resolved: int, now: datetime) -> None:
        row = self._row(run)
        row.state, row.resolved, row.finished_at = "done", resolved, now
        # The cards tell when each source was last heard.
        revision.move(self._session, now)

    def get(self, run: int) -> Run:
        row = self._row(run)
        return Run(
            id=run,
            source=Source(row.source),
            name=row.name,
            complete=row.complete,
            state=row.state,
            started_at=row.started_at,
            finished_at=row.finished_at,
            rows=row.rows,
            new=row.new,
            still_open=row.still_open,
            resolved=row.resolved,
            rejected=row.rejected,
            rejections=row.rejections,
            scope=frozenset((obj, category) for obj, category in row.scope),
            files=tuple(_file(file) for file in row.files),
        )

    def forget(self, run: int) -> None:
        self._session.exec(delete(IngestChunk).where(col(IngestChunk.run_id) == run))
        self._session.exec(delete(IngestRun).where(col(IngestRun.id) == run))

    def forget_abandoned(self, before: datetime) -> None:
        query = select(IngestRun.id).where(
            col(IngestRun.state).in_(("reading", "ready")), col(IngestRun.started_at) < before
        )
        for run in self._session.exec(query).all():
            self.forget(_known(run))

    def forget_done(self, before: datetime) -> None:
        newest = select(func.max(IngestRun.id)).where(IngestRun.state == "done").group_by(IngestRun.source)
        self._session.exec(
            delete(IngestRun).where(
                col(IngestRun.state) == "done", col(IngestRun.started_at) < before, col(IngestRun.id).not_in(newest)
            )
        )

    def latest(self) -> dict[Source, datetime]:
        found: dict[Source, datetime] = {}
        # One look into the index for each, where grouping would read it whole.
        for source in Source:
            query = select(func.max(col(IngestRun.started_at)))
            at = self._session.exec(query.where(IngestRun.source == source, IngestRun.state == "done")).one()
            if at:
                found[source] = at
        return found

    def _row(self, run: int) -> IngestRun:
        return self._session.exec(select(IngestRun).where(IngestRun.id == run)).one()


_REPORTED = tuple(ReportedError.__dataclass_fields__)
_MADE_OF_IT = tuple(name for name in Understood.__dataclass_fields__ if name != "reported")
_told = attrgetter(*_REPORTED)
_made = attrgetter(*_MADE_OF_IT)


def _pack(rows: Sequence[Understood]) -> bytes:
    # Values in their order: names in each row, and dataclasses.asdict, took a third of an import.
    return zlib.compress(json.dumps([[*_told(row.reported), *_made(row)] for row in rows], default=str).encode(), 1)


def _unpack(packed: bytes) -> list[Understood]:
    return [_understood(row if isinstance(row, list) else _values(row)) for row in json.loads(zlib.decompress(packed))]


def _values(row: dict[str, Any]) -> list[Any]:
    """Return the values of a row as versions before 0008 kept them, by name."""
    reported = {"affected": 1, **row["reported"]}
    return [*(reported[name] for name in _REPORTED), *(row[name] for name in _MADE_OF_IT)]


def _understood(row: list[Any]) -> Understood:
    values = dict(zip(_REPORTED, row, strict=False))
    for name in ("first_seen", "seen_at"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    values["fields"] = tuple(values["fields"])
    values["status"], values["source"] = Status(values["status"]), Source(values["source"])
    return Understood(ReportedError(**values), *row[len(_REPORTED) :])


def _file(kept: Mapping[str, Any]) -> FileFound:
    columns = tuple(Column(column["title"], column["meaning"], By(column["by"])) for column in kept["columns"])
    return FileFound(kept["name"], columns, kept["ours"])


def _known(key: int | None) -> int:
    if key is None:
        message = "the row has not been written"
        raise AssertionError(message)
    return key
