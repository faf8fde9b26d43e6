"""Keeping up with a log object in Salesforce: what it says since the last look, in one call where that is nothing.

The watermark is the time of the newest change that was read, and once a look came to its end, when that began; both by
Salesforce's clock. It moves in the transaction that records the rows, page by page. Each look begins a little before
it: a long transaction in Salesforce shows its rows after others that changed later. What was read before is known by
its time: a row counts where it tells of a failure that is newer than what is known of its error, so that nothing is
counted twice, not even what HubSpot's export has told already.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from operator import itemgetter

from bot import logs
from bot.clock import Clock
from bot.errors import VendorError
from bot.model.log_object import LogEntry, LogObject, LogPage
from bot.model.sync import Rejection, ReportedError, Source, Status, record_key
from bot.storage import Storage, Transaction, Understood
from bot.usecases import ingest

WORKFLOW, THE_LOG = "read log", 1
"""The kind of job, and its subject: there is one log."""

EVERY = 600
"""Seconds between two looks; 144 calls a day."""

LOOK_BACK = timedelta(days=30)
"""How old a change may be that the first look finds."""

OVERLAP = timedelta(minutes=10)
"""How much of what was read is looked at again."""

_NOTE = "Salesforce log"

Read = Callable[[datetime, str], LogPage]
"""Reads a page of what changed since a moment: the first one, or the one that `more` leads to. Raises VendorError."""

Pairs = Sequence[tuple[LogEntry, Understood]]


def arm(storage: Storage, clock: Clock) -> None:
    """Have the log looked at."""
    with storage.write() as tx:
        tx.jobs.arm(WORKFLOW, THE_LOG, clock.now())


def take_in(storage: Storage, clock: Clock, log: LogObject, read: Read, more: str) -> str:
    """Record a page of changes, and answer what leads to the next, "" after the last; twice is as good as once.

    `more` is what the page before this one gave, "" for the first: the way on, and when the look began. What the vendor
    refuses is logged and left to the next look, which is not far: trying again before would only use up calls.
    """
    with storage.read() as tx:
        watermark = _watermark(tx, log)
    onward, _, began = more.partition(" ")
    try:
        page = read((watermark or clock.now() - LOOK_BACK) - OVERLAP, onward)
    except VendorError as error:
        logs.get(__name__).warning("Salesforce log cannot be read", object=log.name, error=str(error))
        return ""
    if not more and page.told_at:
        began = page.told_at.isoformat()
    # Understood before the transaction: it takes longest, and nobody else can write meanwhile.
    understood = [
        (entry, ingest.understand(entry.error)) for entry in page.entries if isinstance(entry.error, ReportedError)
    ]
    rejected = [
        entry.error
        for entry in page.entries
        if isinstance(entry.error, Rejection)
        and not (entry.deleted or entry.resolved)
        # What the last look saw was told then.
        and (watermark is None or entry.changed_at > watermark)
    ]
    with storage.write() as tx:
        now = clock.now()
        _record(tx, now, log, understood, rejected)
        _resolve(tx, now, [pair for pair in understood if pair[0].deleted or pair[0].resolved])
        read_to = [entry.changed_at for entry in page.entries]
        if began and not page.more:
            # A clock of theirs that is wrong must not lead past rows that are still to come.
            read_to.append(min(datetime.fromisoformat(began), now))
        if read_to:
            tx.notes.set(_NOTE, f"{_name(log)} {max(*read_to, watermark or read_to[0]).isoformat()}", now)
    if rejected:
        logs.get(__name__).warning("Salesforce log rows rejected", object=log.name, rows=len(rejected))
    return f"{page.more} {began}" if page.more else ""


def _watermark(tx: Transaction, log: LogObject) -> datetime | None:
    """Return how far a log was read; None where it, or what is read of it, is another one than last time."""
    name, _, moment = tx.notes.get(_NOTE).partition(" ")
    return datetime.fromisoformat(moment) if name == _name(log) else None


def _name(log: LogObject) -> str:
    return sha256(repr(log).encode()).hexdigest()[:16]


def _record(tx: Transaction, now: datetime, log: LogObject, pairs: Pairs, rejected: Sequence[Rejection]) -> None:
    """Record what is news; that nothing was is recorded, too: the cards tell when the log was last heard."""
    alive = [pair for pair in pairs if not (pair[0].deleted or pair[0].resolved)]
    known = tx.errors.match([row for _, row in alive])
    news = sorted(
        (
            (entry.seen_at, row, error.occurrences if error else 0)
            for (entry, row), error in zip(alive, known, strict=True)
            if error is None or error.last_seen < entry.seen_at
        ),
        key=itemgetter(0),
    )
    # Salesforce's clock may be ahead of ours; recorded as of an earlier time, a row would be news once more.
    now = max((now, *(seen_at for seen_at, _, _ in news)))
    ingest.arrive(tx, now, _counted(news), Source.SALESFORCE_LOG, log.name, rejected)


def _counted(news: Sequence[tuple[datetime, Understood, int]]) -> list[Understood]:
    """Return rows that count alike on one page and on several; each comes with its time and what was counted before."""
    times: dict[tuple[str, str, str], list[datetime]] = {}
    rows = []
    for seen_at, row, before in news:
        reported = row.reported
        seen = times.setdefault((reported.object, record_key(reported), row.fingerprint), [])
        seen += [seen_at] * (seen_at not in seen)
        if len(seen) > 1:
            began = min(seen[0], reported.first_seen or seen[0])
            reported = replace(reported, first_seen=began, occurrences=before + len(seen))
        rows.append(replace(row, reported=reported))
    return rows


def _resolve(tx: Transaction, now: datetime, pairs: Pairs) -> None:
    """Resolve the errors of rows that are gone, unless there is a newer report.

    A deleted row takes back its own report, one that is marked as resolved all until then.
    """
    known = tx.errors.match([row for _, row in pairs])
    over = {
        error.id
        for (entry, _), error in zip(pairs, known, strict=True)
        if error
        and error.status in {Status.OPEN, Status.RESYNCING}
        and error.last_seen <= (entry.changed_at if entry.resolved else entry.seen_at)
    }
    if over:
        tx.errors.set_status(over, Status.RESOLVED, now)
