"""Create HubSpot view: the records that errors affect, as a list in HubSpot for each object; removed after 30 days."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Gone, NotAuthorized, PersonError, Rejected
from bot.model.choice import encode
from bot.model.hubspot_view import MOST, OBJECTS, HubSpotView, ListKept
from bot.model.message import Message
from bot.model.sync import Selection
from bot.ports import HubSpotLists, Slack
from bot.storage import Storage, Transaction

CREATE, REMOVE = "view", "view_end"
"""The workflows."""

KEPT = timedelta(days=30)

PORTION = 1000
"""Records in one call, and errors read at once."""


def request(tx: Transaction, now: datetime, *, who: str, language: str, selection: Selection, title: str) -> None:
    """Have a view created in HubSpot, or the one of the same selection brought up to date; the answer comes as a DM.

    `title` is English, as HubSpot's lists are named by us. Raises PersonError where no error is left.
    """
    if not tx.errors.page(selection, 1):
        raise PersonError("None of these errors is open any more.", "Type `/sfsync errors` to see what is.")
    view = tx.views.request(encode(selection), selection, title, who, language, now)
    tx.audit.add(who, "create view", now, view=view, what=title)
    tx.jobs.arm(CREATE, view, now)


def plan(storage: Storage, view: int) -> list[str]:
    """Name a list for each object whose records are affected; answer the objects, those of earlier lists as well."""
    with storage.write() as tx:
        wish = tx.views.get(view)
        if wish is None:
            return []
        known = {one.object for one in wish.lists}
        for obj in OBJECTS:
            if obj not in known and any(error for error in tx.errors.page(replace(wish.selection, object=obj), 1)):
                tx.views.plan(wish, obj)
                known.add(obj)
    return sorted(known)


def fill(storage: Storage, lists: HubSpotLists, view: int, obj: str) -> str:
    """Bring one object's list up to exactly the affected records; answer what HubSpot refuses for good, "" for nothing.

    A list that was created before a crash is found by its name. Doing it twice changes nothing.
    """
    with storage.read() as tx:
        wish = tx.views.get(view)
        kept = _list(wish, obj) if wish else None
        if wish is None or kept is None:
            return ""
        wanted, unknown, cut = _affected(tx, replace(wish.selection, object=obj))
    try:
        number = _number(storage, lists, view, kept)
        try:
            present = set(_members(lists, number))
        except Gone:
            # Somebody removed it in HubSpot.
            number = _number(storage, lists, view, replace(kept, number=""))
            present = set()
        for add, remove in _portions(sorted(wanted - present), sorted(present - wanted)):
            lists.change(number, add, remove)
    except (NotAuthorized, Rejected) as error:
        return str(error)
    with storage.write() as tx:
        tx.views.change(view, obj, records=len(wanted), unknown=unknown, cut=cut)
    return ""


def tell(
    storage: Storage, clock: Clock, slack: Slack, render: Callable[[HubSpotView, str], Message], view: int, trouble: str
) -> None:
    """Tell who asked, in a direct message, and have the view removed later."""
    with storage.read() as tx:
        wish = tx.views.get(view)
    if wish is None:
        return
    slack.post(slack.direct_channel(wish.requested_by), render(wish, trouble))
    with storage.write() as tx:
        tx.jobs.arm(REMOVE, view, clock.now() + KEPT)


def remove(storage: Storage, clock: Clock, lists: HubSpotLists, view: int) -> None:
    """Remove a view's lists from HubSpot; those that are gone already are not missed."""
    with storage.read() as tx:
        wish = tx.views.get(view)
    if wish is None or wish.requested_at + KEPT > clock.now():
        return
    for one in wish.lists:
        if one.number:
            with suppress(Gone):
                lists.delete(one.number)
    with storage.write() as tx:
        tx.views.forget(view)
        tx.audit.add("", "remove view", clock.now(), view=view, what=wish.title)


def _list(wish: HubSpotView, obj: str) -> ListKept | None:
    return next((one for one in wish.lists if one.object == obj), None)


def _affected(tx: Transaction, selection: Selection) -> tuple[set[str], int, bool]:
    """Return HubSpot's ids of the first records, how many have none, and whether there are more than fit a list."""
    ids, unknown, after = set[str](), set[str](), 0
    while found := tx.errors.page(selection, PORTION, after=after):
        after = found[-1].id
        for error in found:
            if not error.hubspot_id:
                unknown.add(error.salesforce_id or error.record)
            elif len(ids) == MOST and error.hubspot_id not in ids:
                return ids, len(unknown), True
            else:
                ids.add(error.hubspot_id)
    return ids, len(unknown), False


def _number(storage: Storage, lists: HubSpotLists, view: int, kept: ListKept) -> str:
    if kept.number:
        return kept.number
    number = lists.named(kept.object, kept.name) or lists.create(kept.object, kept.name)
    with storage.write() as tx:
        tx.views.change(view, kept.object, number=number)
    return number


def _members(lists: HubSpotLists, number: str) -> Iterator[str]:
    after = ""
    while True:
        some, after = lists.members(number, after)
        yield from some
        if not after:
            return


def _portions(add: Sequence[str], remove: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    for start in range(0, len(remove), PORTION):
        yield (), remove[start : start + PORTION]
    for start in range(0, len(add), PORTION):
        yield add[start : start + PORTION], ()
