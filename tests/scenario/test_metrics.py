"""What `/metrics` shows of requests, of calls to vendors, and of what is stored, read as Prometheus reads it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from bot.model.catalog import CATEGORIES
from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import OTTO, VERA
from tests.bot_at_work import API_TOKEN, BotAtWork
from tests.databases import Books, books
from tests.scenario.steps import ask, later, open_errors, post, press


@pytest.fixture
def stored(bot: BotAtWork) -> Iterator[Books]:
    with books(bot.at.settings.database_url) as opened:
        yield opened


Sample = tuple[str, frozenset[tuple[str, str]]]


class Scrape(dict[Sample, float]):
    """The samples of one look."""

    def value(self, name: str, /, **labels: str) -> float:
        return self[f"sfsync_{name}", frozenset(labels.items())]

    def total(self, name: str, /, **labels: str) -> float:
        """Add up all samples with these labels among others."""
        return sum(
            value
            for (known, found), value in self.items()
            if known == f"sfsync_{name}" and labels.items() <= dict(found).items()
        )

    def labels(self, name: str, label: str) -> set[str]:
        return {dict(found)[label] for known, found in self if known == f"sfsync_{name}"}


def scrape(bot: BotAtWork) -> Scrape:
    answer = requests.get(f"{bot.address}/metrics", timeout=30)
    assert answer.status_code == 200
    families = list(text_string_to_metric_families(answer.text))
    assert all(family.documentation for family in families)
    return Scrape(
        {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}
    )


@contextmanager
def counting(bot: BotAtWork, expected: Mapping[tuple[str, str, str], int]) -> Iterator[None]:
    """Check how many requests of each entry, name and outcome happen in this block."""
    before = scrape(bot)
    yield
    after = scrape(bot)
    for entry, name, outcome in expected:
        labels = {"entry": entry, "name": name, "outcome": outcome}
        grown = after.total("requests_total", **labels) - before.total("requests_total", **labels)
        assert grown == expected[entry, name, outcome], labels
    requests_seen = sum(expected.values())
    assert after.total("requests_total") - before.total("requests_total") == requests_seen
    assert after.total("request_seconds_count") - before.total("request_seconds_count") == requests_seen


def test_requests_are_counted_by_entry_and_by_what_became_of_them(bot: BotAtWork) -> None:
    with counting(
        bot,
        {
            ("command", "errors", "ok"): 2,
            ("command", "resync", "mistake"): 1,
            ("command", "other", "ok"): 1,
            ("action", "details.v1", "ok"): 1,
            ("action", "resync.v1", "mistake"): 1,
        },
    ):
        card = ask(bot, "errors")
        ask(bot, "Fehler", OTTO)
        ask(bot, "resync duplicates", VERA)
        ask(bot, "blahblah")
        press(bot, card, "details.v1", "Duplicates")
        press(bot, card, "resync.v1", "Duplicates", VERA)


def test_pushes_are_counted_by_what_became_of_them(bot: BotAtWork) -> None:
    right = {"Authorization": f"Bearer {API_TOKEN}"}
    row = {"object": "contact", "hubspot_id": "7", "code": "UNABLE_TO_LOCK_ROW"}
    with counting(bot, {("push", "errors", "ok"): 1, ("push", "errors", "mistake"): 2}):
        assert post(bot, "/api/v1/errors", json=[row], headers=right).status_code == 200
        assert post(bot, "/api/v1/errors", json=[row]).status_code == 401
        assert post(bot, "/api/v1/errors", data=b"{", headers=right).status_code == 400


def test_a_listener_that_fails_is_counted_as_failed(bot: BotAtWork, stored: Books) -> None:
    with counting(bot, {("command", "usage", "failed"): 1}):
        stored.change("INSERT INTO note VALUES ('allocated_to_hubspot', 'x', '2026-01-01 00:00:00', '')")
        assert "error" in ask(bot, "usage").text
        stored.change("DELETE FROM note WHERE name = 'allocated_to_hubspot'")


def test_calls_to_vendors_are_counted_and_timed_by_outcome(bot: BotAtWork) -> None:
    before = scrape(bot)
    bot.company.faults.add(Fault("server_error", path="/crm/objects", status=502))
    ask(bot, "resync picklists", OTTO)
    failed = {"vendor": "HubSpot", "outcome": "Unavailable"}
    name = "vendor_call_seconds"
    bot.until(lambda: scrape(bot).total(f"{name}_count", **failed) > before.total(f"{name}_count", **failed))
    bot.company.faults.clear()
    after = scrape(bot)
    assert after.total(f"{name}_sum", **failed) > before.total(f"{name}_sum", **failed)
    assert after.total(f"{name}_count", vendor="Slack", outcome="ok") > 0
    assert after.labels(f"{name}_count", "vendor") == {"Slack", "Salesforce", "HubSpot"}


def test_open_errors_are_shown_for_every_category(bot: BotAtWork, stored: Books) -> None:
    shown = scrape(bot)
    assert shown.labels("errors_open", "category") == set(CATEGORIES)
    for category in CATEGORIES:
        count = (
            "SELECT count(*) FROM error JOIN error_group g ON g.id = group_id"
            " WHERE status IN ('open', 'resyncing') AND category = :category"
        )
        assert shown.value("errors_open", category=category) == stored.number(count, category=category)
    assert shown.total("errors_open") > len(open_errors(bot)) / 2


def test_depth_and_age_of_the_queue_and_what_was_given_up_are_shown(bot: BotAtWork, stored: Books) -> None:
    before = scrape(bot)
    while before.total("jobs_due"):
        before = scrape(bot)
    assert {"import", "resync", "prove", "report", "deliver", "export"} <= before.labels("jobs_due", "kind")
    assert before.value("jobs_oldest_due_age_seconds") == 0
    # Nobody takes a job of a later version's kind.
    an_hour_ago = bot.clock.now() - timedelta(hours=1)
    columns = "INSERT INTO job (kind, subject, attempt, due_at, done, failures, last_error)"
    for subject, done, error in ((1, False, ""), (2, False, ""), (3, True, "ValueError")):
        stored.change(
            f"{columns} VALUES ('later', :subject, 1, :due, :done, 0, :error)",
            subject=subject,
            due=an_hour_ago,
            done=done,
            error=error,
        )
    shown = scrape(bot)
    stored.change("DELETE FROM job WHERE kind = 'later'")
    assert shown.value("jobs_due", kind="later") == 2
    assert 3600 <= shown.value("jobs_oldest_due_age_seconds") < 4200
    assert shown.value("jobs_given_up") == before.value("jobs_given_up") + 1


def test_digests_that_cannot_be_posted_are_due_then_late_then_posted(bot: BotAtWork) -> None:
    ask(bot, "notify daily 09:00", OTTO)
    assert scrape(bot).value("deliveries_due") == 0
    bot.company.workspace.fail("chat.postMessage", "service_unavailable", times=1000, status=503)
    later(bot, timedelta(days=1))
    bot.until(lambda: scrape(bot).value("deliveries_due") == 1)
    later(bot, timedelta(minutes=6))
    assert scrape(bot).value("deliveries_late") == 1
    bot.company.workspace.faults.clear()
    later(bot, timedelta(minutes=20))
    bot.until(lambda: scrape(bot).value("deliveries_due") == 0)
    assert scrape(bot).value("deliveries_late") == 0


def test_a_channel_that_is_closed_to_us_is_shown_as_paused(bot: BotAtWork) -> None:
    ask(bot, "notify daily 09:00", OTTO)
    assert scrape(bot).value("subscriptions_paused") == 0
    bot.company.workspace.fail("chat.postMessage", "is_archived", times=1)
    later(bot, timedelta(days=1))
    bot.until(lambda: scrape(bot).value("subscriptions_paused") == 1)
    ask(bot, "notify off", OTTO)


def test_this_process_is_alive_among_the_executors(bot: BotAtWork) -> None:
    bot.until(lambda: scrape(bot).value("executors_alive") == 1)


def test_the_age_of_the_connection_to_slack_is_shown_where_there_is_one(bot: BotAtWork) -> None:
    shown = scrape(bot)
    if bot.service.door is None:
        assert ("sfsync_slack_connection_age_seconds", frozenset()) not in shown
    else:
        assert shown.value("slack_connection_age_seconds") > 0
