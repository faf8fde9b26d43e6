"""Resync: asked for once, touched once, proved, and told as it goes."""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Gone, NotAuthenticated, NotAuthorized, PersonError, RateLimited, Rejected, VendorError
from bot.model.message import Message
from bot.model.resync import (
    PRESS_LIMIT,
    RESYNC_FIELD,
    RESYNC_PROPERTY,
    Outcome,
    Portion,
    ResyncBatch,
    ResyncItem,
    portions,
)
from bot.model.sync import SOBJECTS, Selection, Status, SyncError, salesforce_id
from bot.ports import HubSpot, Posted, Salesforce, Slack
from bot.storage import Storage, Transaction

TOUCH, PROVE, REPORT = "resync", "prove", "report"
"""The workflows."""

PATIENCE = timedelta(hours=24)
"""How long a resync waits for a vendor in trouble, or a token that is accepted; then its errors are free again."""

SYNC_TIME = "salesforcelastsynctime"
"""HubSpot's property for when its integration last exchanged a record."""

ID_PROPERTIES: dict[str, tuple[str, ...]] = {
    "contact": ("salesforcecontactid", "salesforceleadid"),
    "company": ("salesforceaccountid",),
    "deal": ("hs_salesforceopportunityid",),
}
"""HubSpot's properties with the Salesforce id. None is documented for tickets."""

_UNKNOWN_PROPERTY = {"PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"}


def request(
    tx: Transaction,
    now: datetime,
    selection: Selection,
    *,
    who: str,
    title: str,
    language: str,
    channel: str,
    response_url: str = "",
) -> int:
    """Start a resync of 100 open errors of a selection, those first that were not tried yet; answer its id.

    Errors that no resync can help, or whose record has no id, are left out. Raises PersonError where nothing is
    left to do.
    """
    chosen = tx.errors.to_resync(selection, PRESS_LIMIT)
    open_ones, helpable = tx.errors.count(selection, (Status.OPEN,)), tx.errors.count_to_resync(selection)
    if not chosen:
        raise _nothing(tx, selection, hopeless=bool(open_ones))
    batch = ResyncBatch(
        id=0,
        token=f"{now:%Y-%m-%dT%H:%M:%SZ} {secrets.token_hex(4)}",
        requested_by=who,
        title=title,
        language=language,
        requested_at=now,
        touched_at=None,
        prove_at=None,
        finished_at=None,
        channel="",
        home_channel=channel,
        ts="",
        response_url=response_url,
        left_out=open_ones - helpable,
        others=helpable - len(chosen),
        calls=0,
    )
    number, taken = tx.resyncs.open(batch, chosen)
    if not taken:
        raise _held(tx, [error.id for error in chosen])
    tx.errors.resyncing([error.id for error in chosen], now)
    tx.audit.add(who, "resync", now, batch=number, errors=taken, what=title)
    tx.jobs.arm(REPORT, number, now, lane=channel)
    tx.jobs.arm(TOUCH, number, now)
    return number


def plan(storage: Storage, batch: int) -> list[list[int]]:
    """Return the ids of the items of each call that is still to be made."""
    with storage.read() as tx:
        waiting = [item for item in tx.resyncs.items(batch) if item.outcome is Outcome.WAITING]
    return [[item.id for item in portion.items] for portion in portions(waiting)]


def touch(storage: Storage, clock: Clock, hubspot: HubSpot, salesforce: Salesforce, batch: int, ids: list[int]) -> None:
    """Write the token to the records of one call that are still waiting; repeating it writes the same token."""
    with storage.read() as tx:
        view = tx.resyncs.get(batch)
        waiting = [item for item in tx.resyncs.items(batch) if item.id in set(ids) and item.outcome is Outcome.WAITING]
    for portion in portions(waiting):
        _touch(storage, clock, hubspot, salesforce, view, portion)
    with storage.write() as tx:
        tx.resyncs.waits(batch, "")
        tx.jobs.arm(REPORT, batch, clock.now())


def touched(storage: Storage, clock: Clock, proof_after: timedelta, batch: int) -> None:
    """Note that every record was tried, and have the proof read when HubSpot has had time to sync.

    Where all were refused there is nothing to prove, and the resync is over.
    """
    with storage.write() as tx:
        if tx.resyncs.get(batch).touched_at:
            return
        now = clock.now()
        tx.resyncs.waits(batch, "")
        tx.resyncs.touched(batch, now, now + proof_after)
        if any(item.outcome is Outcome.TOUCHED for item in tx.resyncs.items(batch)):
            tx.jobs.arm(PROVE, batch, now + proof_after)
        else:
            tx.resyncs.finished(batch, now)
        tx.jobs.arm(REPORT, batch, now)


