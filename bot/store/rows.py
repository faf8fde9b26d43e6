"""Errors as rows: an error with what it shares with its group."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from bot.model.sync import Source, Status, SyncError
from bot.store.tables import Error, ErrorGroup, core
from bot.store.tallies import OPEN, Standing

error, group = core(Error), core(ErrorGroup)
_PARAMETERS = 500
"""Values in one IN list; SQLite's oldest builds take 999 parameters."""

_NAMES = tuple(SyncError.__dataclass_fields__)
_FIELDS, _STATUS, _SOURCE = map(_NAMES.index, ("fields", "status", "source"))
_STATUSES = {status.value: status for status in Status}
_SOURCES = {source.value: source for source in Source}
COLUMNS: tuple[ColumnElement[Any], ...] = tuple(
    group.c[name] if name not in error.c else error.c[name] for name in _NAMES
)
"""What a SyncError is made of, in its order."""

T = TypeVar("T", int, str)


def errors(*more: ColumnElement[Any]) -> Select[Any]:
    """Return a query for errors, which `to_error` understands."""
    return select(*COLUMNS, *more).select_from(error.join(group, group.c.id == error.c.group_id))


def to_error(row: Row[Any]) -> SyncError:
    """Return the error in a row of `errors`."""
    # By place: an export looks each error up here, and a row's names are slow to ask for.
    cells = list(row[: len(_NAMES)])
    cells[_FIELDS], cells[_STATUS] = tuple(cells[_FIELDS]), _STATUSES[cells[_STATUS]]
    cells[_SOURCE] = _SOURCES[cells[_SOURCE]]
    return SyncError(*cells)


def standing(connection: Connection, keys: Collection[str]) -> list[Standing]:
    """Return the open errors of all records with one of these keys."""
    found: list[Standing] = []
    for some in slices(sorted(set(keys))):
        query = (
            select(
                error.c.group_id,
                group.c.category,
                error.c.object,
                error.c.record_key,
                error.c.affected,
                error.c.first_seen,
                error.c.last_seen,
            )
            .join(group, group.c.id == error.c.group_id)
            .where(error.c.record_key.in_(some), error.c.status.in_(OPEN))
        )
        found += [
            Standing(of, category, (obj, key), *more) for of, category, obj, key, *more in connection.execute(query)
        ]
    return found


def slices(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield values in portions that one statement takes."""
    for start in range(0, len(values), _PARAMETERS):
        yield values[start : start + _PARAMETERS]
