"""The `ignored` table: what is ignored, and what was."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from bot.model.ignoring import Ignoring
from bot.store.tables import Ignored, core

_SOME = 400
"""Values in one query, of each kind."""


class SqlIgnored:
    """Implements `bot.storage.Ignored`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, ignoring: Ignoring) -> int:
        row = Ignored(
            fingerprint=ignoring.fingerprint,
            error_id=ignoring.error,
            active=f"group {ignoring.fingerprint}" if ignoring.fingerprint else f"error {ignoring.error}",
            reason=ignoring.reason,
            who=ignoring.who,
            at=ignoring.at,
            until=ignoring.until,
        )
        self._session.add(row)
        self._session.flush()
        return row.id or 0

    def get(self, number: int) -> Ignoring | None:
        row = self._session.get(Ignored, number)
        return _to_ignoring(row) if row else None

    def end(self, number: int, now: datetime) -> None:
        ended = update(core(Ignored)).where(col(Ignored.id) == number).values(active=None, ended_at=now)
        self._session.execute(ended)

    def any(self) -> bool:
        return (
            self._session.exec(select(Ignored.id).where(col(Ignored.active).is_not(None)).limit(1)).first() is not None
        )

    def of(self, fingerprints: Collection[str] = (), errors: Collection[int] = ()) -> list[Ignoring]:
        groups, single, found = sorted(fingerprints), sorted(errors), list[Ignoring]()
        for start in range(0, max(len(groups), len(single)), _SOME):
            some = or_(
                col(Ignored.fingerprint).in_(groups[start : start + _SOME]),
                col(Ignored.error_id).in_(single[start : start + _SOME]),
            )
            query = select(Ignored).where(col(Ignored.active).is_not(None), some).order_by(col(Ignored.id))
            found += [_to_ignoring(row) for row in self._session.exec(query)]
        return found


def _to_ignoring(row: Ignored) -> Ignoring:
    return Ignoring(
        id=row.id or 0,
        fingerprint=row.fingerprint,
        error=row.error_id,
        reason=row.reason,
        who=row.who,
        at=row.at,
        until=row.until,
        ended_at=row.ended_at,
    )
