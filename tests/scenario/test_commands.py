"""`/sfsync …`: what each person reads, where it comes from, and who may what."""

import csv
import io
import json
import os
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.sandbox.crm.health import CATEGORIES, ERROR_TYPES, SyncError
from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import ADA, GENERAL, GUS, OTTO, REVOPS, VERA, File
from tests.bot_at_work import API_TOKEN, BotAtWork
from tests.scenario.steps import ask, dm, hubspot_batches, later, names, newcomer, open_errors, post, press, words


def figures(errors: list[SyncError], bot: BotAtWork) -> tuple[int, int, int]:
    """Errors, affected records, and those first detected within 24 hours."""
    since = bot.clock.now() - timedelta(hours=24)
    return (
        len(errors),
        len({(each.object_type, each.hubspot_id or each.salesforce_id) for each in errors}),
        sum(each.first_detected > since for each in errors),
    )


def test_the_cards_show_the_worlds_counts(bot: BotAtWork) -> None:
    text = words(ask(bot, "errors"))
    for slug, (label, _) in CATEGORIES.items():
        errors, records, new = figures(open_errors(bot, category=slug), bot)
        card = text.split(f"*{label}*\n")[1].splitlines()[0]
        assert card.startswith(f"{errors} errors"), (label, card)
        assert f"{records} affected record" in card or records == errors, (label, card)
        assert f"{new} new" in card or not new, (label, card)
    total, _, new = figures(open_errors(bot), bot)
    assert f"{total} open errors" in text
    assert f"{new} new" in text


def test_an_error_is_no_longer_new_after_a_day(bot: BotAtWork) -> None:
    assert " new" in words(ask(bot, "errors"))
    later(bot, timedelta(hours=25))
    assert " new" not in words(ask(bot, "errors"))


@pytest.mark.parametrize("word", ["duplicates", "Duplicates", "Duplikate", "DUPLIKATE"])
def test_a_category_is_found_by_slug_and_by_label_in_both_languages(bot: BotAtWork, word: str) -> None:
    text = words(ask(bot, f"errors {word}"))
    assert f"Duplicates: {len(open_errors(bot, category='duplicates'))} open errors" in text
    for error_type, count in Counter(each.error_type for each in open_errors(bot, category="duplicates")).items():
        assert ERROR_TYPES[error_type][1] in text, (error_type, count)


@pytest.mark.parametrize("word", ["string_too_long", "String too long", "Zeichenfolge zu lang"])
def test_an_error_type_is_found_by_slug_and_by_label_in_both_languages(bot: BotAtWork, word: str) -> None:
    shown = ask(bot, f"errors {word}")
    assert f"String too long: {len(open_errors(bot, 'string_too_long'))} open errors" in words(shown)


def test_a_text_finds_the_errors_that_contain_it(bot: BotAtWork) -> None:
    code = [each for each in open_errors(bot) if each.code == "CANNOT_EXECUTE_FLOW_TRIGGER"]
    assert f": {len(code)} open errors" in words(ask(bot, "errors CANNOT_EXECUTE_FLOW_TRIGGER"))
    assert "No open error contains “nothing-reads-like-this”" in words(ask(bot, "errors nothing-reads-like-this"))
    assert "No open error contains “100%”" in words(ask(bot, "errors 100%"))


def test_a_misspelt_category_is_not_celebrated(bot: BotAtWork) -> None:
    assert "Did you mean “Duplicates”?" in words(ask(bot, "errors dupplicates"))
    assert "Did you mean “Duplicates”?" in words(ask(bot, "export dupplicates"))


def test_a_category_alone_means_its_errors(bot: BotAtWork) -> None:
    assert "Duplicates: " in words(ask(bot, "duplikate"))


def test_answers_come_in_the_ack_as_json_for_the_asker_alone(bot: BotAtWork) -> None:
    workspace = bot.company.workspace
    posted = len(workspace.called("chat.postMessage")) + len(workspace.called("chat.postEphemeral"))
    for text in ("errors", "errors duplicates", "usage", "help", "what", "notify", "resync"):
        answer = workspace.command(VERA, GENERAL, text).answer
        assert answer.content_type.startswith("application/json"), text
        body = json.loads(answer.text)
        assert body["response_type"] == "ephemeral", text
        assert body["text"].strip(), text
        assert body["blocks"], text
    assert len(workspace.called("chat.postMessage")) + len(workspace.called("chat.postEphemeral")) == posted


