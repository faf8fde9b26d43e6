"""The `error` table: counting, finding, and recording what sources report."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlmodel import Session

from bot.model.kinds import Resync
from bot.model.rules import RULES_VERSION
from bot.model.sync import Card, Group, ReportedError, Selection, Source, Status, SyncError, record_key
from bot.storage import GroupKey, Recorded, Scope, Understood
from bot.store import revision
from bot.store.tables import Error, ResyncedError, core

error = core(Error)
_c = error.c
_item = core(ResyncedError)
_PARAMETERS = 500
"""Values in one IN list; SQLite's oldest builds take 999 parameters."""
_KNOWN_AS_OPEN = (Status.OPEN, Status.RESYNCING)

T = TypeVar("T", int, str)


class SqlErrors:
    """Implements `bot.storage.Errors`. Whatever changes an error moves the revision of the cards."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cards(self, since: datetime) -> list[Card]:
        records = _distinct_records()
        rows = self._session.execute(
            select(
                _c.category,
                func.count().label("errors"),
                records,
                func.count().filter(_c.first_seen > since),
            )
            .where(_c.status.in_(_KNOWN_AS_OPEN))
            .group_by(_c.category)
            .order_by(func.count().desc(), _c.category)
        )
        return [Card(*row) for row in rows]

    def total(self) -> tuple[int, int]:
        row = self._session.execute(
            select(func.count(), _distinct_records()).where(_c.status.in_(_KNOWN_AS_OPEN))
        ).one()
        return row[0], row[1]

    def groups(
        self, selection: Selection, limit: int = 1000, *, after: GroupKey | None = None, before: GroupKey | None = None
    ) -> list[Group]:
        errors = func.count()
        there = after or before
        beyond: list[ColumnElement[bool]] = []
        if there:
            fewer, later = (errors < there[0], _c.fingerprint > there[1])
            if before:
                fewer, later = (errors > there[0], _c.fingerprint < there[1])
            beyond = [or_(fewer, and_(errors == there[0], later))]
        order = [errors.desc(), _c.fingerprint] if not before else [errors, _c.fingerprint.desc()]
        counted = (
            select(
                _c.fingerprint,
                errors.label("errors"),
                _distinct_records().label("records"),
                func.min(_c.first_seen).label("first_seen"),
                func.max(_c.last_seen).label("last_seen"),
                func.max(_c.id).label("latest"),
            )
            .where(*_listed(selection))
            .group_by(_c.fingerprint)
            .having(*beyond)
            .order_by(*order)
            .limit(limit)
            .subquery()
        )
        rows = self._session.execute(
            select(
                counted.c.fingerprint,
                _c.category,
                _c.error_type,
                _c.resync,
                _c.code,
                _c.message,
                _c.fields,
                counted.c.errors,
                counted.c.records,
                counted.c.first_seen,
                counted.c.last_seen,
            )
            .join(error, _c.id == counted.c.latest)
            .order_by(counted.c.errors.desc(), counted.c.fingerprint)
        )
        return [Group(**{**row._mapping, "fields": tuple(row.fields)}) for row in rows]  # noqa: SLF001 - its public name

    def count_groups(self, selection: Selection) -> int:
        query = select(func.count(_c.fingerprint.distinct())).where(*_listed(selection))
        return int(self._session.execute(query).scalar_one())

    def page(
        self, selection: Selection, limit: int, *, after: int | None = None, before: int | None = None
    ) -> list[SyncError]:
        query = _errors().where(*_conditions(selection)).limit(limit)
        if before is not None:
            found = self._session.execute(query.where(_c.id < before).order_by(_c.id.desc())).all()
            return [_to_error(row) for row in reversed(found)]
        return [_to_error(row) for row in self._session.execute(query.where(_c.id > (after or 0)).order_by(_c.id))]

    def find(self, selection: Selection, limit: int, statuses: Collection[Status] = ()) -> list[SyncError]:
        query = _errors().where(*_conditions(selection)).order_by(_c.first_seen, _c.id).limit(limit)
        if statuses:
            query = query.where(_c.status.in_(statuses))
        return [_to_error(row) for row in self._session.execute(query)]

    def count(self, selection: Selection, statuses: Collection[Status] = ()) -> int:
        query = select(func.count()).select_from(error).where(*_conditions(selection))
        if statuses:
            query = query.where(_c.status.in_(statuses))
        return int(self._session.execute(query).scalar_one())

    def to_resync(self, selection: Selection, limit: int) -> list[SyncError]:
        query = (
            _errors()
            .where(*_resyncable(selection))
            .order_by(_c.tried_at.is_not(None), _c.tried_at, _c.first_seen, _c.id)
        )
        return [_to_error(row) for row in self._session.execute(query.limit(limit))]

    def count_to_resync(self, selection: Selection) -> int:
        query = select(func.count()).select_from(error).where(*_resyncable(selection))
        return int(self._session.execute(query).scalar_one())

    def resyncing(self, ids: Collection[int], now: datetime) -> None:
        for some in _slices(sorted(ids)):
            change = update(error).where(_c.id.in_(some)).values(status=Status.RESYNCING, tried_at=now)
            self._session.execute(change)
        revision.move(self._session, now)

    def stream(self, selection: Selection) -> Iterator[SyncError]:
        states = [] if selection.status else [_c.status != Status.RESOLVED]
        query = _errors().where(*states, *_conditions(selection)).order_by(_c.id)
        for row in self._session.execute(query.execution_options(yield_per=1000)):
            yield _to_error(row)

    def match(self, rows: Sequence[Understood]) -> list[SyncError | None]:
        keys = self._keys(rows)
        # What `record` would bring under HubSpot's id is the same error already.
        alone = [(row.reported.object, record_key(replace(row.reported, hubspot_id=""))) for row in rows]
        known = self._known([*keys, *alone])
        return [
            known.get((key, row.fingerprint)) or known.get((before, row.fingerprint))
            for row, key, before in zip(rows, keys, alone, strict=True)
        ]

    def record(self, rows: Sequence[Understood], run: int, now: datetime) -> Recorded:
        self._link(rows, now)
        keys = self._keys(rows)
        known = self._known(keys)
        told: dict[tuple[tuple[str, str], str], Understood] = {}
        for row, key in zip(rows, keys, strict=True):
            identity = (key, row.fingerprint)
            told[identity] = _together(told[identity], row) if identity in told else row
        added: list[dict[str, Any]] = []
        refreshed: list[dict[str, Any]] = []
        result = Recorded()
        for identity, row in told.items():
            if before := known.get(identity):
                (result.new if before.status is Status.RESOLVED else result.known).append(before.id)
                refreshed.append(_refreshed(before, row, run, now))
            else:
                added.append(_added(row, identity[0][1], run, now))
        if added:
            result.new.extend(self._session.execute(insert(error).returning(_c.id), added).scalars())
        if refreshed:
            self._session.connection().execute(_REFRESH, refreshed)
        revision.move(self._session, now)
        return result

    def open_in(self, source: Source, scope: Scope | None) -> set[int]:
        query = select(_c.id).where(_c.source == source, _c.status.in_(_KNOWN_AS_OPEN), _within(scope))
        return set(self._session.execute(query).scalars())

    def resolve_unseen(self, source: Source, scope: Scope | None, run: int, now: datetime) -> int:
        unseen = or_(_c.run_id != run, _c.run_id.is_(None))
        result = self._session.connection().execute(
            update(error)
            .where(_c.source == source, _c.status.in_(_KNOWN_AS_OPEN), unseen, _within(scope))
            .values(status=Status.RESOLVED, resolved_at=now)
        )
        revision.move(self._session, now)
        return result.rowcount

    def forget(self, ids: Collection[int], now: datetime) -> None:
        for some in _slices(sorted(ids)):
            self._session.execute(delete(_item).where(_item.c.error_id.in_(some)))
            self._session.execute(delete(error).where(_c.id.in_(some)))
        revision.move(self._session, now)

    def set_status(self, ids: Iterable[int], status: Status, now: datetime) -> None:
        values = {"status": status, "resolved_at": now if status is Status.RESOLVED else None}
        for some in _slices(sorted(ids)):
            self._session.execute(update(error).where(_c.id.in_(some)).values(values))
        revision.move(self._session, now)

    def seen_since(self, ids: Collection[int], moment: datetime) -> dict[int, SyncError]:
        again = error.alias()
        same_record = and_(again.c.object == _c.object, again.c.record_key == _c.record_key)
        columns = [again.c[name] for name in SyncError.__dataclass_fields__]
        found: dict[int, SyncError] = {}
        for some in _slices(sorted(ids)):
            query = (
                select(*columns, _c.id.label("about"))
                .join(again, same_record)
                .where(_c.id.in_(some), again.c.last_seen > moment, again.c.status.in_(_KNOWN_AS_OPEN))
                # The last of them is kept: the error itself, where it was reported again.
                .order_by(again.c.id == _c.id, again.c.last_seen)
            )
            found.update((row.about, _to_error(row)) for row in self._session.execute(query))
        return found

    def _keys(self, rows: Sequence[Understood]) -> list[tuple[str, str]]:
        """Return (object, record key) of each row, under HubSpot's id wherever that is known for its record."""
        named = {
            (row.reported.object, row.reported.salesforce_id): record_key(row.reported)
            for row in rows
            if row.reported.hubspot_id and row.reported.salesforce_id
        }
        alone = {
            row.reported.salesforce_id for row in rows if row.reported.salesforce_id and not row.reported.hubspot_id
        }
        for some in _slices(sorted(alone)):
            query = select(_c.object, _c.salesforce_id, _c.record_key).where(
                _c.salesforce_id.in_(some), _c.hubspot_id != ""
            )
            named.update(((r.object, r.salesforce_id), r.record_key) for r in self._session.execute(query))
        return [
            (
                row.reported.object,
                named.get((row.reported.object, row.reported.salesforce_id), record_key(row.reported))
                if row.reported.salesforce_id
                else record_key(row.reported),
            )
            for row in rows
        ]

    def _known(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[tuple[str, str], str], SyncError]:
        found: dict[tuple[tuple[str, str], str], SyncError] = {}
        for some in _slices(sorted({key for _, key in keys})):
            for row in self._session.execute(_errors(_c.record_key).where(_c.record_key.in_(some))):
                found[(row.object, row.record_key), row.fingerprint] = _to_error(row)
        return found

    def _link(self, rows: Sequence[Understood], now: datetime) -> None:
        """Bring errors that were known by a Salesforce id alone under the HubSpot id a row now names for it."""
        ids = {
            row.reported.salesforce_id: row.reported
            for row in rows
            if row.reported.salesforce_id and row.reported.hubspot_id
        }
        for some in _slices(sorted(ids)):
            orphans = self._session.execute(
                select(_c.id, _c.object, _c.salesforce_id, _c.fingerprint).where(
                    _c.salesforce_id.in_(some), _c.hubspot_id == ""
                )
            ).all()
            for orphan in orphans:
                reported = ids[orphan.salesforce_id]
                if orphan.object != reported.object:
                    continue
                key = record_key(reported)
                twin = select(_c.id).where(
                    _c.object == orphan.object, _c.record_key == key, _c.fingerprint == orphan.fingerprint
                )
                change: dict[str, Any] = {"hubspot_id": reported.hubspot_id, "record_key": key}
                if self._session.execute(twin).first():
                    # The same error was reported under both ids; the one under HubSpot's goes on.
                    change = {"status": Status.RESOLVED, "resolved_at": now}
                self._session.execute(update(error).where(_c.id == orphan.id).values(change))


