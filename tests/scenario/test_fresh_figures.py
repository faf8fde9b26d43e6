"""Cards are counted once and kept in memory, and yet what they show is what was committed last, by whomever."""

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import event

from bot.sandbox.slack.state import ADA, OTTO, REVOPS, SYNC_ADMINS, VERA
from tests.bot_at_work import API_TOKEN, BotAtWork
from tests.scenario.conftest import Way
from tests.scenario.steps import ask, later, mend_all, open_errors, post, prove, started, words

_numbers = count(1)

RECORD = """
import sys
from bot.clock import SystemClock
from bot.model.sync import ReportedError, Source
from bot.store.database import Database
from bot.store.storage import SqlStorage
from bot.usecases import ingest

error = ReportedError("contact", sys.argv[2], code="STRING_TOO_LONG", message="too long")
with SqlStorage(Database(sys.argv[1])).write() as tx:
    ingest.arrive(tx, SystemClock().now(), [ingest.understand(error)], Source.PUSH, "push")
"""


@pytest.fixture(scope="module")
def shared_bot(way: Way) -> Iterator[BotAtWork]:
    with way.bot(sfsync_admins=SYNC_ADMINS, sfsync_operators=OTTO) as started:
        started.company.world.clock = started.clock.now
        started.import_errors()
        yield started


def shown(bot: BotAtWork, user: str = VERA) -> int:
    """The number of open errors that the cards show."""
    return _figure(words(ask(bot, "errors", user)), r"([\d,.]+) (?:open errors?|offener? Fehler)\b")


def new(bot: BotAtWork) -> int:
    """The number of errors that the cards call new; none is not mentioned."""
    return _figure(ask(bot, "errors", VERA).text, r"([\d,]+) new in 24 hours")


def _figure(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    return int(re.sub(r"\D", "", found[1])) if found else 0


def push(bot: BotAtWork) -> None:
    told = {"object": "contact", "hubspot_id": str(880_000 + next(_numbers)), "code": "INVALID_EMAIL_ADDRESS"}
    assert post(bot, "/api/v1/errors", json=[told], headers={"Authorization": f"Bearer {API_TOKEN}"}).json()["new"] == 1


@contextmanager
def counts(bot: BotAtWork) -> Iterator[list[str]]:
    """Yield the statements by which the figures of the cards are read, as the database gets them."""
    statements: list[str] = []

    def note(*arguments: object) -> None:
        if "FROM error_tally" in str(arguments[2]) and "ORDER BY" in str(arguments[2]):
            statements.append(str(arguments[2]))

    event.listen(bot.at.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(bot.at.database.engine, "before_cursor_execute", note)


def test_a_push_is_shown_at_once_each_time(bot: BotAtWork) -> None:
    before = shown(bot)
    for more in range(1, 6):
        push(bot)
        assert shown(bot) == before + more


def test_what_another_process_records_is_shown_at_once(bot: BotAtWork) -> None:
    before = shown(bot)
    for more in range(1, 4):
        number = str(990_000 + next(_numbers))
        subprocess.run([sys.executable, "-c", RECORD, bot.at.settings.database_url, number], check=True, timeout=60)
        assert shown(bot) == before + more


def test_what_a_resync_resolved_is_no_longer_shown(bot: BotAtWork) -> None:
    mend_all(bot, open_errors(bot, "string_too_long"))
    before = shown(bot)
    live = started(bot, "string_too_long")
    bot.company.sync.run()
    resolved = prove(bot, live).counts["Resolved"]
    assert resolved
    assert shown(bot) == before - resolved


def test_an_import_that_brings_nothing_new_is_told_as_the_last_update(bot: BotAtWork) -> None:
    before = words(ask(bot, "errors", VERA))
    later(bot, timedelta(seconds=10))
    bot.import_errors()
    assert _heard(words(ask(bot, "errors", VERA))) >= _heard(before) + 10


def _heard(text: str) -> int:
    return _figure(text, r"HubSpot export file: last update <!date\^(\d+)")


def test_cards_that_nothing_changes_are_counted_once_a_minute(bot: BotAtWork) -> None:
    push(bot)
    with counts(bot) as statements:
        first = words(ask(bot, "errors", VERA))
        assert words(ask(bot, "errors", VERA)) == first
        assert len(statements) == 1
        later(bot, timedelta(seconds=61))
        second = words(ask(bot, "errors", VERA))
        assert len(statements) > 1
    assert _as_of(second) >= _as_of(first) + 60


def _as_of(text: str) -> int:
    return _figure(text, r"As of <!date\^(\d+)")


def test_what_is_new_gets_old_though_nothing_changes(bot: BotAtWork) -> None:
    push(bot)
    assert new(bot)
    later(bot, timedelta(hours=25))
    assert new(bot) == 0


def test_a_clock_that_is_put_back_does_not_keep_old_figures(bot: BotAtWork) -> None:
    ahead = bot.clock.ahead
    later(bot, timedelta(hours=2))
    future = _as_of(words(ask(bot, "errors", VERA)))
    bot.clock.ahead = ahead
    assert _as_of(words(ask(bot, "errors", VERA))) < future


def test_twenty_who_ask_at_once_have_one_count(bot: BotAtWork) -> None:
    before = shown(bot)
    push(bot)
    with counts(bot) as statements, ThreadPoolExecutor(20) as people:
        answers = list(people.map(lambda user: shown(bot, user), [VERA, OTTO, ADA, VERA] * 5))
    assert set(answers) == {before + 1}
    # One for those who ask; the timer may do the other.
    assert len(statements) <= 2


def test_each_reads_the_same_cards_in_their_own_language(bot: BotAtWork) -> None:
    push(bot)
    assert "open errors" in words(ask(bot, "errors", VERA))
    assert "offene Fehler" in words(ask(bot, "errors", OTTO))
    assert "open errors" in words(ask(bot, "errors", VERA))


def test_who_leaves_the_admins_group_is_no_admin_once_this_process_knows(bot: BotAtWork) -> None:
    bot.until(lambda: "Your role: admin" in words(ask(bot, "help", ADA)))
    later(bot, timedelta(minutes=11))
    assert "Your role: admin" in words(ask(bot, "help", ADA))
    groups = bot.company.workspace.usergroups
    groups[SYNC_ADMINS].remove(ADA)
    try:
        bot.service.timers.wake(f"user groups {SYNC_ADMINS}")
        # Sooner than what is kept in memory would be read again by itself.
        bot.until(lambda: "Your role: viewer" in words(ask(bot, "help", ADA)), seconds=15)
    finally:
        groups[SYNC_ADMINS].append(ADA)


def test_what_another_process_learned_about_a_group_is_seen_half_a_minute_later(bot: BotAtWork) -> None:
    later(bot, timedelta(minutes=11))
    bot.service.timers.wake(f"user groups {SYNC_ADMINS}")
    bot.until(lambda: "Your role: admin" in words(ask(bot, "help", ADA)))
    with bot.at.storage.write() as tx:
        tx.people.remember_group(SYNC_ADMINS, [], bot.clock.now())
    later(bot, timedelta(seconds=31))
    assert "Your role: viewer" in words(ask(bot, "help", ADA, REVOPS))
