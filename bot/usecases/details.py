"""What an error is about: the groups of a selection, and the affected records of a group, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import PersonError
from bot.model.ignoring import Ignoring
from bot.model.place import Page, Place
from bot.model.sync import Group, Selection, Source, SyncError
from bot.storage import GroupKey, Storage, Transaction

EACH = 10
"""Groups, or records, on a page: what a modal's 100 blocks have room for beside an explanation."""


@dataclass(frozen=True, slots=True)
class GroupsShown:
    """A page of groups. `total` counts all of them, `errors` all errors in them; `heard` is when each source was."""

    place: Place
    groups: Sequence[Group]
    total: int
    errors: int
    back: Page | None
    next: Page | None
    heard: Mapping[Source, datetime]


@dataclass(frozen=True, slots=True)
class RecordsShown:
    """A page of a group's errors, each about one record; `total` counts them. The group's figures are as narrowed.

    `ignored` has what was decided about the group, and about single errors of the page.
    """

    place: Place
    group: Group
    errors: Sequence[SyncError]
    total: int
    back: Page | None
    next: Page | None
    heard: Mapping[Source, datetime]
    ignored: Sequence[Ignoring] = ()


def look(storage: Storage, place: Place) -> GroupsShown | RecordsShown:
    """Return the page somebody wants to see; the first one where theirs is not there any more."""
    with storage.read() as tx:
        shown = _records(tx, place) if place.group else _groups(tx, place)
        empty = not (shown.errors if isinstance(shown, RecordsShown) else shown.groups)
        if empty and place.page != Page():
            first = place.turned(Page())
            return _records(tx, first) if place.group else _groups(tx, first)
    return shown


def gone() -> PersonError:
    """Return what a person is told whose errors were removed meanwhile."""
    return PersonError("These errors are not there any more.", "Type `/sfsync errors` to see what is.")


def _groups(tx: Transaction, place: Place) -> GroupsShown:
    chosen, page = place.chosen, place.page
    if page.before:
        found = tx.errors.groups(chosen, EACH, before=_group_key(page.before))
        more = True
    else:
        found = tx.errors.groups(chosen, EACH + 1, after=_group_key(page.after) if page.after else None)
        found, more = found[:EACH], len(found) > EACH
    back, following = _neighbours(page, [f"{group.errors}:{group.fingerprint}" for group in found], more=more)
    return GroupsShown(
        place,
        found,
        total=tx.errors.count_groups(chosen),
        errors=tx.errors.count(chosen),
        back=back,
        next=following,
        heard=tx.runs.latest(),
    )


def _records(tx: Transaction, place: Place) -> RecordsShown:
    chosen, page = place.chosen, place.page
    if page.before:
        found = tx.errors.page(chosen, EACH, before=_record_key(page.before))
        more = True
    else:
        found = tx.errors.page(chosen, EACH + 1, after=_record_key(page.after))
        found, more = found[:EACH], len(found) > EACH
    back, following = _neighbours(page, [str(error.id) for error in found], more=more)
    group = _group(tx, chosen)
    ignored = tx.ignored.of([group.fingerprint], [error.id for error in found])
    return RecordsShown(place, group, found, group.errors, back, following, tx.runs.latest(), ignored)


def _group(tx: Transaction, chosen: Selection) -> Group:
    """Return the group with the figures of what is looked for in it, which may be none."""
    if found := tx.errors.groups(chosen, 1):
        return found[0]
    known = tx.errors.page(Selection(fingerprint=chosen.fingerprint), 1)
    if not known:
        raise gone()
    error = known[0]
    return Group(
        fingerprint=error.fingerprint,
        category=error.category,
        error_type=error.error_type,
        resync=error.resync,
        code=error.code,
        message=error.message,
        fields=error.fields,
        errors=0,
        records=0,
        first_seen=error.first_seen,
        last_seen=error.last_seen,
    )


def _neighbours(page: Page, keys: Sequence[str], *, more: bool) -> tuple[Page | None, Page | None]:
    """Return the pages before and after one that shows items of these keys."""
    if not keys:
        return None, None
    back = None if page.start == 1 else Page() if page.start <= EACH + 1 else Page(page.start - EACH, before=keys[0])
    return back, Page(page.start + len(keys), after=keys[-1]) if more else None


def _group_key(key: str) -> GroupKey:
    errors, _, fingerprint = key.partition(":")
    return int(errors), fingerprint


def _record_key(key: str) -> int:
    return int(key.partition(":")[0] or 0)