def prove(storage: Storage, clock: Clock, hubspot: HubSpot, salesforce: Salesforce, batch: int) -> None:
    """Find out for each touched record whether HubSpot carried the token to the other side, and close the resync."""
    with storage.read() as tx:
        view = tx.resyncs.get(batch)
        items = [item for item in tx.resyncs.items(batch) if item.outcome is Outcome.TOUCHED]
        again = tx.errors.seen_since([item.error_id for item in items], view.touched_at or view.requested_at)
        gone = _of_status(tx, [item.error_id for item in items], Status.RESOLVED)
    found: dict[int, tuple[Outcome, str]] = {}
    for portion in portions(items):
        try:
            arrived, synced = _evidence(hubspot, salesforce, view, portion)
        except VendorError as error:
            if _passes(error, view, clock.now()):
                raise
            found.update(dict.fromkeys((item.id for item in portion.items), (Outcome.NOT_PICKED_UP, _words(error))))
            continue
        for item in portion.items:
            found[item.id] = _judge(item, again, arrived, synced, gone)
    _settle(storage, clock, items, found)
    with storage.write() as tx:
        if tx.resyncs.get(batch).finished_at is None:
            tx.resyncs.finished(batch, clock.now())
        tx.resyncs.waits(batch, "")
        tx.jobs.arm(REPORT, batch, clock.now())


def held_up(tx: Transaction, now: datetime, batch: int, error: str) -> None:
    """Have the resync's message tell what it waits for, once for each reason."""
    if tx.resyncs.get(batch).waiting != error:
        tx.resyncs.waits(batch, error)
        tx.jobs.arm(REPORT, batch, now)


def report(
    storage: Storage,
    slack: Slack,
    render: Callable[[ResyncBatch, Sequence[ResyncItem]], Message],
    render_moved: Callable[[ResyncBatch, str], Message],
    batch: int,
) -> None:
    """Show where a resync stands: in one message, posted once and changed since.

    It stands in the channel of the press, or in a direct message where the bot may not post. The card that
    was pressed is replaced by a line that leads to it.
    """
    with storage.read() as tx:
        view, items = tx.resyncs.get(batch), tx.resyncs.items(batch)
    where = _show(storage, slack, view, render(view, items))
    if view.response_url:
        # A card that is older than Slack lets us change stays; the message tells all.
        with suppress(Gone, Rejected):
            slack.replace(view.response_url, render_moved(view, slack.permalink(where)))
        with storage.write() as tx:
            tx.resyncs.answered(batch)


def _nothing(tx: Transaction, selection: Selection, *, hopeless: bool) -> PersonError:
    if hopeless:
        return PersonError(
            "A resync cannot help these errors: their records were deleted or converted.",
            "Clear them up in HubSpot or Salesforce; the next import notices.",
        )
    if running := tx.errors.find(selection, 1, (Status.RESYNCING,)):
        return _held(tx, [running[0].id])
    return PersonError("None of these errors is open any more.", "Type `/sfsync errors` to see what is.")


def _held(tx: Transaction, errors: list[int]) -> PersonError:
    holders = tx.resyncs.holders(errors)
    return PersonError(
        "<@%(who)s> is resyncing these errors already.",
        "The message about it shows how it goes.",
        who=holders[0].requested_by if holders else "",
    )


def _touch(
    storage: Storage, clock: Clock, hubspot: HubSpot, salesforce: Salesforce, view: ResyncBatch, portion: Portion
) -> None:
    with storage.write() as tx:
        tx.resyncs.note_call(view.id)
        tx.resyncs.touching([item.id for item in portion.items], portion.system)
    try:
        if portion.system == "hubspot":
            by_record = {item.hubspot_id: {RESYNC_PROPERTY: view.token} for item in portion.items}
            answers = hubspot.update(portion.object, by_record)
        else:
            by_record = {item.salesforce_id: {RESYNC_FIELD: view.token} for item in portion.items}
            answers = salesforce.update(by_record)
    except Rejected as error:
        # HubSpot refuses a whole batch for one bad record; halves find it without a call for each.
        if len(portion.items) > 1 and error.code not in _UNKNOWN_PROPERTY:
            middle = len(portion.items) // 2
            for half in (portion.items[:middle], portion.items[middle:]):
                _touch(storage, clock, hubspot, salesforce, view, Portion(portion.system, portion.object, half))
            return
        outcomes = dict.fromkeys((item.id for item in portion.items), (Outcome.STILL_FAILING, _words(error)))
    except VendorError as error:
        if _passes(error, view, clock.now()):
            if isinstance(error, NotAuthenticated | RateLimited):
                with storage.write() as tx:
                    tx.resyncs.note_call(view.id, -1)
            raise
        # Trying again would not help, and would keep the errors from everybody else.
        outcomes = dict.fromkeys((item.id for item in portion.items), (Outcome.STILL_FAILING, _words(error)))
    else:
        outcomes = {}
        for item in portion.items:
            failure = answers.get(item.hubspot_id if portion.system == "hubspot" else item.salesforce_id)
            outcomes[item.id] = (
                (Outcome.STILL_FAILING, f"{failure.code}: {failure.message}") if failure else (Outcome.TOUCHED, "")
            )
    with storage.write() as tx:
        tx.resyncs.settle(outcomes)
        freed = [item.error_id for item in portion.items if outcomes[item.id][0].final]
        _free(tx, freed, view.requested_at)


