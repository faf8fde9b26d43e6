"""Vendors that are down, slow or torn: what was due arrives afterwards, in order, once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice

import pytest

from bot.sandbox.crm.mapping import TOKEN_PROPERTY
from bot.sandbox.crm.records import Pair
from bot.sandbox.faults import Fault
from bot.sandbox.slack.app import create_slack
from bot.sandbox.slack.state import ADA, OTTO
from bot.server import serve
from tests.bot_at_work import BotAtWork
from tests.databases import books
from tests.failures.scenes import channel, csv_files, digests, push, subscribe
from tests.scenario.steps import (
    PROOF,
    all_touched,
    ask,
    finished,
    hubspot_token,
    later,
    press,
    prove,
    resyncs,
    salesforce_token,
    started,
    words,
)

JOBS = ("resync", "prove", "report", "deliver", "export", "import")

KINDS_OF_ERRORS = (
    *("mismatched_options", "string_too_long", "invalid_email", "owner_assignment", "salesforce_flow", "type_mismatch"),
    *("salesforce_duplicate_rule", "missing_contact_id", "restricted_picklist_value"),
)


def calm(bot: BotAtWork) -> bool:
    """Tell whether nothing is due or being done: what is left waits for its next attempt."""
    with bot.at.storage.read() as tx:
        return not tx.jobs.due(bot.clock.now(), JOBS, 1) and not tx.jobs.running_since(None)


def minutes(bot: BotAtWork, number: int) -> None:
    """Let some minutes pass, and wait until all that was due in them was tried."""
    later(bot, timedelta(minutes=number))
    bot.until(lambda: calm(bot), 60)


@contextmanager
def slack_answers(
    bot: BotAtWork, error: str = "service_unavailable", status: int = 503, delay: float = 0.0
) -> Iterator[None]:
    """Let every call to Slack go wrong in the same way."""
    bot.company.workspace.fail("*", error, status=status, delay=delay, times=10_000)
    yield
    bot.company.workspace.faults.clear()


@contextmanager
def slack_refuses_connections(bot: BotAtWork) -> Iterator[None]:
    """Let nobody listen at Slack's address."""
    port = int(bot.company.workspace.url.rsplit(":", 1)[1])
    bot.company._slack.close()
    yield
    bot.company._slack = serve(create_slack(bot.company.workspace), port)


def test_what_was_due_in_an_hour_without_slack_arrives_afterwards_in_each_channel_in_order_once(
    bot: BotAtWork,
) -> None:
    for user in (ADA, OTTO):
        ask(bot, "help", user)
    rooms = [channel(bot, f"HOUR{number}") for number in range(3)]
    before = {user: len(csv_files(bot, user)) for user in (ADA, OTTO)}
    opened = len(bot.company.workspace.called("views.open"))
    for number, room in enumerate(rooms):
        subscribe(bot, room, (12, 24, 48)[number])
    kinds = iter(KINDS_OF_ERRORS)
    expected: dict[str, list[str]] = {room: [] for room in rooms}

    def asked_for(due: Sequence[str]) -> None:
        """One resync in each channel; then the digests whose time comes."""
        for room in rooms:
            kind = next(kinds)
            assert "was started" in ask(bot, f"resync {kind}", channel=room).text
            expected[room].append(f"Resync of {ask(bot, f'errors {kind}', channel=room).text.split(':')[0]}")
        minutes(bot, 10)
        minutes(bot, 10)
        for room in due:
            expected[room].append("Sync health today")

    with slack_answers(bot):
        ask(bot, "export duplicates")
        assert press(bot, ask(bot, "errors"), "details.v1").ok
        asked_for(rooms[:1])
    with slack_refuses_connections(bot):
        ask(bot, "export duplikate", OTTO)
        asked_for(rooms[1:2])
    with slack_answers(bot, delay=9.0):
        minutes(bot, 1)
    with slack_answers(bot, "fatal_error", 500):
        ask(bot, "export associations")
        asked_for(rooms[2:])
    assert [bot.company.workspace.messages(room) for room in rooms] == [[], [], []]

    minutes(bot, 16)
    bot.until(lambda: all(len(bot.company.workspace.messages(room)) == len(expected[room]) for room in rooms), 60)
    bot.until(lambda: len(csv_files(bot)) == before[ADA] + 2 and len(csv_files(bot, OTTO)) == before[OTTO] + 1)
    minutes(bot, 16)
    for room in rooms:
        told = [each.text for each in bot.company.workspace.messages(room)]
        assert [text[: len(start)] for text, start in zip(told, expected[room], strict=True)] == expected[room]
        assert len(digests(bot, room)) == 1
        assert all(finished(each) for each in resyncs(bot, room))
    assert ["duplicates" in file.name for file in csv_files(bot)[before[ADA] :]] == [True, False]
    assert len(csv_files(bot, OTTO)) == before[OTTO] + 1
    # A modal belongs to a click that is long over.
    assert bot.company.workspace.modal(ADA) is None
    assert len(bot.company.workspace.called("views.open")) == opened + 1


