"""Tokens that are rotated, wrong or revoked, and an app that is uninstalled: work waits, and is done once."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import pytest
import requests
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.model.catalog import TYPES
from bot.sandbox.crm.mapping import TOKEN_PROPERTY
from bot.sandbox.slack.state import ADA, OTTO, REVOPS, VERA, Call
from tests import dotenv
from tests.bot_at_work import API_TOKEN, BotAtWork
from tests.command import Sfsync
from tests.failures.scenes import channel, digests, subscribe
from tests.scenario.conftest import Way
from tests.scenario.steps import (
    PROOF,
    all_touched,
    ask,
    begun,
    finished,
    hubspot_batches,
    later,
    mend_all,
    open_errors,
    post,
    press,
    resyncs,
    salesforce_batches,
    started,
    tell_of_lead,
    words,
)

LIVE = (
    *("slack_bot_token", "slack_app_token", "slack_signing_secret"),
    *("salesforce_client_id", "salesforce_client_secret", "hubspot_access_token"),
    *("sfsync_api_token", "sfsync_admins", "sfsync_operators"),
)

PATIENCE = 90.0
"""Seconds for what may have to wait for another attempt, which comes after a minute."""


@pytest.fixture(scope="module")
def shared_bot(way: Way) -> Iterator[BotAtWork]:
    with way.bot(in_env=LIVE) as started:
        started.company.world.clock = started.clock.now
        started.import_errors()
        yield started


@pytest.fixture
def bot(shared_bot: BotAtWork) -> BotAtWork:
    """A bot whose tokens are right, whatever the test before left."""
    company = shared_bot.company
    company.workspace.installed = True
    right = company.settings() | {"sfsync_api_token": API_TOKEN}
    shared_bot.put_into_env(**{name: right[name] for name in LIVE})
    shared_bot.until(lambda: all(in_force(shared_bot, name) == right[name] for name in LIVE))
    asked_slack(shared_bot)
    shared_bot.until(lambda: ready(shared_bot)["slack"] == "ok")
    # What waited for a token is done before the next test counts what is done.
    shared_bot.until(lambda: not shared_bot.at_work() and not due_now(shared_bot), PATIENCE)
    # Slack has told who she is before anything happens to the token.
    ask(shared_bot, "errors")
    return shared_bot


def due_now(bot: BotAtWork) -> int:
    """How many jobs wait to be looked at."""
    now = bot.clock.now()
    with bot.at.storage.read() as tx:
        return sum(tx.figures.read(now, late_before=now, alive_since=now).due.values())


def in_force(bot: BotAtWork, name: str) -> str:
    value = getattr(bot.service.live.settings, name)
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def ready(bot: BotAtWork) -> dict[str, str]:
    found: dict[str, str] = requests.get(f"{bot.address}/readyz", timeout=10).json()
    return found


def doctor(bot: BotAtWork) -> dict[str, dict[str, object]]:
    """Ask `sfsync doctor` in the folder where the bot runs; answer its findings by what was checked."""
    kept = {name: value for name, value in bot.company.settings().items() if name not in LIVE and value}
    given = {name.upper(): value for name, value in kept.items()} | {"DATABASE_URL": bot.at.settings.database_url}
    said = Sfsync(bot.folder, given)("doctor", "--json")
    return {found["check"]: found for found in said.json["findings"]}


def touches(bot: BotAtWork) -> Counter[str]:
    """How many of HubSpot's records were given each token, once for each time."""
    with bot.company.world.lock:
        return Counter(
            entry.value
            for records in bot.company.world.hubspot.values()
            for record in records.values()
            for entry in record.history[TOKEN_PROPERTY]
            if entry.value
        )


def due(bot: BotAtWork, days: int) -> None:
    """Let so many digests come due, and the bot look for due work each time, as it does every second."""
    for _ in range(days):
        later(bot, timedelta(days=1))
        pause(bot, 2.0)


