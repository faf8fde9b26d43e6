"""Tokens that are rotated, wrong or revoked, and an app that is uninstalled: work waits, and is done once."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
from structlog.testing import capture_logs

from bot.sandbox.crm.mapping import TOKEN_PROPERTY
from bot.sandbox.slack.state import ADA, OTTO, REVOPS, VERA, Message
from tests import dotenv
from tests.bot_at_work import API_TOKEN, BotAtWork, bot_at_work
from tests.command import Sfsync
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
    *("slack_bot_token", "slack_signing_secret", "salesforce_client_id", "salesforce_client_secret"),
    *("hubspot_access_token", "sfsync_api_token", "sfsync_admins", "sfsync_operators"),
)

PATIENCE = 90.0
"""Seconds for what may have to wait for another attempt, which comes after a minute."""


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[BotAtWork]:
    with bot_at_work(tmp_path, in_env=LIVE) as started:
        started.company.world.clock = started.clock.now
        started.import_errors()
        started.until(lambda: ready(started)["slack"] == "ok")
        # Slack has told who she is before anything happens to the token.
        ask(started, "errors")
        yield started


def ready(bot: BotAtWork) -> dict[str, str]:
    found: dict[str, str] = requests.get(f"{bot.address}/readyz", timeout=10).json()
    return found


def doctor(bot: BotAtWork) -> dict[str, dict[str, object]]:
    """Ask `sfsync doctor` in the folder where the bot runs; answer its findings by what was checked."""
    keep = {name: value for name, value in bot.company.settings().items() if name not in LIVE and value}
    said = Sfsync(bot.folder, {name.upper(): str(value) for name, value in keep.items()})("doctor", "--json")
    return {found["check"]: found for found in said.json["findings"]}


def touches(bot: BotAtWork) -> list[str]:
    """The tokens that HubSpot's records were given, one for each time a record was touched."""
    with bot.company.world.lock:
        return [
            entry.value
            for records in bot.company.world.hubspot.values()
            for record in records.values()
            for entry in record.history[TOKEN_PROPERTY]
            if entry.value
        ]


def digests(bot: BotAtWork, channel: str = REVOPS) -> list[Message]:
    return [each for each in bot.company.workspace.messages(channel) if each.text.startswith("Sync health")]


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
    key = bot.company.rotate_hubspot_key()
    live = begun(bot, "mismatched_options")
    bot.until(lambda: "Waiting: HubSpot does not accept our token. `sfsync doctor` tells what to do" in words(live))
    assert not touches(bot)
    found = doctor(bot)["HubSpot key"]
    assert not found["ok"]
    assert "NotAuthenticated (INVALID_AUTHENTICATION)" in str(found["seen"])
    assert "HUBSPOT_ACCESS_TOKEN; a running sfsync takes what is new in .env by itself" in str(found["mend"])

    bot.put_into_env(hubspot_access_token="pat-eu1-still-wrong")
    refused = hubspot_batches(bot)
    bot.until(lambda: hubspot_batches(bot) > refused, PATIENCE)
    bot.put_into_env(hubspot_access_token=key)
    bot.until(lambda: all_touched(live), PATIENCE)
    assert "Waiting" not in words(live)
    assert len(live.history) <= 6
    accepted = sum(call.path.endswith("/batch/update") and call.status < 400 for call in bot.company.hubspot_calls)
    assert f"{accepted} API calls were made" in words(live)
    records = {(each.object_type, each.hubspot_id) for each in open_errors(bot, "mismatched_options")}
    assert sorted(touches(bot)) == sorted(touches(bot)[:1] * len(records))


