"""Which rows a selection means, so that an index finds them among a million.

A search is text as it is typed, whatever its case. It is looked for in what a group shows (code, latest message,
fields), at the beginning of both systems' ids, and in record names and e-mail addresses, where it may begin with any
word. Only where all of that finds nothing are all messages, names and ids looked through.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
    type_coerce,
)
from sqlmodel import Session

from bot.model.sync import Selection, Status
from bot.store.rows import slices
from bot.store.tables import Error, ErrorGroup, core
from bot.store.tallies import OPEN

error, group = core(Error), core(ErrorGroup)

_WORD = re.compile(r"[^\W_]+")
_LAST = "\U0010ffff"
"""Comes after whatever an id may contain."""
_WALKED = 20
"""Groups that are walked through one by one, each in the order of its errors; of more, all errors are."""


def narrowed(selection: Selection) -> list[ColumnElement[bool]]:
    """Return what a selection asks of a group, but for its search."""
    return [
        group.c[name] == getattr(selection, name)
        for name in ("category", "error_type", "fingerprint")
        if getattr(selection, name)
    ]


def states(selection: Selection, otherwise: Collection[Status] = ()) -> Collection[Status]:
    """Return the states a selection names; where it names none, `otherwise`."""
    if not selection.status:
        return otherwise
    return OPEN if selection.status == Status.OPEN else (Status(selection.status),)


def conditions(session: Session, selection: Selection, statuses: Collection[Status] = ()) -> list[ColumnElement[bool]]:
    """Return what a selection asks of an error, for a statement that looks at all of them."""
    asked = [*_in(states(selection)), *_in(statuses)]
    if narrow := narrowed(selection):
        asked.append(error.c.group_id.in_(select(group.c.id).where(*narrow)))
    if selection.object:
        asked.append(error.c.object == selection.object)
    if selection.ids:
        asked.append(error.c.id.in_(selection.ids))
    if selection.search:
        asked.append(or_(*_found_by(session, selection.search)))
    return asked


@dataclass(frozen=True)
class Page:
    """So many errors by id, behind the id `after` or, the last of them, ahead of `before`."""

    limit: int
    statuses: Collection[Status] = ()
    after: int = 0
    before: int | None = None

    def ids(self, *asked: ColumnElement[bool], statuses: Collection[Status] | None = None) -> Select[tuple[int]]:
        """Return the query for the ids of errors."""
        asked += tuple(_in(self.statuses if statuses is None else statuses))
        query = select(error.c.id).where(*asked).limit(self.limit)
        if self.before is not None:
            return query.where(error.c.id < self.before).order_by(error.c.id.desc())
        return query.where(error.c.id > self.after).order_by(error.c.id)

    def of(self, found: Iterable[int]) -> list[int]:
        """Return those on the page, of what several such queries found."""
        ids = sorted(set(found))
        return ids[-self.limit :] if self.before is not None else ids[: self.limit]


def ids_on(session: Session, selection: Selection, page: Page) -> list[int]:
    """Return the ids of a selection's errors on a page."""
    page = replace(page, statuses=states(selection, page.statuses))
    asked = [error.c.object == selection.object] if selection.object else []
    found: list[int] = []
    if selection.ids:
        asked += conditions(session, replace(selection, ids=(), status=""))
        for some in slices(sorted(set(selection.ids))):
            found += session.execute(page.ids(*asked, error.c.id.in_(some))).scalars()
    elif selection.search:
        found += _searched(session, selection, page, asked)
    else:
        found += _of_groups(session, narrowed(selection), page, asked)
    return page.of(found)


def _searched(session: Session, selection: Selection, page: Page, asked: list[ColumnElement[bool]]) -> list[int]:
    narrow, words = narrowed(selection), selection.search
    within = [*asked, error.c.group_id.in_(select(group.c.id).where(*narrow))] if narrow else asked
    if not _is_indexed(session, words):
        return [*session.execute(page.ids(or_(*_anywhere(words)), *within)).scalars()]
    found = _of_groups(session, [*narrow, _shown_with(words)], page, asked)
    for condition in _named(session, words):
        found += session.execute(page.ids(condition, *within)).scalars()
    return found