def _passes(error: VendorError, view: ResyncBatch, now: datetime) -> bool:
    """Tell whether trouble is worth waiting for: a token that somebody rotates, a limit, an outage; but not for ever.

    What a vendor refuses, be it for a permission or for good, it refuses the next time, too.
    """
    return not isinstance(error, NotAuthorized | Rejected | Gone) and now - view.requested_at < PATIENCE


def _evidence(
    hubspot: HubSpot, salesforce: Salesforce, view: ResyncBatch, portion: Portion
) -> tuple[set[int], set[int]]:
    """Return the ids of items whose token arrived on the other side, and of those HubSpot says it synced since."""
    if portion.system == "salesforce":
        return _arrived_in_hubspot(hubspot, view, portion), set()
    names = ID_PROPERTIES.get(portion.object, ())
    records = hubspot.read(portion.object, [item.hubspot_id for item in portion.items], [*names, SYNC_TIME])
    counterparts: dict[int, str] = {}
    synced: set[int] = set()
    for item in portion.items:
        values = records.get(item.hubspot_id, {})
        known = next((values[name] for name in names if values.get(name)), "")
        counterparts[item.id] = item.salesforce_id or salesforce_id(known)
        if _later(values.get(SYNC_TIME, ""), view.touched_at):
            synced.add(item.id)
    arrived: set[int] = set()
    for prefix in sorted({number[:3] for number in counterparts.values() if number}):
        if prefix not in SOBJECTS:
            continue
        ids = sorted({number for number in counterparts.values() if number.startswith(prefix)})
        tokens = salesforce.read(SOBJECTS[prefix], ids, [RESYNC_FIELD])
        arrived |= {
            item for item, number in counterparts.items() if tokens.get(number, {}).get(RESYNC_FIELD) == view.token
        }
    return arrived, synced


def _arrived_in_hubspot(hubspot: HubSpot, view: ResyncBatch, portion: Portion) -> set[int]:
    arrived: set[int] = set()
    by_object: dict[str, list[ResyncItem]] = {}
    for item in portion.items:
        by_object.setdefault(item.object, []).append(item)
    for obj, items in by_object.items():
        for name in ID_PROPERTIES.get(obj, ()):
            found = hubspot.find(obj, name, [item.salesforce_id for item in items], [RESYNC_PROPERTY])
            tokens = {number: values.get(RESYNC_PROPERTY) for number, values in found.items()}
            arrived |= {item.id for item in items if tokens.get(item.salesforce_id) == view.token}
    return arrived


def _judge(
    item: ResyncItem, again: dict[int, SyncError], arrived: set[int], synced: set[int], gone: set[int]
) -> tuple[Outcome, str]:
    if item.id in arrived:
        return Outcome.RESOLVED, ""
    if fresh := again.get(item.error_id):
        return Outcome.STILL_FAILING, fresh.message
    # An export that no longer lists the error is HubSpot's word, too.
    return (Outcome.SYNCHRONISED, "") if item.id in synced or item.error_id in gone else (Outcome.NOT_PICKED_UP, "")


def _settle(storage: Storage, clock: Clock, items: Sequence[ResyncItem], found: dict[int, tuple[Outcome, str]]) -> None:
    resolved = [item.error_id for item in items if found[item.id][0] is Outcome.RESOLVED]
    others = [item.error_id for item in items if found[item.id][0] is not Outcome.RESOLVED]
    with storage.write() as tx:
        tx.resyncs.settle(found)
        tx.errors.set_status(resolved, Status.RESOLVED, clock.now())
        _free(tx, others, clock.now())


def _free(tx: Transaction, errors: Sequence[int], now: datetime) -> None:
    """Open errors for the next resync; what an import resolved meanwhile stays resolved."""
    tx.errors.set_status(_of_status(tx, errors, Status.RESYNCING), Status.OPEN, now)


def _of_status(tx: Transaction, errors: Sequence[int], status: Status) -> set[int]:
    if not errors:
        return set()
    return {error.id for error in tx.errors.find(Selection(ids=tuple(errors)), len(errors), (status,))}


def _show(storage: Storage, slack: Slack, view: ResyncBatch, message: Message) -> Posted:
    if view.ts:
        where = Posted(view.channel, view.ts)
        try:
            slack.update(where, message)
        except Gone:
            pass  # It was deleted, or is too old to change: a new one takes its place.
        else:
            return where
    try:
        where = slack.post(view.home_channel, message)
    except Gone:
        where = slack.post(slack.direct_channel(view.requested_by), message)
    with storage.write() as tx:
        tx.resyncs.placed(view.id, where.channel, where.ts)
        tx.jobs.leave_lane(REPORT, view.id)
    return where


def _later(value: str, moment: datetime | None) -> bool:
    """Tell whether HubSpot's time, ISO 8601 or milliseconds, is later than a moment."""
    if not value or moment is None:
        return False
    try:
        at = float(value) / 1000 if value.isdecimal() else datetime.fromisoformat(value).timestamp()
    except ValueError:
        return False
    return at > moment.timestamp()


def _words(error: VendorError) -> str:
    """Return what a vendor says of a record, or what is known where it says nothing."""
    told = ": ".join(part for part in (error.code, error.detail) if part)
    return told if isinstance(error, Rejected) and told else str(error)
