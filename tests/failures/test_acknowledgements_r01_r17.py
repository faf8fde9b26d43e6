"""Acknowledgements: rows 1 to 7, 16 and 17. Whatever happens behind it, Slack hears of us within its three seconds."""

import ast
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

import bot as bot_package
from bot.model.message import Message
from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import ADA
from tests.bot_at_work import BotAtWork
from tests.failures.scenes import click_on, csv_files, held_command, settled, table_gone, too_late
from tests.samples import LANGUAGES, LOTS, ONE, everything
from tests.scenario.steps import (
    all_touched,
    ask,
    button,
    captured,
    captured_in,
    open_errors,
    press,
    prove,
    resyncs,
    words,
)

HOUSE = Path(bot_package.__file__).parents[1]

ERROR_ID = re.compile(r"error ([0-9a-f]{8,})")


def test_r01_twenty_clicks_are_acknowledged_while_both_vendors_hang(bot: BotAtWork) -> None:
    card = ask(bot, "errors")
    bot.company.faults.add(Fault("slow", seconds=2.0, times=4))
    ask(bot, "resync type_mismatch")
    bot.until(lambda: not bot.company.faults.active() or bot.company.faults.active()[0].times != 4)
    clicks = [captured(bot, card, "details.v1", "Duplicates") for _ in range(20)]
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(bot.company.workspace.deliver, clicks))
    # Slack's patience of three seconds is the sandbox's own.
    assert [answer.error for answer in answers] == [None] * 20


def test_r02_no_listener_is_lazy() -> None:
    listeners = [file for folder in ("bot", "handlers") for file in (HOUSE / folder).rglob("*.py")]
    assert HOUSE / "handlers/bolt.py" in listeners
    for file in listeners:
        arguments = [node.arg for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.keyword)]
        assert "lazy" not in arguments, file


@pytest.mark.parametrize(
    ("text", "table"), [("errors", "error_tally"), ("export duplicates", "claim"), ("resync duplicates", "job")]
)
def test_r03_command_that_fails_inside_is_answered_with_an_id_that_the_log_has(
    bot: BotAtWork, text: str, table: str
) -> None:
    ask(bot, "help")
    with capture_logs([merge_contextvars]) as logs, table_gone(bot, table):
        answer = ask(bot, text)
    found = ERROR_ID.search(answer.text)
    assert found, answer.text
    assert "not your fault" in answer.text
    assert found[1] in {line.get("request") for line in logs if line["event"] == "listener failed"}


@pytest.mark.parametrize(
    ("action", "table"), [("details.v1", "error_group"), ("resync.v1", "job"), ("export.v1", "claim")]
)
def test_r03_click_that_fails_inside_is_acknowledged_and_answered_in_a_modal(
    bot: BotAtWork, action: str, table: str
) -> None:
    click = click_on(bot, action)
    running, files = len(resyncs(bot)), len(csv_files(bot))
    with capture_logs(), table_gone(bot, table):
        assert bot.company.workspace.deliver(click).status == 200
    assert ERROR_ID.search(words(bot.company.workspace.modal(ADA)))
    settled(bot)
    assert (len(resyncs(bot)), len(csv_files(bot))) == (running, files)


@pytest.mark.parametrize(
    ("error", "status"),
    [("internal_error", 200), ("fatal_error", 503), ("ratelimited", 429), ("invalid_auth", 200), ("surprise!", 418)],
)
def test_r03_what_fails_after_the_acknowledgement_does_not_erase_it(bot: BotAtWork, error: str, status: int) -> None:
    bot.company.workspace.fail("views.open", error, status=status)
    answer = bot.company.workspace.deliver(click_on(bot, "details.v1"))
    assert (answer.status, answer.error) == (200, None)
    assert bot.company.workspace.modal(ADA) is None
    assert not bot.company.workspace.faults


def test_r04_same_command_delivered_by_five_threads_is_done_once(bot: BotAtWork) -> None:
    typed, before = held_command(bot, "export picklists"), len(csv_files(bot))
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(bot.company.workspace.deliver, [typed] * 5))
    assert [answer.error for answer in answers] == [None] * 5
    assert sum(bool(answer.text.strip()) for answer in answers) == 1
    settled(bot)
    assert len(bot.until(lambda: csv_files(bot)[before:])) == 1


def test_r05_button_clicked_three_times_at_once_starts_one_resync(bot: BotAtWork) -> None:
    card = ask(bot, "errors option_limit_exceeded")
    clicks = [captured(bot, card, "resync.v1", "Option limit exceeded") for _ in range(3)]
    before, opened = len(resyncs(bot)), len(bot.company.workspace.called("views.open"))
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(bot.company.workspace.deliver, clicks))
    assert [answer.error for answer in answers] == [None] * 3
    told = bot.company.workspace.called("views.open")[opened:]
    assert ["resyncing these errors already" in str(call.arguments) for call in told] == [True] * 2
    live = bot.until(lambda: resyncs(bot)[before:])[0]
    bot.until(lambda: all_touched(live))
    prove(bot, live)
    assert len(resyncs(bot)) == before + 1


def test_r06_modal_opens_before_its_trigger_dies_although_both_vendors_hang(bot: BotAtWork) -> None:
    bot.company.faults.add(Fault("slow", seconds=4.0))
    assert press(bot, ask(bot, "errors"), "details.v1", "Duplicates").ok
    assert "Duplicates" in words(bot.company.workspace.modal(ADA))


