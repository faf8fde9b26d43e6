"""Errors as CSV: UTF-8 with BOM, RFC 4180, one row an error, readable again by `bot.sources.export_file`."""

import csv
from typing import IO

from bot.model.catalog import TYPES
from bot.model.cells import disarm
from bot.model.kinds import Resync
from bot.model.links import Links
from bot.model.sync import Selection, SyncError
from bot.storage import Storage
from bot.usecases.look_up import moment

COLUMNS = (
    "error_id", "category", "error_type", "object", "hubspot_id", "salesforce_id", "record", "code", "message",
    "fields", "transient", "who", "status", "first_seen", "last_seen", "occurrences", "source", "hubspot_url",
    "salesforce_url",
)  # fmt: skip


def write_csv(storage: Storage, selection: Selection, links: Links, out: IO[str]) -> int:
    """Write the unresolved errors of a selection to `out`, opened with newline=""; answer how many."""
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    count = 0
    with storage.read() as tx:
        for count, error in enumerate(tx.errors.stream(selection), start=1):  # noqa: B007 - the last is the count
            writer.writerow(_cells(error, links))
    return count


def _cells(error: SyncError, links: Links) -> tuple[str, ...]:
    return (
        str(error.id),
        error.category,
        error.error_type,
        # What others wrote.
        disarm(error.object),
        disarm(error.hubspot_id),
        disarm(error.salesforce_id),
        disarm(error.record),
        disarm(error.code),
        disarm(error.message),
        disarm(",".join(error.fields)),
        "true" if error.resync == Resync.ALONE else "false",
        TYPES[error.error_type].who,
        error.status,
        moment(error.first_seen),
        moment(error.last_seen),
        # A group names no record: how many it stands for is what its count tells, and `import` reads.
        str(error.affected if error.affected > 1 else error.occurrences),
        error.source,
        links.hubspot_record(error.object, error.hubspot_id),
        links.salesforce_record(error.salesforce_id),
    )
