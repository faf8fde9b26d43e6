"""Rows 8 and 13 at their extremes: 300 messages at once, and nothing to tell. Each has a bot of its own."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.sandbox.faults import Fault
from tests.bot_at_work import bot_at_work
from tests.failures.scenes import changed, channel, csv_files, push, refusals, say_everything
from tests.scenario.steps import ask, captured, words

STORM = 300


def storm(folder: Path, channels: int, seconds: float) -> None:
    """Ask for 300 resyncs in so many channels, at Slack's real pace of a message a second in each."""
    with bot_at_work(folder, pace=1.0) as bot:
        kind = {"object": "contact", "code": "UNABLE_TO_LOCK_ROW", "message": "unable to lock"}
        push(bot, *({**kind, "hubspot_id": str(88_000_000 + n), "record": f"storm-{n:03}"} for n in range(STORM)))
        # The messages themselves are the storm; their resyncs stand in line behind a slow HubSpot.
        bot.company.faults.add(Fault("slow", "/crm/objects/", seconds=3.0))
        rooms = [channel(bot, f"STORM{n:03}") for n in range(channels)]
        click = captured(bot, ask(bot, "errors"), "resync.v1")
        bot.company.workspace.fail("chat.postMessage", "ratelimited", times=5, status=429, retry_after=1)
        bot.company.workspace.fail("chat.postMessage", "message_limit_exceeded", times=5, status=429, retry_after=1)

        def press_until_taken(room: str, number: int) -> None:
            container = {**click.payload["container"], "channel_id": room, "is_ephemeral": False}
            for attempt in range(5):
                trigger = f"trigger-{number}-{attempt}"
                named = {"trigger_id": trigger, "channel": {"id": room, "name": room}, "container": container}
                one = changed(click, value=json.dumps({"s": f"storm-{number:03}"}))
                answer = bot.company.workspace.deliver(replace(one, payload={**one.payload, **named}))
                assert answer.error is None, answer
                # A busy database is said in a modal, and the person presses again.
                told = bot.company.workspace.called("views.open")
                if trigger not in {call.arguments["trigger_id"] for call in told}:
                    return
            raise AssertionError(f"storm-{number:03} was refused each time")

        def ask_for_all_of(place: int) -> None:
            for number in range(place, STORM, channels):
                press_until_taken(rooms[place], number)

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(ask_for_all_of, range(channels)))
        bot.until(lambda: sum(len(bot.company.workspace.messages(room)) for room in rooms) >= STORM, seconds)
        for place, room in enumerate(rooms):
            told = [each.text for each in bot.company.workspace.messages(room)]
            expected = [f"storm-{number:03}" for number in range(place, STORM, channels)]
            assert [text.split("Resync of ")[1][:9] for text in told] == expected
        limited = [call for call in bot.company.workspace.called("chat.postMessage") if call.status == 429]
        assert len(limited) >= 10
        bot.company.faults.clear()


def test_r08_storm_of_300_messages_loses_none_and_keeps_the_order_of_each_channel(tmp_path: Path) -> None:
    storm(tmp_path, channels=60, seconds=60)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_r08_storm_of_300_messages_into_one_channel_at_one_a_second_loses_none(tmp_path: Path) -> None:
    storm(tmp_path, channels=1, seconds=1100)


def test_r13_slack_takes_what_is_said_where_there_is_nothing(tmp_path: Path) -> None:
    with bot_at_work(tmp_path) as bot:
        bot.until(lambda: "Used" in words(ask(bot, "usage")))
        since = len(bot.company.workspace.calls)
        say_everything(bot, "duplicates")
        # Also a file of no errors has its header: Slack takes no empty one.
        assert all(file.content for file in csv_files(bot))
        assert refusals(bot, since) == []
