"""How many errors are open: kept in the transaction that changes them, so that no look has to count a million.

`error_tally` has a row a category and one for all, `error_minute` one for each minute of the last day, and each group
counts its own errors. Who changes errors tells which stood open before and which after; the difference is booked.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.model.sync import Status
from bot.store.tables import Error, ErrorGroup, Minute, Tally, core

OPEN = (Status.OPEN, Status.RESYNCING)
"""What counts as open."""

DAY = timedelta(hours=24)

error, group, tally, minute = core(Error), core(ErrorGroup), core(Tally), core(Minute)


class Standing(NamedTuple):
    """What the figures need to know of an error that is open."""

    group: int
    category: str
    record: tuple[str, str]
    affected: int
    first_seen: datetime
    last_seen: datetime


def book(connection: Connection, before: Iterable[Standing], after: Iterable[Standing], now: datetime) -> None:
    """Book a change of errors. Both sides hold all open errors of the records that are concerned, or of none."""
    figures = _Figures(now)
    figures.count(before, -1)
    figures.count(after, 1)
    figures.write(connection)


class _Figures:
    def __init__(self, now: datetime) -> None:
        self._since = minute_of(now - DAY)
        self.groups: Counter[int] = Counter()
        self.seen: dict[int, tuple[datetime, datetime]] = {}
        self.errors: Counter[str] = Counter()
        self.records: Counter[str] = Counter()
        self.minutes: Counter[tuple[int, str]] = Counter()

    def count(self, standing: Iterable[Standing], sign: int) -> None:
        # A record counts once in each category, and once in all; one that stands for several counts as many.
        weights: dict[tuple[str, tuple[str, str]], int] = {}
        for found, category, record, affected, first_seen, last_seen in standing:
            self.groups[found] += sign * affected
            if sign > 0:
                first, last = self.seen.get(found, (first_seen, last_seen))
                self.seen[found] = min(first, first_seen), max(last, last_seen)
            self.errors[category] += sign * affected
            for counted in ((category, record), ("", record)):
                if weights.get(counted, 0) < affected:
                    weights[counted] = affected
            if (at := minute_of(first_seen)) >= self._since:
                self.minutes[at, category] += sign * affected
        for (category, _), weight in weights.items():
            self.records[category] += sign * weight

    def write(self, connection: Connection) -> None:
        # The dates go first: of a group that had no open error, those of earlier ones are forgotten.
        if seen := [{"of": of, "first": first, "last": last} for of, (first, last) in self.seen.items()]:
            connection.execute(_SEEN, seen)
        if groups := [{"of": of, "more": more} for of, more in self.groups.items() if more]:
            connection.execute(_MORE, groups)
        self.errors[""] = self.errors.total()
        _add(
            connection,
            tally,
            [
                {"category": category, "errors": self.errors[category], "records": self.records[category]}
                for category in {*self.errors, *self.records}
                if self.errors[category] or self.records[category]
            ],
        )
        _add(
            connection,
            minute,
            [
                {"minute": at, "category": category, "errors": more}
                for (at, category), more in self.minutes.items()
                if more
            ],
        )
        connection.execute(delete(minute).where(minute.c.minute < self._since))


def recount(connection: Connection, now: datetime) -> None:
    """Count everything anew: after a change of so many errors that no difference is worth the while."""
    is_open = error.c.status.in_(OPEN)
    per_group = (
        select(
            error.c.group_id,
            func.sum(error.c.affected).label("errors"),
            func.min(error.c.first_seen).label("first_seen"),
            func.max(error.c.last_seen).label("last_seen"),
        )
        .where(is_open)
        .group_by(error.c.group_id)
        .subquery()
    )
    connection.execute(update(group).values(errors=0))
    connection.execute(
        update(group)
        .where(group.c.id == per_group.c.group_id)
        .values(errors=per_group.c.errors, first_seen=per_group.c.first_seen, last_seen=per_group.c.last_seen)
    )
    for table in (tally, minute):
        connection.execute(delete(table))
    per_record = (
        select(
            group.c.category,
            func.sum(error.c.affected).label("errors"),
            func.max(error.c.affected).label("weight"),
        )
        .join(group, group.c.id == error.c.group_id)
        .where(is_open)
        .group_by(group.c.category, error.c.object, error.c.record_key)
        .subquery()
    )
    per_category = select(per_record.c.category, func.sum(per_record.c.errors), func.sum(per_record.c.weight))
    connection.execute(insert(tally).from_select(list(tally.c.keys()), per_category.group_by(per_record.c.category)))
    in_all = (
        select(func.sum(error.c.affected).label("errors"), func.max(error.c.affected).label("weight"))
        .where(is_open)
        .group_by(error.c.object, error.c.record_key)
        .subquery()
    )
    [(errors, records)] = connection.execute(
        select(func.coalesce(func.sum(in_all.c.errors), 0), func.coalesce(func.sum(in_all.c.weight), 0))
    )
    connection.execute(insert(tally).values(category="", errors=errors, records=records))
    fresh = (
        select(error.c.first_seen, group.c.category, func.sum(error.c.affected))
        .join(group, group.c.id == error.c.group_id)
        .where(is_open, error.c.first_seen >= (now - DAY).replace(second=0, microsecond=0))
        .group_by(error.c.first_seen, group.c.category)
    )
    minutes: Counter[tuple[int, str]] = Counter()
    for first_seen, category, errors in connection.execute(fresh):
        minutes[minute_of(first_seen), category] += errors
    _add(connection, minute, [{"minute": at, "category": of, "errors": some} for (at, of), some in minutes.items()])


def minute_of(at: datetime) -> int:
    """Return the minute since 1970 of a time."""
    return int(at.timestamp()) // 60


_OF = update(group).where(group.c.id == bindparam("of"))
_MORE = _OF.values(errors=group.c.errors + bindparam("more"))
_FIRST, _LAST = bindparam("first", type_=group.c.first_seen.type), bindparam("last", type_=group.c.last_seen.type)
_SEEN = _OF.values(
    first_seen=case((or_(group.c.errors == 0, group.c.first_seen > _FIRST), _FIRST), else_=group.c.first_seen),
    last_seen=case((or_(group.c.errors == 0, group.c.last_seen < _LAST), _LAST), else_=group.c.last_seen),
)


def _add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add to the figures of a table, whose keys come first in each row."""
    if not rows:
        return
    into = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
    figures = [column for column in table.c if not column.primary_key]
    connection.execute(
        into.on_conflict_do_update(
            index_elements=[column.name for column in table.primary_key],
            set_={column.name: column + into.excluded[column.name] for column in figures},
        ),
        rows,
    )