def healthy(bot: BotAtWork, sobject: str, skip: int, number: int) -> list[Pair]:
    """Some pairs of records that HubSpot syncs."""
    world = bot.company.world
    with world.lock:
        well = (
            pair
            for pair in world.pairs(sobject)
            if pair.hubspot and pair.salesforce and not world.outside_segment(pair.hubspot)
            if pair.key not in world.sync_errors and f"salesforce:{pair.salesforce.id}" not in world.sync_errors
        )
        return list(islice(well, skip, skip + number))


TROUBLE = {
    "down": (Fault("server_error", times=3), Fault("server_error", times=3)),
    "says wait": (Fault("rate_limit", times=2, retry_after=1), Fault("server_error", "/crm/", times=1, status=429)),
    "torn answers": (Fault("drop", times=3), Fault("drop", times=3)),
    "too slow": (Fault("slow", "/crm/", times=1, seconds=8.0), Fault("slow", "/services/data/", times=1, seconds=8.0)),
}
"""What both vendors, or one of them, do while records are touched, and while the proof is read."""


@pytest.mark.parametrize("trouble", list(TROUBLE))
def test_vendors_in_trouble_in_the_middle_of_a_resync_and_at_its_proof_cost_nothing_but_time(
    bot: BotAtWork, trouble: str
) -> None:
    while_touched, while_proved = TROUBLE[trouble]
    place = list(TROUBLE).index(trouble)
    both, alone = healthy(bot, "Contact", place * 5, 5), healthy(bot, "Lead", place * 3, 3)
    why = {"object": "contact", "code": "UNABLE_TO_LOCK_ROW", "message": "unable to lock", "record": f"outage-{place}"}
    push(
        bot,
        *({**why, "hubspot_id": pair.hubspot.id} for pair in both if pair.hubspot),
        *({**why, "salesforce_id": pair.salesforce.id} for pair in alone if pair.salesforce),
    )
    before = len(resyncs(bot))
    bot.company.faults.add(while_touched)
    assert press(bot, ask(bot, f"errors outage-{place}"), "resync.v1").ok
    live = bot.until(lambda: resyncs(bot)[before:])[0]
    bot.until(lambda: not bot.company.faults.active() and calm(bot), 60)
    minutes(bot, 2)
    bot.until(lambda: all_touched(live), 60)
    bot.company.sync.run()
    bot.company.faults.add(while_proved)
    later(bot, PROOF)
    bot.until(lambda: not bot.company.faults.active() and calm(bot), 60)
    # However long a vendor wants to be left alone.
    minutes(bot, 16)
    assert finished(live)
    assert f"Resolved: {len(both) + len(alone)}" in words(live), words(live)
    tokens = {hubspot_token(pair) for pair in [*both, *alone]} | {salesforce_token(pair) for pair in [*both, *alone]}
    assert len(tokens) == 1
    for pair in [*both, *alone]:
        assert pair.hubspot
        assert {entry.value for entry in pair.hubspot.history[TOKEN_PROPERTY] if entry.value} == tokens
    assert len(resyncs(bot)) == before + 1


def test_a_job_whose_process_died_while_handing_it_over_is_done_within_seconds(bot: BotAtWork) -> None:
    live = started(bot, "restricted_unique_value")
    bot.until(lambda: calm(bot))
    edits = len(bot.company.workspace.called("chat.update"))
    with books(bot.at.settings.database_url) as opened:
        # Taken by somebody, and the engine never heard of that attempt.
        opened.change(
            "UPDATE job SET done = :no, attempt = attempt + 1, running = attempt + 1, running_since = :now"
            " WHERE kind = 'report'",
            no=False,
            now=f"{bot.clock.now():%Y-%m-%d %H:%M:%S.%f}",
        )
    bot.clock.ahead += timedelta(seconds=11)
    bot.until(lambda: len(bot.company.workspace.called("chat.update")) > edits)
    bot.until(lambda: calm(bot))
    prove(bot, live)