def test_salesforce_secret_rotated_before_the_proof_delays_the_proof_only(bot: BotAtWork) -> None:
    mend_all(bot, open_errors(bot, "mismatched_options"))
    live = started(bot, "mismatched_options")
    bot.company.sync.run()
    secret = bot.company.rotate_salesforce_secret()
    later(bot, PROOF)
    bot.until(lambda: "Waiting: Salesforce does not accept our token." in words(live))
    assert not finished(live)
    assert "invalid_client" in str(doctor(bot)["Salesforce login"]["seen"])
    bot.put_into_env(salesforce_client_secret=secret)
    bot.until(lambda: finished(live), PATIENCE)
    assert "*Resolved*" in words(live)
    assert "Not picked up" not in words(live)
    assert len(resyncs(bot)) == 1


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
    live = begun(bot, "mismatched_options")
    bot.until(lambda: "Waiting: HubSpot" in words(live))
    later(bot, timedelta(hours=25))
    bot.until(lambda: finished(live))
    assert "HubSpot: NotAuthenticated" in words(live)
    assert "*Still failing*" in words(live)
    assert "is resyncing these errors" not in ask(bot, "resync mismatched_options").text


def test_slack_token_rotated_in_the_middle_of_a_resync_keeps_its_messages_in_order(bot: BotAtWork) -> None:
    kinds = ["mismatched_options", "duplicate_detected", "string_too_long"]
    kinds = [kind for kind in kinds if open_errors(bot, kind)]
    token = bot.company.workspace.reinstall()
    for kind in kinds:
        assert press(bot, ask(bot, f"errors {kind}"), "resync.v1").ok
    bot.until(lambda: any("error" in call.answer for call in bot.company.workspace.called("chat.postMessage")))
    assert not resyncs(bot)
    bot.put_into_env(slack_bot_token=token)
    bot.until(lambda: len(resyncs(bot)) == len(kinds), PATIENCE)
    bot.until(lambda: all(all_touched(each) for each in resyncs(bot)), PATIENCE)
    labels = [ask(bot, f"errors {kind}").text.split(":")[0] for kind in kinds]
    assert len(resyncs(bot)) == len(kinds)
    assert all(label in live.text for label, live in zip(labels, resyncs(bot), strict=True))
    assert ready(bot)["slack"] == "ok"