def test_german_for_otto_and_english_for_ada(bot: BotAtWork) -> None:
    german, english = words(ask(bot, "errors", OTTO)), words(ask(bot, "errors", ADA))
    assert "Duplikate" in german
    assert "Duplicates" not in german
    assert "Duplicates" in english
    assert "Duplikate" not in english


@pytest.mark.parametrize(
    ("word", "title"),
    [
        ("fehler", "Synchronisierungsfehler"),
        ("fehler Duplikate", "Duplikate: "),
        ("nutzung", "API-Aufruf-Nutzung"),
        ("hilfe", "Was sfsync kann"),
        ("duplikate", "Duplikate: "),
        ("FEHLER", "Synchronisierungsfehler"),
    ],
)
def test_german_words_answer(bot: BotAtWork, word: str, title: str) -> None:
    assert title in words(ask(bot, word, OTTO))


def test_numbers_are_written_out_as_the_reader_is_used_to(bot: BotAtWork) -> None:
    bot.until(lambda: "Limited by Salesforce" in words(ask(bot, "usage")))
    assert "100,000" in words(ask(bot, "usage"))
    assert "100.000" in words(ask(bot, "usage", OTTO))


def test_usage_shows_used_limited_and_allocated(bot: BotAtWork) -> None:
    bot.until(lambda: "Limited by Salesforce" in words(ask(bot, "usage")))
    text = words(ask(bot, "usage"))
    limit = bot.company.world.org.daily_calls
    assert f"*Limited by Salesforce:* {limit:,}" in text
    assert "*Used:* " in text
    used = int(text.split("*Used:* ")[1].split("\n")[0].replace(",", ""))
    assert 30_000 < used < 40_000
    assert f"*Left:* {limit - used:,}" in text

    assert "Allocated to HubSpot" in text
    ask(bot, "usage allocated 50,000")
    assert "*Allocated to HubSpot:* 50,000" in words(ask(bot, "usage"))
    ask(bot, "nutzung zugewiesen 60.000")
    assert "*Allocated to HubSpot:* 60,000" in words(ask(bot, "usage"))


@pytest.mark.parametrize("number", ["many", "-5", "0", "100001", "1e9", ""])
def test_an_allocation_that_cannot_be_is_refused_and_changes_nothing(bot: BotAtWork, number: str) -> None:
    ask(bot, "usage allocated 40000")
    refused = ask(bot, f"usage allocated {number}")
    assert "40,000" not in refused.text
    assert "went wrong" not in refused.text
    assert "*Allocated to HubSpot:* 40,000" in words(ask(bot, "usage"))


@pytest.mark.parametrize("user", [OTTO, VERA])
def test_only_an_admin_allocates(bot: BotAtWork, user: str) -> None:
    ask(bot, "usage allocated 30000")
    assert f"<@{ADA}>" in ask(bot, "usage allocated 20000", user).text
    assert "*Allocated to HubSpot:* 30,000" in words(ask(bot, "usage"))


@pytest.mark.parametrize(("typed", "meant"), [("erors", "errors"), ("usge", "usage"), ("hlep", "help")])
def test_an_unknown_word_answers_help_with_the_nearest_match(bot: BotAtWork, typed: str, meant: str) -> None:
    text = words(ask(bot, typed))
    assert f"“{typed}”" in text
    assert f"“{meant}”" in text
    assert "What sfsync can do" in text


@pytest.mark.parametrize("typed", ["xyzzy", "<!channel>", "*bold* _it_", '"quoted\\', "💥", "errors\n\n\tduplicates"])
def test_whatever_is_typed_is_answered_and_pings_nobody(bot: BotAtWork, typed: str) -> None:
    answer = ask(bot, typed)
    assert "<!channel>" not in answer.text
    assert "went wrong" not in answer.text


def test_r25_help_names_the_instance_that_answered(bot: BotAtWork) -> None:
    assert f"({socket.gethostname()}, {os.getpid()})" in words(ask(bot, "help"))


def test_help_tells_the_role(bot: BotAtWork) -> None:
    assert "Your role: admin" in words(ask(bot, "help"))
    assert "Your role: viewer" in words(ask(bot, "help", VERA))
    assert "Operator" in words(ask(bot, "hilfe", OTTO))