def _of_groups(
    session: Session, narrow: list[ColumnElement[bool]], page: Page, asked: list[ColumnElement[bool]]
) -> list[int]:
    if not narrow:
        return [*session.execute(page.ids(*asked)).scalars()]
    meant = select(group.c.id).where(*narrow)
    walked = session.execute(meant.limit(_WALKED + 1)).scalars().all()
    if len(walked) > _WALKED:
        return [*session.execute(page.ids(error.c.group_id.in_(meant), *asked)).scalars()]
    found: list[int] = []
    for one in walked:
        for status in page.statuses or Status:
            found += session.execute(page.ids(error.c.group_id == one, *asked, statuses=(status,))).scalars()
    return found


def _found_by(session: Session, words: str) -> list[ColumnElement[bool]]:
    """Return the ways to find an error by text, of which one is enough; the slow ones only where no other finds any."""
    return _indexed(session, words) if _is_indexed(session, words) else _anywhere(words)


def _indexed(session: Session, words: str) -> list[ColumnElement[bool]]:
    return [error.c.group_id.in_(select(group.c.id).where(_shown_with(words))), *_named(session, words)]


def _is_indexed(session: Session, words: str) -> bool:
    return any(session.execute(select(error.c.id).where(way).limit(1)).first() for way in _indexed(session, words))


def _anywhere(words: str) -> list[ColumnElement[bool]]:
    everything = error.c.message, error.c.record, error.c.hubspot_id, error.c.salesforce_id
    return [_contains(each, words) for each in everything]


def _shown_with(words: str) -> ColumnElement[bool]:
    return or_(*(_contains(each, words) for each in (group.c.code, group.c.message, cast(group.c.fields, Text))))


def _named(session: Session, words: str) -> Iterator[ColumnElement[bool]]:
    """Yield how the errors of a record are found by its ids, and by its name or address."""
    key, named = f"hubspot:{words}", error.alias()
    in_salesforce = named.c.salesforce_id
    # Each in a query of its own: beside an order by id, SQLite would go through all errors by id instead.
    for of in (
        and_(named.c.record_key >= key, named.c.record_key < key + _LAST),
        and_(in_salesforce != "", in_salesforce >= words, in_salesforce < words + _LAST),
    ):
        yield error.c.id.in_(select(named.c.id).where(of))
    if found := _WORD.findall(words):
        yield and_(_worded(session, found), _contains(error.c.record, words))


def _worded(session: Session, words: list[str]) -> ColumnElement[bool]:
    """Return that a record's name has these words, the last of them perhaps in its beginning."""
    *whole, last = words
    if session.get_bind().dialect.name == "sqlite":
        match = " ".join([*(f'"{word}"' for word in whole), f'"{last}"*'])
        rows: Select[tuple[int]] = select(literal_column("rowid")).select_from(text("error_words"))
        return error.c.id.in_(rows.where(literal_column("error_words").op("MATCH")(match)))
    query = func.to_tsquery("simple", " & ".join([*(f"'{word}'" for word in whole), f"'{last}':*"]))
    return _TEXT_VECTOR.op("@@")(query)


# Just as migration 0008 has it, or the index does not serve it.
_TEXT_VECTOR: ColumnElement[str] = literal_column(
    "to_tsvector('simple', regexp_replace(lower(record), '[^[:alnum:]]+', ' ', 'g'))"
)


def _contains(where: ColumnElement[str], words: str) -> ColumnElement[bool]:
    # SQLite folds the case of plain letters only: umlauts are looked for in either.
    texts = (words,) if words.isascii() else (words, words.lower(), words.upper(), words.title())
    return or_(*(type_coerce(where, String).icontains(one, autoescape=True) for one in texts))


def _in(statuses: Collection[Status]) -> list[ColumnElement[bool]]:
    return [error.c.status.in_(statuses)] if statuses else []