def pause(bot: BotAtWork, seconds: float) -> None:
    """Let time pass in which nothing is expected to happen."""
    bot.company.workspace.wait(lambda: False, seconds)


def asked_slack(bot: BotAtWork) -> None:
    """Let the bot ask Slack who it is, as it does every minute."""
    before = len(bot.company.workspace.called("auth.test"))
    bot.service.timers.wake("Slack connection")
    bot.until(lambda: len(bot.company.workspace.called("auth.test")) > before)


def test_hubspot_key_rotated_in_the_middle_of_a_resync_loses_and_doubles_nothing(bot: BotAtWork) -> None:
    records = {(each.object_type, each.hubspot_id) for each in open_errors(bot, "mismatched_options")}
    before = touches(bot)
    key = bot.company.rotate_hubspot_key()
    live = begun(bot, "mismatched_options")
    bot.until(lambda: "Waiting: HubSpot does not accept our token. `sfsync doctor` tells what to do" in words(live))
    assert touches(bot) == before
    found = doctor(bot)["HubSpot key"]
    assert not found["ok"]
    assert "NotAuthenticated (INVALID_AUTHENTICATION)" in str(found["seen"])
    assert "HUBSPOT_ACCESS_TOKEN; a running sfsync takes what is new in .env by itself" in str(found["mend"])

    # Wrong once more, and then right.
    refused = hubspot_batches(bot)
    bot.put_into_env(hubspot_access_token="pat-eu1-still-wrong")
    bot.until(lambda: hubspot_batches(bot) > refused, PATIENCE)
    bot.put_into_env(hubspot_access_token=key)
    bot.until(lambda: all_touched(live), PATIENCE)
    assert "Waiting" not in words(live)
    assert re.search(r"\n3 API calls were made", words(live))
    written = touches(bot) - before
    assert list(written.values()) == [len(records)]


def test_salesforce_secret_rotated_before_the_proof_only_delays_it(bot: BotAtWork) -> None:
    mend_all(bot, open_errors(bot, "string_too_long"))
    live = started(bot, "string_too_long")
    bot.company.sync.run()
    secret = bot.company.rotate_salesforce_secret()
    later(bot, PROOF)
    bot.until(lambda: "Waiting: Salesforce does not accept our token." in words(live))
    assert not finished(live)
    before = len(resyncs(bot))
    bot.put_into_env(salesforce_client_secret=secret)
    bot.until(lambda: finished(live), PATIENCE)
    assert "*Resolved*" in words(live)
    assert "Not picked up" not in words(live)
    assert len(resyncs(bot)) == before


def test_records_only_in_salesforce_are_touched_once_with_the_new_secret(bot: BotAtWork) -> None:
    tell_of_lead(bot, "MADE_UP")
    secret = bot.company.rotate_salesforce_secret()
    live = begun(bot, "MADE_UP")
    bot.until(lambda: "Waiting: Salesforce does not accept our token." in words(live))
    before = salesforce_batches(bot)
    bot.put_into_env(salesforce_client_secret=secret)
    bot.until(lambda: all_touched(live), PATIENCE)
    assert salesforce_batches(bot) == before + 1


def test_a_token_that_stays_wrong_for_a_day_ends_the_resync_and_frees_its_errors(bot: BotAtWork) -> None:
    bot.company.rotate_hubspot_key()
    live = begun(bot, "invalid_email")
    bot.until(lambda: "Waiting: HubSpot" in words(live))
    later(bot, timedelta(hours=25))
    bot.until(lambda: finished(live))
    assert "HubSpot: NotAuthenticated" in words(live)
    assert "*Still failing*" in words(live)
    assert "is resyncing these errors" not in ask(bot, "resync invalid_email").text


