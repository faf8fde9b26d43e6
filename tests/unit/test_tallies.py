"""The figures that are kept are those that counting would find, whatever was done to the errors."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.model.sync import ReportedError, Selection, Source, Status, SyncError
from bot.store import migrate as migrations
from bot.store import tallies
from bot.store.database import Database
from bot.store.storage import SqlStorage
from bot.usecases.ingest import understand

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = timedelta(hours=24)
CODES = ("STRING_TOO_LONG", "UNABLE_TO_LOCK_ROW", "DUPLICATES_DETECTED", "ENTITY_IS_DELETED")
SALESFORCE_IDS = ("00300000003T2PGAA0", "00300000003T2PHAA0", "00300000003T2PIAA0")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    migrations.migrate(opened)
    yield opened
    opened.close()


def some_error(random: Random, now: datetime) -> ReportedError:
    number = random.randrange(6)
    reported = ReportedError(
        random.choice(("contact", "deal")),
        hubspot_id=str(100 + number),
        salesforce_id=SALESFORCE_IDS[number] if number < len(SALESFORCE_IDS) else "",
        code=random.choice(CODES),
        message=random.choice(("", "data value too large")),
        label=random.choice(("", "", "Salesforce duplicate rule")),
        status=random.choice((Status.OPEN, Status.OPEN, Status.IGNORED)),
        first_seen=now - random.choice((0, 1, 23, 24, 25, 50)) * timedelta(minutes=61),
    )
    match random.randrange(5):
        case 0 if reported.salesforce_id:
            return replace(reported, hubspot_id="")
        case 1:
            return replace(reported, hubspot_id="", salesforce_id="", affected=random.randrange(1, 50))
        case 2:
            return replace(reported, salesforce_id="")
    return reported


def do_something(storage: SqlStorage, random: Random, run: int, now: datetime) -> None:
    with storage.write() as tx:
        ids = [error.id for error in tx.errors.find(Selection(), 1000)]
        some = random.sample(ids, min(len(ids), random.randrange(4)))
        match random.randrange(6):
            case 0:
                tx.errors.set_status(some, random.choice(tuple(Status)), now)
            case 1:
                tx.errors.resyncing(some, now)
            case 2:
                tx.errors.resolve_unseen(Source.HUBSPOT_EXPORT, random.choice((None, SCOPE)), run - 1, now)
            case _:
                rows = [understand(some_error(random, now)) for _ in range(random.randrange(1, 6))]
                tx.errors.record(rows, run, now)


SCOPE = frozenset({("contact", "duplicates"), ("deal", "property_values")})


def counted(errors: list[SyncError], keys: dict[int, str], since: datetime) -> tuple[object, ...]:
    """Count as one would by hand: what stands for several records weighs as many."""

    def records(some: list[SyncError]) -> int:
        weights: dict[tuple[str, str], int] = {}
        for error in some:
            record = (error.object, keys[error.id])
            weights[record] = max(weights.get(record, 0), error.affected)
        return sum(weights.values())

    cards = {}
    for category in {error.category for error in errors}:
        own = [error for error in errors if error.category == category]
        new = sum(error.affected for error in own if error.first_seen > since)
        cards[category] = (sum(error.affected for error in own), records(own), new)
    groups: dict[str, int] = {}
    for error in errors:
        groups[error.fingerprint] = groups.get(error.fingerprint, 0) + error.affected
    return (sum(error.affected for error in errors), records(errors)), cards, groups


def kept(storage: SqlStorage, since: datetime) -> tuple[object, ...]:
    with storage.read() as tx:
        cards = {card.category: (card.errors, card.records, card.new_24h) for card in tx.errors.cards(since)}
        groups = tx.errors.groups(Selection())
        open_ones = tx.errors.find(Selection(), 1000, tallies.OPEN)
        for group in groups:
            own = [error for error in open_ones if error.fingerprint == group.fingerprint]
            assert group.first_seen <= min(error.first_seen for error in own)
            assert group.last_seen >= max(error.last_seen for error in own)
        return tx.errors.total(), cards, {group.fingerprint: group.errors for group in groups}


def by_hand(database: Database, storage: SqlStorage, since: datetime) -> tuple[object, ...]:
    with database.read() as session:
        query = "SELECT id, record_key FROM error"
        keys = {row.id: row.record_key for row in session.connection().exec_driver_sql(query)}
    with storage.read() as tx:
        return counted(tx.errors.find(Selection(), 1000, tallies.OPEN), keys, since)


@pytest.mark.parametrize("seed", range(8))
def test_figures_are_what_counting_finds(database: Database, seed: int) -> None:
    random, storage, now = Random(seed), SqlStorage(database), NOW
    for run in range(1, 25):
        now += random.choice((0, 1, 30)) * timedelta(minutes=10)
        do_something(storage, random, run, now)
        since = now - DAY
        assert kept(storage, since) == by_hand(database, storage, since), f"step {run}"
    with database.write() as session:
        before = kept(storage, since)
        tallies.recount(session.connection(), now)
    assert kept(storage, since) == before
