"""The bot heard over a WebSocket: what Slack, the network and a forgotten instance do to the connection."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from structlog.testing import capture_logs

from bot.sandbox.slack.forgotten import Forgotten
from bot.sandbox.slack.socket_mode import Link, Sockets
from bot.sandbox.slack.state import ADA, REVOPS, VERA
from tests.bot_at_work import BotAtWork, bot_at_work
from tests.scenario.steps import ask, captured, post, press, readiness, resyncs, slack_connection, started, words

Json = dict[str, Any]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotAtWork]:
    with bot_at_work(tmp_path_factory.mktemp("bot"), socket_mode=True, in_env=["slack_app_token"]) as made:
        made.company.world.clock = made.clock.now
        made.import_errors()
        yield made


@pytest.fixture
def bot(shared: BotAtWork) -> BotAtWork:
    """A bot with one good connection."""
    sockets = shared.company.sockets
    assert sockets.wait(1)
    shared.until(lambda: readiness(shared)[0] == 200)
    sockets.patience = 3.0
    return shared


def only(sockets: Sockets) -> Link:
    [link] = sockets.links
    return link


def replaced(bot: BotAtWork, old: Link, seconds: float = 20.0) -> bool:
    """Wait until another connection has taken the place of one."""
    return bot.until(lambda: len(bot.company.sockets.links) == 1 and only(bot.company.sockets) is not old, seconds)


def logged(lines: list[Any], event: str) -> list[Any]:
    return [line for line in lines if line["event"] == event]


# The same bot as over HTTP


def test_commands_buttons_modals_and_events_are_answered(bot: BotAtWork) -> None:
    cards = ask(bot, "errors")
    assert "Duplicates" in words(cards)
    assert press(bot, cards, "details.v1").ok
    assert bot.until(lambda: bot.company.workspace.modal(ADA))
    assert bot.company.workspace.event({"type": "reaction_added", "user": ADA}).ok
    assert started(bot, "duplicates")


def test_twenty_people_at_once_do_not_wait_for_each_other(bot: BotAtWork) -> None:
    with ThreadPoolExecutor(20) as people:
        outcomes = list(people.map(lambda _: bot.company.workspace.command(VERA, REVOPS, "errors"), range(20)))
    assert [outcome.error for outcome in outcomes] == [None] * 20


def test_the_http_door_for_slack_is_closed_and_the_others_are_open(bot: BotAtWork) -> None:
    answer = post(bot, "/slack/events", data="payload={}")
    assert answer.status_code == 404
    assert "Socket Mode" in answer.text
    assert requests.get(f"{bot.address}/healthz", timeout=10).ok
    assert "sfsync" in requests.get(f"{bot.address}/metrics", timeout=10).text


def test_readiness_tells_the_connection_and_its_age(bot: BotAtWork) -> None:
    status, document = readiness(bot)
    assert status == 200
    assert [document[part] for part in ("database", "engine", "slack")] == ["ok"] * 3
    told = document["slack_connection"]
    assert told.keys() == {
        *("mode", "connected_since", "age_seconds", "connections", "known", "reconnects", "trouble"),
    }
    assert (told["mode"], told["connections"], told["known"], told["trouble"]) == ("socket", 1, 1, "")
    assert datetime.fromisoformat(told["connected_since"]) <= bot.clock.now()
    bot.clock.ahead += timedelta(hours=2)
    assert slack_connection(bot)["age_seconds"] >= 7200


# Connections end


def test_a_warning_is_answered_by_another_connection_before_the_old_one_ends(bot: BotAtWork) -> None:
    sockets = bot.company.sockets
    old, before = only(sockets), slack_connection(bot)["reconnects"]
    with ThreadPoolExecutor(1) as slack:
        ending = slack.submit(sockets.refresh, old, 4.0)
        assert sockets.wait(2)
        errors = [bot.company.workspace.command(ADA, REVOPS, "help").error for _ in range(4)]
        ending.result(timeout=20)
    assert errors == [None] * 4
    assert replaced(bot, old)
    assert slack_connection(bot)["reconnects"] > before
    assert slack_connection(bot)["trouble"] == ""


def test_a_refresh_without_a_warning_costs_a_moment_only(bot: BotAtWork) -> None:
    old = only(bot.company.sockets)
    bot.company.sockets.refresh(old, notice=0)
    assert replaced(bot, old)
    assert bot.company.workspace.command(ADA, REVOPS, "help").ok


def test_a_connection_that_breaks_without_a_word_is_opened_anew(bot: BotAtWork) -> None:
    old = only(bot.company.sockets)
    old.cut()
    assert replaced(bot, old)
    assert bot.company.workspace.command(ADA, REVOPS, "help").ok


def test_r25_a_line_that_died_in_silence_is_noticed_and_replaced(bot: BotAtWork) -> None:
    old = only(bot.company.sockets)
    old.die()
    bot.company.sockets.patience = 0.5
    assert bot.company.workspace.command(ADA, REVOPS, "help").error == "operation_timeout"
    assert bot.company.sockets.wait(2, timeout=60)
    old.revive()
    assert replaced(bot, old)
    bot.company.sockets.patience = 3.0
    assert bot.company.workspace.command(ADA, REVOPS, "help").ok


def test_a_connection_that_is_never_greeted_is_given_up(bot: BotAtWork) -> None:
    sockets = bot.company.sockets
    old = only(sockets)
    sockets.greets = False
    try:
        sockets.refresh(old, notice=0)
        assert bot.until(lambda: readiness(bot)[1]["slack"] == "Slack did not greet", 40)
        assert readiness(bot)[0] == 503
    finally:
        sockets.greets = True
    assert sockets.wait(1, timeout=60)


def test_turning_socket_mode_off_is_told_and_on_again_it_works(bot: BotAtWork) -> None:
    sockets = bot.company.sockets
    with capture_logs() as lines:
        sockets.disable()
        bot.until(lambda: readiness(bot)[0] == 503)
        assert bot.company.workspace.command(ADA, REVOPS, "help").error == "dispatch_failed"
        bot.until(lambda: "socket_mode_not_enabled" in readiness(bot)[1]["slack"])
    told = [line["trouble"] for line in logged(lines, "no good connection to Slack")]
    assert any("link_disabled" in trouble for trouble in told)
    assert len(told) == len(set(told)), "each trouble is told once"
    sockets.enabled = True
    assert sockets.wait(1, timeout=60)
    assert bot.until(lambda: readiness(bot)[0] == 200)


def test_r26_a_rotated_app_token_makes_a_new_connection_with_it(bot: BotAtWork) -> None:
    old = only(bot.company.sockets)
    bot.company.workspace.app_token = "xapp-1-A0SANDBOX1-0000000002-made-up"
    bot.put_into_env(slack_app_token=bot.company.workspace.app_token)
    assert replaced(bot, old)
    assert slack_connection(bot)["trouble"] == ""


# What comes twice, or to somebody else


def test_r04_an_envelope_that_is_sent_again_does_its_job_once(bot: BotAtWork) -> None:
    sockets, before = bot.company.sockets, len(resyncs(bot))
    card = ask(bot, "errors picklists")
    pressed = captured(bot, card, "resync.v1")
    assert not sockets.deliver(pressed).error
    assert not sockets.send(sockets.envelopes[-1]).error
    assert not sockets.deliver(pressed).error
    assert bot.until(lambda: resyncs(bot)[before:])
    ask(bot, "help")
    assert len(resyncs(bot)) == before + 1


def test_r25_a_forgotten_instance_is_noticed_and_told_once_it_stays(bot: BotAtWork) -> None:
    sockets = bot.company.sockets
    sockets.patience = 1.0
    with Forgotten(bot.company.workspace) as forgotten, capture_logs() as lines:
        sockets.refresh(sockets.links[0], notice=0)
        bot.until(lambda: slack_connection(bot)["connections"] == 2)
        # Slack counts dead connections for a while: nothing is said before it has counted again.
        assert slack_connection(bot)["trouble"] == ""
        bot.clock.ahead += timedelta(seconds=61)
        trouble = bot.until(lambda: slack_connection(bot)["trouble"])
        assert "another instance takes part of what Slack sends" in trouble
        assert readiness(bot)[0] == 200
        bot.until(lambda: len(sockets.links) == 2)
        outcomes = [bot.company.workspace.command(ADA, REVOPS, "help").error for _ in range(4)]
        assert outcomes.count("operation_timeout") == 2
        assert forgotten.heard
        bot.clock.ahead += timedelta(hours=2)
        bot.until(lambda: slack_connection(bot)["age_seconds"] < 3600)
    assert len(logged(lines, "another instance takes part of what Slack sends")) == 1
    assert sockets.wait(1)
    bot.clock.ahead += timedelta(hours=2)
    bot.until(lambda: slack_connection(bot)["trouble"] == "")


# What Slack would never send


HOSTILE: list[str] = [
    "",
    "nonsense",
    "[]",
    "5",
    '"hello"',
    "{}",
    '{"type": "hello"}',
    '{"type": ["disconnect"]}',
    '{"type": "events_api"}',
    "[" * 100_000,
    *(
        json.dumps({"envelope_id": "hostile", "accepts_response_payload": True, **rest})
        for rest in (
            {"type": "slash_commands"},
            {"type": "slash_commands", "payload": None},
            {"type": "slash_commands", "payload": "text"},
            {"type": "slash_commands", "payload": {"command": 5}},
            {"type": "slash_commands", "payload": {"command": "/sfsync", "text": {"a": 1}}},
            {"type": "slash_commands", "payload": {"command": "/sfsync", "user_id": ["U"], "text": "help"}},
            {"type": "interactive", "payload": {"type": "block_actions"}},
            {"type": "interactive", "payload": {"type": "block_actions", "actions": [], "user": {}}},
            {"type": "interactive", "payload": {"type": "view_submission", "view": 5}},
            {"type": "interactive", "payload": {"type": "no_such_thing"}},
            {"type": "events_api", "payload": {"type": "event_callback", "event": 5}},
            {"type": "events_api", "payload": {"type": "event_callback", "event": {"type": "x"}, "team": 5}},
            {
                "type": "events_api",
                "payload": {"type": "event_callback", "event": {"type": "x"}, "authorizations": [5]},
            },
            {"type": "no_such_type", "payload": {}},
            {"type": 5, "payload": {}},
        )
    ),
    json.dumps({"envelope_id": 5, "type": "slash_commands", "payload": {"command": "/sfsync"}}),
]


def test_hostile_envelopes_are_lines_in_the_log_and_no_trace(bot: BotAtWork) -> None:
    link = only(bot.company.sockets)
    with capture_logs() as lines:
        for text in HOSTILE:
            link.send(text)
        link.socket.send(b"\x00\xff")
        assert bot.company.workspace.command(ADA, REVOPS, "help").ok
        bot.until(lambda: len(logged(lines, "refused: undecodable payload")) >= 20)
    assert not [line for line in lines if line.get("exc_info") or line["log_level"] == "error"]
    assert only(bot.company.sockets) is link
