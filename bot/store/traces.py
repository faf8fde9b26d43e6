"""What is stored about a person, found and removed in every table.

Errors with the person anywhere are deleted, and what resyncs know of them; elsewhere the person is taken out of the
text. A table or column that is new is searched without anybody thinking of it; what holds nobody is named, with the
reason, in NOBODY.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    and_,
    cast,
    delete,
    false,
    or_,
    select,
    true,
    update,
)
from sqlmodel import Session, SQLModel

from bot.model.person import NOT_PEOPLE, Needle, without
from bot.storage import Understood
from bot.store.errors import SqlErrors
from bot.store.runs import SqlRuns
from bot.store.tables import Error, ErrorGroup, ResyncedError, UTCDateTime, core

NOBODY: Mapping[str, str] = {
    "executor": "processes of this installation",
    "user_group": "ids of Slack users",
    "error_tally": "numbers of errors",
    "error_minute": "numbers of errors",
    "usage_sample": "numbers of API calls",
}
"""Tables that hold nobody of HubSpot or Salesforce, and why."""

PACKED = {("ingest_chunk", "rows")}
"""Columns that hold people in a form no database can search; see `SqlRuns.remove_rows`."""

_NO_TEXT = (Integer, Boolean, UTCDateTime, LargeBinary)

_error, _group, _item = core(Error), core(ErrorGroup), core(ResyncedError)


class SqlTraces:
    """Implements `bot.storage.Traces`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ids(self, needles: Sequence[Needle]) -> set[str]:
        found: set[str] = set()
        for row in self._errors(needles):
            about = any(one.within((row.record, row.salesforce_id)) for one in needles)
            if about or any(one.is_of(row.object, row.hubspot_id) for one in needles):
                person = row.object not in NOT_PEOPLE
                found |= {one for one in (row.hubspot_id, row.salesforce_id) if one and person}
        return found

    def erase(self, needles: Sequence[Needle], now: datetime, *, dry_run: bool) -> tuple[dict[str, int], set[int]]:
        removed: Counter[str] = Counter()
        errors = [row.id for row in self._errors(needles)]
        batches = self._batches_of(errors)
        removed["error"] = len(errors)
        removed["ingest_chunk"] = SqlRuns(self._session).remove_rows(
            lambda row: any(_is_about(row, one) for one in needles), dry_run=dry_run
        )
        if not dry_run and errors:
            SqlErrors(self._session).forget(errors, now)
        for table in SQLModel.metadata.sorted_tables:
            if table.name in NOBODY or table is _error:
                continue
            for row in self._rows(table, needles):
                # What a group shows is one of its errors, and those are counted.
                removed[table.name] += table is not _group
                if table is _item:
                    batches.add(row.batch_id)
                if table.name == "resync_batch":
                    batches.add(row.id)
                if not dry_run:
                    self._take_out(table, row, needles)
        return {place: count for place, count in removed.items() if count}, batches

    def _errors(self, needles: Sequence[Needle]) -> Iterator[Row[Any]]:
        ids = [one.number for one in needles if one.number]
        query = select(_error).where(or_(_hinted(_error, needles), _error.c.hubspot_id.in_(ids)))
        for row in self._session.execute(query.execution_options(yield_per=1000)):
            texts = [getattr(row, column.name) for column in _searched(_error)]
            if any(one.within(texts) or one.is_of(row.object, row.hubspot_id) for one in needles):
                yield row

    def _rows(self, table: Table, needles: Sequence[Needle]) -> list[Row[Any]]:
        columns = _searched(table)
        if not columns:
            return []
        rows = self._session.execute(select(table).where(_hinted(table, needles)))
        return [
            row for row in rows if any(one.within([getattr(row, each.name) for each in columns]) for one in needles)
        ]

    def _take_out(self, table: Table, row: Row[Any], needles: Sequence[Needle]) -> None:
        this = and_(*(column == getattr(row, column.name) for column in table.primary_key))
        values = {column.name: without(getattr(row, column.name), needles) for column in _searched(table)}
        changed = {name: value for name, value in values.items() if value != getattr(row, name)}
        # A row that is known by the person, say a program's own key of what it sent, goes whole.
        named = any(column.name in changed for column in table.primary_key)
        self._session.execute(delete(table).where(this) if named else update(table).where(this).values(changed))

    def _batches_of(self, errors: Sequence[int]) -> set[int]:
        found: set[int] = set()
        for start in range(0, len(errors), 500):
            query = select(_item.c.batch_id).where(_item.c.error_id.in_(errors[start : start + 500])).distinct()
            found.update(self._session.execute(query).scalars())
        return found


def _is_about(row: Understood, one: Needle) -> bool:
    told = row.reported
    texts = (told.record, told.message, told.code, told.label, told.salesforce_id, list(told.fields), told.raw)
    return one.within(texts) or one.is_of(told.object, told.hubspot_id)


def _searched(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if not isinstance(column.type, _NO_TEXT)]


def _hinted(table: Table, needles: Sequence[Needle]) -> ColumnElement[bool]:
    """Return what leaves few rows to look at: those with plain letters of what is sought, which JSON keeps, too."""
    hints = {one.hint for one in needles}
    if "" in hints:
        return true()
    return or_(
        false(),
        *(cast(column, String).icontains(hint, autoescape=True) for column in _searched(table) for hint in hints),
    )