def test_the_same_command_delivered_twice_is_answered_once(bot: BotAtWork) -> None:
    first = bot.company.workspace.command(ADA, REVOPS, "export duplicates")
    assert first.delivery
    shared = len(csv_files(bot, ADA))
    again = bot.company.workspace.deliver(first.delivery)
    assert again.error is None
    assert not again.text.strip()
    bot.until(lambda: len(csv_files(bot, ADA)) > shared or shared)
    ask(bot, "export picklists")
    bot.until(lambda: any("picklists" in file.name for file in csv_files(bot, ADA)))
    assert sum("duplicates" in file.name for file in csv_files(bot, ADA)) == 1


# Details


def test_details_of_every_category_fit_a_modal(bot: BotAtWork) -> None:
    for user in (ADA, OTTO):
        card = ask(bot, "errors", user)
        for slug, labels in CATEGORIES.items():
            before = len(bot.company.workspace.called("views.open"))
            assert press(bot, card, "details.v1", labels[user == OTTO], user).ok
            [call] = bot.company.workspace.called("views.open")[before:]
            assert call.answer["ok"], (slug, call.answer)


# Export


def csv_files(bot: BotAtWork, user: str) -> list[File]:
    return [file for file in list(bot.company.workspace.files.values()) if dm(bot, user) in file.shares]


def exported(bot: BotAtWork, user: str, before: int) -> tuple[list[str], list[dict[str, str]]]:
    """Wait for one more file in somebody's DM; answer its header and rows."""
    file = bot.until(lambda: csv_files(bot, user)[before:])[0]
    assert file.content
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert list(file.shares) == [dm(bot, user)]
    reader = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline=""), strict=True)
    rows = list(reader)
    return list(reader.fieldnames or ()), rows


COLUMNS = [
    *("error_id", "category", "error_type", "object", "hubspot_id", "salesforce_id", "record", "code", "message"),
    *("fields", "transient", "who", "status", "first_seen", "last_seen", "occurrences", "source"),
    *("hubspot_url", "salesforce_url"),
]


def test_the_export_button_sends_the_category_as_csv_to_the_persons_dm(bot: BotAtWork) -> None:
    before = len(csv_files(bot, OTTO))
    card = ask(bot, "errors", OTTO, GENERAL)
    assert press(bot, card, "export.v1", "Duplikate", OTTO).ok
    header, rows = exported(bot, OTTO, before)

    errors = open_errors(bot, category="duplicates")
    assert header == COLUMNS
    assert sorted(row["record"] for row in rows) == names(errors)
    assert sorted(row["error_type"] for row in rows) == sorted(each.error_type for each in errors)
    assert {row["category"] for row in rows} == {"duplicates"}


@pytest.mark.parametrize(("typed", "name", "every"), [("all", "all", True), ("ada", "search", False)])
def test_an_export_is_named_after_what_is_in_it(bot: BotAtWork, typed: str, name: str, *, every: bool) -> None:
    before = len(csv_files(bot, ADA))
    ask(bot, f"export {typed}")
    file = bot.until(lambda: csv_files(bot, ADA)[before:])[0]
    assert file.name.startswith(f"sync-errors-{name}-2")
    rows = list(csv.DictReader(io.StringIO((file.content or b"").decode("utf-8-sig"))))
    assert (len(rows) == len(open_errors(bot))) is every


def test_all_errors_are_the_cards_and_are_not_resynced_by_a_word(bot: BotAtWork) -> None:
    cards = ask(bot, "errors").text
    assert ask(bot, "errors all").text == cards
    assert ask(bot, "resync alle").text == f"Nothing was resynced: press *Resync* where you want that. {cards}"


def test_the_export_command_sends_everything(bot: BotAtWork) -> None:
    before = len(csv_files(bot, ADA))
    ask(bot, "export")
    header, rows = exported(bot, ADA, before)
    assert header == COLUMNS
    of_world = [row for row in rows if row["source"] == "hubspot_export"]
    assert len(of_world) == len(open_errors(bot))
    told = {each.message for each in open_errors(bot)}
    assert all(row["message"].removeprefix("'") in told for row in of_world if row["message"])


