"""A bot that is set up another way: German by default, a user group as admins, a guest by name, no push."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.sandbox.slack.state import ADA, GUS, OTTO, REVOPS, SYNC_ADMINS, VERA
from tests.bot_at_work import API_TOKEN, BotAtWork
from tests.scenario.conftest import Way
from tests.scenario.steps import ask, hubspot_batches, later, newcomer, post, press, words


@pytest.fixture(scope="module")
def shared_bot(way: Way) -> Iterator[BotAtWork]:
    with way.bot(
        sfsync_admins=SYNC_ADMINS,
        sfsync_operators=f"{OTTO},{GUS}",
        sfsync_language="de",
        sfsync_api_token="",
    ) as started:
        started.import_errors()
        yield started


def test_a_guest_is_a_viewer_even_if_named(bot: BotAtWork) -> None:
    calls = hubspot_batches(bot)
    assert "Your role: viewer" in words(ask(bot, "help", GUS))
    assert f"<@{OTTO}>" in ask(bot, "resync duplicates", GUS).text
    card = ask(bot, "errors", GUS)
    assert press(bot, card, "resync.v1", "Duplicates", GUS).ok
    assert f"<@{OTTO}>" in words(bot.company.workspace.modal(GUS))
    assert hubspot_batches(bot) == calls


def test_a_guest_of_yesterday_is_one_today_although_slack_fails(bot: BotAtWork) -> None:
    ask(bot, "help", GUS)
    later(bot, timedelta(hours=25))
    bot.company.workspace.fail("users.info", "internal_error", times=2)
    calls = hubspot_batches(bot)
    assert f"<@{OTTO}>" in ask(bot, "resync duplicates", GUS).text
    assert hubspot_batches(bot) == calls


def test_a_member_of_the_admins_group_is_an_admin(bot: BotAtWork) -> None:
    bot.until(lambda: "Your role: admin" in words(ask(bot, "help", ADA)))
    assert f"<!subteam^{SYNC_ADMINS}>" in ask(bot, "usage allocated 5000", OTTO).text
    ask(bot, "usage allocated 5000", ADA)
    assert "5,000" in words(ask(bot, "usage", VERA))


def test_people_read_their_own_language_whatever_the_default(bot: BotAtWork) -> None:
    assert "Duplicates" in words(ask(bot, "errors", VERA))
    assert "Duplikate" in words(ask(bot, "errors", OTTO))


def test_who_slack_tells_nothing_about_reads_the_default_language(bot: BotAtWork) -> None:
    bot.company.workspace.fail("users.info", "internal_error", delay=1.5)
    outcome = bot.company.workspace.command(newcomer(bot, "en-US"), REVOPS, "errors")
    assert outcome.ok
    assert outcome.answer.seconds < 3
    assert "Duplikate" in words(outcome.message)


@pytest.mark.parametrize("token", ["", API_TOKEN])
def test_push_is_off_without_a_token(bot: BotAtWork, token: str) -> None:
    answer = post(bot, "/api/v1/errors", json=[], headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 404
    assert "SFSYNC_API_TOKEN" in answer.json()["error"]
