"""The `error` table: counting, finding, and changing what is recorded."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Subquery,
    and_,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    true,
    update,
)
from sqlmodel import Session

from bot.model.kinds import Resync
from bot.model.sync import Card, Group, Selection, Source, Status, SyncError
from bot.storage import GroupKey, Recorded, Scope, Understood
from bot.store import revision, tallies
from bot.store.recording import Recording
from bot.store.rows import COLUMNS, errors, slices, standing, to_error
from bot.store.selecting import Page, conditions, ids_on, narrowed, states
from bot.store.tables import Error, ErrorGroup, Minute, ResyncedError, Tally, core
from bot.store.tallies import OPEN

error, group, tally, minute = core(Error), core(ErrorGroup), core(Tally), core(Minute)
_c, _g = error.c, group.c
_item = core(ResyncedError)
_MANY = 5000
"""Errors from which on everything is counted anew instead of the difference."""


class SqlErrors:
    """Implements `bot.storage.Errors`. Whatever changes an error moves the revision of the cards."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cards(self, since: datetime) -> list[Card]:
        fresh = (
            select(minute.c.category, func.sum(minute.c.errors).label("errors"))
            .where(minute.c.minute > tallies.minute_of(since))
            .group_by(minute.c.category)
        )
        new = {row.category: int(row.errors) for row in self._session.execute(fresh)}
        rows = self._session.execute(
            select(tally)
            .where(tally.c.category != "", tally.c.errors > 0)
            .order_by(tally.c.errors.desc(), tally.c.category)
        )
        return [Card(row.category, row.errors, row.records, new.get(row.category, 0)) for row in rows]

    def total(self) -> tuple[int, int]:
        row = self._session.execute(select(tally.c.errors, tally.c.records).where(tally.c.category == "")).first()
        return (row.errors, row.records) if row else (0, 0)

    def groups(
        self, selection: Selection, limit: int = 1000, *, after: GroupKey | None = None, before: GroupKey | None = None
    ) -> list[Group]:
        counted = self._counted(selection)
        errors = func.sum(counted.c.errors)
        beyond: list[ColumnElement[bool]] = []
        if after:
            beyond = [or_(errors < after[0], and_(errors == after[0], counted.c.fingerprint > after[1]))]
        if before:
            beyond = [or_(errors > before[0], and_(errors == before[0], counted.c.fingerprint < before[1]))]
        # Those with one fingerprint that were understood in more ways than one are a single group to people.
        page = (
            select(
                errors.label("errors"),
                func.min(counted.c.first_seen).label("first_seen"),
                func.max(counted.c.last_seen).label("last_seen"),
                func.max(counted.c.id).label("latest"),
            )
            .group_by(counted.c.fingerprint)
            .having(and_(true(), *beyond))
            .order_by(*((errors, counted.c.fingerprint.desc()) if before else (errors.desc(), counted.c.fingerprint)))
            .limit(limit)
            .subquery()
        )
        rows = self._session.execute(
            select(*(_g[name] for name in _SHARED), page.c.errors, page.c.first_seen, page.c.last_seen)
            .join(page, page.c.latest == _g.id)
            .order_by(page.c.errors.desc(), _g.fingerprint)
        )
        return [_to_group(row) for row in rows]

    def count_groups(self, selection: Selection) -> int:
        query = select(func.count(self._counted(selection).c.fingerprint.distinct()))
        return int(self._session.execute(query).scalar_one())

    def page(
        self, selection: Selection, limit: int, *, after: int | None = None, before: int | None = None
    ) -> list[SyncError]:
        return self._on(selection, Page(limit, after=after or 0, before=before))

    def find(self, selection: Selection, limit: int, statuses: Collection[Status] = ()) -> list[SyncError]:
        return self._on(selection, Page(limit, statuses))

    def count(self, selection: Selection, statuses: Collection[Status] = ()) -> int:
        if set(states(selection, statuses)) == set(OPEN) and not _single(selection):
            query = select(func.sum(_g.errors)).where(*narrowed(selection))
        else:
            query = select(func.sum(_c.affected)).where(*conditions(self._session, selection, statuses))
        return int(self._session.execute(query).scalar_one() or 0)

    def to_resync(self, selection: Selection, limit: int) -> list[SyncError]:
        query = (
            errors()
            .where(*self._resyncable(selection))
            .order_by(_c.tried_at.is_not(None), _c.tried_at, _c.first_seen, _c.id)
        )
        return [to_error(row) for row in self._session.execute(query.limit(limit))]

    def count_to_resync(self, selection: Selection) -> int:
        query = select(func.count()).select_from(error.join(group, _g.id == _c.group_id))
        return int(self._session.execute(query.where(*self._resyncable(selection))).scalar_one())

    def resyncing(self, ids: Collection[int], now: datetime) -> None:
        self._change(sorted(ids), now, status=Status.RESYNCING, tried_at=now)

    def stream(self, selection: Selection) -> Iterator[SyncError]:
        unresolved = [] if selection.status else [_c.status != Status.RESOLVED]
        query = errors().where(*unresolved, *conditions(self._session, selection)).order_by(_c.id)
        for row in self._session.execute(query.execution_options(yield_per=1000)):
            yield to_error(row)

    def match(self, rows: Sequence[Understood]) -> list[SyncError | None]:
        return Recording(self._session).match(rows)

    def record(self, rows: Sequence[Understood], run: int, now: datetime) -> Recorded:
        recorded = Recording(self._session).record(rows, run, now)
        revision.move(self._session, now)
        return recorded

    def open_in(self, source: Source, scope: Scope | None) -> set[int]:
        query = select(_c.id).where(_c.source == source, _c.status.in_(OPEN), _within(scope))
        return set(self._session.execute(query).scalars())

    def resolve_unseen(self, source: Source, scope: Scope | None, run: int, now: datetime) -> int:
        unseen = or_(_c.run_id != run, _c.run_id.is_(None))
        gone = select(_c.id).where(_c.source == source, _c.status.in_(OPEN), unseen, _within(scope))
        ids = self._session.execute(gone).scalars().all()
        self.set_status(ids, Status.RESOLVED, now)
        return len(ids)

    def forget(self, ids: Collection[int], now: datetime) -> None:
        some = sorted(ids)
        groups = {
            of for part in slices(some) for of in self._session.scalars(select(_c.group_id).where(_c.id.in_(part)))
        }
        # What is resolved counts no more: then it can be removed without any figure changing.
        self._change(some, now, status=Status.RESOLVED)
        for part in slices(some):
            self._session.execute(delete(_item).where(_item.c.error_id.in_(part)))
            self._session.execute(delete(error).where(_c.id.in_(part)))
        for part in slices(sorted(groups)):
            left = exists().where(_c.group_id == _g.id)
            self._session.execute(delete(group).where(_g.id.in_(part), ~left))
            newest = select(_c.message).where(_c.group_id == _g.id).order_by(_c.id.desc()).limit(1)
            self._session.execute(update(group).where(_g.id.in_(part)).values(message=newest.scalar_subquery()))

    def set_status(self, ids: Iterable[int], status: Status, now: datetime) -> None:
        self._change(sorted(ids), now, status=status, resolved_at=now if status is Status.RESOLVED else None)

    def seen_since(self, ids: Collection[int], moment: datetime) -> dict[int, SyncError]:
        again = error.alias()
        same_record = and_(again.c.object == _c.object, again.c.record_key == _c.record_key)
        columns = [again.c[column.name] if column.table is error else column for column in COLUMNS]
        found: dict[int, SyncError] = {}
        for some in slices(sorted(ids)):
            query = (
                select(*columns, _c.id.label("about"))
                .select_from(error.join(again, same_record).join(group, _g.id == again.c.group_id))
                .where(_c.id.in_(some), again.c.last_seen > moment, again.c.status.in_(OPEN))
                # The last of them is kept: the error itself, where it was reported again.
                .order_by(again.c.id == _c.id, again.c.last_seen)
            )
            found.update((row.about, to_error(row)) for row in self._session.execute(query))
        return found

    def _on(self, selection: Selection, page: Page) -> list[SyncError]:
        found: list[SyncError] = []
        for some in slices(ids_on(self._session, selection, page)):
            found += map(to_error, self._session.execute(errors().where(_c.id.in_(some)).order_by(_c.id)))
        return found

    def _counted(self, selection: Selection) -> Subquery:
        """Return groups with their figures, or with those of some of their errors."""
        if states(selection, OPEN) == OPEN and not _single(selection):
            return select(group).where(_g.errors > 0, *narrowed(selection)).subquery()
        return (
            select(
                _g.id,
                _g.fingerprint,
                func.sum(_c.affected).label("errors"),
                func.min(_c.first_seen).label("first_seen"),
                func.max(_c.last_seen).label("last_seen"),
            )
            .join(group, _g.id == _c.group_id)
            .where(*conditions(self._session, selection, () if selection.status else OPEN))
            .group_by(_g.id, _g.fingerprint)
            .subquery()
        )

    def _resyncable(self, selection: Selection) -> list[ColumnElement[bool]]:
        has_id = or_(_c.hubspot_id != "", _c.salesforce_id != "")
        return [_c.status == Status.OPEN, _g.resync != Resync.NEVER, has_id, *conditions(self._session, selection)]

    def _change(self, ids: Sequence[int], now: datetime, **values: Any) -> None:  # noqa: ANN401 - column values
        connection = self._session.connection()
        if len(ids) > _MANY:
            for some in slices(ids):
                connection.execute(update(error).where(_c.id.in_(some)).values(**values))
            tallies.recount(connection, now)
        else:
            for some in slices(ids):
                keys = connection.scalars(select(_c.record_key).where(_c.id.in_(some))).all()
                before = standing(connection, keys)
                connection.execute(update(error).where(_c.id.in_(some)).values(**values))
                tallies.book(connection, before, standing(connection, keys), now)
        revision.move(self._session, now)


def _single(selection: Selection) -> bool:
    """Tell whether a selection tells the errors of a group apart."""
    return bool(selection.ids or selection.search or selection.object)


def _within(scope: Scope | None) -> ColumnElement[bool]:
    if scope is None:
        return true()
    whole = {category for obj, category in scope if not obj}
    of = {category: _c.group_id.in_(select(_g.id).where(_g.category == category)) for _, category in scope}
    return or_(
        false(),
        *(of[category] for category in sorted(whole)),
        *(and_(_c.object.in_((obj, "")), of[category]) for obj, category in sorted(scope) if category not in whole),
    )


def _to_group(row: Row[Any]) -> Group:
    return Group(
        fingerprint=row.fingerprint,
        category=row.category,
        error_type=row.error_type,
        resync=row.resync,
        code=row.code,
        message=row.message,
        fields=tuple(row.fields),
        errors=row.errors,
        # No record has two errors of one group.
        records=row.errors,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
    )


_SHARED = ("fingerprint", "category", "error_type", "resync", "code", "message", "fields")
