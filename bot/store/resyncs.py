"""The `resync_batch` and `resync_item` tables."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from bot.model.resync import Outcome, ResyncBatch, ResyncItem
from bot.model.sync import SyncError
from bot.store.tables import Error, Resync, ResyncedError, core

batch_table, item_table = core(Resync), core(ResyncedError)
_i = item_table.c


class SqlResyncs:
    """Implements `bot.storage.Resyncs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, batch: ResyncBatch, errors: Sequence[SyncError]) -> tuple[int, int]:
        held = self._held({error.id for error in errors})
        free = [error.id for error in errors if error.id not in held]
        if not free:
            return 0, 0
        row = Resync(
            token=batch.token,
            requested_by=batch.requested_by,
            title=batch.title,
            language=batch.language,
            requested_at=batch.requested_at,
            home_channel=batch.home_channel,
            response_url=batch.response_url,
            left_out=batch.left_out,
            others=batch.others + len(held),
        )
        self._session.add(row)
        self._session.flush()
        self._session.execute(
            insert(item_table),
            [
                {
                    "batch_id": row.id,
                    "error_id": error,
                    "open_error": error,
                    "outcome": Outcome.WAITING,
                    "detail": "",
                    "touched_in": "",
                }
                for error in free
            ],
        )
        return row.id or 0, len(free)

    def get(self, batch: int) -> ResyncBatch:
        return _to_batch(self._session.exec(select(Resync).where(Resync.id == batch)).one())

    def items(self, batch: int) -> list[ResyncItem]:
        query = (
            select(ResyncedError, Error)
            .join(Error, col(Error.id) == col(ResyncedError.error_id))
            .where(ResyncedError.batch_id == batch)
            .order_by(_i.id)
        )
        return [
            ResyncItem(
                id=item.id or 0,
                error_id=item.error_id,
                object=error.object,
                hubspot_id=error.hubspot_id,
                salesforce_id=error.salesforce_id,
                record=error.record,
                outcome=Outcome(item.outcome),
                detail=item.detail,
                touched_in=item.touched_in,
            )
            for item, error in self._session.exec(query)
        ]

    def settle(self, outcomes: Mapping[int, tuple[Outcome, str]]) -> None:
        for item, (outcome, detail) in outcomes.items():
            freed: dict[str, Any] = {"open_error": None} if outcome.final else {}
            self._session.execute(
                update(item_table).where(_i.id == item).values(outcome=outcome, detail=detail, **freed)
            )

    def touching(self, items: Collection[int], system: str) -> None:
        self._session.execute(update(item_table).where(_i.id.in_(items)).values(touched_in=system))

    def note_call(self, batch: int, calls: int = 1) -> None:
        self._change(batch, calls=batch_table.c.calls + calls)

    def waits(self, batch: int, error: str) -> None:
        self._change(batch, waiting=error)

    def touched(self, batch: int, at: datetime, prove_at: datetime) -> None:
        self._change(batch, touched_at=at, prove_at=prove_at)

    def finished(self, batch: int, at: datetime) -> None:
        self._change(batch, finished_at=at)

    def placed(self, batch: int, channel: str, ts: str) -> None:
        self._change(batch, channel=channel, ts=ts)

    def answered(self, batch: int) -> None:
        self._change(batch, response_url="")

    def holders(self, errors: Collection[int]) -> list[ResyncBatch]:
        batches = sorted(set(self._held(set(errors)).values()))
        return [self.get(batch) for batch in batches]

    def _held(self, errors: set[int]) -> dict[int, int]:
        """Return error id -> batch id of errors that are in a resync now."""
        held: dict[int, int] = {}
        some = sorted(errors)
        for start in range(0, len(some), 500):
            query = select(ResyncedError.error_id, ResyncedError.batch_id).where(
                _i.open_error.in_(some[start : start + 500])
            )
            held.update((error, batch) for error, batch in self._session.exec(query))
        return held

    def _change(self, batch: int, **values: Any) -> None:  # noqa: ANN401 - column values
        self._session.execute(update(batch_table).where(batch_table.c.id == batch).values(**values))


def _to_batch(row: Resync) -> ResyncBatch:
    values = row.model_dump()
    return ResyncBatch(**{name: values[name] for name in ResyncBatch.__dataclass_fields__})
