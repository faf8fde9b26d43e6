"""The `upload` table."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.model.upload import Upload, UploadedFile, UploadState
from bot.store import tables


class SqlUploads:
    """Implements `bot.storage.Uploads`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def request(self, who: str, language: str, files: Sequence[UploadedFile], *, partial: bool, now: datetime) -> int:
        row = tables.Upload(
            requested_by=who,
            language=language,
            requested_at=now,
            files=[asdict(file) for file in files],
            partial=partial,
            state=UploadState.ASKED,
        )
        self._session.add(row)
        self._session.flush()
        return int(row.id or 0)

    def get(self, upload: int) -> Upload | None:
        row = self._session.get(tables.Upload, upload)
        if row is None:
            return None
        return Upload(
            id=upload,
            requested_by=row.requested_by,
            language=row.language,
            requested_at=row.requested_at,
            files=tuple(UploadedFile(**file) for file in row.files),
            partial=row.partial,
            state=UploadState(row.state),
            run=row.run_id or 0,
            channel=row.channel,
            ts=row.ts,
            decided_by=row.decided_by,
            problem=row.problem,
        )

    def was_read(self, upload: int, run: int) -> None:
        row = self._row(upload)
        row.state, row.run_id = UploadState.READ, run

    def failed(self, upload: int, problem: Mapping[str, Any]) -> None:
        row = self._row(upload)
        row.state, row.problem = UploadState.FAILED, dict(problem)

    def decided(self, upload: int, state: UploadState, who: str) -> None:
        row = self._row(upload)
        row.state, row.decided_by = state, who

    def placed(self, upload: int, channel: str, ts: str) -> None:
        row = self._row(upload)
        row.channel, row.ts = channel, ts

    def _row(self, upload: int) -> tables.Upload:
        return self._session.get_one(tables.Upload, upload)