_TOLD = tuple(ReportedError.__dataclass_fields__)
_COLUMNS = tuple(_c[name] for name in SyncError.__dataclass_fields__)

_REFRESHED = (
    "hubspot_id salesforce_id record message error_type category resync rules_version status source first_seen "
    "last_seen resolved_at occurrences run_id"
)
_REFRESH = (
    update(error)
    .where(_c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in _REFRESHED.split()})
)


def _errors(*more: ColumnElement[Any]) -> Select[Any]:
    return select(*_COLUMNS, *more)


def _to_error(row: Row[Any]) -> SyncError:
    # By place: an export looks each error up here, and a row's names are slow to ask for.
    values = dict(zip(SyncError.__dataclass_fields__, row, strict=False))
    values |= {"fields": tuple(row.fields), "status": Status(row.status), "source": Source(row.source)}
    return SyncError(**values)


def _distinct_records() -> ColumnElement[int]:
    return func.count((_c.object + ":" + _c.record_key).distinct())


def _conditions(selection: Selection) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if selection.category:
        conditions.append(_c.category == selection.category)
    if selection.error_type:
        conditions.append(_c.error_type == selection.error_type)
    if selection.fingerprint:
        conditions.append(_c.fingerprint == selection.fingerprint)
    if selection.object:
        conditions.append(_c.object == selection.object)
    if selection.status:
        conditions.append(_c.status.in_(_KNOWN_AS_OPEN if selection.status == Status.OPEN else (selection.status,)))
    if selection.ids:
        conditions.append(_c.id.in_(selection.ids))
    if selection.search:
        # SQLite folds the case of plain letters only: umlauts are looked for in either.
        text = selection.search
        texts = (text,) if text.isascii() else (text, text.lower(), text.upper())
        conditions.append(
            or_(
                *(
                    column.icontains(text, autoescape=True)
                    for column in (_c.record, _c.message, _c.code, _c.hubspot_id, _c.salesforce_id)
                    for text in texts
                )
            )
        )
    return conditions


