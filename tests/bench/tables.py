"""Import and export of 20,000 errors, against what Python and SQLite do with the same rows; more to look at."""

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.clock import SystemClock
from bot.model.catalog import CATEGORIES, TYPES
from bot.model.links import Links
from bot.model.sync import ReportedError, Selection, Source
from bot.sources.export_file import read
from bot.store.database import Database
from bot.store.migrate import make_current
from bot.store.storage import SqlStorage
from bot.usecases import ingest
from bot.usecases.export import write_csv
from tests.bench.measuring import Compared, compare, seconds

ROWS = 20_000

_HEADER = ("Object", "HubSpot Record ID", "Salesforce ID", "Record Name", "Error Code", "Error Message", "Fields")
_TITLES = (*_HEADER, "Direction", "First Detected", "Last Detected")
_REASONS = (
    ("STRING_TOO_LONG", "Billing City: data value too large: {name} of a long street (max length=40)", "BillingCity"),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "A discount above {n} percent needs an approval.", "Discount__c"),
    ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: {sf}", ""),
    ("DUPLICATE_VALUE", "duplicate value found: Customer_Number__c duplicates value on record with id: {sf}", ""),
    ("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", "LastName"),
    ("INVALID_EMAIL_ADDRESS", "Email: invalid email address: {name}@@example.com", "Email"),
)
_SELECT = (
    "SELECT e.id, category, error_type, object, hubspot_id, salesforce_id, record, code, e.message, fields, resync,"
    " status, e.first_seen, e.last_seen, occurrences, source, affected, direction, e.group_id"
    " FROM error e JOIN error_group g ON g.id = e.group_id WHERE status != 'resolved' ORDER BY e.id"
)


def make_file(folder: Path, rows: int = ROWS) -> Path:
    """Write an export file with that many different errors."""
    file = folder / "errors.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_TITLES)
        for n in range(rows):
            code, message, fields = _REASONS[n % len(_REASONS)]
            kind, prefix = (("Contact", "003"), ("Company", "001"), ("Deal", "006"))[n % 3]
            salesforce, name = f"{prefix}7Q{n:010d}AAA", f"Person {n}"
            seen = datetime(2026, 11, 1 + n % 20, n % 24, n % 60, tzinfo=UTC).isoformat()
            text = message.format(name=name, n=n % 90, sf=salesforce)
            names = (kind, 70_000_000_000 + n, salesforce, name, code, text, fields)
            writer.writerow([*names, "HubSpot to Salesforce", seen, seen])
    return file


def compare_import(folder: Path, rounds: int) -> Compared:
    """Measure reading and recording against executemany of the same rows into a table with two indexes."""
    file = make_file(folder)
    return compare(
        f"import of {ROWS:,} rows",
        lambda: _import(file),
        "csv + executemany",
        lambda: _raw_import(file),
        rounds,
    )


def compare_export(folder: Path, rounds: int) -> Compared:
    """Measure our export against csv over one SELECT of the same columns."""
    database = filled(folder, make_file(folder))
    storage, out = SqlStorage(database), folder / "out.csv"

    def ours() -> float:
        with out.open("w", encoding="utf-8", newline="") as stream:
            return seconds(lambda: write_csv(storage, Selection(), Links(), stream))

    def raw() -> float:
        with closing(sqlite3.connect(database.file)) as connection, out.open("w", encoding="utf-8", newline="") as to:
            return seconds(lambda: csv.writer(to).writerows(connection.execute(_SELECT)))

    try:
        return compare(f"export of {ROWS:,} rows", ours, "csv + SELECT", raw, rounds)
    finally:
        database.close()


def fill(database: Database, rows: int) -> None:
    """Put errors of all categories into an empty database."""
    make_current(database)
    storage, now = SqlStorage(database), datetime.now(UTC)
    reasons = [ingest.understand(_reported(n, now)) for n in range(len(_REASONS))]
    types = [next(one for one in TYPES.values() if one.category == category) for category in CATEGORIES]
    with storage.write() as tx:
        run = tx.runs.start(Source.HUBSPOT_EXPORT, "bench.csv", complete=True, now=now)
    errors = (
        replace(
            reasons[n % len(reasons)],
            reported=_reported(n, now),
            error_type=types[n % len(types)].slug,
            category=types[n % len(types)].category,
        )
        for n in range(rows)
    )
    while some := list(islice(errors, 10 * ingest.CHUNK)):
        with storage.write() as tx:
            tx.errors.record(some, run, now)
    with storage.write() as tx:
        tx.runs.finish(run, resolved=0, now=now)


def _reported(n: int, now: datetime) -> ReportedError:
    code, message, fields = _REASONS[n % len(_REASONS)]
    kind, prefix = (("contact", "003"), ("company", "001"), ("deal", "006"))[n % 3]
    salesforce, name = f"{prefix}7Q{n:010d}AAA", f"Person {n}"
    return ReportedError(
        object=kind,
        hubspot_id=str(70_000_000_000 + n),
        salesforce_id=salesforce,
        record=name,
        code=code,
        message=message.format(name=name, n=n % 90, sf=salesforce),
        fields=(fields,) if fields else (),
        seen_at=now - timedelta(hours=n % 500),
    )


def filled(folder: Path, file: Path) -> Database:
    """Return a database in `folder` with the errors of a file."""
    database = Database(f"sqlite:///{folder / 'sfsync.db'}")
    make_current(database)
    _record(SqlStorage(database), file)
    return database


def _import(file: Path) -> float:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'sfsync.db'}")
        make_current(database)
        try:
            return seconds(lambda: _record(SqlStorage(database), file))
        finally:
            database.close()


def _record(storage: SqlStorage, file: Path) -> None:
    """Do what `sfsync import` has done, except for its progress and the engine in between."""
    clock = SystemClock()
    with file.open("rb") as stream:
        run = ingest.read_in(storage, clock, read(stream, file.name), file.name, complete=True)
    ingest.confirm(storage, run, yes=True)
    ingest.start(storage, clock, run)
    for number in ingest.remaining(storage, run):
        ingest.record_chunk(storage, clock, run, number)
    ingest.finish(storage, clock, run)
    recorded = ingest.result(storage, run).new
    if recorded != ROWS:
        raise AssertionError(f"{recorded:,} errors were recorded")


def _raw_import(file: Path) -> float:
    with TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "raw.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        columns = [f"c{number}" for number in range(len(_TITLES))]
        connection.execute(f"CREATE TABLE error (id INTEGER PRIMARY KEY, {', '.join(columns)})")
        connection.execute("CREATE UNIQUE INDEX one ON error (c0, c1, c4)")
        connection.execute("CREATE INDEX two ON error (c2)")
        places = ", ".join("?" for _ in columns)

        def fill() -> None:
            with file.open(encoding="utf-8", newline="") as stream, connection:
                rows = csv.reader(stream)
                next(rows)
                connection.executemany(f"INSERT INTO error ({', '.join(columns)}) VALUES ({places})", rows)

        return seconds(fill)
