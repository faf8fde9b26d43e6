"""Digests: once at their time, once for each local date, never in silence, never twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.slack.state import ADA, BOT_USER, LEADERS, OLD, OTTO, REVOPS, VERA, Message
from tests.bot_at_work import BotAtWork
from tests.scenario.steps import ask, dm, later, open_errors, press, resyncs, words

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def no_digest(bot: BotAtWork) -> Iterator[None]:
    yield
    bot.company.workspace.channels[REVOPS].archived = False
    for channel in (REVOPS, OLD, LEADERS):
        ask(bot, "notify off", channel=channel)


def digests(bot: BotAtWork, channel: str = REVOPS) -> list[Message]:
    return [
        each
        for each in bot.company.workspace.messages(channel)
        if each.user == BOT_USER and each.text.startswith("Sync health")
    ]


def go_to(bot: BotAtWork, hour: int, minute: int = 0, *, days: int = 0) -> None:
    """Move the clock to the next time a New York clock shows this, and some days more."""
    now = bot.clock.now().astimezone(NEW_YORK)
    then = now.replace(hour=hour, minute=minute, second=1, microsecond=0)
    then += timedelta(days=days + (then <= now))
    later(bot, then.astimezone(UTC) - now.astimezone(UTC))


def settled(bot: BotAtWork) -> None:
    """Wait until whatever was due has been done: a later digest of another channel has arrived."""
    before = len(digests(bot, dm(bot, OTTO)))
    at = bot.clock.now() + timedelta(minutes=2)
    german = at.astimezone(ZoneInfo("Europe/Berlin"))
    ask(bot, f"notify daily {german:%H:%M}", OTTO, dm(bot, OTTO))
    later(bot, timedelta(minutes=2, seconds=1))
    bot.until(lambda: len(digests(bot, dm(bot, OTTO))) > before)
    ask(bot, "notify off", OTTO, dm(bot, OTTO))


def test_the_digest_arrives_once_at_its_time_in_the_askers_zone(bot: BotAtWork) -> None:
    go_to(bot, 6)
    answer = ask(bot, "notify daily 09:00")
    assert "09:00" in answer.text
    assert "America/New_York" in answer.text
    before = len(digests(bot))
    go_to(bot, 8, 55)
    settled(bot)
    assert len(digests(bot)) == before
    go_to(bot, 9)
    [digest] = bot.until(lambda: digests(bot)[before:])
    text = words(digest)
    assert f"{len(open_errors(bot))}" in text
    assert "Duplicates" in text
    settled(bot)
    assert len(digests(bot)) == before + 1


def test_there_is_one_digest_for_each_local_date(bot: BotAtWork) -> None:
    go_to(bot, 6)
    ask(bot, "notify daily 09:00")
    before = len(digests(bot))
    for day in range(1, 4):
        go_to(bot, 9)
        bot.until(lambda: len(digests(bot)) == before + day)  # noqa: B023 - asked at once
    # A later time on the same day is no second digest for that day.
    ask(bot, "notify daily 11:00")
    go_to(bot, 11)
    settled(bot)
    assert len(digests(bot)) == before + 3
    go_to(bot, 11)
    bot.until(lambda: len(digests(bot)) == before + 4)


def test_r19_three_days_of_downtime_end_in_one_digest_that_says_so(bot: BotAtWork) -> None:
    go_to(bot, 6)
    ask(bot, "notify daily 09:00")
    before = len(digests(bot))
    go_to(bot, 9, days=3)
    [digest] = bot.until(lambda: digests(bot)[before:])
    assert "3 digests" in words(digest)
    settled(bot)
    assert len(digests(bot)) == before + 1


def test_r18_four_looks_at_once_plan_one_digest(bot: BotAtWork) -> None:
    from bot.usecases import digests as usecase

    go_to(bot, 6)
    ask(bot, "notify daily 09:00")
    before = len(digests(bot))
    go_to(bot, 9)

    def look(_number: int) -> int:
        usecase.plan_due(bot.at.storage, bot.clock)
        return bot.service.dispatcher.look()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(look, range(8)))
    bot.until(lambda: len(digests(bot)) > before)
    settled(bot)
    assert len(digests(bot)) == before + 1


def test_r10_an_archived_channel_pauses_the_digest_and_its_owner_is_told_once(bot: BotAtWork) -> None:
    def told() -> list[Message]:
        return [each for each in bot.company.workspace.messages(dm(bot, ADA)) if "paused" in each.text]

    go_to(bot, 6)
    ask(bot, "notify daily 09:00")
    before, told_before = len(digests(bot)), len(told())
    bot.company.workspace.channels[REVOPS].archived = True
    for _ in range(3):
        go_to(bot, 9)
        settled(bot)
    bot.until(lambda: len(told()) > told_before)
    assert len(told()) == told_before + 1
    assert f"<#{REVOPS}>" in told()[-1].text
    assert "paused" in ask(bot, "notify").text

    bot.company.workspace.channels[REVOPS].archived = False
    ask(bot, "notify daily 09:00")
    go_to(bot, 9)
    bot.until(lambda: len(digests(bot)) == before + 1)


def test_a_private_channel_the_bot_is_not_in_pauses_too(bot: BotAtWork) -> None:
    go_to(bot, 6)
    ask(bot, "notify daily 09:00", channel=LEADERS)
    go_to(bot, 9)
    bot.until(lambda: "paused" in ask(bot, "notify", channel=LEADERS).text)
    assert any(f"<#{LEADERS}>" in each.text for each in bot.company.workspace.messages(dm(bot, ADA)))


@pytest.mark.parametrize("word", ["off", "aus", "OFF"])
def test_off_stops_it(bot: BotAtWork, word: str) -> None:
    go_to(bot, 6)
    ask(bot, "notify daily 09:00")
    before = len(digests(bot))
    ask(bot, f"notify {word}")
    assert "no digest" in ask(bot, "notify").text
    go_to(bot, 9)
    settled(bot)
    assert len(digests(bot)) == before


@pytest.mark.parametrize("time", ["25:00", "9:99", "noon", "-1", "09:00:00", "١٢:٦٠"])
def test_a_wrong_time_is_explained_and_changes_nothing(bot: BotAtWork, time: str) -> None:
    ask(bot, "notify daily 07:30")
    answer = ask(bot, f"notify daily {time}")
    assert "09:00" in answer.text
    assert "went wrong" not in answer.text
    assert "07:30" in ask(bot, "notify").text


@pytest.mark.parametrize(("text", "time"), [("täglich 9", "09:00"), ("daily 9pm", "21:00"), ("daily 9.30", "09:30")])
def test_times_are_understood_as_people_write_them(bot: BotAtWork, text: str, time: str) -> None:
    ask(bot, f"benachrichtigen {text}", OTTO)
    assert time in ask(bot, "notify").text


def test_viewers_may_look_but_not_subscribe(bot: BotAtWork) -> None:
    assert f"<@{OTTO}>" in ask(bot, "notify daily 09:00", VERA).text
    assert "no digest" in ask(bot, "notify", VERA).text


def test_a_slack_that_fails_for_a_while_only_delays_a_digest(bot: BotAtWork) -> None:
    go_to(bot, 6)
    ask(bot, "notify daily 09:00")
    before = len(digests(bot))
    bot.company.workspace.fail("chat.postMessage", "fatal_error", times=2, status=503)
    go_to(bot, 9)
    bot.until(lambda: len(digests(bot)) == before + 1)
    settled(bot)
    assert len(digests(bot)) == before + 1


def test_r05_a_digest_two_people_press_is_resynced_once_and_stays_for_the_others(bot: BotAtWork) -> None:
    go_to(bot, 6)
    ask(bot, "notify daily 09:00")
    before, running = len(digests(bot)), len(resyncs(bot))
    go_to(bot, 9)
    [digest] = bot.until(lambda: digests(bot)[before:])
    shown = words(digest)
    assert press(bot, digest, "resync.v1", "Associations", ADA).ok
    assert press(bot, digest, "resync.v1", "Associations", OTTO).ok
    assert f"<@{ADA}>" in words(bot.company.workspace.modal(OTTO))
    bot.until(lambda: len(resyncs(bot)) == running + 1)
    settled(bot)
    assert len(resyncs(bot)) == running + 1
    assert words(digest) == shown


def test_the_hour_an_autumn_night_repeats_holds_one_digest(bot: BotAtWork) -> None:
    year = bot.clock.now().year + 1
    first = datetime(year, 11, 1, tzinfo=NEW_YORK)
    sunday = first + timedelta(days=(6 - first.weekday()) % 7)
    bot.clock.ahead += sunday.astimezone(UTC) - bot.clock.now()
    ask(bot, "notify daily 01:30")
    before = len(digests(bot))
    for _ in range(4):
        later(bot, timedelta(minutes=45))
        settled(bot)
    assert len(digests(bot)) == before + 1