@pytest.mark.parametrize("cell", ["=1+1", "+49 89 1", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")'])
def test_r28_formula_cells_are_disarmed(bot: BotAtWork, cell: str) -> None:
    row = {"object": "contact", "hubspot_id": "99001", "record": cell, "code": "FORMULA", "message": cell}
    assert post(bot, "/api/v1/errors", json=[row], headers={"Authorization": f"Bearer {API_TOKEN}"}).status_code == 200
    before = len(csv_files(bot, ADA))
    ask(bot, "export")
    _, rows = exported(bot, ADA, before)
    ours = [row for row in rows if row["code"] == "FORMULA"]
    assert ours
    assert all(value[:1] not in {"=", "+", "-", "@", "\t", "\r"} for row in rows for value in row.values())


def test_viewers_get_no_export(bot: BotAtWork) -> None:
    assert f"<@{OTTO}>" in ask(bot, "export", VERA).text
    card = ask(bot, "errors", VERA)
    assert press(bot, card, "export.v1", "Duplicates", VERA).ok
    assert f"<@{OTTO}>" in words(bot.company.workspace.modal(VERA))
    ask(bot, "export associations")
    bot.until(lambda: any("associations" in file.name for file in csv_files(bot, ADA)))
    assert not csv_files(bot, VERA)


def test_resync_by_command_is_refused_to_viewers_and_needs_to_know_what(bot: BotAtWork) -> None:
    calls = hubspot_batches(bot)
    assert f"<@{OTTO}>" in ask(bot, "resync duplicates", VERA).text
    for text, meant in (("resync", "Duplicates"), ("resync CANNOT_EXECUTE_FLOW_TRIGGER", "open errors")):
        shown = ask(bot, text)
        assert meant in words(shown)
        assert shown.text.startswith("Nothing was resynced")
    assert "Nothing was resynced" not in words(ask(bot, "errors"))
    assert hubspot_batches(bot) == calls


# When vendors are slow or down


def test_a_slow_users_info_delays_the_first_answer_by_less_than_a_second(bot: BotAtWork) -> None:
    german = newcomer(bot, "de-DE")
    bot.company.workspace.fail("users.info", delay=1.5)
    outcome = bot.company.workspace.command(german, REVOPS, "errors")
    assert outcome.ok
    assert outcome.answer.seconds < 3
    assert "Duplicates" in words(outcome.message)
    # What could not be found out is not remembered.
    assert "Duplikate" in words(ask(bot, "errors", german))


@pytest.mark.parametrize("error", ["internal_error", "user_not_found", "ratelimited", "missing_scope"])
def test_a_failing_users_info_does_not_keep_the_answer(bot: BotAtWork, error: str) -> None:
    bot.company.workspace.fail("users.info", error, status=429 if error == "ratelimited" else 200)
    assert "Duplicates" in words(ask(bot, "errors", newcomer(bot, "de-DE")))


def test_who_is_known_from_yesterday_keeps_their_language_while_slack_fails(bot: BotAtWork) -> None:
    ask(bot, "errors", OTTO)
    later(bot, timedelta(hours=25))
    bot.company.workspace.fail("users.info")
    assert "Duplikate" in words(ask(bot, "errors", OTTO))


def test_a_slow_slack_never_costs_a_click_its_acknowledgement(bot: BotAtWork) -> None:
    card = ask(bot, "errors")
    later(bot, timedelta(hours=25))
    bot.company.workspace.fail("users.info", delay=1.5)
    bot.company.workspace.fail("views.open", delay=4.0)
    outcome = press(bot, card, "details.v1", "Duplicates")
    assert outcome.error is None, outcome.answer.seconds


def test_r01_twenty_commands_are_answered_while_hubspot_hangs(bot: BotAtWork) -> None:
    bot.company.faults.add(Fault("slow", "/crm/objects/", times=9, seconds=2.0))
    ask(bot, "resync association_limit_reached")
    bot.until(lambda: bot.company.faults.active()[0].times == 8)
    with ThreadPoolExecutor(20) as threads:
        outcomes = list(
            threads.map(
                lambda n: bot.company.workspace.command((ADA, OTTO, VERA, GUS)[n % 4], REVOPS, "errors"), range(20)
            )
        )
    assert [outcome.error for outcome in outcomes] == [None] * 20
    assert all(outcome.message for outcome in outcomes)
    assert max(outcome.answer.seconds for outcome in outcomes) < 3
