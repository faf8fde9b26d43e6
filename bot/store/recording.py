"""Recording what sources report: what is new is added, what is known refreshed, and the figures follow."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import Session

from bot.model.rules import RULES_VERSION
from bot.model.sync import ReportedError, Status, SyncError, record_key
from bot.storage import Recorded, Understood
from bot.store import tallies
from bot.store.rows import errors, slices, standing, to_error
from bot.store.tables import Error, ErrorGroup, core
from bot.store.tallies import OPEN, Standing

error, group = core(Error), core(ErrorGroup)
_c, _g = error.c, group.c

Key = tuple[str, str]
"""Object and record key: what tells records apart."""

Identity = tuple[Key, str]
"""A record's key and a fingerprint: what tells errors apart."""

Kind = tuple[str, str, str]
"""Fingerprint, type and resync: what tells groups apart."""


class Recording:
    """Brings rows into the tables, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def match(self, rows: Sequence[Understood]) -> list[SyncError | None]:
        """Return for each row the error it is, None for a new one."""
        keys = self._keys(rows)
        # What `record` would bring under HubSpot's id is the same error already.
        alone = [
            (obj, f"salesforce:{row.reported.salesforce_id}" if row.reported.salesforce_id else key)
            for row, (obj, key) in zip(rows, keys, strict=True)
        ]
        known = self._known([*keys, *alone])
        return [
            known.get((key, row.fingerprint)) or known.get((before, row.fingerprint))
            for row, key, before in zip(rows, keys, alone, strict=True)
        ]

    def record(self, rows: Sequence[Understood], run: int, now: datetime) -> Recorded:
        """Do so; the caller moves the revision."""
        self._link(rows, now)
        keys = self._keys(rows)
        known = self._standing(keys)
        told: dict[Identity, Understood] = {}
        for row, key in zip(rows, keys, strict=True):
            identity = (key, row.fingerprint)
            told[identity] = _together(told[identity], row) if identity in told else row
        groups = self._groups(told.values(), now)
        added: list[dict[str, Any]] = []
        refreshed: list[dict[str, Any]] = []
        before = {
            identity: Standing(of, one.category, identity[0], one.affected, one.first_seen, one.last_seen)
            for identity, (one, of) in known.items()
            if one.status in OPEN
        }
        after = dict(before)
        result = Recorded()
        for identity, row in told.items():
            of = groups[_kind(row)]
            if identity in known:
                one, _ = known[identity]
                (result.new if one.status is Status.RESOLVED else result.known).append(one.id)
                values = _refreshed(one, row, of, run, now)
                refreshed.append({"of": one.id} | {f"new_{name}": value for name, value in values.items()})
            else:
                values = _added(row, identity[0][1], of, run, now)
                added.append(values)
            if values["status"] in OPEN:
                figures = values["affected"], values["first_seen"], values["last_seen"]
                after[identity] = Standing(of, row.category, identity[0], *figures)
        if added:
            result.new.extend(self._add(added))
        if refreshed:
            self._session.connection().execute(_REFRESH, refreshed)
        tallies.book(self._session.connection(), before.values(), after.values(), now)
        return result

    def _add(self, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
        """Insert errors; answer their ids."""
        connection = self._session.connection()
        if connection.dialect.name != "sqlite":
            return connection.execute(insert(error).returning(_c.id), rows).scalars().all()
        # Past SQLAlchemy, which takes three times as long as SQLite itself. Nobody else writes meanwhile.
        first = (connection.execute(select(func.max(_c.id))).scalar() or 0) + 1
        columns = ", ".join(rows[0])
        statement = f"INSERT INTO error (id, {columns}) VALUES (?{', ?' * len(rows[0])})"  # noqa: S608 - our own names
        connection.exec_driver_sql(
            statement, [(first + place, *map(_plain, row.values())) for place, row in enumerate(rows)]
        )
        return range(first, first + len(rows))

    def _groups(self, rows: Iterable[Understood], now: datetime) -> dict[Kind, int]:
        """Return the group of each kind of error; make what is missing, and show each as its newest row says."""
        newest = {_kind(row): row for row in rows}
        ids: dict[Kind, int] = {}
        changes: list[dict[str, Any]] = []
        for some in slices(sorted({fingerprint for fingerprint, _, _ in newest})):
            for found in self._session.execute(select(group).where(_g.fingerprint.in_(some))):
                kind = (found.fingerprint, found.error_type, found.resync)
                if kind in newest:
                    ids[kind] = found.id
                    changes.append({"of": found.id, "told": newest[kind].reported.message or found.message})
        if changes:
            self._session.connection().execute(_SHOW, changes)
        if missing := [kind for kind in newest if kind not in ids]:
            rows_of = [_group(newest[kind], now) for kind in missing]
            made = self._session.execute(insert(group).returning(_g.id, sort_by_parameter_order=True), rows_of)
            ids.update(zip(missing, made.scalars(), strict=True))
        return ids

    def _keys(self, rows: Sequence[Understood]) -> list[Key]:
        """Return (object, record key) of each row, under HubSpot's id wherever that is known for its record."""
        named = {
            (row.reported.object, row.reported.salesforce_id): record_key(row.reported)
            for row in rows
            if row.reported.hubspot_id and row.reported.salesforce_id
        }
        alone = {
            row.reported.salesforce_id for row in rows if row.reported.salesforce_id and not row.reported.hubspot_id
        }
        for some in slices(sorted(alone)):
            query = select(_c.object, _c.salesforce_id, _c.record_key).where(
                _c.salesforce_id.in_(some), _c.salesforce_id != "", _c.hubspot_id != ""
            )
            named.update(((r.object, r.salesforce_id), r.record_key) for r in self._session.execute(query))
        return [
            (row.reported.object, named.get((row.reported.object, row.reported.salesforce_id)) or _key(row))
            for row in rows
        ]

    def _known(self, keys: Sequence[Key]) -> dict[Identity, SyncError]:
        return {identity: one for identity, (one, _) in self._standing(keys).items()}

    def _standing(self, keys: Sequence[Key]) -> dict[Identity, tuple[SyncError, int]]:
        """Return all errors of some records, each with its group."""
        found: dict[Identity, tuple[SyncError, int]] = {}
        for some in slices(sorted({key for _, key in keys})):
            for row in self._session.execute(errors(_c.record_key, _c.group_id).where(_c.record_key.in_(some))):
                found[(row.object, row.record_key), row.fingerprint] = to_error(row), row.group_id
        return found

    def _link(self, rows: Sequence[Understood], now: datetime) -> None:
        """Bring errors that were known by a Salesforce id alone under the HubSpot id a row now names for it."""
        ids = {
            row.reported.salesforce_id: row.reported
            for row in rows
            if row.reported.salesforce_id and row.reported.hubspot_id
        }
        for some in slices(sorted(ids)):
            orphans = self._session.execute(
                errors(_c.record_key, _c.group_id).where(
                    _c.salesforce_id.in_(some), _c.salesforce_id != "", _c.hubspot_id == ""
                )
            ).all()
            for orphan in orphans:
                if orphan.object == ids[orphan.salesforce_id].object:
                    self._adopt(orphan, ids[orphan.salesforce_id], now)

    def _adopt(self, orphan: Any, reported: ReportedError, now: datetime) -> None:  # noqa: ANN401 - a row
        connection, key = self._session.connection(), record_key(reported)
        records = [orphan.record_key, key]
        before = standing(connection, records)
        change: dict[str, Any] = {"hubspot_id": reported.hubspot_id, "record_key": key}
        twins = self._known([(orphan.object, key)])
        if ((orphan.object, key), orphan.fingerprint) in twins:
            # The same error was reported under both ids; the one under HubSpot's goes on.
            change = {"status": Status.RESOLVED, "resolved_at": now}
        connection.execute(update(error).where(_c.id == orphan.id).values(change))
        tallies.book(connection, before, standing(connection, records), now)


