"""A CSV file that somebody asked for in Slack."""

import io
from collections.abc import Callable
from datetime import datetime

from bot.clock import Clock
from bot.model.links import Links
from bot.model.sync import Selection
from bot.ports import Slack
from bot.storage import Storage, Transaction
from bot.usecases.export import write_csv

WORKFLOW = "export"


def request(tx: Transaction, now: datetime, *, who: str, language: str, selection: Selection) -> None:
    """Have a CSV file of a selection sent to a person, in a direct message: Slack has no files for one's eyes only."""
    number = tx.exports.request(who, language, selection, now)
    tx.audit.add(who, "export", now, category=selection.category)
    # What one person asked for arrives in that order.
    tx.jobs.arm(WORKFLOW, number, now, lane=who)


def send(
    storage: Storage,
    clock: Clock,
    slack: Slack,
    links: Callable[[], Links],
    comment: Callable[[str, int], str],
    export: int,
) -> None:
    """Write the file and share it; `comment(language, count)` is what stands beside it."""
    with storage.read() as tx:
        who, language, selection, delivered = tx.exports.get(export)
    if delivered:
        return
    out = io.StringIO(newline="")
    count = write_csv(storage, selection, links(), out)
    what = selection.category or selection.error_type or ("search" if selection.search else "all")
    name = f"sync-errors-{what}-{clock.now():%Y-%m-%d}.csv"
    slack.upload(slack.direct_channel(who), name, out.getvalue().encode(), comment(language, count))
    with storage.write() as tx:
        tx.exports.delivered(export, clock.now())
