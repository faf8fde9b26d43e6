"""Delivering: rows 8 to 15 and 24. What is due arrives, once and in order, in a shape that Slack takes."""

import ast
import dataclasses
import json
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import requests

import bot as bot_package
from bot.model.message import Message
from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import ADA
from bot.work.dispatch import BUG_ATTEMPTS
from tests.bot_at_work import BotAtWork
from tests.command import Sfsync
from tests.failures.scenes import channel, csv_files, digests, push, refusals, say_everything, settled, subscribe
from tests.samples import HOSTILE
from tests.scenario.steps import (
    all_touched,
    ask,
    dm,
    finished,
    hubspot_token,
    later,
    mend_all,
    open_errors,
    pairs,
    press,
    resyncs,
    started,
    words,
)

HOUSE = Path(bot_package.__file__).parents[1]


def test_r09_channels_are_known_by_id_and_never_listed(bot: BotAtWork) -> None:
    names = {"conversations_list", "conversations.list", "users_conversations", "users.conversations"}
    for folder in ("bot/wire", "bot/usecases", "bot/work", "handlers"):
        for file in (HOUSE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                found = getattr(node, "attr", None) or getattr(node, "value", None)
                assert found not in names, file
    before = len(digests(bot))
    subscribe(bot)
    later(bot, timedelta(minutes=2, seconds=1))
    bot.until(lambda: len(digests(bot)) > before)
    ask(bot, "notify off")
    assert not {call.method for call in bot.company.workspace.calls} & names


def test_r08_post_that_slack_answers_too_late_is_repeated_after_a_minute_and_not_every_few_seconds(
    bot: BotAtWork,
) -> None:
    where = channel(bot, "LATE")
    subscribe(bot, where)
    bot.company.workspace.fail("chat.postMessage", after=True, delay=9.0, times=1)
    later(bot, timedelta(minutes=2, seconds=1))
    bot.until(lambda: digests(bot, where))
    bot.until(lambda: not bot.at_work())
    later(bot, timedelta(seconds=50))
    bot.company.workspace.wait(lambda: False, 3.0)
    # Slack did it and nobody here can know: the message comes once more, and only once.
    assert len(digests(bot, where)) == 1
    later(bot, timedelta(seconds=11))
    bot.until(lambda: len(digests(bot, where)) == 2)
    later(bot, timedelta(minutes=10))
    settled(bot)
    assert len(digests(bot, where)) == 2
    ask(bot, "notify off", channel=where)


def test_digest_that_slack_refuses_for_good_is_told_and_waits_no_more(bot: BotAtWork) -> None:
    where = channel(bot, "REFUSED")
    subscribe(bot, where)
    bot.company.workspace.fail("chat.postMessage", "invalid_blocks", times=BUG_ATTEMPTS)
    for _ in range(BUG_ATTEMPTS):
        before = posts(bot, where)
        later(bot, timedelta(minutes=2, seconds=1))
        bot.until(partial(asked_again, bot, where, before))
    bot.until(lambda: post_refused(bot))
    settled(bot)
    assert not digests(bot, where)
    figures = requests.get(f"{bot.address}/metrics", timeout=10).text
    assert "sfsync_jobs_given_up 1.0" in figures
    assert "sfsync_deliveries_due 0.0" in figures
    ask(bot, "notify off", channel=where)


def asked_again(bot: BotAtWork, where: str, before: int) -> bool:
    return posts(bot, where) > before


def posts(bot: BotAtWork, where: str) -> int:
    """How often Slack was asked to post into a channel."""
    return sum(call.arguments["channel"] == where for call in bot.company.workspace.called("chat.postMessage"))


def post_refused(bot: BotAtWork) -> bool:
    with bot.at.storage.read() as tx:
        return any(kind == "deliver" for kind, *_ in tx.jobs.given_up())


def test_r10_each_code_of_a_closed_channel_pauses_its_digest_with_one_notice_and_shows_in_doctor(
    bot: BotAtWork,
) -> None:
    codes = ("channel_not_found", "not_in_channel", "is_archived", "restricted_action", "channel_is_archived")
    rooms = {code: channel(bot, f"CLOSED{number}") for number, code in enumerate(codes)}
    channels = bot.company.workspace.channels
    for code, room in rooms.items():
        subscribe(bot, room)
        match code:
            case "channel_not_found":
                channels[room].kind = "private"
                channels[room].members.clear()
            case "not_in_channel":
                channels[room].members.clear()
            case "is_archived":
                channels[room].archived = True
            case _:
                # This sandbox never says it by itself.
                bot.company.workspace.fail("chat.postMessage", code)
        later(bot, timedelta(minutes=2, seconds=1))
        bot.until(lambda: "paused" in ask(bot, "notify", channel=room).text)  # noqa: B023 - asked at once
    for _ in range(3):
        later(bot, timedelta(days=1))
        settled(bot)
    findings = Sfsync(bot.at.database.file.parent)("doctor", "--json").json["findings"]
    posts = [call.arguments["channel"] for call in bot.company.workspace.called("chat.postMessage")]
    notices = [each for each in bot.company.workspace.messages(dm(bot, ADA)) if "paused" in each.text]
    for code, room in rooms.items():
        assert posts.count(room) == 1, code
        assert sum(f"<#{room}>" in each.text for each in notices) == 1, code
        [paused] = [each for each in findings if room in each["check"]]
        assert (paused["ok"], paused["seen"]) == (False, f"paused: {code}")
        ask(bot, "notify off", channel=room)


def test_r11_card_deleted_in_the_middle_of_a_resync_is_followed_by_a_new_message_with_the_result(
    bot: BotAtWork,
) -> None:
    errors = open_errors(bot, "mismatched_options")
    bot.company.faults.add(Fault("server_error", "/crm/objects/", times=2))
    before = len(resyncs(bot))
    ask(bot, "resync mismatched_options")
    first = bot.until(lambda: resyncs(bot)[before:])[0]
    with bot.company.workspace.lock:
        bot.company.workspace.posted.remove(first)
    again = bot.until(lambda: [each for each in resyncs(bot)[before:] if all_touched(each)])[0]
    mend_all(bot, errors)
    bot.company.sync.run()
    later(bot, timedelta(seconds=601))
    bot.until(lambda: finished(again))
    assert "Resolved" in words(again)
    assert len(resyncs(bot)) == before + 1


def test_r12_resync_of_45_minutes_tells_its_end_though_its_response_url_is_dead(bot: BotAtWork) -> None:
    bot.company.workspace.now = lambda: bot.clock.now().timestamp()
    errors, before = open_errors(bot, "salesforce_owners_not_synced"), len(resyncs(bot))
    fault = bot.company.faults.add(Fault("server_error", "/crm/objects/"))
    bot.company.workspace.fail("chat.postMessage", "service_unavailable", times=100, status=503)
    card = ask(bot, "errors salesforce_owners_not_synced")
    shown = words(card)
    assert press(bot, card, "resync.v1").ok
    for minute in range(9):
        calls = len(bot.company.workspace.called("chat.postMessage"))
        later(bot, timedelta(minutes=5))
        if minute % 3 == 0:
            bot.until(lambda: len(bot.company.workspace.called("chat.postMessage")) > calls)  # noqa: B023 - asked at once
    bot.company.workspace.faults.clear()
    bot.company.faults.remove(fault)
    later(bot, timedelta(minutes=16))
    live = bot.until(lambda: resyncs(bot)[before:])[0]
    bot.until(lambda: all_touched(live))
    assert all(hubspot_token(pair) for pair in pairs(bot, errors))
    later(bot, timedelta(seconds=601))
    bot.until(lambda: finished(live))
    assert words(card) == shown
    assert len(resyncs(bot)) == before + 1


def test_r13_slack_takes_what_is_said_about_errors_of_any_size(bot: BotAtWork) -> None:
    since = len(bot.company.workspace.calls)
    huge = {"object": "contact", "code": "HUGE_CODE", "fields": [f"Field{n}__c" for n in range(300)]}
    # Thirty letters tell thirty groups apart; numbers would not.
    letters = "abcdefghijklmnopqrstuvwxyzäöüß"
    push(
        bot,
        *(
            {**huge, "hubspot_id": str(66_000 + n), "record": "R" * 5000, "message": f"reason {letters[n]} " * 900}
            for n in range(30)
        ),
        {"object": "contact", "hubspot_id": "66999", "record": "", "code": "HUGE_CODE", "message": ""},
        {"object": "contact", "record": "x", "code": "HUGE_CODE", "message": "\n\t "},
    )
    say_everything(bot, "HUGE_CODE")
    assert refusals(bot, since) == []


def test_r14_hostile_names_ping_nobody_and_break_no_message(bot: BotAtWork) -> None:
    since, messages = len(bot.company.workspace.calls), len(bot.company.workspace.posted)
    evil = ["<!channel> <@U0VERA0001> <https://evil.example|click>", '"}]}, {"', *HOSTILE]
    rows = [
        {"object": "contact", "hubspot_id": str(67_000 + n), "record": text, "code": "EVIL_NAME", "message": text}
        for n, text in enumerate(evil)
    ]
    push(bot, *rows)
    say_everything(bot, "EVIL_NAME")
    assert refusals(bot, since) == []
    said = json.dumps([[each.text, each.blocks] for each in bot.company.workspace.posted[messages:]])
    said += json.dumps([call.arguments.get("view", "") for call in bot.company.workspace.calls[since:]])
    assert "evil.example" in said
    for mark in ("<!channel", "<!here", "<@U0VERA0001", "<https://evil.example", "<script"):
        assert mark not in said, mark


def test_r15_message_has_no_default_for_its_text_and_none_was_ever_sent_without(bot: BotAtWork) -> None:
    [text] = [each for each in dataclasses.fields(Message) if each.name == "text"]
    assert text.default is dataclasses.MISSING
    assert text.default_factory is dataclasses.MISSING
    started(bot, "invalid_email")
    methods = Counter(call.method for call in bot.company.workspace.calls)
    assert methods["chat.postMessage"]
    assert methods["chat.update"]
    for call in bot.company.workspace.calls:
        if call.method in {"chat.postMessage", "chat.update"}:
            assert str(call.arguments["text"]).strip(), call


@pytest.mark.parametrize(
    ("method", "error", "status"),
    [
        ("files.getUploadURLExternal", "internal_error", 200),
        ("files.getUploadURLExternal", "ratelimited", 429),
        ("files.completeUploadExternal", "service_unavailable", 503),
        ("conversations.open", "fatal_error", 500),
    ],
)
def test_r24_file_arrives_once_in_a_direct_message_after_trouble_at_each_of_its_calls(
    bot: BotAtWork, method: str, error: str, status: int
) -> None:
    before, asked = len(csv_files(bot)), len(bot.company.workspace.called("files.completeUploadExternal"))
    bot.company.workspace.fail(method, error, status=status, retry_after=1 if status == 429 else None)
    ask(bot, "export duplicates")
    bot.until(lambda: len(csv_files(bot)) > before)
    settled(bot)
    [file] = csv_files(bot)[before:]
    assert file.content
    assert list(file.shares) == [dm(bot, ADA)]
    calls = bot.company.workspace.called("files.completeUploadExternal")[asked:]
    # An id of a conversation, never a person's or a name.
    assert {call.arguments["channel_id"] for call in calls} == {dm(bot, ADA)}