def test_r06_click_that_comes_too_late_is_done_though_its_modal_cannot_open(bot: BotAtWork) -> None:
    before, asked = len(csv_files(bot)), len(bot.company.workspace.called("views.open"))
    with capture_logs() as logs:
        assert bot.company.workspace.deliver(too_late(bot, click_on(bot, "export.v1"))).error is None
        bot.until(lambda: csv_files(bot)[before:])
    [call] = bot.company.workspace.called("views.open")[asked:]
    assert call.answer["error"] == "expired_trigger_id"
    assert [line["error"] for line in logs if line["event"] == "no modal"] == ["Slack: Gone (expired_trigger_id)"]
    assert bot.company.workspace.modal(ADA) is None


def test_r07_of_two_fast_clicks_in_a_modal_the_second_undoes_nothing(bot: BotAtWork) -> None:
    assert press(bot, ask(bot, "errors"), "details.v1", "Duplicates").ok
    modal = bot.company.workspace.modal(ADA)
    assert modal
    clicks = [captured_in(bot, modal, "details_state.v1", state) for state in ("ignored", "resolved")]
    since = len(bot.company.workspace.called("views.update"))
    with capture_logs() as logs:
        assert [bot.company.workspace.deliver(click).error for click in clicks] == [None, None]
    answers = [call.answer for call in bot.company.workspace.called("views.update")[since:]]
    assert [answer.get("error") for answer in answers] == [None, "hash_conflict"]
    assert "ignored" in words(modal)
    assert not [line for line in logs if line["log_level"] in {"warning", "error"}]


def test_r07_a_click_in_a_modal_that_is_closed_meanwhile_changes_nothing(bot: BotAtWork) -> None:
    assert press(bot, ask(bot, "errors"), "details.v1", "Duplicates").ok
    modal = bot.company.workspace.modal(ADA)
    assert modal
    click = captured_in(bot, modal, "details_state.v1", "ignored")
    bot.company.workspace.close(ADA, modal)
    since = len(bot.company.workspace.called("views.update"))
    with capture_logs() as logs:
        assert bot.company.workspace.deliver(click).error is None
    assert [call.answer["error"] for call in bot.company.workspace.called("views.update")[since:]] == ["not_found"]
    assert bot.company.workspace.modal(ADA) is None
    assert not [line for line in logs if line["log_level"] in {"warning", "error"}]


def test_r16_link_button_is_acknowledged_and_nothing_is_said_beside_the_page_it_opens(bot: BotAtWork) -> None:
    opened = len(bot.company.workspace.called("views.open"))
    for action in ("link.v1", "link.salesforce.v1"):
        assert bot.company.workspace.deliver(click_on(bot, action)).error is None
    assert len(bot.company.workspace.called("views.open")) == opened


RELEASED = {
    "0.1.0": (
        ("details.v1", '{"c":"duplicates"}', "Duplicates"),
        ("details.v1", '{"t":"string_too_long"}', "String too long"),
        ("details.v1", '{"t":"string_too_long","f":"FINGERPRINT"}', "String too long"),
        ("details.v1", '{"s":"STRING_TOO_LONG"}', "String too long"),
        ("export.v1", '{"c":"duplicates"}', "direct message"),
        ("export.v1", '{"s":"STRING_TOO_LONG"}', "direct message"),
        ("import_yes.v1", "1", "upload it again"),
        ("import_no.v1", "1", "upload it again"),
        ("resync.v1", '{"c":"associations"}', ""),
        ("resync.v1", '{"t":"missing_contact_id"}', ""),
        ("resync.v1", '{"t":"string_too_long","f":"FINGERPRINT"}', ""),
        ("resync.v1", '{"s":"UNABLE_TO_LOCK_ROW"}', ""),
    )
}
"""Every kind of button that messages of a release hold, and a word of the modal it opens. Releases only add lines."""


@pytest.mark.parametrize(
    ("action", "value", "told"),
    [pytest.param(*each, id=f"{release} {each[0]} {each[1]}") for release, all_ in RELEASED.items() for each in all_],
)
def test_r17_button_of_a_released_message_still_does_what_it_says(
    bot: BotAtWork, action: str, value: str, told: str
) -> None:
    group = json.loads(button(ask(bot, "errors string_too_long"), "details.v1"))
    running, files = len(resyncs(bot)), len(csv_files(bot))
    assert open_errors(bot)
    click = click_on(bot, action, value.replace("FINGERPRINT", group["f"]))
    assert bot.company.workspace.deliver(click).error is None
    if told:
        assert told in words(bot.company.workspace.modal(ADA))
    if action == "export.v1":
        bot.until(lambda: len(csv_files(bot)) == files + 1)
    if action == "resync.v1":
        live = bot.until(lambda: resyncs(bot)[running:])[0]
        bot.until(lambda: all_touched(live))
        prove(bot, live)


def test_r17_buttons_of_todays_messages_are_those_of_a_release() -> None:
    ours = {
        element["action_id"]
        for world in (ONE, LOTS)
        for language in LANGUAGES
        for _, said in everything(world, language)
        if isinstance(said, Message)
        for block in said.blocks
        for element in block.get("elements", ())
        if "action_id" in element
    }
    # A new one is written into RELEASED with the release that first shows it.
    assert ours == {action for each in RELEASED.values() for action, _, _ in each}