def test_slack_token_rotated_in_the_middle_of_resyncs_keeps_their_messages_in_order(bot: BotAtWork) -> None:
    kinds = {kind: TYPES[kind].label for kind in ("type_mismatch", "invalid_value", "salesforce_flow")}
    before = len(resyncs(bot))
    token = bot.company.workspace.reinstall()
    for kind in kinds:
        assert press(bot, ask(bot, f"errors {kind}"), "resync.v1").ok
    posts = bot.company.workspace.called("chat.postMessage")
    bot.until(
        lambda: any("error" in call.answer for call in bot.company.workspace.called("chat.postMessage")), PATIENCE
    )
    assert len(resyncs(bot)) == before, posts
    bot.put_into_env(slack_bot_token=token)
    bot.until(lambda: len(resyncs(bot)) == before + len(kinds), PATIENCE)
    bot.until(lambda: all(all_touched(each) for each in resyncs(bot)[before:]), PATIENCE)
    told = [live.text for live in resyncs(bot)[before:]]
    assert [label for text in told for label in kinds.values() if label in text] == list(kinds.values())
    assert ready(bot)["slack"] == "ok"


def test_a_broken_env_file_changes_nothing_and_is_told_once_by_name(bot: BotAtWork) -> None:
    with capture_logs() as logs:
        wrong = bot.dotenv | {"slack_bot_token": "xoxp-hush-hush"}
        dotenv.put(bot.folder, dotenv.written(wrong).replace("HUBSPOT_ACCESS_TOKEN=", 'HUBSPOT_ACCESS_TOKEN="'))
        bot.until(lambda: told(logs))
        dotenv.put(bot.folder, dotenv.written(wrong))
        bot.until(lambda: len(told(logs)) == 2)
        # Three looks later nothing more is said of it.
        pause(bot, 6.5)
        (bot.folder / ".env").unlink()
        bot.until(lambda: len(told(logs)) == 3)
        live = started(bot, "restricted_unique_value")
        bot.put_into_env(sfsync_api_token="another-token", port=4000)
        bot.until(lambda: [line for line in logs if line["event"] == "settings took effect"])
    assert all_touched(live)
    first, second, third = told(logs)
    assert "HUBSPOT_ACCESS_TOKEN: line" in str(first)
    assert "SLACK_BOT_TOKEN: must begin with xoxb-" in str(second)
    assert "HUBSPOT_ACCESS_TOKEN: is missing" in str(third)
    took = next(line for line in logs if line["event"] == "settings took effect")
    assert took["variables"] == ["SFSYNC_API_TOKEN"]
    secrets = [
        "hush",
        "another-token",
        *(str(bot.dotenv[name]) for name in LIVE if "token" in name or "secret" in name),
    ]
    assert not [secret for secret in secrets if secret and secret in json.dumps(logs, default=str)]
    error = [{"object": "contact", "record": "x", "code": "Y"}]
    for token, status in (("another-token", 200), (API_TOKEN, 401)):
        answer = post(bot, "/api/v1/errors", json=error, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status


def told(logs: Sequence[Mapping[str, object]]) -> list[object]:
    """What was said of the `.env` file."""
    return [line["problems"] for line in logs if str(line["event"]).startswith("settings kept")]


@pytest.mark.http_only(reason="Socket Mode signs nothing")
def test_requests_are_checked_with_the_signing_secret_of_now(bot: BotAtWork) -> None:
    workspace = bot.company.workspace
    workspace.signing_secret, before = "another-signing-secret", workspace.signing_secret
    try:
        assert workspace.command(ADA, REVOPS, "errors").answer.status == 401
        bot.put_into_env(slack_signing_secret="another-signing-secret")
        bot.until(lambda: workspace.command(ADA, REVOPS, "errors").ok)
    finally:
        workspace.signing_secret = before


def test_an_operator_named_while_the_bot_runs_may_resync(bot: BotAtWork) -> None:
    refused, before = "Only operators may do that", len(resyncs(bot))
    assert refused in ask(bot, "resync owner_assignment", VERA).text
    bot.put_into_env(sfsync_operators=f"{OTTO},{VERA}")
    bot.until(lambda: refused not in ask(bot, "resync owner_assignment", VERA).text)
    (live,) = bot.until(lambda: resyncs(bot)[before:])
    bot.until(lambda: all_touched(live))


def test_an_uninstalled_app_sends_nothing_and_one_digest_once_it_is_back(bot: BotAtWork) -> None:
    workspace, where = bot.company.workspace, channel(bot, f"AWAY{bot.clock.now():%S}")
    subscribe(bot, where)
    assert workspace.uninstall().ok
    sent = sends(bot)
    stopped = ready(bot)["slack"]
    assert re.match(r"stopped since \d{4}-\d\d-\d\d \d\d:\d\d UTC: the app was uninstalled", stopped)
    away = [{"object": "contact", "record": "x", "code": "WHILE_AWAY", "message": "no"}]
    accepted = post(bot, "/api/v1/errors", json=away, headers={"Authorization": f"Bearer {API_TOKEN}"})
    assert accepted.json()["accepted"] == 1
    due(bot, 3)
    asked_slack(bot)
    assert sends(bot) == sent
    found = doctor(bot)["Slack messages"]
    assert not found["ok"]
    assert str(found["seen"]).startswith(stopped)
    assert "install the app again" in str(found["mend"])
    assert "SLACK_BOT_TOKEN" in str(found["mend"])

    bot.put_into_env(slack_bot_token=workspace.reinstall())
    bot.until(lambda: digests(bot, where), PATIENCE)
    assert ready(bot)["slack"] == "ok"
    assert "2 digests before this one could not be sent" in words(digests(bot, where)[0])
    due(bot, 1)
    bot.until(lambda: len(digests(bot, where)) == 2)
    assert "could not be sent" not in words(digests(bot, where)[1])
    ask(bot, "notify off", channel=where)


def test_a_revoked_bot_token_stops_and_those_of_others_do_not(bot: BotAtWork) -> None:
    workspace, before = bot.company.workspace, len(resyncs(bot))
    assert workspace.event({"type": "tokens_revoked", "tokens": {"oauth": [ADA], "bot": []}}).ok
    assert workspace.event({"type": "tokens_revoked", "tokens": {"bot": ["U0ANOTHER1"]}}).ok
    assert workspace.event({"type": "tokens_revoked"}).ok
    assert ready(bot)["slack"] == "ok"
    revoked = workspace.revoke_token()
    assert revoked.ok
    assert "the bot token was revoked" in ready(bot)["slack"]
    sent, touched = sends(bot), touches(bot)
    for kind in ("salesforce_automation", "missing_required_country"):
        assert workspace.command(ADA, REVOPS, f"resync {kind}").ok
    bot.until(lambda: len(touches(bot) - touched) == 2)
    assert sends(bot) == sent
    bot.put_into_env(slack_bot_token=workspace.reinstall())
    bot.until(lambda: len(resyncs(bot)) == before + 2, PATIENCE)
    # Told once more of what is over, the bot goes on.
    assert revoked.delivery
    assert workspace.deliver(revoked.delivery).error is None
    assert ready(bot)["slack"] == "ok"


def test_a_bot_that_missed_the_event_learns_from_slacks_answer_that_it_was_uninstalled(bot: BotAtWork) -> None:
    where = channel(bot, f"MISSED{bot.clock.now():%S}")
    subscribe(bot, where)
    bot.company.workspace.installed = False
    asked_slack(bot)
    bot.until(lambda: "the app was uninstalled, or its bot user removed" in ready(bot)["slack"])
    due(bot, 2)
    bot.company.workspace.installed = True
    asked_slack(bot)
    bot.until(lambda: digests(bot, where))
    assert ready(bot)["slack"] == "ok"
    assert len(digests(bot, where)) == 1
    ask(bot, "notify off", channel=where)


def sends(bot: BotAtWork) -> list[Call]:
    """What the bot asked of Slack, but for who it is."""
    return [call for call in list(bot.company.workspace.calls) if call.method not in {"auth.test", *SOCKET}]


SOCKET = {"apps.connections.open"}
