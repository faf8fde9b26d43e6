"""Forgetting a person: everywhere we keep something, in what we sent to Slack, and in files that are named."""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copymode
from typing import IO
from zipfile import ZipFile, is_zipfile

from bot.clock import Clock
from bot.errors import Gone, PersonError, VendorError
from bot.model.person import Needle, needle
from bot.ports import Slack
from bot.storage import Storage, Transaction
from bot.usecases.resync import REPORT


@dataclass(frozen=True, slots=True)
class Erased:
    """What was found of a person, or removed: rows by table, lines by file, and messages and files in Slack.

    `learnt` counts the ids that were found with the person and looked for, too. `unseen` are files in Slack, by their
    id there, that could not be looked into.
    """

    needles: tuple[Needle, ...]
    rows: dict[str, int]
    learnt: int
    messages: int
    files: dict[str, int] = field(default_factory=dict)
    shared: int = 0
    unseen: tuple[str, ...] = ()


def erase(storage: Storage, clock: Clock, text: str, *, dry_run: bool = False) -> Erased:
    """Remove a person from our tables, in one transaction; with `dry_run` only count what is there.

    Resyncs lose the person's records, and `sfsync run` writes their messages in Slack anew. Raises PersonError for a
    text that may be several people.
    """
    sought = [needle(text)]
    with storage.read() if dry_run else storage.write() as tx:
        ids = _ids(tx, sought)
        needles = (*sought, *(needle(one) for one in sorted(ids)))
        now = clock.now()
        rows, batches = tx.traces.erase(needles, now, dry_run=dry_run)
        told = [batch for batch in sorted(batches) if tx.resyncs.get(batch).ts]
        if not dry_run:
            for batch in told:
                tx.jobs.arm(REPORT, batch, now)
            # Without the text: the log of what was forgotten must not remember it.
            tx.audit.add("", "erase", now, removed=sum(rows.values()))
    return Erased(needles, rows, len(ids), len(told))


def in_slack(
    storage: Storage, slack: Slack | None, needles: Sequence[Needle], *, dry_run: bool
) -> tuple[int, list[str]]:
    """Delete the CSV files in Slack with the person in them; answer how many, and those nobody could look into."""
    with storage.read() as tx:
        shared = tx.exports.shared()
    removed, unseen = 0, []
    for export, file in shared:
        try:
            if slack is None or not _holds(slack.download(file), needles):
                unseen += [file] if slack is None else []
                continue
            if not dry_run:
                with suppress(Gone):
                    slack.delete_file(file)
        except Gone:
            continue
        except VendorError:
            unseen.append(file)
            continue
        removed += 1
        if not dry_run:
            with storage.write() as tx:
                tx.exports.unshared(export)
    return removed, unseen


def in_file(path: Path, needles: Sequence[Needle], *, dry_run: bool) -> int:
    """Remove the rows of a CSV file, or the lines of any other text, with the person in them; answer how many.

    The file is replaced at once by one without them, or stays as it is. Raises PersonError for what is no text.
    """
    if is_zipfile(path):
        raise PersonError("%(file)s is an archive.", "Delete it, or unpack it and name what is in it.", file=path)
    encoding = _encoding(path)
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    removed = 0
    try:
        with path.open(encoding=encoding, newline="") as old, half.open("w", encoding=encoding, newline="") as new:
            for number, row in enumerate(_records(old) if path.suffix.lower() == ".csv" else old):
                # The first row of a CSV file names its columns.
                if any(one.within(row) for one in needles) and (number or path.suffix.lower() != ".csv"):
                    removed += 1
                else:
                    new.write(row)
        if removed and not dry_run:
            copymode(path, half)
            half.replace(path.resolve())
    except OSError as error:
        raise PersonError("%(file)s cannot be written: %(why)s.", file=path, why=error.strerror or error) from error
    finally:
        half.unlink(missing_ok=True)
    return removed


def _ids(tx: Transaction, sought: Sequence[Needle]) -> set[str]:
    """Return all ids of the person: one may lead to the other system's."""
    known: set[str] = set()
    while found := tx.traces.ids([*sought, *(needle(one) for one in sorted(known))]) - known:
        known |= found
    return known


def _holds(content: bytes, needles: Sequence[Needle]) -> bool:
    if is_zipfile(io.BytesIO(content)):
        with ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig", "replace"), newline=""))
    return any(one.within(row) for row in rows for one in needles)


def _encoding(path: Path) -> str:
    """Return an encoding in which a file is read and written back without losing a byte."""
    try:
        with path.open("rb") as raw:
            if raw.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
                return "utf-16"
        with path.open(encoding="utf-8") as text:
            for _ in text:
                pass
    except UnicodeDecodeError:
        return "latin-1"
    except OSError as error:
        raise PersonError("%(file)s cannot be opened: %(why)s.", file=path, why=error.strerror or error) from error
    return "utf-8"


def _records(lines: IO[str]) -> Iterator[str]:
    """Yield the rows of a CSV file as they are written, line breaks in quotes included."""
    row = ""
    for line in lines:
        row += line
        if row.count('"') % 2 == 0:
            yield row
            row = ""
    if row:
        yield row