def test_a_broken_env_file_changes_nothing_and_is_told_once_by_name(bot: BotAtWork) -> None:
    workspace = bot.company.workspace
    with capture_logs() as logs:
        broken = dict(bot.dotenv) | {"slack_bot_token": "xoxp-hush-hush"}
        content = dotenv.written(broken).replace("HUBSPOT_ACCESS_TOKEN=", 'HUBSPOT_ACCESS_TOKEN="')
        dotenv.put(bot.folder, content)
        bot.until(lambda: told(logs))
        dotenv.put(bot.folder, dotenv.written(bot.dotenv | {"slack_bot_token": "xoxp-hush-hush"}))
        bot.until(lambda: len(told(logs)) == 2)
        # Three looks later nothing more is said of it.
        pause(bot, 6.5)
        (bot.folder / ".env").unlink()
        bot.until(lambda: len(told(logs)) == 3)
        live = started(bot, "mismatched_options")
        workspace.signing_secret = "another-signing-secret"
        bot.put_into_env(slack_signing_secret="another-signing-secret", sfsync_api_token="another", port=4000)
        bot.until(lambda: [line for line in logs if line["event"] == "settings took effect"])
    assert all_touched(live)
    first, second, third = told(logs)
    assert "HUBSPOT_ACCESS_TOKEN: line" in str(first)
    assert "SLACK_BOT_TOKEN: must begin with xoxb-" in str(second)
    assert "HUBSPOT_ACCESS_TOKEN: is missing" in str(third)
    took = next(line for line in logs if line["event"] == "settings took effect")
    assert took["variables"] == ["SFSYNC_API_TOKEN", "SLACK_SIGNING_SECRET"]
    secrets = {"hush", "another", *(str(value) for value in bot.dotenv.values() if len(str(value)) > 12)}
    assert not [secret for secret in secrets if secret in json.dumps(logs, default=str)]
    assert "open errors" in ask(bot, "errors").text
    error = [{"object": "contact", "record": "x", "code": "Y"}]
    for token, status in (("another", 200), (API_TOKEN, 401)):
        answer = post(bot, "/api/v1/errors", json=error, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status


def told(logs: list[dict[str, object]]) -> list[object]:
    """What was said of the `.env` file."""
    return [line["problems"] for line in logs if str(line["event"]).startswith("settings kept")]


def test_an_operator_named_while_the_bot_runs_may_resync(bot: BotAtWork) -> None:
    refused = "Only operators may do that"
    assert refused in ask(bot, "resync mismatched_options", VERA).text
    bot.put_into_env(sfsync_operators=f"{OTTO},{VERA}")
    bot.until(lambda: refused not in ask(bot, "resync mismatched_options", VERA).text)
    assert bot.until(lambda: resyncs(bot))


def test_an_uninstalled_app_sends_nothing_and_one_digest_once_it_is_back(bot: BotAtWork) -> None:
    workspace = bot.company.workspace
    subscribe(bot)
    assert workspace.uninstall().ok
    calls = [call for call in workspace.calls if call.method != "auth.test"]
    post(bot, "/api/v1/errors", json=[MADE_UP], headers={"Authorization": f"Bearer {API_TOKEN}"})
    assert ready(bot)["slack"].startswith("stopped since ")
    assert ready(bot)["slack"].endswith(": the app was uninstalled")
    due(bot, 3)
    found = doctor(bot)["Slack messages"]
    assert not found["ok"]
    assert re.match(r"stopped since \d{4}-\d\d-\d\d \d\d:\d\d UTC: the app was uninstalled", str(found["seen"]))
    assert "install the app again" in str(found["mend"])
    asked_slack(bot)
    assert [call for call in workspace.calls if call.method != "auth.test"] == calls
    assert not digests(bot)

    bot.put_into_env(slack_bot_token=workspace.reinstall())
    bot.until(lambda: digests(bot), PATIENCE)
    assert ready(bot)["slack"] == "ok"
    assert len(digests(bot)) == 1
    assert "2 digests" in words(digests(bot)[0]), words(digests(bot)[0])
    assert "Slack messages" not in doctor(bot)
    due(bot, 1)
    bot.until(lambda: len(digests(bot)) == 2)


def test_a_revoked_bot_token_stops_and_another_persons_does_not(bot: BotAtWork) -> None:
    workspace = bot.company.workspace
    assert workspace.event({"type": "tokens_revoked", "tokens": {"oauth": [ADA], "bot": []}}).ok
    assert workspace.event({"type": "tokens_revoked", "tokens": {"bot": ["U0ANOTHER1"]}}).ok
    assert workspace.event({"type": "tokens_revoked"}).ok
    assert ready(bot)["slack"] == "ok"
    revoked = workspace.revoke_token()
    assert revoked.ok
    assert "the bot token was revoked" in ready(bot)["slack"]
    for kind in ("mismatched_options", "string_too_long"):
        assert workspace.command(ADA, REVOPS, f"resync {kind}").ok
    bot.until(lambda: touches(bot))
    assert not resyncs(bot)
    bot.put_into_env(slack_bot_token=workspace.reinstall())
    bot.until(lambda: len(resyncs(bot)) == 2, PATIENCE)
    # Told once more of what is over, the bot goes on.
    assert revoked.delivery
    assert workspace.deliver(revoked.delivery).status == 200
    assert ready(bot)["slack"] == "ok"


def test_a_bot_that_missed_the_event_learns_from_slacks_answer_that_it_was_uninstalled(bot: BotAtWork) -> None:
    subscribe(bot)
    bot.company.workspace.installed = False
    asked_slack(bot)
    bot.until(lambda: "the app was uninstalled, or its bot user removed" in ready(bot)["slack"])
    due(bot, 2)
    bot.company.workspace.installed = True
    asked_slack(bot)
    bot.until(lambda: digests(bot))
    assert ready(bot)["slack"] == "ok"
    assert len(digests(bot)) == 1


MADE_UP = {"object": "contact", "record": "x", "code": "WHILE_AWAY", "message": "no"}


def subscribe(bot: BotAtWork) -> None:
    """Have the channel get its digest in a while."""
    zone = ZoneInfo(bot.company.workspace.people[ADA].tz)
    at: datetime = (bot.clock.now() + timedelta(minutes=30)).astimezone(zone)
    assert f"{at:%H:%M}" in ask(bot, f"notify daily {at:%H:%M}").text
