"""Errors that a company logs in Salesforce: read every ten minutes, each counted once, gone with what they told.

One bot on SQLite for all: what is particular to a database is that of every job and every record.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from random import Random

import pytest

from bot.model.log_object import log_object
from bot.model.sync import Selection, Source, Status, SyncError
from bot.sandbox.crm.breakage import break_record
from bot.sandbox.crm.records import Pair, SalesforceRecord
from bot.sandbox.crm.repairs import mend
from bot.sandbox.crm.sync_log import LOG, delete
from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import OTTO
from bot.sources.salesforce_log import read
from bot.usecases.checkup import Finding, check_log
from bot.usecases.salesforce_log import EVERY, THE_LOG, WORKFLOW
from tests.bot_at_work import BotAtWork, bot_at_work
from tests.scenario.steps import ask, words

ANY = (Status.OPEN, Status.RESYNCING, Status.RESOLVED, Status.IGNORED)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotAtWork]:
    with bot_at_work(tmp_path_factory.mktemp("bot"), salesforce_log_object=LOG) as started:
        started.company.world.clock = started.clock.now
        started.until(lambda: heard(started))
        settled(started)
        yield started


@pytest.fixture
def bot(shared: BotAtWork) -> Iterator[BotAtWork]:
    yield shared
    shared.company.faults.clear()


def heard(bot: BotAtWork) -> object:
    with bot.at.storage.read() as tx:
        return tx.runs.latest().get(Source.SALESFORCE_LOG)


def settled(bot: BotAtWork) -> None:
    def done() -> bool:
        with bot.at.storage.read() as tx:
            return tx.jobs.done(WORKFLOW, THE_LOG)

    bot.until(done)


def queries(bot: BotAtWork) -> int:
    return sum("/query" in call.path for call in bot.company.salesforce_calls)


def poll(bot: BotAtWork) -> int:
    """Have ten minutes go by; answer how many calls that took."""
    before = queries(bot)
    bot.later(timedelta(seconds=EVERY))
    bot.service.timers.wake("Salesforce log")
    bot.until(lambda: queries(bot) > before)
    settled(bot)
    return queries(bot) - before


def stored(bot: BotAtWork, statuses: tuple[Status, ...] = (Status.OPEN,)) -> list[SyncError]:
    with bot.at.storage.read() as tx:
        return tx.errors.find(Selection(), 10_000, statuses)


def of(bot: BotAtWork, pair: Pair) -> list[SyncError]:
    assert pair.hubspot
    return [error for error in stored(bot, ANY) if error.hubspot_id == pair.hubspot.id]


def row_of(bot: BotAtWork, pair: Pair) -> SalesforceRecord:
    (row,) = bot.company.world.log_rows[pair.key].values()
    return row


def broken(bot: BotAtWork, error_type: str = "invalid_email") -> Pair:
    """Break a record, and have HubSpot meet it."""
    pair = break_record(bot.company.world, error_type, Random(bot.company.world.tick))
    bot.company.sync.run()
    return pair


@contextmanager
def without_field(bot: BotAtWork, name: str) -> Iterator[None]:
    fields = bot.company.world.org.objects[LOG].fields
    taken = fields.pop(name)
    yield
    fields[name] = taken


def checked(bot: BotAtWork, **given: str) -> Finding:
    """Do what `sfsync doctor` does."""
    log = log_object(given.get("name", LOG), {}, given.get("where", ""))
    return check_log(log, partial(read, bot.service.salesforce, log), bot.clock.now())


def test_first_look_finds_what_fails_and_the_cards_tell_the_source(bot: BotAtWork) -> None:
    lines = {(e.hubspot_id, e.salesforce_id, e.code, e.message) for e in bot.company.sync.errors()}
    found = {(e.hubspot_id, e.salesforce_id, e.code, e.message) for e in stored(bot)}
    assert found == lines
    assert {error.source for error in stored(bot)} == {Source.SALESFORCE_LOG}
    assert "Salesforce log object: last update <!date^" in words(ask(bot, "errors"))
    assert "Salesforce-Protokollobjekt: " in words(ask(bot, "errors", OTTO))


def test_one_call_where_nothing_is_new_and_nothing_counts_twice(bot: BotAtWork) -> None:
    pair = broken(bot)
    assert poll(bot) == 1
    before, seen = stored(bot, ANY), heard(bot)
    assert poll(bot) == 1
    assert stored(bot, ANY) == before
    assert heard(bot) != seen
    assert [error.occurrences for error in of(bot, pair)] == [1]


def test_what_the_export_tells_too_is_the_same_error(bot: BotAtWork) -> None:
    ids = {error.id for error in stored(bot, ANY)}
    bot.import_errors()
    assert {error.id for error in stored(bot, ANY)} == ids
    counted = {error.id: error.occurrences for error in stored(bot, ANY)}
    poll(bot)
    assert {error.id: error.occurrences for error in stored(bot, ANY)} == counted


def test_an_error_that_is_mended_and_met_again_is_resolved_and_open_again(bot: BotAtWork) -> None:
    pair = broken(bot)
    poll(bot)
    (error,) = of(bot, pair)
    assert error.status is Status.OPEN
    mend(bot.company.world, "invalid_email", pair)
    bot.company.sync.run()
    assert poll(bot) == 1
    assert [(each.id, each.status) for each in of(bot, pair)] == [(error.id, Status.RESOLVED)]
    assert pair.hubspot
    bot.company.world.write_hubspot(pair.hubspot, {"email": "nobody@@example"})
    bot.company.sync.run()
    poll(bot)
    again = [each for each in of(bot, pair) if each.status is Status.OPEN]
    assert len(again) == 1


def test_a_deleted_row_takes_its_report_back_but_not_a_newer_one(bot: BotAtWork) -> None:
    alone, told_again = broken(bot), broken(bot)
    poll(bot)
    bot.clock.ahead += timedelta(seconds=5)
    world = bot.company.world
    newer = world.add_salesforce(LOG, row_of(bot, told_again).fields | {"Seen_At__c": world.now().isoformat()})
    for pair in (alone, told_again):
        delete(world, row_of(bot, pair))
    assert poll(bot) == 1
    assert [each.status for each in of(bot, alone)] == [Status.RESOLVED]
    assert [each.status for each in of(bot, told_again)] == [Status.OPEN]
    delete(world, newer)
    poll(bot)
    assert [each.status for each in of(bot, told_again)] == [Status.RESOLVED]


def test_an_error_that_a_resync_has_in_hand_is_resolved_too(bot: BotAtWork) -> None:
    pair = broken(bot)
    poll(bot)
    (error,) = of(bot, pair)
    delete(bot.company.world, row_of(bot, pair))
    with bot.at.storage.write() as tx:
        tx.errors.resyncing([error.id], bot.clock.now())
    poll(bot)
    assert [each.status for each in of(bot, pair)] == [Status.RESOLVED]


def test_thousands_of_rows_come_page_by_page(bot: BotAtWork) -> None:
    world = bot.company.world
    rows = [
        world.add_salesforce(
            LOG,
            {
                "Object__c": "Contact",
                "HubSpot_Id__c": str(770_000_000 + number),
                "Code__c": "STRING_TOO_LONG",
                "Message__c": "Title: data value too large" if number % 100 else "",
                "Seen_At__c": world.now().isoformat(),
                "Resolved__c": False,
            },
        )
        for number in range(4_100)
    ]
    rows[0].fields["HubSpot_Id__c"] = "none"
    bot.clock.ahead += timedelta(
        minutes=1
    )  # so that the next look begins after what the overlap of the one behind it has
    before = len(stored(bot))
    assert poll(bot) == 3
    assert len(stored(bot)) == before + 4_099
    assert poll(bot) == 1
    assert len(stored(bot)) == before + 4_099
    assert "1 of them tell no error: the first 'none' is no HubSpot record id" in checked(bot).seen
    for row in rows:
        delete(world, row)
    poll(bot)
    assert len(stored(bot)) == before


def test_a_field_that_is_missing_is_told_and_costs_one_call_each_time(bot: BotAtWork) -> None:
    seen = heard(bot)
    with without_field(bot, "Code__c"):
        pair = broken(bot)
        assert poll(bot) == 1
        assert (heard(bot), of(bot, pair)) == (seen, [])
        finding = checked(bot)
    assert (finding.check, finding.ok) == (f"Salesforce {LOG}", False)
    assert finding.seen == "Salesforce: Rejected (INVALID_FIELD): Code__c"
    assert "SALESFORCE_LOG_FIELDS" in finding.mend
    poll(bot)
    assert len(of(bot, pair)) == 1
    assert checked(bot).ok


def test_doctor_tells_a_wrong_object_and_a_wrong_condition_apart(bot: BotAtWork) -> None:
    assert "SALESFORCE_LOG_OBJECT" in checked(bot, name="LogEntry__c").mend
    assert "SALESFORCE_LOG_WHERE" in checked(bot, where="Code__c LIKE 'A%'").mend
    assert (
        checked(bot, where="Code__c = 'NO_SUCH' OR Object__c = 'Nothing'").seen
        == "can be read, 0 rows of the last 24 hours"
    )
    bot.company.faults.add(Fault("server_error", "/services/data/v66.0/queryAll"))
    assert "status page" in checked(bot).mend


def test_used_up_calls_are_waited_for_and_nothing_is_lost(bot: BotAtWork) -> None:
    org = bot.company.world.org
    pair = broken(bot)
    allowed, org.daily_calls = org.daily_calls, 0
    try:
        assert poll(bot) == 1
        assert of(bot, pair) == []
    finally:
        org.daily_calls = allowed
    assert poll(bot) == 1
    assert len(of(bot, pair)) == 1
