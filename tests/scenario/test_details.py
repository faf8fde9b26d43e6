"""The details: from a card to groups, to affected records, and whatever can be done from there."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bot.sandbox.crm.health import ERROR_TYPES
from bot.sandbox.crm.lists import RecordList
from bot.sandbox.faults import Fault
from bot.sandbox.slack.inputs import elements
from bot.sandbox.slack.state import ADA, OTTO, VERA, View
from bot.sandbox.slack.workspace import Outcome
from tests.bot_at_work import API_TOKEN, BotAtWork
from tests.scenario.steps import all_touched, ask, dm, later, names, open_errors, post, press, resyncs, words

MANY = 24
"""Records of a group that takes three pages."""


def push(bot: BotAtWork, code: str, count: int, **more: str) -> None:
    """Bring in one group of errors, each about a record of its own."""
    rows = [
        {"object": "contact", "hubspot_id": f"{880000 + n}", "record": f"{code} {n:03}", "code": code, **more}
        for n in range(count)
    ]
    answer = post(bot, "/api/v1/errors", json=rows, headers={"Authorization": f"Bearer {API_TOKEN}"})
    assert answer.json()["accepted"] == count, answer.text


@pytest.fixture(scope="module", autouse=True)
def many(shared_bot: BotAtWork) -> None:
    push(shared_bot, "MANY_OF_THEM", MANY, message="Too many cooks")


@pytest.fixture(autouse=True)
def closed(bot: BotAtWork) -> Iterator[None]:
    yield
    bot.company.workspace.stacks.clear()


def details(bot: BotAtWork, what: str, user: str = ADA) -> View:
    """Press Details of a group that contains a text."""
    card = ask(bot, f"errors {what}", user)
    assert press(bot, card, "details.v1", user=user).ok
    return shown(bot, user)


def shown(bot: BotAtWork, user: str = ADA) -> View:
    modal = bot.company.workspace.modal(user)
    assert modal
    return modal


def go(bot: BotAtWork, action: str, value: str | None = None, user: str = ADA, **typed: str) -> Outcome:
    """Use something in the modal; answer what came of it."""
    named = {f"details_{name}.v1": text for name, text in typed.items()}
    outcome = bot.company.workspace.press(user, shown(bot, user), action, value=value, values=named)
    assert outcome.ok, outcome
    return outcome


def listed(modal: View) -> list[str]:
    """The names of the records on a page."""
    return [
        block["text"]["text"]
        for block in modal.body["blocks"]
        if block["type"] == "section" and block.get("accessory", {}).get("type") == "overflow"
    ]


def has(modal: View, action: str) -> bool:
    return any(element["action_id"] == action for _, element in elements(modal.body["blocks"]))


def test_a_category_leads_to_its_groups_and_a_group_to_its_explanation_and_records(bot: BotAtWork) -> None:
    card = ask(bot, "errors")
    assert press(bot, card, "details.v1", "Duplicates").ok
    errors = open_errors(bot, category="duplicates")
    text = words(shown(bot))
    assert f"Duplicates: {len(errors)} open errors" in text
    for error_type in {each.error_type for each in errors}:
        assert ERROR_TYPES[error_type][1] in text
    go(bot, "details_group.v1")
    inside = words(shown(bot))
    assert "How to fix it" in inside
    assert "Who can fix it" in inside
    assert "https://" in inside
    assert set(listed(shown(bot))) <= set(names(errors))
    go(bot, "details_groups.v1")
    assert words(shown(bot)) == text


def test_every_record_is_met_once_on_the_way_to_the_last_page_and_back(bot: BotAtWork) -> None:
    modal = details(bot, "MANY_OF_THEM")
    pages = [listed(modal)]
    assert f"1–10 of {MANY}" in words(modal)
    assert not has(modal, "details_back.v1")
    while has(shown(bot), "details_next.v1"):
        go(bot, "details_next.v1")
        pages.append(listed(shown(bot)))
    assert f"21–24 of {MANY}" in words(shown(bot))
    assert [len(page) for page in pages] == [10, 10, 4]
    assert sorted(name for page in pages for name in page) == [f"MANY_OF_THEM {n:03}" for n in range(MANY)]
    back = [listed(shown(bot))]
    while has(shown(bot), "details_back.v1"):
        go(bot, "details_back.v1")
        back.append(listed(shown(bot)))
    assert back == pages[::-1]
    assert f"1–10 of {MANY}" in words(shown(bot))


def test_every_group_is_met_once_too(bot: BotAtWork) -> None:
    for n in range(13):
        push(bot, f"GROUP_{'abcdefghijklm'[n]}", 1 + n // 5, message=f"One of a kind {'abcdefghijklm'[n]}")
    assert press(bot, ask(bot, "errors"), "details.v1", "Other").ok
    go(bot, "details_search.v1", "One of a kind", search="One of a kind")
    found: list[str] = []
    while True:
        found += re.findall(r"“One of a kind (\w)”", words(shown(bot)))
        if not has(shown(bot), "details_next.v1"):
            break
        go(bot, "details_next.v1")
    assert Counter(found) == Counter("abcdefghijklm")
    go(bot, "details_back.v1")
    assert "1–10 of 13" in words(shown(bot))


@pytest.mark.parametrize("text", ["MANY_OF_THEM 007", "880007", "cooks"])
def test_what_is_typed_is_looked_for_and_stays_typed(bot: BotAtWork, text: str) -> None:
    details(bot, "MANY_OF_THEM")
    go(bot, "details_search.v1", text, search=text)
    assert listed(shown(bot))[0] == ("MANY_OF_THEM 000" if text == "cooks" else "MANY_OF_THEM 007")
    assert f'"initial_value": "{text}"' in json.dumps(shown(bot).body)
    assert bot.company.workspace.submit(ADA, shown(bot), {"details_search.v1": "nobody is called this"}).ok
    assert "Nothing like this here" in words(shown(bot))
    assert bot.company.workspace.submit(ADA, shown(bot), {"details_search.v1": ""}).ok
    assert f"1–10 of {MANY}" in words(shown(bot))


def test_filters_narrow_to_an_object_and_a_state(bot: BotAtWork) -> None:
    details(bot, "MANY_OF_THEM")
    go(bot, "details_object.v1", "deal")
    assert "Nothing like this here" in words(shown(bot))
    go(bot, "details_object.v1", "contact")
    assert f"1–10 of {MANY}" in words(shown(bot))
    go(bot, "details_state.v1", "resolved")
    assert "0 resolved errors" in words(shown(bot))
    assert not has(shown(bot), "details_resync.v1")
    go(bot, "details_object.v1", "any")
    go(bot, "details_state.v1", "open")
    assert f"{MANY} open errors" in words(shown(bot))


def test_a_resync_from_the_details_is_told_in_the_channel_they_were_opened_in(bot: BotAtWork) -> None:
    before = len(resyncs(bot))
    details(bot, "invalid_email")
    go(bot, "details_resync.v1")
    assert "Resync of Invalid email address was started." in words(shown(bot))
    live = bot.until(lambda: resyncs(bot)[before:])[-1]
    bot.until(lambda: all_touched(live))
    go(bot, "details_state.v1", "resyncing")
    assert "being resynced" in words(shown(bot))


def test_one_record_is_resynced_alone(bot: BotAtWork) -> None:
    before = len(resyncs(bot))
    details(bot, "type_mismatch")
    _, record = next(pair for pair in elements(shown(bot).body["blocks"]) if pair[1]["type"] == "overflow")
    go(bot, "details_record.v1", record["options"][0]["value"])
    bot.until(lambda: any("of 1 finished" in words(live) for live in resyncs(bot)[before:]))


def ignore(bot: BotAtWork, reason: str = "known", until: date | None = None, user: str = ADA) -> Outcome:
    """Fill in and submit what asks why."""
    typed = {"ignore_reason.v1": reason, "ignore_until.v1": until.isoformat() if until else None}
    return bot.company.workspace.submit(user, shown(bot, user), typed)


def in_days(bot: BotAtWork, days: int) -> date:
    return (bot.clock.now() + timedelta(days=days)).date()


def found(bot: BotAtWork, text: str) -> str:
    """What is open and contains a text."""
    return words(ask(bot, f"errors {text}"))


def test_an_ignored_group_leaves_the_cards_with_those_that_come_in_later_until_it_ends(bot: BotAtWork) -> None:
    push(bot, "KNOWN_FOR_LONG", 3, message="We know about this")
    details(bot, "KNOWN_FOR_LONG")
    go(bot, "details_ignore.v1")
    assert "ignored, too" in words(shown(bot))
    assert ignore(bot, "the <!channel> vendor mends it", in_days(bot, 3)).ok
    assert "Ignored." in words(shown(bot))
    assert "0 open errors" in words(shown(bot))
    assert len(bot.company.workspace.stacks[ADA]) == 1
    go(bot, "details_state.v1", "ignored")
    assert "3 ignored errors" in words(shown(bot))
    assert "the &lt;!channel&gt; vendor mends it" in words(shown(bot))
    assert f"<@{ADA}>" in words(shown(bot))

    push(bot, "KNOWN_FOR_LONG", 5, message="We know about this")
    assert "No open error contains" in found(bot, "KNOWN_FOR_LONG")
    later(bot, timedelta(days=5))
    bot.until(lambda: ": 5 open errors" in found(bot, "KNOWN_FOR_LONG"))


def test_ignoring_is_stopped_by_hand_and_all_of_it_is_in_the_audit_log(bot: BotAtWork) -> None:
    push(bot, "FOR_A_WHILE", 2, message="Not for ever")
    details(bot, "FOR_A_WHILE")
    go(bot, "details_ignore.v1")
    assert ignore(bot).ok
    assert "No open error contains" in found(bot, "FOR_A_WHILE")
    go(bot, "details_stop.v1")
    assert "These errors count again." in words(shown(bot))
    assert ": 2 open errors" in found(bot, "FOR_A_WHILE")
    with bot.at.storage.read() as tx:
        stopped, begun = tx.audit.entries(2)
    assert [(each["who"], each["action"]) for each in (begun, stopped)] == [(ADA, "ignore"), (ADA, "stop ignoring")]


def test_one_record_is_ignored_alone_and_its_group_is_not(bot: BotAtWork) -> None:
    push(bot, "ONE_OF_FEW", 3, message="One of few")
    details(bot, "ONE_OF_FEW")
    _, record = next(pair for pair in elements(shown(bot).body["blocks"]) if pair[1]["type"] == "overflow")
    go(bot, "details_record.v1", record["options"][1]["value"])
    assert "ONE_OF_FEW 000" in words(shown(bot))
    assert ignore(bot, until=in_days(bot, 2)).ok
    assert listed(shown(bot)) == ["ONE_OF_FEW 001", "ONE_OF_FEW 002"]
    go(bot, "details_state.v1", "ignored")
    go(bot, "details_record.v1", record["options"][1]["value"].replace("ignore", "stop"))
    go(bot, "details_state.v1", "open")
    assert len(listed(shown(bot))) == 3


def test_a_reason_is_needed_and_an_end_lies_in_the_future(bot: BotAtWork) -> None:
    push(bot, "NEEDS_A_REASON", 1, message="Needs a reason")
    details(bot, "NEEDS_A_REASON")
    go(bot, "details_ignore.v1")
    assert ignore(bot, " ").errors == {"reason": "Say why, for those who find these errors ignored."}
    for days in (0, -1, 4000):
        assert set(ignore(bot, "known", in_days(bot, days) - timedelta(days=days < 1)).errors) == {"until"}
    assert ": 1 open error" in found(bot, "NEEDS_A_REASON")


def test_only_operators_ignore_and_that_is_looked_at_again_when_they_submit(bot: BotAtWork) -> None:
    push(bot, "NOT_FOR_ALL", 1, message="Not for all")
    details(bot, "NOT_FOR_ALL", VERA)
    go(bot, "details_ignore.v1", user=VERA)
    assert "Only operators" in words(shown(bot, VERA))
    details(bot, "NOT_FOR_ALL")
    go(bot, "details_ignore.v1")
    form = shown(bot)
    form.user = VERA
    bot.company.workspace.stacks[VERA] = bot.company.workspace.stacks[ADA]
    assert ignore(bot, user=VERA).ok
    assert "Only operators" in words(shown(bot, VERA))
    assert ": 1 open error" in found(bot, "NOT_FOR_ALL")


def lists(bot: BotAtWork) -> list[RecordList]:
    return list(bot.company.world.lists.values())


def told_of_views(bot: BotAtWork, user: str = ADA) -> list[str]:
    return [words(each) for each in bot.company.workspace.messages(dm(bot, user)) if "HubSpot view" in each.text]


def test_a_view_in_hubspot_holds_exactly_the_affected_records_and_is_used_again_and_removed(bot: BotAtWork) -> None:
    contacts = list(bot.company.world.hubspot["contacts"])[:5]
    rows = [{"object": "contact", "hubspot_id": each, "code": "FOR_A_VIEW", "message": "View me"} for each in contacts]
    rows.append({"object": "contact", "record": "Nobody knows", "code": "FOR_A_VIEW", "message": "View me"})
    assert post(bot, "/api/v1/errors", json=rows, headers={"Authorization": f"Bearer {API_TOKEN}"}).ok
    details(bot, "FOR_A_VIEW")
    go(bot, "details_view.v1")
    assert "Its link comes as a direct message" in words(shown(bot))
    [told] = bot.until(lambda: told_of_views(bot))
    [made] = lists(bot)
    assert made.name == f"SF sync errors - Unknown error - contacts - {bot.clock.now():%Y-%m-%d}"
    assert (made.type, set(made.members)) == ("contacts", set(contacts))
    assert f"/objectLists/{made.id}/filters" in told
    assert "5 records" in told
    assert "1 record is not in it" in told

    # Somebody changes it in HubSpot, HubSpot is busy, and the same is asked for again.
    stranger = list(bot.company.world.hubspot["contacts"])[9]
    made.members = {contacts[0]: made.created, stranger: made.created}
    bot.company.faults.add(Fault("rate_limit", "/crm/lists/", times=1, retry_after=1))
    go(bot, "details_view.v1")
    bot.until(lambda: len(told_of_views(bot)) == 2)
    assert lists(bot) == [made]
    assert set(made.members) == set(contacts)

    later(bot, timedelta(days=31))
    bot.until(lambda: not lists(bot))


def test_who_may_only_look_walks_through_it_and_is_told_whom_to_ask(bot: BotAtWork) -> None:
    details(bot, "MANY_OF_THEM", VERA)
    go(bot, "details_next.v1", user=VERA)
    go(bot, "details_resync.v1", user=VERA)
    refused = shown(bot, VERA)
    assert f"<@{OTTO}>" in words(refused)
    assert len(bot.company.workspace.stacks[VERA]) == 2


@pytest.mark.parametrize(
    "metadata",
    ["", "{}", "[]", "5", '{"v":1}', '{"v":1,"s":"{}","g":"x","l":[1,"",""],"r":[1,"",""],"c":""}', "x" * 3000],
)
def test_a_place_that_nobody_wrote_is_explained(bot: BotAtWork, metadata: str) -> None:
    modal = details(bot, "MANY_OF_THEM")
    modal.body["private_metadata"] = metadata
    go(bot, "details_next.v1")
    assert "older version" in words(shown(bot))
