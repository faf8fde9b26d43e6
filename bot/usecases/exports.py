"""A CSV file that somebody asked for in Slack."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from bot import logs
from bot.clock import Clock
from bot.errors import Gone, NotAuthorized, Rejected, VendorError
from bot.model.links import Links
from bot.model.message import Message
from bot.model.sync import Selection
from bot.ports import Posted, Slack
from bot.storage import Storage, Transaction
from bot.usecases.export import write_csv

WORKFLOW = "export"

ZIPPED_FROM = 10_000_000
"""Bytes from which on a file comes zipped, a tenth of its size: Slack takes 1 GB, and people wait for it."""

_FINAL = (NotAuthorized, Rejected, Gone)
"""What will be no other the next time."""

PATIENCE = timedelta(hours=24)
"""How long a file waits for a Slack in trouble; then its person is told, and asks again if they still want it."""


def request(
    tx: Transaction, now: datetime, *, who: str, language: str, selection: Selection, where: Posted | None = None
) -> None:
    """Have a CSV file of a selection sent to a person, in a direct message: Slack has no files for one's eyes only.

    `where` is a message of ours in their direct messages, in whose thread it goes.
    """
    number = tx.exports.request(who, language, selection, where, now)
    tx.audit.add(who, "export", now, **{name: value for name, value in _named(selection).items() if value})
    # What one person asked for arrives in that order.
    tx.jobs.arm(WORKFLOW, number, now, lane=who)


def send(
    storage: Storage,
    clock: Clock,
    slack: Slack,
    links: Callable[[], Links],
    comment: Callable[[str, int], str],
    failed: Callable[[str, str, bool], Message],
    export: int,
) -> None:
    """Write the file and share it; `comment(language, count)` is what stands beside it.

    Where it cannot be written, or Slack does not take it, the person reads `failed(language, why, permission)` instead,
    and what they ask for next is not held up.
    """
    with storage.read() as tx:
        wish = tx.exports.get(export)
    if wish.done:
        return
    over = clock.now() - wish.requested_at >= PATIENCE
    channel = wish.where.channel if wish.where else ""
    thread = wish.where.ts if wish.where else ""
    try:
        # Where the answer to sharing it was lost, or we died, it may be there.
        if not (wish.file and slack.is_shared(wish.file)):
            channel = channel or slack.direct_channel(wish.who)
            with written(storage, wish.selection, links(), clock.now()) as (name, content, count):
                file = slack.upload(name, content)
            with storage.write() as tx:
                tx.exports.uploaded(export, file)
            slack.share(file, name, channel, comment(wish.language, count), thread)
    except (VendorError, OSError) as error:
        # Not to be written, say to a full disk, is final, too.
        if not (over or isinstance(error, (*_FINAL, OSError))):
            raise
        logs.get(__name__).warning("CSV file was given up", export=export, error=str(error))
        # Told first and noted then: they may read it twice after a crash, but never not at all.
        if channel:
            why = error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
            _tell(slack, channel, failed(wish.language, why, isinstance(error, NotAuthorized)), thread, over=over)
    with storage.write() as tx:
        tx.exports.done(export, clock.now())


def _tell(slack: Slack, channel: str, message: Message, thread: str, *, over: bool) -> None:
    try:
        slack.post(channel, message, thread)
    except VendorError as error:
        if not (over or isinstance(error, _FINAL)):
            raise


@contextmanager
def written(
    storage: Storage, selection: Selection, links: Links, now: datetime, zipped_from: int = ZIPPED_FROM
) -> Iterator[tuple[str, IO[bytes], int]]:
    """Yield name and content of the file, which is on disk and gone afterwards, and the number of errors in it."""
    what = selection.category or selection.error_type or ("search" if selection.search else "")
    what = what or ("group" if selection.fingerprint else "all")
    name = f"sync-errors-{what}-{now:%Y-%m-%d}.csv"
    with TemporaryFile() as plain:
        out = io.TextIOWrapper(plain, encoding="utf-8", newline="")
        count = write_csv(storage, selection, links, out)
        out.detach()
        if plain.tell() < zipped_from:
            yield name, plain, count
            return
        plain.seek(0)
        with TemporaryFile() as packed:
            with ZipFile(packed, "w", ZIP_DEFLATED) as archive, archive.open(name, "w", force_zip64=True) as member:
                copyfileobj(plain, member)
            yield f"{name}.zip", packed, count


def _named(selection: Selection) -> dict[str, str]:
    """Return what of a selection the audit log tells; what somebody searched for is nobody's business."""
    return {"category": selection.category, "type": selection.error_type, "group": selection.fingerprint}