def _listed(selection: Selection) -> list[ColumnElement[bool]]:
    return [*([] if selection.status else [_c.status.in_(_KNOWN_AS_OPEN)]), *_conditions(selection)]


def _resyncable(selection: Selection) -> list[ColumnElement[bool]]:
    has_id = or_(_c.hubspot_id != "", _c.salesforce_id != "")
    return [_c.status == Status.OPEN, _c.resync != Resync.NEVER, has_id, *_conditions(selection)]


def _within(scope: Scope | None) -> ColumnElement[bool]:
    if scope is None:
        return true()
    whole = {category for obj, category in scope if not obj}
    return or_(
        false(),
        *(_c.category == category for category in sorted(whole)),
        *(
            and_(_c.object.in_((obj, "")), _c.category == category)
            for obj, category in sorted(scope)
            if category not in whole
        ),
    )


def _together(one: Understood, other: Understood) -> Understood:
    """Return two rows about one error as one: what only the earlier tells is kept."""
    values = {name: getattr(other.reported, name) or getattr(one.reported, name) for name in _TOLD}
    return replace(other, reported=ReportedError(**values))


def _added(row: Understood, key: str, run: int, now: datetime) -> dict[str, Any]:
    reported = row.reported
    seen = min(reported.seen_at or now, now)
    # A row that names Salesforce's id alone may be about a record whose HubSpot id is known.
    in_hubspot = reported.hubspot_id or (key.removeprefix("hubspot:") if key.startswith("hubspot:") else "")
    return {
        "object": reported.object,
        "record_key": key,
        "hubspot_id": in_hubspot,
        "salesforce_id": reported.salesforce_id,
        "record": reported.record,
        "code": reported.code,
        "message": reported.message,
        "fields": list(reported.fields),
        "label": reported.label,
        "direction": reported.direction,
        "raw": dict(reported.raw),
        "fingerprint": row.fingerprint,
        "error_type": row.error_type,
        "category": row.category,
        "resync": row.resync,
        "rules_version": RULES_VERSION,
        "status": reported.status,
        "source": reported.source,
        "first_seen": reported.first_seen or seen,
        "last_seen": seen,
        "occurrences": reported.occurrences or 1,
        "run_id": run,
    }


def _refreshed(before: SyncError, row: Understood, run: int, now: datetime) -> dict[str, Any]:
    reported = row.reported
    seen = min(reported.seen_at or now, now)
    again = before.status is Status.RESOLVED
    # A source that counts for itself is believed; from any other, each report is one more occurrence.
    occurrences = max(before.occurrences, reported.occurrences) if reported.occurrences else before.occurrences + 1
    values = {
        "hubspot_id": reported.hubspot_id or before.hubspot_id,
        "salesforce_id": reported.salesforce_id or before.salesforce_id,
        "record": reported.record or before.record,
        "message": reported.message or before.message,
        "error_type": row.error_type,
        "category": row.category,
        "resync": row.resync,
        "rules_version": RULES_VERSION,
        "status": Status.OPEN if again else before.status,
        "source": reported.source,
        "first_seen": seen if again else before.first_seen,
        "last_seen": max(seen, before.last_seen),
        "resolved_at": None,
        "occurrences": occurrences,
        "run_id": run,
    }
    return {"of": before.id} | {f"new_{name}": value for name, value in values.items()}


def _slices(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _PARAMETERS):
        yield values[start : start + _PARAMETERS]
