"""Vendors that hang, limit or turn us away: rows 21 to 23 and 26."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import requests

from bot.sandbox.company import Company
from bot.sandbox.faults import Fault
from tests import dotenv
from tests.bot_at_work import BotAtWork
from tests.command import Sfsync
from tests.failures.scenes import channel, digests, subscribe
from tests.reliability.processes import until
from tests.scenario.steps import (
    all_touched,
    ask,
    begun,
    finished,
    hubspot_batches,
    later,
    prove,
    salesforce_batches,
    started,
    tell_of_lead,
    words,
)

LOGIN = "/services/oauth2/token"


def logins(bot: BotAtWork) -> int:
    """How often Salesforce was asked for a session."""
    return sum(call.path == LOGIN for call in bot.company.salesforce_calls)


def test_r21_salesforce_that_hangs_is_left_alone_after_seconds_and_holds_nothing_up(bot: BotAtWork) -> None:
    tell_of_lead(bot, "HANGING")
    before = salesforce_batches(bot)
    # For longer than this test may take: who waits for it never gets there.
    bot.company.faults.add(Fault("slow", path="/services/data/v66.0/composite", times=1, seconds=100))
    live = begun(bot, "HANGING")
    assert "open errors" in ask(bot, "errors").text
    bot.until(lambda: all_touched(live), 60)
    assert salesforce_batches(bot) == before + 1


def test_r21_session_that_expired_costs_one_login_and_no_attempt(bot: BotAtWork) -> None:
    tell_of_lead(bot, "EXPIRED")
    before = logins(bot)
    bot.company.faults.add(Fault("expired_session", path="/services/data", times=1))
    live = begun(bot, "EXPIRED")
    bot.until(lambda: all_touched(live))
    assert not bot.company.faults.active()
    assert logins(bot) == before + 1


def test_r22_used_up_limit_of_salesforce_is_waited_for_without_another_login(bot: BotAtWork) -> None:
    tell_of_lead(bot, "USED_UP")
    org, before = bot.company.world.org, logins(bot)
    allowed, org.daily_calls = org.daily_calls, 0
    try:
        live = begun(bot, "USED_UP")
        bot.until(lambda: "Waiting: Salesforce takes no more API calls for now. Nothing is lost" in words(live))
        tried = salesforce_batches(bot)
        later(bot, timedelta(seconds=61))
        bot.until(lambda: salesforce_batches(bot) > tried)
    finally:
        org.daily_calls = allowed
    assert not finished(live)
    later(bot, timedelta(seconds=61))
    bot.until(lambda: all_touched(live))
    assert logins(bot) == before
    assert "1 API call was made" in words(live)
    assert "Waiting" not in words(live)


def test_r22_limit_that_is_used_up_before_the_proof_only_delays_it(bot: BotAtWork) -> None:
    live = started(bot, "string_too_long")
    org = bot.company.world.org
    allowed, org.daily_calls = org.daily_calls, 0
    try:
        later(bot, timedelta(seconds=601))
        bot.until(lambda: "Waiting: Salesforce takes no more" in words(live))
        assert not finished(live)
    finally:
        org.daily_calls = allowed
    prove(bot, live)


def test_r23_ten_secondly_limit_of_hubspot_is_given_its_full_ten_seconds(bot: BotAtWork) -> None:
    before = hubspot_batches(bot)
    bot.company.faults.add(Fault("rate_limit", path="/crm/objects", times=1))
    live = begun(bot, "duplicates")
    bot.until(lambda: hubspot_batches(bot) == before + 1)
    later(bot, timedelta(seconds=3))
    bot.company.workspace.wait(lambda: False, 2.0)
    assert hubspot_batches(bot) == before + 1
    assert "Waiting" not in words(live)
    later(bot, timedelta(seconds=10))
    bot.until(lambda: all_touched(live))
    assert hubspot_batches(bot) > before + 1


def test_r23_search_limit_of_hubspot_is_waited_for_and_the_proof_read(bot: BotAtWork) -> None:
    tell_of_lead(bot, "SEARCHED")
    live = begun(bot, "SEARCHED")
    bot.until(lambda: all_touched(live))
    portal = bot.company.world.portal
    allowed, portal.searches_per_second = portal.searches_per_second, 0
    try:
        later(bot, timedelta(seconds=601))
        bot.until(lambda: any(call.status == 429 for call in bot.company.hubspot_calls))
    finally:
        portal.searches_per_second = allowed
    later(bot, timedelta(seconds=2))
    bot.until(lambda: finished(live))


ROTATED = ("slack_bot_token", "hubspot_access_token")


@contextmanager
def bot_in_a_process(folder: Path, company: Company) -> Iterator[tuple[Sfsync, list[str]]]:
    """Start `sfsync run` with tokens from its `.env` file; yield the command, and the lines of its log so far."""
    company.sync.run()
    given = {name.upper(): str(value) for name, value in company.settings().items() if value and name not in ROTATED}
    sfsync = Sfsync(folder, {**given, "PORT": "0", "SFSYNC_API_TOKEN": "from-the-environment"})
    with sfsync.start("run") as process:
        lines: list[str] = []

        def follow() -> None:
            for line in process.stderr or ():
                lines.append(line)  # noqa: PERF402 - one by one, as they come

        Thread(target=follow, daemon=True).start()
        try:
            ready = until(lambda: [line for line in list(lines) if '"ready"' in line])
            company.workspace.request_url = json.loads(ready[0])["address"]
            yield sfsync, lines
        finally:
            process.terminate()
            process.wait(30)


def test_r26_tokens_rotated_and_revoked_outside_any_request_need_no_restart(tmp_path: Path) -> None:
    with Company(pace=0) as company:
        values = {name: company.settings()[name] for name in ROTATED}
        dotenv.put(tmp_path, dotenv.written(values))
        with bot_in_a_process(tmp_path, company) as (sfsync, lines):
            door = company.workspace.request_url.replace("/slack/events", "/readyz")
            until(lambda: _json(door)["slack"] == "ok")
            assert company.workspace.revoke_token().ok
            assert "the bot token was revoked" in _json(door)["slack"]
            values = {"slack_bot_token": company.workspace.reinstall(), "hubspot_access_token": "pat-eu1-another-one"}
            dotenv.put(tmp_path, dotenv.written({**values, "sfsync_api_token": "outranked", "sfsync_proof_after": 5}))
            until(lambda: _json(door)["slack"] == "ok")
            said = [json.loads(line) for line in list(lines) if line.startswith("{")]
            took = next(line for line in said if line["event"] == "settings took effect")
            assert took["variables"] == ["HUBSPOT_ACCESS_TOKEN", "SLACK_BOT_TOKEN"]
            until(lambda: any("need a restart" in line and "SFSYNC_PROOF_AFTER" in line for line in list(lines)))
            found = {each["check"]: each for each in sfsync("doctor", "--json").json["findings"]}
            assert found["Slack token"]["ok"]
            assert not found["HubSpot key"]["ok"]
            secrets = [*values.values(), "outranked", "from-the-environment"]
            assert not [one for one in secrets if one in "".join(lines)]


def _json(address: str) -> dict[str, str]:
    answer: dict[str, str] = requests.get(address, timeout=10).json()
    return answer


@pytest.mark.parametrize("code", ["token_revoked", "invalid_auth", "account_inactive"])
def test_r26_digest_waits_while_slack_refuses_the_token_and_comes_once(bot: BotAtWork, code: str) -> None:
    where = channel(bot, f"R26{code[:5].upper().replace('_', 'X')}")
    subscribe(bot, where)
    bot.company.workspace.fail("chat.postMessage", code, times=2)
    later(bot, timedelta(minutes=2, seconds=1))
    bot.until(lambda: len(bot.company.workspace.faults) == 0 or bot.company.workspace.faults[0].times == 1)
    assert not digests(bot, where)
    for _ in range(3):
        later(bot, timedelta(seconds=61))
        bot.company.workspace.wait(lambda: digests(bot, where), 3.0)
    assert len(digests(bot, where)) == 1
    ask(bot, "notify off", channel=where)