_TOLD = tuple(ReportedError.__dataclass_fields__)

_REFRESHED = (
    "hubspot_id salesforce_id record message group_id status source first_seen last_seen resolved_at occurrences"
    " affected run_id"
)
_REFRESH = (
    update(error)
    .where(_c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in _REFRESHED.split()})
)
_SHOW = update(group).where(_g.id == bindparam("of")).values(message=bindparam("told"), rules_version=RULES_VERSION)


def _plain(value: Any) -> Any:  # noqa: ANN401 - what a column holds
    """Return a value as SQLAlchemy gives it to SQLite."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return json.dumps(value) if isinstance(value, dict) else value


def _kind(row: Understood) -> Kind:
    return row.fingerprint, row.error_type, row.resync


def _key(row: Understood) -> str:
    """Return the record key of a row; what names no record stands for records of its own."""
    reported = row.reported
    if reported.hubspot_id or reported.salesforce_id or reported.record:
        return record_key(reported)
    return f"group:{row.fingerprint}"


def _together(one: Understood, other: Understood) -> Understood:
    """Return two rows about one error as one: what only the earlier tells is kept."""
    values = {name: getattr(other.reported, name) or getattr(one.reported, name) for name in _TOLD}
    return replace(other, reported=ReportedError(**values))


def _group(row: Understood, now: datetime) -> dict[str, Any]:
    return {
        "fingerprint": row.fingerprint,
        "error_type": row.error_type,
        "category": row.category,
        "resync": row.resync,
        "rules_version": RULES_VERSION,
        "code": row.reported.code,
        "message": row.reported.message,
        "fields": list(row.reported.fields),
        "errors": 0,
        "first_seen": now,
        "last_seen": now,
    }


def _added(row: Understood, key: str, of: int, run: int, now: datetime) -> dict[str, Any]:
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
        "message": reported.message,
        "label": reported.label,
        "direction": reported.direction,
        "raw": dict(reported.raw),
        "group_id": of,
        "status": reported.status,
        "source": reported.source,
        "first_seen": reported.first_seen or seen,
        "last_seen": seen,
        "occurrences": reported.occurrences or 1,
        "affected": reported.affected,
        "run_id": run,
    }


def _refreshed(before: SyncError, row: Understood, of: int, run: int, now: datetime) -> dict[str, Any]:
    reported = row.reported
    seen = min(reported.seen_at or now, now)
    again = before.status is Status.RESOLVED
    # A source that counts for itself is believed; from any other, each report is one more occurrence.
    occurrences = max(before.occurrences, reported.occurrences) if reported.occurrences else before.occurrences + 1
    return {
        "hubspot_id": reported.hubspot_id or before.hubspot_id,
        "salesforce_id": reported.salesforce_id or before.salesforce_id,
        "record": reported.record or before.record,
        "message": reported.message or before.message,
        "group_id": of,
        "status": Status.OPEN if again else before.status,
        "source": reported.source,
        "first_seen": seen if again else before.first_seen,
        "last_seen": max(seen, before.last_seen),
        "resolved_at": None,
        "occurrences": occurrences,
        "affected": reported.affected,
        "run_id": run,
    }
